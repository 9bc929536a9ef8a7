/** Searches the library for papers, with the sentences of each that bear on the query. */
import type { Filter } from '../library/library.js'
import type { Paper } from '../papers/paper.js'
import type { Rarity } from '../retrieval/rarity.js'
import type { Retrieve } from '../retrieval/retrieval.js'
import type { Quote } from './answer.js'
import { findEvidence } from './evidence/evidence.js'
import { readQuestion } from './question/question.js'
import type { EvidenceWeights } from './evidence/sentence-features.js'

export interface SearchResult {
  readonly paper: Paper
  /** Cosine of query and paper, or its best sentence; 1 = same. */
  readonly similarity: number
  /** The best sentence, and a second one if it is nearly as good. */
  readonly quotes: readonly Quote[]
}

export interface SearchRequest {
  readonly limit: number
  readonly filter?: Filter | undefined
  readonly signal?: AbortSignal | undefined
}

export type Search = (query: string, request: SearchRequest) => Promise<SearchResult[]>

const NEARLY = 0.8

export function createSearch(parts: { readonly retrieve: Retrieve; readonly rarity: Rarity; readonly evidenceWeights: EvidenceWeights }): Search {
  return async (query, request) => {
    const { papers, questionVector } = await parts.retrieve(query, request)
    return findEvidence(readQuestion(query), questionVector, papers, { rarity: parts.rarity, weights: parts.evidenceWeights }).map(({ paper, similarity, sentences: [first, second] }) => {
      const chosen = first === undefined ? [] : second !== undefined && second.probability >= first.probability * NEARLY ? [first, second] : [first]
      return { paper, similarity, quotes: chosen.map(({ text, start, end }) => ({ text, start, end })) }
    })
  }
}
