/** Answers are kept: over HTTP, an answer can be had again, replayed, and held against the library of today. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnswerSchema, KeptReplySchema } from '../src/answering/answer.js'
import type { Answer } from '../src/answering/answer.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { bodyOf, createServices, expectError, startServer } from './http-server.js'

const LIBRARY = [
  { title: 'Damped looms', abstract: 'Looms shake the floors of mills. We hang each loom on springs. Springs lower the tremor of a loom by 41%.' },
  { title: 'Dyeing with madder', abstract: 'Madder gives a red that lasts. We dye wool in 12 baths. The red keeps 90% of its depth after a year of sun.' },
]

const folder = mkdtempSync(join(tmpdir(), 'footnote-kept-'))
let footnote: Footnote

async function* bytesOf(records: readonly object[]) {
  yield Buffer.from(records.map((record) => JSON.stringify(record)).join('\n'))
}

async function ingest(records: readonly object[]) {
  await footnote.ingest(bytesOf(records), { format: 'jsonl' })
}

async function asked(question: string, more: object = {}): Promise<Answer> {
  const server = await startServer(footnote)
  return bodyOf(await server.post('/v1/ask', { question, ...more }), AnswerSchema)
}

async function found(id: string) {
  const server = await startServer(footnote)
  return bodyOf(await server.get(`/v1/answers/${id}`), KeptReplySchema)
}

beforeAll(async () => {
  footnote = await compose(readConfig({ DATA_DIR: folder, STARTER_LIBRARY: 'false' }), { log: { info() {}, warn() {} }, live: true })
  await ingest(LIBRARY)
})

afterAll(async () => {
  await footnote.close()
  rmSync(folder, { recursive: true })
})

describe('a kept answer', () => {
  it('while nothing has changed, is what was answered', async () => {
    const answer = await asked('By how much do springs lower the tremor of a loom?')
    expect(answer.citations[0]?.paper.title).toBe('Damped looms')
    expect(await found(answer.id)).toEqual(answer)
  })

  it('replayed, comes as events that make up the same answer', async () => {
    const answer = await asked('By how much do springs lower the tremor of a loom?')
    const server = await startServer(footnote)
    const reply = await server.get(`/v1/answers/${answer.id}?replay=true`)
    expect(reply.headers.get('content-type')).toMatch(/^text\/event-stream/)
    const events = [...(await reply.text()).matchAll(/event: (.+)\ndata: (.+)\n/g)].map(([, name, data]) => ({ name, data: JSON.parse(data as string) as Record<string, unknown> }))
    expect([...new Set(events.map(({ name }) => name))]).toEqual(['sources', 'text-delta', 'claim', 'answer-end'])
    expect(events.map(({ data }) => (typeof data['text'] === 'string' ? data['text'] : '')).join('')).toBe(answer.answer)
    expect(events.flatMap(({ name, data }) => (name === 'claim' ? [data['claim']] : []))).toEqual(answer.claims)
    expect(events.at(-1)?.data['answer']).toEqual(answer)
  })

  it('after a paper came that it would cite, names it; after an unrelated one, does not', async () => {
    const answer = await asked('How long does the red of madder last in the sun?')
    await ingest([{ title: 'Slow ferries', abstract: 'Ferries wait for the tide. A timetable by the moon saves 3 hours a week.' }])
    expect(await found(answer.id)).toEqual(answer)
    await ingest([{ title: 'How long the red of madder lasts in the sun', abstract: 'The red of madder lasts in the sun. We find that the red of madder lasts 40 years in the sun.' }])
    const { stale } = await found(answer.id)
    expect(stale?.added.map(({ title }) => title)).toEqual(['How long the red of madder lasts in the sun'])
    expect(stale?.removed).toEqual([])
  })

  it('after a cited paper was removed or rewritten, names it', async () => {
    const answer = await asked('By how much do springs lower the tremor of a loom?')
    await ingest([{ title: 'Damped looms', abstract: 'We hang looms on springs of steel. Springs lower the tremor of a loom by 44%.' }])
    const changed = await found(answer.id)
    expect(changed.stale).toMatchObject({ added: [], removed: [], rewritten: [{ title: 'Damped looms' }] })
    expect(changed.answer).toBe(answer.answer)
    await footnote.library.remove([answer.citations[0]?.paper.id as string])
    const { stale } = await found(answer.id)
    expect(stale).toMatchObject({ added: [], removed: [{ title: 'Damped looms' }], rewritten: [] })
    await ingest(LIBRARY)
  })

  it('of an unknown id, is not found', async () => {
    const server = await startServer(footnote)
    await expectError(await server.get('/v1/answers/0123456789abcdef01234567'), 'not_found', /no answer "0123456789abcdef01234567"/)
    await expectError(await server.get('/v1/answers/x?replay=perhaps'), 'invalid_request', /"replay" is "perhaps"/)
  })

  it('of a server that keeps none, is not found', async () => {
    const server = await startServer(createServices({ answers: undefined }))
    await expectError(await server.get('/v1/answers/x'), 'not_found', /ANSWERS_KEPT_DAYS/)
  })

  it('has an id that another library gives to no answer', async () => {
    const question = 'By how much do springs lower the tremor of a loom?'
    const { id } = await asked(question)
    const other = mkdtempSync(join(tmpdir(), 'footnote-kept-'))
    const elsewhere = await compose(readConfig({ DATA_DIR: other, STARTER_LIBRARY: 'false' }), { log: { info() {}, warn() {} }, live: true })
    await elsewhere.ingest(bytesOf(LIBRARY), { format: 'jsonl' })
    const server = await startServer(elsewhere)
    const answer = await bodyOf(await server.post('/v1/ask', { question }), AnswerSchema)
    await elsewhere.close()
    rmSync(other, { recursive: true })
    expect(answer.id).not.toBe(id)
  })
})
