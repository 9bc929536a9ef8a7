/** `GET /v1/answers/:id`: an answer that was given before, whole or as its events. */
import { Router } from 'express'
import { z } from 'zod'
import { KeptReplySchema } from '../../answering/answer.js'
import { replay } from '../../answering/kept/kept-answers.js'
import { createNativeEncoder } from '../dialects/native.js'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'
import type { Gate } from '../gate.js'
import { hangUpSignal } from '../hang-up.js'
import { requireAnswer } from '../kept-answer.js'
import { parse } from '../parse.js'
import { AnswerParametersSchema } from '../schemas.js'
import type { RequireServices } from '../services.js'
import { streamAnswer } from './dialects.js'

/** @param gate bounds how many searches are worked on at once: what has changed since is searched for. */
export function answersRoute(services: RequireServices, gate: Gate): Router {
  const router = Router()
  router
    .route('/v1/answers/:id')
    .get(async (request, response) => {
      const { replay: again } = parse(AnswerParametersSchema, request.query, 'The query string')
      const signal = hangUpSignal(response)
      const kept = await gate.run(signal, () => requireAnswer(services(), request.params.id, signal))
      if (again === 'true') await streamAnswer(replay(kept), createNativeEncoder(), { request, response })
      else response.json(kept)
    })
    .all(onlyMethods('GET'))
  return documented(router, {
    'GET /v1/answers/{id}': {
      summary: 'An answer that was given, and what the library has changed about it since',
      description: 'With `?replay=true`, its events as `POST /v1/ask` streams them, the sources all at the start.',
      query: AnswerParametersSchema,
      reply: { 'application/json': KeptReplySchema, 'text/event-stream': z.string() },
      errors: ['not_found', 'overloaded'],
    },
  })
}
