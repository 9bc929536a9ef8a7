/** `POST /v1/bibliography`: papers as references for a manuscript or a reference manager. */
import { Router } from 'express'
import { z } from 'zod'
import { FootnoteError } from '../../errors.js'
import { writeBibliography } from '../../papers/bibliography/bibliography.js'
import type { BibliographyFormat } from '../../papers/bibliography/bibliography.js'
import type { Paper } from '../../papers/paper.js'
import { jsonBody } from '../body.js'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'
import type { Gate } from '../gate.js'
import { hangUpSignal } from '../hang-up.js'
import { requireAnswer } from '../kept-answer.js'
import { requirePapers } from '../paper-id.js'
import { parse } from '../parse.js'
import { BibliographyBodySchema, BibliographyReplySchema } from '../schemas.js'
import type { RequireServices, Services } from '../services.js'

const MEDIA_TYPES: Readonly<Record<BibliographyFormat, string>> = {
  bibtex: 'application/x-bibtex',
  ris: 'application/x-research-info-systems',
  'csl-json': 'application/vnd.citationstyles.csl+json',
  apa: 'text/plain',
}

/** The papers that an answer cites, in its order, as the library has them now; one that has gone since, as it was cited. */
async function citedIn(services: Services, id: string, signal: AbortSignal): Promise<Paper[]> {
  const { citations } = await requireAnswer(services, id, signal)
  if (citations.length === 0) throw new FootnoteError('invalid_request', `The answer "${id}" cites no paper, so there is nothing to write down.`)
  return Promise.all(citations.map(async ({ paper }) => (await services.library.get(paper.id))?.paper ?? paper))
}

/**
 * The text itself, unless `Accept` prefers `application/json`: then the text with keys and missing fields beside it.
 * @param gate bounds how many are worked on at once
 */
export function bibliographyRoute(services: RequireServices, gate: Gate): Router {
  const router = Router()
  router
    .route('/v1/bibliography')
    .post(...jsonBody(), async (request, response) => {
      const { ids = [], answer, format } = parse(BibliographyBodySchema, request.body, 'The body')
      const signal = hangUpSignal(response)
      const bibliography = await gate.run(signal, async () => {
        const papers = answer === undefined ? await requirePapers(services().library, ids) : await citedIn(services(), answer, signal)
        return writeBibliography(papers, format)
      })
      const type = MEDIA_TYPES[format]
      response.vary('Accept')
      if (request.accepts([type, 'text/plain', 'application/json']) === 'application/json') response.json({ format, ...bibliography })
      else response.set('content-type', `${type}; charset=utf-8`).send(bibliography.text)
    })
    .all(onlyMethods('POST'))
  return documented(router, {
    'POST /v1/bibliography': {
      summary: 'Papers, or what an answer cites, as references: the text, or JSON with keys and missing fields',
      body: BibliographyBodySchema,
      reply: { 'application/json': BibliographyReplySchema, ...Object.fromEntries(Object.values(MEDIA_TYPES).map((type) => [type, z.string()])) },
      errors: ['not_found', 'overloaded'],
    },
  })
}
