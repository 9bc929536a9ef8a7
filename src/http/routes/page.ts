/** `GET /p/:id`: a paper as a plain page, for a citation whose paper has no link of its own. */
import { createHash } from 'node:crypto'
import { Router } from 'express'
import { z } from 'zod'
import type { Paper } from '../../papers/paper.js'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'
import { paperId, requirePaper } from '../paper-id.js'
import type { RequireServices } from '../services.js'

const STYLE = `
body { font: 1.05rem/1.6 Georgia, serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; color: #222; background: #fff }
h1 { font-size: 1.5rem; line-height: 1.3 }
.facts { color: #666 }
@media (prefers-color-scheme: dark) { body { color: #ddd; background: #161616 } .facts { color: #999 } a { color: #8ab4f8 } }
`

/** Nothing runs and nothing is fetched: only this very style sheet applies. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

export function pageRoute(services: RequireServices): Router {
  const router = Router()
  router
    .route('/p/*id')
    .get(async (request, response) => {
      const paper = await requirePaper(services().library, paperId(request.params))
      response.set('content-security-policy', POLICY).type('html').send(renderPage(paper))
    })
    .all(onlyMethods('GET'))
  return documented(router, {
    'GET /p/{id}': { summary: 'A page of one paper, for people', reply: { 'text/html': z.string() }, errors: ['not_found'] },
  })
}

function renderPage(paper: Paper): string {
  const facts = [paper.authors?.join(', '), paper.venue, paper.year].filter((fact) => fact !== undefined)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeHtml(paper.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<h1>${escapeHtml(paper.title)}</h1>
<p class="facts">${escapeHtml(facts.join(' · '))}</p>
${paper.digest ? '<p class="facts">A digest in our own words; the abstract itself is not in the library.</p>\n' : ''}<p>${escapeHtml(paper.abstract)}</p>
<p class="facts">${[escapeHtml(paper.id), ...links(paper)].join(' · ')}</p>
</body>
</html>
`
}

function links(paper: Paper): string[] {
  const targets: (readonly [string, string | undefined])[] = [
    ['source', paper.url],
    ['DOI', paper.doi && `https://doi.org/${encodeURI(paper.doi)}`],
    ['arXiv', paper.arxivId && `https://arxiv.org/abs/${encodeURI(paper.arxivId)}`],
  ]
  return targets.flatMap(([label, url]) =>
    // Only these two run nothing when they are clicked.
    url !== undefined && /^https?:\/\//i.test(url) ? [`<a rel="noreferrer" href="${escapeHtml(url)}">${label}</a>`] : [],
  )
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
