/** The AI SDK's dialect: `POST /api/chat` gives a UI message stream, version 1 (ai-sdk.dev/docs/ai-sdk-ui/stream-protocol). */
import { z } from 'zod'
import type { Answer, AnswerEvent, Citation } from '../../answering/answer.js'
import type { FootnoteError } from '../../errors.js'
import type { Message } from '../event-stream.js'
import { parse } from '../parse.js'
import { SettingsSchema, toQuestion } from './conversation.js'
import type { Dialect, DialectRequest, Encoder } from './dialect.js'
import { createMarkerReader } from './markers.js'
import type { Piece } from './markers.js'

const Part = z.looseObject({ type: z.string(), text: z.string().optional() })
const UIMessage = z.looseObject({ role: z.enum(['system', 'user', 'assistant']), parts: z.array(Part).optional(), content: z.string().optional() })

/** What the client's `DefaultChatTransport` sends; other fields are left alone. */
const ChatBodySchema = z.looseObject({
  messages: z.array(UIMessage).min(1).max(2_000),
  footnote: SettingsSchema.optional(),
})

const TEXT_ID = 'answer'

export const aiSdk: Dialect = {
  path: '/api/chat',
  operation: {
    summary: "An answer as a UI message stream of Vercel's AI SDK",
    description: `Beside the text come \`source-url\` or \`source-document\` parts, \`data-citation\` (a citation with its quotes, its \`url\`, and \`markers\`: where the text cites it),
\`data-follow-ups\`, and in the message's metadata \`answerId\`, \`verdict\`, \`probability\`, \`groundedness\`, \`writer\` and \`model\`. An error before the stream is plain text, as the client shows it.`,
    body: ChatBodySchema,
    reply: { 'text/event-stream': z.string() },
    errors: ['writer_failed', 'overloaded'],
    errorReply: { 'text/plain': z.string() },
  },
  companions: [
    {
      path: '/api/chat/:id/stream',
      name: 'GET /api/chat/{id}/stream',
      operation: { summary: 'Nothing: no answer waits to be resumed', errorReply: { 'text/plain': z.string() } },
      reply: () => undefined,
    },
  ],
  streamHeaders: { 'x-vercel-ai-ui-message-stream': 'v1' },
  errorBody: ({ message }) => message,
  read({ body, linkTo }) {
    const { messages, footnote } = parse(ChatBodySchema, body, 'The body')
    return { question: toQuestion(messages.map(readMessage), footnote), stream: true, encoder: createEncoder(linkTo) }
  },
}

/** Text alone: what came of our sources and data is ours to find again. */
function readMessage({ role, parts, content }: z.output<typeof UIMessage>) {
  const texts = parts?.flatMap(({ type, text }) => (type === 'text' && text !== undefined ? [text] : []))
  return { role, text: texts?.join('\n') ?? content ?? '' }
}

function createEncoder(linkTo: DialectRequest['linkTo']): Encoder {
  const reader = createMarkerReader()
  const citations = new Map<number, Citation>()
  const markers = new Map<number, { readonly start: number; readonly end: number }[]>()
  let length = 0
  let begun = false

  function* event(event: AnswerEvent): Generator<Message> {
    if (!begun) yield* part({ type: 'start' }, { type: 'start-step' }, { type: 'text-start', id: TEXT_ID })
    begun = true
    if (event.type === 'sources') yield* sources(event.citations)
    if (event.type === 'text-delta') reader.add(event.text)
    if (event.type === 'claim') yield* say(reader.claim(event.claim))
    if (event.type === 'answer-end') {
      yield* say(reader.rest())
      yield* finish(event.answer)
    }
  }

  function* sources(known: readonly Citation[]): Generator<Message> {
    for (const citation of known) {
      const told = citations.get(citation.number)
      citations.set(citation.number, citation)
      if (told === undefined) yield* part(sourcePart(citation, linkTo))
      if (told?.quotes.length !== citation.quotes.length) yield* part(citationPart(citation.number))
    }
  }

  /** Text, and then the citations of its markers with the places of these. */
  function* say(pieces: readonly Piece[]): Generator<Message> {
    const text = pieces.map((piece) => piece.text).join('')
    if (text !== '') yield* part({ type: 'text-delta', id: TEXT_ID, delta: text })
    for (const piece of pieces) {
      const start = length
      length += piece.text.length
      if (piece.number === undefined || !citations.has(piece.number)) continue
      markers.set(piece.number, [...(markers.get(piece.number) ?? []), { start, end: length }])
      yield* part(citationPart(piece.number))
    }
  }

  /** The one with the same id takes the place of the one before. */
  function citationPart(number: number): object {
    const citation = citations.get(number) as Citation
    return { type: 'data-citation', id: `citation-${number}`, data: { ...citation, url: linkTo(citation.paper), markers: markers.get(number) ?? [] } }
  }

  return {
    event,
    end: () => [{ data: '[DONE]' }],
    error: ({ message }: FootnoteError) => [...part({ type: 'error', errorText: message }), { data: '[DONE]' }],
    // The protocol knows streams alone.
    reply: () => undefined,
  }
}

function sourcePart({ number, paper }: Citation, linkTo: DialectRequest['linkTo']): object {
  const facts = { sourceId: paper.id, title: paper.title, providerMetadata: { footnote: { number, id: paper.id } } }
  return paper.url === undefined ? { type: 'source-document', mediaType: 'text/plain', ...facts } : { type: 'source-url', url: linkTo(paper), ...facts }
}

function finish({ id, answerable, groundedness, writer, model, followUps }: Answer): Message[] {
  const messageMetadata = { answerId: id, verdict: answerable.verdict, probability: answerable.probability, groundedness, writer, ...(model === undefined ? {} : { model }) }
  return part(
    { type: 'text-end', id: TEXT_ID },
    ...(followUps.length === 0 ? [] : [{ type: 'data-follow-ups', id: 'follow-ups', data: followUps }]),
    { type: 'finish-step' },
    { type: 'finish', finishReason: 'stop', messageMetadata },
  )
}

function part(...parts: readonly object[]): Message[] {
  return parts.map((data) => ({ data }))
}
