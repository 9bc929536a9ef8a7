/** `/healthz`, `/readyz` and `/v1/status`: whether we live, whether we can answer, and from what. */
import { Router } from 'express'
import { z } from 'zod'
import { FootnoteError } from '../../errors.js'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'
import { noticeOf } from '../notice.js'
import { StatusReplySchema } from '../schemas.js'
import type { RequireServices } from '../services.js'

/** Answers at any time, without a library. */
export function healthRoutes(services: RequireServices, stopping: () => boolean): Router {
  const router = Router()
  router
    .route('/healthz')
    .get((_request, response) => {
      response.json({ status: 'alive' })
    })
    .all(onlyMethods('GET'))
  router
    .route('/readyz')
    .get((_request, response) => {
      if (stopping()) throw new FootnoteError('not_ready', 'The server is stopping; ask another one.', { retryAfterSeconds: 5 })
      response.json({ status: 'ready', ...noticeOf(services()) })
    })
    .all(onlyMethods('GET'))
  return documented(router, {
    'GET /healthz': { summary: 'The process lives', reply: z.object({ status: z.literal('alive') }) },
    'GET /readyz': { summary: 'Questions can be answered', reply: z.object({ status: z.literal('ready'), notice: z.string().optional() }), errors: ['not_ready'] },
  })
}

export function statusRoute(services: RequireServices): Router {
  const router = Router()
  router
    .route('/v1/status')
    .get(async (_request, response) => {
      const { library, version, modelChange } = services()
      const { papers, digests, revision, model, indexed } = await library.status()
      const change = modelChange?.()
      const complete = indexed.vectors === papers && indexed.lexical === papers
      response.json({
        papers,
        digests,
        model,
        ...(change === undefined ? {} : { modelChange: change }),
        index: { revision, ...indexed, complete },
        versions: { footnote: version, node: process.versions.node },
      })
    })
    .all(onlyMethods('GET'))
  return documented(router, { 'GET /v1/status': { summary: 'Papers, model, state of the indexes', reply: StatusReplySchema } })
}
