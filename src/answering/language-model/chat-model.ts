/** The `ChatModel` port: messages in, a language model's words out as they come. */

export interface ChatMessage {
  readonly role: 'system' | 'user'
  readonly content: string
}

/** Why a model stopped: at its own end, at the limit of tokens, or because it or its provider would not. */
export type ChatEnd = 'stop' | 'length' | 'refused'

/** What came at once; an empty text is a sign of life. */
export interface ChatPart {
  readonly text: string
  /** In the part with which the model ends. */
  readonly end?: ChatEnd
  /** Tokens billed for the whole call, where the provider tells. */
  readonly tokens?: number
}

export interface ChatModel {
  /** As the setting names it, `provider:name`. */
  readonly name: string
  /**
   * One answer to the messages. Fails with `writer_failed`, whose message names the cure and whose cause holds
   * no secret. Aborting the signal ends the call at the provider too.
   */
  stream(messages: readonly ChatMessage[], signal: AbortSignal): AsyncIterable<ChatPart>
}
