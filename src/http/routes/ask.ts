/** `POST /v1/ask`: a question in, an `Answer` out, whole or as a stream of events. */
import { Router } from 'express'
import type { Request, Response } from 'express'
import { z } from 'zod'
import { AnswerSchema } from '../../answering/answer.js'
import type { AnswerEvent } from '../../answering/answer.js'
import { FootnoteError } from '../../errors.js'
import { jsonBody } from '../body.js'
import { documented } from '../documented.js'
import { errorBody, onlyMethods, toFootnoteError } from '../errors.js'
import { openEventStream } from '../event-stream.js'
import type { EventStream } from '../event-stream.js'
import type { Gate } from '../gate.js'
import { hangUpSignal } from '../hang-up.js'
import { parse } from '../parse.js'
import { AskBodySchema } from '../schemas.js'
import type { RequireServices } from '../services.js'

const EVENTS = `With "stream": true, or where Accept prefers text/event-stream, the reply is Server-Sent Events, each with a name, JSON data and an id:
\`sources\` {citations} before any text that uses them, \`text-delta\` {text}, \`claim\` {claim}, and \`answer-end\` {answer}, the whole; or \`error\` {code, message}.`

/** @param gate bounds how many questions are worked on at once. */
export function askRoute(services: RequireServices, gate: Gate): Router {
  const router = Router()
  router
    .route('/v1/ask')
    .post(...jsonBody(), async (request, response) => {
      const { stream, ...question } = parse(AskBodySchema, request.body, 'The body')
      const signal = hangUpSignal(response)
      const leave = await gate.enter(signal)
      try {
        const events = services().ask(question, signal)
        if (stream ?? prefersEvents(request)) await streamAnswer(events, request, response)
        else await sendAnswer(events, response)
      } finally {
        leave()
      }
    })
    .all(onlyMethods('POST'))
  return documented(router, {
    'POST /v1/ask': {
      summary: 'An answer with quotes that can be checked',
      description: EVENTS,
      body: AskBodySchema,
      reply: { 'application/json': AnswerSchema, 'text/event-stream': z.string() },
      errors: ['writer_failed', 'overloaded'],
    },
  })
}

/** `Accept` names events before it names JSON. */
function prefersEvents(request: Request): boolean {
  return request.accepts(['application/json', 'text/event-stream']) === 'text/event-stream'
}

async function sendAnswer(events: AsyncIterable<AnswerEvent>, response: Response): Promise<void> {
  for await (const event of events) {
    if (event.type === 'answer-end') response.json(event.answer)
  }
  requireEnd(response.headersSent)
}

/** Sends events as they come; a failure after the first is the last event, one before it an HTTP error. */
export async function streamAnswer(events: AsyncIterable<AnswerEvent> | Iterable<AnswerEvent>, request: Request, response: Response): Promise<void> {
  const stream = openEventStream(response)
  try {
    let ended = false
    for await (const { type, ...data } of events) {
      await stream.send(type, data)
      ended = type === 'answer-end'
    }
    requireEnd(ended)
  } catch (error) {
    await sendLate(error, stream, request, response)
  } finally {
    stream.end()
  }
}

/** Once the stream has begun, an error is its last event; before that, it is an HTTP error. */
async function sendLate(error: unknown, stream: EventStream, request: Request, response: Response): Promise<void> {
  if (!stream.begun) throw error
  const failure = toFootnoteError(error, request.id)
  response.err = error instanceof Error ? error : failure
  await stream.send('error', errorBody(failure).error)
}

function requireEnd(ended: boolean): void {
  if (!ended) throw new FootnoteError('internal', 'The answer broke off before its end; ask again.')
}
