/** Tells which name each figure of a row belongs to: "93%, 70% and 68% on A, B and C, respectively". */

/** Where something stands in a text: UTF-16 offsets, the end exclusive. */
export interface Span {
  readonly start: number
  readonly end: number
}

const BETWEEN = /^\s*(?:,|,?\s*(?:and|or)|\/|vs\.?)\s*$/
const SEPARATOR = /\s*(?:,\s*(?:and|or)\s|,\s|\s(?:and|or)\s|\/)\s*/
const LONGEST_NAME = 6
/** Ends the last name of a row that follows its figures. */
const NAME_END = /[,;:()]|\.(?:\s|$)|\s(?:respectively|using|with|by|when|while|which|that|compared|versus|than|over|under|from|for|on|in|at|and|or)\b/
const PREPOSITION = /\b(?:on|for|in|with|at|of|to|over|across|by|from)\s+(?:the\s+)?/gi

/** The figures of a text in rows: those that stand side by side, with nothing between them but a comma or "and". */
export function rowsOf<F extends Span>(figures: readonly F[], text: string): F[][] {
  const rows: F[][] = []
  for (const figure of figures) {
    const row = rows.at(-1)
    const last = row?.at(-1)
    if (row !== undefined && last !== undefined && BETWEEN.test(text.slice(last.end, figure.start))) row.push(figure)
    else rows.push([figure])
  }
  return rows
}

/**
 * The names that the figures of a row stand for, in their order: the row of as many names right after the figures,
 * else the last one before them; nothing where there is no such row.
 */
export function namesOf(row: readonly Span[], text: string): readonly string[] | undefined {
  const first = row[0]
  const last = row.at(-1)
  if (first === undefined || last === undefined || row.length < 2) return undefined
  return namesAfter(text.slice(last.end), row.length) ?? namesBefore(text.slice(0, first.start), row.length)
}

function namesAfter(text: string, count: number): readonly string[] | undefined {
  const opening = /^(?:\s[\p{L}-]+){0,4}?\s(?:on|for|in|with|at|of|over|across)\s+(?:the\s+)?/u.exec(text)
  if (opening === null) return undefined
  const names: string[] = []
  let rest = text.slice(opening[0].length)
  while (names.length < count - 1) {
    const separator = SEPARATOR.exec(rest)
    if (separator === null) return undefined
    names.push(rest.slice(0, separator.index))
    rest = rest.slice(separator.index + separator[0].length)
  }
  names.push(rest.slice(0, NAME_END.exec(rest)?.index ?? rest.length))
  return names.every(isName) ? names.map((name) => name.trim()) : undefined
}

/** The sentence before the figures is cut at its commas and conjunctions; the names are the last parts, as many as figures, of which a conjunction joins the last two. */
function namesBefore(text: string, count: number): readonly string[] | undefined {
  const sentence = text.slice(text.search(/[^.]*(?:\.\S[^.]*)*$/))
  const separators = [...sentence.matchAll(new RegExp(SEPARATOR, 'g'))]
  const starts = [0, ...separators.map((match) => match.index + match[0].length)]
  const parts = starts.map((start, i) => sentence.slice(start, separators[i]?.index))
  for (let end = parts.length; end >= count; end--) {
    if (!/and|or|\//.test(separators[end - 2]?.[0] ?? '')) continue
    const names = parts.slice(end - count, end)
    const opening = names[0] as string
    names[0] = opening.slice([...opening.matchAll(PREPOSITION)].map((match) => match.index + match[0].length).at(-1) ?? 0)
    names[count - 1] = (names.at(-1) as string).replace(/\s(?:of|is|are|was|were|by|at|to|with)(?:\s.*)?$/, '')
    if (names.every(isName)) return names.map((name) => name.trim())
  }
  return undefined
}

function isName(text: string): boolean {
  const words = text.trim().split(/\s+/)
  return text.trim() !== '' && words.length <= LONGEST_NAME
}
