/** Collects the fields of one record in a tagged format, where a field may go on over several lines. */
import { FootnoteError } from '../../errors.js'
import { MAX_RECORD_LENGTH, type Place } from '../reader.js'

export interface Tags extends Place {
  /** Takes a line: a field of this tag, or without one more of the field before. */
  add(tag: string | undefined, value: string): void
  /** Makes the whole record bad; the first reason counts. */
  spoil(problem: FootnoteError): void
  readonly problem: FootnoteError | undefined
  /** The first value that is not blank of the first tag that has one. */
  first(...tags: readonly string[]): string | undefined
  /** All values of the first tag that has one. */
  all(...tags: readonly string[]): readonly string[] | undefined
}

/** For a record that begins at this line. */
export function createTags(line: number): Tags {
  const fields = new Map<string, string[]>()
  let open: string[] | undefined
  let parts: string[] = []
  let length = 0
  let problem: FootnoteError | undefined
  const close = () => {
    const value = parts.join(' ').trim()
    if (value !== '') open?.push(value)
    parts = []
  }
  const all = (...tags: readonly string[]) => {
    close()
    return tags.map((tag) => fields.get(tag)).find((values) => values !== undefined && values.length > 0)
  }
  return {
    line,
    add(tag, value) {
      length += value.length
      if (length > MAX_RECORD_LENGTH) {
        problem ??= new FootnoteError('too_large', `Line ${line} begins a record of more than ${MAX_RECORD_LENGTH} characters. Is it one paper?`)
        return
      }
      if (tag !== undefined) {
        close()
        open = fields.get(tag) ?? []
        fields.set(tag, open)
      }
      parts.push(value.trim())
    },
    spoil: (reason) => void (problem ??= reason),
    get problem() {
      return problem
    },
    first: (...tags) => all(...tags)?.[0],
    all,
  }
}
