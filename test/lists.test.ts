/** Lists and comparisons over a whole library: what is denied, what is greatest, and the aspect that is asked about. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lastAnswer } from '../src/answering/answer.js'
import { readQuestion } from '../src/answering/question/question.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'

const PAPERS = [
  { title: 'Looms that weave alone', abstract: 'We present a loom that weaves without any springs. It is cheap, and runs for years.' },
  { title: 'A spring-free frame for mills', abstract: 'Mills shake their floors. We propose a spring-free frame of oak that stands still. It takes two days to build.' },
  { title: 'Steel springs under looms', abstract: 'Steel springs carry looms of every kind. We show that springs lower the tremor by 41%. A set of springs costs 30 crowns.' },
  { title: 'Springs of bronze', abstract: 'We cast springs of bronze for looms. They lower the tremor by 55%. Not all springs of bronze last.' },
  { title: 'Quietfelt: pads under looms', abstract: 'We introduce Quietfelt, pads of felt for looms. Quietfelt is soft and grey. Quietfelt costs 4 crowns a loom.' },
  { title: 'Corkmat: boards under looms', abstract: 'We introduce Corkmat, boards of cork for looms. Corkmat smells of bark. Corkmat costs 9 crowns a loom.' },
]

const folder = mkdtempSync(join(tmpdir(), 'footnote-lists-'))
let footnote: Footnote

beforeAll(async () => {
  footnote = await compose({ ...readConfig({}), DATA_DIR: folder }, { log: { info() {}, warn() {} }, starter: false })
  const lines = PAPERS.map((paper) => `${JSON.stringify(paper)}\n`).join('')
  await footnote.ingest((async function* () { yield Buffer.from(lines) })(), { name: 'papers.jsonl' })
})
afterAll(async () => {
  await footnote.close()
  rmSync(folder, { recursive: true })
})
const ask = (question: string) => lastAnswer(footnote.ask({ question, followUps: false }, new AbortController().signal))
const cited = async (question: string) => (await ask(question)).citations.map(({ paper }) => paper.title).sort()

describe('a list', () => {
  it.each(['Which looms or papers need no springs?', 'Which papers do without springs?', 'Which methods are spring-free?'])('of what is denied, by %j, holds the papers that say so and no other', async (question) => {
    expect(await cited(question)).toEqual(['A spring-free frame for mills', 'Looms that weave alone'])
  })

  it('of what is denied, says that silence is no answer', async () => {
    expect((await ask('Which papers do without springs?')).answer).toMatch(/silence is no answer\.$/)
  })

  it('of what no abstract denies, is not given', async () => {
    const { answerable, citations } = await ask('Which papers do without looms?')
    expect([answerable.verdict === 'answered', citations]).toEqual([false, []])
  })

  it('of the greatest, gives the figures and ranks nothing', async () => {
    const { answer } = await ask('Which papers report the biggest drop of the tremor?')
    expect(answer).toMatch(/none is known to be the biggest/)
    expect([answer.includes('41%'), answer.includes('55%')]).toEqual([true, true])
  })
})

describe('a comparison', () => {
  it('quotes each side on what is asked about', async () => {
    const { answer } = await ask('What is the difference between Quietfelt and Corkmat in expense?')
    expect(answer).toContain('“Quietfelt costs 4 crowns a loom.”')
    expect(answer).toContain('“Corkmat costs 9 crowns a loom.”')
  })

  it('says so where a side says nothing on what is asked about', async () => {
    expect((await ask('Which is louder, Quietfelt or Corkmat?')).answer).toContain('On Corkmat no abstract here says what was asked')
  })
})

describe('two questions in one', () => {
  it('are answered one after the other', async () => {
    const { answer } = await ask('How much does a set of steel springs cost, and by how much do steel springs lower the tremor?')
    expect(answer).toMatch(/30 crowns[^]*\n\n[^]*41%/)
  })

  it.each([
    ['What is MiniCache and how much memory does it save?', ['What is MiniCache?', 'how much memory does MiniCache save?']],
    ['How does EchoAtt work, and does the model get worse?', ['How does EchoAtt work?', 'does the model get worse of EchoAtt?']],
    ['Which papers prune networks, and by how much?', undefined],
    ['How do springs and pads carry looms, and why?', undefined],
  ])('by %j, are %j', (text, halves) => {
    expect(readQuestion(text).halves?.map((half) => half.text)).toEqual(halves)
  })
})

describe('what is asked for, as a list', () => {
  it.each([
    ['anything on spiking neural networks?', 'spiking neural networks'],
    ['what have you got about federated learning', 'federated learning'],
    ['Which of these papers release a new dataset?', 'dataset'],
    ['Give me the remote sensing papers', 'remote sensing'],
    ['Which papers reduce toxic or unsafe output?', 'reduce toxic or unsafe output'],
    ['What do the papers say about autism?', 'autism'],
  ])('by %j, is %j', (text, subject) => {
    expect(readQuestion(text)).toMatchObject({ kind: 'list', subject })
  })

  it.each(['what models was PortLLM tried on?', 'Which theory explains growth?', 'auc for telling one from another by brain graphs'])('is not by %j', (text) => {
    expect(readQuestion(text).kind).not.toBe('list')
  })
})
