/** Holds what an answer says against what it cites, by rules of its own: a check must not share the code that it checks. */
import type { Answer, Citation, Claim } from '../../src/answering/answer.js'

/** Share of a claim's words that its sources must hold. */
const CARRIED = 0.6
const LEAST_LETTERS = 4

export interface CitationFigures {
  /** Sentences that claim something. */
  readonly claims: number
  /** Share of them that what they cite carries: every figure and capitalised name, and most other words (recall of Gao et al. 2023). */
  readonly recall: number | null
  /** Share of the citations that carry their claim alone, or without which the rest does not (precision of Gao et al. 2023). */
  readonly precision: number | null
  /** Share of the figures in claims that stand in what they cite. */
  readonly figures: number | null
}

interface Matched {
  readonly carried: boolean
  readonly citations: number
  readonly needed: number
  readonly figures: number
  readonly rightFigures: number
}

export function matchCitations(answers: readonly Answer[]): CitationFigures {
  const matched = answers.flatMap(({ claims, citations }) => claims.filter(({ start, end }) => end > start).map((claim) => match(claim, citations)))
  const sum = (of: (one: Matched) => number) => matched.reduce((total, one) => total + of(one), 0)
  return {
    claims: matched.length,
    recall: ratio(sum(({ carried }) => Number(carried)), matched.length),
    precision: ratio(sum(({ needed }) => needed), sum(({ citations }) => citations)),
    figures: ratio(sum(({ rightFigures }) => rightFigures), sum(({ figures }) => figures)),
  }
}

function match(claim: Claim, citations: readonly Citation[]): Matched {
  const cited = claim.citations.flatMap((number) => citations.find((citation) => citation.number === number) ?? []).map(textOf)
  const carried = carries(cited, claim.text)
  const needed = carried ? cited.filter((one, i) => carries([one], claim.text) || !carries(cited.filter((_, j) => j !== i), claim.text)).length : 0
  const figures = figuresOf(claim.text)
  const known = new Set(cited.flatMap(figuresOf))
  return { carried, citations: claim.citations.length, needed, figures: figures.length, rightFigures: figures.filter((figure) => known.has(figure)).length }
}

/** A paper may be called by its title; what is said of it must stand in the quotes. */
function textOf({ paper, quotes }: Citation): string {
  return [paper.title, ...quotes.map(({ text }) => text)].join(' ')
}

function carries(sources: readonly string[], claim: string): boolean {
  const text = sources.join(' ')
  const figures = new Set(figuresOf(text))
  const names = new Set(namesOf(text))
  const words = new Set(wordsOf(text))
  const own = wordsOf(claim)
  const held = own.filter((word) => words.has(word)).length
  return sources.length > 0 && figuresOf(claim).every((figure) => figures.has(figure)) && namesOf(claim).every((name) => names.has(name)) && held >= CARRIED * own.length
}

function figuresOf(text: string): string[] {
  return text.match(/\d+(?:[.,]\d+)*/g) ?? []
}

/** Words with a capital after their first letter. */
function namesOf(text: string): string[] {
  return (text.match(/[\p{L}\p{N}]+/gu) ?? []).filter((word) => /^.+\p{Lu}/u.test(word)).map((word) => word.toLowerCase().replace(/s$/, ''))
}

/** Long words by their beginnings, so that inflections meet. */
function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/\p{L}+/gu) ?? []).filter((word) => word.length >= LEAST_LETTERS).map((word) => word.slice(0, 6))
}

function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
