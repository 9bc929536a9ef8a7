/** Cuts a stream of XML into its records, and reads each on its own, so that a bad one costs only itself. */
import { SaxesParser } from 'saxes'
import { FootnoteError } from '../../errors.js'
import { countLines, notUtf8 } from '../lines.js'
import { MAX_RECORD_LENGTH, nameOf, UNREADABLE, type Line, type Place, type RawRecord, type Reading } from '../reader.js'

export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Elements and stretches of text, in their order. */
  readonly children: readonly (Element | string)[]
}

const MAX_ELEMENTS = 200_000
const MAX_DEPTH = 100
/** Longer than any opening tag's name. */
const TAIL = 40

/**
 * The records of a document that stand in elements of these names. They are parsed without what stands
 * around them, so a document type and the entities it declares are never read (XXE, entity bombs).
 */
export async function* xmlRecords(pieces: AsyncIterable<Line>, names: readonly string[], toRecord: (element: Element) => RawRecord): AsyncGenerator<Reading> {
  for await (const slice of cut(pieces, names)) {
    if ('problem' in slice) {
      yield slice
      continue
    }
    const { text, ...place } = slice
    try {
      if (text.includes(UNREADABLE)) throw notUtf8(nameOf(place))
      yield { ...place, record: toRecord(parse(text)) }
    } catch (error) {
      yield { ...place, problem: error instanceof FootnoteError ? error : notWellFormed(place, error) }
    }
  }
}

type Slice = Place & ({ readonly text: string } | { readonly problem: FootnoteError })

async function* cut(pieces: AsyncIterable<Line>, names: readonly string[]): AsyncGenerator<Slice> {
  const opening = new RegExp(`<(${names.join('|')})(?=[\\s>/])`, 'g')
  const either = new RegExp(`<(/?)(?:${names.join('|')})(?=[\\s>/])`, 'g')
  let buffer = ''
  let line = 1
  let number = 0
  let place: Place | undefined
  let parts: string[] = []
  let length = 0

  /** Moves what lies before this index out of the buffer; into the record, if there is one. */
  const pass = (to: number) => {
    const text = buffer.slice(0, to)
    buffer = buffer.slice(to)
    line += countLines(text)
    if (place === undefined) return
    length += text.length
    if (length <= MAX_RECORD_LENGTH) parts.push(text)
    else parts = []
  }
  const begin = () => {
    place = { line, number: ++number }
    parts = []
    length = 0
  }
  const end = (): Slice => {
    const done = place as Place
    place = undefined
    if (length <= MAX_RECORD_LENGTH) return { ...done, text: parts.join('') }
    const message = `${nameOf(done)} is ${length} characters long; the most is ${MAX_RECORD_LENGTH}. Is it one paper?`
    return { ...done, problem: new FootnoteError('too_large', message) }
  }

  for await (const piece of pieces) {
    if ('problem' in piece) {
      yield piece
      continue
    }
    buffer += piece.text
    for (;;) {
      const tags: RegExp = place === undefined ? opening : either
      tags.lastIndex = place === undefined ? 0 : length === 0 ? 1 : 0
      const tag = tags.exec(buffer)
      if (tag === null) break
      if (place === undefined) {
        pass(tag.index)
        begin()
        continue
      }
      if (tag[1] !== '/') {
        pass(tag.index)
        yield { ...place, problem: unclosed(place, 'the next one begins') }
        begin()
        pass(1)
        continue
      }
      const close = buffer.indexOf('>', tag.index)
      if (close === -1) break
      pass(close + 1)
      yield end()
    }
    // A tag may be cut in two by the end of the piece.
    const held = buffer.lastIndexOf('<')
    if (held === -1 || held < buffer.length - TAIL) pass(buffer.length)
    else pass(held)
  }
  pass(buffer.length)
  if (place !== undefined) yield { ...(place as Place), problem: unclosed(place, 'the file does') }
}

function unclosed(place: Place, before: string): FootnoteError {
  return new FootnoteError('invalid_request', `${nameOf(place)} does not end before ${before}; close its element, or get the file again if it was cut short.`)
}

function notWellFormed(place: Place, cause: unknown): FootnoteError {
  const reason = cause instanceof Error ? cause.message.slice(0, 120) : String(cause)
  return new FootnoteError('invalid_request', `${nameOf(place)} is not well-formed XML (${reason}); correct it, or delete the record.`, { cause })
}

interface Growing extends Element {
  readonly children: (Element | string)[]
}

/** Fails if the text is not one well-formed element, or has more in it than a paper can have. */
function parse(text: string): Element {
  const parser = new SaxesParser({ fragment: true, position: false })
  const root: Growing = { name: '', attributes: {}, children: [] }
  const open: Growing[] = [root]
  let count = 0
  const add = (child: Element | string) => void (open.at(-1) as Growing).children.push(child)
  parser.on('error', (error) => {
    throw error
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (++count > MAX_ELEMENTS || open.length > MAX_DEPTH) throw new Error('too many elements, or too deep')
    const element: Growing = { name, attributes: attributes as Record<string, string>, children: [] }
    add(element)
    open.push(element)
  })
  parser.on('closetag', () => void open.pop())
  parser.on('text', add)
  parser.on('cdata', add)
  parser.write(text).close()
  const [element] = root.children
  if (element === undefined || typeof element === 'string') throw new Error('no element')
  return element
}

/** The elements at the end of this path of names. */
export function elementsAt(element: Element | undefined, ...path: readonly string[]): readonly Element[] {
  let found: readonly Element[] = element === undefined ? [] : [element]
  for (const name of path) {
    found = found.flatMap(({ children }) => children.filter((child): child is Element => typeof child !== 'string' && child.name === name))
  }
  return found
}

/** The text of the first element at this path, that of elements within it included; undefined if it is blank. */
export function textIn(element: Element | undefined, ...path: readonly string[]): string | undefined {
  for (const found of elementsAt(element, ...path)) {
    const text = markupOf(found).trim()
    if (text !== '') return text
  }
  return undefined
}

/** Elements within a text are its markup, and stay, for cleaning to make of them what it makes of all markup. */
function markupOf({ children }: Element): string {
  return children.map((child) => (typeof child === 'string' ? child : `<${child.name}>${markupOf(child)}</${child.name}>`)).join('')
}
