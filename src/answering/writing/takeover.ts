/** Lets the chosen writer write, and the extractive writer take over where a language model fails. */
import { FootnoteError } from '../../errors.js'
import type { Answerable, AnswerEvent, AskRequest, Quote } from '../answer.js'
import type { Draft } from './draft.js'
import type { LanguageModelWriter, Writer, WriteRequest, WrittenSentence } from './writer.js'

export interface TakeoverParts {
  readonly extractive: Writer
  /** The language model, where one is configured. */
  readonly llm?: LanguageModelWriter | undefined
  /** Told when the language model fails. */
  readonly onWriterFailure?: (error: unknown) => void
}

/** Who wrote, and what a reader should know about it. */
export interface Written {
  /** `extractive`, `llm`, or `mixed`: the language model began, and quotes go on. */
  readonly writer: string
  readonly model?: string
  /** Where the writer knows better than what was judged before: the papers that were found do not answer. */
  readonly verdict?: Answerable['verdict']
  /** One or two plain sentences; the text of the answer says the same, unless it only lacks something. */
  readonly notice?: string
}

export type Write = (draft: Draft, choice: AskRequest['writer'], request: WriteRequest, signal: AbortSignal) => AsyncGenerator<AnswerEvent, Written>

/**
 * With `auto`, quotes take the place of a language model that fails: from the start, or after the last whole
 * sentence, without what has been cited by then. With `llm` its failure is thrown instead. Ends early when the signal aborts.
 */
export function createWrite({ extractive, llm, onWriterFailure }: TakeoverParts): Write {
  return async function* write(draft, choice = 'auto', request, signal) {
    if (choice === 'extractive' || llm === undefined) {
      for (const sentence of await quotes(request, signal)) yield* draft.add(sentence)
      return { writer: extractive.name }
    }
    const model = llm.model === undefined ? {} : { model: llm.model }
    let failure: unknown
    try {
      for await (const sentence of llm.write(request, signal)) {
        if (sentence !== 'no-answer') yield* draft.add(sentence)
        else return { ...(yield* addQuotes(draft, request, signal, NO_ANSWER)), ...model, verdict: 'related' }
      }
      if (draft.text !== '') return { writer: llm.name, ...model, ...omissions(draft) }
      failure = new FootnoteError('writer_failed', `${UNCONFIRMED}; ask for quotes with "writer": "extractive".`, { details: { claims: [...draft.claims] } })
    } catch (error) {
      failure = error
    }
    if (signal.aborted) return { writer: llm.name, ...model }
    onWriterFailure?.(failure)
    if (choice === 'llm') throw failure
    const reason = reasonOf(failure, draft)
    if (draft.text !== '') return { ...model, ...(yield* addQuotes(draft, request, signal, `${reason}.`)) }
    for (const sentence of await quotes(request, signal)) yield* draft.add(sentence)
    const notice = `${reason}; this answer is made of quotes.`
    if (draft.text !== '') yield* draft.say(`\n\n${notice}`)
    return { writer: extractive.name, notice }
  }

  async function quotes(request: WriteRequest, signal: AbortSignal): Promise<WrittenSentence[]> {
    const written: WrittenSentence[] = []
    for await (const sentence of extractive.write(request, signal)) {
      written.push(sentence)
      if (request.isBrief === true && sentence.isRemark !== true) break
    }
    return written
  }

  /** A plain sentence, and behind it what the papers say that is not cited yet. */
  async function* addQuotes(draft: Draft, request: WriteRequest, signal: AbortSignal, notice: string): AsyncGenerator<AnswerEvent, Pick<Written, 'writer' | 'notice'>> {
    const news = (await quotes(request, signal)).filter((sentence) => !isCited(sentence, draft))
    yield* draft.say(`${draft.text === '' ? '' : '\n\n'}${notice}`)
    for (const [i, sentence] of news.entries()) yield* draft.add(i === 0 ? { ...sentence, before: `\n\n${sentence.before.trimStart()}` } : sentence)
    return { writer: news.length > 0 ? 'mixed' : 'llm', notice }
  }
}

const NO_ANSWER = 'The language model found no answer in these papers. What comes nearest:'
const UNCONFIRMED = 'Nothing that the language model wrote could be confirmed in the papers'

function reasonOf(failure: unknown, { text, claims }: Draft): string {
  if (failure instanceof FootnoteError && failure.code === 'rate_limited') return 'The language model has used up its tokens for today'
  if (text !== '') return 'The language model broke off here'
  return claims.length > 0 ? UNCONFIRMED : 'The language model did not answer'
}

function isCited({ sources }: WrittenSentence, { citations }: Draft): boolean {
  const overlaps = (paperId: string, quote: Quote) =>
    citations.some(({ paper, quotes }) => paper.id === paperId && quotes.some(({ start, end }) => start < quote.end && quote.start < end))
  return sources.every(({ paperId, quotes }) => quotes.every((quote) => overlaps(paperId, quote)))
}

function omissions({ claims }: Draft): Pick<Written, 'notice'> {
  const left = claims.filter(({ verdict }) => verdict === 'unsupported').length
  if (left === 0) return {}
  return { notice: left === 1 ? 'One sentence of the language model was left out, as the papers do not carry it.' : `${left} sentences of the language model were left out, as the papers do not carry them.` }
}
