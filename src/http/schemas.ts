/** The wire contract as zod schemas: what each route takes, and what it replies. */
import { z } from 'zod'
import { CitationSchema, MAX_PAPERS_CITED, QuoteSchema } from '../answering/answer.js'
import type { ErrorCode } from '../errors.js'
import { BIBLIOGRAPHY_FORMATS } from '../papers/bibliography/bibliography.js'
import { PaperSchema } from '../papers/paper.js'
import type { Turn } from '../answering/answer.js'
import { cleanText, withoutHidden } from '../text/clean.js'
import { STATUS_OF_CODE } from './errors.js'

export const MAX_QUESTION_LENGTH = 2_000
export const MAX_TURN_LENGTH = 10_000
export const MAX_TURNS = 50
/** Longest text that is compared with the library, as long as the longest abstract. */
export const MAX_TEXT_LENGTH = 20_000
/** Most results of one search, and most papers of one page. */
export const MAX_LIMIT = 100
/** Most papers of one bibliography. */
const MAX_BIBLIOGRAPHY = 1_000

/** Cleaned as the papers are, so that both are compared in one spelling. */
const question = z
  .string()
  .max(MAX_QUESTION_LENGTH)
  .transform(cleanText)
  .refine((text) => text !== '', 'is blank; ask something in words.')

const name = z.string().min(1).max(300)
const year = z.int().min(0).max(9_999)

/** Which papers may be used; see `Filter` in `library/library.ts`. */
const FilterSchema = z.strictObject({
  ids: z.array(name).max(1_000).optional(),
  year: z
    .strictObject({ from: year.optional(), to: year.optional() })
    .refine(({ from, to }) => from === undefined || to === undefined || from <= to, 'ends before it begins; swap "from" and "to".')
    .optional(),
  categories: z.array(name).max(MAX_LIMIT).optional(),
  authors: z.array(name).max(MAX_LIMIT).optional(),
  venue: name.optional(),
}).meta({ id: 'Filter' })

/** A question as papers are cleaned; an answer keeps the lines and markers by which its papers are found again. */
export function cleanTurn({ role, content }: Turn): Turn {
  return { role, content: role === 'user' ? cleanText(content) : withoutHidden(content).trim() }
}

export const AskBodySchema = z.strictObject({
  question,
  history: z
    .array(
      z.strictObject({
        role: z.enum(['user', 'assistant']),
        content: z.string().max(MAX_TURN_LENGTH),
      }).transform(cleanTurn),
    )
    .max(MAX_TURNS)
    .optional(),
  filter: FilterSchema.optional(),
  maxPapers: z.int().min(1).max(MAX_PAPERS_CITED).optional(),
  writer: z.enum(['auto', 'extractive', 'llm']).optional(),
  stream: z.boolean().optional(),
})

export const SearchBodySchema = z.strictObject({
  query: question,
  limit: z.int().min(1).max(MAX_LIMIT).default(10),
  filter: FilterSchema.optional(),
})

/** Kept as sent, since quotes refer to it; it is cleaned where it is compared. */
const textAsSent = z.string().max(MAX_TEXT_LENGTH).refine((text) => cleanText(text) !== '', 'is blank; leave it out.')

export const RelatedBodySchema = z
  .strictObject({
    seeds: z.array(name).min(1).max(50).optional(),
    not: z.array(name).max(50).optional(),
    text: textAsSent.optional(),
    limit: z.int().min(1).max(MAX_LIMIT).default(10),
    diversity: z.number().min(0).max(1).default(0),
    filter: FilterSchema.optional(),
  })
  .refine(({ seeds, text }) => seeds !== undefined || text !== undefined, {
    message: 'names nothing to be related to; give "seeds" (paper ids) or "text".',
  })

/** As long as a section with its formulas and commands. */
const MAX_DRAFT_LENGTH = 50_000

export const DraftBodySchema = z.strictObject({
  text: z.string().max(MAX_DRAFT_LENGTH).refine((text) => cleanText(text) !== '', 'is blank; send the draft.'),
  style: z.enum(['pandoc', 'latex']).optional(),
})

export const MapParametersSchema = z.strictObject({ mark: z.string().max(10_000).optional() })

export const MapReplySchema = z.object({
  revision: z.int(),
  model: z.string(),
  papers: z.int(),
  isSample: z.boolean(),
  /** The library has changed since; a new map is being drawn. */
  isStale: z.boolean(),
  points: z.array(z.object({ id: z.string(), title: z.string(), year: z.int().optional(), x: z.number(), y: z.number(), cluster: z.int() })),
  clusters: z.array(z.object({ label: z.string(), papers: z.int(), x: z.number(), y: z.number() })),
})

export const BibliographyBodySchema = z
  .strictObject({
    ids: z.array(name).min(1).max(MAX_BIBLIOGRAPHY).optional(),
    /** The id of an answer: its citations, in their order. */
    answer: name.optional(),
    format: z.enum(BIBLIOGRAPHY_FORMATS).default('bibtex'),
  })
  .refine(({ ids, answer }) => (ids === undefined) !== (answer === undefined), {
    message: 'must name either papers by "ids" or one answer by "answer".',
  })

/** A number in a query string, where everything is text. */
const limitParameter = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,4}$/, `must be a whole number from 1 to ${MAX_LIMIT}.`)
    .transform(Number)
    .pipe(z.int().min(1).max(MAX_LIMIT))
    .default(fallback)

export const ListParametersSchema = z.strictObject({
  query: z.string().max(MAX_QUESTION_LENGTH).optional(),
  cursor: z.string().max(200).optional(),
  limit: limitParameter(20),
})

export const AnswerParametersSchema = z.strictObject({ replay: z.enum(['true', 'false']).default('false') })
export const RelatedParametersSchema = z.strictObject({ limit: limitParameter(10) })
export const IngestParametersSchema = z.strictObject({
  format: z.string().max(40).optional(),
  /** An address such as `arxiv:2410.00907`, instead of a body. */
  source: z.string().max(1_000).optional(),
  limit: limitParameter(MAX_LIMIT),
})

export const SearchReplySchema = z.object({
  results: z.array(z.object({ paper: PaperSchema, similarity: z.number(), quotes: z.array(QuoteSchema) })),
  /** What a reader should know about them, such as that some papers are found by their words alone while the library is embedded anew. */
  notice: z.string().optional(),
})

export const RelatedReplySchema = z.object({
  results: z.array(
    z.object({
      paper: PaperSchema,
      similarity: z.number(),
      /** The pasted text is this paper, or was taken from it. */
      nearDuplicate: z.literal(true).optional(),
      why: z.object({
        /** The seeds that pulled it, the strongest first; without id: the text. */
        seeds: z.array(z.object({ seedId: z.string().optional(), similarity: z.number() })),
        sharedTerms: z.array(z.string()),
        pairs: z.array(
          z.object({
            seedId: z.string().optional(),
            seedSentence: QuoteSchema,
            hitSentence: QuoteSchema,
            similarity: z.number(),
          }),
        ),
      }),
    }),
  ),
  /** Other versions of a seed or of a result, which are not shown again. */
  duplicates: z.array(z.object({ id: z.string(), title: z.string(), of: z.string() })),
  /** Says so where nothing that was found is near. */
  notice: z.string().optional(),
})

export const DraftReplySchema = z.object({
  sentences: z.array(
    QuoteSchema.extend({
      status: z.enum(['supported', 'overlaps', 'needs_citation', 'novel']),
      /** The quote of `best` says otherwise; the sentence then overlaps and is not cited. */
      contradicted: z.literal(true).optional(),
      /** The nearest paper; absent where nothing is near. */
      best: CitationSchema.optional(),
      /** Its key in `bibtex` and `cited`. */
      key: z.string().optional(),
    }),
  ),
  style: z.enum(['pandoc', 'latex']),
  /** The draft with a citation in each supported sentence that had none. */
  cited: z.string(),
  bibtex: z.string(),
})

/** What `Accept: application/json` gets; others get the text alone. */
export const BibliographyReplySchema = z.object({
  format: z.enum(BIBLIOGRAPHY_FORMATS),
  text: z.string(),
  entries: z.array(z.object({ id: z.string(), key: z.string(), missing: z.array(z.enum(['authors', 'year', 'venue', 'link'])) })),
})

/** `nextCursor` is absent on the last page. */
export const ListReplySchema = z.object({ papers: z.array(PaperSchema), nextCursor: z.string().optional() })

export const IngestReplySchema = z.object({
  added: z.int(),
  updated: z.int(),
  unchanged: z.int(),
  duplicates: z.int(),
  /** The first thousand; `line` counts the lines of the body from 1. */
  rejected: z.array(z.object({ line: z.int(), record: z.int().optional(), code: z.string(), message: z.string(), missing: z.literal('abstract').optional() })),
  rejectedCount: z.int(),
  /** How many of them lack an abstract and nothing else. */
  withoutAbstract: z.int(),
  interrupted: z.boolean(),
  /** The body, or what was fetched, broke before its end: never true in a reply with status 200. */
  brokenOff: z.boolean(),
})

export const ExamplesReplySchema = z.object({ questions: z.array(z.object({ question: z.string(), papers: z.int() })) })

export const StatusReplySchema = z.object({
  papers: z.int(),
  /** Papers whose abstract is a digest of ours. */
  digests: z.int(),
  model: z.string(),
  /** A change of the embedding model that is under way. */
  modelChange: z
    .object({
      to: z.string(),
      embedded: z.int(),
      /** It serves already; so many papers are not embedded yet, and found by their words alone. */
      foundByWords: z.int().optional(),
    })
    .optional(),
  index: z.object({
    /** Grows with every change of the library. */
    revision: z.int(),
    vectors: z.int(),
    lexical: z.int(),
    /** Both indexes hold every paper. */
    complete: z.boolean(),
  }),
  versions: z.object({ footnote: z.string(), node: z.string() }),
})

export const ErrorReplySchema = z.strictObject({
  error: z.strictObject({
    code: z.enum(Object.keys(STATUS_OF_CODE) as ErrorCode[]),
    message: z.string().min(1),
    details: z.unknown().optional(),
  }),
}).meta({ id: 'Error' })
