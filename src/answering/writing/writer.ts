/** The `Writer` port: evidence in, cited sentences out, one at a time. */
import type { Quote, RecordField, Turn } from '../answer.js'
import type { Paper } from '../../papers/paper.js'
import type { PaperEvidence } from '../evidence/evidence.js'
import type { Question } from '../question/question.js'
import type { Verified } from './verification.js'

export interface WriteRequest {
  readonly question: Question
  /** In order of relevance; a sentence may cite nothing else. */
  readonly evidence: readonly PaperEvidence[]
  /** Where a list is asked for, what else belongs in it. */
  readonly listed?: Listed | undefined
  /** Where two things are asked, each with its own choice of sentences from the same papers. */
  readonly halves?: readonly Half[] | undefined
  readonly history: readonly Turn[]
  /** What is found may not answer the question; false unless told. */
  readonly isUnsure?: boolean
  /** One sentence is wanted; false unless told. */
  readonly isBrief?: boolean
}

export interface Half {
  readonly question: Question
  readonly evidence: readonly PaperEvidence[]
}

/** Of a list: the members that are not in its evidence, and whether they are all, as far as one can tell. */
export interface Listed {
  readonly beyond: readonly Paper[]
  readonly isSure: boolean
}

/** A paper that a sentence cites, with the quotes that it rests on. */
export interface Source {
  readonly paperId: string
  readonly quotes: readonly Quote[]
}

export interface WrittenSentence {
  /** Markdown that stands before the sentence: a space, a new paragraph, a list item. */
  readonly before: string
  /** The sentence without citation markers. */
  readonly text: string
  readonly sources: readonly Source[]
  /** Speaks of the library and of what was found in it, not of what a paper says: it cites nothing and is no claim. */
  readonly isRemark?: true
  /** What of the records of its sources the sentence is read from, where it quotes nothing. */
  readonly record?: readonly RecordField[]
  /** What a stricter check has found already, of a sentence in a model's own words. */
  readonly verified?: Verified
}

export interface Writer<Item = WrittenSentence> {
  /** `extractive`, or `llm`. */
  readonly name: string
  /** The language model behind it, where there is one. */
  readonly model?: string
  /** Fails with `writer_failed` when what it depends on fails; stops when the signal aborts. */
  write(request: WriteRequest, signal: AbortSignal): AsyncIterable<Item>
}

/** A writer that may find that the evidence holds no answer. */
export type LanguageModelWriter = Writer<WrittenSentence | 'no-answer'>
