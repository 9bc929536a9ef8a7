/** What a paper is: the facts we keep about it, and nothing that its source did not say. */
import { z } from 'zod'

/** Longest texts that we keep, in UTF-16 code units; a longer one is refused, never cut. */
export const MAX_TITLE_LENGTH = 1_000
export const MAX_ABSTRACT_LENGTH = 20_000

/** A paper as its source gives it, cleaned. Absent means unknown; nothing is ever invented. */
export const PaperDraftSchema = z.object({
  title: z.string().min(1).max(MAX_TITLE_LENGTH),
  abstract: z.string().min(1).max(MAX_ABSTRACT_LENGTH),
  authors: z.array(z.string().min(1)).optional(),
  year: z.int().min(1000).max(3000).optional(),
  venue: z.string().min(1).optional(),
  categories: z.array(z.string().min(1)).optional(),
  url: z.url().optional(),
  doi: z.string().min(1).optional(),
  arxivId: z.string().min(1).optional(),
  /** PubMed's number, digits only. */
  pmid: z.string().min(1).optional(),
  /** The abstract is a digest in our own words, to be replaced by the real one when it arrives. */
  digest: z.literal(true).optional(),
})

export const PaperSchema = PaperDraftSchema.extend({
  /** The strongest identity known when the paper first came in: `arxiv:…`, `doi:…`, `pmid:…` or `title:…`. */
  id: z.string().min(1),
  /** When the paper first came in, ISO 8601, UTC. */
  addedAt: z.iso.datetime(),
  /** Ids of other records of this paper that were made one with it. */
  mergedIds: z.array(z.string().min(1)).optional(),
}).meta({ id: 'Paper' })

export type PaperDraft = Readonly<z.infer<typeof PaperDraftSchema>>
export type Paper = Readonly<z.infer<typeof PaperSchema>>

/** A stretch of a text in UTF-16 code units: `text.slice(start, end)`. */
export interface Span {
  readonly start: number
  readonly end: number
}
