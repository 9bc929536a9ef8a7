/** Streamed answers: their events, their errors, and what happens when the reader goes. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Ask } from '../src/answering/answer.js'
import { FootnoteError } from '../src/errors.js'
import { openEventStream } from '../src/http/event-stream.js'
import type { Ingest } from '../src/ingest/ingest.js'
import { ANSWER, NOTHING_INGESTED, TIDES, answerAtOnce, createServices, expectError, rawSocket, startServer } from './http-server.js'

const question = { question: ANSWER.question }
const askBody = JSON.stringify(question)
const rawAsk = (accept: string) =>
  `POST /v1/ask HTTP/1.1\r\nhost: x\r\naccept: ${accept}\r\ncontent-type: application/json\r\n` +
  `content-length: ${askBody.length}\r\n\r\n${askBody}`

interface Event {
  readonly event: string
  readonly data: unknown
  readonly id: string
}

/** Reads a stream as WHATWG HTML 9.2 says: comments skipped, one field a line. */
function eventsOf(text: string): Event[] {
  return text
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith(':'))
    .map((block) => Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2)) as [string, string][]))
    .map(({ event = '', data = '', id = '' }) => ({ event, data: JSON.parse(data), id }))
}

/**
 * An ask that waits, after its first event if told, until its signal aborts; `stopped` resolves then.
 * A model's client would fail with the abort, so this one can too.
 */
function waitingAsk(after: 'nothing' | 'sources', fails = false) {
  let reportStart = () => {}
  let reportStop = () => {}
  const started = new Promise<void>((resolve) => (reportStart = resolve))
  const stopped = new Promise<void>((resolve) => (reportStop = resolve))
  const ask: Ask = async function* (_request, signal) {
    reportStart()
    if (after === 'sources') yield { type: 'sources', citations: [] }
    if (!signal.aborted) await once(signal, 'abort')
    reportStop()
    if (fails) signal.throwIfAborted()
  }
  return { ask, started, stopped }
}

describe('a streamed answer', () => {
  it('asked for by field or by header, is the events in order with ids, the whole answer last', async () => {
    const server = await startServer()
    const replies = [
      await server.post('/v1/ask', { ...question, stream: true }),
      await server.post('/v1/ask', question, { headers: { accept: 'text/event-stream' } }),
    ]
    for (const reply of replies) {
      expect(reply.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
      expect(reply.headers.get('cache-control')).toBe('no-cache, no-transform')
      expect(reply.headers.get('x-accel-buffering')).toBe('no')
      expect(eventsOf(await reply.text())).toEqual([
        { event: 'sources', data: { citations: ANSWER.citations }, id: '1' },
        { event: 'text-delta', data: { text: ANSWER.answer }, id: '2' },
        { event: 'claim', data: { claim: ANSWER.claims[0] }, id: '3' },
        { event: 'answer-end', data: { answer: ANSWER }, id: '4' },
      ])
    }
  })

  it('declined by field, is JSON whatever the header accepts', async () => {
    const server = await startServer()
    const reply = await server.post('/v1/ask', { ...question, stream: false }, { headers: { accept: 'text/event-stream' } })
    expect(await reply.json()).toEqual(ANSWER)
  })

  it('with line breaks in its text, keeps each event in one piece', async () => {
    const text = 'a\n\nevent: x\r\ndata: \u2028"'
    const ask: Ask = async function* (request, signal) {
      yield { type: 'text-delta', text }
      yield* answerAtOnce(request, signal)
    }
    const server = await startServer(createServices({ ask }))
    const events = eventsOf(await (await server.post('/v1/ask', { ...question, stream: true })).text())
    expect(events[0]).toEqual({ event: 'text-delta', data: { text }, id: '1' })
  })

  it('that fails before its first event, is a plain HTTP error', async () => {
    const ask: Ask = async function* () {
      throw new FootnoteError('writer_failed', 'The model is down; try again.')
    }
    const server = await startServer(createServices({ ask }))
    await expectError(await server.post('/v1/ask', { ...question, stream: true }), 'writer_failed', /model is down/)
    await expectError(await server.post('/v1/ask', question), 'writer_failed', /model is down/)
  })

  it('that fails later, ends with an error event and without what only the log may know', async () => {
    const failures: readonly (readonly [Error, object])[] = [
      [new FootnoteError('writer_failed', 'Try again.'), { code: 'writer_failed', message: 'Try again.' }],
      [new Error('secret'), { code: 'internal', message: expect.stringMatching(/request id r-2\.$/) as unknown }],
    ]
    for (const [failure, data] of failures) {
      const ask: Ask = async function* () {
        yield { type: 'sources', citations: [] }
        throw failure
      }
      const server = await startServer(createServices({ ask }))
      const reply = await server.post('/v1/ask', { ...question, stream: true }, { headers: { 'x-request-id': 'r-2' } })
      expect(reply.status).toBe(200)
      const events = eventsOf(await reply.text())
      expect(events.map(({ event }) => event)).toEqual(['sources', 'error'])
      expect(events[1]?.data).toEqual(data)
      expect(server.logged[0]).toMatchObject({ err: { message: failure.message } })
    }
  })

  it('that breaks off without an end, says so', async () => {
    const ask: Ask = async function* () {
      yield { type: 'sources', citations: [] }
    }
    const server = await startServer(createServices({ ask }))
    const events = eventsOf(await (await server.post('/v1/ask', { ...question, stream: true })).text())
    expect(events[1]).toMatchObject({ event: 'error', data: { code: 'internal' } })
    await expectError(await server.post('/v1/ask', question), 'internal', /broke off/)
  })
})

describe('a reader that hangs up', () => {
  it.each([
    ['an answer in JSON', 'application/json', 'nothing', false],
    ['an answer in JSON that fails then', 'application/json', 'nothing', true],
    ['a stream before its first event', 'text/event-stream', 'nothing', false],
    ['a stream after its first event', 'text/event-stream', 'sources', false],
    ['a stream that fails then', 'text/event-stream', 'sources', true],
  ] as const)('during %s, stops the work and is no error', async (_what, accept, after, fails) => {
    const { ask, started, stopped } = waitingAsk(after, fails)
    const server = await startServer(createServices({ ask }))
    const { socket, received } = rawSocket(server.port, rawAsk(accept))
    await started
    if (after === 'sources') await once(socket, 'data')
    socket.destroy()
    await stopped
    expect(await received).not.toMatch(/error/)
    await vi.waitFor(() => expect(server.logged).toHaveLength(1), 20_000)
    expect(server.logged.filter(({ level }) => (level as number) >= 50)).toEqual([])
  })

  it('during a search, aborts its signal', async () => {
    let reportStart = () => {}
    const started = new Promise<void>((resolve) => (reportStart = resolve))
    const stopped = new Promise<void>((resolve) => {
      const search: ReturnType<typeof createServices>['search'] = async (_query, { signal }) => {
        reportStart()
        if (signal) await once(signal, 'abort')
        resolve()
        return []
      }
      void startServer(createServices({ search })).then(async (server) => {
        const body = '{"query":"x"}'
        const { socket } = rawSocket(
          server.port,
          `POST /v1/search HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
        )
        await started
        socket.destroy()
      })
    })
    await stopped
  })

  it('during an upload, ends the body with an error, so that no half is taken for the whole', async () => {
    let reportStart = () => {}
    const started = new Promise<void>((resolve) => (reportStart = resolve))
    let report = (_outcome: string) => {}
    const outcome = new Promise<string>((resolve) => (report = resolve))
    const ingest: Ingest = async (body, { signal } = {}) => {
      try {
        for await (const _ of body) reportStart()
        report('took half for the whole')
      } catch {
        report(signal?.aborted === true ? 'failed and was aborted' : 'failed')
      }
      return NOTHING_INGESTED
    }
    const server = await startServer(createServices({ ingest }))
    const head = 'POST /v1/papers HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 100\r\n\r\n{"title"'
    const { socket } = rawSocket(server.port, head)
    await started
    socket.destroy()
    expect(await outcome).toBe('failed and was aborted')
  })

  it('while it waits for its turn, gives its place up', async () => {
    const first = waitingAsk('nothing')
    let asked = 0
    const ask: Ask = (request, signal) => (asked++ === 0 ? first.ask(request, signal) : answerAtOnce(request, signal))
    const server = await startServer(createServices({ ask }), { maxRunningAsks: 1, patienceMs: 0 })
    const running = rawSocket(server.port, rawAsk('application/json'))
    await first.started
    // There is room for one to wait: of two that come, the one that is not refused waits, whichever came first.
    const rivals = [rawSocket(server.port, rawAsk('application/json')), rawSocket(server.port, rawAsk('application/json'))]
    const refused = await Promise.race(
      rivals.map(async ({ socket }) => {
        const [reply] = (await once(socket, 'data')) as unknown[]
        return { socket, reply: String(reply) }
      }),
    )
    expect(refused.reply).toMatch(/^HTTP\/1\.1 503 /)
    rivals.find(({ socket }) => socket !== refused.socket)?.socket.destroy()
    await vi.waitFor(() => expect(server.logged).toContainEqual(expect.objectContaining({ msg: 'request aborted' })), 20_000)
    const next = server.post('/v1/ask', question)
    running.socket.destroy()
    expect(await (await next).json()).toEqual(ANSWER)
    expect(asked).toBe(2)
  })
})

describe('too many questions at once', () => {
  it('beyond those that run and those that wait, are refused with Retry-After; the rest are answered', async () => {
    let open = () => {}
    const opened = new Promise<void>((resolve) => (open = resolve))
    let most = 0
    let now = 0
    const ask: Ask = async function* (request, signal) {
      most = Math.max(most, ++now)
      await opened
      yield* answerAtOnce(request, signal)
      now--
    }
    const server = await startServer(createServices({ ask }), { maxRunningAsks: 2, patienceMs: 0 })
    const replies = Array.from({ length: 5 }, () => server.post('/v1/ask', question))
    const refused = await Promise.race(replies)
    expect(refused.headers.get('retry-after')).toBe('2')
    await expectError(refused, 'overloaded', /^Too many questions/)
    open()
    expect((await Promise.all(replies)).map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 503])
    expect(most).toBe(2)
  })

  it('keep nobody from searching; too many searches are refused likewise, by whatever route', async () => {
    let open = () => {}
    const opened = new Promise<void>((resolve) => (open = resolve))
    const ask: Ask = async function* (request, signal) {
      await opened
      yield* answerAtOnce(request, signal)
    }
    const services = createServices({ ask })
    const { search, related } = services
    const server = await startServer({ ...services, search: async (...given) => opened.then(() => search(...given)), related: async (...given) => opened.then(() => related(...given)) }, { maxRunningAsks: 1, patienceMs: 0 })
    const asked = [1, 2].map(() => server.post('/v1/ask', question))
    const searches = [server.post('/v1/search', { query: 'tides' }), server.post('/v1/related', { text: 'Tides in bays.' }), server.get(`/v1/papers/${encodeURIComponent(TIDES.id)}/related`)]
    await expectError(await Promise.race(searches), 'overloaded', /^Too many searches/)
    open()
    expect((await Promise.all(searches)).map(({ status }) => status).sort()).toEqual([200, 200, 503])
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200])
  })

  it('keep lists of papers, the map and bibliographies waiting too, which read as much', async () => {
    let open = () => {}
    const opened = new Promise<void>((resolve) => (open = resolve))
    const services = createServices()
    const server = await startServer({ ...services, search: async (...given) => opened.then(() => services.search(...given)) }, { maxRunningAsks: 1, patienceMs: 0 })
    const searches = [1, 2, 3].map(() => server.post('/v1/search', { query: 'tides' }))
    await expectError(await Promise.race(searches), 'overloaded', /^Too many searches/)
    const others = [server.get('/v1/papers'), server.get('/v1/map'), server.get('/v1/map.svg'), server.post('/v1/bibliography', { ids: [TIDES.id], format: 'ris' })]
    for (const reply of await Promise.all(others)) await expectError(reply, 'overloaded', /^Too many searches/)
    open()
    await Promise.all(searches)
    expect((await server.get('/v1/papers')).status).toBe(200)
  })
})

describe('many questions at once', () => {
  it('are all answered where answers are quick, one after the other', async () => {
    let most = 0
    let now = 0
    const ask: Ask = async function* (request, signal) {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setTimeout(resolve, 5))
      yield* answerAtOnce(request, signal)
      now--
    }
    const server = await startServer(createServices({ ask }), { maxRunningAsks: 2 })
    const replies = await Promise.all(Array.from({ length: 40 }, () => server.post('/v1/ask', question)))
    expect(replies.filter(({ status }) => status !== 200)).toEqual([])
    expect(most).toBe(2)
  })
})

describe('an event stream', () => {
  const servers: (() => void)[] = []
  afterEach(() => servers.splice(0).forEach((close) => close()))

  /** A bare response, so that pace and heartbeat can be seen without an application around them. */
  async function open(heartbeatMs?: number) {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    servers.push(() => (server.close(), server.closeAllConnections()))
    const { socket } = rawSocket((server.address() as AddressInfo).port, 'GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    const [, response] = (await once(server, 'request')) as [unknown, import('node:http').ServerResponse]
    return { socket, response, stream: openEventStream(response, heartbeatMs === undefined ? {} : { heartbeatMs }) }
  }

  it('with nothing to say, sends comments, so that no proxy closes it', async () => {
    const { socket, stream } = await open(5)
    const [chunk] = (await once(socket, 'data')) as [string]
    expect(chunk).toMatch(/\r\n\r\n(?:[0-9a-f]+\r\n)?: /)
    expect(stream.begun).toBe(true)
  })

  it('whose reader reads nothing for two heartbeats, is let go, even when it has ended', async () => {
    for (const ends of [false, true]) {
      const { socket, response, stream } = await open(30)
      socket.pause()
      const closed = once(response, 'close')
      const sending = stream.send({ data: 'x'.repeat(20_000_000) })
      if (ends) stream.end()
      await Promise.all([closed, sending])
      expect(response.destroyed).toBe(true)
    }
  })

  it('with little to send to a reader that does not read, is not held up by it', async () => {
    const { socket, stream } = await open()
    socket.pause()
    for (let i = 0; i < 20; i++) await stream.send({ data: 'x'.repeat(10_000) })
    stream.end()
  })

  it('whose reader does not read, waits for it, and is let go when the reader leaves', async () => {
    const { socket, stream } = await open()
    socket.pause()
    const large = 'x'.repeat(1_000_000)
    let sent = 0
    let stalled = false
    const sending = (async () => {
      while (sent < 100 && !socket.destroyed) {
        await stream.send({ event: 'text-delta', data: { text: large } })
        sent++
      }
    })()
    await vi.waitFor(async () => {
      const before = sent
      await new Promise((resolve) => setTimeout(resolve, 50))
      stalled = before > 0 && sent === before
      expect(stalled).toBe(true)
    }, 20_000)
    expect(sent).toBeLessThan(100)
    socket.destroy()
    await sending
  })
})

it('the fixtures hold what the contract promises of quotes', () => {
  for (const { paper, quotes } of ANSWER.citations) {
    for (const { text, start, end } of quotes) expect(paper.abstract.slice(start, end)).toBe(text)
  }
  expect(ANSWER.citations[0]?.paper).toBe(TIDES)
})
