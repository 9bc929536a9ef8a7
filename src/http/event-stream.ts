/** Server-Sent Events (WHATWG HTML, section 9.2), or the same as JSON lines, that keep pace with their reader. */
import type { ServerResponse } from 'node:http'

/** One message of a stream: what is undefined has no line. */
export interface Message {
  readonly event?: string
  /** A string goes as it is and holds no line break, anything else as JSON. */
  readonly data: unknown
  readonly id?: string
}

export interface EventStream {
  /** Whether the first byte has gone, so that an error can only be an event. */
  readonly begun: boolean
  /** Writes one message; resolves at once while little is held for the reader, else when that has read it, or is gone. */
  send(message: Message): Promise<void>
  /** Ends what has begun; before that, leaves the response to whoever writes the error. */
  end(): void
}

/** Bytes held for a slow reader before its answer waits for it: a whole usual answer, so that no work is held up. */
const MOST_HELD = 256 * 1024
/** A reader that has read nothing in so many heartbeats is let go. */
const STALLED_BEATS = 2

/** How messages are written. */
interface Form {
  readonly contentType: string
  readonly write: (message: Message) => string
  /** What says nothing, and keeps proxies from closing what stays silent. */
  readonly heartbeat: string
}

const FORMS = {
  'text/event-stream': { contentType: 'text/event-stream; charset=utf-8', write: toEvent, heartbeat: ': still here\n\n' },
  'application/x-ndjson': { contentType: 'application/x-ndjson; charset=utf-8', write: ({ event, data }) => `${JSON.stringify({ event, data })}\n`, heartbeat: '\n' },
} as const satisfies Readonly<Record<string, Form>>

export interface EventStreamOptions {
  /** Media type of the stream, default `text/event-stream`; as `application/x-ndjson` each message is a line `{event, data}`. */
  readonly type?: keyof typeof FORMS
  /** Beside those that every stream has. */
  readonly headers?: Readonly<Record<string, string>>
  /** How often a comment, or an empty line, is sent, 15 s unless told. */
  readonly heartbeatMs?: number
}

/**
 * A stream on a response whose headers are not sent before there is something to say: until then a
 * failure can be a plain HTTP error.
 */
export function openEventStream(response: ServerResponse, { type = 'text/event-stream', headers = {}, heartbeatMs = 15_000 }: EventStreamOptions = {}): EventStream {
  const form: Form = FORMS[type]
  let begun = false

  function begin(): void {
    if (begun) return
    begun = true
    response.writeHead(200, {
      'content-type': form.contentType,
      'cache-control': 'no-cache, no-transform',
      // nginx holds a stream back otherwise.
      'x-accel-buffering': 'no',
      ...headers,
    })
  }

  function write(chunk: string): boolean {
    if (response.destroyed || response.writableEnded) return true
    begin()
    return response.write(chunk)
  }

  let held = 0
  let stalled = 0
  const heartbeat = setInterval(() => {
    stalled = held > 0 && response.writableLength >= held ? stalled + 1 : 0
    held = response.writableLength
    if (stalled >= STALLED_BEATS) response.destroy()
    else if (!response.writableNeedDrain) write(form.heartbeat)
  }, heartbeatMs)
  heartbeat.unref()
  response.once('close', () => clearInterval(heartbeat))

  return {
    get begun() {
      return begun
    },
    async send(message) {
      if (!write(form.write(message)) && response.writableLength > MOST_HELD) await drained(response)
    },
    end() {
      if (!begun) clearInterval(heartbeat)
      else if (!response.destroyed) response.end()
    },
  }
}

function toEvent({ event, data, id }: Message): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data)
  return `${event === undefined ? '' : `event: ${event}\n`}data: ${text}\n${id === undefined ? '' : `id: ${id}\n`}\n`
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
  })
}
