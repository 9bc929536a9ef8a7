/** Listens on a port with limits on slow and broken clients, and stops without dropping accepted work. */
import { createServer, STATUS_CODES } from 'node:http'
import type { RequestListener, Server, ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { FootnoteError } from '../errors.js'
import { errorBody } from './errors.js'
import { mayTakeLong } from './slow-clients.js'

/** How long new clients are let in at most once we stop. */
const ACCEPT_MS = 500

export interface ListenOptions {
  readonly host: string
  /** 0 = any free one. */
  readonly port: number
  /** How long a client may take for its headers; 10 s unless told. */
  readonly headersTimeoutMs?: number
  /** How long for a whole request, uploads of papers excepted; 30 s unless told. */
  readonly requestTimeoutMs?: number
}

export interface Listening {
  /** `http://localhost:3000`, for a person to open. */
  readonly url: string
  readonly port: number
  /** Accepts no more, lets accepted requests finish, and cuts off those that have not within the grace. */
  stop(graceMs: number): Promise<void>
}

/** Fails with `invalid_request`, naming the setting to change, when the port or host cannot be had. */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<Listening> {
  const { host, port, headersTimeoutMs = 10_000, requestTimeoutMs = 30_000 } = options
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: 5_000,
      // Node looks for late clients only every 30 s otherwise.
      connectionsCheckingInterval: Math.min(1_000, headersTimeoutMs),
    },
    handler,
  )
  server.maxHeadersCount = 100
  server.maxRequestsPerSocket = 1_000
  refuseBrokenRequests(server)
  await bind(server, host, port)
  const bound = (server.address() as AddressInfo).port
  return { url: `http://${urlHost(host)}:${bound}`, port: bound, stop: (graceMs) => stop(server, graceMs) }
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(explainBind(error, host, port)))
    server.listen(port, host, resolve)
  })
}

function explainBind(error: NodeJS.ErrnoException, host: string, port: number): FootnoteError {
  const messages: Readonly<Record<string, string>> = {
    EADDRINUSE: `Port ${port} is in use; stop the other program, or set PORT to another.`,
    EACCES: `Port ${port} needs rights that this process lacks; set PORT to one above 1023.`,
    EADDRNOTAVAIL: `Host ${host} is no address of this machine; set HOST to 127.0.0.1 or 0.0.0.0.`,
    ENOTFOUND: `Host ${host} is not known; set HOST to 127.0.0.1 or 0.0.0.0.`,
  }
  const message = messages[error.code ?? ''] ?? `Cannot listen on ${host}:${port} (${error.message}); change HOST or PORT.`
  return new FootnoteError('invalid_request', message, { cause: error })
}

/** Where a person finds a server that listens everywhere. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::' || host === '127.0.0.1') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

/** What is not HTTP, or comes too slowly, never reaches the application; it gets the same error shape. */
function refuseBrokenRequests(server: Server): void {
  const replies = new WeakMap<Socket, ServerResponse>()
  server.on('request', (request, response) => {
    replies.set(request.socket, response)
    response.once('close', () => {
      if (replies.get(request.socket) === response) replies.delete(request.socket)
    })
  })
  server.on('clientError', (error: NodeJS.ErrnoException, stream) => {
    const socket = stream as Socket
    if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT' && mayTakeLong(socket)) return
    if (!socket.writable || replies.get(socket)?.headersSent === true) {
      socket.destroy()
      return
    }
    socket.end(rawReply(error.code), () => socket.destroy())
  })
}

function rawReply(code: string | undefined): string {
  const { status, failure } = explainBroken(code)
  const body = JSON.stringify(errorBody(failure))
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n')
}

function explainBroken(code: string | undefined): { readonly status: number; readonly failure: FootnoteError } {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, failure: new FootnoteError('invalid_request', 'The request came too slowly; send it again.') }
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, failure: new FootnoteError('too_large', 'The headers are larger than 16 kB; send fewer.') }
    default:
      return { status: 400, failure: new FootnoteError('invalid_request', 'This is not an HTTP/1.1 request; check the client.') }
  }
}

async function stop(server: Server, graceMs: number): Promise<void> {
  await acceptWaiting(server)
  return new Promise((resolve) => {
    // Connections become idle one by one, as their replies are written.
    const sweep = setInterval(() => server.closeIdleConnections(), 50)
    const cutOff = setTimeout(() => server.closeAllConnections(), graceMs)
    server.close(() => {
      clearInterval(sweep)
      clearTimeout(cutOff)
      resolve()
    })
  })
}

/** Clients that the system has connected by now would be reset: Node accepts one of them in each turn of its event loop. */
async function acceptWaiting(server: Server): Promise<void> {
  let accepted = true
  const note = () => {
    accepted = true
  }
  server.on('connection', note)
  for (const end = performance.now() + ACCEPT_MS; accepted && performance.now() < end; ) {
    accepted = false
    await nextTurn()
    await nextTurn()
  }
  server.off('connection', note)
}
