/** `POST /v1/draft`: a paragraph or a section in, what the library has to say of each sentence out. */
import { Router } from 'express'
import { jsonBody } from '../body.js'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'
import type { Gate } from '../gate.js'
import { hangUpSignal } from '../hang-up.js'
import { parse } from '../parse.js'
import { DraftBodySchema, DraftReplySchema } from '../schemas.js'
import type { RequireServices } from '../services.js'

/** @param gate bounds how many drafts and questions are worked on at once. */
export function draftRoute(services: RequireServices, gate: Gate): Router {
  const router = Router()
  router
    .route('/v1/draft')
    .post(...jsonBody(), async (request, response) => {
      const draft = parse(DraftBodySchema, request.body, 'The body')
      const signal = hangUpSignal(response)
      response.json(await gate.run(signal, () => services().draft(draft, signal)))
    })
    .all(onlyMethods('POST'))
  return documented(router, {
    'POST /v1/draft': { summary: 'Each sentence of a draft held against the library, with citations put in and their BibTeX', body: DraftBodySchema, reply: DraftReplySchema, errors: ['overloaded'] },
  })
}
