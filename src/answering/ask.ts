/** Answers a question: understands it, gathers evidence, writes, verifies and cites, and suggests what to ask next. */
import { createHmac } from 'node:crypto'
import { FootnoteError } from '../errors.js'
import { foundByWordsNotice, MAX_PAPERS_CITED } from './answer.js'
import type { Answer, Answerable, AnswerEvent, Ask, AskRequest, FollowUp, Nearest } from './answer.js'
import { UNSURE, declining } from './declining/decline.js'
import { suggestFollowUps } from './follow-ups.js'
import { gather } from './gather.js'
import type { Gathered, GatherParts } from './gather.js'
import { countAsked } from './question/listed.js'
import { understand } from './understand.js'
import type { Inquiry, UnderstandParts, Understood } from './understand.js'
import { createDraft } from './writing/draft.js'
import type { Draft } from './writing/draft.js'
import { createWrite } from './writing/takeover.js'
import type { TakeoverParts, Write, Written } from './writing/takeover.js'

export const DEFAULT_MAX_PAPERS = 5
/** Of the papers that were retrieved, so many are named as considered and have follow-ups made of them, or as many as may be cited. */
const CONSIDERED = 10

export interface AskParts extends GatherParts, TakeoverParts, UnderstandParts {
  /** Ids are derived with it, so that nobody learns from an id that could be computed what others have asked. */
  readonly idSecret: string
  /** How many papers are not embedded yet, and found by their words alone; none unless told. */
  readonly foundByWords?: () => number
}

type Request = AskRequest & { readonly maxPapers: number }

export function createAsk(parts: AskParts): Ask {
  const write = createWrite(parts)
  return async function* ask(asked, signal) {
    if (asked.writer === 'llm' && parts.llm === undefined) {
      throw new FootnoteError('invalid_request', 'This server has no language model; ask with "writer": "auto", or set LLM_MODEL.')
    }
    const request: Request = { ...asked, maxPapers: asked.maxPapers ?? countAsked(asked.question, MAX_PAPERS_CITED) ?? DEFAULT_MAX_PAPERS }
    const elapsed = stopwatch()
    const understood = await understand(request, parts, signal)
    if (signal.aborted) return
    if (understood.kind !== 'inquiry') {
      yield* reply(understood, request, parts.idSecret)
      return
    }
    const gathered = await gather(understood.question, parts, { ...understood, maxPapers: request.maxPapers, signal })
    const retrieveMs = elapsed()
    const draft = createDraft(gathered.evidence)
    const written = yield* fill(draft, { understood, gathered, request, write, quotedBy: parts.extractive.name, remark: foundByWordsNotice(parts.foundByWords?.() ?? 0), signal })
    if (signal.aborted) return
    const writtenMs = elapsed()
    const papers = gathered.retrieval.papers.slice(0, Math.max(CONSIDERED, request.maxPapers))
    const wantsFollowUps = request.followUps !== false && gathered.answerable.verdict !== 'none'
    const { history = [], maxPapers } = request
    const followUps = wantsFollowUps ? await suggestFollowUps({ question: understood.standalone, history, citations: draft.citations, papers, maxPapers, filter: understood.filter }, parts, signal) : []
    if (signal.aborted) return
    const considered = papers.map(({ paper: { id, title }, similarity }) => ({ id, title, similarity }))
    const timings = { retrieveMs, writtenMs, totalMs: elapsed() }
    const outcome = { standalone: understood.standalone, answerable: gathered.answerable, draft, written, considered, followUps, timings }
    yield { type: 'answer-end', answer: finish(request, outcome, parts.idSecret) }
  }
}

interface Filling {
  readonly understood: Inquiry
  readonly gathered: Gathered
  readonly request: Request
  readonly write: Write
  /** The writer that is named where nothing is answered. */
  readonly quotedBy: string
  /** Of the state of the library. */
  readonly remark: string
  readonly signal: AbortSignal
}

/** Puts the answer into the draft, or why there is none, and behind it how the question was read. */
async function* fill(draft: Draft, { understood, gathered, request, write, quotedBy, remark, signal }: Filling): AsyncGenerator<AnswerEvent, Written> {
  const { question, said, isBrief, scope, spelling } = understood
  const { answerable, beside, evidence, listed, halves } = gathered
  let written: Written = { writer: quotedBy }
  if (answerable.verdict === 'answered') {
    const about = { question, evidence, listed, halves, history: request.history ?? [], isUnsure: answerable.probability < UNSURE, isBrief }
    written = yield* write(draft, request.writer, about, signal)
    if (signal.aborted) return written
  }
  if (draft.text === '' && said !== undefined && evidence.length === 0) yield* draft.say(NO_MORE)
  if (draft.text === '') for (const sentence of declining({ answerable, beside })) yield* draft.add(sentence)
  for (const remark of [scope, spelling]) if (remark !== '') yield* draft.say(`\n\n${remark}`)
  const notice = [written.notice ?? '', spelling, remark].filter((one) => one !== '').join(' ')
  return notice === '' ? written : { ...written, notice }
}

const NO_MORE = 'This library says no more about it than what has been quoted.'

/** What no abstract is read for goes out at once. */
function* reply(understood: Exclude<Understood, Inquiry>, request: Request, secret: string): Generator<AnswerEvent> {
  if (understood.kind === 'talk') {
    const draft = createDraft([])
    yield* draft.say(understood.text)
    yield { type: 'answer-end', answer: finish(request, { standalone: request.question, answerable: understood.answerable, draft, written: { writer: 'conversation' } }, secret) }
    return
  }
  const { papers, sentences, answerable } = understood.said
  const draft = createDraft(papers.map((paper) => ({ paper, similarity: 1 })))
  for (const sentence of sentences) yield* draft.add(sentence)
  yield { type: 'answer-end', answer: finish(request, { standalone: understood.standalone, answerable, draft, written: { writer: 'records' } }, secret) }
}

interface Outcome {
  readonly standalone: string
  readonly answerable: Answerable
  readonly draft: Draft
  readonly written: Written
  /** Papers that were retrieved, cited or not. */
  readonly considered?: readonly Nearest[]
  readonly followUps?: FollowUp[]
  readonly timings?: Readonly<Record<string, number>>
}

function finish(request: AskRequest, { standalone, answerable, draft, written, considered = [], followUps = [], timings = {} }: Outcome, secret: string): Answer {
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
    considered: considered.filter(({ id }) => !cited.has(id)),
    followUps,
    ...about,
    groundedness: groundedness(draft),
    timings: { ...timings },
  }
}

/** The same question with the same answer has the same id, whenever it is asked. */
function answerId(request: AskRequest, draft: Draft, secret: string): string {
  const basis = JSON.stringify([request.question, (request.history ?? []).map(({ role, content }) => ({ role, content })), request.filter ?? {}, draft.text, draft.citations.map(({ paper }) => paper.id)])
  return createHmac('sha256', secret).update(basis).digest('hex').slice(0, 24)
}

/** Support of the sentences that were sent, weighted by their length; 1 where nothing was claimed. */
function groundedness({ claims }: Draft): number {
  const sent = claims.filter(({ start, end }) => end > start)
  const length = sent.reduce((sum, { text }) => sum + text.length, 0)
  return length === 0 ? 1 : sent.reduce((sum, { text, support }) => sum + support * text.length, 0) / length
}

/** Milliseconds since it was made. */
function stopwatch(): () => number {
  const started = performance.now()
  return () => performance.now() - started
}
