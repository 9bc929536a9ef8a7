/** `GET /v1/examples`: a few questions that this library answers, for a page that has none yet. */
import { Router } from 'express'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'
import { ExamplesReplySchema } from '../schemas.js'
import type { RequireServices } from '../services.js'

export function examplesRoute(services: RequireServices): Router {
  const router = Router()
  router
    .route('/v1/examples')
    .get(async (_request, response) => {
      response.json({ questions: await services().examples() })
    })
    .all(onlyMethods('GET'))
  return documented(router, { 'GET /v1/examples': { summary: 'Up to three questions that this library answers', reply: ExamplesReplySchema } })
}
