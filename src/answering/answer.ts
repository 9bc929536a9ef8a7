/** The shape of an answer: what is said, what it rests on, and how sure we are of it. */
import { z } from 'zod'
import { FootnoteError } from '../errors.js'
import type { Filter } from '../library/library.js'
import { PaperSchema } from '../papers/paper.js'

/** By one answer, whoever asks for all. */
export const MAX_PAPERS_CITED = 20

/** `text === paper.abstract.slice(start, end)`, always; offsets count UTF-16 code units. */
export const QuoteSchema = z.object({ text: z.string(), start: z.int(), end: z.int() }).meta({ id: 'Quote' })

export const CitationSchema = z.object({
  /** 1..n in order of first use, without gaps. */
  number: z.int().min(1),
  paper: PaperSchema,
  /** None where the claims that cite the paper are read from its record. */
  quotes: z.array(QuoteSchema),
  /** Cosine of question and paper (or its best sentence), 1 = same; 1 of a paper that is cited by its record. */
  similarity: z.number(),
}).meta({ id: 'Citation' })

export const ClaimSchema = z.object({
  /** A sentence of the answer without its markers. */
  text: z.string(),
  /** Where it stands in the answer. */
  start: z.int(),
  end: z.int(),
  citations: z.array(z.int()),
  verdict: z.enum(['supported', 'weak', 'unsupported']),
  /** How well the cited quotes carry the claim, 0..1; a quotation of its source has 1. */
  support: z.number().min(0).max(1),
  /** The fields of the cited papers' records that the claim is read from, where it is no quotation: its citations may have no quotes. */
  record: z.array(z.enum(['title', 'authors', 'year', 'venue'])).optional(),
}).meta({ id: 'Claim' })

export const NearestSchema = z.object({ id: z.string(), title: z.string(), similarity: z.number() }).meta({ id: 'Nearest' })

export const AnswerableSchema = z.object({
  verdict: z.enum(['answered', 'related', 'none']),
  /** Calibrated probability that the library holds an answer. */
  probability: z.number().min(0).max(1),
  /** Words of the question that no retrieved paper contains. */
  missingTerms: z.array(z.string()),
  nearest: z.array(NearestSchema),
  suggestion: z.string().optional(),
  /** Why nothing is answered; absent where something is. */
  reason: z.enum(['outside', 'absent', 'false-premise', 'too-vague', 'nonsense', 'not-about-papers']).optional(),
}).meta({ id: 'Answerable' })

export const FollowUpSchema = z.object({ question: z.string(), papers: z.int() })

export const AnswerSchema = z.object({
  id: z.string(),
  question: z.string(),
  standaloneQuestion: z.string(),
  /** Markdown, with markers `[1]` after the sentence that they support. */
  answer: z.string(),
  claims: z.array(ClaimSchema),
  citations: z.array(CitationSchema),
  answerable: AnswerableSchema,
  /** Retrieved, not cited. */
  considered: z.array(NearestSchema),
  /** Questions that this library answers, each tried, with how many papers would be cited. At most three. */
  followUps: z.array(FollowUpSchema),
  /**
   * Which writer wrote it: `extractive`, `llm`, `mixed` where a language model began and quotes go on, or
   * `records` for what stands beside abstracts (authors, years, how many papers), or `conversation` for a greeting and the
   * like, which no paper was asked about.
   */
  writer: z.string(),
  /** Share of the claims, by length, that their quotes carry. */
  groundedness: z.number().min(0).max(1),
  model: z.string().optional(),
  /** What a reader should know about how the answer was written, such as that a language model failed and quotes answer. */
  notice: z.string().optional(),
  /** Milliseconds by step. */
  timings: z.record(z.string(), z.number()),
}).meta({ id: 'Answer' })

/** A paper by its name. */
const NamedPaperSchema = z.object({ id: z.string(), title: z.string() })

/** An answer that was kept. */
export const KeptReplySchema = AnswerSchema.extend({
  /** Absent while the library would answer from the same papers; each is in one list at most. */
  stale: z
    .object({
      /** Would be cited now, and were not there. */
      added: z.array(NamedPaperSchema),
      /** Were cited, and are gone. */
      removed: z.array(NamedPaperSchema),
      /** Were cited, and say it no longer: their text has changed. */
      rewritten: z.array(NamedPaperSchema),
    })
    .optional(),
})

export type Quote = Readonly<z.infer<typeof QuoteSchema>>
export type Citation = Readonly<z.infer<typeof CitationSchema>>
export type Claim = Readonly<z.infer<typeof ClaimSchema>>
export type RecordField = NonNullable<Claim['record']>[number]
export type Nearest = Readonly<z.infer<typeof NearestSchema>>
export type Answerable = Readonly<z.infer<typeof AnswerableSchema>>
export type FollowUp = Readonly<z.infer<typeof FollowUpSchema>>
export type Answer = Readonly<z.infer<typeof AnswerSchema>>
export type KeptReply = Readonly<z.infer<typeof KeptReplySchema>>

/** What a streamed answer is made of, in this order; an `answer-end` holds the whole. */
export type AnswerEvent =
  /** Citations known so far, before any text that uses them. */
  | { readonly type: 'sources'; readonly citations: readonly Citation[] }
  | { readonly type: 'text-delta'; readonly text: string }
  | { readonly type: 'claim'; readonly claim: Claim }
  | { readonly type: 'answer-end'; readonly answer: Answer }

export interface Turn {
  readonly role: 'user' | 'assistant'
  readonly content: string
  /** Titles of the papers that an answer cites, by their numbers: known while it is kept, as its text need not name them. */
  readonly cites?: readonly string[]
}

export interface AskRequest {
  readonly question: string
  readonly history?: readonly Turn[] | undefined
  readonly filter?: Filter | undefined
  /** How many papers may be cited; 5 unless told, or as many as the question asks for ("list all papers on …"). */
  readonly maxPapers?: number | undefined
  readonly writer?: 'auto' | 'extractive' | 'llm' | undefined
  /** Whether follow-up questions are looked for, which takes a few milliseconds after the text; true unless told. */
  readonly followUps?: boolean | undefined
}

/** What readers should know while papers are being embedded anew, such as after an update; nothing where none are. */
export function foundByWordsNotice(papers: number): string {
  return papers === 0 ? '' : `The library is being embedded by a new model; ${papers} of its papers are found by their words alone until that is done.`
}

/** Answers a question as a stream of events; ends early, without an error, when the signal aborts. */
export type Ask = (request: AskRequest, signal: AbortSignal) => AsyncGenerator<AnswerEvent>

/** The whole answer at the end of its events; fails with `internal` where they break off before it. */
export async function lastAnswer(events: AsyncIterable<AnswerEvent>): Promise<Answer> {
  let answer: Answer | undefined
  for await (const event of events) if (event.type === 'answer-end') answer = event.answer
  if (answer === undefined) throw new FootnoteError('internal', 'The answer broke off before its end; ask again.')
  return answer
}
