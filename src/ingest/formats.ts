/** Chooses the reader for a source: by its name, or by how the source begins. */
import { FootnoteError } from '../errors.js'
import { jsonlReader } from './jsonl.js'
import { papersPageReader } from './papers-page.js'
import type { Reader } from './reader.js'

/** In the order in which they are asked. */
export const READERS: readonly Reader[] = [jsonlReader, papersPageReader]

export const FORMATS: readonly string[] = READERS.map(({ format }) => format)

/** Fails with `invalid_request` for a name that we do not know, and `unsupported_format` for content that we do not. */
export function chooseReader(head: string, name: string, format?: string): Reader {
  if (format !== undefined) {
    const told = READERS.find((reader) => reader.format === format)
    if (told !== undefined) return told
    throw new FootnoteError('invalid_request', `There is no format “${format}”; the formats are ${FORMATS.join(', ')}.`)
  }
  const found = READERS.find((reader) => reader.recognises(head))
  if (found !== undefined) return found
  const cure = /^\s*\[/.test(head) ? 'write one record a line instead of a JSON array' : 'convert it to JSON lines, or name the format with --format if it is one of these'
  throw new FootnoteError('unsupported_format', `${name} was not recognised as one of the formats ${FORMATS.join(', ')}; ${cure}.`)
}
