/** Checks a sentence against the quotes that it cites, before anyone sees it. */
import { stem, terms } from '../../text/terms.js'
import { words } from '../../text/words.js'
import type { Claim, Quote } from '../answer.js'
import { CONNECTING } from './phrasing.js'

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

const FIGURE = /\d+(?:[.,]\d+)*/g
/** Acronyms, and names with a capital or a digit inside: `KV`, `ResNet-50`, `L-Mul`. */
const NAME = /(?<![\p{L}\p{N}_])\p{L}*\p{Lu}[\p{L}\p{N}_-]*[\p{Lu}\p{N}][\p{L}\p{N}_-]*/gu

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
  if (!holdsFacts(evidence, own)) return { verdict: 'unsupported', support: 0 }
  // Around a quotation, "according to" and the like claim nothing; in a sentence of its own words every word counts.
  const wanted = own === text ? terms(own) : terms(own).filter((term) => !CONNECTING.has(term))
  if (wanted.length === 0) return { verdict: 'supported', support: 1 }
  const held = new Set(terms(evidence))
  const support = wanted.filter((term) => held.has(term)).length / wanted.length
  return { verdict: support >= SUPPORTED ? 'supported' : support >= WEAK ? 'weak' : 'unsupported', support }
}

/** The words of the sentence itself, once its quotations are taken out. */
function withoutQuotation(text: string, quotes: readonly string[]): string {
  return quotes.reduce((rest, quote) => rest.replace(`“${quote}”`, ' '), text)
}

function holdsFacts(evidence: string, own: string): boolean {
  const figures = new Set(evidence.match(FIGURE))
  const names = new Set((evidence.match(/[\p{L}\p{N}]+(?:[-–^/][\p{L}\p{N}]+)*/gu) ?? []).flatMap((name) => [joined(name), ...words(name).map(stem)]))
  const ownNames = own.match(NAME) ?? []
  const outsideNames = own.replace(NAME, ' ')
  return (outsideNames.match(FIGURE) ?? []).every((figure) => figures.has(figure)) && ownNames.every((name) => names.has(joined(name)))
}

/** `ResNet-50` and `ResNet50`, `CNNs` and `CNN` are the same name. */
function joined(name: string): string {
  return stem(words(name).join(''))
}
