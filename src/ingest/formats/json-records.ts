/** Cuts a stream of JSON into the texts of its records, so that one bad record costs only itself. */
import { FootnoteError } from '../../errors.js'
import { MAX_RECORD_LENGTH, nameOf, type Place } from '../reader.js'

/** The text of one record, or why it cannot be had. */
export type Slice = Place & ({ readonly text: string } | { readonly problem: FootnoteError })

/** Members of an outer object whose array holds the records: OpenAlex, Semantic Scholar, Crossref, Zotero, Footnote. */
const LISTS = new Set(['results', 'data', 'items', 'papers', 'recommendedPapers'])
/** Members of an outer object that are outer objects themselves (Crossref). */
const INNER = new Set(['message'])
const LONGEST_KEY = 20

/**
 * `between` values; in a value that is no object (`scalar`), in an object of a list (`record`), in an
 * outermost object, which may hold a list (`outer`), in the rest of it behind its list (`tail`); or
 * passing over what follows a broken record (`lost`).
 */
type State = 'between' | 'scalar' | 'record' | 'outer' | 'tail' | 'lost'

/**
 * Takes pieces of text and gives the slices that end in them. Records are the objects of the outermost
 * array, or of the array in an outer object, or the outermost objects themselves, one after another.
 * A record that never ends is given up where the layout shows that the next one begins: a line break
 * within a string, or a "{" right below that of the record.
 */
export class JsonCutter {
  private state: State = 'between'
  private inList = false
  private inOuter = false
  private depth = 0
  /** Depth at which the members of the outer object stand. */
  private outerDepth = 1
  private inString = false
  private escaped = false
  private key = ''
  /** The last sign that was no white space, outside strings. */
  private previous = ''
  private line = 1
  private column = 0
  private atLineStart = true
  private number = 0
  private place: Place = { line: 1 }
  private parts: string[] = []
  private length = 0
  /** Where the part of the record begins that lies in this piece. */
  private from = 0
  private margin: number | undefined
  private marginShown = false
  private slices: Slice[] = []

  /** Whether an outer object has been met that holds a list of records. */
  sawOuterList = false

  feed(text: string): readonly Slice[] {
    this.from = 0
    for (let at = 0; at < text.length; at++) {
      const sign = text[at] as string
      if (this.state === 'between' || this.state === 'lost') this.seek(text, at, sign)
      else this.scan(text, at, sign)
      this.move(sign)
    }
    if (this.capturing()) this.keep(text.slice(this.from))
    return this.take()
  }

  finish(): readonly Slice[] {
    if (this.capturing()) this.give(this.problem('is cut short: the file ends before it does; get the file again'))
    else if (this.state === 'tail' || (this.state === 'between' && this.inList)) {
      this.place = { line: this.line }
      this.give(this.problem('is the last: the list of records is not closed, so the file was cut short; get it again'))
    }
    return this.take()
  }

  private capturing(): boolean {
    return this.state === 'scalar' || this.state === 'record' || this.state === 'outer'
  }

  /** Between values: what begins here? */
  private seek(text: string, at: number, sign: string): void {
    if (isSpace(sign)) return
    if (this.state === 'lost') {
      const begins = sign === '{' && this.atLineStart && (this.margin === undefined || this.column <= this.margin)
      if (!begins) return
    }
    if (sign === '{') this.begin(this.inList ? 'record' : 'outer', at)
    else if (sign === '[' && !this.inList) this.inList = true
    else if (sign === ']' && this.inList) this.leaveList()
    // What closes nothing is passed over: it holds no record.
    else if (sign !== ',' && sign !== '}' && sign !== ']') {
      this.begin('scalar', at)
      this.scan(text, at, sign)
    }
  }

  private leaveList(): void {
    this.inList = false
    this.state = this.inOuter ? 'tail' : 'between'
    this.depth = this.outerDepth
  }

  private begin(state: 'record' | 'outer' | 'scalar', at: number): void {
    this.state = state
    this.from = at
    this.place = { line: this.line, number: ++this.number }
    this.parts = []
    this.length = 0
    this.depth = state === 'scalar' ? 0 : 1
    this.outerDepth = 1
    this.inString = false
    this.margin = this.atLineStart ? this.column : undefined
    this.marginShown = false
    this.previous = '{'
  }

  /** Within a value: does it end here? */
  private scan(text: string, at: number, sign: string): void {
    if (this.inString) return this.scanString(sign)
    if (sign === '"') {
      this.inString = true
      this.key = ''
    } else if (sign === '{' || sign === '[') this.open(at, sign)
    else if (sign === '}' || sign === ']') this.close(text, at, sign)
    else if (this.state === 'scalar' && this.depth === 0 && (sign === ',' || sign === '\n')) this.end(text, at)
    if (isSpace(sign)) return
    const first = this.previous === '{' && this.depth === 1
    if (first) this.marginShown = this.line === this.place.line || this.column > (this.margin ?? Infinity)
    this.previous = sign
  }

  private scanString(sign: string): void {
    if (this.escaped) this.escaped = false
    else if (sign === '\\') this.escaped = true
    else if (sign === '"') this.inString = false
    else if (sign === '\n') return this.lose('has a line break within a string')
    if (this.inString && this.state === 'outer' && this.key.length <= LONGEST_KEY) this.key += sign
  }

  private open(at: number, sign: string): void {
    if (this.state === 'record' && sign === '{' && this.begins()) {
      this.lose('does not end before the next one begins')
      this.begin('record', at)
      return
    }
    const member = this.state === 'outer' && this.depth === this.outerDepth && this.previous === ':'
    if (member && sign === '[' && LISTS.has(this.key)) return this.enterOuterList()
    if (member && sign === '{' && INNER.has(this.key)) this.outerDepth++
    this.depth++
  }

  private enterOuterList(): void {
    this.sawOuterList = true
    this.inOuter = true
    this.inList = true
    this.state = 'between'
    this.number--
    this.parts = []
  }

  /** Whether a "{" here can only begin another record: one inside this one would follow a colon, or stand further in. */
  private begins(): boolean {
    return this.marginShown && this.atLineStart && this.column === this.margin && this.previous !== ':' && this.previous !== '['
  }

  private close(text: string, at: number, sign: string): void {
    if (this.state === 'scalar' && this.depth === 0) {
      this.end(text, at)
      this.seek(text, at, sign)
      return
    }
    if (--this.depth > 0) return
    if (this.state === 'tail') {
      this.inOuter = false
      this.state = 'between'
    } else this.end(text, at + 1)
  }

  private end(text: string, to: number): void {
    this.keep(text.slice(this.from, to))
    if (this.length <= MAX_RECORD_LENGTH) return this.give({ text: this.parts.join('') })
    const message = `${nameOf(this.place)} is ${this.length} characters long; the most is ${MAX_RECORD_LENGTH}. Is it one paper?`
    this.give({ problem: new FootnoteError('too_large', message) })
  }

  /** Gives the record up, and looks for the next one from here on. */
  private lose(why: string): void {
    this.give(this.problem(`${why}; correct it, or delete the record`))
    this.state = 'lost'
  }

  private give(outcome: { readonly text: string } | { readonly problem: FootnoteError }): void {
    this.slices.push({ ...this.place, ...outcome })
    this.state = 'between'
    this.parts = []
  }

  private problem(what: string): { readonly problem: FootnoteError } {
    return { problem: new FootnoteError('invalid_request', `${nameOf(this.place)} ${what}.`) }
  }

  private keep(text: string): void {
    this.length += text.length
    if (this.length <= MAX_RECORD_LENGTH) this.parts.push(text)
    else this.parts = []
    this.from = 0
  }

  private move(sign: string): void {
    if (sign === '\n') {
      this.line++
      this.column = 0
      this.atLineStart = true
    } else {
      this.column++
      if (!isSpace(sign)) this.atLineStart = false
    }
  }

  private take(): readonly Slice[] {
    const slices = this.slices
    this.slices = []
    return slices
  }
}

function isSpace(sign: string): boolean {
  return sign <= ' '
}
