/** Clients that are slow, broken or hostile, and a server that stops: what only sockets can show. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import type { Ask } from '../src/answering/answer.js'
import { FootnoteError } from '../src/errors.js'
import { listen } from '../src/http/listen.js'
import { ErrorReplySchema } from '../src/http/schemas.js'
import type { Ingest } from '../src/ingest/ingest.js'
import { ANSWER, NOTHING_INGESTED, answerAtOnce, createServices, rawSocket, startServer } from './http-server.js'

/** The status and error of a raw reply. */
function readReply(text: string) {
  const [head = '', body = ''] = text.split('\r\n\r\n')
  return { status: Number(head.split(' ')[1]), error: ErrorReplySchema.parse(JSON.parse(body)).error }
}

async function send(port: number, text: string) {
  return readReply(await rawSocket(port, text).received)
}

describe('a client', () => {
  it('that does not speak HTTP, gets the error shape and is closed', async () => {
    const server = await startServer()
    for (const garbage of ['\u0016\u0003\u0001\r\n\r\n', 'HELLO\r\n\r\n', 'GET / HTTP/1.1\r\nbad header\r\n\r\n']) {
      expect(await send(server.port, garbage)).toMatchObject({ status: 400, error: { code: 'invalid_request' } })
    }
  })

  it('with headers above 16 kB, is told so', async () => {
    const server = await startServer()
    const reply = await send(server.port, `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`)
    expect(reply).toMatchObject({ status: 431, error: { code: 'too_large' } })
  })

  it('that sends its headers too slowly, is closed with 408', async () => {
    const server = await startServer(createServices(), { headersTimeoutMs: 50, requestTimeoutMs: 10_000 })
    const reply = await send(server.port, 'GET / HTTP/1.1\r\nhost: x\r\nx-slow: ')
    expect(reply).toMatchObject({ status: 408, error: { message: expect.stringMatching(/too slowly/) as unknown } })
  })

  it('that sends its question too slowly, is closed with 408', async () => {
    const server = await startServer(createServices(), { headersTimeoutMs: 50, requestTimeoutMs: 100 })
    const head = 'POST /v1/ask HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"qu'
    expect(await send(server.port, head)).toMatchObject({ status: 408 })
  })

  it('that uploads papers for longer than a request may last, is not cut off', async () => {
    const ingest: Ingest = async (body) => {
      let added = 0
      for await (const chunk of body) added += chunk.length
      return { ...NOTHING_INGESTED, added }
    }
    const server = await startServer(createServices({ ingest }), { headersTimeoutMs: 300, requestTimeoutMs: 300 })
    const head = 'POST /v1/papers HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nab'
    const { socket, received } = rawSocket(server.port, head)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    socket.write('cde')
    expect(await received).toMatch(/^HTTP\/1\.1 200 [^]*"added":5/)
  })

  it('that pipelines garbage after a question, brings nobody else down', async () => {
    const server = await startServer()
    const { received } = rawSocket(server.port, 'GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n\u0000\u0001garbage\r\n\r\n')
    expect(await received).toMatch(/^HTTP\/1\.1 /)
    expect((await server.get('/healthz')).status).toBe(200)
  })

  it('that vanishes in the middle of a body, leaves no error of ours behind', async () => {
    const server = await startServer()
    const head = 'POST /v1/ask HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{"qu'
    const { socket } = rawSocket(server.port, head)
    await once(socket, 'connect')
    await new Promise((resolve) => setTimeout(resolve, 30))
    socket.destroy()
    expect((await server.get('/v1/status')).status).toBe(200)
    expect(server.logged.filter(({ level }) => (level as number) >= 50)).toEqual([])
  })
})

describe('listening', () => {
  it('on a port in use, names the port and the setting', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    await expect(listen(() => undefined, { host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'invalid_request',
      message: `Port ${port} is in use; stop the other program, or set PORT to another.`,
    })
    other.close()
  })

  it('on a host that is not ours, names the host and the setting', async () => {
    // 192.0.2.0/24 is set aside for documentation (RFC 5737).
    await expect(listen(() => undefined, { host: '192.0.2.1', port: 0 })).rejects.toMatchObject({
      message: expect.stringMatching(/^Host 192\.0\.2\.1 .*set HOST/) as unknown,
    })
  })

  it('everywhere, gives an address that a person can open', async () => {
    const listening = await listen((_request, response) => response.end(), { host: '0.0.0.0', port: 0 })
    expect(listening.url).toBe(`http://localhost:${listening.port}`)
    await listening.stop(0)
  })
})

describe('stopping', () => {
  /** An ask that answers when it is told to. */
  function heldAsk() {
    let release = () => {}
    let reportStart = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    const started = new Promise<void>((resolve) => (reportStart = resolve))
    const ask: Ask = async function* (request, signal) {
      reportStart()
      await Promise.race([released, once(signal, 'abort')])
      if (!signal.aborted) yield* answerAtOnce(request, signal)
    }
    return { ask, started, release: () => release() }
  }

  it('while a question is worked on, accepts no more, answers it, and then is done', async () => {
    const { ask, started, release } = heldAsk()
    const stop = new AbortController()
    const server = await startServer(createServices({ ask }), { stop: stop.signal })
    const reply = server.post('/v1/ask', { question: ANSWER.question })
    await started
    stop.abort()
    const stopped = server.stop(10_000)
    await vi.waitFor(() => expect(server.get('/healthz')).rejects.toThrow(), 20_000)
    release()
    expect(await (await reply).json()).toEqual(ANSWER)
    await stopped
  })

  it('does not turn away who is connected already, though not yet accepted', async () => {
    const server = await startServer()
    const request = 'GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n'
    const clients = Array.from({ length: 20 }, () => rawSocket(server.port, request).received)
    await server.stop(10_000)
    for (const received of await Promise.all(clients)) expect(received).toMatch(/^HTTP\/1\.1 200 /)
  })

  it('in the middle of an upload, keeps what is stored and says that it is not the whole', async () => {
    const ingest: Ingest = async (body, { signal } = {}) => {
      for await (const _ of body) break
      stop.abort(new FootnoteError('not_ready', 'The server is stopping.'))
      return { ...NOTHING_INGESTED, added: 128, interrupted: signal?.aborted === true }
    }
    const stop = new AbortController()
    const server = await startServer(createServices({ ingest }), { stop: stop.signal })
    const head = 'POST /v1/papers HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\n{"title"'
    const { socket } = rawSocket(server.port, head)
    const [reply] = (await once(socket, 'data')) as [string]
    expect(reply).toMatch(/^HTTP\/1\.1 503 /)
    expect(readReply(reply).error).toMatchObject({ code: 'not_ready', message: expect.stringContaining('128 papers of the body are stored') as string, details: { added: 128 } })
    socket.destroy()
  })

  it('when the grace is over, cuts off what still runs', async () => {
    const { ask, started } = heldAsk()
    const server = await startServer(createServices({ ask }))
    const reply = server.post('/v1/ask', { question: 'x' })
    const failed = expect(reply).rejects.toThrow()
    await started
    await server.stop(20)
    await failed
  })

  it('on a connection that is kept alive, says that it is not ready and closes it', async () => {
    const stop = new AbortController()
    const server = await startServer(createServices(), { stop: stop.signal })
    stop.abort()
    const reply = await server.get('/readyz')
    expect([reply.status, reply.headers.get('connection')]).toEqual([503, 'close'])
    expect((await server.get('/v1/status')).status).toBe(200)
  })
})
