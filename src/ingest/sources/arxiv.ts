/** Fetches papers from arXiv by number or by search (arXiv API User's Manual). */
import { FootnoteError } from '../../errors.js'
import { arxivIdOf } from '../../papers/identity.js'
import { nothingFound, strangeReply, withParameters, type Query, type Source } from './source.js'
import type { Ask, Site } from './web.js'

const PAGE = 100
/** arXiv gives no more of one search. */
const MOST = 30_000
/** A page that arXiv gives empty although there is more is asked for again this often. */
const EMPTY_TRIES = 3

export const arxiv: Source = {
  prefix: 'arxiv',
  site: { name: 'arXiv', url: 'https://export.arxiv.org', intervalMs: 3_000 },
  example: 'arxiv:2410.00907',
  format: 'arxiv-atom',
  async *pages(site, query, ask) {
    const ids = query.text.split(/[\s,]+/).map((word) => arxivIdOf(word))
    if (ids.every((id) => id !== undefined)) yield* byNumber(site, ids, query, ask)
    else yield* bySearch(site, query, ask)
  },
}

async function* byNumber(site: Site, ids: readonly string[], query: Query, ask: Ask): AsyncGenerator<Buffer> {
  for (let start = 0; start < ids.length; start += PAGE) {
    const page = ids.slice(start, start + PAGE)
    const { body, entries } = await read(site, withParameters('api/query', { id_list: page.join(','), max_results: page.length }), query, ask)
    if (entries === 0) throw nothingFound(site, page.join(', '))
    yield body
  }
}

async function* bySearch(site: Site, query: Query, ask: Ask): AsyncGenerator<Buffer> {
  const most = Math.min(query.limit, MOST)
  for (let start = 0, empty = 0; start < most; ) {
    const parameters = { search_query: searchQuery(query.text), start, max_results: Math.min(PAGE, most - start) }
    const { body, entries, total } = await read(site, withParameters('api/query', parameters), query, ask)
    if (total === 0) throw nothingFound(site, query.text)
    if (entries === 0 && start < total && ++empty < EMPTY_TRIES) continue
    if (entries === 0) return
    yield body
    start += entries
    empty = 0
    if (start >= total) return
  }
}

/** arXiv's own language as it is (`cat:cs.CL AND KV cache`); words alone have to stand in a paper all of them. */
function searchQuery(text: string): string {
  if (/\b(?:ti|au|abs|co|jr|cat|rn|all):/.test(text)) return text
  return text.split(/\s+/).map((word) => `all:${word}`).join(' AND ')
}

/** Fails with `invalid_request` if arXiv says by an entry “Error” that it cannot answer, and if the reply is no feed. */
async function read(site: Site, path: string, { text, signal }: Query, ask: Ask) {
  const body = await ask(site, path, signal)
  if (body === undefined) throw nothingFound(site, text)
  const feed = body.toString('utf8')
  if (!/<feed[\s>]/.test(feed.slice(0, 2_000)) || !/<\/feed>\s*$/.test(feed.slice(-100))) throw strangeReply(site, body)
  const refused = /<title>\s*Error\s*<\/title>[^]{0,2000}?<summary[^>]{0,100}>([^<]{0,300})/.exec(feed)
  if (refused !== null) throw new FootnoteError('invalid_request', `arXiv refused “${text}”: ${(refused[1] as string).trim()}.`)
  const entries = feed.match(/<entry[\s>]/g)?.length ?? 0
  return { body, entries, total: Number(/<opensearch:totalResults[^>]*>\s*(\d+)/.exec(feed)?.[1] ?? entries) }
}
