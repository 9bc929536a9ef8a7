/** Fetches works by DOI from Crossref (REST API). */
import { FootnoteError } from '../../errors.js'
import { doiOf } from '../../papers/identity.js'
import { recordAt } from '../shapes/values.js'
import { nothingFound, parseReply, strangeReply, type Source } from './source.js'

export const crossref: Source = {
  prefix: 'doi',
  site: { name: 'Crossref', url: 'https://api.crossref.org', intervalMs: 200 },
  example: 'doi:10.1038/nature14539',
  format: 'json',
  async *pages(site, { text, signal }, ask) {
    for (const word of text.split(/[\s,]+(?=(?:doi:|https?:)*\S*10\.)/i)) {
      const doi = doiOf(word)
      if (doi === undefined) throw new FootnoteError('invalid_request', `“${word.slice(0, 60)}” is not a DOI; name one such as 10.1038/nature14539.`)
      const body = await ask(site, `works/${encodeURIComponent(doi)}`, signal)
      if (body === undefined) throw nothingFound(site, doi)
      if (recordAt(parseReply(site, body), 'message') === undefined) throw strangeReply(site, body)
      yield body
    }
  },
}
