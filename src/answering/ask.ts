/** Answers a question: retrieve, judge, choose evidence, write, verify, cite. */
import { createHmac } from 'node:crypto'
import { FootnoteError } from '../errors.js'
import type { Retrieval } from '../retrieval/retrieval.js'
import { MAX_PAPERS_CITED } from './answer.js'
import type { Answer, Answerable, AnswerEvent, Ask, AskRequest, FollowUp, Turn } from './answer.js'
import { standaloneQuestion } from './conversation/conversation.js'
import { UNSURE, declining } from './declining/decline.js'
import { createDraft } from './writing/draft.js'
import type { Draft } from './writing/draft.js'
import { suggestFollowUps } from './follow-ups.js'
import { gather } from './gather.js'
import type { GatherParts } from './gather.js'
import { withoutManner } from './question/manner.js'
import { countAsked } from './question/listed.js'
import { readQuestion } from './question/question.js'
import { referencesOf } from './records/references.js'
import { smallTalkIn, smallTalkReply } from './conversation/small-talk.js'
import type { FromRecords, ReadRecords } from './records/records.js'
import { spelled, spellingNotice } from './question/spelling.js'
import type { SpellingParts } from './question/spelling.js'
import { createWrite } from './writing/takeover.js'
import type { TakeoverParts, Written } from './writing/takeover.js'

export const DEFAULT_MAX_PAPERS = 5
/** Of the papers that were retrieved, so many are named as considered and have follow-ups made of them, or as many as may be cited. */
const CONSIDERED = 10

export interface AskParts extends GatherParts, TakeoverParts, SpellingParts {
  readonly readRecords: ReadRecords
  /** Of the library, for whoever asks what it holds. */
  readonly countPapers: () => Promise<number>
  /** Ids are derived with it, so that nobody learns from an id that could be computed what others have asked. */
  readonly idSecret: string
  /** Makes a follow-up stand alone by a language model, where one is configured; where it gives nothing, the rules' question is asked. */
  readonly rewrite?: ((question: string, history: readonly Turn[], signal: AbortSignal) => Promise<string | undefined>) | undefined
}

export function createAsk(parts: AskParts): Ask {
  const write = createWrite(parts)
  return async function* ask(request, signal) {
    if (request.writer === 'llm' && parts.llm === undefined) {
      throw new FootnoteError('invalid_request', 'This server has no language model; ask with "writer": "auto", or set LLM_MODEL.')
    }
    const started = performance.now()
    const maxPapers = request.maxPapers ?? countAsked(request.question, MAX_PAPERS_CITED) ?? DEFAULT_MAX_PAPERS
    const talk = smallTalkIn(request.question)
    if (talk !== undefined) {
      yield* reply(request, smallTalkReply(talk, await parts.countPapers()), parts.idSecret)
      return
    }
    const history = request.history ?? []
    const { question: ruleMade, leans, wantsMore, wantsLess = false, references, missing } = standaloneQuestion(request.question, history)
    if (missing !== undefined) {
      yield* reply(request, missing, parts.idSecret, MISSING)
      return
    }
    const isRewritten = leans && request.writer !== 'extractive' && parts.rewrite !== undefined
    const complete = (isRewritten ? await parts.rewrite(request.question, history, signal) : undefined) ?? ruleMade
    if (signal.aborted) return
    const options = { maxPapers, filter: request.filter, signal }
    const records = (references === undefined ? undefined : await referencesOf(references, { ...options, retrieve: parts.retrieve })) ?? (await parts.readRecords(complete, options))
    if (records?.kind === 'said') {
      yield* replyFromRecords(request, complete, records, parts.idSecret)
      return
    }
    const { question: asked, filter, scope } = records ?? { question: complete, filter: request.filter, scope: '' }
    const { text, taken } = await spelled(asked, parts)
    const standalone = records === undefined ? text : complete
    const question = readQuestion(withoutManner(text))
    const said = wantsMore ? history.filter(({ role }) => role === 'assistant').map(({ content }) => content) : []
    const { retrieval: found, answerable, beside, evidence, beyond } = await gather(question, parts, { maxPapers, filter, signal, said })
    const retrieval = { papers: found.papers.slice(0, Math.max(CONSIDERED, maxPapers)) }
    const retrieveMs = performance.now() - started
    const draft = createDraft(evidence)
    const written: Written = answerable.verdict === 'answered' ? yield* write(draft, request.writer, { question, evidence, beyond, history, isUnsure: answerable.probability < UNSURE, isBrief: wantsLess }, signal) : { writer: parts.extractive.name }
    if (signal.aborted) return
    if (draft.text === '' && wantsMore && evidence.length === 0) yield* draft.say(NO_MORE)
    if (draft.text === '') for (const sentence of declining({ answerable, beside })) yield* draft.add(sentence)
    const spelling = spellingNotice(taken)
    for (const remark of [scope, spelling]) if (remark !== '') yield* draft.say(`\n\n${remark}`)
    const notice = [written.notice ?? '', spelling].filter((one) => one !== '').join(' ')
    const writtenMs = performance.now() - started
    const wanted = request.followUps !== false && answerable.verdict !== 'none'
    const followUps = wanted ? await suggestFollowUps({ question: standalone, history, citations: draft.citations, papers: retrieval.papers, maxPapers, filter }, parts, signal) : []
    if (signal.aborted) return
    const timings = { retrieveMs, writtenMs, totalMs: performance.now() - started }
    yield { type: 'answer-end', answer: finish(request, parts.idSecret, { standalone, retrieval, answerable, draft, followUps, written: notice === '' ? written : { ...written, notice }, timings }) }
  }
}

const NO_MORE = 'This library says no more about it than what has been quoted.'

const ANSWERED: Answerable = { verdict: 'answered', probability: 1, missingTerms: [], nearest: [] }
/** The paper that is meant was not named. */
const MISSING: Answerable = { verdict: 'none', probability: 0, missingTerms: [], nearest: [], reason: 'too-vague' }

/** A greeting and the like: nothing was asked of the papers, and nothing is cited. */
function* reply(request: AskRequest, text: string, secret: string, answerable: Answerable = ANSWERED): Generator<AnswerEvent> {
  const draft = createDraft([])
  yield* draft.say(text)
  yield { type: 'answer-end', answer: finish(request, secret, { standalone: request.question, retrieval: { papers: [] }, answerable, draft, written: { writer: 'conversation' }, timings: {} }) }
}

function* replyFromRecords(request: AskRequest, standalone: string, { papers, sentences, answerable }: Extract<FromRecords, { kind: 'said' }>, secret: string): Generator<AnswerEvent> {
  const draft = createDraft(papers.map((paper) => ({ paper, similarity: 1 })))
  for (const sentence of sentences) yield* draft.add(sentence)
  yield { type: 'answer-end', answer: finish(request, secret, { standalone, retrieval: { papers: [] }, answerable, draft, written: { writer: 'records' }, timings: {} }) }
}

interface Outcome {
  readonly standalone: string
  readonly retrieval: Pick<Retrieval, 'papers'>
  readonly answerable: Answerable
  readonly draft: Draft
  readonly followUps?: FollowUp[]
  readonly written: Written
  readonly timings: Readonly<Record<string, number>>
}

function finish(request: AskRequest, secret: string, { standalone, retrieval, answerable, draft, followUps = [], written, timings }: Outcome): Answer {
  const { verdict = answerable.verdict, ...about } = written
  const cited = new Set(draft.citations.map(({ paper }) => paper.id))
  return {
    id: answerId(request, draft, secret),
    question: request.question,
    standaloneQuestion: standalone,
    answer: draft.text,
    claims: [...draft.claims],
    citations: [...draft.citations],
    answerable: { ...answerable, verdict },
    considered: retrieval.papers.filter(({ paper }) => !cited.has(paper.id)).map(({ paper, similarity }) => ({ id: paper.id, title: paper.title, similarity })),
    followUps,
    ...about,
    groundedness: groundedness(draft),
    timings: { ...timings },
  }
}

/** The same question with the same answer has the same id, whenever it is asked. */
function answerId(request: AskRequest, draft: Draft, secret: string): string {
  const basis = JSON.stringify([request.question, request.history ?? [], request.filter ?? {}, draft.text, draft.citations.map(({ paper }) => paper.id)])
  return createHmac('sha256', secret).update(basis).digest('hex').slice(0, 24)
}

/** Support of the sentences that were sent, weighted by their length; 1 where nothing was claimed. */
function groundedness({ claims }: Draft): number {
  const sent = claims.filter(({ start, end }) => end > start)
  const length = sent.reduce((sum, { text }) => sum + text.length, 0)
  return length === 0 ? 1 : sent.reduce((sum, { text, support }) => sum + support * text.length, 0) / length
}
