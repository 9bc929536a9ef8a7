/** What each route gives for a good request, held against the wire contract. */
import { describe, expect, it } from 'vitest'
import { AnswerSchema } from '../src/answering/answer.js'
import {
  IngestReplySchema,
  ListReplySchema,
  RelatedReplySchema,
  SearchReplySchema,
  StatusReplySchema,
} from '../src/http/schemas.js'
import type { Ingest } from '../src/ingest/ingest.js'
import { PaperSchema } from '../src/papers/paper.js'
import { ANSWER, MOSSES, NOTHING_INGESTED, TIDES, bodyOf, createServices, expectError, startServer } from './http-server.js'

describe('the routes', () => {
  it('ask, in JSON, gives the whole answer', async () => {
    const server = await startServer()
    const answer = await bodyOf(await server.post('/v1/ask', { question: ANSWER.question }), AnswerSchema)
    expect(answer).toEqual(ANSWER)
  })

  it('ask, with every field, hands them on and cleans the question as papers are cleaned', async () => {
    const asked: unknown[] = []
    const ask: typeof base.ask = (request, signal) => (asked.push(request), base.ask(request, signal))
    const base = createServices()
    const server = await startServer({ ...base, ask })
    const rest = {
      history: [{ role: 'user', content: 'Hello' }, { role: 'assistant', content: 'Hello. [1]\n- Bye. [2]' }],
      filter: { ids: [TIDES.id], year: { from: 2000, to: 2000 }, categories: ['x'], authors: ['Ada'], venue: 'v' },
      maxPapers: 20,
      writer: 'extractive',
    }
    await bodyOf(await server.post('/v1/ask', { question: '\u202e How\u200b \u0007exact? ', ...rest }), AnswerSchema)
    expect(asked).toEqual([{ question: 'How exact?', ...rest }])
  })

  it('search, when asked for one, gives one paper', async () => {
    const server = await startServer()
    const { results } = await bodyOf(await server.post('/v1/search', { query: 'tides', limit: 1 }), SearchReplySchema)
    expect(results.map(({ paper }) => paper.id)).toEqual([TIDES.id])
  })

  it('related, by body and by path, leaves out the seed', async () => {
    const server = await startServer()
    const replies = await Promise.all([
      server.post('/v1/related', { seeds: [TIDES.id] }),
      server.get(`/v1/papers/${TIDES.id}/related`),
      server.get(`/v1/papers/${encodeURIComponent(TIDES.id)}/related?limit=1`),
    ])
    for (const reply of replies) {
      const { results } = await bodyOf(reply, RelatedReplySchema)
      expect(results.map(({ paper }) => paper.id)).toEqual([MOSSES.id])
    }
  })

  it('papers, by query and limit, gives a page', async () => {
    const server = await startServer()
    expect((await bodyOf(await server.get('/v1/papers'), ListReplySchema)).papers).toEqual([TIDES, MOSSES])
    expect((await bodyOf(await server.get('/v1/papers?query=Moss&limit=1'), ListReplySchema)).papers).toEqual([MOSSES])
  })

  it('a paper whose id has slashes is found, encoded or not', async () => {
    const server = await startServer()
    expect(await bodyOf(await server.get(`/v1/papers/${TIDES.id}`), PaperSchema)).toEqual(TIDES)
    expect(await bodyOf(await server.get(`/v1/papers/${encodeURIComponent(TIDES.id)}`), PaperSchema)).toEqual(TIDES)
  })

  it('delete, twice, removes the paper and then does not find it', async () => {
    const server = await startServer()
    const gone = await server.get(`/v1/papers/${TIDES.id}`, { method: 'DELETE' })
    expect([gone.status, await gone.text()]).toEqual([204, ''])
    await expectError(await server.get(`/v1/papers/${TIDES.id}`, { method: 'DELETE' }), 'not_found', /no paper "doi:/)
  })

  it('upload, when the body comes in pieces, hands each on as it arrives', async () => {
    const pieces: string[] = []
    const ingest: Ingest = async (body, { format } = {}) => {
      for await (const chunk of body) {
        pieces.push(Buffer.from(chunk).toString('utf8'))
        arrived.shift()?.()
      }
      return { ...NOTHING_INGESTED, added: pieces.length, rejected: [{ line: 2, code: format ?? '', message: 'm' }] }
    }
    const arrived: (() => void)[] = []
    async function* lines() {
      for (const line of ['{"title":"a"}\n', '{"title":"b"}\n']) {
        const received = new Promise<void>((resolve) => arrived.push(resolve))
        yield Buffer.from(line)
        await received
      }
    }
    const server = await startServer(createServices({ ingest }))
    const init = { method: 'POST', body: lines(), duplex: 'half', headers: { 'content-type': 'application/x-ndjson' } }
    const summary = await bodyOf(await server.get('/v1/papers?format=jsonl', init as RequestInit), IngestReplySchema)
    expect(pieces).toEqual(['{"title":"a"}\n', '{"title":"b"}\n'])
    expect(summary).toMatchObject({ added: 2, rejected: [{ code: 'jsonl' }] })
  })

  it('status, when both indexes hold every paper, says that they are complete', async () => {
    const server = await startServer()
    const status = await bodyOf(await server.get('/v1/status'), StatusReplySchema)
    expect(status).toMatchObject({ papers: 2, model: 'fake@1', index: { complete: true }, versions: { footnote: '0.0.0-test' } })
  })

  it('all stand in what GET / lists for programs, the most wanted first, each with what it gives, and no parts of pages', async () => {
    const server = await startServer()
    const { endpoints } = (await (await server.get('/', { headers: { accept: 'application/json' } })).json()) as { endpoints: { method: string; path: string; gives: string }[] }
    const { paths } = (await (await server.get('/openapi.json')).json()) as { paths: Record<string, Record<string, unknown>> }
    const described = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    const names = endpoints.map(({ method, path }) => `${method} ${path}`)
    expect(names.toSorted()).toEqual(described.filter((name) => !name.startsWith('GET /docs/')).sort())
    expect(names.slice(0, 2)).toEqual(['POST /v1/ask', 'POST /v1/chat/completions'])
    for (const { gives } of endpoints) expect(gives).toMatch(/^\S.{5,}/)
  })
})

describe('every reply', () => {
  it('carries an id, the caller\'s if it is a sane one', async () => {
    const server = await startServer()
    const idFor = async (given: string) => {
      const reply = await server.get('/healthz', { headers: { 'x-request-id': given } })
      return reply.headers.get('x-request-id')
    }
    expect(await idFor('trace-1.a:B_2')).toBe('trace-1.a:B_2')
    expect(await idFor('x'.repeat(128))).toBe('x'.repeat(128))
    expect(await idFor('x'.repeat(129))).toMatch(/^[0-9a-f-]{36}$/)
    expect(await idFor('a b')).toMatch(/^[0-9a-f-]{36}$/)
  })

  it('forbids pages to do anything and does not say what serves it', async () => {
    const server = await startServer()
    const { headers } = await server.get('/healthz')
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    )
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  it('is logged once, with its id and status and without what was asked', async () => {
    const server = await startServer()
    await (await server.get('/v1/papers?query=secret', { headers: { 'x-request-id': 'mine', authorization: 'key' } })).text()
    await (await server.get('/healthz')).text()
    expect(server.logged).toHaveLength(1)
    expect(server.logged[0]).toMatchObject({ req: { id: 'mine', method: 'GET', path: '/v1/papers' }, res: { status: 200 } })
    expect(JSON.stringify(server.logged)).not.toMatch(/secret|key/)
  })
})
