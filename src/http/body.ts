/** Reads a JSON body, and says what is wrong with one that cannot be read. */
import express from 'express'
import type { Request, RequestHandler } from 'express'
import { FootnoteError } from '../errors.js'

/** Largest JSON body, in bytes, after decompression. */
const MAX_JSON_BYTES = 256 * 1024

/** Middlewares that leave the parsed body, an object, in `request.body`. */
export function jsonBody(): RequestHandler[] {
  return [requireJson, express.json({ limit: MAX_JSON_BYTES, strict: false, type: () => true }), requireObject]
}

/** Neither a length nor chunks; a length of 0 is nothing either. */
export function hasNoBody(request: Request): boolean {
  const { 'content-length': length = '0', 'transfer-encoding': encoding } = request.headers
  return encoding === undefined && Number(length) === 0
}

const requireJson: RequestHandler = (request, _response, next) => {
  if (hasNoBody(request)) {
    throw new FootnoteError('invalid_request', 'The body is empty; send a JSON object, see GET /docs.')
  }
  // Else one who announces terabytes would be listened to until the time limit of a request.
  if (Number(request.headers['content-length']) > MAX_JSON_BYTES) {
    throw new FootnoteError('too_large', 'The body is too large; send at most 256 kB of JSON.')
  }
  if (!request.is(['application/json', 'application/*+json'])) {
    const given = request.headers['content-type'] ?? 'no content-type'
    throw new FootnoteError(
      'unsupported_format',
      `The body came with ${given}; send JSON with the header "content-type: application/json".`,
    )
  }
  next()
}

const requireObject: RequestHandler = (request, _response, next) => {
  const body: unknown = request.body
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    const given = body === null ? 'null' : Array.isArray(body) ? 'an array' : `a ${typeof body}`
    throw new FootnoteError('invalid_request', `The body is ${given}; send a JSON object, see GET /docs.`)
  }
  next()
}
