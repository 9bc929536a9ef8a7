/** Fetches papers of Semantic Scholar by id or by search (Academic Graph API); without a key it is busy most of the time. */
import { listAt, textAt } from '../shapes/values.js'
import { nothingFound, parseReply, strangeReply, withParameters, type Source } from './source.js'

const PAGE = 100
/** No search goes further. */
const MOST = 1_000
const FIELDS = 'title,abstract,authors,year,publicationDate,venue,journal,externalIds,url,fieldsOfStudy'
const ID = /^(?:[0-9a-f]{40}|\d+|(?:DOI|ARXIV|CorpusId|PMID|PMCID|ACL|MAG|URL):\S+)$/i

export const semanticScholar: Source = {
  prefix: 's2',
  site: { name: 'Semantic Scholar', url: 'https://api.semanticscholar.org', intervalMs: 1_100 },
  example: 's2:ARXIV:2410.00907',
  key: { header: 'x-api-key' },
  format: 'json',
  async *pages(site, { text, limit, signal }, ask) {
    if (ID.test(text)) {
      const body = await ask(site, withParameters(`graph/v1/paper/${encodeURIComponent(/^\d+$/.test(text) ? `CorpusId:${text}` : text)}`, { fields: FIELDS }), signal)
      if (body === undefined) throw nothingFound(site, text)
      if (textAt(parseReply(site, body), 'paperId') === undefined) throw strangeReply(site, body)
      yield body
      return
    }
    for (let offset: number | undefined = 0; offset !== undefined && offset < Math.min(limit, MOST); ) {
      const parameters = { query: text, offset, limit: Math.min(PAGE, limit - offset, MOST - offset), fields: FIELDS }
      const body = await ask(site, withParameters('graph/v1/paper/search', parameters), signal)
      const reply = body === undefined ? undefined : parseReply(site, body)
      if (body === undefined || listAt(reply, 'data').length === 0) {
        if (offset > 0) return
        throw body !== undefined && textAt(reply, 'total') === undefined ? strangeReply(site, body) : nothingFound(site, text)
      }
      yield body
      const next = Number(textAt(reply, 'next'))
      offset = next > offset ? next : undefined
    }
  },
}
