/** Keeps each answer as it goes out, gives it again, and says what the library has changed about it since. */
import type { Library } from '../../library/library.js'
import type { Paper } from '../../papers/paper.js'
import type { Answer, AnswerEvent, Ask, KeptReply, Turn } from '../answer.js'
import type { AnswerStore, KeptAnswer } from './answer-store.js'
import { DEFAULT_MAX_PAPERS } from '../ask.js'

export interface KeptAnswersParts {
  readonly store: AnswerStore
  readonly ask: Ask
  readonly library: Pick<Library, 'get' | 'status'>
  /** Told when an answer cannot be kept, or an earlier one not be looked up; the answer goes out all the same. */
  readonly onFailure: (error: unknown) => void
}

export interface KeptAnswers {
  /** Asks with what earlier answers cited, and keeps the answer before its end goes out. */
  readonly ask: Ask
  /** The answer of this id with what has changed since; nothing if there is none, or no longer. */
  find(id: string, signal: AbortSignal): Promise<KeptReply | undefined>
}

export function createKeptAnswers({ store, ask, library, onFailure }: KeptAnswersParts): KeptAnswers {
  async function keep(kept: Omit<KeptAnswer, 'revision'>): Promise<void> {
    try {
      await store.keep({ ...kept, revision: (await library.status()).revision })
    } catch (error) {
      onFailure(error)
    }
  }

  /** What an answer that was sent before cites: a language model's sentences do not name the papers. */
  async function withCitations(turn: Turn): Promise<Turn> {
    if (turn.role !== 'assistant') return turn
    try {
      const citations = (await store.getByText(turn.content))?.answer.citations ?? []
      return citations.length === 0 ? turn : { ...turn, cites: citations.map(({ paper }) => paper.title) }
    } catch (error) {
      onFailure(error)
      return turn
    }
  }

  return {
    async *ask(request, signal) {
      const recalled = request.history === undefined ? request : { ...request, history: await Promise.all(request.history.map(withCitations)) }
      for await (const event of ask(recalled, signal)) {
        if (event.type === 'answer-end') await keep({ answer: event.answer, filter: request.filter, maxPapers: request.maxPapers ?? DEFAULT_MAX_PAPERS })
        yield event
      }
    },
    async find(id, signal) {
      const kept = await store.get(id)
      if (kept === undefined) return undefined
      const stale = kept.revision === (await library.status()).revision ? undefined : await changes(kept, signal)
      return stale === undefined ? kept.answer : { ...kept.answer, stale }
    },
  }

  /** Asks again, by quotes alone, and compares what is cited; nothing where it is the same. */
  async function changes({ answer, filter, maxPapers }: KeptAnswer, signal: AbortSignal): Promise<KeptReply['stale']> {
    const again = await wholeAnswer(ask({ question: answer.standaloneQuestion, filter, maxPapers, writer: 'extractive', followUps: false }, signal))
    const known = new Set([...answer.citations.map(({ paper }) => paper.id), ...answer.considered.map(({ id }) => id)])
    const added = (again?.citations ?? []).map(({ paper }) => named(paper)).filter(({ id }) => !known.has(id))
    const cited = await Promise.all(answer.citations.map(async ({ paper, quotes }) => ({ paper, quotes, now: (await library.get(paper.id))?.paper })))
    const removed = cited.filter(({ now }) => now === undefined).map(({ paper }) => named(paper))
    const rewritten = cited.filter(({ quotes, now }) => now !== undefined && quotes.some(({ text, start, end }) => now.abstract.slice(start, end) !== text)).map(({ paper }) => named(paper))
    return added.length + removed.length + rewritten.length === 0 ? undefined : { added, removed, rewritten }
  }
}

function named({ id, title }: Paper): { readonly id: string; readonly title: string } {
  return { id, title }
}

async function wholeAnswer(events: AsyncIterable<AnswerEvent>): Promise<Answer | undefined> {
  for await (const event of events) if (event.type === 'answer-end') return event.answer
  return undefined
}

/** The events of which an answer that is finished was made, with all its sources at the start. */
export function* replay(answer: KeptReply): Generator<AnswerEvent> {
  if (answer.citations.length > 0) yield { type: 'sources', citations: answer.citations }
  let told = 0
  for (const claim of answer.claims) {
    if (claim.end === claim.start) continue
    const end = claim.end + (/^\s*(?:\[\d+\])+/.exec(answer.answer.slice(claim.end))?.[0].length ?? 0)
    yield { type: 'text-delta', text: answer.answer.slice(told, end) }
    yield { type: 'claim', claim }
    told = end
  }
  if (told < answer.answer.length) yield { type: 'text-delta', text: answer.answer.slice(told) }
  yield { type: 'answer-end', answer }
}
