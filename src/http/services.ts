/** What the HTTP floor is given to serve: the product's verbs, already wired. */
import type { Ask, Quote } from '../answering/answer.js'
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

export interface IngestOptions {
  /** The name of a reader, `jsonl` for instance; recognised from the content unless told. */
  readonly format?: string | undefined
  readonly signal?: AbortSignal | undefined
}

/** What became of the records of one upload; `rejected` names lines of the body, from 1. */
export interface IngestSummary {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  readonly duplicates: number
  readonly rejected: readonly { readonly line: number; readonly code: string; readonly message: string }[]
}

/** Reads a body as it arrives; returns when everything that it counts as stored is on disk. */
export type IngestBody = (body: AsyncIterable<Uint8Array>, options: IngestOptions) => Promise<IngestSummary>

export interface Services {
  readonly ask: Ask
  readonly search: Search
  readonly related: FindRelated
  readonly library: Pick<Library, 'get' | 'list' | 'remove' | 'status'>
  /** Absent: this server takes no papers over HTTP. */
  readonly ingest?: IngestBody | undefined
  /** Footnote's own version. */
  readonly version: string
}

/** Gives the services, or fails with `not_ready` while the library is being opened. */
export type RequireServices = () => Services
