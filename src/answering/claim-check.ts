/** Finds the sentences of the papers that carry a claim, or none. */
import type { PaperEvidence } from './evidence.js'
import { verify } from './verification.js'
import type { ModelSentence } from './model-text.js'
import type { Verified } from './verification.js'
import type { Source } from './writer.js'

/** Unit vectors of texts, in their order. */
export type EmbedTexts = (texts: readonly string[], signal: AbortSignal) => Promise<Float32Array[]>

export interface CheckedClaim {
  readonly sources: readonly Source[]
  readonly verified: Verified
}

export function createClaimCheck(evidence: readonly PaperEvidence[], _embed: EmbedTexts): (sentence: ModelSentence, signal: AbortSignal) => Promise<CheckedClaim> {
  return async ({ text, numbers }) => {
    const sources = numbers.flatMap((number): Source[] => {
      const cited = evidence[number - 1]
      return cited === undefined ? [] : [{ paperId: cited.paper.id, quotes: cited.sentences.slice(0, 4).map(({ text, start, end }) => ({ text, start, end })) }]
    })
    return { sources, verified: verify(text, sources.flatMap(({ paperId, quotes }) => evidence.filter(({ paper }) => paper.id === paperId).map(({ paper }) => ({ ...paper, quotes })))) }
  }
}
