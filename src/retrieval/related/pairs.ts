/** Pairs the sentences of two texts that meet. */
import type { SentenceVector } from '../../library/library.js'
import { terms } from '../../text/terms.js'
import type { Rarity } from '../rarity.js'
import { dot } from '../vectors.js'
import { partOf } from './part.js'
import type { Part } from './part.js'

export interface ReadSentence extends SentenceVector {
  /** The weight of each of its terms: 0 for what every abstract says. */
  readonly weights: ReadonlyMap<string, number>
  readonly length: number
  readonly part: Part
}

export interface Pair {
  readonly mine: ReadSentence
  readonly theirs: ReadSentence
  /** Cosine of the sentences. */
  readonly similarity: number
  /** By which pairs are chosen: mean of that cosine and of the cosine of their weighed terms. */
  readonly closeness: number
}

/** Rarity below which a term weighs nothing, as every third abstract has it; and what more of it no longer adds, lest one name decide. */
const COMMON = 1
const MOST_WEIGHT = 4

export function readSentence(sentence: SentenceVector, text: string, rarity: Rarity): ReadSentence {
  const weights = new Map(terms(text).map((term) => [term, Math.min(MOST_WEIGHT, Math.max(0, rarity(term) - COMMON))]))
  return { ...sentence, weights, part: partOf(text), length: Math.sqrt([...weights.values()].reduce((sum, weight) => sum + weight * weight, 0)) }
}

/** Every pair, closest first. Two sentences of the same form ("Extensive experiments show …") are near by vector alone; words of the subject decide. */
export function pairSentences(mine: readonly ReadSentence[], theirs: readonly ReadSentence[]): Pair[] {
  return mine
    .flatMap((one) => theirs.map((other) => {
      const similarity = dot(one.vector, other.vector)
      return { mine: one, theirs: other, similarity, closeness: (similarity + overlap(one, other)) / 2 }
    }))
    .sort((a, b) => b.closeness - a.closeness)
}

function overlap(one: ReadSentence, other: ReadSentence): number {
  if (one.length === 0 || other.length === 0) return 0
  let sum = 0
  for (const [term, weight] of one.weights) if (other.weights.has(term)) sum += weight * weight
  return sum / (one.length * other.length)
}

/** The closest pairs that repeat neither sentence. */
export function distinctPairs<Item extends Pick<Pair, 'mine' | 'theirs'>>(pairs: readonly Item[], most: number): Item[] {
  const chosen: Item[] = []
  for (const pair of pairs) {
    if (chosen.length === most) break
    if (!chosen.some(({ mine, theirs }) => mine === pair.mine || theirs === pair.theirs)) chosen.push(pair)
  }
  return chosen
}
