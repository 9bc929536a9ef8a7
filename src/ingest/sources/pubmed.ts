/** Fetches papers of PubMed by number or by search (NCBI E-utilities: ESearch, then EFetch). */
import { pmidOf } from '../../papers/identity.js'
import { listAt, textAt } from '../shapes/values.js'
import { nothingFound, parseReply, strangeReply, withParameters, type Query, type Source } from './source.js'
import type { Ask, Site } from './web.js'

const PAGE = 100
/** ESearch gives no more of one search. */
const MOST = 10_000

export const pubmed: Source = {
  prefix: 'pubmed',
  site: { name: 'PubMed', url: 'https://eutils.ncbi.nlm.nih.gov', intervalMs: 350 },
  example: 'pubmed:31452104',
  key: { parameter: 'api_key' },
  format: 'pubmed-xml',
  async *pages(site, query, ask) {
    const numbers = query.text.split(/[\s,]+/).map((word) => pmidOf(word))
    if (numbers.every((number) => number !== undefined)) {
      for (let start = 0; start < numbers.length; start += PAGE) yield await fetchArticles(site, numbers.slice(start, start + PAGE), query, ask)
      return
    }
    const most = Math.min(query.limit, MOST)
    for (let start = 0; start < most; start += PAGE) {
      const found = await search(site, start, Math.min(PAGE, most - start), query, ask)
      if (found.length === 0 && start === 0) throw nothingFound(site, query.text)
      if (found.length === 0) return
      yield await fetchArticles(site, found, query, ask)
    }
  },
}

async function search(site: Site, start: number, count: number, { text, signal }: Query, ask: Ask): Promise<readonly string[]> {
  const parameters = { db: 'pubmed', term: text, retmode: 'json', retstart: start, retmax: count }
  const body = await ask(site, withParameters('entrez/eutils/esearch.fcgi', parameters), signal)
  const reply = body === undefined ? undefined : parseReply(site, body)
  if (body !== undefined && textAt(reply, 'esearchresult', 'count') === undefined) throw strangeReply(site, body)
  return listAt(reply, 'esearchresult', 'idlist').map((id) => textAt(id) ?? '').filter((id) => pmidOf(id) !== undefined)
}

async function fetchArticles(site: Site, numbers: readonly string[], { signal }: Query, ask: Ask): Promise<Buffer> {
  const body = await ask(site, withParameters('entrez/eutils/efetch.fcgi', { db: 'pubmed', retmode: 'xml', id: numbers.join(',') }), signal)
  if (body === undefined) throw nothingFound(site, numbers.join(', '))
  const text = body.toString('utf8')
  if (!text.includes('<PubmedArticleSet') || !/<\/PubmedArticleSet>\s*$/.test(text.slice(-100))) throw strangeReply(site, body)
  if (!/<Pubmed(?:Book)?Article[\s>]/.test(text)) throw nothingFound(site, numbers.join(', '))
  return body
}
