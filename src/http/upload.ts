/** `POST /v1/papers`: hands a body of any length to ingest as it arrives. */
import type { Request, Response } from 'express'
import { FootnoteError } from '../errors.js'
import { hasNoBody } from './body.js'
import type { Gate } from './gate.js'
import { hangUpSignal } from './hang-up.js'
import { parse } from './parse.js'
import { IngestParametersSchema } from './schemas.js'
import type { IngestBody } from './services.js'
import { allowLongBody } from './slow-clients.js'

/** Bodies that ingest may be able to read; which of its formats it is, it recognises itself. */
const TYPES = [
  'application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/jsonlines', 'application/json',
  'application/gzip', 'application/x-gzip', 'application/octet-stream', 'text/plain',
]

/** How long an uploader may be silent while we wait for more. */
const SILENCE_MS = 30_000

/** Replies with ingest's summary once everything in it is on disk. */
export async function receivePapers(
  ingest: IngestBody | undefined,
  gate: Gate,
  request: Request,
  response: Response,
): Promise<void> {
  if (!ingest) {
    throw new FootnoteError('not_found', 'This server takes no papers over HTTP; run "npm run ingest -- FILE" beside it.')
  }
  const { format } = parse(IngestParametersSchema, request.query, 'The query string')
  requirePapers(request)
  const signal = hangUpSignal(response)
  allowLongBody(request)
  const leave = await gate.enter(signal)
  try {
    response.json(await ingest(chunksOf(request, SILENCE_MS), { format, signal }))
  } catch (error) {
    // What was acknowledged stays stored; nobody is left to tell.
    if (!signal.aborted) throw error
  } finally {
    leave()
  }
}

function requirePapers(request: Request): void {
  if (hasNoBody(request)) {
    throw new FootnoteError('invalid_request', 'The body is empty; send one JSON record {"title", "abstract", …} a line.')
  }
  const known = request.is(TYPES) !== false
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (!known || !/^(?:identity|gzip)$/i.test(encoding)) {
    const given = known ? `content-encoding ${encoding}` : (request.headers['content-type'] ?? 'no content-type')
    throw new FootnoteError(
      'unsupported_format',
      `The body came with ${given}; send JSON lines (gzipped or not) as "content-type: application/x-ndjson".`,
    )
  }
}

/** The body as it arrives; fails with `invalid_request` when the sender says nothing for too long. */
async function* chunksOf(request: Request, silenceMs: number): AsyncGenerator<Uint8Array> {
  const chunks = (request as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  for (;;) {
    // Only waiting counts: while ingest works, the sender is held back by us.
    const timer = setTimeout(() => request.destroy(silent(silenceMs)), silenceMs)
    const next = await chunks.next().finally(() => clearTimeout(timer))
    if (next.done === true) return
    yield next.value
  }
}

function silent(silenceMs: number): FootnoteError {
  return new FootnoteError('invalid_request', `The body stopped arriving for ${silenceMs / 1_000} s; send it again.`)
}
