/** Makes every failure an HTTP reply of one shape: `{ error: { code, message, details? } }`. */
import type { ErrorRequestHandler, RequestHandler, Response } from 'express'
import { FootnoteError } from '../errors.js'
import type { ErrorCode } from '../errors.js'

/** The HTTP status of each code. */
export const STATUS_OF_CODE: Readonly<Record<ErrorCode, number>> = {
  invalid_request: 400,
  unauthorized: 401,
  not_found: 404,
  too_large: 413,
  unsupported_format: 415,
  rate_limited: 429,
  internal: 500,
  writer_failed: 502,
  not_ready: 503,
  overloaded: 503,
  storage_full: 507,
}

export interface ErrorBody {
  readonly error: { readonly code: ErrorCode; readonly message: string; readonly details?: unknown }
}

/** The body of an error reply; `details` only where there are any. */
export function errorBody(error: FootnoteError): ErrorBody {
  const { code, message, details } = error
  return { error: details === undefined ? { code, message } : { code, message, details } }
}

/**
 * Any thrown thing as one of our errors. What we did not foresee becomes `internal`, and its own
 * message stays in the log: it may hold what a stranger should not read.
 */
export function toFootnoteError(error: unknown, requestId: unknown): FootnoteError {
  if (error instanceof FootnoteError) return error
  const rejected = bodyError(error) ?? unpackingError(error) ?? pathError(error)
  if (rejected) return rejected
  return new FootnoteError(
    'internal',
    `Something failed on the server's side; its log has the cause under request id ${String(requestId)}.`,
    { cause: error },
  )
}

/** What `express.json` fails with carries a `type` and a status. */
function bodyError(error: unknown): FootnoteError | undefined {
  if (!(error instanceof Error) || !('type' in error)) return undefined
  switch (error.type) {
    case 'entity.parse.failed':
      return new FootnoteError('invalid_request', `The body is not valid JSON: ${error.message}.`, { cause: error })
    case 'entity.too.large':
      return new FootnoteError('too_large', 'The body is too large; send at most 256 kB of JSON.', { cause: error })
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new FootnoteError(
        'unsupported_format',
        `The body has an ${error.message}; send UTF-8, plain or with content-encoding gzip.`,
        { cause: error },
      )
    default:
      return 'status' in error && error.status === 400
        ? new FootnoteError('invalid_request', `The body could not be read: ${error.message}.`, { cause: error })
        : undefined
  }
}

/** A body that is not what its `content-encoding` says: zlib's own error, to which body-parser gives a status alone. */
function unpackingError(error: unknown): FootnoteError | undefined {
  if (!(error instanceof Error) || !('code' in error && 'status' in error && error.status === 400)) return undefined
  return new FootnoteError('invalid_request', `The body cannot be unpacked (${error.message}); pack it again, or send it without content-encoding.`, {
    cause: error,
  })
}

/** A path such as `/v1/papers/%E0%A4` is not UTF-8; the router says so with a status. */
function pathError(error: unknown): FootnoteError | undefined {
  if (!(error instanceof URIError) || !('status' in error)) return undefined
  return new FootnoteError(
    'invalid_request',
    'The path is not percent-encoded UTF-8; encode the paper id with encodeURIComponent.',
    { cause: error },
  )
}

/**
 * The last middleware: replies with the error, or drops the connection if a reply has begun.
 *
 * @param bodyOf what the reply holds: an object goes as JSON, a string as plain text.
 */
export function replyWithErrors(bodyOf: (error: FootnoteError) => unknown = errorBody): ErrorRequestHandler {
  // Express tells an error handler by its four parameters.
  return (error: unknown, request, response, _next) => {
    // The reader hung up and the work stopped: cancelling is not an error.
    if (response.destroyed) return
    if (response.headersSent) {
      request.log.error({ err: error }, 'failed after the reply had begun')
      response.destroy()
      return
    }
    const failure = toFootnoteError(error, request.id)
    if (STATUS_OF_CODE[failure.code] >= 500) response.err = error instanceof Error ? error : failure
    sendError(response, failure, bodyOf(failure))
  }
}

function sendError(response: Response, error: FootnoteError, body: unknown): void {
  if (error.retryAfterSeconds !== undefined) response.set('retry-after', String(error.retryAfterSeconds))
  // Where another status than the code's own is right (403, 405), it is set already.
  const status = response.statusCode >= 400 ? response.statusCode : STATUS_OF_CODE[error.code]
  response.status(status).set('cache-control', 'no-store')
  if (typeof body === 'string') response.type('text').send(body)
  else response.json(body)
}

/** Answers for a path that exists, asked by a method that it does not take: 405 and `Allow`. */
export function onlyMethods(...methods: readonly string[]): RequestHandler {
  const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  return (request, response) => {
    response.set('allow', allow)
    if (request.method === 'OPTIONS') {
      response.status(204).end()
      return
    }
    response.status(405)
    throw new FootnoteError('invalid_request', `${request.path} does not take ${request.method}; use ${methods.join(' or ')}.`)
  }
}

/** Answers for a path that no route knows. */
export function unknownRoute(): RequestHandler {
  return (request) => {
    throw new FootnoteError('not_found', `There is nothing at ${request.path}; GET /docs shows what there is.`)
  }
}
