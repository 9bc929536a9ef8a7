/** The `Library` port: the papers we keep, and the searches over them. */
import type { EmbeddingModel } from '../embedding/embedder.js'
import type { Paper, Span } from '../papers/paper.js'

/** A paper's row in one library, a positive integer that is stable for as long as the paper stays. */
export type Handle = number

/** A sentence of the abstract: where it stands, and its unit vector. */
export interface SentenceVector extends Span {
  readonly vector: Float32Array
}

/** What one model makes of one paper; every vector is of unit length and of the model's dimensions. */
export interface PaperVectors {
  /** Of title and abstract together. */
  readonly paper: Float32Array
  readonly sentences: readonly SentenceVector[]
}

/** Cosines of one vector with those of a paper. */
export interface Cosines {
  readonly paper: number
  /** In the order of the sentences. */
  readonly sentences: readonly number[]
}

/** Vectors as they are stored: to be compared as they are, which is much quicker than to unpack them. */
export interface StoredVectors extends PaperVectors {
  /** Where the sentences stand. */
  readonly spans: readonly Span[]
  /** Cosines with a unit vector. */
  compare(vector: Float32Array): Cosines
  /** For each sentence the mean of its cosines with the others; 0 for a single one. */
  centralities(): number[]
}

/** A paper with everything that is stored beside it. */
export interface Entry {
  readonly paper: Paper
  /** Every identity under which the paper may be met again: `arxiv:…`, `doi:…`, `pmid:…`, `title:…`. */
  readonly keys: readonly string[]
  /** Made by the library's active model. */
  readonly vectors: PaperVectors
}

export interface StoredPaper {
  readonly handle: Handle
  readonly paper: Paper
}

/** Vectors made for a paper that is already stored, with the paper as it was read. */
export interface AddedVectors extends StoredPaper {
  readonly vectors: PaperVectors
}

/** All conditions hold together; within a list any may match. Text compares without case. */
export interface Filter {
  readonly ids?: readonly string[] | undefined
  /** Inclusive; a paper of unknown year does not match. */
  readonly year?: { readonly from?: number | undefined; readonly to?: number | undefined } | undefined
  readonly categories?: readonly string[] | undefined
  /** Substrings of an author's name. */
  readonly authors?: readonly string[] | undefined
  /** A substring of the venue. */
  readonly venue?: string | undefined
}

export interface SearchOptions {
  readonly limit: number
  readonly filter?: Filter | undefined
}

/** `bm25` only ranks: it has no unit and no upper bound. */
export interface LexicalHit {
  readonly handle: Handle
  readonly bm25: number
}

/** `similarity` is the cosine of the leading `searchDimensions`, 1 = same. */
export interface VectorHit {
  readonly handle: Handle
  readonly similarity: number
}

/** Query terms (`text/terms.ts`) with the weight of each. */
export type WeightedTerms = ReadonlyMap<string, number>

export interface LibraryStatus {
  readonly papers: number
  /** Papers whose abstract is a digest of ours. */
  readonly digests: number
  /** Grows with every change. */
  readonly revision: number
  readonly model: string
  /** Papers that the vector index and the lexical index hold; equal to `papers` when both have caught up. */
  readonly indexed: { readonly vectors: number; readonly lexical: number }
}

/**
 * The store is the truth: `put` and `remove` return when the change is on disk, and both indexes
 * answer with it from then on. The indexes are caches, rebuilt from the store when they are missing,
 * stale, damaged or made by another model.
 */
export interface Library {
  /** The model whose vectors are searched; a vector of another is refused by its length or never gets here. */
  readonly model: EmbeddingModel
  status(): Promise<LibraryStatus>

  /** For each key the paper that bears it. */
  find(keys: readonly string[]): Promise<(StoredPaper | undefined)[]>
  /** By its id, or by any other key of it: of a record that was made one with it, for instance. */
  get(id: string): Promise<StoredPaper | undefined>
  read(handles: readonly Handle[]): Promise<(Paper | undefined)[]>
  vectors(handles: readonly Handle[]): Promise<(StoredVectors | undefined)[]>
  /** Papers in the order they came in; `text` keeps those whose title, authors or id contain it. */
  list(page: { readonly text?: string | undefined; readonly filter?: Filter | undefined; readonly cursor?: string | undefined; readonly limit: number }): Promise<{
    readonly papers: readonly Paper[]
    readonly nextCursor?: string
  }>
  /** How many papers a filter lets through. */
  count(filter: Filter): Promise<number>

  /**
   * Adds papers, or replaces those with the same `paper.id` (which keep their handle), in one durable
   * transaction: all or none. A key that another paper bears already stays with that paper. Fails with
   * `storage_full` if the disk is full; what was stored before stays.
   */
  put(entries: readonly Entry[]): Promise<void>
  /** Removes papers by id in one durable transaction; returns how many there were. */
  remove(ids: readonly string[]): Promise<number>

  /** Papers behind a handle, oldest first, for which the active model has made no vectors yet: after a change of model. */
  missingVectors(limit: number, after?: Handle): Promise<StoredPaper[]>
  /**
   * Stores the active model's vectors of papers that are here already, in one durable transaction. A paper
   * whose title or abstract has changed since it was read, or that is gone, is passed over; returns how many
   * were stored.
   */
  addVectors(entries: readonly AddedVectors[]): Promise<number>

  /** The best by BM25, best first, ties by handle; papers that share no term are left out. */
  searchLexical(query: WeightedTerms, options: SearchOptions): Promise<LexicalHit[]>
  /** The BM25 value of each of these papers; 0 where it shares no term. */
  scoreLexical(query: WeightedTerms, handles: readonly Handle[]): Promise<number[]>
  /** How many papers contain each term. */
  documentFrequencies(terms: readonly string[]): Promise<number[]>
  /** The nearest by the leading dimensions, nearest first; approximate (HNSW), exact under a narrow filter. */
  searchVectors(vector: Float32Array, options: SearchOptions): Promise<VectorHit[]>

  /** The similarity by which `searchVectors` ranks, of each of these papers; 0 of one that is not there. */
  scoreVectors(vector: Float32Array, handles: readonly Handle[]): Promise<number[]>

  /** Writes the caches, so that the next start need not rebuild them, and closes the store. */
  close(): Promise<void>
}
