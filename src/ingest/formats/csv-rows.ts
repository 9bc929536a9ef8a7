/** Joins lines into rows of a table, since a quoted field may hold line breaks, and finds the next row behind a broken one. */
import { FootnoteError } from '../../errors.js'
import { MAX_RECORD_LENGTH, type Line } from '../reader.js'

/** What a quote left open may swallow, in lines, before it is taken for a mistake. */
const MAX_ROW_LINES = 1_000

export interface RowOptions {
  /** One character between fields. */
  readonly delimiter: string
  /** Whether a field that begins with a quote ends with one; else a quote is a sign like others. */
  readonly quotes: boolean
}

type TextLine = Extract<Line, { readonly text: string }>

/** The rows of a table, blank ones left out; what a broken row seemed to hold is read again from its second line on. */
export async function* rowsOf(lines: AsyncIterable<Line>, options: RowOptions): AsyncGenerator<Line> {
  let row: TextLine[] = []
  let length = 0

  function* add(first: TextLine): Generator<Line> {
    const waiting = [first]
    for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) {
      row.push(line)
      length += line.text.length
      const end = options.quotes ? endOf(line.text, row.length > 1, options.delimiter) : 'whole'
      if (end === 'open' && row.length < MAX_ROW_LINES && length < MAX_RECORD_LENGTH) continue
      if (end === 'whole') yield* whole()
      else waiting.unshift(...(yield* broken()))
    }
  }
  function* whole(): Generator<Line> {
    const [first] = row as [TextLine]
    const text = row.length === 1 ? first.text : row.map((line) => line.text).join('\n')
    if (text.trim() !== '') yield { line: first.line, text }
    row = []
    length = 0
  }
  function* broken(): Generator<Line, readonly TextLine[]> {
    const [first, ...others] = row as [TextLine, ...TextLine[]]
    const message = `Line ${first.line} has a quote without its other half; write a quote within a field twice, and close what is opened.`
    yield { line: first.line, problem: new FootnoteError('invalid_request', message) }
    row = []
    length = 0
    return others
  }
  function* settle(): Generator<Line> {
    while (row.length > 0) for (const line of yield* broken()) yield* add(line)
  }

  for await (const line of lines) {
    if ('text' in line) yield* add(line)
    else {
      yield* settle()
      yield line
    }
  }
  yield* settle()
}

/**
 * How a row stands at the end of a line (RFC 4180, 2.5–2.7): `whole`, within quotes (`open`), or with
 * something between a closing quote and the delimiter (`broken`). With `within` the line begins inside quotes.
 */
function endOf(line: string, within: boolean, delimiter: string): 'whole' | 'open' | 'broken' {
  let at = 0
  for (let open = within; ; open = false) {
    if (!open) {
      const start = behindSpaces(line, at)
      if (line[start] !== '"') {
        const next = line.indexOf(delimiter, at)
        if (next === -1) return 'whole'
        at = next + 1
        continue
      }
      at = start + 1
    }
    const close = closingQuote(line, at)
    if (close === -1) return 'open'
    at = behindSpaces(line, close + 1)
    if (at >= line.length) return 'whole'
    if (line[at] !== delimiter) return 'broken'
    at++
  }
}

function closingQuote(line: string, from: number): number {
  let at = line.indexOf('"', from)
  while (at !== -1 && line[at + 1] === '"') at = line.indexOf('"', at + 2)
  return at
}

function behindSpaces(line: string, from: number): number {
  let at = from
  while (line[at] === ' ') at++
  return at
}
