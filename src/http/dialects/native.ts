/** Footnote's own dialect: `POST /v1/ask` gives the events as they are, or the whole `Answer`. */
import { z } from 'zod'
import { AnswerSchema } from '../../answering/answer.js'
import type { Answer } from '../../answering/answer.js'
import { errorBody } from '../errors.js'
import { parse } from '../parse.js'
import { AskBodySchema } from '../schemas.js'
import type { Dialect, Encoder } from './dialect.js'

const EVENTS = `With "stream": true, or where Accept prefers text/event-stream, the reply is Server-Sent Events, each with a name, JSON data and an id:
\`sources\` {citations} before any text that uses them, \`text-delta\` {text}, \`claim\` {claim}, and \`answer-end\` {answer}, the whole; or \`error\` {code, message}.`

export const native: Dialect = {
  path: '/v1/ask',
  operation: {
    summary: 'An answer with quotes that can be checked',
    description: EVENTS,
    body: AskBodySchema,
    reply: { 'application/json': AnswerSchema, 'text/event-stream': z.string() },
    errors: ['writer_failed', 'overloaded'],
  },
  errorBody,
  read({ body, prefersEvents }) {
    const { stream = prefersEvents, ...question } = parse(AskBodySchema, body, 'The body')
    return { question, stream, encoder: createNativeEncoder() }
  },
}

/** Sends each event as it is, by its name. */
export function createNativeEncoder(): Encoder {
  let answer: Answer | undefined
  let lastId = 0
  const message = (event: string, data: unknown) => [{ event, data, id: String(++lastId) }]
  return {
    event(event) {
      if (event.type === 'answer-end') answer = event.answer
      const { type, ...data } = event
      return message(type, data)
    },
    end: () => [],
    error: (error) => message('error', errorBody(error).error),
    reply: () => answer,
  }
}
