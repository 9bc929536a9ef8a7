/** Finds the papers that bear on a question: lexical and dense candidates, fused and reranked. */
import type { Embedder, FusionWeights } from '../embedding/embedder.js'
import type { Handle, Library, LexicalHit, StoredVectors, VectorHit, WeightedTerms } from '../library/library.js'
import { subjectTerms } from '../text/terms.js'
import { answerabilityFeatures } from './answerability.js'
import { expandTerms } from './expansion.js'
import type { Thesaurus } from './expansion.js'
import { fuse } from './fusion.js'
import type { Rarity } from './rarity.js'
import { rerank } from './rerank.js'
import type { RerankWeights } from './rerank.js'
import type { RankedPaper, Retrieve } from './retrieval.js'

/** Candidates taken from each side, at least. */
const CANDIDATES = 100
/** Whoever wants many papers gets the best of more. */
const MORE_THAN_WANTED = 1.5

/**
 * Candidates that are compared by their whole vectors and sentences, from the store: it costs most of a search, and a
 * paper further back does not come to the front by its sentences.
 */
const LOOKED_INTO = 40

/** Candidates that are read and reranked; more give no better first ten. */
const RERANKED = 30

/** Papers are judged for an answer by their first few, however many the caller wants. */
const LEAST_RANKED = 10

export interface RetrieverParts {
  readonly library: Library
  readonly embedder: Embedder
  readonly rarity: Rarity
  /** Other forms and near terms that widen a question. */
  readonly thesauri: readonly Thesaurus[]
  readonly reranking: RerankWeights
}

interface Found {
  readonly lexical: readonly LexicalHit[]
  readonly nearest: readonly VectorHit[]
}

interface Ranking {
  readonly query: WeightedTerms
  readonly vector: Float32Array
  readonly weights: FusionWeights
  /** How many candidates are looked into. */
  readonly depth: number
}

interface Candidate {
  readonly handle: Handle
  readonly bm25: number
  readonly dense: number
  readonly bestSentence: number
  readonly fused: number
  readonly vectors: StoredVectors
}

type ReadCandidate = Omit<RankedPaper, 'relevance'>

/**
 * A retriever over one library. Candidates are fused by BM25 and the cosine of their leading dimensions; the first of
 * them again by BM25, the cosine of the whole vector and that of the best sentence, by the weights of the model; the
 * first of those are read, and reranked by what was learned.
 */
export function createRetriever({ library, embedder, rarity, thesauri, reranking }: RetrieverParts): Retrieve {
  return async (question, { limit, filter, signal }) => {
    const query = expandTerms(question, thesauri)
    const questionVector = await embedder.embedQuestion(question, signal)
    const taken = Math.max(CANDIDATES, Math.ceil(MORE_THAN_WANTED * limit))
    const [lexical, nearest] = await Promise.all([
      library.searchLexical(query, { limit: taken, filter }),
      library.searchVectors(questionVector, { limit: taken, filter }),
    ])
    signal?.throwIfAborted()
    const subject = subjectTerms(question)
    const [frequencies, { papers }] = await Promise.all([library.documentFrequencies(subject.map(({ term }) => term)), library.status()])
    const weights = trustedWeights(embedder.model.fusion, lexical[0]?.bm25 ?? 0, frequencies, papers)
    const candidates = await rank({ lexical, nearest }, { query, vector: questionVector, weights, depth: Math.max(LOOKED_INTO, limit) })
    const read = await withPapers(candidates.slice(0, Math.max(limit, RERANKED)))
    const reranked = rerank(question, read.slice(0, RERANKED), { rarity, weights: reranking })
    const ranked = [...reranked, ...read.slice(RERANKED).map((one) => ({ ...one, relevance: 0 }))].slice(0, Math.max(limit, LEAST_RANKED))
    const features = answerabilityFeatures(question, questionVector, ranked.slice(0, LEAST_RANKED), { rarity, papers })
    return {
      papers: ranked.slice(0, limit),
      missingTerms: subject.filter((_, i) => frequencies[i] === 0).map(({ surface }) => surface),
      features,
      questionVector,
    }
  }

  async function rank({ lexical, nearest }: Found, { query, vector, weights, depth }: Ranking): Promise<Candidate[]> {
    const handles = [...new Set([...lexical, ...nearest].map(({ handle }) => handle))]
    const [bm25, leading] = await Promise.all([
      complete(handles, new Map(lexical.map(({ handle, bm25 }) => [handle, bm25])), (others) => library.scoreLexical(query, others)),
      complete(handles, new Map(nearest.map(({ handle, similarity }) => [handle, similarity])), (others) => library.scoreVectors(vector, others)),
    ])
    const rough = fuse([
      { values: bm25, weight: weights.bm25 },
      { values: leading, weight: weights.dense + weights.bestSentence },
    ])
    const first = order(rough, handles).slice(0, depth)
    const stored = await library.vectors(first.map((i) => handles[i] as Handle))
    const found = first.flatMap((i, place) => {
      const vectors = stored[place]
      if (vectors === undefined) return []
      const { paper, sentences } = vectors.compare(vector)
      return { handle: handles[i] as Handle, bm25: bm25[i] as number, dense: paper, bestSentence: Math.max(paper, ...sentences), vectors }
    })
    const fused = fuseCandidates(found, weights)
    return order(fused, found.map(({ handle }) => handle)).map((i) => ({ ...(found[i] as (typeof found)[number]), fused: fused[i] as number }))
  }

  async function withPapers(candidates: readonly Candidate[]): Promise<ReadCandidate[]> {
    const papers = await library.read(candidates.map(({ handle }) => handle))
    return candidates.flatMap(({ bestSentence, ...candidate }, i) => {
      const paper = papers[i]
      return paper === undefined ? [] : [{ ...candidate, paper, similarity: bestSentence }]
    })
  }
}

/** A value for each of the papers: known already, or asked for. */
async function complete(handles: readonly Handle[], known: ReadonlyMap<Handle, number>, ask: (others: readonly Handle[]) => Promise<number[]>): Promise<number[]> {
  const others = handles.filter((handle) => !known.has(handle))
  const asked = await ask(others)
  const all = new Map([...known, ...others.map((handle, i) => [handle, asked[i] as number] as const)])
  return handles.map((handle) => all.get(handle) as number)
}

/** Share of the greatest thinkable BM25 from which on its ranking is trusted in full. */
const TRUSTED_SHARE = 0.6

/**
 * The weights of the model, with that of BM25 lowered where even the best paper holds little of the question: someone
 * who describes a paper in other words is answered by meaning. `greatest` leaves out what repetition can add.
 */
function trustedWeights(weights: FusionWeights, best: number, frequencies: readonly number[], papers: number): FusionWeights {
  const greatest = frequencies.reduce((sum, frequency) => sum + 2 * Math.log(1 + (papers - frequency + 0.5) / (frequency + 0.5)), 0)
  const trust = greatest > 0 ? Math.min(1, best / greatest / TRUSTED_SHARE) : 1
  return { ...weights, bm25: weights.bm25 * trust }
}

function fuseCandidates(candidates: readonly Omit<Candidate, 'fused'>[], weights: FusionWeights): number[] {
  return fuse([
    { values: candidates.map(({ bm25 }) => bm25), weight: weights.bm25 },
    { values: candidates.map(({ dense }) => dense), weight: weights.dense },
    { values: candidates.map(({ bestSentence }) => bestSentence), weight: weights.bestSentence },
  ])
}

/** Indices, best first, ties by handle, so that the same question always gives the same order. */
function order(values: readonly number[], handles: readonly Handle[]): number[] {
  return values.map((_, i) => i).sort((a, b) => (values[b] as number) - (values[a] as number) || (handles[a] as number) - (handles[b] as number))
}
