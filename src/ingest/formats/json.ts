/** Reads JSON: an array of records, an object around one (as OpenAlex and Crossref reply), or one record over many lines. */
import { FootnoteError } from '../../errors.js'
import { notUtf8 } from '../lines.js'
import { nameOf, UNREADABLE, type Line, type Place, type Reader, type Reading } from '../reader.js'
import { shapeRecord } from '../shapes/shape.js'
import { JsonCutter, type Slice } from './json-records.js'

export const jsonReader: Reader = {
  format: 'json',
  aliases: ['csl-json', 'openalex', 'semantic-scholar', 'crossref', 'hugging-face'],
  extensions: ['json'],
  mediaTypes: ['application/json', 'application/vnd.citationstyles.csl+json', 'application/csl+json'],
  recognises,
  async *read({ pieces }) {
    for await (const slice of jsonSlices(pieces)) yield 'problem' in slice ? slice : readSlice(slice)
  },
}

function recognises(head: string): boolean {
  const text = head.trimStart()
  if (/^\[\s*(?:[{\]]|$)/.test(text)) return true
  if (!text.startsWith('{')) return false
  const cutter = new JsonCutter()
  cutter.feed(text)
  if (cutter.sawOuterList) return true
  const [first = ''] = text.split('\n', 1)
  // A record that goes on behind the first line: the next line begins with its members, not with another record.
  return /^\{\s*$/.test(first) || (/[,[{]\s*$/.test(first) && !/^\s*\{/.test(text.slice(first.length + 1)))
}

async function* jsonSlices(pieces: AsyncIterable<Line>): AsyncGenerator<Slice> {
  const cutter = new JsonCutter()
  for await (const piece of pieces) {
    if ('problem' in piece) yield piece
    else yield* cutter.feed(piece.text)
  }
  yield* cutter.finish()
}

function readSlice({ text, ...place }: Place & { readonly text: string }): Reading {
  try {
    if (text.includes(UNREADABLE)) throw notUtf8(nameOf(place))
    return { ...place, record: toRecord(JSON.parse(text), place) }
  } catch (error) {
    if (error instanceof FootnoteError) return { ...place, problem: error }
    const reason = error instanceof Error ? error.message.slice(0, 120) : 'unknown'
    const message = `${nameOf(place)} is not valid JSON (${reason}); correct it, or delete the record.`
    return { ...place, problem: new FootnoteError('invalid_request', message, { cause: error }) }
  }
}

/** The record in a parsed value, in our names. Fails with `invalid_request` if it is no object. */
export function toRecord(value: unknown, place: Place): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return shapeRecord(value as Readonly<Record<string, unknown>>)
  throw new FootnoteError('invalid_request', `${nameOf(place)} is not a JSON object; a record is {"title": …, "abstract": …, …}.`)
}
