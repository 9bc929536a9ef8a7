/** A short form of `npm run evaluate -- --answers`: a quarter of the questions, on the starter library. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluateAnswers } from '../scripts/evaluation/answer-quality.js'
import type { AnswerQualityReport } from '../scripts/evaluation/answer-quality.js'
import { print } from '../scripts/evaluation/printing.js'

const folder = mkdtempSync(join(tmpdir(), 'footnote-answer-quality-'))
let report: AnswerQualityReport

beforeAll(async () => {
  const lines = ['seed-questions', 'unanswerable'].flatMap((name) => readFileSync(join(import.meta.dirname, `data/${name}.jsonl`), 'utf8').split('\n').filter((line) => line !== ''))
  const some = join(folder, 'some.jsonl')
  writeFileSync(some, lines.filter((_, i) => i % 4 === 0).join('\n'))
  report = await evaluateAnswers({ questions: some, model: 'footnote-static' })
}, 120_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('answers as a whole', () => {
  it('over a quarter of the questions, keep to what they cite', () => {
    expect(report.citations.claims).toBeGreaterThan(30)
    expect(report.citations.recall).toBeGreaterThanOrEqual(0.98)
    expect(report.citations.precision).toBeGreaterThanOrEqual(0.95)
    expect(report.citations.figures).toBe(1)
    expect(report.answers.wrongQuotes).toBe(0)
  })

  it('over questions of every unanswerable kind, are declined as a person would', () => {
    const { outside, nonsense, absent } = report.unanswerable
    expect(Object.keys(report.unanswerable).sort()).toEqual(['absent', 'false-premise', 'nonsense', 'not-about-papers', 'off-topic', 'outside', 'too-vague'])
    for (const kind of [outside, nonsense, report.unanswerable['off-topic'], report.unanswerable['too-vague'], report.unanswerable['not-about-papers']]) expect(kind?.declined).toBeGreaterThanOrEqual(0.9)
    expect(absent?.auroc).toBeGreaterThan(0.75)
    expect(report.answerable.declined).toBeLessThan(0.15)
  })

  it('quote what was asked for more often than the start of an abstract does', () => {
    expect(report.facts.questions).toBeGreaterThan(10)
    expect(report.facts.quoted).toBeGreaterThan(0.75)
    expect(report.facts.quoted).toBeGreaterThan(report.facts.firstThreeSentences)
    expect(report.facts.firstThreeSentences).toBeGreaterThan(report.facts.firstSentenceOfThree)
  })

  it('are told in a table, with every kind in it', () => {
    expect(report.calibration.error).toBeLessThan(0.2)
    const printed = print(report)
    for (const kind of Object.keys(report.unanswerable)) expect(printed).toContain(kind)
    expect(printed).toMatch(/Quotes equal to the stored abstract at their offsets: (\d+) of \1/)
    expect(printed).not.toMatch(/NaN|undefined/)
  })
})
