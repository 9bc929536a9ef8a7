/** `POST /v1/search`: the papers that bear on a query, with the passages that say so. */
import { Router } from 'express'
import { jsonBody } from '../body.js'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'
import { hangUpSignal } from '../hang-up.js'
import { parse } from '../parse.js'
import { SearchBodySchema, SearchReplySchema } from '../schemas.js'
import type { RequireServices } from '../services.js'

export function searchRoute(services: RequireServices): Router {
  const router = Router()
  router
    .route('/v1/search')
    .post(...jsonBody(), async (request, response) => {
      const { query, limit, filter } = parse(SearchBodySchema, request.body, 'The body')
      const results = await services().search(query, { limit, filter, signal: hangUpSignal(response) })
      response.json({ results })
    })
    .all(onlyMethods('POST'))
  return documented(router, {
    'POST /v1/search': { summary: 'The papers that bear on a query, with the passages that say so', body: SearchBodySchema, reply: SearchReplySchema },
  })
}
