/** The `Reader` port: the text of a file in, its records out, one at a time. */
import type { FootnoteError } from '../errors.js'

/** A line of text without its line end; or why it cannot be had. */
export type Line =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly problem: FootnoteError }

/** A text, to be read once: by its lines, or by its pieces. */
export interface Text {
  /** How the text begins: at most 64 kB, whole lines or the beginning of one. */
  readonly head: string
  /** All lines, those of `head` included. One that is not UTF-8, or longer than 4 MB, is a problem. */
  readonly lines: AsyncIterable<Line>
  /**
   * The same text cut anywhere, for formats that may stand on one line; `line` is where a piece begins.
   * A byte that is not UTF-8 is `UNREADABLE`. Where the stream breaks stands a problem, and nothing after it.
   */
  readonly pieces: AsyncIterable<Line>
  /** Whether the stream broke before its end, as far as it was read. */
  brokenOff(): boolean
}

/** Stands in `pieces` for each byte that is not UTF-8: a noncharacter, which no text should hold (Unicode 16, 23.7). */
export const UNREADABLE = '\ufdd0'

/** Facts as the source wrote them, by the names that `record.ts` knows; nothing is checked yet. */
export type RawRecord = Readonly<Record<string, unknown>>

/** Where a record begins: its line, from 1, and its number where several may share a line. */
export interface Place {
  readonly line: number
  readonly number?: number
}

/** A record, or why there is none here. */
export type Reading = Place & ({ readonly record: RawRecord } | { readonly problem: FootnoteError })

export interface Reader {
  /** The name that `--format` and `?format=` know it by. */
  readonly format: string
  /** Other names of the format, and what files and bodies in it are called. */
  readonly aliases?: readonly string[]
  readonly extensions: readonly string[]
  readonly mediaTypes: readonly string[]
  /** Whether a source that begins like this is in this format; `head` is the first 64 kB at most. */
  recognises(head: string): boolean
  /** The records in their order. Holds one record at a time, and goes on after a bad one. */
  read(text: Text): AsyncIterable<Reading>
}

/** How messages call a place, with a capital: `Line 7`, `Record 3 (line 1)`. */
export function nameOf({ line, number }: Place): string {
  return number === undefined ? `Line ${line}` : `Record ${number} (line ${line})`
}

/** The largest record that is held, in UTF-16 code units; the rest of a larger one is passed over. */
export const MAX_RECORD_LENGTH = 4 * 1024 * 1024
