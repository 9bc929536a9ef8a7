/** Who may use the server: by key, from which pages, how often; and what it tells Prometheus. */
import { describe, expect, it } from 'vitest'
import type { Ask } from '../src/answering/answer.js'
import { OpenAiErrorSchema } from '../src/http/dialects/openai-body.js'
import { ANSWER, TIDES, answerAtOnce, createServices, expectError, rawSocket, startServer } from './http-server.js'

const KEYS = ['first-key', 'second-key']
const question = { question: ANSWER.question }
const chat = { messages: [{ role: 'user', content: ANSWER.question }] }

describe('with an API key set', () => {
  it.each([
    ['authorization', 'Bearer first-key', 200],
    ['authorization', 'bearer second-key', 200],
    ['x-api-key', 'second-key', 200],
    ['authorization', 'Bearer first-ke', 401],
    ['authorization', 'Bearer first-key,second-key', 401],
    ['authorization', 'Basic Zmlyc3Qta2V5', 401],
    ['authorization', 'first-key', 401],
    ['x-api-key', '', 401],
  ])('%s: %s gives %i', async (name, value, status) => {
    const server = await startServer(createServices(), { apiKeys: KEYS })
    expect((await server.post('/v1/ask', question, { headers: { [name]: value } })).status).toBe(status)
  })

  it('refuses everything that is protected, in any spelling of its path, and no log holds a key', async () => {
    const server = await startServer(createServices(), { apiKeys: KEYS })
    for (const path of ['/v1/status', '/V1/status', '/v1/papers', '/v1/nothing', '/api/chat/x/stream', '/mcp', '/metrics', '/Metrics']) {
      const reply = await server.get(path, { headers: { authorization: 'Bearer wrong-secret' } })
      expect([path, reply.status, reply.headers.get('www-authenticate')]).toEqual([path, 401, 'Bearer'])
    }
    await expectError(await server.get('/v1/status'), 'unauthorized', /asks for a key; send "authorization: Bearer KEY"/)
    await expectError(await server.get('/v1/status', { headers: { 'x-api-key': 'wrong-secret' } }), 'unauthorized', /none of the server's/)
    await server.get('/v1/status', { headers: { authorization: 'Bearer first-key' } })
    expect(JSON.stringify(server.logged)).not.toMatch(/wrong-secret|first-key/)
  })

  it('refuses in the shape of each dialect', async () => {
    const server = await startServer(createServices(), { apiKeys: KEYS })
    for (const reply of [await server.post('/v1/chat/completions', chat), await server.get('/v1/models')]) {
      expect(OpenAiErrorSchema.parse(await reply.json()).error).toMatchObject({ type: 'authentication_error', code: 'unauthorized' })
    }
    expect(await (await server.post('/api/chat', chat)).text()).toMatch(/^This server asks for a key; /)
    expect(await (await server.post('/mcp', {})).json()).toMatchObject({ jsonrpc: '2.0', error: { data: { code: 'unauthorized' } } })
  })

  it('leaves open what orchestrators and people with a link ask for', async () => {
    const server = await startServer(createServices(), { apiKeys: KEYS })
    for (const path of ['/', '/healthz', '/readyz', '/docs', '/openapi.json', `/p/${TIDES.id}`]) expect([path, (await server.get(path)).status]).toEqual([path, 200])
  })
})

describe('a web page', () => {
  const from = (origin: string, host?: string) => ({ headers: { origin, ...(host === undefined ? {} : { host }) } })

  it('of the server itself, may use it; of a stranger, may not, nor send it what needs no permission', async () => {
    const server = await startServer()
    expect((await server.post('/v1/ask', question, from(server.url))).status).toBe(200)
    for (const origin of ['https://stranger.example', 'null', 'http://localhost:1']) {
      await expectError(await server.post('/v1/ask', question, from(origin)), 'unauthorized', /set CORS_ORIGINS/, 403)
      expect((await server.post('/mcp', {}, from(origin))).status).toBe(403)
      expect((await server.get(`/v1/papers/${TIDES.id}`, { method: 'DELETE', ...from(origin) })).status).toBe(403)
    }
    expect((await server.get(`/v1/papers/${TIDES.id}`)).status).toBe(200)
  })

  it('of the public address, may use it behind a proxy that changes the name', async () => {
    const server = await startServer(createServices(), { publicUrl: 'https://papers.example', localOnly: true })
    expect((await server.post('/v1/ask', question, from('https://papers.example'))).status).toBe(200)
  })

  it('whose name was made to lead to this machine, may not even read', async () => {
    const server = await startServer(createServices(), { localOnly: true, publicUrl: 'https://papers.example' })
    const statusFor = async (host: string, origin = '') =>
      (await rawSocket(server.port, `GET /v1/status HTTP/1.1\r\nhost: ${host}\r\n${origin}connection: close\r\n\r\n`).received).split(' ')[1]
    for (const host of ['rebound.example', `rebound.example:${server.port}`, '127.0.0.1.rebound.example']) {
      expect([host, await statusFor(host, `origin: http://${host}\r\n`), await statusFor(host)]).toEqual([host, '403', '403'])
    }
    for (const host of ['localhost', '127.0.0.1:3000', '[::1]:3000', 'papers.example', 'nas', 'nas.local']) expect([host, await statusFor(host)]).toEqual([host, '200'])
  })

  it('that is named in CORS_ORIGINS, may use it and read the reply; by default no reply allows it', async () => {
    const origin = 'https://chat.example'
    const server = await startServer(createServices(), { corsOrigins: [origin] })
    const preflight = await server.get('/v1/ask', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type,authorization' } })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe(origin)
    expect(preflight.headers.get('access-control-allow-headers')).toBe('content-type,authorization')
    const reply = await server.post('/v1/ask', question, from(origin))
    expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([200, origin])
    const other = await server.post('/v1/ask', question, from('https://stranger.example'))
    expect([other.status, other.headers.get('access-control-allow-origin')]).toEqual([403, null])
    const all = await startServer(createServices(), { corsOrigins: ['*'] })
    expect((await all.post('/v1/ask', question, from('null'))).headers.get('access-control-allow-origin')).toBe('*')
    const none = await (await startServer()).get('/v1/ask', { method: 'OPTIONS', headers: { origin } })
    expect(none.headers.get('access-control-allow-origin')).toBeNull()
  })
})

describe('a link to a paper without an address', () => {
  const urlFor = async (host: string, headers = '', options = {}) => {
    const server = await startServer(createServices(), options)
    const body = JSON.stringify(chat)
    const text = await rawSocket(server.port, `POST /v1/chat/completions HTTP/1.1\r\nhost: ${host}\r\n${headers}connection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`).received
    return (JSON.parse(/\{.*\}/.exec(text)?.[0] ?? '{}') as { citations: string[] }).citations[0]?.replace(String(server.port), 'PORT')
  }
  const page = `/p/${encodeURIComponent(TIDES.id)}`

  it('goes by the public address, else by the name of the request if it is one', async () => {
    expect(await urlFor('papers.lan:8080')).toBe(`http://papers.lan:8080${page}`)
    expect(await urlFor('[::1]:3000')).toBe(`http://[::1]:3000${page}`)
    expect(await urlFor('x"onload=alert(1)')).toBe(`http://localhost:PORT${page}`)
    expect(await urlFor('evil.example/path?')).toBe(`http://localhost:PORT${page}`)
    expect(await urlFor('papers.lan', '', { publicUrl: 'https://papers.example/footnote/' })).toBe(`https://papers.example/footnote${page}`)
  })

  it('believes a proxy about the name only where proxies are trusted', async () => {
    const forwarded = 'x-forwarded-host: papers.example\r\nx-forwarded-proto: https\r\n'
    expect(await urlFor('inner', forwarded)).toBe(`http://inner${page}`)
    expect(await urlFor('inner', forwarded, { trustedProxies: 1 })).toBe(`https://papers.example${page}`)
  })
})

describe('the rate limit', () => {
  it('covers every dialect, in its shape, and no page', async () => {
    const server = await startServer(createServices(), { rateLimitPerMinute: 1 })
    await server.get('/v1/status')
    const replies = [await server.post('/api/chat', chat), await server.post('/mcp', {}), await server.post('/v1/chat/completions', chat)]
    expect(replies.map(({ status, headers }) => [status, Number(headers.get('retry-after')) > 0])).toEqual([[429, true], [429, true], [429, true]])
    expect(await replies[0]?.text()).toMatch(/^More than 1 requests in a minute/)
    expect(OpenAiErrorSchema.parse(await replies[2]?.json()).error.type).toBe('rate_limit_error')
    expect((await server.get('/docs')).status).toBe(200)
  })
})

describe('the metrics', () => {
  it('tell requests by route, verdicts, papers and the event loop, and nothing that a person wrote', async () => {
    const declined: Ask = async function* () {
      yield { type: 'answer-end', answer: { ...ANSWER, answerable: { ...ANSWER.answerable, verdict: 'none' } } }
    }
    let asked = 0
    const ask: Ask = (request, signal) => (asked++ === 0 ? declined(request, signal) : answerAtOnce(request, signal))
    const server = await startServer(createServices({ ask }))
    for (const path of ['/v1/ask', '/v1/ask']) await (await server.post(path, { question: 'secret question' })).text()
    await (await server.post('/v1/chat/completions', chat)).text()
    await (await server.get('/v1/papers/title:secret')).text()
    await (await server.get('/v1/secret')).text()
    const reply = await server.get('/metrics')
    const text = await reply.text()
    expect(reply.headers.get('content-type')).toMatch(/^text\/plain/)
    for (const line of [
      'footnote_http_requests_total{method="POST",route="/v1/ask",status="200"} 2',
      'footnote_http_requests_total{method="GET",route="/v1/papers/*id",status="404"} 1',
      'footnote_http_requests_total{method="GET",route="none",status="404"} 1',
      'footnote_http_request_seconds_count{route="/v1/ask"} 2',
      'footnote_answers_total{verdict="none",writer="extractive"} 1',
      'footnote_answers_total{verdict="answered",writer="extractive"} 2',
      'footnote_papers 2',
    ]) expect(text).toContain(line)
    expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds /m)
    expect(text).not.toContain('secret')
  })

  it('are there before the library is open, without papers', async () => {
    const server = await startServer(() => undefined)
    expect((await server.get('/metrics')).status).toBe(200)
  })
})
