/** What each route says to a bad request: one shape, the culprit and the cure. */
import { once } from 'node:events'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, vi } from 'vitest'
import { FootnoteError } from '../src/errors.js'
import { SearchReplySchema } from '../src/http/schemas.js'
import type { Ingest } from '../src/ingest/ingest.js'
import { TIDES, bodyOf, createServices, expectError, rawSocket, startServer } from './http-server.js'

const asks = { question: 'How exact are the tides?' }

describe('a bad question', () => {
  const turn = { role: 'user', content: 'x' }
  const cases: readonly (readonly [string, unknown, RegExp])[] = [
    ['missing', {}, /^"question" is missing; it must be a string\.$/],
    ['a number', { question: 7 }, /^"question" is 7; it must be a string\.$/],
    ['null', { question: null }, /^"question" is null; it must be a string\.$/],
    ['empty', { question: '' }, /^"question" is blank; ask something/],
    ['white space and hidden characters', { question: ' \u200b\t\u{e0041}\u0007' }, /^"question" is blank/],
    ['too long', { question: 'x'.repeat(2001) }, /^"question" has 2001 characters; at most 2000 are allowed\.$/],
    ['a mistyped field', { ...asks, maxPaper: 3 }, /^There is no field "maxPaper"; did you mean "maxPapers"\?$/],
    ['a field unlike any', { ...asks, temperature: 1 }, /^There is no field "temperature"; known are "question", "history"/],
    ['a mistyped field of the filter', { ...asks, filter: { yaer: {} } }, /^There is no field "yaer" in "filter"; did you mean "year"\?$/],
    ['a mistyped field of a turn', { ...asks, history: [{ ...turn, contents: '' }] }, /"contents" in "history\[0\]"; did you mean "content"\?$/],
    ['too few papers', { ...asks, maxPapers: 0 }, /^"maxPapers" is 0; it must be at least 1\.$/],
    ['too many papers', { ...asks, maxPapers: 21 }, /^"maxPapers" is 21; it must be at most 20\.$/],
    ['half a paper', { ...asks, maxPapers: 1.5 }, /^"maxPapers" is 1\.5; it must be a whole number\.$/],
    ['an unknown writer', { ...asks, writer: 'gpt' }, /^"writer" is "gpt"; use "auto" or "extractive" or "llm"\.$/],
    ['too long a history', { ...asks, history: Array(51).fill(turn) }, /^"history" has 51 entries; at most 50/],
    ['too long a turn', { ...asks, history: [turn, { ...turn, content: 'x'.repeat(10_001) }] }, /^"history\[1\]\.content" has 10001 characters/],
    ['a turn by nobody', { ...asks, history: [{ content: 'x' }] }, /^"history\[0\]\.role" is missing; use "user" or "assistant"/],
    ['a turn by the system', { ...asks, history: [{ role: 'system', content: 'x' }] }, /^"history\[0\]\.role" is "system"; use "user" or "assistant"/],
    ['years in the wrong order', { ...asks, filter: { year: { from: 2001, to: 2000 } } }, /^"filter\.year" ends before it begins/],
    ['a prototype key', '{"question":"x","__proto__":{"a":1}}', /^The body has a field "__proto__"/],
    ['a deep prototype key', '{"question":"x","filter":{"constructor":{}}}', /^The body has a field "constructor"/],
    ['broken JSON', '{"question": "x"', /^The body is not valid JSON: .*position 16/],
    ['no JSON at all', 'question=x', /^The body is not valid JSON: /],
    ['a JSON string', '"x"', /^The body is a string; send a JSON object/],
    ['a JSON null', 'null', /^The body is null; send a JSON object/],
    ['an array', [asks], /^The body is an array; send a JSON object/],
    ['nothing', '', /^The body is empty; send a JSON object/],
    ['a hundred thousand brackets', '['.repeat(100_000), /^The body is not valid JSON/],
  ]

  it.each(cases)('that is or has %s, is refused and explained', async (_what, body, message) => {
    const server = await startServer()
    await expectError(await server.post('/v1/ask', body), 'invalid_request', message)
  })

  it('at every limit exactly, is answered', async () => {
    const server = await startServer()
    const history = [{ role: 'user', content: 'x'.repeat(10_000) }, ...Array<unknown>(49).fill(turn)]
    const body = { question: 'x'.repeat(2000), history, maxPapers: 20, filter: { year: { from: 2000, to: 2000 } } }
    expect((await server.post('/v1/ask', body)).status).toBe(200)
  })

  it('lists every fault, not only the first, in its details', async () => {
    const server = await startServer()
    const reply = await server.post('/v1/ask', { question: 1, maxPapers: 99 })
    const { error } = (await reply.json()) as { error: { details: { field: string }[] } }
    expect(error.details.map(({ field }) => field)).toEqual(['question', 'maxPapers'])
  })
})

describe('a body', () => {
  it('of another content type, is told which to send', async () => {
    const server = await startServer()
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x']) {
      const reply = await server.post('/v1/ask', asks, { headers: { 'content-type': type } })
      const message = await expectError(reply, 'unsupported_format', /send JSON with the header "content-type: application\/json"/)
      expect(message).toContain(type)
    }
  })

  it('in another charset or compression, is told which to send', async () => {
    const server = await startServer()
    const latin = await server.post('/v1/ask', asks, { headers: { 'content-type': 'application/json; charset=latin1' } })
    await expectError(latin, 'unsupported_format', /unsupported charset "LATIN1"; send UTF-8/)
    const zip = await server.post('/v1/ask', asks, { headers: { 'content-encoding': 'zip' } })
    await expectError(zip, 'unsupported_format', /send UTF-8, plain or with content-encoding gzip/)
  })

  it('above 256 kB, plain or once unpacked, is too large; at 256 kB it is read', async () => {
    const server = await startServer()
    const sized = (bytes: number) => JSON.stringify(asks).padEnd(bytes)
    expect((await server.post('/v1/ask', sized(256 * 1024))).status).toBe(200)
    await expectError(await server.post('/v1/ask', sized(256 * 1024 + 1)), 'too_large', /at most 256 kB/)
    const packed = await server.get('/v1/ask', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
      body: gzipSync(sized(5_000_000)),
    })
    await expectError(packed, 'too_large', /at most 256 kB/)
  })

  it('announced above 256 kB, is refused before it has come', async () => {
    const server = await startServer()
    const head = 'POST /v1/ask HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99999999999\r\n\r\n{'
    const { socket } = rawSocket(server.port, head)
    const [reply] = (await once(socket, 'data')) as [string]
    expect(reply).toMatch(/^HTTP\/1\.1 413 [^]*at most 256 kB/)
    socket.destroy()
  })

  it('that is not packed as it says, is no failure of ours', async () => {
    const server = await startServer()
    for (const encoding of ['gzip', 'deflate', 'br']) {
      const reply = await server.post('/v1/ask', asks, { headers: { 'content-encoding': encoding } })
      await expectError(reply, 'invalid_request', /^The body cannot be unpacked \(.*\); pack it again/)
    }
  })

  it('without anything in it, is missed by each route that needs one', async () => {
    const server = await startServer(createServices({ ingest: () => Promise.reject(new Error('not reached')) }))
    for (const path of ['/v1/ask', '/v1/search', '/v1/related', '/v1/papers']) {
      await expectError(await server.get(path, { method: 'POST' }), 'invalid_request', /^The body is empty; send/)
    }
  })
})

describe('the other routes', () => {
  const bad: readonly (readonly [string, string, unknown, RegExp])[] = [
    ['search without a query', '/v1/search', {}, /^"query" is missing/],
    ['search with too high a limit', '/v1/search', { query: 'x', limit: 101 }, /^"limit" is 101; it must be at most 100/],
    ['related to nothing', '/v1/related', {}, /^The body names nothing to be related to; give "seeds"/],
    ['related to no seed', '/v1/related', { seeds: [] }, /^"seeds" has 0 entries; at least 1/],
    ['related to a blank text', '/v1/related', { text: ' ' }, /^"text" is blank/],
    ['related to too long a text', '/v1/related', { text: 'x'.repeat(20_001) }, /^"text" has 20001 characters/],
  ]
  it.each(bad)('%s, is refused and explained', async (_what, path, body, message) => {
    const server = await startServer()
    await expectError(await server.post(path, body), 'invalid_request', message)
  })

  const unreadable: readonly (readonly [string, RegExp])[] = [
    ['/v1/papers?limit=ten', /^"limit" must be a whole number from 1 to 100\.$/],
    ['/v1/papers?limit=0', /^"limit" is .*; it must be at least 1/],
    ['/v1/papers?limit=101', /at most 100/],
    ['/v1/papers?limt=3', /^There is no field "limt"; did you mean "limit"\?$/],
    ['/v1/papers?__proto__=3', /"__proto__", which is not allowed/],
    ['/v1/papers/x/related?limit=-1', /^"limit" must be/],
    ['/v1/papers/%E0%A4%A', /percent-encoded/],
  ]
  it.each(unreadable)('GET %s, is refused and explained', async (path, message) => {
    const server = await startServer()
    await expectError(await server.get(path), 'invalid_request', message)
  })

  it('for an unknown paper, name it', async () => {
    const server = await startServer()
    for (const path of ['/v1/papers/arxiv:1', '/v1/papers/arxiv:1/related', '/p/arxiv:1']) {
      await expectError(await server.get(path), 'not_found', /"arxiv:1"/)
    }
    await expectError(await server.post('/v1/related', { seeds: [TIDES.id, 'arxiv:1'] }), 'not_found', /"arxiv:1"/)
  })

  it('for an unknown path, say where to look', async () => {
    const server = await startServer()
    for (const path of ['/v1', '/v1/asks', '/favicon.ico', '/../../etc/passwd', '/V2/ask']) {
      await expectError(await server.get(path), 'not_found', /^There is nothing at \/.*GET \/docs shows/)
    }
  })

  it('by a method that they do not take, name those that they take', async () => {
    const server = await startServer()
    const allowed = async (method: string, path: string) => {
      const reply = await server.get(path, { method })
      await expectError(reply, 'invalid_request', new RegExp(`does not take ${method}; use`), 405)
      return reply.headers.get('allow')
    }
    expect(await allowed('GET', '/v1/ask')).toBe('POST, OPTIONS')
    expect(await allowed('PUT', '/v1/papers')).toBe('GET, POST, HEAD, OPTIONS')
    expect(await allowed('DELETE', '/v1/papers/x/related')).toBe('GET, HEAD, OPTIONS')
    expect(await allowed('POST', '/')).toBe('GET, HEAD, OPTIONS')
    const options = await server.get('/v1/ask', { method: 'OPTIONS' })
    expect([options.status, options.headers.get('allow')]).toEqual([204, 'POST, OPTIONS'])
  })
})

describe('an upload', () => {
  it('to a server that takes none, is told how else', async () => {
    const server = await startServer()
    await expectError(await server.post('/v1/papers', '{}'), 'not_found', /npm run ingest/)
  })

  it('of a type that no reader reads, is told which', async () => {
    const server = await startServer(createServices({ ingest: () => Promise.reject(new Error('not reached')) }))
    const image = await server.post('/v1/papers', 'x', { headers: { 'content-type': 'image/png' } })
    await expectError(image, 'unsupported_format', /came with image\/png; send JSON lines/)
    const brotli = await server.post('/v1/papers', 'x', { headers: { 'content-encoding': 'br' } })
    await expectError(brotli, 'unsupported_format', /came with content-encoding br/)
  })

  it('by a web page, in the type that needs nobody\'s leave, is refused', async () => {
    const server = await startServer(createServices({ ingest: () => Promise.reject(new Error('not reached')) }))
    const headers = { 'content-type': 'text/plain', origin: 'https://elsewhere.example' }
    await expectError(await server.post('/v1/papers', '{}', { headers }), 'unauthorized', /^Pages of https:\/\/elsewhere\.example may not/, 403)
  })

  it('that fills the disk while it is still being sent, is told so', async () => {
    const ingest: Ingest = async (body) => {
      for await (const _ of body) break
      throw new FootnoteError('storage_full', 'The disk is full; free some space.')
    }
    const server = await startServer(createServices({ ingest }))
    // Twice, because the first must not keep the place of the next.
    for (const _ of [1, 2]) {
      await expectError(await server.post('/v1/papers', 'x'.repeat(20_000_000)), 'storage_full', /disk is full/)
    }
  })

  it('that is refused while it is still being sent, is read to its end for a client that reads last', async () => {
    const ingest: Ingest = async (body) => {
      for await (const _ of body) break
      throw new FootnoteError('storage_full', 'The disk is full; free some space.')
    }
    const server = await startServer(createServices({ ingest }))
    const head = 'POST /v1/papers HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 20000000\r\n\r\n'
    const { socket } = rawSocket(server.port, head)
    await once(socket, 'connect')
    socket.pause()
    await new Promise((resolve) => socket.write('x'.repeat(20_000_000), resolve))
    socket.resume()
    const [reply] = (await once(socket, 'data')) as [string]
    expect(reply).toMatch(/^HTTP\/1\.1 507 /)
    socket.destroy()
  })

  it('that falls silent, is told so', async () => {
    const ingest: Ingest = async (body) => {
      for await (const _ of body);
      throw new Error('not reached')
    }
    async function* lines() {
      yield Buffer.from('{')
      await new Promise(() => undefined)
    }
    const server = await startServer(createServices({ ingest }), { uploadSilenceMs: 50 })
    const init = { method: 'POST', body: lines(), duplex: 'half', headers: { 'content-type': 'application/x-ndjson' } }
    await expectError(await server.get('/v1/papers', init as RequestInit), 'invalid_request', /stopped arriving for 0\.05 s/)
  })

  it('that comes byte by byte, is cut off and lets others send', async () => {
    const ingest: Ingest = async (body) => {
      for await (const _ of body);
      return { added: 0, updated: 0, unchanged: 0, duplicates: 0, rejected: [], rejectedCount: 0, withoutAbstract: 0, interrupted: false, brokenOff: false }
    }
    async function* drops() {
      for (;;) {
        yield Buffer.from('{')
        await new Promise((resolve) => setTimeout(resolve, 30))
      }
    }
    const server = await startServer(createServices({ ingest }), { uploadSilenceMs: 300 })
    const headers = { 'content-type': 'application/x-ndjson' }
    const slow = server.get('/v1/papers', { method: 'POST', body: drops(), duplex: 'half', headers } as RequestInit)
    await expectError(await slow, 'invalid_request', /less than a kilobyte a second/)
    expect((await server.get('/v1/papers', { method: 'POST', body: '{}', headers })).status).toBe(200)
  })
})

describe('a failure of ours', () => {
  it('hides its message from the caller, and has it in the log under the same id', async () => {
    const search = () => Promise.reject(new Error('secret path'))
    const server = await startServer(createServices({ search }))
    const reply = await server.post('/v1/search', { query: 'x' }, { headers: { 'x-request-id': 'r-1' } })
    await expectError(reply, 'internal', /request id r-1\.$/)
    expect(server.logged[0]).toMatchObject({ level: 50, req: { id: 'r-1' }, err: { message: 'secret path' } })
  })
})

describe('before the library is open', () => {
  it('the server lives, is not ready, and says when to come back', async () => {
    let open = false
    const services = createServices()
    const server = await startServer(() => (open ? services : undefined))
    expect((await server.get('/healthz')).status).toBe(200)
    expect((await server.get('/')).status).toBe(200)
    for (const reply of [await server.get('/readyz'), await server.post('/v1/ask', asks), await server.get('/nowhere')]) {
      expect(reply.headers.get('retry-after')).toBe('1')
      await expectError(reply, 'not_ready', /being opened/)
    }
    open = true
    expect((await server.get('/readyz')).status).toBe(200)
    await bodyOf(await server.post('/v1/search', { query: 'x' }), SearchReplySchema)
  })
})

describe('the rate limit', () => {
  it('lets so many requests a minute through and says when to come back; health is not counted', async () => {
    const server = await startServer(createServices(), { rateLimitPerMinute: 2 })
    for (const _ of [1, 2]) expect((await server.get('/v1/status')).status).toBe(200)
    const refused = await server.get('/v1/status')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    await expectError(refused, 'rate_limited', /^More than 2 requests in a minute; try again in \d+ s\.$/)
    expect((await server.get('/readyz')).status).toBe(200)
  })

  it('of 0, is off', async () => {
    const server = await startServer(createServices(), { rateLimitPerMinute: 0 })
    for (let i = 0; i < 5; i++) expect((await server.get('/v1/status')).status).toBe(200)
  })

  it('behind a trusted proxy, counts its clients apart; behind none, believes no header', async () => {
    const printed = vi.spyOn(console, 'error')
    const statuses = async (trustedProxies: number) => {
      const server = await startServer(createServices(), { rateLimitPerMinute: 1, trustedProxies })
      const from = async (address: string) =>
        (await server.get('/v1/status', { headers: { 'x-forwarded-for': address } })).status
      return [await from('192.0.2.1'), await from('192.0.2.2'), await from('192.0.2.1')]
    }
    expect(await statuses(1)).toEqual([200, 200, 429])
    expect(await statuses(0)).toEqual([200, 429, 429])
    expect(printed).not.toHaveBeenCalled()
    printed.mockRestore()
  })
})
