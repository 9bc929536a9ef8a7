/** Fetches works of OpenAlex by number, filter or search, and by DOI for those who ask with one. */
import { doiOf } from '../../papers/identity.js'
import { listAt, textAt } from '../shapes/values.js'
import { nothingFound, parseReply, strangeReply, withParameters, type Query, type Source } from './source.js'
import type { Ask, Site } from './web.js'

const PAGE = 100
const OPENALEX_SITE: Source['site'] = { name: 'OpenAlex', url: 'https://api.openalex.org', intervalMs: 150 }

export const openAlex: Source = {
  prefix: 'openalex',
  site: OPENALEX_SITE,
  example: 'openalex:W2741809807',
  key: { parameter: 'api_key' },
  format: 'json',
  async *pages(site, query, ask) {
    const number = /^(?:https?:\/\/openalex\.org\/)?(W\d+)$/i.exec(query.text)?.[1]
    const doi = doiOf(query.text)
    if (number !== undefined) yield await work(site, number.toUpperCase(), query, ask)
    else if (doi !== undefined) yield await work(site, `doi:${encodeURIComponent(doi)}`, query, ask)
    else yield* list(site, query, ask)
  },
}

async function work(site: Site, id: string, { text, signal }: Query, ask: Ask): Promise<Buffer> {
  const body = await ask(site, `works/${id}`, signal)
  if (body === undefined) throw nothingFound(site, text)
  if (textAt(parseReply(site, body), 'id') === undefined) throw strangeReply(site, body)
  return body
}

/** `filter` language, such as `title.search:kv cache,publication_year:2024`, or words. */
async function* list(site: Site, { text, limit, signal }: Query, ask: Ask): AsyncGenerator<Buffer> {
  const asked = /^[a-z_.]+:\S/.test(text) ? { filter: text } : { search: text }
  let cursor: string | undefined = '*'
  for (let found = 0; found < limit && cursor !== undefined; ) {
    const body = await ask(site, withParameters('works', { ...asked, 'per-page': Math.min(PAGE, limit - found), cursor }), signal)
    if (body === undefined) throw nothingFound(site, text)
    const reply = parseReply(site, body)
    const works = listAt(reply, 'results').length
    if (works === 0 && found === 0) throw textAt(reply, 'meta', 'count') === undefined ? strangeReply(site, body) : nothingFound(site, text)
    if (works === 0) return
    yield body
    found += works
    cursor = textAt(reply, 'meta', 'next_cursor')
  }
}
