/** `/v1/related` and `/v1/papers/:id/related`: the papers near other papers or a text, and why. */
import { Router } from 'express'
import { jsonBody } from '../body.js'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'
import type { Gate } from '../gate.js'
import { hangUpSignal } from '../hang-up.js'
import { paperId } from '../paper-id.js'
import { parse } from '../parse.js'
import { RelatedBodySchema, RelatedParametersSchema, RelatedReplySchema } from '../schemas.js'
import type { RequireServices } from '../services.js'

/** @param gate bounds how many searches are worked on at once. */
export function relatedRoutes(services: RequireServices, gate: Gate): Router {
  const router = Router()
  router
    .route('/v1/related')
    .post(...jsonBody(), async (request, response) => {
      const wanted = parse(RelatedBodySchema, request.body, 'The body')
      const signal = hangUpSignal(response)
      response.json(await gate.run(signal, () => services().related(wanted, signal)))
    })
    .all(onlyMethods('POST'))
  router
    .route('/v1/papers/*id/related')
    .get(async (request, response) => {
      const { limit } = parse(RelatedParametersSchema, request.query, 'The query string')
      const seeds = [paperId(request.params)]
      const signal = hangUpSignal(response)
      response.json(await gate.run(signal, () => services().related({ seeds, limit }, signal)))
    })
    .all(onlyMethods('GET'))
  return documented(router, {
    'POST /v1/related': { summary: 'Papers near others or a text, and why', body: RelatedBodySchema, reply: RelatedReplySchema, errors: ['not_found', 'overloaded'] },
    'GET /v1/papers/{id}/related': { summary: 'The neighbours of a paper', query: RelatedParametersSchema, reply: RelatedReplySchema, errors: ['not_found', 'overloaded'] },
  })
}
