/** Answers are kept: over HTTP, an answer can be had again, replayed, and held against the library of today. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AnswerSchema, KeptReplySchema } from '../src/answering/answer.js'
import type { Answer } from '../src/answering/answer.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { says, startProvider } from './fakes/scripted-provider.js'
import type { ScriptedProvider } from './fakes/scripted-provider.js'
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

describe('an answer of a language model, which names no paper', () => {
  const QUESTION = 'How do looms shake and how does madder dye wool?'
  const SAID = 'Springs lower the tremor of a loom by 41%. [1] The red keeps 90% of its depth after a year of sun. [2]'
  const folder = mkdtempSync(join(tmpdir(), 'footnote-kept-model-'))
  let provider: ScriptedProvider
  let server: Awaited<ReturnType<typeof startServer>>
  let withModel: Footnote

  beforeAll(async () => {
    provider = await startProvider(says(SAID))
    withModel = await compose(readConfig({ DATA_DIR: folder, STARTER_LIBRARY: 'false', LLM_MODEL: 'openai:scripted', LLM_API_KEY: 'none', LLM_BASE_URL: provider.url }), { log: { info() {}, warn() {} }, live: true })
    await withModel.ingest(bytesOf(LIBRARY), { format: 'jsonl' })
  }, 60_000)
  beforeEach(async () => {
    server = await startServer(withModel)
  })
  afterAll(async () => {
    await withModel.close()
    await provider.stop()
    rmSync(folder, { recursive: true })
  })

  const second = async (id: string) => {
    const { question, standaloneQuestion, citations } = await bodyOf(await server.get(`/v1/answers/${id}`), KeptReplySchema)
    expect(question).toBe('what does the second one say about the sun?')
    return { standaloneQuestion, title: citations[0]?.paper.title }
  }
  const cited = async () => bodyOf(await server.post('/v1/ask', { question: QUESTION }), AnswerSchema)

  it.each(['footnote', 'footnote:links'])('asked on over chat completions as %s, is known again by its text', async (model) => {
    expect((await cited()).writer).toBe('llm')
    const asked = { role: 'user', content: QUESTION }
    const reply = (await (await server.post('/v1/chat/completions', { model, messages: [asked] })).json()) as { choices: [{ message: { content: string } }] }
    const { content } = reply.choices[0].message
    expect(content).not.toContain('*Dyeing with madder*')
    const messages = [asked, { role: 'assistant', content }, { role: 'user', content: 'what does the second one say about the sun?' }]
    const next = (await (await server.post('/v1/chat/completions', { model, messages, footnote: { writer: 'extractive' } })).json()) as { footnote: { answer: string } }
    expect(await second(next.footnote.answer)).toEqual({ standaloneQuestion: expect.stringContaining('“Dyeing with madder”') as string, title: (await cited()).citations[1]?.paper.title })
  })

  it('asked on over the AI SDK and in our own words, is known again by its text', async () => {
    const { answer } = await cited()
    const parts = (text: string) => [{ type: 'text', text }]
    const stream = await server.post('/api/chat', { messages: [{ role: 'user', parts: parts(QUESTION) }, { role: 'assistant', parts: parts(answer) }, { role: 'user', parts: parts('what does the second one say about the sun?') }], footnote: { writer: 'extractive' } })
    const [, id = ''] = /"answerId":"([0-9a-f]+)"/.exec(await stream.text()) ?? []
    expect((await second(id)).standaloneQuestion).toContain('“Dyeing with madder”')
    const history = [{ role: 'user', content: QUESTION }, { role: 'assistant', content: answer }]
    const own = await bodyOf(await server.post('/v1/ask', { question: 'what does the second one say about the sun?', history, writer: 'extractive' }), AnswerSchema)
    expect(own.standaloneQuestion).toContain('“Dyeing with madder”')
    const altered = await bodyOf(await server.post('/v1/ask', { question: 'what does the second one say about the sun?', history: [history[0], { role: 'assistant', content: answer.replace('41', '14') }], writer: 'extractive' }), AnswerSchema)
    expect(altered.standaloneQuestion).not.toContain('madder')
  })
})
