/** `/v1/papers`: pages of the library, one paper, new papers in, a paper out. */
import { Router } from 'express'
import { z } from 'zod'
import { PaperSchema } from '../../papers/paper.js'
import { documented } from '../documented.js'
import { READERS } from '../../ingest/formats.js'
import { onlyMethods } from '../errors.js'
import { paperId, requirePaper, unknownPaper } from '../paper-id.js'
import { parse } from '../parse.js'
import { IngestParametersSchema, IngestReplySchema, ListParametersSchema, ListReplySchema } from '../schemas.js'
import type { Gate } from '../gate.js'
import { hangUpSignal } from '../hang-up.js'
import type { RequireServices } from '../services.js'
import { receivePapers } from '../upload.js'
import type { UploadOptions } from '../upload.js'

const EVENTS = `Records that cannot be read do not make it fail: they are listed in \`rejected\`. A body that breaks off, or is stopped, is an error, whose details count what is stored.
Where Accept prefers text/event-stream, the reply is Server-Sent Events: \`progress\` {added, updated, unchanged, duplicates, rejectedCount, withoutAbstract, line} while batches reach the disk, then \`ingest-end\`
with the summary, or \`error\` {code, message, details?}. As application/x-ndjson the same are lines {event, data}.`

/** @param searches bounds how many lists are looked up at once: one by words reads the whole table. */
export function paperRoutes(services: RequireServices, searches: Gate, uploads: UploadOptions): Router {
  const router = Router()
  router
    .route('/v1/papers')
    .get(async (request, response) => {
      const { query, cursor, limit } = parse(ListParametersSchema, request.query, 'The query string')
      response.json(await searches.run(hangUpSignal(response), () => services().library.list({ text: query, cursor, limit })))
    })
    .post((request, response) => receivePapers(services(), request, response, uploads))
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
  return documented(router, {
    'GET /v1/papers': { summary: 'A page of papers', query: ListParametersSchema, reply: ListReplySchema, errors: ['overloaded'] },
    'POST /v1/papers': {
      summary: 'New papers into the library; replies when they are on disk',
      description: EVENTS,
      query: IngestParametersSchema,
      body: {
        'application/x-ndjson': z.string().describe('One JSON object a line, with at least a title and an abstract; gzipped or not'),
        'application/octet-stream': z.string().describe(`A file in any of the formats ${READERS.map(({ format }) => format).join(', ')}, recognised from its content; gzipped or not`),
      },
      reply: { 'application/json': IngestReplySchema, 'text/event-stream': z.string(), 'application/x-ndjson': z.string() },
      errors: ['overloaded', 'storage_full'],
    },
    'GET /v1/papers/{id}': { summary: 'One paper', reply: PaperSchema, errors: ['not_found'] },
    'DELETE /v1/papers/{id}': { summary: 'Removes a paper', errors: ['not_found', 'storage_full'] },
  })
}
