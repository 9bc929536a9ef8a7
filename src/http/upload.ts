/** `POST /v1/papers`: hands a body of any length to ingest as it arrives. */
import { PassThrough } from 'node:stream'
import type { Readable, Writable } from 'node:stream'
import type { Request, Response } from 'express'
import { FootnoteError } from '../errors.js'
import { MEDIA_TYPES } from '../ingest/formats.js'
import { withChecked } from '../ingest/file.js'
import type { IngestSummary } from '../ingest/tally.js'
import { hasNoBody } from './body.js'
import type { Gate } from './gate.js'
import { hangUpSignal } from './hang-up.js'
import { openIngestEvents } from './ingest-events.js'
import { parse } from './parse.js'
import { IngestParametersSchema } from './schemas.js'
import type { Services } from './services.js'
import { allowLongBody } from './slow-clients.js'

/** Bodies that ingest may be able to read; which of its formats it is, it recognises itself. */
const TYPES = [
  ...MEDIA_TYPES, 'application/gzip', 'application/x-gzip', 'application/octet-stream', 'application/xml', 'text/xml', 'text/plain',
]

/** What messages call it. */
const BODY = 'The body'
/** How long the rest of a refused body is read away. */
const LINGER_MS = 5_000

export interface UploadOptions {
  /** Bounds how many bodies are read at once. */
  readonly gate: Gate
  /** How long a sender may be silent while we wait for more. */
  readonly silenceMs: number
  /** Ends the reading of bodies after the batch in hand. */
  readonly stop: AbortSignal
}

/** Replies with ingest's summary once everything in it is on disk, or with events until then. */
export async function receivePapers(
  { ingest, sources }: Pick<Services, 'ingest' | 'sources'>,
  request: Request,
  response: Response,
  { gate, silenceMs, stop }: UploadOptions,
): Promise<void> {
  if (!ingest) {
    throw new FootnoteError('not_found', 'This server takes no papers over HTTP; run "npm run ingest -- FILE" beside it.')
  }
  const { format, source: address, limit } = parse(IngestParametersSchema, request.query, 'The query string')
  if (address === undefined) requirePapers(request)
  else if (sources === undefined) throw fetchesNothing()
  const signal = AbortSignal.any([hangUpSignal(response), stop])
  allowLongBody(request)
  await gate.run(signal, async () => {
    const body = new PassThrough()
    request.once('error', (error) => body.destroy(error))
    const { onProgress, end, fail } = openIngestEvents(request, response)
    try {
      const fetched = address === undefined ? undefined : sources?.open(address, { limit, signal })
      const summary = fetched === undefined
        ? await withChecked(chunksOf(request.pipe(body), silenceMs), BODY, (bytes) => ingest(bytes, { name: BODY, format, ...describe(request), signal, onProgress }))
        : await ingest(fetched.bytes, { name: fetched.name, format: fetched.format, signal, onProgress })
      if (stop.aborted && summary.interrupted) throw cutShort(summary)
      if (summary.brokenOff) throw brokenOff(summary)
      end(summary)
    } catch (error) {
      discardRest(request, body)
      fail(error)
    }
  })
}

/** What is counted is stored; but whoever reads only the status must not take it for the whole. */
function cutShort(summary: IngestSummary): FootnoteError {
  const message = `The server is stopping; ${summary.added + summary.updated} papers of the body are stored. Send it again to add the rest.`
  return new FootnoteError('not_ready', message, { details: summary, retryAfterSeconds: 5 })
}

/** As above, of a body that was not whole. */
function brokenOff(summary: IngestSummary): FootnoteError {
  const message = `${summary.rejected.at(-1)?.message ?? `${BODY} broke off.`} ${summary.added + summary.updated} papers before that are stored; send it whole to add the rest.`
  return new FootnoteError('invalid_request', message, { details: summary })
}

function fetchesNothing(): FootnoteError {
  return new FootnoteError('invalid_request', 'This server fetches nothing for its clients; set SOURCES_OVER_HTTP=true to let it, or run "npm run ingest -- ADDRESS" beside it.')
}

function requirePapers(request: Request): void {
  if (hasNoBody(request)) {
    throw new FootnoteError('invalid_request', 'The body is empty; send papers: JSON lines {"title", "abstract", …}, BibTeX, RIS, CSV, …')
  }
  const known = request.is(TYPES) !== false
  const encoding = request.headers['content-encoding'] ?? 'identity'
  if (!known || !/^(?:identity|gzip)$/i.test(encoding)) {
    const given = known ? `content-encoding ${encoding}` : (request.headers['content-type'] ?? 'no content-type')
    throw new FootnoteError(
      'unsupported_format',
      `The body came with ${given}; send JSON lines, BibTeX, RIS, CSV, … (gzipped or not) with their type, or as "content-type: application/octet-stream".`,
    )
  }
}

/** What the headers say of the body, for ingest to fall back on. */
function describe(request: Request): { readonly mediaType: string | undefined; readonly encoding: string | undefined } {
  const [mediaType, ...parameters] = (request.headers['content-type'] ?? '').split(';').map((part) => part.trim())
  const charset = parameters.map((parameter) => /^charset="?([\w.:-]{1,40})"?$/i.exec(parameter)?.[1]).find((label) => label !== undefined)
  // Clients say UTF-8 without having looked; a mark in the text, or its own declaration, knows better.
  return { mediaType: mediaType?.toLowerCase(), encoding: /^utf-?8$/i.test(charset ?? '') ? undefined : charset }
}

/**
 * The body as it arrives; fails with `invalid_request` when the sender says nothing for too long, or so little that
 * all waiting together comes to that: each byte buys a millisecond, since nobody else may send meanwhile.
 */
async function* chunksOf(body: Readable, silenceMs: number): AsyncGenerator<Uint8Array> {
  const chunks = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]()
  let patienceMs = silenceMs
  for (;;) {
    // Only waiting counts: while ingest works, it is we who hold the sender back.
    const since = performance.now()
    const next = await inTime(chunks.next(), patienceMs, silenceMs)
    if (next.done === true) return
    patienceMs = Math.min(silenceMs, patienceMs - (performance.now() - since) + next.value.length)
    yield next.value
  }
}

function inTime<Value>(promise: Promise<Value>, patienceMs: number, silenceMs: number): Promise<Value> {
  return new Promise((resolve, reject) => {
    const what = patienceMs === silenceMs ? `stopped arriving for ${silenceMs / 1_000} s` : 'came in at less than a kilobyte a second'
    const silent = new FootnoteError('invalid_request', `The body ${what}; send it again.`)
    const timer = setTimeout(() => reject(silent), patienceMs)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/**
 * Lets a sender whose body is refused half-way go on for a moment, into the void: one that is cut off
 * while it sends may never read our reply.
 */
function discardRest(request: Request, body: Writable): void {
  if (request.complete) return
  request.unpipe(body)
  request.resume()
  const cutOff = setTimeout(() => request.destroy(), LINGER_MS)
  request.once('close', () => clearTimeout(cutOff))
}
