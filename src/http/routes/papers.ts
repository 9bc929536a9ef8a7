/** `/v1/papers`: pages of the library, one paper, new papers in, a paper out. */
import { Router } from 'express'
import { onlyMethods } from '../errors.js'
import { paperId, requirePaper, unknownPaper } from '../paper-id.js'
import { parse } from '../parse.js'
import { ListParametersSchema } from '../schemas.js'
import type { RequireServices } from '../services.js'
import { receivePapers } from '../upload.js'
import type { UploadOptions } from '../upload.js'

export function paperRoutes(services: RequireServices, uploads: UploadOptions): Router {
  const router = Router()
  router
    .route('/v1/papers')
    .get(async (request, response) => {
      const { query, cursor, limit } = parse(ListParametersSchema, request.query, 'The query string')
      response.json(await services().library.list({ text: query, cursor, limit }))
    })
    .post((request, response) => receivePapers(services().ingest, request, response, uploads))
    .all(onlyMethods('GET', 'POST'))
  router
    .route('/v1/papers/*id')
    .get(async (request, response) => {
      response.json(await requirePaper(services().library, paperId(request.params)))
    })
    .delete(async (request, response) => {
      const id = paperId(request.params)
      if ((await services().library.remove([id])) === 0) throw unknownPaper(id)
      response.status(204).end()
    })
    .all(onlyMethods('GET', 'DELETE'))
  return router
}
