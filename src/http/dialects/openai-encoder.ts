/** Writes an answer as OpenAI's chat completions do, with what Open WebUI, Perplexity's clients and plain Markdown need beside it. */
import type { Answer, AnswerEvent, Citation, Quote } from '../../answering/answer.js'
import { escaped } from '../../answering/writing/markdown.js'
import type { FootnoteError } from '../../errors.js'
import type { Message } from '../event-stream.js'
import type { Encoder } from './dialect.js'
import { createMarkerReader } from './markers.js'
import type { Piece } from './markers.js'
import type { Annotation, Usage } from './openai-body.js'
import { openAiError } from './openai-error.js'

export interface Completion {
  readonly id: string
  readonly model: string
  /** Seconds since 1970. */
  readonly created: number
  /** How often the answer is given. */
  readonly choices: number
  readonly includeUsage: boolean
  readonly promptTokens: number
  /** What is said without asking the library. */
  readonly said: string
  /** Write markers as Markdown links, and a list of sources at the end. */
  readonly links: boolean
  /** Open WebUI takes an annotation for one more source, in place of which it has been told better ones. */
  readonly annotate: boolean
  readonly linkTo: (paper: Citation['paper']) => string
}

/** No tokenizer is asked: it is a size for dashboards, not a bill. */
export const estimateTokens = (text: string) => Math.ceil(text.length / 4)

export function createOpenAiEncoder(completion: Completion): Encoder {
  const { id, created, model, linkTo } = completion
  const reader = createMarkerReader()
  const citations = new Map<number, Citation>()
  const annotations: Annotation[] = []
  let content = ''
  let begun = false
  let answer: Answer | undefined
  reader.add(completion.said)

  function* event(event: AnswerEvent): Generator<Message> {
    if (event.type === 'sources') yield* sources(event.citations)
    if (event.type === 'text-delta') reader.add(event.text)
    if (event.type === 'claim') yield* say(reader.claim(event.claim))
    if (event.type === 'answer-end') {
      answer = event.answer
      yield* say([...reader.rest(), ...(completion.links ? [{ text: listOfSources(answer, linkTo) }] : [])])
    }
  }

  /** Open WebUI numbers sources as they come; one that comes again, with more quotes, keeps its number. */
  function* sources(known: readonly Citation[]): Generator<Message> {
    for (const citation of known) {
      const told = citations.get(citation.number)?.quotes ?? []
      const news = citation.quotes.filter(({ start, end }) => !told.some((quote) => quote.start === start && quote.end === end))
      citations.set(citation.number, citation)
      if (told.length === 0 || news.length > 0) yield* chunk({}, { event: sourceEvent(citation, news, linkTo) })
    }
  }

  function* say(pieces: readonly Piece[]): Generator<Message> {
    const before = content.length
    for (const { text, number } of pieces) {
      const cited = number === undefined ? undefined : citations.get(number)?.paper
      const marker = cited === undefined ? text : completion.links ? `[${text}](${linkTo(cited)})` : text
      if (cited !== undefined) annotations.push(annotation(content.length, marker, { title: cited.title, url: linkTo(cited) }))
      content += marker
    }
    if (content.length > before) yield* chunk({ content: content.slice(before) })
  }

  /** Every chunk has a choice: many a client reads `choices[0]` unseen. */
  function* chunk(delta: object, more: object = {}, finishReason: 'stop' | null = null): Generator<Message> {
    if (!begun) {
      begun = true
      yield* chunk({ role: 'assistant', content: '' })
    }
    const choices = range(completion.choices).map((index) => ({ index, delta, logprobs: null, finish_reason: finishReason }))
    yield { data: { id, object: 'chat.completion.chunk', created, model, choices, ...more } }
  }

  const usage = (): Usage => {
    const completionTokens = estimateTokens(content) * completion.choices
    return { prompt_tokens: completion.promptTokens, completion_tokens: completionTokens, total_tokens: completion.promptTokens + completionTokens }
  }

  return {
    event,
    *end() {
      yield* say(reader.rest())
      if (completion.annotate && annotations.length > 0) yield* chunk({ annotations })
      yield* chunk({}, answer === undefined ? {} : summary(answer, linkTo), 'stop')
      if (completion.includeUsage) yield { data: { id, object: 'chat.completion.chunk', created, model, choices: [], usage: usage() } }
      yield { data: '[DONE]' }
    },
    error: (error: FootnoteError) => [{ data: openAiError(error) }],
    reply() {
      for (const _ of say(reader.rest()));
      const message = { role: 'assistant', content, refusal: null, annotations }
      const choices = range(completion.choices).map((index) => ({ index, message, logprobs: null, finish_reason: 'stop' }))
      return { id, object: 'chat.completion', created, model, choices, usage: usage(), ...(answer === undefined ? {} : summary(answer, linkTo)) }
    },
  }
}

function annotation(start: number, marker: string, target: { readonly title: string; readonly url: string }): Annotation {
  return { type: 'url_citation', url_citation: { start_index: start, end_index: start + marker.length, ...target } }
}

/** One document for each quote, or the title of a paper that is cited by its record, told apart from other papers by an id: by an address, Open WebUI would show that for the title. */
function sourceEvent({ paper, similarity }: Citation, quotes: readonly Quote[], linkTo: Completion['linkTo']): object {
  const source = { id: paper.id, name: paper.title, url: linkTo(paper) }
  const documents = quotes.length > 0 ? quotes.map(({ text }) => text) : [paper.title]
  return {
    type: 'source',
    data: {
      source,
      document: documents,
      metadata: documents.map(() => ({ source: paper.id, name: paper.title, url: source.url })),
      distances: documents.map(() => similarity),
    },
  }
}

/** Perplexity's fields, and ours. */
function summary({ id, citations, followUps, answerable, groundedness, writer }: Answer, linkTo: Completion['linkTo']): object {
  return {
    citations: citations.map(({ paper }) => linkTo(paper)),
    search_results: citations.map(({ paper, quotes: [first] }) => ({
      title: paper.title,
      url: linkTo(paper),
      ...(paper.year === undefined ? {} : { date: String(paper.year) }),
      ...(first === undefined ? {} : { snippet: first.text }),
    })),
    related_questions: followUps.map(({ question }) => question),
    footnote: { answer: id, verdict: answerable.verdict, probability: answerable.probability, groundedness, writer },
  }
}

function listOfSources({ citations }: Answer, linkTo: Completion['linkTo']): string {
  if (citations.length === 0) return ''
  const lines = citations.map(({ number, paper }) => {
    const { authors = [], venue, year } = paper
    const by = authors.length > 3 ? `${authors[0]} et al.` : authors.join(', ')
    const facts = [by, venue, year].filter((fact) => fact !== undefined && fact !== '').join(', ')
    return `${number}. [${escaped(paper.title)}](${linkTo(paper)})${facts === '' ? '' : `, ${escaped(facts)}`}`
  })
  return `\n\n**Sources**\n\n${lines.join('\n')}`
}

const range = (length: number) => Array.from({ length }, (_, index) => index)
