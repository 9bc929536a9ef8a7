/** Splits an abstract into sentences that keep their place in it. */
import type { Span } from './paper.js'

/** Ends in a full stop without ending a sentence, whatever follows. */
const ABBREVIATION =
  /(?:^|[\s(\[])(?:e\.?g|i\.?e|cf|vs|resp|viz|approx|ca|figs?|tabs?|eqs?|eqns?|refs?|secs?|chap|nos?|vols?|pp|eds?|dr|prof|mr|mrs|ms|st|sp|spp|subsp|var|jr|sr|u\.s|u\.k|et al|al|incl|esp|w\.r\.t|wrt|a\.k\.a|i\.i\.d|ph\.d|[A-Z](?:\.[A-Z])*)\.$/i

/** A candidate end: closing punctuation, quotes and brackets that belong to it, then white space or the end. */
const END = /[.!?…]+["'”’»)\]]*(?=\s|$)|[。！？]["'”’»）]*/gu

/** A sentence may start with a capital, a digit, an opening quote or bracket, LaTeX, or a script without case. */
const START = /^["'“‘«(\[`]*[\p{Lu}\p{Lt}\p{Lo}\p{N}$\\]/u
/** Names that begin in lower case, as in "mRNA", "eGFP", "iPhone", "p53". */
const LOWER_NAME = /^(?:[a-z]{1,2}[A-Z0-9]|[a-z]\p{Pd})/u

/**
 * The sentences of a text, in order, trimmed, without overlap; together they hold every character
 * that is not white space. Splits after `.`, `!`, `?` before what can begin a sentence, but not after
 * abbreviations ("e.g.", "et al.", "Fig."), initials ("J. Smith") or within numbers and addresses.
 */
export function sentences(text: string): Span[] {
  const spans: Span[] = []
  let start = skipSpace(text, 0)
  for (const match of text.matchAll(END)) {
    const end = match.index + match[0].length
    if (end <= start) continue
    const next = skipSpace(text, end)
    if (next < text.length && !breaksAt(text, start, end, next)) continue
    spans.push({ start, end })
    start = next
  }
  const end = text.trimEnd().length
  if (start < end) spans.push({ start, end })
  return spans
}

function breaksAt(text: string, start: number, end: number, next: number): boolean {
  const following = text.slice(next, next + 12)
  if (!START.test(following) && !LOWER_NAME.test(following)) return false
  const tail = text.slice(Math.max(start, end - 14), end)
  if (!tail.endsWith('.')) return true
  if (!ABBREVIATION.test(tail)) return true
  return isFinalInitial(tail) && /^(?:The|This|These|We|Our|In|It|A|An|However|Here|To|For|By)\s/.test(following)
}

/** "vitamin C. We show": a lone capital does end a sentence when a clear sentence start follows. */
function isFinalInitial(tail: string): boolean {
  return /(?:^|\s)[A-Z]\.$/.test(tail)
}

function skipSpace(text: string, from: number): number {
  let position = from
  while (position < text.length && /\s/.test(text[position] as string)) position++
  return position
}
