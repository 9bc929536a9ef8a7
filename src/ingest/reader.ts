/** The `Reader` port: the lines of a file in, its records out, one at a time. */
import type { FootnoteError } from '../errors.js'

/** A line of text without its line end; or why it cannot be had. */
export type Line =
  | { readonly line: number; readonly text: string }
  | { readonly line: number; readonly problem: FootnoteError }

/** Facts as the source wrote them, by the names that `record.ts` knows; nothing is checked yet. */
export type RawRecord = Readonly<Record<string, unknown>>

/** A record, or why there is none here; `line` is where it begins, from 1. */
export type Reading =
  | { readonly line: number; readonly record: RawRecord }
  | { readonly line: number; readonly problem: FootnoteError }

export interface Reader {
  /** The name that `--format` and `?format=` know it by. */
  readonly format: string
  /** Whether a source that begins like this is in this format; `head` is the first 64 kB at most. */
  recognises(head: string): boolean
  /** The records in their order. Holds one record at a time, and goes on after a bad one. */
  read(lines: AsyncIterable<Line>): AsyncIterable<Reading>
}
