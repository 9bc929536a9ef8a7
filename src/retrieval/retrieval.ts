/** What retrieval hands up: papers that bear on a question, and how well they cover it. */
import type { Filter, Handle, StoredVectors } from '../library/library.js'
import type { Paper } from '../papers/paper.js'

export interface RankedPaper {
  readonly handle: Handle
  readonly paper: Paper
  /** Cosine of the question with the paper or its best sentence, whichever is nearer; 1 = same. */
  readonly similarity: number
  /** The value that ranks: 0..1 over the reranked papers of one question, 0 of those further back. */
  readonly relevance: number
  /** The value by which candidates were taken to be reranked, 0..1 within one question. */
  readonly fused: number
  readonly bm25: number
  /** Cosine of the question with the paper as a whole. */
  readonly dense: number
  readonly vectors: StoredVectors
}

export interface RetrieveOptions {
  readonly limit: number
  readonly filter?: Filter | undefined
  readonly signal?: AbortSignal | undefined
}

/** How well the first papers cover the question. Shares weigh each term by its rarity and lie in 0..1. */
export interface AnswerabilityFeatures {
  /** Share of the question that the best covered of the first papers contains. */
  readonly coverage: number
  /** Share that one sentence of it contains, its paper's title helping by half. */
  readonly sentenceCoverage: number
  /** Rarity of what is covered, in all: six matching terms are stronger evidence than one. */
  readonly coveredRarity: number
  /** Greatest rarity among the terms that none of the first papers contains. */
  readonly missingRarity: number
  /** Share of the names in the question (`CIFAR-10`, `mTOR`, `Louvre`) that the best covered paper does not hold; 0 without names. */
  readonly missingNames: number
  /** Cosine of the question with the nearest of the first papers, and with their nearest sentence. */
  readonly similarity: number
  readonly sentenceSimilarity: number
  /** How far the first paper stands above the next five, as a share of its own BM25. */
  readonly margin: number
  /** log10 of the papers in the library: in a larger one chance matches are better. */
  readonly librarySize: number
}

export interface Retrieval {
  /** Best first. */
  readonly papers: readonly RankedPaper[]
  /** From which it is estimated whether these papers answer the question. */
  readonly features: AnswerabilityFeatures
  /** Words of the question, as asked, that carry a subject and that no paper of the library contains. */
  readonly missingTerms: readonly string[]
  readonly questionVector: Float32Array
}

export type Retrieve = (question: string, options: RetrieveOptions) => Promise<Retrieval>

/** A paper near other papers or a text; `similarity` is a cosine. */
export interface RelatedPaper {
  readonly paper: Paper
  readonly similarity: number
  /** The pasted text is this paper, or was taken from it. */
  readonly nearDuplicate?: true
  readonly why: {
    /** The seeds that pulled it, the strongest first; without id: the text. */
    readonly seeds: readonly { readonly seedId?: string; readonly similarity: number }[]
    /** Words and short phrases of both, as the paper writes them, most telling first. */
    readonly sharedTerms: readonly string[]
    readonly pairs: readonly {
      readonly seedId?: string
      /** Of the seed's abstract, or of the text as it was sent. */
      readonly seedSentence: { readonly text: string; readonly start: number; readonly end: number }
      readonly hitSentence: { readonly text: string; readonly start: number; readonly end: number }
      readonly similarity: number
    }[]
  }
}

/** Another version of a seed or of a result, which is not shown again. */
export interface NearDuplicate {
  readonly id: string
  readonly title: string
  /** The seed or the result. */
  readonly of: string
}

export interface RelatedWork {
  readonly results: readonly RelatedPaper[]
  readonly duplicates: readonly NearDuplicate[]
  /** Says so where nothing that was found is near. */
  readonly notice?: string
}

export interface RelatedRequest {
  readonly seeds?: readonly string[] | undefined
  /** Papers whose kind is not wanted: what they have and the seeds have not pushes others down. */
  readonly not?: readonly string[] | undefined
  /** As sent: quotes refer to it, whatever cleaning does to it before it is compared. */
  readonly text?: string | undefined
  readonly limit?: number | undefined
  /** 0, the default, ranks by nearness alone; up to 1 for results unlike each other. */
  readonly diversity?: number | undefined
  readonly filter?: Filter | undefined
}

/** Fails with `not_found` when a seed is not in the library, with `invalid_request` when it is wanted and not wanted. */
export type FindRelated = (request: RelatedRequest, signal?: AbortSignal) => Promise<RelatedWork>
