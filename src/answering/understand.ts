/** Makes of a request the one question that the papers are asked, or the reply that needs none of them. */
import type { Filter } from '../library/library.js'
import type { Answerable, AskRequest, Turn } from './answer.js'
import { standaloneQuestion } from './conversation/conversation.js'
import type { Standalone } from './conversation/conversation.js'
import { smallTalkIn, smallTalkReply } from './conversation/small-talk.js'
import { withoutManner } from './question/manner.js'
import { readQuestion } from './question/question.js'
import type { Question } from './question/question.js'
import { spelled, spellingNotice } from './question/spelling.js'
import type { SpellingParts } from './question/spelling.js'
import type { SaidFromRecords } from './records/record-lines.js'
import { referencesOf } from './records/references.js'
import type { ReadRecords } from './records/records.js'
import type { Retrieve } from '../retrieval/retrieval.js'

export interface UnderstandParts extends SpellingParts {
  readonly retrieve: Retrieve
  readonly readRecords: ReadRecords
  /** Of the library, for whoever asks what it holds. */
  readonly countPapers: () => Promise<number>
  /** Makes a follow-up stand alone by a language model, where one is configured; where it gives nothing, the rules' question is asked. */
  readonly rewrite?: ((question: string, history: readonly Turn[], signal: AbortSignal) => Promise<string | undefined>) | undefined
}

export type Understood =
  /** A greeting and the like, or a paper that is meant and was not named: nothing is asked of the papers. */
  | { readonly kind: 'talk'; readonly text: string; readonly answerable: Answerable }
  | { readonly kind: 'records'; readonly standalone: string; readonly said: SaidFromRecords }
  | Inquiry

export interface Inquiry {
  readonly kind: 'inquiry'
  /** As a reader would put it; `question` may be narrower, or spelt otherwise. */
  readonly standalone: string
  readonly question: Question
  readonly filter?: Filter | undefined
  /** Answers that more is wanted beyond; what they quote is not quoted again. Nothing where the question is a new one. */
  readonly said?: readonly Turn[] | undefined
  /** One sentence of one paper is wanted. */
  readonly isBrief: boolean
  /** "Only the four papers by Chen were asked."; empty where all were. */
  readonly scope: string
  /** Which words were read otherwise than they are written; empty where none. */
  readonly spelling: string
}

const TALK: Answerable = { verdict: 'answered', probability: 1, missingTerms: [], nearest: [] }
const MISSING: Answerable = { verdict: 'none', probability: 0, missingTerms: [], nearest: [], reason: 'too-vague' }

export async function understand(request: AskRequest & { readonly maxPapers: number }, parts: UnderstandParts, signal: AbortSignal): Promise<Understood> {
  const { question: asked, history = [], maxPapers, filter } = request
  const talk = smallTalkIn(asked)
  if (talk !== undefined) return { kind: 'talk', text: smallTalkReply(talk, await parts.countPapers()), answerable: TALK }
  const byRules = standaloneQuestion(asked, history)
  if (byRules.missing !== undefined) return { kind: 'talk', text: byRules.missing, answerable: MISSING }
  const standalone = await standingAlone(byRules, request, parts, signal)
  const options = { maxPapers, filter, signal }
  const references = byRules.references && (await referencesOf(byRules.references, { ...options, retrieve: parts.retrieve }))
  const records = references ?? (await parts.readRecords(standalone, options))
  if (records?.kind === 'said') return { kind: 'records', standalone, said: records }
  const { text, taken } = await spelled(records?.question ?? standalone, parts)
  return {
    kind: 'inquiry',
    standalone: records === undefined ? text : standalone,
    question: readQuestion(withoutManner(text)),
    filter: records?.filter ?? filter,
    said: byRules.wantsMore ? history.filter(({ role }) => role === 'assistant') : undefined,
    isBrief: byRules.wantsLess === true,
    scope: records?.scope ?? '',
    spelling: spellingNotice(taken),
  }
}

/** Where quotes are wanted, no language model is called, for a follow-up neither. */
async function standingAlone({ question, leans }: Standalone, { question: asked, history = [], writer }: AskRequest, { rewrite }: UnderstandParts, signal: AbortSignal): Promise<string> {
  const rewritten = leans && writer !== 'extractive' ? await rewrite?.(asked, history, signal) : undefined
  return rewritten ?? question
}
