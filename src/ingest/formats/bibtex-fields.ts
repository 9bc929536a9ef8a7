/** Reads the fields of one BibTeX entry, and the names in a field of names (BibTeX, "btxdoc" and "btxhak", 1988). */

/** Values of `@string`s by their names in lower case. */
export type Strings = ReadonlyMap<string, string>

export interface Fields {
  readonly key: string
  /** By name in lower case, braces within kept; of a field given twice the first counts. */
  readonly fields: ReadonlyMap<string, string>
}

const NAME = /[^\s"#%'(),={}]+/y
const SPACE = /\s*/y
/** Names that BibTeX knows without a definition; only months matter, and they are in every style. */
const MONTHS = new Set(['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'])

/**
 * The fields of `@article{key, title = {…} # name, …}`. A comma left out between two fields is forgiven;
 * anything else that is wrong fails with an `Error` that names the place.
 */
export function readFields(entry: string, strings: Strings): Fields {
  const cursor = new Cursor(entry, entry.search(/[{(]/) + 1)
  const fields = new Map<string, string>()
  cursor.skipSpace()
  const start = cursor.at
  let name: string | undefined = cursor.name()
  let key = ''
  if (cursor.peek() !== '=') {
    key = entry.slice(start, entry.indexOf(',', start) === -1 ? cursor.at : entry.indexOf(',', start)).trim()
    cursor.at = start + entry.slice(start).search(/[,})]|$/)
    name = undefined
  }
  for (;;) {
    while (cursor.peek() === ',') cursor.at++
    name ??= cursor.name()
    if (name === '') break
    if (cursor.peek() !== '=') throw new Error(`“=” is missing behind “${name.slice(0, 40)}”`)
    cursor.at++
    const value = readValue(cursor, strings)
    const known = name.toLowerCase()
    if (!fields.has(known)) fields.set(known, value)
    name = undefined
  }
  const rest = cursor.peek()
  if (rest !== '}' && rest !== ')') throw new Error(`“${entry.slice(cursor.at, cursor.at + 20).trim()}” stands where a field should`)
  return { key, fields }
}

/** The name and the value of `@string{name = …}`. */
export function readString(entry: string, strings: Strings): readonly [name: string, value: string] | undefined {
  const { fields } = readFields(entry, strings)
  return [...fields][0]
}

class Cursor {
  constructor(
    readonly text: string,
    public at: number,
  ) {}

  skipSpace(): void {
    SPACE.lastIndex = this.at
    SPACE.exec(this.text)
    this.at = SPACE.lastIndex
  }

  /** The next sign that is no white space. */
  peek(): string | undefined {
    this.skipSpace()
    return this.text[this.at]
  }

  /** Empty if none stands here. */
  name(): string {
    this.skipSpace()
    NAME.lastIndex = this.at
    const name = NAME.exec(this.text)?.[0] ?? ''
    this.at += name.length
    return name
  }
}

function readValue(cursor: Cursor, strings: Strings): string {
  let value = ''
  for (;;) {
    const sign = cursor.peek()
    if (sign === '{') value += delimited(cursor, '}')
    else if (sign === '"') value += delimited(cursor, '"')
    else {
      const name = cursor.name()
      if (name === '') throw new Error(`a value is missing at “${cursor.text.slice(cursor.at, cursor.at + 20).trim()}”`)
      // A name that was never defined stands for itself.
      value += MONTHS.has(name.toLowerCase()) ? name : strings.get(name.toLowerCase()) ?? name
    }
    if (cursor.peek() !== '#') return value
    cursor.at++
  }
}

function delimited(cursor: Cursor, closing: '}' | '"'): string {
  const start = ++cursor.at
  let depth = 0
  for (; cursor.at < cursor.text.length; cursor.at++) {
    const sign = cursor.text[cursor.at]
    if (sign === '\\') cursor.at++
    else if (sign === closing && depth === 0) return cursor.text.slice(start, cursor.at++)
    else if (sign === '{') depth++
    else if (sign === '}') depth--
  }
  throw new Error('braces or quotes do not match')
}

export interface Name {
  readonly given?: string | undefined
  readonly family?: string | undefined
  /** A name that is not to be taken apart. */
  readonly literal?: string | undefined
}

/** The names of `Doe, Jane and {A Group} and others`; BibLaTeX's `family=Doe, given=Jane` too. */
export function readNames(field: string): readonly Name[] {
  // Tried at each place: only the first of a row of spaces may begin a match, or a long row takes quadratic time.
  return splitOutside(field, /(?<!\s)\s+and(?=\s)/iy).map((name) => name.trim()).filter((name) => name !== '' && name.toLowerCase() !== 'others').map(readName)
}

function readName(name: string): Name {
  const parts = splitOutside(name, /,/y).map((part) => part.trim())
  const pairs = parts.map((part) => /^(family|given|prefix|suffix)\s*=\s*(.*)$/s.exec(part))
  if (pairs.every((pair) => pair !== null)) {
    const told = Object.fromEntries(pairs.map((pair) => [pair[1], pair[2]])) as Readonly<Record<string, string | undefined>>
    return { given: told['given'], family: [told['prefix'], told['family'], told['suffix']].filter((part) => part !== undefined).join(' ') }
  }
  const [family, ...others] = parts
  if (others.length === 0) return { literal: withoutGroups(name) }
  const given = withoutGroups(others.at(-1) as string)
  const suffix = others.length > 1 ? others[0] : undefined
  return { given, family: withoutGroups([family, suffix].filter((part) => part !== undefined && part !== '').join(' ')) }
}

/** Split where the separator stands outside all braces. */
function splitOutside(text: string, separator: RegExp): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] as string
    if (sign === '\\') at++
    else if (sign === '{') depth++
    else if (sign === '}') depth--
    else if (depth === 0 && (sign === ',' || sign <= ' ')) {
      separator.lastIndex = at
      const found = separator.exec(text)
      if (found === null) continue
      parts.push(text.slice(start, at))
      start = separator.lastIndex
      at = start - 1
    }
  }
  return [...parts, text.slice(start)]
}

/**
 * The text without the braces that only keep capitals or words together, which in BibTeX are no part of it;
 * those of commands, of formulas, and of groups that begin with a command stay for `cleanText`.
 */
export function withoutGroups(text: string): string {
  let result = ''
  const kept: boolean[] = []
  let formula = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at] as string
    if (sign === '\\') {
      const command = /^\\(?:[a-zA-Z]+|[^]?)/.exec(text.slice(at, at + 40))?.[0] ?? sign
      result += command
      at += command.length - 1
      if (text[at + 1] === '{' && !/^\\[{}%&$#_ ]$/.test(command)) {
        result += '{'
        at++
        kept.push(true)
      }
    } else if (sign === '{') {
      kept.push(formula || text[at + 1] === '\\' || /[\^_}]/.test(text[at - 1] ?? ''))
      if (kept.at(-1) === true) result += sign
    } else if (sign === '}') {
      if (kept.pop() !== false) result += sign
    } else {
      if (sign === '$') formula = !formula
      result += sign
    }
  }
  return result
}
