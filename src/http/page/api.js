/** Speaks with the server: every request of the page goes through here, so every failure has one shape. */
import { askForKey, heldKey } from './key.js'
import { readEvents } from './event-stream.js'
/** @import { Answer, Arrived, Citation, Claim, Failure } from './types.js' */

/** Where the server's paths begin; the page may lie below a prefix of a proxy. */
export const ROOT = new URL('../../', import.meta.url)

/** What the server said, or that it said nothing. Codes are the server's own, and `offline` and `broken_off`. */
export class ApiError extends Error {
  /** @param {string} code @param {string} message @param {number} [retryAfterSeconds] */
  constructor(code, message, retryAfterSeconds) {
    super(message)
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/** Anything caught, in the words of a failure. @param {unknown} error @returns {Failure} */
export function failureOf(error) {
  if (error instanceof ApiError) return { code: error.code, message: error.message, retryAfterSeconds: error.retryAfterSeconds }
  return { code: 'internal', message: `The page itself failed: ${error instanceof Error ? error.message : String(error)}. Reload it.` }
}

/** Whether this is how a request ends that was called off. @param {unknown} error */
export function isAbort(error) {
  return error instanceof DOMException && error.name === 'AbortError'
}

/**
 * The reply, if it is a good one; fails with an `ApiError` otherwise. Asks the reader for the key where the server wants one.
 *
 * @param {string} path relative to the server's root
 * @param {{ body?: unknown, signal?: AbortSignal | undefined, accept?: string }} [options] with a body, the request is a POST
 * @returns {Promise<Response>}
 */
export async function request(path, options = {}) {
  const { body, signal, accept = 'application/json' } = options
  const sent = heldKey()
  const response = await fetch(new URL(path, ROOT), {
    method: body === undefined ? 'GET' : 'POST',
    headers: { accept, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...authorization(sent) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  }).catch((error) => {
    throw isAbort(error) ? /** @type {DOMException} */ (error) : offline()
  })
  if (response.status === 401 && (await askForKey(sent))) return request(path, options)
  if (!response.ok) throw errorFrom(response.status, response.headers.get('retry-after'), await response.text())
  return response
}

/** The header that carries the key, if there is one. @param {string | undefined} key @returns {Record<string, string>} */
export function authorization(key) {
  return key === undefined ? {} : { authorization: `Bearer ${key}` }
}

export function offline() {
  return new ApiError('offline', 'The server cannot be reached. Check that it is running and that you are connected, then try again.')
}

/**
 * @param {number} status
 * @param {string | null} retryAfter
 * @param {string} text the body of the reply
 */
export function errorFrom(status, retryAfter, text) {
  const seconds = Number(retryAfter ?? Number.NaN)
  const after = Number.isFinite(seconds) && retryAfter !== null ? seconds : undefined
  try {
    const { error } = /** @type {{ error: { code: string, message: string } }} */ (JSON.parse(text))
    return new ApiError(error.code, error.message, after)
  } catch {
    return new ApiError('internal', `The server answered with status ${status} and no explanation; try again.`, after)
  }
}

/** @template T @param {string} path @param {Parameters<typeof request>[1]} [options] @returns {Promise<T>} */
export async function getJson(path, options) {
  const response = await request(path, options)
  return /** @type {T} */ (await response.json())
}

/**
 * Asks, and tells what has arrived each time that something has; resolves with the whole answer.
 *
 * @param {object} body of `POST /v1/ask`
 * @param {{ signal: AbortSignal, onArrival: (arrived: Arrived) => void }} options
 * @returns {Promise<Answer>}
 */
export async function ask(body, { signal, onArrival }) {
  const response = await request('v1/ask', { body: { ...body, stream: true }, signal, accept: 'text/event-stream' })
  /** @type {Arrived} */
  let arrived = { text: '', claims: [], citations: [] }
  try {
    for await (const { event, data } of readEvents(/** @type {ReadableStream<Uint8Array>} */ (response.body))) {
      const value = /** @type {{ answer: Answer, claim: Claim, citations: Citation[], text: string, code: string, message: string }} */ (JSON.parse(data))
      if (event === 'answer-end') return value.answer
      if (event === 'error') throw new ApiError(value.code, value.message)
      if (event === 'sources') arrived = { ...arrived, citations: value.citations }
      if (event === 'text-delta') arrived = { ...arrived, text: arrived.text + value.text }
      if (event === 'claim') arrived = { ...arrived, claims: [...arrived.claims, value.claim] }
      onArrival(arrived)
    }
  } catch (error) {
    if (isAbort(error) || error instanceof ApiError) throw error
  }
  signal.throwIfAborted()
  throw new ApiError('broken_off', 'The connection broke before the answer had ended; ask again.')
}
