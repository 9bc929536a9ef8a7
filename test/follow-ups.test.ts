/** Follow-up suggestions over the starter library: each is answered when it is asked, and none repeats the conversation. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Answer } from '../src/answering/answer.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'

const QUESTIONS = readFileSync(join(import.meta.dirname, 'data/seed-questions.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as { kind: string; question: string })
  .filter(({ kind }, i) => (kind === 'factual' && i % 3 === 0) || kind === 'list')

const folder = mkdtempSync(join(tmpdir(), 'footnote-follow-'))
let footnote: Footnote
let answers: Answer[]

async function ask(question: string, more: object = {}) {
  for await (const event of footnote.ask({ question, ...more }, new AbortController().signal)) if (event.type === 'answer-end') return event.answer
  throw new Error('no answer-end')
}

beforeAll(async () => {
  footnote = await compose(readConfig({ DATA_DIR: folder }), { log: { info() {}, warn() {} } })
  answers = []
  for (const { question } of QUESTIONS) answers.push(await ask(question))
}, 120_000)
afterAll(async () => {
  await footnote.close()
  rmSync(folder, { recursive: true })
})

describe('follow-ups', () => {
  it('are at most three, differ from the question and from each other, and are there for most answers', () => {
    for (const { question, followUps } of answers) {
      expect(followUps.length).toBeLessThanOrEqual(3)
      expect(new Set([question, ...followUps.map((one) => one.question)]).size).toBe(followUps.length + 1)
    }
    expect(answers.filter(({ followUps }) => followUps.length > 0).length / answers.length).toBeGreaterThan(0.5)
  })

  it('when they are asked, are answered', async () => {
    const offered = answers.flatMap(({ followUps }) => followUps)
    expect(offered.length).toBeGreaterThan(40)
    const declined: string[] = []
    for (const { question, papers } of offered) {
      expect(papers).toBeGreaterThan(0)
      const { answerable, citations } = await ask(question, { followUps: false })
      if (answerable.verdict !== 'answered' || citations.length === 0) declined.push(question)
    }
    expect(declined).toEqual([])
  }, 60_000)

  it('by which a paper is named, are never too vague, however common their other words are', async () => {
    expect((await ask('How does “When Layers Play the Lottery, all Tickets Win at Initialization” work?')).answerable.verdict).toBe('answered')
    expect((await ask('How does “the model” work?')).answerable.reason).toBe('too-vague')
  })

  it('under a filter, keep to it', async () => {
    const [first] = (await ask('Which papers deal with federated learning?')).citations
    const { followUps } = await ask('Which papers deal with federated learning?', { filter: { ids: [first?.paper.id as string] } })
    for (const { papers } of followUps) expect(papers).toBe(1)
  })

  it('are not offered again in the same conversation', async () => {
    const { question, answer, followUps } = answers.find((one) => one.followUps.length > 0) as Answer
    const offered = followUps[0]?.question as string
    const history = [{ role: 'user', content: question }, { role: 'assistant', content: answer }, { role: 'user', content: offered }, { role: 'assistant', content: 'So.' }]
    expect((await ask(question, { history })).followUps.map((one) => one.question)).not.toContain(offered)
  })

  it('of what is declined as outside the library, or not wanted, are none', async () => {
    expect((await ask('What is the boiling point of ethanol?')).followUps).toEqual([])
    expect((await ask(QUESTIONS[0]?.question as string, { followUps: false })).followUps).toEqual([])
  })

  it('never ask what a study of memory saves of it', async () => {
    const own = mkdtempSync(join(tmpdir(), 'footnote-memory-'))
    const studies = await compose(readConfig({ DATA_DIR: own, STARTER_LIBRARY: 'false' }), { log: { info() {}, warn() {} } })
    const record = { title: 'How weavers remember old patterns after a long winter', abstract: 'We asked 40 weavers for patterns of their youth. Memory improved by 12% after a week at the loom. We find that hands remember what heads forget. Sleep made no difference to the weavers.' }
    await studies.ingest((async function* () { yield Buffer.from(JSON.stringify(record)) })(), { format: 'jsonl' })
    let offered: string[] = []
    for await (const event of studies.ask({ question: 'How many weavers were asked for patterns?' }, new AbortController().signal)) if (event.type === 'answer-end') offered = event.answer.followUps.map(({ question }) => question)
    await studies.close()
    rmSync(own, { recursive: true })
    expect(offered.length).toBeGreaterThan(0)
    expect(offered.filter((question) => /save\?/.test(question))).toEqual([])
  })
})
