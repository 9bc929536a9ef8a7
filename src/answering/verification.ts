/** Checks a sentence against the quotes that it cites, before anyone sees it. */
import { isStopWord, stem, terms } from '../text/terms.js'
import { words } from '../text/words.js'
import type { Claim, Quote } from './answer.js'

export interface Verified {
  readonly verdict: Claim['verdict']
  /** 1 for a quotation; else the share of the sentence's terms that its quotes and titles hold. */
  readonly support: number
}

export interface CitedText {
  readonly title: string
  readonly abstract: string
  readonly quotes: readonly Quote[]
}

const SUPPORTED = 0.6
const WEAK = 0.35

/** Figures with their unit, acronyms, and names with a capital or a digit inside. */
const HARD_FACT = /\d+(?:[.,]\d+)*|\b[A-Za-z]*[A-Z][\w-]*[A-Z0-9][\w-]*/g

/**
 * A sentence is supported when every figure, acronym and inner-capital name in it stands in what it
 * cites, and most of its other terms do. What it puts between quotation marks must stand in a quote
 * letter for letter. A sentence without sources, or with a quote that is not in its abstract, is not.
 */
export function verify(text: string, cited: readonly CitedText[]): Verified {
  const honest = cited.every(({ abstract, quotes }) => quotes.length > 0 && quotes.every((quote) => abstract.slice(quote.start, quote.end) === quote.text))
  if (cited.length === 0 || !honest) return { verdict: 'unsupported', support: 0 }
  const quotes = cited.flatMap((source) => source.quotes.map((quote) => quote.text))
  const own = withoutQuotation(text, quotes)
  const evidence = [...quotes, ...cited.map(({ title }) => title)].join(' ')
  const facts = own.match(HARD_FACT) ?? []
  if (facts.some((fact) => !containsFact(evidence, fact))) return { verdict: 'unsupported', support: 0 }
  const wanted = terms(own)
  if (wanted.length === 0) return { verdict: 'supported', support: 1 }
  const held = new Set(terms(evidence))
  const support = wanted.filter((term) => held.has(term)).length / wanted.length
  return { verdict: support >= SUPPORTED ? 'supported' : support >= WEAK ? 'weak' : 'unsupported', support }
}

/** The words of the sentence itself, once its quotations are taken out. */
function withoutQuotation(text: string, quotes: readonly string[]): string {
  return quotes.reduce((rest, quote) => rest.replace(`“${quote}”`, ' '), text)
}

function containsFact(evidence: string, fact: string): boolean {
  const wanted = words(fact).join('')
  if (isStopWord(wanted)) return true
  const held = words(evidence)
  if (held.includes(wanted)) return true
  const width = words(fact).length
  for (let i = 0; i + width <= held.length; i++) if (held.slice(i, i + width).join('') === wanted) return true
  return held.some((word) => stem(word) === stem(wanted)) || evidence.includes(fact)
}
