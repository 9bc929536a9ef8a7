/** Finds the papers that bear on a question: lexical and dense candidates, fused, with a probability. */
import type { Embedder } from '../embedding/embedder.js'
import type { Handle, Library, WeightedTerms } from '../library/library.js'
import { subjectTerms } from '../text/terms.js'
import { answerabilityFeatures, answerProbability } from './answerability.js'
import type { AnswerabilityWeights } from './answerability.js'
import { expandTerms } from './expansion.js'
import type { Thesaurus } from './expansion.js'
import { fuse } from './fusion.js'
import type { Rarity } from './rarity.js'
import type { RankedPaper, Retrieve } from './retrieval.js'
import { dot } from './vectors.js'

/** Candidates taken from each side before they are fused. */
const CANDIDATES = 150

/** Papers are judged for an answer by their first few, however many the caller wants. */
const LEAST_RANKED = 10

export interface RetrieverParts {
  readonly library: Library
  readonly embedder: Embedder
  readonly rarity: Rarity
  /** Other forms and near terms that widen a question. */
  readonly thesauri: readonly Thesaurus[]
  readonly answerability: AnswerabilityWeights
}

/**
 * A retriever over one library. The ranking is a convex sum of BM25, the cosine of the paper and the
 * cosine of its best sentence, each scaled over the candidates, by the weights of the model.
 */
export function createRetriever({ library, embedder, rarity, thesauri, answerability }: RetrieverParts): Retrieve {
  return async (question, { limit, filter, signal }) => {
    const query = expandTerms(question, thesauri)
    const questionVector = await embedder.embedQuestion(question, signal)
    const [lexical, nearest] = await Promise.all([
      library.searchLexical(query, { limit: CANDIDATES, filter }),
      library.searchVectors(questionVector, { limit: CANDIDATES, filter }),
    ])
    signal?.throwIfAborted()
    const handles = [...new Set([...lexical, ...nearest].map(({ handle }) => handle))]
    const ranked = await rank(handles, query, questionVector)
    const subject = subjectTerms(question)
    const [frequencies, { papers }] = await Promise.all([library.documentFrequencies(subject.map(({ term }) => term)), library.status()])
    const features = answerabilityFeatures(question, questionVector, ranked.slice(0, LEAST_RANKED), { rarity, papers })
    return {
      papers: ranked.slice(0, limit),
      probability: ranked.length === 0 || subject.length === 0 ? 0 : answerProbability(features, answerability),
      missingTerms: subject.filter((_, i) => frequencies[i] === 0).map(({ surface }) => surface),
      features,
      questionVector,
    }

    async function rank(handles: readonly Handle[], query: WeightedTerms, vector: Float32Array): Promise<RankedPaper[]> {
      const [bm25, vectors] = await Promise.all([library.scoreLexical(query, handles), library.vectors(handles)])
      const dense = vectors.map((paper) => (paper === undefined ? 0 : dot(vector, paper.paper)))
      const bestSentence = vectors.map((paper, i) =>
        (paper?.sentences ?? []).reduce((best, sentence) => Math.max(best, dot(vector, sentence.vector)), dense[i] as number),
      )
      const weights = embedder.model.fusion
      const fused = fuse([
        { values: bm25, weight: weights.bm25 },
        { values: dense, weight: weights.dense },
        { values: bestSentence, weight: weights.bestSentence },
      ])
      const order = handles
        .map((_, i) => i)
        .sort((a, b) => (fused[b] as number) - (fused[a] as number) || (handles[a] as number) - (handles[b] as number))
        .slice(0, Math.max(limit, LEAST_RANKED))
      const papers = await library.read(order.map((i) => handles[i] as Handle))
      return order.flatMap((i, position) => {
        const paper = papers[position]
        const paperVectors = vectors[i]
        if (paper === undefined || paperVectors === undefined) return []
        return {
          handle: handles[i] as Handle,
          paper,
          similarity: bestSentence[i] as number,
          fused: fused[i] as number,
          bm25: bm25[i] as number,
          dense: dense[i] as number,
          vectors: paperVectors,
        }
      })
    }
  }
}
