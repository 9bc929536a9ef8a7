/** `GET /`: the chat page for people, and for programs what can be asked of this server. */
import { Router } from 'express'
import { z } from 'zod'
import { PAGE_POLICY } from '../assets.js'
import type { Assets } from '../assets.js'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'

/** Every route, in the order in which a newcomer needs them. */
export const ENDPOINTS = [
  { method: 'POST', path: '/v1/ask', gives: 'an answer with quotes that can be checked; {"question": "…"}' },
  { method: 'GET', path: '/v1/answers/:id', gives: 'an answer that was given, and what has changed since; ?replay=true' },
  { method: 'POST', path: '/v1/chat/completions', gives: "the same in OpenAI's shape, for chat UIs and SDKs" },
  { method: 'GET', path: '/v1/models', gives: 'the names under which it can be had so' },
  { method: 'POST', path: '/api/chat', gives: "the same as a UI message stream of Vercel's AI SDK" },
  { method: 'POST', path: '/mcp', gives: 'search, fetch, ask, related and bibliography as tools for agents (MCP)' },
  { method: 'POST', path: '/v1/search', gives: 'the papers that bear on a query; {"query": "…"}' },
  { method: 'POST', path: '/v1/related', gives: 'papers near others or a text; {"seeds": ["…"]} or {"text": "…"}' },
  { method: 'POST', path: '/v1/draft', gives: 'what the library has to say of each sentence of a draft; {"text": "…"}' },
  { method: 'GET', path: '/v1/map', gives: 'the library as points, placed by meaning, in named regions' },
  { method: 'GET', path: '/v1/map.svg', gives: 'the same as a picture; ?mark=id,id' },
  { method: 'GET', path: '/map', gives: 'the map as a page' },
  { method: 'POST', path: '/v1/bibliography', gives: 'references in bibtex, ris, csl-json or apa; {"ids": ["…"], "format": "bibtex"}' },
  { method: 'GET', path: '/v1/papers', gives: 'pages of papers; ?query=&cursor=&limit=' },
  { method: 'POST', path: '/v1/papers', gives: 'new papers into the library; one JSON record a line' },
  { method: 'GET', path: '/v1/papers/:id', gives: 'one paper' },
  { method: 'GET', path: '/v1/papers/:id/related', gives: 'its neighbours' },
  { method: 'DELETE', path: '/v1/papers/:id', gives: 'nothing; the paper is removed' },
  { method: 'GET', path: '/v1/status', gives: 'size of the library, model, state of the indexes' },
  { method: 'GET', path: '/v1/examples', gives: 'a few questions that this library answers' },
  { method: 'GET', path: '/p/:id', gives: 'a page of one paper, for people' },
  { method: 'GET', path: '/docs', gives: 'all of this in the browser, to try out' },
  { method: 'GET', path: '/openapi.json', gives: 'all of this as OpenAPI 3.1' },
  { method: 'GET', path: '/metrics', gives: 'figures for Prometheus' },
  { method: 'GET', path: '/healthz', gives: '200 while the process lives' },
  { method: 'GET', path: '/readyz', gives: '200 when questions can be answered' },
] as const

/** Modules of other pages, which this one has no use for. */
const OTHER_PAGES: ReadonlySet<string> = new Set(['map.js', 'paper-page.js'])

/** Under a proxy's prefix too, as every address in the page is relative to its own. */
export function homeRoute({ path, modules, page }: Assets): Router {
  const preloads = modules.filter((name) => !OTHER_PAGES.has(name)).map((name) => `<link rel="modulepreload" href="${path}/${name}">`)
  const html = page.replaceAll('{{assets}}', path).replace('{{preloads}}', preloads.join('\n'))
  const router = Router()
  router
    .route('/')
    .get((request, response) => {
      response.vary('accept')
      if (request.accepts(['html', 'json']) !== 'json') {
        response.set({ 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-cache' }).type('html').send(html)
        return
      }
      response.json({
        name: 'Footnote',
        about: 'Answers questions about a library of papers; every sentence can be checked against a quote.',
        endpoints: ENDPOINTS,
      })
    })
    .all(onlyMethods('GET'))
  return documented(router, {
    'GET /': { summary: 'The chat page; asked for JSON, what this is and what can be asked of it', reply: { 'text/html': z.string(), 'application/json': z.looseObject({ name: z.string() }) } },
  })
}
