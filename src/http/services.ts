/** What the HTTP floor is given to serve: the product's verbs, already wired. */
import type { Ask, Quote } from '../answering/answer.js'
import type { Ingest } from '../ingest/ingest.js'
import type { Filter, Library } from '../library/library.js'
import type { Paper } from '../papers/paper.js'
import type { FindRelated } from '../retrieval/retrieval.js'

/** A paper that bears on a query, with the passages that say so. */
export interface SearchResult {
  readonly paper: Paper
  /** Cosine of query and paper (or its best sentence), 1 = same. */
  readonly similarity: number
  readonly quotes: readonly Quote[]
}

export interface SearchOptions {
  readonly limit: number
  readonly filter?: Filter | undefined
  readonly signal?: AbortSignal | undefined
}

/** The papers that bear on a query, best first. */
export type Search = (query: string, options: SearchOptions) => Promise<readonly SearchResult[]>

export interface Services {
  readonly ask: Ask
  readonly search: Search
  readonly related: FindRelated
  readonly library: Pick<Library, 'get' | 'list' | 'remove' | 'status'>
  /** Absent: this server takes no papers over HTTP. */
  readonly ingest?: Ingest | undefined
  /** The change of the embedding model that is under way, and how many papers it has embedded. */
  readonly modelChange?: () => { readonly to: string; readonly embedded: number } | undefined
  /** Footnote's own version. */
  readonly version: string
}

/** Gives the services, or fails with `not_ready` while the library is being opened. */
export type RequireServices = () => Services
