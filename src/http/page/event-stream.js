/** Reads Server-Sent Events (WHATWG HTML, section 9.2) from the body of a reply, which EventSource cannot: it only sends GET. */

/**
 * @param {ReadableStream<Uint8Array>} body
 * @returns {AsyncGenerator<{ readonly event: string, readonly data: string }, void, undefined>}
 */
export async function* readEvents(body) {
  let event = 'message'
  /** @type {string[]} */
  let data = []
  for await (const line of readLines(body)) {
    if (line === '') {
      if (data.length > 0) yield { event, data: data.join('\n') }
      event = 'message'
      data = []
      continue
    }
    const colon = line.indexOf(':')
    const field = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') event = value
    if (field === 'data') data.push(value)
  }
}

/**
 * Lines end in LF, CR or CRLF; the last one counts only if it has ended.
 *
 * @param {ReadableStream<Uint8Array>} body
 */
async function* readLines(body) {
  const reader = body.pipeThrough(/** @type {ReadableWritablePair<string, Uint8Array>} */ (/** @type {unknown} */ (new TextDecoderStream()))).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      rest += value
      // A CR at the very end may be the first half of a CRLF.
      const lines = rest.split(/\r\n|\n|\r(?!$)/)
      rest = lines.pop() ?? ''
      yield* lines
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}
