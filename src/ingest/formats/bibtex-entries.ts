/** Cuts BibTeX into its entries, so that one whose braces do not match costs only itself. */
import { FootnoteError } from '../../errors.js'
import { MAX_RECORD_LENGTH, type Line, type Place } from '../reader.js'

/** `type` is in lower case: `article`, `string`, `comment`, … */
export type Entry = Place & ({ readonly type: string; readonly text: string } | { readonly problem: FootnoteError })

const START = /^\s*@\s*([A-Za-z]+)\s*([{(])/
/** Where an entry begins on the line on which another ends. */
const START_WITHIN = /@\s*([A-Za-z]+)\s*([{(])/g
const MAX_DEPTH = 50
const MAX_JOINS = 200

/** The entries in their order; text between them is a comment (BibTeX, "btxdoc", 1988). */
export async function* bibtexEntries(lines: AsyncIterable<Line>): AsyncGenerator<Entry> {
  let open: OpenEntry | undefined
  for await (const line of lines) {
    if ('problem' in line) {
      if (open === undefined) yield line
      else open.spoil(line.problem)
      continue
    }
    let rest: string | undefined = line.text
    if (open !== undefined && START.test(line.text)) {
      // No field holds a line such as "@article{": the braces of the entry before do not match.
      yield { line: open.line, problem: open.problem ?? unbalanced(open.line) }
      open = undefined
    }
    while (rest !== undefined) {
      if (open === undefined) {
        START_WITHIN.lastIndex = 0
        const start = START_WITHIN.exec(rest)
        if (start === null) break
        open = new OpenEntry(line.line, (start[1] as string).toLowerCase(), start[2] === '(' ? ')' : '}')
        rest = rest.slice(start.index)
      }
      rest = open.take(rest)
      if (rest === undefined) break
      yield open.finished()
      open = undefined
    }
  }
  if (open !== undefined) yield { line: open.line, problem: open.problem ?? unbalanced(open.line) }
}

function unbalanced(line: number): FootnoteError {
  const message = `Line ${line} begins an entry whose braces do not match; close what is opened, or get the file again if it was cut short.`
  return new FootnoteError('invalid_request', message)
}

class OpenEntry {
  problem: FootnoteError | undefined
  private parts: string[] = []
  private length = 0
  private depth = 0
  private deepest = 0
  private joins = 0
  private quoted = false

  constructor(
    readonly line: number,
    private readonly type: string,
    private readonly closing: string,
  ) {}

  spoil(problem: FootnoteError): void {
    this.problem ??= problem
  }

  /** Takes a line, or the part of it that belongs to the entry: gives the rest behind the entry's end, else undefined. */
  take(text: string): string | undefined {
    for (let at = 0; at < text.length; at++) {
      const sign = text[at] as string
      if (sign === '\\') at++
      else if (sign === '{') this.deepest = Math.max(this.deepest, ++this.depth)
      else if (sign === '}' && this.depth > 0) this.depth--
      else if (sign === '(' && this.depth === 0 && this.closing === ')' && this.length === 0 && !this.opened) this.opened = true
      else if (sign === '"' && this.depth === (this.closing === '}' ? 1 : 0)) this.quoted = !this.quoted
      else if (sign === '#') this.joins++
      if (this.endsWith(sign)) {
        this.keep(text.slice(0, at + 1))
        return text.slice(at + 1)
      }
    }
    this.keep(`${text}\n`)
    return undefined
  }

  private opened = false

  private endsWith(sign: string): boolean {
    return sign === this.closing && this.depth === 0 && !(this.quoted && this.closing === ')')
  }

  private keep(text: string): void {
    this.length += text.length
    if (this.length <= MAX_RECORD_LENGTH) this.parts.push(text)
    else this.parts = []
  }

  finished(): Entry {
    const { line } = this
    const refuse = (code: 'invalid_request' | 'too_large', what: string): Entry => ({ line, problem: new FootnoteError(code, `Line ${line} begins an entry ${what}.`) })
    if (this.problem !== undefined) return { line, problem: this.problem }
    if (this.length > MAX_RECORD_LENGTH) return refuse('too_large', `of ${this.length} characters; the most is ${MAX_RECORD_LENGTH}. Is it one paper?`)
    if (this.deepest > MAX_DEPTH) return refuse('invalid_request', `with braces ${this.deepest} deep; at most ${MAX_DEPTH} are read. Take some away`)
    if (this.joins > MAX_JOINS) return refuse('invalid_request', `that joins more than ${MAX_JOINS} strings with "#"; write them out`)
    return { line, type: this.type, text: this.parts.join('') }
  }
}
