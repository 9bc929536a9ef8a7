/** `POST /v1/search`: the papers that bear on a query, with the passages that say so. */
import { Router } from 'express'
import { jsonBody } from '../body.js'
import { documented } from '../documented.js'
import { noticeOf } from '../notice.js'
import { onlyMethods } from '../errors.js'
import type { Gate } from '../gate.js'
import { hangUpSignal } from '../hang-up.js'
import { parse } from '../parse.js'
import { SearchBodySchema, SearchReplySchema } from '../schemas.js'
import type { RequireServices } from '../services.js'

/** @param gate bounds how many searches are worked on at once. */
export function searchRoute(services: RequireServices, gate: Gate): Router {
  const router = Router()
  router
    .route('/v1/search')
    .post(...jsonBody(), async (request, response) => {
      const { query, limit, filter } = parse(SearchBodySchema, request.body, 'The body')
      const signal = hangUpSignal(response)
      const results = await gate.run(signal, () => services().search(query, { limit, filter, signal }))
      response.json({ results, ...noticeOf(services()) })
    })
    .all(onlyMethods('POST'))
  return documented(router, {
    'POST /v1/search': { summary: 'The papers that bear on a query, with the passages that say so', body: SearchBodySchema, reply: SearchReplySchema, errors: ['overloaded'] },
  })
}
