/** `GET /p/:id`: the page of one paper, for readers and for citations whose paper has no link of its own; complete without scripts. */
import { Router } from 'express'
import { z } from 'zod'
import type { Paper } from '../../papers/paper.js'
import { PAGE_POLICY } from '../assets.js'
import type { Assets } from '../assets.js'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'
import { escapeMarkup } from '../markup.js'
import { paperId, requirePaper } from '../paper-id.js'
import type { RequireServices } from '../services.js'

export function pageRoute(services: RequireServices, { path }: Assets): Router {
  const router = Router()
  router
    .route('/p/*id')
    .get(async (request, response) => {
      const paper = await requirePaper(services().library, paperId(request.params))
      // An id may hold slashes, and the server may lie below a prefix that only the proxy knows.
      const root = '../'.repeat(request.path.split('/').length - 2)
      response.set({ 'content-security-policy': PAGE_POLICY, 'cache-control': 'no-cache' }).type('html').send(renderPage(paper, { root, assets: root + path }))
    })
    .all(onlyMethods('GET'))
  return documented(router, {
    'GET /p/{id}': { summary: 'A page of one paper, for people', reply: { 'text/html': z.string() }, errors: ['not_found'] },
  })
}

function renderPage(paper: Paper, { root, assets }: { readonly root: string; readonly assets: string }): string {
  const facts = [paper.authors?.join(', '), paper.venue, paper.year].filter((fact) => fact !== undefined)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeMarkup(paper.title)}</title>
<link rel="icon" href="${assets}/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="${assets}/base.css">
<script type="module" src="${assets}/paper-page.js"></script>
</head>
<body>
<header class="top"><a class="wordmark" href="${root}" aria-label="Footnote, start page">Footnote<sup aria-hidden="true">1</sup></a></header>
<main class="paper" id="paper" data-id="${escapeMarkup(paper.id)}">
<h1 dir="auto">${escapeMarkup(paper.title)}</h1>
<p class="facts" dir="auto">${escapeMarkup(facts.join(' · '))}</p>
<p class="facts links">${links(paper).join('\n')}</p>
<p class="abstract" dir="auto">${escapeMarkup(paper.abstract)}</p>
${paper.digest ? '<p class="note">A digest in other words; the abstract itself is not in the library.</p>\n' : ''}<p class="facts">${escapeMarkup(paper.id)}</p>
<div class="actions" id="paper-actions"><a class="quiet" href="${root}?about=${encodeURIComponent(paper.id)}">Ask about this paper</a></div>
</main>
<div id="announcer" class="visually-hidden" role="status"></div>
</body>
</html>
`
}

function links(paper: Paper): string[] {
  const targets: (readonly [string, string | undefined])[] = [
    ['Source', paper.url],
    ['DOI', paper.doi && `https://doi.org/${encodeURI(paper.doi)}`],
    ['arXiv', paper.arxivId && `https://arxiv.org/abs/${encodeURI(paper.arxivId)}`],
    ['PubMed', paper.pmid && `https://pubmed.ncbi.nlm.nih.gov/${encodeURI(paper.pmid)}/`],
  ]
  return targets.flatMap(([label, url]) =>
    // Only these two run nothing when they are clicked.
    url !== undefined && /^https?:\/\//i.test(url) ? [`<a rel="noreferrer" href="${escapeMarkup(url)}">${label}</a>`] : [],
  )
}
