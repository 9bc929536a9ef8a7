/** OpenAI's dialect: `POST /v1/chat/completions` and `GET /v1/models`, as chat UIs and SDKs speak it. */
import { z } from 'zod'
import { FootnoteError } from '../../errors.js'
import { parse } from '../parse.js'
import { toQuestion } from './conversation.js'
import type { ChatMessage } from './conversation.js'
import type { Dialect, DialectRequest } from './dialect.js'
import { replyToTask } from './open-webui-tasks.js'
import { CompletionBodySchema, CompletionReplySchema, ModelReplySchema, ModelsReplySchema, OpenAiErrorSchema } from './openai-body.js'
import type { CompletionBody, Model } from './openai-body.js'
import { createOpenAiEncoder, estimateTokens } from './openai-encoder.js'
import { openAiError } from './openai-error.js'

const RELEASED = Date.UTC(2026, 10, 24) / 1_000
const model = (id: string, name: string, description: string): Model => ({ id, object: 'model', created: RELEASED, owned_by: 'footnote', name, description })
const MODELS: readonly Model[] = [
  model('footnote', 'Footnote', 'Answers from the library, with checked citations'),
  model('footnote:extractive', 'Footnote, word for word', 'The same, made of quotes alone, whatever language model there is'),
  model('footnote:links', 'Footnote with links', 'The same, with citations as Markdown links and a list of sources, for UIs that show nothing else'),
]

export const openAi: Dialect = {
  path: '/v1/chat/completions',
  operation: {
    summary: "An answer in OpenAI's shape, streamed or not",
    description: `The last user message is the question, the earlier ones its history. Sources come in \`annotations\`, \`citations\`, \`search_results\`, and, in streams,
as Open WebUI's \`event\` chunks; \`usage\` is an estimate. Parameters that steer a language model have no effect. Open WebUI's background tasks are answered without the library.`,
    body: CompletionBodySchema,
    reply: { 'application/json': CompletionReplySchema, 'text/event-stream': z.string() },
    errors: ['not_found', 'writer_failed', 'overloaded'],
    errorReply: OpenAiErrorSchema,
  },
  companions: [
    {
      path: '/v1/models',
      name: 'GET /v1/models',
      operation: { summary: 'The names under which answers can be had in OpenAI\'s shape', reply: ModelsReplySchema, errorReply: OpenAiErrorSchema },
      reply: () => ({ object: 'list', data: MODELS }),
    },
    {
      path: '/v1/models/:id',
      name: 'GET /v1/models/{id}',
      operation: { summary: 'One of them', reply: ModelReplySchema, errors: ['not_found'], errorReply: OpenAiErrorSchema },
      reply: ({ id }) => requireModel(String(id)),
    },
  ],
  errorBody: openAiError,
  read(request) {
    const body = parse(CompletionBodySchema, request.body, 'The body')
    requireModel(body.model)
    const messages = body.messages.map(({ role, content }) => ({ role, text: textOf(content) }))
    const said = replyToTask(messages, request.headers['x-openwebui-task'])
    const links = body.model === 'footnote:links'
    return {
      ...(said === undefined ? { question: toQuestion(messages, settingsOf(body)) } : {}),
      stream: body.stream ?? false,
      encoder: createOpenAiEncoder({
        id: `chatcmpl-${request.id}`,
        model: body.model,
        created: Math.floor(Date.now() / 1_000),
        choices: body.n ?? 1,
        includeUsage: body.stream_options?.include_usage ?? false,
        promptTokens: promptTokens(messages),
        said: said ?? '',
        links,
        annotate: !isOpenWebUi(request.headers),
        linkTo: request.linkTo,
      }),
    }
  },
}

function requireModel(id: string): Model {
  const found = MODELS.find((one) => one.id === id)
  if (found !== undefined) return found
  const message = `There is no model "${id}"; there are ${MODELS.map((one) => one.id).join(', ')}.`
  throw new FootnoteError('not_found', message, { details: [{ field: 'model', message }] })
}

function settingsOf({ model, footnote = {} }: CompletionBody) {
  return model === 'footnote:extractive' ? { ...footnote, writer: 'extractive' as const } : footnote
}

/** Pictures and files are passed over: the library is of texts. */
function textOf(content: CompletionBody['messages'][number]['content']): string {
  if (typeof content === 'string') return content
  return (content ?? []).flatMap(({ text }) => text ?? []).join('\n')
}

function promptTokens(messages: readonly ChatMessage[]): number {
  return messages.reduce((sum, { text }) => sum + estimateTokens(text), 0)
}

/** By the headers that it can be told to send; else by its HTTP client. */
function isOpenWebUi(headers: DialectRequest['headers']): boolean {
  return Object.keys(headers).some((name) => name.startsWith('x-openwebui-')) || /\baiohttp\b/.test(headers['user-agent'] ?? '')
}
