/** Picks the figure that was asked for out of a quote, where the quote leaves no doubt which one it is. */
import { subjectTerms, terms } from '../../text/terms.js'
import { namesOf, rowsOf } from './coordination.js'
import type { Question } from '../question/question.js'

/** A figure with its sign, range and unit, as it stands in the text. */
const FIGURE = /(?<![\p{L}\p{N}.,^_-]|[^%]\/)[~≈$]?\d+(?:[.,]\d+)*(?:\s?[–-]\s?\d+(?:[.,]\d+)*)?(?:\s?(?:%|×|percent\b|percentage points\b|points\b|times\b|fold\b|ms\b|s\b|GB\b|MB\b|kB\b|dB\b|FPS\b|hours?\b|days?\b|years?\b|patients\b|million\b|billion\b)|x\b|[KMB]\b)?(?![\p{L}\p{N}])/gu

const KINDS: readonly (readonly [RegExp, RegExp])[] = [
  [/\b(?:how many times|how much faster|speed-?ups?|by what factor)\b/i, /[×x]$|times$|fold$|%$|percent$/],
  [/\b(?:percent(?:age)?|accurac(?:y|ies)|share|fraction|rate)\b/i, /%$|percent(?:age points)?$|points$/],
  [/\bhow (?:long|many (?:hours|days|years))\b/i, /(?:hours?|days?|years?|ms|s)$/],
]

/**
 * The only figure of the quote that fits the question, or the one that stands against the only name or word that the
 * question shares with that part of it ("93.05% on CIFAR-10", also in a row of figures and a row of names); nothing
 * where more than one would do.
 */
export function askedFigure(question: Question, quote: string): string | undefined {
  if (question.kind !== 'figure') return undefined
  const wanted = KINDS.find(([asked]) => asked.test(question.text))?.[1] ?? (/\bhow much\b/i.test(question.text) ? /[%×x]$|percent$|times$|fold$/ : undefined)
  if (wanted === undefined) return undefined
  const askedText = question.text.toLowerCase()
  const figures = [...quote.matchAll(FIGURE)].map((match) => ({ text: match[0].trim(), start: match.index, end: match.index + match[0].length }))
  const fitting = figures.filter(({ text }) => wanted.test(text) && !askedText.includes(text.toLowerCase()))
  if (fitting.length === 1) return fitting[0]?.text
  const bound = rowsOf(fitting, quote).flatMap((row) => {
    const [figure] = row
    if (row.length === 1 && figure !== undefined) return isNamed(question, nameAfter(quote.slice(figure.end))) ? row : []
    const names = namesOf(row, quote)
    return row.filter((_, i) => isNamed(question, names?.[i]))
  })
  return bound.length === 1 ? bound[0]?.text : undefined
}

/** What follows a figure up to the next comma or "and". */
const nameAfter = (following: string) => /^ (?:on|for|in|with|of|at) ([^,;.]*?)(?=,|;|\.(?:\s|$)|\band\b|\bwith\b|$)/.exec(following)?.[1]

/** The question names all of it; a word of the question may be written together with others ("top1" has "top"). */
function isNamed(question: Question, name: string | undefined): boolean {
  if (name === undefined) return false
  const asked = subjectTerms(question.text).flatMap(({ term, joined }) => (joined === undefined ? [term] : [term, joined]))
  const own = terms(name)
  return own.length > 0 && own.every((term) => asked.some((one) => one === term || (/^\p{L}{3,}$/u.test(term) && one.includes(term))))
}
