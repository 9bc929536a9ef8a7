/** Server-Sent Events (WHATWG HTML, section 9.2) that keep pace with their reader. */
import type { ServerResponse } from 'node:http'

export interface EventStream {
  /** Whether the first byte has gone, so that an error can only be an event. */
  readonly begun: boolean
  /** Writes one event; resolves when the reader has room for the next, or is gone. */
  send(event: string, data: unknown): Promise<void>
  /** Ends what has begun; before that, leaves the response to whoever writes the error. */
  end(): void
}

/**
 * A stream on a response whose headers are not sent before there is something to say: until then a
 * failure can be a plain HTTP error.
 *
 * @param heartbeatMs how often a comment line is sent; proxies close what stays silent.
 */
export function openEventStream(response: ServerResponse, heartbeatMs = 15_000): EventStream {
  let begun = false
  let lastId = 0

  function begin(): void {
    if (begun) return
    begun = true
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      // nginx holds a stream back otherwise.
      'x-accel-buffering': 'no',
    })
  }

  function write(chunk: string): boolean {
    if (response.destroyed || response.writableEnded) return true
    begin()
    return response.write(chunk)
  }

  const heartbeat = setInterval(() => {
    if (!response.writableNeedDrain) write(': still here\n\n')
  }, heartbeatMs)
  heartbeat.unref()
  response.once('close', () => clearInterval(heartbeat))

  return {
    get begun() {
      return begun
    },
    async send(event, data) {
      lastId++
      if (!write(`event: ${event}\ndata: ${JSON.stringify(data)}\nid: ${lastId}\n\n`)) await drained(response)
    },
    end() {
      clearInterval(heartbeat)
      if (begun && !response.destroyed) response.end()
    },
  }
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
