/** `GET /`: the chat page for people, and for programs what can be asked of this server. */
import { Router } from 'express'
import { z } from 'zod'
import { PAGE_POLICY } from '../assets.js'
import type { Assets } from '../assets.js'
import { documented } from '../documented.js'
import type { Operations } from '../documented.js'
import { onlyMethods } from '../errors.js'

/** Modules of other pages, which this one has no use for. */
const OTHER_PAGES: ReadonlySet<string> = new Set(['map.js', 'paper-page.js'])

/**
 * Under a proxy's prefix too, as every address in the page is relative to its own.
 *
 * @param operations those of all routes, in the order in which a newcomer needs them; asked for with each request.
 */
export function homeRoute({ path, modules, page }: Assets, operations: () => Operations): Router {
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
        endpoints: listed(operations()),
      })
    })
    .all(onlyMethods('GET'))
  return documented(router, {
    'GET /': { summary: 'The chat page; asked for JSON, what this is and what can be asked of it', reply: { 'text/html': z.string(), 'application/json': z.looseObject({ name: z.string() }) } },
  })
}

/** Each route with what it gives; no parts of pages. */
function listed(operations: Operations): { readonly method: string; readonly path: string; readonly gives: string }[] {
  return Object.entries(operations)
    .filter(([name]) => !name.startsWith('GET /docs/'))
    .map(([name, { summary }]) => {
      const [method = '', path = ''] = name.split(' ')
      return { method, path, gives: summary }
    })
}
