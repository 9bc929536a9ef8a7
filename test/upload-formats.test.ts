/** `POST /v1/papers` in every format, and by address where the server allows it. */
import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { ErrorReplySchema, IngestReplySchema } from '../src/http/schemas.js'
import { BATCH_RECORDS, createIngest } from '../src/ingest/ingest.js'
import type { IngestSummary } from '../src/ingest/tally.js'
import type { Sources } from '../src/ingest/sources.js'
import { PAPERS } from './contracts/reader.js'
import { createFakeEmbedder } from './fakes/embedder.js'
import { createFakeLibrary } from './fakes/library.js'
import { FIXTURES } from './fixtures/formats.js'
import { NOTHING_INGESTED, bodyOf, createServices, expectError, startServer } from './http-server.js'

async function startWith(sources?: Pick<Sources, 'open'>) {
  const embedder = createFakeEmbedder()
  const library = createFakeLibrary(embedder.model)
  return startServer(createServices({ ingest: createIngest({ library, embedder }), sources }))
}

const send = (body: string | Uint8Array, type: string, path = '/v1/papers') => [path, { method: 'POST', body, headers: { 'content-type': type } }] as const

describe('upload', () => {
  it.each(FIXTURES.flatMap(({ reader, record, file, bad }) => [...reader.mediaTypes, 'application/octet-stream', 'text/plain'].map((type) => ({ format: reader.format, type, text: file([...PAPERS.map(record), bad, record(PAPERS[0] as (typeof PAPERS)[number])]) }))))(
    'of $format as $type, stores what is good and lists what is bad',
    async ({ type, text }) => {
      const server = await startWith()
      const summary = await bodyOf(await server.get(...send(text, type)), IngestReplySchema)
      expect(summary).toMatchObject({ added: 3, duplicates: 1, rejectedCount: 1 })
      expect(summary.rejected[0]?.message).toMatch(/^(?:Line \d+|Record \d+ \(line \d+\))/)
      expect(await bodyOf(await server.get(...send(gzipSync(text), 'application/gzip')), IngestReplySchema)).toMatchObject({ unchanged: 3, duplicates: 1, rejectedCount: 1 })
    },
  )

  it('told the format or the encoding, believes it', async () => {
    const server = await startWith()
    await expectError(await server.get(...send('x', 'text/plain', '/v1/papers?format=docx')), 'invalid_request', /no format “docx”/)
    const latin = Buffer.from('title,abstract\nWärme,Heat spreads on.\n', 'latin1')
    expect(await bodyOf(await server.get(...send(latin, 'text/csv')), IngestReplySchema)).toMatchObject({ added: 0, rejectedCount: 1 })
    expect(await bodyOf(await server.get(...send(latin, 'text/csv; charset=iso-8859-1')), IngestReplySchema)).toMatchObject({ added: 1 })
  })

  it('of what is no format, says which there are', async () => {
    const server = await startWith()
    await expectError(await server.get(...send('just words', 'application/octet-stream')), 'unsupported_format', /was not recognised as one of the formats/)
  })
})

describe('upload of a gzipped body', () => {
  const lines = Array.from({ length: 300 }, (_, i) => JSON.stringify({ title: `Paper ${i} of clay`, abstract: `Clay number ${i} is fired for ${i * 7919} hours.` })).join('\n')
  const whole = gzipSync(lines)
  const stored = async (server: Awaited<ReturnType<typeof startWith>>) => (await bodyOf(await server.get(...send(lines, 'application/x-ndjson')), IngestReplySchema)).unchanged

  it('whose checksum does not hold, is refused and stores nothing', async () => {
    const server = await startWith()
    const damaged = Buffer.from(whole)
    damaged[damaged.length - 6] = (damaged[damaged.length - 6] as number) ^ 1
    await expectError(await server.get(...send(damaged, 'application/gzip')), 'invalid_request', /^The body is damaged: .*Nothing of it was stored/)
    expect(await stored(server)).toBe(0)
  })

  it('that is cut short, is an error that counts what came before and is stored', async () => {
    const server = await startWith()
    const reply = await server.get(...send(whole.subarray(0, whole.length >> 1), 'application/gzip'))
    const { error } = ErrorReplySchema.parse(await reply.clone().json())
    await expectError(reply, 'invalid_request', /cut short.* \d+ papers before that are stored; send it whole/)
    const { added, brokenOff } = error.details as IngestSummary
    expect({ brokenOff, some: added > 0 && added < 300 }).toEqual({ brokenOff: true, some: true })
    expect(await stored(server)).toBe(added)
  })
})

describe('upload with events', () => {
  const lines = Array.from({ length: 300 }, (_, i) => JSON.stringify({ title: `Paper ${i} of clay`, abstract: `Clay number ${i}.` })).join('\n')
  const sendAccepting = (accept: string, body: string | Uint8Array) => ['/v1/papers', { method: 'POST', body, headers: { accept, 'content-type': 'application/octet-stream' } }] as const

  it.each([
    ['text/event-stream', (text: string) => text.trim().split('\n\n').map((message) => ({ event: /^event: (.*)$/m.exec(message)?.[1], data: JSON.parse(/^data: (.*)$/m.exec(message)?.[1] ?? '') as object }))],
    ['application/x-ndjson', (text: string) => text.trim().split('\n').map((line) => JSON.parse(line) as { event: string; data: object })],
  ])('as %s, tells of batches on disk and ends with the summary', async (accept, read) => {
    const server = await startWith()
    const reply = await server.get(...sendAccepting(accept, `${lines}\n{"title":"No abstract"}`))
    expect(reply.headers.get('content-type')).toContain(accept)
    const events = read(await reply.text())
    expect(events[0]).toMatchObject({ event: 'progress', data: { added: BATCH_RECORDS, line: BATCH_RECORDS } })
    expect(events.at(-1)).toMatchObject({ event: 'ingest-end', data: { added: 300, rejectedCount: 1, rejected: [{ line: 301 }] } })
  })

  it('that fails before anything is stored, is a plain error; later, an event', async () => {
    const server = await startWith()
    await expectError(await server.get(...sendAccepting('text/event-stream', 'just words')), 'unsupported_format', /not recognised/)
    const half = gzipSync(lines).subarray(0, -20)
    const reply = await server.get(...sendAccepting('application/x-ndjson', half))
    expect(JSON.parse((await reply.text()).trim().split('\n').at(-1) ?? '')).toMatchObject({ event: 'error', data: { code: 'invalid_request', message: expect.stringMatching(/cut short/) as string } })
  })
})

describe('uploads by the dozen', () => {
  it('wait for their turn, five at most, and the next is told when to come again', async () => {
    let go = () => undefined as void
    const gone = new Promise<void>((resolve) => (go = resolve))
    let begun = 0
    const server = await startServer(createServices({ ingest: async () => { begun++; await gone; return NOTHING_INGESTED } }))
    const patient = Array.from({ length: 5 }, () => server.get(...send('{}', 'application/x-ndjson')))
    await vi.waitFor(() => expect(begun).toBe(1))
    const refused = await Promise.race([...patient, vi.waitFor(async () => {
      const reply = await server.get(...send('{}', 'application/x-ndjson'))
      expect(reply.status).toBe(503)
      return reply
    })])
    await expectError(refused, 'overloaded', /Too many uploads/)
    expect(refused.headers.get('retry-after')).toBe('2')
    go()
    expect((await Promise.all(patient)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200])
  })
})

describe('upload by address', () => {
  const open: Sources['open'] = (name, { limit } = {}) => ({ name, size: 0, format: 'jsonl', bytes: (async function* () { yield Buffer.from(JSON.stringify({ title: `Fetched ${limit}`, abstract: 'Fetched text.' })) })() })

  it('unless the settings allow it, is refused', async () => {
    const server = await startWith()
    await expectError(await server.get('/v1/papers?source=arxiv:1', { method: 'POST' }), 'invalid_request', /SOURCES_OVER_HTTP=true/)
  })

  it('where allowed, stores what is fetched, but for no page of another site', async () => {
    const server = await startWith({ open })
    expect(await bodyOf(await server.get('/v1/papers?source=arxiv:1&limit=7', { method: 'POST' }), IngestReplySchema)).toMatchObject({ added: 1 })
    await expectError(await server.get('/v1/papers?source=arxiv:1', { method: 'POST', headers: { origin: 'https://evil.example' } }), 'unauthorized', /./, 403)
  })
})
