/** `POST /v1/papers` in every format, and by address where the server allows it. */
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { IngestReplySchema } from '../src/http/schemas.js'
import { createIngest } from '../src/ingest/ingest.js'
import type { Sources } from '../src/ingest/sources.js'
import { PAPERS } from './contracts/reader.js'
import { createFakeEmbedder } from './fakes/embedder.js'
import { createFakeLibrary } from './fakes/library.js'
import { FIXTURES } from './fixtures/formats.js'
import { bodyOf, createServices, expectError, startServer } from './http-server.js'

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
