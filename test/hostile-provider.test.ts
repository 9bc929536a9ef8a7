/** A provider that misbehaves in twenty-odd ways, met through every dialect: a whole answer or one clear error, and no claim supported that is not. */
import { mkdtempSync, rmSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnswerSchema } from '../src/answering/answer.js'
import type { Answer } from '../src/answering/answer.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { createApp } from '../src/http/app.js'
import { listen } from '../src/http/listen.js'
import { fails, openAiChunk, says, sends, startProvider } from './fakes/scripted-provider.js'
import type { Script, ScriptedProvider } from './fakes/scripted-provider.js'

const QUESTION = 'How much energy can L-Mul save on element-wise tensor multiplication?'
const TRUE_SENTENCE = 'L-Mul could save 95% of the energy cost of multiplying floating-point tensors element-wise.'
const LIE = 'L-Mul could save 59% of the energy cost of multiplying floating-point tensors element-wise.'

const delta = (more: object, finish: string | null = null) => `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'scripted', choices: [{ index: 0, delta: more, finish_reason: finish }] })}\n\n`
const END = `${openAiChunk('', 'stop')}data: [DONE]\n\n`
const streams = (...chunks: readonly (string | Buffer)[]): Script => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  for (const chunk of chunks) response.write(chunk)
  response.end(END)
}

/** What the reader must get: the sentence of the model, quotes alone, or the one or the other with nothing false. */
type Outcome = 'model' | 'quotes'

const MISBEHAVIOURS: readonly (readonly [string, Script, Outcome])[] = [
  ['sends its stream as text/plain', sends(`${openAiChunk(`${TRUE_SENTENCE} [1]`)}${END}`, 'text/plain'), 'model'],
  ['sends an error page with status 200', sends('<html><body><h1>502 Bad Gateway</h1></body></html>', 'text/html'), 'quotes'],
  ['sends an error object with status 200', sends('{"error":{"message":"model overloaded","type":"server_error"}}', 'application/json'), 'quotes'],
  ['sends an error object within the stream', sends('data: {"error":{"message":"model overloaded","type":"server_error"}}\n\ndata: [DONE]\n\n'), 'quotes'],
  ['sends a completion that is no stream', sends(JSON.stringify({ id: 'c', object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: TRUE_SENTENCE }, finish_reason: 'stop' }] }), 'application/json'), 'quotes'],
  ['calls tools instead of answering', streams(delta({ role: 'assistant', tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'search', arguments: '{"query":"x"}' } }] }, 'tool_calls')), 'quotes'],
  ['sends choices that are empty', streams('data: {"id":"c","object":"chat.completion.chunk","created":0,"model":"m","choices":[]}\n\n'), 'quotes'],
  ['thinks aloud in chunks of its own', streams(delta({ reasoning_content: `The reader wants ${LIE}` }), delta({ reasoning: LIE }), openAiChunk(`${TRUE_SENTENCE} [1]`)), 'model'],
  ['thinks and says nothing', streams(delta({ reasoning_content: LIE })), 'quotes'],
  ['sends white space alone', streams(...Array.from({ length: 400 }, () => openAiChunk(' \n\t '))), 'quotes'],
  ['sends five megabytes in one token', streams(openAiChunk('x'.repeat(5_000_000))), 'quotes'],
  ['sends bytes that are no UTF-8', streams(Buffer.concat([Buffer.from(openAiChunk(`${TRUE_SENTENCE} [1] `)), Buffer.from('data: {"choices":[{"delta":{"content":"'), Buffer.from([0xff, 0xfe, 0xc3]), Buffer.from('"}}]}\n\n')])), 'model'],
  ['says that it is done twice', streams(openAiChunk(`${TRUE_SENTENCE} [1]`), END, END), 'model'],
  ['redirects', (response) => void response.writeHead(307, { location: '/v1/elsewhere' }).end(), 'quotes'],
  ['redirects to a place where nobody listens', (response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/v1' }).end(), 'quotes'],
  ['is at its limit', fails(429, '{"error":{"message":"slow down"}}', { 'content-type': 'application/json', 'retry-after': '2' }), 'quotes'],
  ['sends chunks that are no JSON', sends('data: {"choices": [{"delta": {"conte\n\ndata: nonsense\n\n'), 'quotes'],
  ['sends null as content', streams(delta({ content: null }), delta({ content: [] })), 'quotes'],
  ['sends numbers as content', streams(delta({ content: 42 })), 'quotes'],
  ['ends its lines as Windows does', sends(`${openAiChunk(`${TRUE_SENTENCE} [1]`)}${END}`.replaceAll('\n', '\r\n')), 'model'],
  ['keeps the line warm with comments and events of its own', sends(`: ping\n\nevent: heartbeat\ndata: {"choices":[]}\n\n: ping\n\n${openAiChunk(`${TRUE_SENTENCE} [1]`)}: ping\n\n${END}`), 'model'],
  ['sends a line of ten megabytes', sends(`data: {"choices":[{"index":0,"delta":{"content":"${'x'.repeat(10_000_000)}`), 'quotes'],
  ['redirects in a circle', (response, { path }) => void response.writeHead(307, { location: `${path}?again=${Math.random()}` }).end(), 'quotes'],
  ['calls a tool beside its answer', streams(delta({ role: 'assistant', tool_calls: [{ index: 0, id: 't', type: 'function', function: { name: 'delete_papers', arguments: '{}' } }] }), openAiChunk(`${TRUE_SENTENCE} [1]`)), 'model'],
  ['says that it is done before it has said anything', streams(openAiChunk('', 'stop'), openAiChunk(`${LIE} [1]`)), 'quotes'],
  ['closes at once', (response) => void response.destroy(), 'quotes'],
  ['refuses by a field of its own', streams(delta({ refusal: 'I cannot help with that.' })), 'quotes'],
  ['changes a figure', says(`${LIE} [1]`), 'quotes'],
  ['alters a quotation by a letter', says('The paper says “applying the L-Mul operation in tensor processing hardwere could potentially reduce 95% energy cost” [1].'), 'quotes'],
  ['puts its lie into a table', says(`| model | saves |\n|---|---|\n| L-Mul | 59% of the energy of element-wise tensor multiplication [1] |`), 'quotes'],
  ['puts its lie into a code fence', says(`\`\`\`text\n${LIE} [1]\n\`\`\``), 'quotes'],
  ['links to a script', says(`[L-Mul](javascript:alert(1)) could save 95% of the energy cost of multiplying floating-point tensors element-wise. [1]`), 'model'],
  ['puts a link, an image and HTML around it', says(`<b>${TRUE_SENTENCE}</b> [1] ![x](https://evil.example/x(1).png) <script>alert(1)</script>`), 'model'],
  ...['[1, 1]', '【1】', '(source 1)', '[^1]', '[Source 1]', '<sup>1</sup>', '［1］', '[[1]](https://x.example)'].map((marker): [string, Script, Outcome] => [`cites by ${marker}`, says(`${TRUE_SENTENCE.slice(0, -1)} ${marker}.`), 'model']),
  ...['(1)', '^1', '¹', '[99]', '[0]'].map((marker): [string, Script, Outcome] => [`cites by ${marker}`, says(`${TRUE_SENTENCE.slice(0, -1)} ${marker}.`), 'model']),
  ...['[-1]', '[1e9]', '[1,000]'].map((marker): [string, Script, Outcome] => [`cites by ${marker}, a figure of its own`, says(`${TRUE_SENTENCE.slice(0, -1)} ${marker}.`), 'quotes']),
]

const folder = mkdtempSync(join(tmpdir(), 'footnote-hostile-'))
let provider: ScriptedProvider
let footnote: Footnote
let server: Awaited<ReturnType<typeof listen>>

beforeAll(async () => {
  provider = await startProvider(says(''))
  await Promise.all([import('langchain'), import('@langchain/openai')])
  const limits = { LLM_TIMEOUT_MS: '8000', LLM_FIRST_TOKEN_TIMEOUT_MS: '4000', LLM_STALL_TIMEOUT_MS: '2000' }
  footnote = await compose(readConfig({ LLM_MODEL: 'openai:scripted', LLM_API_KEY: 'none', LLM_BASE_URL: provider.url, DATA_DIR: folder, ...limits }), { log: { info() {}, warn() {} } })
  server = await listen(createApp(() => footnote, { log: pino({ level: 'silent' }), rateLimitPerMinute: 0 }), { host: '127.0.0.1', port: 0 })
}, 60_000)
afterAll(async () => {
  await server.stop(0).catch(() => undefined)
  await footnote.close()
  await provider.stop()
  rmSync(folder, { recursive: true })
})

const post = (path: string, body: object, headers: Record<string, string> = {}) => fetch(server.url + path, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })

/** Behaves once, as the circuit breaker remembers three failures in a row and a limit that was reached. */
async function recover(): Promise<void> {
  provider.script = says(`${TRUE_SENTENCE} [1]`)
  while (((await (await post('/v1/ask', { question: QUESTION })).json()) as Answer).writer !== 'llm') await new Promise((resolve) => setTimeout(resolve, 200))
}

async function misbehaving(script: Script, path: string, body: object, headers?: Record<string, string>): Promise<Response> {
  await recover()
  provider.script = script
  return post(path, body, headers)
}

/** No claim counts as supported that says something false, and nothing of the model's acts on the page that shows it. */
function expectHonest(text: string): void {
  expect(text).not.toContain('59%')
  expect(text).not.toContain('hardwere')
  expect(text).not.toMatch(/evil\.example|javascript:|<script|Bad Gateway|overloaded/)
  expect(text).toContain('95%')
}

const MESSAGES = { model: 'footnote', messages: [{ role: 'user', content: QUESTION }] }
const eventsIn = (text: string) => text.split('\n\n').filter((block) => block.includes('data: '))
const dataOf = (block: string) => block.split('\n').find((line) => line.startsWith('data: '))?.slice(6) ?? ''

describe.each(MISBEHAVIOURS)('where the provider %s', { timeout: 60_000 }, (_, script, outcome) => {
  const ask = (path: string, body: object, headers?: Record<string, string>) => misbehaving(script, path, body, headers)

  it('the native API gives one whole answer, at once and as events', async () => {
    const native = AnswerSchema.parse(await (await ask('/v1/ask', { question: QUESTION })).json())
    expectHonest(native.answer)
    expect(native.writer, JSON.stringify(native.claims)).toBe(outcome === 'model' ? 'llm' : 'extractive')
    for (const { paper, quotes } of native.citations) for (const { text, start, end } of quotes) expect(paper.abstract.slice(start, end)).toBe(text)
    for (const { verdict, text } of native.claims) if (verdict === 'supported') expect(text).not.toMatch(/59%|hardwere/)
    const streamed = eventsIn(await (await ask('/v1/ask', { question: QUESTION, stream: true })).text())
    const last = streamed.filter((block) => block.includes('event: answer-end'))
    expect(last).toHaveLength(1)
    const { answer } = JSON.parse(dataOf(last[0] as string)) as { answer: Answer }
    expectHonest(answer.answer)
    expect(streamed.filter((block) => block.includes('event: text-delta')).map((block) => (JSON.parse(dataOf(block)) as { text: string }).text).join('')).toBe(answer.answer)
  })

  it('so do the dialects', async () => {
    const { choices } = (await (await ask('/v1/chat/completions', MESSAGES)).json()) as { choices: { message: { content: string } }[] }
    expectHonest(choices[0]?.message.content ?? '')
    const blocks = eventsIn(await (await ask('/v1/chat/completions', { ...MESSAGES, stream: true })).text()).map(dataOf)
    expect(blocks.filter((data) => data === '[DONE]')).toHaveLength(1)
    expectHonest(blocks.slice(0, -1).map((data) => (JSON.parse(data) as { choices?: { delta: { content?: string } }[] }).choices?.[0]?.delta.content ?? '').join(''))
    const parts = eventsIn(await (await ask('/api/chat', { id: 'c', messages: [{ id: 'm', role: 'user', parts: [{ type: 'text', text: QUESTION }] }], trigger: 'submit-message' })).text()).map(dataOf)
    expect(parts.at(-1)).toBe('[DONE]')
    const read = parts.slice(0, -1).map((part) => JSON.parse(part) as { type: string; delta?: string })
    expect(read.filter(({ type }) => type === 'finish' || type === 'error')).toHaveLength(1)
    expectHonest(read.map(({ type, delta: text }) => (type === 'text-delta' ? text : '')).join(''))
    const reply = await ask('/mcp', { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'ask', arguments: { question: QUESTION } } }, { accept: 'application/json, text/event-stream' })
    const said = await reply.text()
    expect(reply.status, said).toBe(200)
    expectHonest(said)
  })

  it('whoever asks for the model alone gets its answer, or one clear error', async () => {
    const reply = await ask('/v1/ask', { question: QUESTION, writer: 'llm' })
    const body = (await reply.json()) as Answer & { error?: { code: string; message: string } }
    if (outcome === 'model') expectHonest(body.answer)
    else expect([reply.status, body.error?.code], body.error?.message).toEqual([502, 'writer_failed'])
  })
})
