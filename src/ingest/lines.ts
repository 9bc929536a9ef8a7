/** Turns a stream of bytes, gzipped or not, into numbered lines of UTF-8 text, with bounded memory. */
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { FootnoteError } from '../errors.js'
import type { Line } from './reader.js'

/** The longest line that we hold; the rest of a longer one is passed over. */
export const MAX_LINE_BYTES = 4 * 1024 * 1024
const HEAD_BYTES = 64 * 1024
const NEWLINE = 10

export interface Text {
  /** How the text begins: at most 64 kB, whole lines or the beginning of one. */
  readonly head: string
  /** All lines, those of `head` included; to be read once. */
  readonly lines: AsyncIterable<Line>
}

type Bytes = AsyncIterable<Uint8Array>

/**
 * Opens a source as text. Fails with `unsupported_format` if it is binary or UTF-16, and with
 * `invalid_request` if it is empty. A line that is not UTF-8 or too long, or where the stream breaks,
 * becomes a problem at its line.
 */
export async function openText(source: Bytes, name: string): Promise<Text> {
  const packed = await peek(source, 2)
  const bytes = isGzip(packed.head) ? gunzip(packed.bytes) : packed.bytes
  const { head, bytes: all } = await peek(bytes, HEAD_BYTES).catch((cause: unknown) => {
    throw cause instanceof FootnoteError ? cause : broken(name, cause)
  })
  refuseOtherEncodings(head, name)
  if (head.every((byte) => byte <= 32)) {
    throw new FootnoteError('invalid_request', `${name} is empty; give a file with papers in it.`)
  }
  return { head: decodeHead(head), lines: linesOf(all, name) }
}

function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/** Holds back at least `size` bytes, or all there are, to be looked at first. */
async function peek(source: Bytes, size: number): Promise<{ readonly head: Buffer; readonly bytes: Bytes }> {
  const iterator = source[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let failure: { readonly cause: unknown } | undefined
  for (let length = 0; length < size; ) {
    try {
      const next = await iterator.next()
      if (next.done === true) break
      chunks.push(next.value)
      length += next.value.length
    } catch (cause) {
      // What came before the break is still to be read.
      if (length === 0) throw cause
      failure = { cause }
      break
    }
  }
  return { head: Buffer.concat(chunks).subarray(0, size), bytes: rejoin(chunks, iterator, failure) }
}

async function* rejoin(chunks: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>, failure?: { readonly cause: unknown }): Bytes {
  try {
    yield* chunks
    if (failure !== undefined) throw failure.cause
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

async function* gunzip(source: Bytes): Bytes {
  const input = Readable.from(source, { objectMode: false })
  const output = createGunzip()
  input.on('error', (error) => output.destroy(error))
  input.pipe(output)
  try {
    yield* output as AsyncIterable<Uint8Array>
  } finally {
    input.destroy()
    output.destroy()
  }
}

function refuseOtherEncodings(head: Uint8Array, name: string): void {
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff)
  const zeros = head.reduce((count, byte) => count + (byte === 0 ? 1 : 0), 0)
  if (utf16 || (zeros > head.length / 4 && zeros < head.length * 0.6)) {
    throw new FootnoteError('unsupported_format', `${name} is UTF-16; convert it with "iconv -f UTF-16 -t UTF-8".`)
  }
  const controls = head.reduce((count, byte) => count + (byte < 9 || (byte > 13 && byte < 32) ? 1 : 0), 0)
  if (zeros > 0 || controls > head.length / 20) {
    throw new FootnoteError('unsupported_format', `${name} is a binary file; give text in UTF-8, gzipped or not.`)
  }
}

function decodeHead(head: Uint8Array): string {
  return new TextDecoder().decode(head, { stream: true })
}

async function* linesOf(bytes: Bytes, name: string): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  let parts: Uint8Array[] = []
  let length = 0
  const finish = (): Line => {
    const result = toLine(decoder, parts, length, line)
    line++
    parts = []
    length = 0
    return result
  }
  const add = (part: Uint8Array) => {
    length += part.length
    if (length <= MAX_LINE_BYTES) parts.push(part)
    else parts = []
  }
  try {
    for await (const chunk of bytes) {
      let start = 0
      for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
        add(chunk.subarray(start, end))
        yield finish()
        start = end + 1
      }
      if (start < chunk.length) add(chunk.subarray(start))
    }
    if (length > 0) yield finish()
  } catch (cause) {
    yield { line, problem: cause instanceof FootnoteError ? cause : broken(name, cause, line) }
  }
}

function toLine(decoder: InstanceType<typeof TextDecoder>, parts: readonly Uint8Array[], length: number, line: number): Line {
  if (length > MAX_LINE_BYTES) {
    const message = `Line ${line} is ${length} bytes long; the most is ${MAX_LINE_BYTES}. Write one record a line.`
    return { line, problem: new FootnoteError('too_large', message) }
  }
  try {
    const text = decoder.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts))
    return { line, text: text.endsWith('\r') ? text.slice(0, -1) : text }
  } catch (cause) {
    const message = `Line ${line} is not UTF-8; convert the file with "iconv -f WINDOWS-1252 -t UTF-8", or what else it is in.`
    return { line, problem: new FootnoteError('invalid_request', message, { cause }) }
  }
}

function broken(name: string, cause: unknown, line?: number): FootnoteError {
  const where = line === undefined ? name : `${name}, line ${line},`
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new FootnoteError('invalid_request', `${where} cannot be read further (${reason}); the file is damaged or cut short: get it again.`, { cause })
}
