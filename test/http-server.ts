/** Runs the real HTTP application on a free port over services made of a few papers of our own. */
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { afterEach, expect } from 'vitest'
import type { z } from 'zod'
import type { Answer, Ask } from '../src/answering/answer.js'
import { FootnoteError } from '../src/errors.js'
import type { ErrorCode } from '../src/errors.js'
import { createApp } from '../src/http/app.js'
import type { AppOptions } from '../src/http/app.js'
import { STATUS_OF_CODE } from '../src/http/errors.js'
import { listen } from '../src/http/listen.js'
import type { ListenOptions } from '../src/http/listen.js'
import { ErrorReplySchema } from '../src/http/schemas.js'
import type { Services } from '../src/http/services.js'
import type { IngestSummary } from '../src/ingest/tally.js'
import type { Paper } from '../src/papers/paper.js'

const ADDED = '2026-01-02T03:04:05.000Z'

export const TIDES: Paper = {
  id: 'doi:10.5555/tides/7',
  title: 'Tides in <small> harbours & bays',
  abstract: 'We measure tides in 14 harbours. The mean error is 3.2 cm. A "quick" method halves the cost.',
  authors: ['Ada Brook', 'Søren Østergård'],
  year: 2021,
  doi: '10.5555/tides/7',
  addedAt: ADDED,
}
export const MOSSES: Paper = {
  id: 'title:00112233aabbccdd',
  title: 'Mosses on north walls',
  abstract: 'Mosses cover 61% of north walls. Sun explains most of it.',
  digest: true,
  addedAt: ADDED,
}

export const ANSWER: Answer = {
  id: 'answer-1',
  question: 'How exact are the tides?',
  standaloneQuestion: 'How exact are the tides?',
  answer: 'The mean error is 3.2 cm. [1]',
  claims: [
    { text: 'The mean error is 3.2 cm.', start: 0, end: 25, citations: [1], verdict: 'supported', support: 1 },
  ],
  citations: [
    { number: 1, paper: TIDES, similarity: 0.8, quotes: [{ text: 'The mean error is 3.2 cm.', start: 33, end: 58 }] },
  ],
  answerable: { verdict: 'answered', probability: 0.9, missingTerms: [], nearest: [] },
  considered: [{ id: MOSSES.id, title: MOSSES.title, similarity: 0.1 }],
  followUps: [],
  writer: 'extractive',
  groundedness: 1,
  timings: { retrieval: 1 },
}

export const NOTHING_INGESTED: IngestSummary = {
  added: 0,
  updated: 0,
  unchanged: 0,
  duplicates: 0,
  rejected: [],
  rejectedCount: 0,
  withoutAbstract: 0,
  interrupted: false,
  brokenOff: false,
}

export const answerAtOnce: Ask = async function* (request) {
  yield { type: 'sources', citations: ANSWER.citations }
  yield { type: 'text-delta', text: ANSWER.answer }
  for (const claim of ANSWER.claims) yield { type: 'claim', claim }
  yield { type: 'answer-end', answer: { ...ANSWER, question: request.question } }
}

export function createServices(overrides: Partial<Services> = {}): Services {
  const papers = new Map([TIDES, MOSSES].map((paper) => [paper.id, paper]))
  return {
    ask: answerAtOnce,
    answers: { find: async (id) => (id === ANSWER.id ? ANSWER : undefined) },
    async search(_query, { limit }) {
      return [...papers.values()].slice(0, limit).map((paper) => ({ paper, similarity: 0.5, quotes: [] }))
    },
    async related({ seeds = [], limit = 10 }) {
      const missing = seeds.find((seed) => !papers.has(seed))
      if (missing !== undefined) throw new FootnoteError('not_found', `The library has no paper "${missing}"; check the id.`)
      const others = [...papers.values()].filter((paper) => !seeds.includes(paper.id))
      return { results: others.slice(0, limit).map((paper) => ({ paper, similarity: 0.4, why: { seeds: [], sharedTerms: ['error'], pairs: [] } })), duplicates: [] }
    },
    async map() {
      return { revision: 3, model: 'fake@1', papers: 2, isSample: false, isStale: false, points: [{ id: TIDES.id, title: TIDES.title, x: 0, y: 0.5, cluster: 0 }], clusters: [{ label: 'tides & bays', papers: 1, x: 0, y: 0.5 }] }
    },
    async draft({ text, style = 'pandoc' }) {
      return { sentences: [{ text, start: 0, end: text.length, status: 'novel' }], style, cited: text, bibtex: '' }
    },
    async examples() {
      return [{ question: 'How exact are the tides?', papers: 1 }]
    },
    library: {
      async get(id) {
        const paper = papers.get(id)
        return paper && { handle: 1, paper }
      },
      async list({ text = '', limit }) {
        return { papers: [...papers.values()].filter((paper) => paper.title.includes(text)).slice(0, limit) }
      },
      async remove(ids) {
        return ids.filter((id) => papers.delete(id)).length
      },
      async status() {
        const indexed = { vectors: papers.size, lexical: papers.size }
        return { papers: papers.size, digests: 1, revision: 3, model: 'fake@1', indexed }
      },
    },
    version: '0.0.0-test',
    ...overrides,
  }
}

export interface TestServer {
  readonly url: string
  readonly port: number
  /** Every log line so far, parsed. */
  readonly logged: readonly Readonly<Record<string, unknown>>[]
  stop(graceMs?: number): Promise<void>
  get(path: string, init?: RequestInit): Promise<Response>
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>
}

const running: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(running.splice(0).map((stop) => stop()))
})

/** Stopped after the test, if not before. */
export async function startServer(
  services: Services | (() => Services | undefined) = createServices(),
  options: Partial<AppOptions & ListenOptions> = {},
): Promise<TestServer> {
  const logged: Record<string, unknown>[] = []
  const sink = new Writable({
    write(line: Buffer, _encoding, done) {
      logged.push(JSON.parse(line.toString('utf8')) as Record<string, unknown>)
      done()
    },
  })
  const app = createApp(typeof services === 'function' ? services : () => services, { log: pino(sink), ...options })
  const { url, port, stop } = await listen(app, { host: '127.0.0.1', port: 0, ...options })
  const stopOnce = (graceMs = 0) => stop(graceMs).catch(() => undefined)
  running.push(stopOnce)
  const get = (path: string, init?: RequestInit) => fetch(url + path, init)
  return {
    url,
    port,
    logged,
    stop,
    get,
    post: (path, body, init = {}) =>
      get(path, {
        ...init,
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(init.headers as Record<string, string>) },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
  }
}

/** The reply's body, held against its schema: no field missing, none of another type, none unknown. */
export async function bodyOf<Schema extends z.ZodType>(response: Response, schema: Schema): Promise<z.output<Schema>> {
  expect(response.status).toBe(200)
  const body: unknown = await response.json()
  const parsed = schema.parse(body)
  expect(parsed).toEqual(body)
  return parsed
}

/** Asserts that a reply failed in the one shape that errors have, and gives its message. */
export async function expectError(
  response: Response,
  code: ErrorCode,
  message: RegExp,
  status = STATUS_OF_CODE[code],
): Promise<string> {
  const { error } = ErrorReplySchema.parse(await response.json())
  expect(error.code).toBe(code)
  expect(error.message).toMatch(message)
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(response.headers.get('x-request-id')).toMatch(/^[\w.:-]+$/)
  return error.message
}

/** A socket that has sent this text; `received` resolves with all that came back, once it is closed. */
export function rawSocket(port: number, text: string): { readonly socket: Socket; readonly received: Promise<string> } {
  const socket = connect(port, '127.0.0.1', () => socket.write(text))
  const received = new Promise<string>((resolve) => {
    let all = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (all += chunk))
    socket.on('error', () => undefined).on('close', () => resolve(all))
  })
  return { socket, received }
}
