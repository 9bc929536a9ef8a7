/** Five hundred answers through a language model that mixes what is true with what is not: each quote exact, no figure changed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnswerSchema } from '../src/answering/answer.js'
import type { Answer } from '../src/answering/answer.js'
import { figuresOf, sameFigure } from '../src/answering/figures.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { createRandom } from '../src/text/random.js'
import { says, startProvider } from './fakes/scripted-provider.js'
import type { ScriptedProvider } from './fakes/scripted-provider.js'

const ANSWERS = 500
const QUESTIONS = readFileSync(join(import.meta.dirname, 'data/seed-questions.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => (JSON.parse(line) as { question: string }).question)

const folder = mkdtempSync(join(tmpdir(), 'footnote-llm-answers-'))
const random = createRandom(7)
let provider: ScriptedProvider
let footnote: Footnote
const answers: Answer[] = []

/** Sentences of the sources, some with another figure, some with a wrong number, some invented. */
function mixed(body: string): string {
  const { messages } = JSON.parse(body) as { messages: { content: string }[] }
  const sources = (messages[1]?.content ?? '').split('</source>').slice(0, -1).map((source) => source.split('\n').slice(2).filter((line) => /\S/.test(line) && !line.startsWith('Title:')))
  const lines = sources.flatMap((sentences, i) => sentences.map((sentence) => ({ sentence: sentence.replace(/\.$/, ''), number: i + 1 })))
  return random
    .shuffled(lines)
    .slice(0, 5)
    .map(({ sentence, number }, i) => {
      if (i === 1) return `${sentence.replace(/\d(?=\d*(?:\.\d+)?%)/, '7')} [${number}].`
      if (i === 2) return `${sentence} [${number + 90}].`
      if (i === 3) return `The authors expect 4${number}.5% more within ${number + 1} years [${number}].`
      return `${sentence} [${number}].`
    })
    .join(' ')
}

beforeAll(async () => {
  provider = await startProvider((response, request) => says(mixed(request.body), { size: 1 + random.below(40) })(response, request))
  footnote = await compose(readConfig({ DATA_DIR: folder, LLM_MODEL: 'openai:scripted', LLM_BASE_URL: provider.url, LLM_API_KEY: 'k' }), { log: { info() {}, warn() {} } })
  for (let i = 0; answers.length < ANSWERS && i < 4 * ANSWERS; i++) {
    for await (const event of footnote.ask({ question: QUESTIONS[i % QUESTIONS.length] as string, writer: 'auto', maxPapers: 1 + (i % 8) }, new AbortController().signal)) {
      if (event.type === 'answer-end' && event.answer.writer === 'llm') answers.push(event.answer)
    }
  }
}, 600_000)

afterAll(async () => {
  await footnote.close()
  await provider.stop()
  rmSync(folder, { recursive: true })
})

describe(`${ANSWERS} answers of a language model`, () => {
  it('fit their schema, and quote word for word', () => {
    expect(answers).toHaveLength(ANSWERS)
    const quotes = answers.flatMap(({ citations }) => citations.flatMap(({ paper, quotes }) => quotes.map((quote) => ({ paper, quote }))))
    expect(quotes.length).toBeGreaterThan(ANSWERS)
    for (const answer of answers) expect(() => AnswerSchema.parse(answer)).not.toThrow()
    for (const { paper, quote } of quotes) expect(paper.abstract.slice(quote.start, quote.end)).toBe(quote.text)
  })

  it('say no figure that what they cite does not say', () => {
    for (const { claims, citations } of answers) {
      for (const { text, citations: numbers, verdict } of claims.filter(({ start, end }) => end > start)) {
        expect(verdict).not.toBe('unsupported')
        const cited = citations.filter(({ number }) => numbers.includes(number)).flatMap(({ paper }) => figuresOf(`${paper.title}. ${paper.abstract}`))
        for (const figure of figuresOf(text)) expect(cited.some((known) => sameFigure(figure, known)), text).toBe(true)
      }
      expect(claims.filter(({ verdict }) => verdict !== 'unsupported').every(({ text }) => !text.startsWith('The authors expect'))).toBe(true)
    }
  })
})
