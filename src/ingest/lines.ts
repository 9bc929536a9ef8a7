/** Turns a stream of bytes, gzipped or not, into numbered lines or pieces of text, with bounded memory. */
import { isUtf8 } from 'node:buffer'
import { FootnoteError } from '../errors.js'
import { gunzip, isGzip, peek, type Bytes } from './bytes.js'
import { encodingOf, toUtf8 } from './encoding.js'
import { MAX_RECORD_LENGTH, UNREADABLE, type Line, type Text } from './reader.js'

/** The longest line that we hold; the rest of a longer one is passed over. */
export const MAX_LINE_BYTES = MAX_RECORD_LENGTH
const HEAD_BYTES = 64 * 1024
const PIECE_BYTES = 64 * 1024
const NEWLINE = 10
const RETURN = 13

export interface TextOptions {
  /** What messages call the source. */
  readonly name: string
  /** A label of the WHATWG Encoding Standard; found out from the text unless told. */
  readonly encoding?: string | undefined
}

/**
 * Opens a source as text. Fails with `unsupported_format` if it is binary, and with `invalid_request`
 * if it is empty or damaged at its very beginning.
 */
export async function openText(source: Bytes, { name, encoding: told }: TextOptions): Promise<Text> {
  const packed = await peek(source, 2)
  const unpacked = isGzip(packed.head) ? gunzip(packed.bytes) : packed.bytes
  const raw = await peek(unpacked, HEAD_BYTES).catch((cause: unknown) => {
    throw cause instanceof FootnoteError ? cause : breakOf(name, cause)
  })
  const encoding = encodingOf(raw.head, name, told)
  const { head, bytes } = encoding === 'utf-8' ? raw : await peek(toUtf8(raw.bytes, encoding), HEAD_BYTES)
  if (head.every((byte) => byte <= 32)) {
    throw new FootnoteError('invalid_request', `${name} is empty; give a file with papers in it.`)
  }
  const lineEnd = head.includes(RETURN) && !head.includes(NEWLINE) ? RETURN : NEWLINE
  let broken = false
  const noted = noting(bytes, () => (broken = true))
  return { head: new TextDecoder().decode(head, { stream: true }), lines: linesOf(noted, name, lineEnd), pieces: piecesOf(noted, name), brokenOff: () => broken }
}

async function* noting(bytes: Bytes, onBreak: () => void): Bytes {
  try {
    yield* bytes
  } catch (error) {
    onBreak()
    throw error
  }
}

async function* linesOf(bytes: Bytes, name: string, lineEnd: number): AsyncGenerator<Line> {
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
      for (let end = chunk.indexOf(lineEnd); end !== -1; end = chunk.indexOf(lineEnd, start)) {
        add(chunk.subarray(start, end))
        yield finish()
        start = end + 1
      }
      if (start < chunk.length) add(chunk.subarray(start))
    }
    if (length > 0) yield finish()
  } catch (cause) {
    yield { line, problem: cause instanceof FootnoteError ? cause : breakOf(name, cause, line) }
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
    return { line, problem: notUtf8(`Line ${line}`, cause) }
  }
}

/** The problem of a record that holds bytes which are not UTF-8; `place` begins the message. */
export function notUtf8(place: string, cause?: unknown): FootnoteError {
  const cure = 'name the encoding that the file is in with --encoding, windows-1252 for instance'
  return new FootnoteError('invalid_request', `${place} is not UTF-8; ${cure}, or convert the file.`, { cause })
}

async function* piecesOf(bytes: Bytes, name: string): AsyncGenerator<Line> {
  let line = 1
  let carry: Buffer = Buffer.alloc(0)
  const decode = (piece: Buffer): Line => {
    const text = isUtf8(piece) ? piece.toString('utf8') : piece.toString('utf8').replaceAll('\ufffd', UNREADABLE)
    const result = { line, text: line === 1 && text.startsWith('\ufeff') ? text.slice(1) : text }
    line += countLines(text)
    return result
  }
  try {
    for await (const chunk of bytes) {
      for (let start = 0; start < chunk.length; start += PIECE_BYTES) {
        const whole = Buffer.concat([carry, chunk.subarray(start, start + PIECE_BYTES)])
        const end = wholeCharacters(whole)
        carry = whole.subarray(end)
        if (end > 0) yield decode(whole.subarray(0, end))
      }
    }
    if (carry.length > 0) yield decode(carry)
  } catch (cause) {
    yield { line, problem: cause instanceof FootnoteError ? cause : breakOf(name, cause, line) }
  }
}

/** Length without a character whose last bytes are still to come (RFC 3629, section 3). */
function wholeCharacters(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) return bytes.length
    if (byte < 0xc0) continue
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return back < needed ? bytes.length - back : bytes.length
  }
  return bytes.length
}

/** How many line breaks a text holds. */
export function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count++
  return count
}

function breakOf(name: string, cause: unknown, line?: number): FootnoteError {
  const where = line === undefined ? name : `${name}, line ${line},`
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new FootnoteError('invalid_request', `${where} cannot be read further (${reason}); the file is damaged or cut short: get it again.`, { cause })
}
