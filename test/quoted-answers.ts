/** Answers of both writers, the language model's mixing what is true with what is not: each quote exact in the stored abstract, no figure changed. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AnswerSchema, lastAnswer } from '../src/answering/answer.js'
import type { Answer } from '../src/answering/answer.js'
import { figuresOf, sameFigure } from '../src/answering/statements/figures.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { createRandom } from '../src/text/random.js'
import { says, startProvider } from './fakes/scripted-provider.js'
import type { ScriptedProvider } from './fakes/scripted-provider.js'

const QUESTIONS = readFileSync(join(import.meta.dirname, 'data/seed-questions.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => (JSON.parse(line) as { question: string }).question)

const random = createRandom(7)

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

/** @param count of answers of each writer */
export function describeQuotedAnswers(count: number): void {
  const folder = mkdtempSync(join(tmpdir(), 'footnote-quoted-'))
  let provider: ScriptedProvider
  let footnote: Footnote
  const answers: Record<'llm' | 'extractive', Answer[]> = { llm: [], extractive: [] }

  beforeAll(async () => {
    provider = await startProvider((response, request) => says(mixed(request.body), { size: 1 + random.below(40) })(response, request))
    footnote = await compose(readConfig({ DATA_DIR: folder, LLM_MODEL: 'openai:scripted', LLM_BASE_URL: provider.url, LLM_API_KEY: 'k' }), { log: { info() {}, warn() {} } })
    for (const writer of ['llm', 'extractive'] as const) {
      for (let i = 0; answers[writer].length < count && i < 4 * count; i++) {
        const request = { question: QUESTIONS[i % QUESTIONS.length] as string, writer: writer === 'llm' ? ('auto' as const) : writer, maxPapers: 1 + (i % 8), followUps: false }
        const answer = await lastAnswer(footnote.ask(request, new AbortController().signal))
        if (answer.writer === writer && answer.answerable.verdict === 'answered') answers[writer].push(answer)
      }
    }
  }, 1_200_000)

  afterAll(async () => {
    await footnote.close()
    await provider.stop()
    rmSync(folder, { recursive: true })
  })

  it.each(['llm', 'extractive'] as const)(`${count} answers of the writer "%s" fit their schema, and each quote is in the stored abstract at its offsets`, async (writer) => {
    expect(answers[writer]).toHaveLength(count)
    let quoted = 0
    for (const answer of answers[writer]) {
      expect(() => AnswerSchema.parse(answer)).not.toThrow()
      for (const { paper, quotes } of answer.citations) {
        const stored = await footnote.library.get(paper.id)
        expect(quotes.length).toBeGreaterThan(0)
        for (const { text, start, end } of quotes) expect(Buffer.from(text).equals(Buffer.from(stored?.paper.abstract.slice(start, end) ?? ''))).toBe(true)
        quoted += quotes.length
      }
    }
    expect(quoted).toBeGreaterThan(count)
  }, 120_000)

  it('say no figure that what they cite does not say', () => {
    for (const { claims, citations } of answers.llm) {
      for (const { text, citations: numbers, verdict } of claims.filter(({ start, end }) => end > start)) {
        expect(verdict).not.toBe('unsupported')
        const cited = citations.filter(({ number }) => numbers.includes(number)).flatMap(({ paper }) => figuresOf(`${paper.title}. ${paper.abstract}`))
        for (const figure of figuresOf(text)) expect(cited.some((known) => sameFigure(figure, known)), text).toBe(true)
      }
      expect(claims.filter(({ verdict }) => verdict !== 'unsupported').every(({ text }) => !text.startsWith('The authors expect'))).toBe(true)
    }
  })
}
