/** What a dialect is: one way of asking for an answer, and of writing the same stream of events. */
import type { IncomingHttpHeaders } from 'node:http'
import type { AnswerEvent, AskRequest, Citation } from '../../answering/answer.js'
import type { FootnoteError } from '../../errors.js'
import type { Operation } from '../documented.js'
import type { Message } from '../event-stream.js'

/**
 * To add one: a file beside this that exports a `Dialect`, and its name in `index.ts`. The route, the limits, the
 * document, hang-ups, and errors before and after the first byte come by themselves.
 */
export interface Dialect {
  /** Where it is spoken, by POST with a JSON body. */
  readonly path: string
  readonly operation: Operation
  /** What else its clients ask for. */
  readonly companions?: readonly Companion[]
  /** Of its streams, beside those of every event stream. */
  readonly streamHeaders?: Readonly<Record<string, string>>
  /** Reads what is wanted; fails with `invalid_request` or `not_found`. */
  read(request: DialectRequest): Wish
  /** The body of an error before the first byte: an object goes as JSON, a string as plain text. */
  errorBody(error: FootnoteError): unknown
}

/** A GET route without a body, whose errors have the dialect's shape. */
export interface Companion {
  /** As Express writes it. */
  readonly path: string
  readonly name: `GET /${string}`
  readonly operation: Operation
  /** The JSON that it replies; undefined for 204. Fails with `not_found`. */
  reply(parameters: Readonly<Record<string, unknown>>): unknown
}

export interface DialectRequest {
  readonly id: string
  readonly body: unknown
  readonly headers: IncomingHttpHeaders
  /** `Accept` names events before it names JSON. */
  readonly prefersEvents: boolean
  /** The paper's own http(s) address, else that of the server's page for it. */
  linkTo(paper: Citation['paper']): string
}

export interface Wish {
  /** Absent: the library is not asked; the encoder knows by itself what to say. */
  readonly question?: AskRequest
  readonly stream: boolean
  readonly encoder: Encoder
}

/** Writes one answer. It is given every event in order, whether the reply is streamed or not. */
export interface Encoder {
  /** The messages by which an event goes out: none where it changes nothing for this reader. */
  event(event: AnswerEvent): Iterable<Message>
  /** What ends a stream, after the last event. */
  end(): Iterable<Message>
  /** What ends a stream that fails after its first byte. */
  error(error: FootnoteError): Iterable<Message>
  /** The JSON of a reply that is not streamed, after the last event. */
  reply(): unknown
}
