/** Asks the product for whole answers, and holds every quote against the stored abstract. */
import type { Answer } from '../../src/answering/answer.js'
import type { Footnote } from '../../src/compose.js'
import { FootnoteError } from '../../src/errors.js'
import type { Filter } from '../../src/library/library.js'
import { auroc } from './metrics.js'
import { latency } from './summary.js'
import type { Latency } from './summary.js'

/** One question with its answer. */
export interface Asked {
  readonly answer: Answer
  readonly answered: boolean
  readonly probability: number
  readonly quotes: number
  /** Quotes that do not stand in the stored abstract at their offsets; there must be none. */
  readonly wrongQuotes: number
  readonly milliseconds: number
}

export type AskWhole = (question: string, filter?: Filter) => Promise<Asked>

/** Answers are those of the extractive writer: an evaluation needs no key, and gives the same figures again. */
export function createAskWhole({ ask, library }: Pick<Footnote, 'ask' | 'library'>): AskWhole {
  return async (question, filter) => {
    const started = performance.now()
    const answer = await last(ask({ question, filter, writer: 'extractive' }, new AbortController().signal))
    const milliseconds = performance.now() - started
    const { verdict, probability } = answer.answerable
    return { answer, answered: verdict === 'answered', probability, ...(await checkQuotes(answer, library)), milliseconds }
  }
}

async function last(events: ReturnType<Footnote['ask']>): Promise<Answer> {
  for await (const event of events) if (event.type === 'answer-end') return event.answer
  throw new FootnoteError('internal', 'An answer broke off before its end; run the evaluation again.')
}

async function checkQuotes({ citations }: Answer, library: Footnote['library']): Promise<{ quotes: number; wrongQuotes: number }> {
  let quotes = 0
  let wrongQuotes = 0
  for (const { paper, quotes: cited } of citations) {
    const abstract = (await library.get(paper.id))?.paper.abstract
    quotes += cited.length
    wrongQuotes += cited.filter(({ text, start, end }) => text === '' || abstract?.slice(start, end) !== text).length
  }
  return { quotes, wrongQuotes }
}

/** What the decision to answer or to decline is worth. */
export interface Abstention {
  /** Probability that an answerable question gets the higher estimate than one of the other kind; null where one kind is missing. */
  readonly auroc: Readonly<Record<string, number | null>>
  /** Share of each kind of unanswerable questions that is answered all the same. */
  readonly answeredAlthough: Readonly<Record<string, number>>
  /** Share of the answerable questions that is declined. */
  readonly declined: number
}

export function abstention(answerable: readonly Asked[], others: Readonly<Record<string, readonly Asked[]>>): Abstention {
  const probabilities = (asked: readonly Asked[]) => asked.map(({ probability }) => probability)
  const kinds = Object.entries(others).filter(([, asked]) => asked.length > 0)
  return {
    auroc: Object.fromEntries(kinds.map(([kind, asked]) => [kind, finite(auroc(probabilities(answerable), probabilities(asked)))])),
    answeredAlthough: Object.fromEntries(kinds.map(([kind, asked]) => [kind, share(asked, ({ answered }) => answered)])),
    declined: share(answerable, ({ answered }) => !answered),
  }
}

export interface AnswerFigures {
  readonly answers: number
  readonly quotes: number
  readonly wrongQuotes: number
  readonly latencyMs: Latency
}

export function answerFigures(asked: readonly Asked[]): AnswerFigures {
  const sum = (of: (one: Asked) => number) => asked.reduce((total, one) => total + of(one), 0)
  return { answers: asked.length, quotes: sum(({ quotes }) => quotes), wrongQuotes: sum(({ wrongQuotes }) => wrongQuotes), latencyMs: latency(asked.map(({ milliseconds }) => milliseconds)) }
}

/** Share of the list for which something holds; 0 of an empty list. */
export function share<T>(list: readonly T[], holds: (one: T) => boolean): number {
  return list.length === 0 ? 0 : list.filter(holds).length / list.length
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null
}
