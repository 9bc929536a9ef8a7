/** Tells how far an ingest is while it goes on, to clients who ask for events. */
import type { Request, Response } from 'express'
import type { IngestProgress, IngestSummary } from '../ingest/tally.js'
import { errorBody, toFootnoteError } from './errors.js'
import { openEventStream } from './event-stream.js'

/** A batch takes a fraction of this; more often nobody looks. */
const LEAST_PAUSE_MS = 250

/** Who tells a client what becomes of its papers. */
export interface IngestEvents {
  readonly onProgress?: (progress: IngestProgress) => void
  /** The last word: everything that it counts is on disk. */
  end(summary: IngestSummary): void
  /** Tells of a failure where a reply has begun; else throws it, to be a plain HTTP error. */
  fail(error: unknown): void
}

/**
 * As the request's `Accept` prefers: the summary alone, as JSON; or, as Server-Sent Events or as JSON lines
 * `{event, data}`, `progress` while batches reach the disk, and at the end `ingest-end` with the summary, or `error`.
 */
export function openIngestEvents(request: Request, response: Response): IngestEvents {
  const type = request.accepts(['application/json', 'text/event-stream', 'application/x-ndjson'])
  if (type !== 'text/event-stream' && type !== 'application/x-ndjson') {
    return {
      end: (summary) => void response.json(summary),
      fail(error) {
        throw error
      },
    }
  }
  const stream = openEventStream(response, { type })
  let sending: Promise<void> | undefined
  let nextAt = 0
  let lastId = 0
  const send = (event: string, data: unknown) => stream.send({ event, data, id: String(++lastId) })
  return {
    onProgress(progress) {
      // Who reads slowly, or only when the body is sent, hears less.
      if (sending !== undefined || performance.now() < nextAt) return
      nextAt = performance.now() + LEAST_PAUSE_MS
      sending = send('progress', progress).finally(() => (sending = undefined))
    },
    end(summary) {
      void send('ingest-end', summary)
      stream.end()
    },
    fail(error) {
      if (!stream.begun) {
        stream.end()
        throw error
      }
      const failure = toFootnoteError(error, request.id)
      response.err = error instanceof Error ? error : failure
      void send('error', errorBody(failure).error)
      stream.end()
    },
  }
}
