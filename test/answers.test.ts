/** Answers of the real thing, the bundled model over the starter library: cited, quoted word for word, or declined. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnswerSchema } from '../src/answering/answer.js'
import type { Answer, AnswerEvent } from '../src/answering/answer.js'
import { renderAnswer } from '../src/answering/writing/render.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'

interface SeedQuestion {
  readonly kind: 'factual' | 'vague' | 'list' | 'off-topic' | 'absent' | 'nonsense'
  readonly question: string
  readonly title?: string
  readonly titles?: readonly string[]
}

const QUESTIONS = readFileSync(join(import.meta.dirname, 'data/seed-questions.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as SeedQuestion)

const folder = mkdtempSync(join(tmpdir(), 'footnote-answers-'))
const log = { info() {}, warn() {} }
let footnote: Footnote
let answers: { asked: SeedQuestion; answer: Answer; events: AnswerEvent[] }[]

async function ask(question: string, more: object = {}) {
  const events: AnswerEvent[] = []
  for await (const event of footnote.ask({ question, ...more }, new AbortController().signal)) events.push(event)
  const last = events.at(-1)
  if (last?.type !== 'answer-end') throw new Error('no answer-end')
  return { events, answer: last.answer }
}

const of = (...kinds: SeedQuestion['kind'][]) => answers.filter(({ asked }) => kinds.includes(asked.kind))
const share = <T>(list: readonly T[], holds: (item: T) => boolean) => list.filter(holds).length / list.length

beforeAll(async () => {
  footnote = await compose(readConfig({ DATA_DIR: folder }), { log })
  answers = []
  for (const asked of QUESTIONS) answers.push({ asked, ...(await ask(asked.question)) })
}, 120_000)

afterAll(async () => {
  await footnote.close()
  rmSync(folder, { recursive: true })
})

describe('ask, over more than 300 questions', () => {
  it('gives answers that fit their schema', () => {
    expect(answers.length).toBeGreaterThan(300)
    for (const { answer } of answers) expect(() => AnswerSchema.parse(answer)).not.toThrow()
  })

  it('quotes word for word, at the offsets that it gives', () => {
    const quotes = answers.flatMap(({ answer }) => answer.citations.flatMap(({ paper, quotes }) => quotes.map((quote) => ({ paper, quote }))))
    expect(quotes.length).toBeGreaterThan(100)
    for (const { paper, quote } of quotes) expect(paper.abstract.slice(quote.start, quote.end)).toBe(quote.text)
  })

  it('places every claim in the answer, with a quote of its source in it and its markers behind', () => {
    for (const { answer } of answers) {
      for (const { text, start, end, citations, verdict } of answer.claims) {
        expect(answer.answer.slice(start, end)).toBe(text)
        expect(verdict).toBe('supported')
        expect(answer.answer.slice(end)).toMatch(new RegExp(`^ ${citations.map((number) => `\\[${number}\\]`).join('')}`))
        expect(answer.citations.some(({ number, quotes }) => citations.includes(number) && quotes.some((quote) => text.includes(quote.text)))).toBe(true)
      }
    }
  })

  it('numbers citations from 1, in order of first use, without gaps, and none twice', () => {
    for (const { answer } of answers) {
      const used = [...answer.answer.matchAll(/\[(\d+)\]/g)].map((match) => Number(match[1]))
      const firstUses = [...new Set(used)]
      if (answer.citations.length > 0) expect(firstUses).toEqual(answer.citations.map((_, i) => i + 1))
      expect(answer.citations.map(({ number }) => number)).toEqual(answer.citations.map((_, i) => i + 1))
      expect(new Set(answer.citations.map(({ paper }) => paper.id)).size).toBe(answer.citations.length)
    }
  })

  it('streams what the whole answer holds, and names each source before text that uses it', () => {
    for (const { answer, events } of answers) {
      expect(events.map((event) => (event.type === 'text-delta' ? event.text : '')).join('')).toBe(answer.answer)
      let known = 0
      for (const event of events) {
        if (event.type === 'sources') known = event.citations.length
        if (event.type === 'claim') expect(Math.max(0, ...event.claim.citations)).toBeLessThanOrEqual(known)
      }
    }
  })

  it('cites the right paper first for factual questions', () => {
    expect(share(of('factual'), ({ asked, answer }) => answer.citations[0]?.paper.title === asked.title)).toBeGreaterThan(0.85)
  })

  it('declines off-topic questions, and says so without citing', () => {
    const declined = of('off-topic', 'nonsense').filter(({ answer }) => answer.answerable.verdict !== 'answered')
    expect(declined.length / of('off-topic', 'nonsense').length).toBeGreaterThan(0.93)
    for (const { answer } of declined) {
      expect(answer.answer).toMatch(/^(?:This library does not say|Which method, data set or paper do you mean|I can only answer from)/)
      expect(answer.citations).toEqual([])
    }
  })

  it('gives the same answer to the same question', async () => {
    const { asked, answer } = of('factual')[0] as (typeof answers)[number]
    const { timings: _, ...again } = (await ask(asked.question)).answer
    const { timings: __, ...before } = answer
    expect(again).toEqual(before)
  })
})

describe('ask', () => {
  it('with a filter, cites nothing outside it', async () => {
    const { answer } = await ask('Which papers shrink the KV cache?')
    const second = answer.citations[1]?.paper.id as string
    const filtered = (await ask('Which papers shrink the KV cache?', { filter: { ids: [second] } })).answer
    expect(filtered.citations.map(({ paper }) => paper.id)).toEqual([second])
    expect(filtered.considered).toEqual([])
  })

  it('of at most one paper, cites one', async () => {
    expect((await ask('Which papers shrink the KV cache?', { maxPapers: 1 })).answer.citations).toHaveLength(1)
  })

  it('a follow-up with a pronoun, answers about what was asked before', async () => {
    const history = [{ role: 'user', content: 'What does L-Mul approximate?' }]
    const { answer } = await ask('How much energy does it save?', { history })
    expect(answer.standaloneQuestion).toBe('How much energy does L-Mul save?')
    expect(answer.citations[0]?.paper.title).toMatch(/^Addition is All You Need/)
  })

  it.each(['???', 'the of and', '画像認識の論文はありますか', 'x'.repeat(2000), 'zqxv '.repeat(400), '\u0000\u200b', '🙂🙂🙂'])('of %j, declines without an error', async (question) => {
    const { answer } = await ask(question)
    expect(answer.answerable.verdict).not.toBe('answered')
    expect(answer.answerable.probability).toBeGreaterThanOrEqual(0)
    expect(answer.answer).not.toContain('NaN')
  })

  it('with a language model where none is configured, says how to get one', async () => {
    await expect(ask('What is L-Mul?', { writer: 'llm' })).rejects.toThrow(/set LLM_MODEL/)
  })

  it('when its reader has gone, stops without a word', async () => {
    const gone = new AbortController()
    gone.abort()
    const events: AnswerEvent[] = []
    await (async () => {
      for await (const event of footnote.ask({ question: 'What is L-Mul?' }, gone.signal)) events.push(event)
    })().catch((error: unknown) => expect((error as Error).name).toBe('AbortError'))
    expect(events).toEqual([])
  })
})

describe('the README', () => {
  it('prints what its question is answered with', async () => {
    const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8')
    const [, question, printed] = /npm run -s ask -- "([^"]+)"\n```[^`]*```text\n([^`]+)\n```/.exec(readme) ?? []
    expect(renderAnswer((await ask(question as string)).answer)).toBe(printed)
  })
})

describe('whether the library has something at all', () => {
  it.each(['Is there anything on spiking networks?', 'Do you have papers about federated learning?'])('%j, is answered', async (question) => {
    expect((await ask(question, { followUps: false })).answer.answerable.verdict).toBe('answered')
  })

  it.each(['Is there anything on quantum computing?', 'Are there any papers on protein folding?'])('%j, is declined', async (question) => {
    expect((await ask(question, { followUps: false })).answer.answerable.verdict).not.toBe('answered')
  })
})

describe('a question that takes the wrong thing for granted', () => {
  it.each([
    ['By how much does SpinQuant beat FlatQuant?', /^This library does not say so\. \*FlatQuant\* says otherwise: “[^”]*beats SpinQuant by[^”]*” \[1\]$/],
    ['Why does TransMLA enlarge the KV cache?', /says otherwise: “[^”]*without enlarging the KV cache/],
    ['Why does IIR-SNN get only 50 % on CIFAR-10?', /does not give “50 %”\. It says: “[^”]*93\.05% on CIFAR-10/],
  ])('%j, is told so with the sentence that speaks against it', async (question, text) => {
    const { answer } = await ask(question, { followUps: false })
    expect(answer.answer).toMatch(text)
    expect(answer.answerable).toMatchObject({ verdict: 'related', reason: 'false-premise' })
    expect(answer.claims.map(({ verdict }) => verdict)).toEqual(['supported'])
  })
})

describe('a question that names what the abstract does not', () => {
  it('is told so beside what comes nearest, and is given no figure of something else', async () => {
    const { answer } = await ask('What accuracy does IIR-SNN reach on CIFAR-10 with ResNet?', { followUps: false })
    expect(answer.answer).toMatch(/^This library does not say\. The abstract of \*One Timestep is All You Need\* does not mention “ResNet”\. What comes nearest in it: “[^”]*” \[1\]$/)
    expect(answer.answerable).toMatchObject({ verdict: 'related', reason: 'absent' })
    expect(answer.answerable.suggestion).toContain('Ask without “ResNet”')
  })
})

describe('a misspelt question', () => {
  it('is answered as read, and says as what it was read', async () => {
    const { answer } = await ask('How does flatqaunt work?', { followUps: false })
    expect(answer.standaloneQuestion).toBe('How does flatquant work?')
    expect(answer.citations[0]?.paper.title).toMatch(/^FlatQuant/)
    expect(answer.notice).toBe('Read “flatqaunt” as “flatquant”: no paper here has “flatqaunt”.')
    expect(answer.answer.endsWith(`\n\n${answer.notice}`)).toBe(true)
  })
})
