/** Puts the first few candidates of a search into the order that was learned from judged questions. */
import { minMax } from './fusion.js'
import type { Rarity } from './rarity.js'
import { rerankFeatures } from './rerank-features.js'
import type { RerankCandidate, RerankFeatures } from './rerank-features.js'

export type RerankWeights = RerankFeatures

export interface Reranking {
  readonly rarity: Rarity
  readonly weights: RerankWeights
}

/** Keeps the order in which candidates come. */
export const NO_RERANKING: RerankWeights = {
  fused: 1, dense: 0, bestSentence: 0, densePlace: 0, telling: 0, nearly: 0, titleCoverage: 0, windowTelling: 0, titleAsked: 0, bigrams: 0, proximity: 0,
}

/**
 * The candidates, best first, with the value that ranks them scaled to 0..1, by a linear model over cheap features; ties by
 * their order before, so that the same search always gives the same order. Boosted trees add nothing once no judged
 * paper is both learned from and measured on. 30 candidates take less than a millisecond.
 */
export function rerank<Candidate extends RerankCandidate>(question: string, candidates: readonly Candidate[], { rarity, weights }: Reranking): (Candidate & { readonly relevance: number })[] {
  const relevances = minMax(rerankFeatures(question, candidates, rarity).map((features) => weigh(features, weights)))
  return candidates
    .map((candidate, place) => ({ ranked: { ...candidate, relevance: relevances[place] as number }, place }))
    .sort((a, b) => b.ranked.relevance - a.ranked.relevance || a.place - b.place)
    .map(({ ranked }) => ranked)
}

/** Rounded, so that the last bits of a cosine, which differ between machines, do not decide. */
function weigh(features: RerankFeatures, weights: RerankWeights): number {
  const names = Object.keys(weights) as (keyof RerankWeights)[]
  return Math.round(1e6 * names.reduce((sum, name) => sum + weights[name] * features[name], 0)) / 1e6
}
