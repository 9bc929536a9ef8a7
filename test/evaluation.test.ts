/** Tests the evaluation from file to report, with the real model and a judged set of our own. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { openFile } from '../src/ingest/file.js'
import { createAskWhole } from '../scripts/evaluation/answers.js'
import { evaluateBuried } from '../scripts/evaluation/buried.js'
import { evaluateJudged } from '../scripts/evaluation/judged.js'
import { evaluateLists } from '../scripts/evaluation/lists.js'
import { evaluateOwnLibrary } from '../scripts/evaluation/own-library.js'
import { PARTS } from '../scripts/evaluation/parts.js'
import { print } from '../scripts/evaluation/printing.js'
import { evaluateQuestions } from '../scripts/evaluation/question-file.js'
import type { PartFigures } from '../scripts/evaluation/summary.js'
import { evaluateVerdicts } from '../scripts/evaluation/verdicts.js'

const SET = join(import.meta.dirname, 'data/judged')
const CORPUS = join(SET, 'corpus.jsonl')

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'footnote-evaluation-test-'))
  // A place of our own for temporary libraries: other evaluations may be running.
  mkdirSync(join(folder, 'tmp'))
  vi.stubEnv('TMPDIR', join(folder, 'tmp'))
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

const write = (name: string, lines: readonly object[]) => {
  const path = join(folder, name)
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return path
}
const means = (figures: PartFigures) => PARTS.flatMap((part) => Object.values(figures[part]).flatMap(({ low, mean, high }) => [low, mean, high]))

describe('a judged set', () => {
  it('of our own, with the bundled model, finds fused no worse than lexical, and every figure within 0..1', async () => {
    const report = await evaluateJudged({ set: SET, split: 'test', model: 'footnote-static' })
    expect(report).toMatchObject({ papers: 40, queries: 44, relevantMissing: 0, ingest: { added: 40, rejected: 0 } })
    expect(report.parts.fused['nDCG@10']?.mean).toBeGreaterThanOrEqual((report.parts.lexical['nDCG@10']?.mean ?? 1) - 0.02)
    expect(means(report.parts).filter((value) => !(value >= 0 && value <= 1))).toEqual([])
    expect(print(report)).toMatch(/fused +\d+\.\d \(/)
  }, 60_000)

  it('with a document twice and one without text, merges the two and counts the other as not found', async () => {
    const [first = '', ...rest] = readFileSync(CORPUS, 'utf8').trim().split('\n').slice(0, 6)
    const twin = first.replace('"coral-heat"', '"twin"')
    const set = mkdtempSync(join(folder, 'set-'))
    mkQrels(set, ['q1\ttwin\t1', 'q1\tempty\t1', 'q2\tcoral-acid\t1', 'q3\tcoral-acid\t0'])
    writeFileSync(join(set, 'corpus.jsonl'), [first, twin, ...rest, '{"_id": "empty", "title": "Nothing", "text": ""}'].join('\n'))
    writeFileSync(join(set, 'queries.jsonl'), ['q1', 'q2', 'q3'].map((id) => JSON.stringify({ _id: id, text: 'heat tolerance of transplanted corals' })).join('\n'))
    const report = await evaluateJudged({ set, split: 'test', model: 'footnote-static' })
    expect(report).toMatchObject({ papers: 6, queries: 2, relevantMissing: 1, ingest: { duplicates: 1, rejected: 1 } })
    // q1: the twin is first, the empty document is missed; q2: found.
    expect(report.parts.lexical['recall@10']?.mean).toBe(0.75)
  }, 60_000)

  it('without judgements for the split, is refused with what is missing', async () => {
    await expect(evaluateJudged({ set: SET, split: 'dev' })).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('qrels/dev.tsv is missing') as string })
  })

  function mkQrels(set: string, lines: readonly string[]) {
    const path = join(set, 'qrels')
    mkdirSync(path)
    writeFileSync(join(path, 'test.tsv'), ['query-id\tcorpus-id\tscore', ...lines].join('\n'))
  }
})

describe('the library itself', () => {
  it('asked by questions made from it, gives the same figures twice, and no quote that differs', async () => {
    const dataDir = join(folder, 'own')
    const report = await evaluateOwnLibrary({ papers: [CORPUS], dataDir, model: 'footnote-static' })
    expect(report.questions).toMatchObject({ title: 30, 'off-topic': 60 })
    expect(report.questions.absent).toBeLessThanOrEqual(10)
    expect(report.title.fused['recall@1']?.mean).toBe(1)
    expect([...means(report.sentence), ...means(report.title)].filter((value) => !(value >= 0 && value <= 1))).toEqual([])
    expect(report.abstention.auroc['off-topic']).toBeGreaterThan(0.8)
    expect(report.abstention.auroc['absent']).toBeGreaterThan(0.5)
    expect(report.answers.wrongQuotes).toBe(0)
    expect(report.words.join(' ')).toMatch(/flatter lexical search.*threshold/)

    const again = await evaluateOwnLibrary({ papers: [CORPUS], dataDir, model: 'footnote-static' })
    expect(again).not.toHaveProperty('ingest')
    expect({ ...again, latencyMs: 0, answers: 0 }).toEqual({ ...report, latencyMs: 0, answers: 0, ingest: undefined })
  }, 60_000)
})

describe('files of questions', () => {
  it('by kind, tell what was found, quoted and declined, and which lines are at fault', async () => {
    const title = 'Designed proteins that bind snake toxins'
    const file = write('questions.jsonl', [
      { kind: 'factual', question: 'With what affinity do designed proteins bind snake toxins?', title, expect: '0.9 nanomolar' },
      { kind: 'factual', question: 'Which toxins do designed proteins bind?', title: 'No such paper', expect: 'x' },
      { kind: 'list', question: 'uses of CRISPR', titles: ['Editing an enhancer raises fetal haemoglobin in sickle cell disease', 'Knocking out three copies of one gene makes wheat resist mildew'] },
      { kind: 'off-topic', question: 'How do I fold a fitted sheet?' },
    ])
    const report = await evaluateQuestions(file, { papers: [CORPUS], model: 'footnote-static' })
    expect(report.kinds.factual).toMatchObject({ questions: 2, first: 0.5, inTen: 0.5, inAnyQuote: 0.5 })
    expect(report.kinds.list).toMatchObject({ questions: 1, first: 1, inTen: 1 })
    expect(report.kinds['off-topic']).toMatchObject({ questions: 1, declined: 1 })
    expect(report.faults).toEqual(['“No such paper” is not in the library'])
    expect(report.answers.wrongQuotes).toBe(0)
    expect(print(report)).toContain('! “No such paper” is not in the library')
  }, 60_000)

  it('with a kind that does not exist, are refused by line', async () => {
    const file = write('wrong.jsonl', [{ kind: 'riddle', question: 'What walks on three legs?' }])
    await expect(evaluateQuestions(file, {})).rejects.toThrow(/Question 1 of .*wrong\.jsonl is not valid: kind/)
  })
})

describe('lists', () => {
  it('count what is cited against all that belong there, passing over what may be named', async () => {
    const [member, allowed] = ['Editing an enhancer raises fetal haemoglobin in sickle cell disease', 'Knocking out three copies of one gene makes wheat resist mildew']
    const lists = (file: string, titles: readonly (string | undefined)[], also: readonly (string | undefined)[]) => evaluateLists(write(file, [{ kind: 'factual', question: 'x' }, { question: 'Which papers use CRISPR?', titles, also }]), { papers: [CORPUS], model: 'footnote-static' })
    const report = await lists('lists.jsonl', [member, allowed], [])
    expect(report).toMatchObject({ lists: 1, whole: { recall: 1 } })
    const other = await lists('other-lists.jsonl', ['No thick atmosphere around a hot rocky planet of a red dwarf'], [member, allowed])
    expect(other.whole).toMatchObject({ recall: 0, f1: 0 })
    expect(print(other)).toContain('    missing: No thick atmosphere')
    expect(other.faulty[0]?.wrong).not.toContain(member)
  }, 60_000)

  it('of a paper that the library lacks, are refused by its title', async () => {
    await expect(evaluateLists(write('lacking.jsonl', [{ question: 'Which papers use CRISPR?', titles: ['Never written'] }]), { papers: [CORPUS], model: 'footnote-static' })).rejects.toThrow('“Never written”')
  })
})

describe('hidden papers', () => {
  it('of yes-or-no questions, counts what is led by the right word, by the wrong one and by none', async () => {
    const file = write('verdicts.jsonl', [
      { question: 'Does MiniCache need any training?', verdict: 'no' },
      { question: 'Is MiniCache training-free?', verdict: 'no' },
      { question: 'Does MiniCache run on mobile phones?', verdict: null },
    ])
    const report = await evaluateVerdicts(file, { papers: [join(import.meta.dirname, '../index/starter-library.jsonl')], model: 'footnote-static' })
    expect(report).toMatchObject({ decided: { questions: 2, right: 1, wrong: 1, silent: 0 }, undecided: { questions: 1, wrong: 0 }, misjudged: ['Is MiniCache training-free? → yes'] })
    await expect(evaluateVerdicts(write('perhaps.jsonl', [{ question: 'Is it?', verdict: 'perhaps' }]), {})).rejects.toThrow('is no yes-or-no question')
  }, 60_000)

  it('described and asked for, are counted where they are found; those not there are named', async () => {
    const file = write('buried.jsonl', [
      { title: 'No thick atmosphere around a hot rocky planet of a red dwarf', description: 'bare rock circling a small star', factual: 'Which planet lacks a carbon dioxide atmosphere?' },
      { title: 'Never written', description: 'nothing', factual: 'nothing' },
    ])
    const report = await evaluateBuried(file, { papers: [CORPUS], model: 'footnote-static' })
    expect(report).toMatchObject({ questions: { description: 1, factual: 1 }, missing: ['Never written'] })
    expect(report.factual?.fused['recall@1']?.mean).toBe(1)
    expect(print(report)).toContain('1 descriptions')
  }, 60_000)
})

describe('quotes', () => {
  let footnote: Footnote
  beforeAll(async () => {
    footnote = await compose({ ...readConfig({}), DATA_DIR: join(folder, 'quotes') }, { log: { info() {}, warn() {} }, starter: false })
    await footnote.ingest((await openFile(CORPUS)).bytes)
  }, 60_000)
  afterAll(() => footnote.close())

  it('of an answer, when the stored abstract is another, count as wrong', async () => {
    const question = 'How much does calcification fall in acidified seawater?'
    expect(await createAskWhole(footnote)(question)).toMatchObject({ answered: true, wrongQuotes: 0 })
    const shifted: Footnote['library'] = {
      ...footnote.library,
      async get(id) {
        const stored = await footnote.library.get(id)
        return stored === undefined ? undefined : { ...stored, paper: { ...stored.paper, abstract: ` ${stored.paper.abstract}` } }
      },
    }
    const { quotes, wrongQuotes } = await createAskWhole({ ask: footnote.ask, library: shifted })(question)
    expect(quotes).toBeGreaterThan(0)
    expect(wrongQuotes).toBe(quotes)
  })
})

describe('npm run evaluate', () => {
  const run = (...flags: readonly string[]) => promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/evaluate.ts', ...flags], { cwd: join(import.meta.dirname, '..') })
  const leftBehind = () => readdirSync(tmpdir())

  it('with --json, prints one report and leaves no library behind', async () => {
    const { stdout } = await run('--set', SET, '--json')
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'judged', queries: 44 })
    expect(leftBehind().filter((name) => name.startsWith('footnote-'))).toEqual([])
  }, 60_000)

  it('with a model that is not there, says so and leaves no library behind', async () => {
    await expect(evaluateJudged({ set: SET, split: 'test', model: 'no-such-model' })).rejects.toThrow(/no-such-model/)
    expect(leftBehind().filter((name) => name.startsWith('footnote-'))).toEqual([])
  })

  it('of two things at once, or of a folder that is no set, says so and fails', async () => {
    await expect(run('--set', SET, '--questions', CORPUS)).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('name one of them') as string })
    await expect(run('--set', folder)).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('corpus.jsonl is missing') as string })
  }, 60_000)
})
