/** Picks the figure that was asked for out of a quote, where the quote leaves no doubt which one it is. */
import { subjectTerms, terms } from '../text/terms.js'
import type { Question } from './question.js'

/** A figure with its sign, range and unit, as it stands in the text. */
const FIGURE = /(?<![\p{L}\p{N}.,^_/-])[~≈$]?\d+(?:[.,]\d+)*(?:\s?[–-]\s?\d+(?:[.,]\d+)*)?(?:\s?(?:%|×|percent\b|percentage points\b|points\b|times\b|fold\b|ms\b|s\b|GB\b|MB\b|kB\b|dB\b|FPS\b|hours?\b|days?\b|years?\b|patients\b|million\b|billion\b)|x\b|[KMB]\b)?(?![\p{L}\p{N}])/gu

const KINDS: readonly (readonly [RegExp, RegExp])[] = [
  [/\b(?:how many times|how much faster|speed-?ups?|by what factor)\b/i, /[×x]$|times$|fold$|%$|percent$/],
  [/\b(?:percent(?:age)?|accurac(?:y|ies)|share|fraction|rate)\b/i, /%$|percent(?:age points)?$|points$/],
  [/\bhow (?:long|many (?:hours|days|years))\b/i, /(?:hours?|days?|years?|ms|s)$/],
]

/**
 * The only figure of the quote that fits the question, or the one that stands against the only name or word that the
 * question shares with that part of it ("93.05% on CIFAR-10"); nothing where more than one would do.
 */
export function askedFigure(question: Question, quote: string): string | undefined {
  if (question.kind !== 'figure') return undefined
  const wanted = KINDS.find(([asked]) => asked.test(question.text))?.[1] ?? (/\bhow much\b/i.test(question.text) ? /[%×x]$|percent$|times$|fold$/ : undefined)
  if (wanted === undefined) return undefined
  const askedText = question.text.toLowerCase()
  const figures = [...quote.matchAll(FIGURE)].map((match) => ({ text: match[0].trim(), start: match.index, end: match.index + match[0].length }))
  const fitting = figures.filter(({ text }) => wanted.test(text) && !askedText.includes(text.toLowerCase()))
  if (fitting.length === 1) return fitting[0]?.text
  const bound = fitting.filter(({ end }) => isBound(question, quote.slice(end)))
  return bound.length === 1 ? bound[0]?.text : undefined
}

/** What follows the figure up to the next comma or "and" names something that the question names. */
function isBound(question: Question, following: string): boolean {
  const clause = /^ (?:on|for|in|with|of|at) ([^,;.]*?)(?=,|;|\.(?:\s|$)|\band\b|\bwith\b|$)/.exec(following)?.[1]
  if (clause === undefined) return false
  const asked = new Set(subjectTerms(question.text).flatMap(({ term, joined }) => (joined === undefined ? [term] : [term, joined])))
  const own = terms(clause)
  return own.length > 0 && own.every((term) => asked.has(term) || [...asked].some((one) => one.includes(term)))
}
