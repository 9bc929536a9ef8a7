/** Splits an abstract into sentences that keep their place in it. */
import type { Span } from './paper.js'

/** Ends in a full stop without ending a sentence, whatever follows; a journal's title is one after the other. */
const NEVER_LAST =
  /(?:^|[\s(\[])(?:e\.?g|i\.?e|cf|vs|resp|viz|approx|ca|figs?|tabs?|eqs?|eqns?|refs?|secs?|chap|nos?|vols?|pp|eds?|dr|prof|mr|mrs|ms|mt|st|sp|spp|subsp|var|esp|w\.r\.t|wrt|a\.k\.a|i\.i\.d|proc|natl|acad|sci|phys|rev|lett|commun|chem|biol|int|conf|symp|univ|dept)\.$/i

/** The same, unless what follows can only be the start of a sentence: "vitamin C. We show", "in the U.S. The rate". */
const SELDOM_LAST = /(?:^|[\s(\[])(?:et al|al|incl|jr|sr|inc|ltd|corp|math|med|j|u\.s|u\.k|u\.s\.a|a\.m|p\.m|ph\.d|[A-Z](?:\.[A-Z])*)\.$/i
const CLEAR_START = /^(?:The|This|These|Those|We|Our|In|It|An?|However|Moreover|Furthermore|Here|There|Then|To|For|By|With|As|At|On|After|Before|From|Both|Using|When|While|Although|Code|Results|Experiments|Extensive|Finally|Overall)[\s,]/

/** "1." before an item of a list, "Methods." before a part of the abstract: neither says anything by itself. */
const HEADING = /^(?:[([]?\d{1,2}[.)]+|(?:(?:study |data |principal |main )?(?:background|context|introduction|aims?|objectives?|purpose|rationale|design|setting|methods?|methodology|collection|results?|findings?|conclusions?|discussion|interpretation|significance|summary))\.)$/i

/**
 * A candidate end: closing punctuation, quotes and brackets that belong to it, then white space, the end, or a sentence
 * that lacks its space. A run of marks is tried from its first alone: from each, a long one would take quadratic time.
 */
const END = /(?<![.!?…])[.!?…]+["'”’»)\]]*;?(?=\s|$)|(?<=[a-z]{3}|[)%])\.(?=[A-Z][a-z]*[\s,])|[。！？]["'”’»）]*/gu

/** Where a record joins the parts of a structured abstract: "of the heart.; To evaluate …"; not behind "etc.;" and the like. */
const JOINED_PARTS = /(?:[a-z]{4}|[)%\d])\.;$/

/** A sentence may start with a capital, a digit, an opening quote or bracket, LaTeX, or a script without case; a notice of copyright with its sign. */
const START = /^(?:["'“‘«(\[`]*[\p{Lu}\p{Lt}\p{Lo}\p{N}$\\]|©|\(c\) ?\d{4})/u
/** Names that begin in lower case, as in "mRNA", "eGFP", "iPhone", "p53". */
const LOWER_NAME = /^(?:[a-z]{1,2}[A-Z0-9]|[a-z]\p{Pd})/u

/**
 * The sentences of a text, in order, trimmed, without overlap; together they hold every character
 * that is not white space, but for a semicolon that joins two. Splits after `.`, `!`, `?` before what can begin a sentence, but not after
 * abbreviations ("e.g.", "et al.", "Fig."), initials and species ("J. Smith", "E. coli"), or within
 * numbers and addresses. A missing space ("efficiency.This work") hides no sentence.
 */
export function sentences(text: string): Span[] {
  const spans: Span[] = []
  let start = skipSpace(text, 0)
  for (const match of text.matchAll(END)) {
    const end = match.index + match[0].length
    if (end <= start) continue
    const next = skipSpace(text, end)
    if (next < text.length && !breaksAt(text, start, end, next)) continue
    spans.push({ start, end: text[end - 1] === ';' ? end - 1 : end })
    start = next
  }
  const end = text.trimEnd().length
  if (start < end) spans.push({ start, end })
  return spans
}

function breaksAt(text: string, start: number, end: number, next: number): boolean {
  const following = text.slice(next, next + 14)
  if (next === end && text[end - 1] === '.') return CLEAR_START.test(following)
  if (!START.test(following) && !LOWER_NAME.test(following)) return false
  if (text[end - 1] === ';') return JOINED_PARTS.test(text.slice(Math.max(start, end - 8), end))
  const tail = text.slice(Math.max(start, end - 14), end)
  if (NEVER_LAST.test(tail) || HEADING.test(text.slice(start, end))) return false
  return !SELDOM_LAST.test(tail) || CLEAR_START.test(following)
}

function skipSpace(text: string, from: number): number {
  let position = from
  while (position < text.length && /\s/.test(text[position] as string)) position++
  return position
}
