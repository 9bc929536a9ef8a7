/** What the papers nearest to a seed add to it: their common direction, and words that they have and it has not. */
import type { Handle, PaperVectors, WeightedTerms } from '../../library/library.js'
import type { Paper } from '../../papers/paper.js'
import { terms } from '../../text/terms.js'
import type { Rarity } from '../rarity.js'
import { meanDirection } from '../vectors.js'

/** A paper that may be related, as it is read. */
export interface Candidate {
  readonly handle: Handle
  readonly paper: Paper
  readonly vectors: PaperVectors
}

/** Papers that are taken to be related, for the direction and for the terms. */
const NEAREST = 5
const NEAREST_TELLING = 8
/** Weight of the seed's own vector; that of the nearest paper is 1. */
const OWN_WEIGHT = 3
const MOST_TERMS = 30

/** Power of a paper's nearness by which it counts: where only one is near, as in a small library, the others say little. */
const FALL = 3

export interface Feedback {
  readonly direction: Float32Array
  /** Terms that the seed lacks: "lifelong" where it says "continual". */
  readonly query: WeightedTerms
}

/**
 * Feedback from the first of a ranking as if they had been judged related (Rocchio 1971 for vectors; for terms after the
 * relevance model of Lavrenko and Croft 2001, by mean weight, but without the seed's own, which are counted already).
 *
 * @param ranked best first, with their nearness of 0..1
 */
export function feedbackOf({ vector, terms: own }: { readonly vector: Float32Array; readonly terms: ReadonlySet<string> }, ranked: readonly (Candidate & { readonly nearness: number })[], weigh: Rarity): Feedback {
  const added = new Map<string, number>()
  for (const { paper, nearness } of ranked.slice(0, NEAREST_TELLING)) {
    for (const [term, weight] of unitWeights(`${paper.title}. ${paper.abstract}`, weigh)) if (!own.has(term)) added.set(term, (added.get(term) ?? 0) + nearness ** FALL * weight)
  }
  const strongest = [...added].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, MOST_TERMS)
  const direction = vector.map((value) => OWN_WEIGHT * value)
  for (const { vectors, nearness } of ranked.slice(0, NEAREST)) vectors.paper.forEach((value, i) => (direction[i] = (direction[i] as number) + nearness ** FALL * value))
  return { direction: meanDirection([direction]) ?? vector, query: new Map(strongest) }
}

/** Each term by its weight and how often it stands there, the whole of length 1. */
function unitWeights(text: string, weigh: Rarity): Map<string, number> {
  const counts = new Map<string, number>()
  for (const term of terms(text)) counts.set(term, (counts.get(term) ?? 0) + 1)
  const weights = new Map([...counts].map(([term, count]) => [term, (1 + Math.log(count)) * weigh(term)]))
  const length = Math.sqrt([...weights.values()].reduce((sum, weight) => sum + weight * weight, 0))
  return new Map([...weights].map(([term, weight]) => [term, length > 0 ? weight / length : 0]))
}
