/** What the HTTP floor is given to serve: the product's verbs, already wired. */
import type { Ask } from '../answering/answer.js'
import type { FindExamples } from '../answering/examples.js'
import type { KeptAnswers } from '../answering/kept/kept-answers.js'
import type { CheckDraft } from '../answering/drafts/draft-desk.js'
import type { Search } from '../answering/search.js'
import type { Ingest } from '../ingest/ingest.js'
import type { Sources } from '../ingest/sources.js'
import type { Library } from '../library/library.js'
import type { DrawMap } from '../retrieval/map/map.js'
import type { FindRelated } from '../retrieval/retrieval.js'

export interface Services {
  readonly ask: Ask
  /** Absent: this server keeps no answers. */
  readonly answers?: Pick<KeptAnswers, 'find'> | undefined
  readonly search: Search
  readonly related: FindRelated
  readonly draft: CheckDraft
  readonly map: DrawMap
  /** Questions to begin with, which this library answers. */
  readonly examples: FindExamples
  readonly library: Pick<Library, 'get' | 'list' | 'remove' | 'status'>
  /** Absent: this server takes no papers over HTTP. */
  readonly ingest?: Ingest | undefined
  /** Absent: this server fetches no papers for its clients. */
  readonly sources?: Pick<Sources, 'open'> | undefined
  /** The change of the embedding model that is under way, and how many papers it has embedded. */
  readonly modelChange?: () => { readonly to: string; readonly embedded: number; readonly foundByWords?: number } | undefined
  /** Footnote's own version. */
  readonly version: string
}

/** Gives the services, or fails with `not_ready` while the library is being opened. */
export type RequireServices = () => Services
