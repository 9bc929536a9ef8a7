/** Turns a filter into the SQL that finds its papers, and the found papers into a set that searches can ask. */
import { fold } from '../text/words.js'
import type { Filter, Handle } from './library.js'

/** Papers by handle, in a form that costs a search one array read each. */
export interface HandleSet {
  readonly size: number
  /** Ascending. */
  readonly handles: Uint32Array
  has(handle: Handle): boolean
}

export interface Condition {
  readonly sql: string
  readonly parameters: readonly (string | number)[]
}

/** Folded text that one line of a stored list can be compared with. */
export function foldLine(text: string): string {
  return fold(text).replace(/\s+/g, ' ').trim()
}

/** A list as it is stored for filters: `\nfirst\nsecond\n`, so that a whole entry is `\nfirst\n`. */
export function foldList(list: readonly string[] | undefined): string | null {
  return list === undefined || list.length === 0 ? null : `\n${list.map(foldLine).join('\n')}\n`
}

/**
 * The condition on the table `papers`; nothing if the filter holds for every paper. Text compares
 * without case, accents and kinds of white space. An empty list matches no paper.
 */
export function filterCondition(filter: Filter | undefined): Condition | undefined {
  const conditions: Condition[] = []
  const { ids, year, categories, authors, venue } = filter ?? {}
  if (ids !== undefined) conditions.push({ sql: 'id IN (SELECT value FROM json_each(?))', parameters: [JSON.stringify(ids)] })
  if (year?.from !== undefined) conditions.push({ sql: 'year >= ?', parameters: [year.from] })
  if (year?.to !== undefined) conditions.push({ sql: 'year <= ?', parameters: [year.to] })
  if (categories !== undefined) conditions.push(containsAny('categories', categories.map((name) => `\n${foldLine(name)}\n`)))
  if (authors !== undefined) conditions.push(containsAny('authors', authors.map(foldLine)))
  if (venue !== undefined) conditions.push(containsAny('venue', [foldLine(venue)]))
  if (conditions.length === 0) return undefined
  return {
    sql: conditions.map(({ sql }) => sql).join(' AND '),
    parameters: conditions.flatMap(({ parameters }) => parameters),
  }
}

function containsAny(column: string, parts: readonly string[]): Condition {
  if (parts.length === 0) return { sql: '0', parameters: [] }
  return { sql: `(${parts.map(() => `instr(${column}, ?) > 0`).join(' OR ')})`, parameters: parts }
}

/** @param handles ascending */
export function createHandleSet(handles: readonly Handle[]): HandleSet {
  const sorted = Uint32Array.from(handles)
  const members = new Uint8Array((sorted.at(-1) ?? 0) + 1)
  for (const handle of sorted) members[handle] = 1
  return { size: sorted.length, handles: sorted, has: (handle) => members[handle] === 1 }
}
