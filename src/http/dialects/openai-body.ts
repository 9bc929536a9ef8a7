/** The shapes of OpenAI's chat completions that we read and write (platform.openai.com/docs/api-reference/chat). */
import { z } from 'zod'
import { SettingsSchema } from './conversation.js'

const Part = z.looseObject({ type: z.string(), text: z.string().optional() })

const Message = z.looseObject({
  role: z.enum(['system', 'developer', 'user', 'assistant', 'tool', 'function']),
  content: z.union([z.string(), z.array(Part)], 'must be a string, or an array of parts with a type.').nullish(),
})

/** Parameters that steer a language model (temperature, tools, stop and the like) are taken and have no effect. */
export const CompletionBodySchema = z.looseObject({
  model: z.string().max(200).default('footnote'),
  messages: z.array(Message).min(1).max(2_000),
  stream: z.boolean().nullish(),
  stream_options: z.looseObject({ include_usage: z.boolean().nullish() }).nullish(),
  /** The same answer so many times. */
  n: z.int().min(1).max(16).nullish(),
  footnote: SettingsSchema.optional(),
})

export type CompletionBody = z.output<typeof CompletionBodySchema>

/** A marker in the text: `content.slice(start_index, end_index)`, in UTF-16 code units. */
const UrlCitation = z.object({ start_index: z.int(), end_index: z.int(), url: z.string(), title: z.string() })
const Annotation = z.object({ type: z.literal('url_citation'), url_citation: UrlCitation })
export type Annotation = z.output<typeof Annotation>

/** Estimated at four characters a token: no language model need be involved. */
const Usage = z.object({ prompt_tokens: z.int(), completion_tokens: z.int(), total_tokens: z.int() })
export type Usage = z.output<typeof Usage>

export const CompletionReplySchema = z.object({
  id: z.string(),
  object: z.literal('chat.completion'),
  created: z.int(),
  model: z.string(),
  choices: z.array(
    z.object({
      index: z.int(),
      message: z.object({ role: z.literal('assistant'), content: z.string(), refusal: z.null(), annotations: z.array(Annotation) }),
      logprobs: z.null(),
      finish_reason: z.literal('stop'),
    }),
  ),
  usage: Usage,
  /** Addresses of the cited papers; `[n]` in the text is the n-th. */
  citations: z.array(z.string()).optional(),
  search_results: z.array(z.object({ title: z.string(), url: z.string(), date: z.string().optional(), snippet: z.string().optional() })).optional(),
  related_questions: z.array(z.string()).optional(),
  /** What OpenAI has no word for; `answer` is the id under which the whole answer is kept. */
  footnote: z.object({ answer: z.string(), verdict: z.string(), probability: z.number(), groundedness: z.number(), writer: z.string() }).optional(),
})

const Model = z.object({ id: z.string(), object: z.literal('model'), created: z.int(), owned_by: z.string(), name: z.string(), description: z.string() })
export type Model = z.output<typeof Model>
export const ModelReplySchema = Model
export const ModelsReplySchema = z.object({ object: z.literal('list'), data: z.array(Model) })

export const OpenAiErrorSchema = z
  .object({ error: z.object({ message: z.string(), type: z.string(), param: z.string().nullable(), code: z.string() }) })
  .meta({ id: 'OpenAIError' })
