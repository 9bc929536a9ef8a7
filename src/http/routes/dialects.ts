/** Serves a dialect: reads what is wanted, asks, and writes the answer's events as the dialect's encoder says. */
import { Router } from 'express'
import type { Request, Response } from 'express'
import type { AnswerEvent } from '../../answering/answer.js'
import { FootnoteError } from '../../errors.js'
import { jsonBody } from '../body.js'
import type { Dialect, Encoder, Wish } from '../dialects/dialect.js'
import { documented } from '../documented.js'
import { onlyMethods, toFootnoteError } from '../errors.js'
import { openEventStream } from '../event-stream.js'
import type { EventStream } from '../event-stream.js'
import type { Gate } from '../gate.js'
import { hangUpSignal } from '../hang-up.js'
import type { LinkTo } from '../links.js'
import type { RequireServices } from '../services.js'

export interface DialectRouteOptions {
  readonly services: RequireServices
  /** Bounds how many questions are worked on at once. */
  readonly gate: Gate
  readonly linkTo: LinkTo
}

export function dialectRoute(dialect: Dialect, { services, gate, linkTo }: DialectRouteOptions): Router {
  const { path, operation, companions = [] } = dialect
  const router = Router()
  router
    .route(path)
    .post(...jsonBody(), async (request, response) => {
      const wish = dialect.read({
        id: request.id as string,
        body: request.body,
        headers: request.headers,
        prefersEvents: request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream',
        linkTo: (paper) => linkTo(paper, request),
      })
      const signal = hangUpSignal(response)
      const { question } = wish
      const exchange = { request, response, headers: dialect.streamHeaders }
      if (question === undefined) await answer(wish, [], exchange)
      else await gate.run(signal, () => answer(wish, services().ask(question, signal), exchange))
    })
    .all(onlyMethods('POST'))
  for (const { path, reply } of companions) {
    router
      .route(path)
      .get((request, response) => {
        const body = reply(request.params)
        if (body === undefined) response.status(204).end()
        else response.json(body)
      })
      .all(onlyMethods('GET'))
  }
  return documented(router, { [`POST ${path}`]: operation, ...Object.fromEntries(companions.map(({ name, operation }) => [name, operation])) })
}

type Events = AsyncIterable<AnswerEvent> | Iterable<AnswerEvent>

interface Exchange {
  readonly request: Request
  readonly response: Response
  /** Of a stream, beside those that every stream has. */
  readonly headers?: Readonly<Record<string, string>> | undefined
}

async function answer({ question, stream, encoder }: Wish, events: Events, exchange: Exchange): Promise<void> {
  const whole = question === undefined ? events : endedOnly(events)
  if (stream) return streamAnswer(whole, encoder, exchange)
  for await (const event of whole) for (const _ of encoder.event(event));
  exchange.response.json(encoder.reply())
}

/** Sends events as they come. A failure before the first byte is thrown, a later one is the stream's last word. */
export async function streamAnswer(events: Events, encoder: Encoder, { request, response, headers }: Exchange): Promise<void> {
  const stream = openEventStream(response, headers === undefined ? {} : { headers })
  try {
    for await (const event of events) await sendAll(encoder.event(event), stream)
    await sendAll(encoder.end(), stream)
  } catch (error) {
    if (!stream.begun) throw error
    const failure = toFootnoteError(error, request.id)
    response.err = error instanceof Error ? error : failure
    await sendAll(encoder.error(failure), stream)
  } finally {
    stream.end()
  }
}

async function sendAll(messages: Iterable<Parameters<EventStream['send']>[0]>, stream: EventStream): Promise<void> {
  for (const message of messages) await stream.send(message)
}

/** The same events; fails where the last is not the whole answer. */
async function* endedOnly(events: Events): AsyncGenerator<AnswerEvent> {
  let ended = false
  for await (const event of events) {
    ended = event.type === 'answer-end'
    yield event
  }
  if (!ended) throw new FootnoteError('internal', 'The answer broke off before its end; ask again.')
}
