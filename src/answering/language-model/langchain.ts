/** Chat models of many providers, through LangChain. */
import { FootnoteError } from '../../errors.js'
import type { ChatEnd, ChatModel, ChatPart } from './chat-model.js'
import { createRedactor } from './redact.js'

export interface LangChainModelOptions {
  /** As LangChain names it: `openai:gpt-5-mini`, `anthropic:claude-sonnet-4-5`, `ollama:llama3.2`. */
  readonly model: string
  /** Of an OpenAI-compatible server, Ollama or Anthropic, where it is not the provider's own. */
  readonly baseUrl?: string | undefined
  readonly apiKey?: string | undefined
  readonly maxTokens: number
}

/** More than any answer within its limit of tokens takes on the wire; a reply that goes on is broken off. */
const MAX_REPLY_BYTES = 8_000_000

/** A server of one's own often wants no key, and the libraries insist on one. It must not get the provider's key from the environment. */
const NO_KEY = 'none'

/** LangChain begins to load when a model is set up, so that a start without one stays quick and the first question does too. */
export function createLangChainModel(options: LangChainModelOptions): ChatModel {
  const redact = createRedactor([options.apiKey, passwordOf(options.baseUrl)])
  // What fails here fails again with the first question, which says so.
  void openModel(options, fetch).catch(() => undefined)
  return {
    name: options.model,
    async *stream(messages, signal) {
      const call = new AbortController()
      const either = AbortSignal.any([signal, call.signal])
      try {
        const model = await openModel(options, boundedFetch(either))
        for await (const chunk of await model.stream(messages.map(({ role, content }): [string, string] => [role, content]), { signal: either })) yield partOf(chunk)
      } catch (error) {
        if (signal.aborted) throw error
        throw failure(options.model, error, redact)
      } finally {
        call.abort()
      }
    },
  }
}

/** What we use of LangChain's chat models. */
interface Streaming {
  stream(messages: [string, string][], options: { signal: AbortSignal }): Promise<AsyncIterable<Chunk>>
}

interface Chunk {
  readonly text: string
  readonly usage_metadata?: { readonly total_tokens: number } | undefined
  readonly response_metadata: Readonly<Record<string, unknown>>
  readonly additional_kwargs: Readonly<Record<string, unknown>>
}

/** The providers' clients take the same settings under different names, and ignore those they do not know. */
async function openModel({ model, baseUrl, apiKey, maxTokens }: LangChainModelOptions, fetch: typeof globalThis.fetch): Promise<Streaming> {
  const { initChatModel } = await import('langchain')
  const key = apiKey ?? (baseUrl === undefined ? undefined : NO_KEY)
  const address = baseUrl === undefined ? {} : { baseURL: baseUrl }
  return (await initChatModel(model, {
    // A failed call is answered by the other writer at once; waiting and trying again is the next question's affair.
    maxRetries: 0,
    ...(key === undefined ? {} : { apiKey: key }),
    ...(model.startsWith('ollama:')
      ? { numPredict: maxTokens, temperature: 0, fetch, ...(baseUrl === undefined ? {} : { baseUrl }), ...(apiKey === undefined ? {} : { headers: { authorization: `Bearer ${apiKey}` } }) }
      : { maxTokens, configuration: { ...address, fetch, logLevel: 'off' }, clientOptions: { ...address, fetch, logLevel: 'off' } }),
  })) as unknown as Streaming
}

/** Hands the signal to the transport itself, which not every client does, and ends a reply that is too long. */
function boundedFetch(signal: AbortSignal): typeof globalThis.fetch {
  return async (input, init) => {
    const signals = init?.signal === undefined || init.signal === null ? signal : AbortSignal.any([signal, init.signal])
    const response = await fetch(input, { ...init, signal: signals })
    if (response.body === null) return response
    let bytes = 0
    const counted = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          bytes += chunk.byteLength
          if (bytes > MAX_REPLY_BYTES) controller.error(new Error(`The reply is longer than ${MAX_REPLY_BYTES} bytes.`))
          else controller.enqueue(chunk)
        },
      }),
    )
    return new Response(counted, { status: response.status, statusText: response.statusText, headers: response.headers })
  }
}

/** OpenAI says `finish_reason`, Anthropic `stop_reason`, Ollama `done_reason`. */
const END_FIELDS = ['finish_reason', 'stop_reason', 'done_reason']
const LENGTH = new Set(['length', 'max_tokens'])
const REFUSED = new Set(['content_filter', 'refusal'])

function partOf({ text, usage_metadata: usage, response_metadata: metadata, additional_kwargs: extra }: Chunk): ChatPart {
  const reason = END_FIELDS.map((field) => metadata[field] ?? extra[field]).find((value) => typeof value === 'string')
  const end: ChatEnd | undefined = reason === undefined ? undefined : LENGTH.has(reason) ? 'length' : REFUSED.has(reason) ? 'refused' : 'stop'
  const tokens = usage?.total_tokens
  return { text, ...(end === undefined ? {} : { end }), ...(tokens === undefined || tokens === 0 ? {} : { tokens }) }
}

/**
 * Our own error instead of the vendor's, which may carry the request with its key. A status decides what to
 * advise; whoever asks again too early is told when.
 */
function failure(model: string, error: unknown, redact: (text: string) => string): FootnoteError {
  const { status, headers, message } = error as { status?: unknown; headers?: { get?(name: string): string | null }; message?: unknown }
  const retryAfter = Number(headers?.get?.('retry-after') ?? Number.NaN)
  const cause = new Error(redact(String(message ?? error)))
  return new FootnoteError('writer_failed', `The language model ${model} did not answer: ${advice(status)}.`, {
    cause,
    ...(Number.isFinite(retryAfter) && retryAfter > 0 ? { retryAfterSeconds: Math.ceil(retryAfter) } : {}),
  })
}

function advice(status: unknown): string {
  if (status === 401 || status === 403) return 'the provider refuses the key; check LLM_API_KEY'
  if (status === 404) return 'the provider does not know it; check LLM_MODEL and LLM_BASE_URL'
  if (status === 429) return 'the provider says that its limit is reached; ask again later'
  if (typeof status === 'number' && status >= 500) return `the provider failed with status ${status}; ask again later`
  if (typeof status === 'number') return `the provider refuses the request with status ${status}; check LLM_MODEL and LLM_MAX_TOKENS`
  return 'the service could not be reached or broke off; check LLM_MODEL and LLM_BASE_URL, and that it is up'
}

function passwordOf(baseUrl: string | undefined): string | undefined {
  const password = baseUrl === undefined ? '' : new URL(baseUrl).password
  return password === '' ? undefined : password
}
