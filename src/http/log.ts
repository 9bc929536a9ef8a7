/** Gives each request an id and one structured log line. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestHandler } from 'express'
import type { Logger } from 'pino'
import { pinoHttp } from 'pino-http'

const SANE_ID = /^[\w.:-]{1,128}$/

/** Paths that orchestrators ask for every few seconds. */
const UNLOGGED: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

/**
 * The caller's `x-request-id` if it is a sane one (letters, digits, `_.:-`, at most 128), a new one
 * otherwise; sent back, and in every log line. Queries and bodies are never logged: they say what
 * people are working on.
 */
export function requestLog(log: Logger): RequestHandler {
  return pinoHttp({
    logger: log,
    genReqId: (request: IncomingMessage, response: ServerResponse) => {
      const given = request.headers['x-request-id']
      const id = typeof given === 'string' && SANE_ID.test(given) ? given : randomUUID()
      response.setHeader('x-request-id', id)
      return id
    },
    autoLogging: { ignore: (request) => UNLOGGED.has(pathOf(request.url)) },
    customLogLevel: (_request, response) => (response.statusCode >= 500 ? 'error' : 'info'),
    serializers: {
      req: (request: { id: unknown; method: string; url: string; remoteAddress: string }) => ({
        id: request.id,
        method: request.method,
        path: pathOf(request.url),
        remoteAddress: request.remoteAddress,
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
  })
}

function pathOf(url: string | undefined): string {
  return (url ?? '').split('?', 1)[0] ?? ''
}
