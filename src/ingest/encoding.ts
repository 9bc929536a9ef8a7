/** Finds out how a text is encoded: what its mark, its declaration or its caller says, and never a guess. */
import { isUtf8 } from 'node:buffer'
import { FootnoteError } from '../errors.js'
import type { Bytes } from './bytes.js'

const XML_DECLARATION = /^\ufeff?\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{1,40})["']/
/** JabRef's first line: `% Encoding: Cp1252`. */
const BIBTEX_DECLARATION = /^\s*%\s*Encoding:\s*([\w.:-]{1,40})/i
/** What Java, which JabRef is written in, calls encodings that browsers know by other names. */
const JAVA_NAMES: readonly (readonly [RegExp, string])[] = [[/^cp(\d{4})$/i, 'windows-$1'], [/^iso8859_(\d+)$/i, 'iso-8859-$1'], [/^utf8$/i, 'utf-8']]

/**
 * The encoding to read a text in, as a label of the WHATWG Encoding Standard: what was told, else that of
 * its byte order mark, of zeros at every other byte, or of its own declaration; else `utf-8`. Fails with
 * `invalid_request` for a name that is none, and with `unsupported_format` if the bytes are no text.
 */
export function encodingOf(head: Buffer, name: string, told?: string): string {
  if (told !== undefined) return known(told) ?? unknownEncoding(told)
  const marked = byMark(head) ?? byZeros(head)
  if (marked !== undefined) return marked
  refuseBinary(head, name)
  if (isUtf8(head) && head.some((byte) => byte > 127)) return 'utf-8'
  const start = head.subarray(0, 400).toString('latin1')
  const declared = (XML_DECLARATION.exec(start) ?? BIBTEX_DECLARATION.exec(start))?.[1]
  const encoding = declared === undefined ? undefined : known(declared)
  // The bytes are not UTF-16, or zeros would stand between them.
  return encoding === undefined || encoding.startsWith('utf-16') ? 'utf-8' : encoding
}

/** The same text in UTF-8. */
export async function* toUtf8(bytes: Bytes, encoding: string): Bytes {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }))
  yield Buffer.from(decoder.decode())
}

function known(label: string): string | undefined {
  const name = JAVA_NAMES.reduce((text, [java, web]) => text.replace(java, web), label.trim())
  try {
    return new TextDecoder(name).encoding
  } catch {
    return undefined
  }
}

function unknownEncoding(label: string): never {
  throw new FootnoteError('invalid_request', `There is no encoding “${label.slice(0, 40)}”; name one such as utf-8, utf-16le, windows-1252 or gbk.`)
}

function byMark(head: Buffer): string | undefined {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le'
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be'
  return undefined
}

/** Text of Western letters in UTF-16 has a zero at every other byte, and hardly any elsewhere. */
function byZeros(head: Buffer): string | undefined {
  const zeros = [0, 0]
  head.forEach((byte, i) => void (byte === 0 && (zeros[i % 2] = (zeros[i % 2] as number) + 1)))
  const [even, odd] = zeros as [number, number]
  if (Math.max(even, odd) < head.length / 4 || Math.min(even, odd) > head.length / 50) return undefined
  return odd > even ? 'utf-16le' : 'utf-16be'
}

function refuseBinary(head: Buffer, name: string): void {
  if (head.subarray(0, 4).equals(Buffer.from('PK\u0003\u0004'))) {
    throw new FootnoteError('unsupported_format', `${name} is an archive or an Office file; unpack it, or save the sheet as CSV.`)
  }
  if (head.subarray(0, 5).toString('latin1') === '%PDF-') {
    throw new FootnoteError('unsupported_format', `${name} is a PDF; give its record instead (BibTeX or RIS from your reference manager, for instance).`)
  }
  const controls = head.reduce((count, byte) => count + (byte < 9 || (byte > 13 && byte < 32) ? 1 : 0), 0)
  if (head.includes(0) || controls > head.length / 20) {
    throw new FootnoteError('unsupported_format', `${name} is a binary file; give text, gzipped or not.`)
  }
}
