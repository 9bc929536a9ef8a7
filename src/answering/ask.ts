/** Answers a question: retrieve, judge, choose evidence, write, verify, cite. */
import { createHmac } from 'node:crypto'
import { FootnoteError } from '../errors.js'
import type { Retrieval } from '../retrieval/retrieval.js'
import type { Answer, Answerable, Ask, AskRequest } from './answer.js'
import { standaloneQuestion } from './conversation.js'
import { declineText } from './decline.js'
import { createDraft } from './draft.js'
import type { Draft } from './draft.js'
import { gather } from './gather.js'
import type { GatherParts } from './gather.js'
import { readQuestion } from './question.js'
import { createWrite } from './takeover.js'
import type { TakeoverParts, Written } from './takeover.js'

export const DEFAULT_MAX_PAPERS = 5

export interface AskParts extends GatherParts, TakeoverParts {
  /** Ids are derived with it, so that nobody learns from an id that could be computed what others have asked. */
  readonly idSecret: string
}

export function createAsk(parts: AskParts): Ask {
  const write = createWrite(parts)
  return async function* ask(request, signal) {
    if (request.writer === 'llm' && parts.llm === undefined) {
      throw new FootnoteError('invalid_request', 'This server has no language model; ask with "writer": "auto", or set LLM_MODEL.')
    }
    const started = performance.now()
    const maxPapers = request.maxPapers ?? DEFAULT_MAX_PAPERS
    const standalone = standaloneQuestion(request.question, request.history ?? [])
    const question = readQuestion(standalone)
    const { retrieval, answerable, evidence } = await gather(question, parts, { maxPapers, filter: request.filter, signal })
    const retrieveMs = performance.now() - started
    const draft = createDraft(evidence)
    const written: Written = answerable.verdict === 'answered' ? yield* write(draft, request.writer, { question, evidence, history: request.history ?? [] }, signal) : { writer: parts.extractive.name }
    if (signal.aborted) return
    if (draft.text === '') yield* draft.say(declineText(answerable))
    const timings = { retrieveMs, totalMs: performance.now() - started }
    yield { type: 'answer-end', answer: finish(request, parts.idSecret, { standalone, retrieval, answerable, draft, written, timings }) }
  }
}

interface Outcome {
  readonly standalone: string
  readonly retrieval: Retrieval
  readonly answerable: Answerable
  readonly draft: Draft
  readonly written: Written
  readonly timings: Readonly<Record<string, number>>
}

function finish(request: AskRequest, secret: string, { standalone, retrieval, answerable, draft, written, timings }: Outcome): Answer {
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
    followUps: [],
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
