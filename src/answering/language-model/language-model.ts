/** The writer that lets a language model phrase the answer, and passes on what the papers carry of it. */
import { FootnoteError } from '../../errors.js'
import type { Call, CallLimits } from './call-limits.js'
import type { ChatEnd, ChatMessage, ChatModel } from './chat-model.js'
import { createClaimCheck } from './claim-check.js'
import type { EmbedTexts } from './claim-check.js'
import { createSentenceReader } from './model-text.js'
import type { ModelSentence } from './model-text.js'
import { patiently } from './patience.js'
import type { Patience } from './patience.js'
import { NO_ANSWER, prompt, withoutAddresses } from './prompt.js'
import { CHARACTERS_PER_TOKEN, tokensOf } from './tokens.js'
import type { LanguageModelWriter } from '../writing/writer.js'

export interface LanguageModelWriterOptions {
  readonly chat: ChatModel
  readonly limits: CallLimits
  readonly patience: Patience
  /** Most tokens of an answer; a provider that does not heed it is broken off soon after. */
  readonly maxTokens: number
  /** Vectors of sentences, to tell what a paraphrase is near to. */
  readonly embed: EmbedTexts
}

const SLACK = 2

/** A model that goes on after so many sentences, or says the same again and again, is not listened to any further. */
const MAX_SENTENCES = 12
const MAX_REPEATS = 3

/**
 * Each sentence is held until it is complete and checked against the papers; what they do not carry comes with the
 * verdict `unsupported`, for the record. A half sentence at the end never comes. Fails with `writer_failed` when
 * the model fails, is too slow, breaks off, refuses or says nothing, and with `rate_limited` beyond its budget.
 */
export function createLanguageModelWriter(options: LanguageModelWriterOptions): LanguageModelWriter {
  return {
    name: 'llm',
    model: options.chat.name,
    async *write({ question, history, evidence: found }, signal) {
      const evidence = withoutAddresses(found)
      const messages = prompt({ question, history, evidence })
      const call = options.limits.enter(tokensOf(messages.map(({ content }) => content.length)) + options.maxTokens)
      const check = createClaimCheck(evidence, options.embed)
      const said = new Set<string>()
      let repeats = 0
      for await (const sentence of listen(options, messages, call, signal)) {
        if (NO_ANSWER.test(sentence.text)) {
          if (said.size === 0) yield 'no-answer'
          return
        }
        const words = sentence.text.toLowerCase()
        repeats = said.has(words) ? repeats + 1 : 0
        if (repeats >= MAX_REPEATS) return
        if (repeats > 0) continue
        said.add(words)
        yield { ...sentence, ...(await check(sentence, signal)) }
        if (said.size >= MAX_SENTENCES) return
      }
    },
  }
}

/** The whole sentences of one call. */
async function* listen({ chat, patience, maxTokens }: LanguageModelWriterOptions, messages: readonly ChatMessage[], call: Call, signal: AbortSignal): AsyncGenerator<ModelSentence> {
  const reader = createSentenceReader()
  const most = maxTokens * CHARACTERS_PER_TOKEN * SLACK
  let characters = 0
  let told: number | undefined
  let end: ChatEnd | undefined
  const tokens = () => told ?? tokensOf([...messages.map(({ content }) => content.length), characters])
  try {
    for await (const part of patiently((own) => chat.stream(messages, own), patience, signal)) {
      characters += part.text.length
      told = part.tokens ?? told
      end = part.end ?? end
      yield* reader.push(part.text)
      if (characters > most) {
        end = 'length'
        break
      }
    }
    yield* lastSentences(reader.end(), end, chat.name)
    if (characters === 0) throw broken(chat.name, 'said nothing')
    call.succeeded(tokens())
  } catch (error) {
    if (!signal.aborted) call.failed(tokens(), error instanceof FootnoteError ? error.retryAfterSeconds : undefined)
    throw error
  } finally {
    call.abandoned(tokens())
  }
}

/** A sentence without an end counts only if the model says that it has ended. */
function* lastSentences(sentences: readonly ModelSentence[], end: ChatEnd | undefined, model: string): Generator<ModelSentence> {
  if (end === 'refused') throw broken(model, 'would not answer this')
  for (const sentence of sentences) if (sentence.isWhole || end === 'stop') yield sentence
  if (end === undefined && sentences.at(-1)?.isWhole === false) throw broken(model, 'broke off in the middle of a sentence')
}

function broken(model: string, what: string): FootnoteError {
  return new FootnoteError('writer_failed', `The language model ${model} ${what}; ask again, or ask for quotes with "writer": "extractive".`)
}
