/** Many readers of streamed answers at once, some of whom hang up and some of whom read nothing: what each gets, and what stays. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { openFootnote } from 'footnote'
import { expect, vi } from 'vitest'
import type { Services } from '../src/http/services.js'
import { rawSocket, startServer } from './http-server.js'
import type { TestServer } from './http-server.js'

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

const QUESTION = 'Which papers shrink the KV cache?'
const REQUESTS: readonly (readonly [path: string, body: object])[] = [
  ['/v1/ask', { question: QUESTION, stream: true }],
  ['/v1/chat/completions', { stream: true, messages: [{ role: 'user', content: QUESTION }] }],
  ['/api/chat', { messages: [{ role: 'user', parts: [{ type: 'text', text: QUESTION }] }] }],
]
/** By which a reader knows that its stream is whole. */
const LAST_WORDS = /event: answer-end|data: \[DONE\]/

function requestOf(index: number): string {
  const [path, content] = REQUESTS[index % REQUESTS.length] as (typeof REQUESTS)[number]
  const body = JSON.stringify(content)
  return `POST ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

/** Readers that hang up at their first byte, and readers that never read: each a tenth. */
async function round(server: TestServer, streams: number): Promise<void> {
  const readers = Array.from({ length: streams }, (_, i) => ({ kind: i % 10, ...rawSocket(server.port, requestOf(i)) }))
  for (const { kind, socket } of readers) {
    if (kind === 0) socket.once('data', () => socket.destroy())
    if (kind === 1) socket.removeAllListeners('data').pause()
  }
  const whole = await Promise.all(readers.filter(({ kind }) => kind > 1).map(({ received }) => received))
  expect(whole.filter((text) => !LAST_WORDS.test(text))).toEqual([])
  // The stalled ones are still there, and nobody waits for them.
  expect((await server.post('/v1/ask', { question: QUESTION })).status).toBe(200)
  for (const { kind, socket } of readers) if (kind === 1) socket.destroy()
  await Promise.all(readers.map(({ received }) => received))
}

const openSockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length

/**
 * Asserts that every reader who reads gets the whole of its stream, and that no connection is left after several
 * rounds. Returns how much of the heap stays, in bytes a stream.
 */
export async function expectNothingStays({ streams, rounds }: { readonly streams: number; readonly rounds: number }): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'footnote-streams-'))
  const footnote = await openFootnote({ DATA_DIR: folder })
  try {
    return await measure(footnote, { streams, rounds })
  } finally {
    await footnote.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function measure(services: Services, { streams, rounds }: { readonly streams: number; readonly rounds: number }): Promise<number> {
  const server = await startServer(services, { rateLimitPerMinute: 0 })
  const settled = async () => {
    await vi.waitFor(() => expect(openSockets()).toBeLessThanOrEqual(sockets), { timeout: 20_000 })
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const sockets = openSockets()
  await round(server, streams)
  const before = await settled()
  for (let i = 0; i < rounds; i++) await round(server, streams)
  // A log line of each request stays in the test's own server.
  return ((await settled()) - before) / (streams * rounds)
}
