/** `GET /openapi.json` and `GET /docs`: what can be asked of this server, for programs and for people. */
import { createRequire } from 'node:module'
import { Router } from 'express'
import { z } from 'zod'
import { OWN_ONLY_POLICY } from '../assets.js'
import { documented } from '../documented.js'
import type { Operations } from '../documented.js'
import { onlyMethods } from '../errors.js'
import { createDocument } from '../openapi.js'
import type { RequireServices } from '../services.js'

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Footnote's API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

/** Without the validator, which would send the document to another host. */
const START = `SwaggerUIBundle({ url: 'openapi.json', dom_id: '#swagger-ui', validatorUrl: null, deepLinking: true, tryItOutEnabled: true })\n`

/** @param operations those of all routes; asked for at the first request, when there are all. */
export function docsRoutes(services: RequireServices, operations: () => Operations): Router {
  const router = Router()
  const resolve = createRequire(import.meta.url).resolve
  let document: unknown
  router
    .route('/openapi.json')
    .get((_request, response) => {
      response.json((document ??= createDocument(operations(), services().version)))
    })
    .all(onlyMethods('GET'))
  router
    .route('/docs')
    .get((request, response) => {
      // The page names its parts relative to itself, so that it works behind any proxy.
      if (request.path.endsWith('/')) response.redirect('../docs')
      else response.set('content-security-policy', OWN_ONLY_POLICY).type('html').send(PAGE)
    })
    .all(onlyMethods('GET'))
  router
    .route('/docs/start.js')
    .get((_request, response) => {
      response.type('js').send(START)
    })
    .all(onlyMethods('GET'))
  for (const file of ['swagger-ui.css', 'swagger-ui-bundle.js']) {
    router
      .route(`/docs/${file}`)
      .get((_request, response) => response.sendFile(resolve(`swagger-ui-dist/${file}`), { maxAge: '1h' }))
      .all(onlyMethods('GET'))
  }
  return documented(router, {
    'GET /openapi.json': { summary: 'This document', reply: z.looseObject({ openapi: z.string() }) },
    'GET /docs': { summary: 'This document as a page', reply: { 'text/html': z.string() } },
    'GET /docs/start.js': { summary: 'A part of that page', reply: { 'text/javascript': z.string() } },
    'GET /docs/swagger-ui.css': { summary: 'A part of that page', reply: { 'text/css': z.string() } },
    'GET /docs/swagger-ui-bundle.js': { summary: 'A part of that page', reply: { 'text/javascript': z.string() } },
  })
}
