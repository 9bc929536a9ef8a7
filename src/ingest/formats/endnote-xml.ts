/** Reads EndNote's XML export, in which every text is wrapped in its style. */
import type { RawRecord, Reader } from '../reader.js'
import { elementsAt, textIn, xmlRecords, type Element } from './xml-records.js'

export const endnoteXmlReader: Reader = {
  format: 'endnote-xml',
  extensions: [],
  mediaTypes: ['application/x-endnote+xml'],
  recognises: (head) => /<records>\s*<record>/.test(head) && /<(?:ref-type|rec-number|source-app|database|contributors)[\s>]/.test(head),
  read: ({ pieces }) => xmlRecords(pieces, ['record'], recordOf),
}

function recordOf(record: Element): RawRecord {
  return {
    title: plain(record, 'titles', 'title'),
    abstract: plain(record, 'abstract'),
    authors: elementsAt(record, 'contributors', 'authors', 'author').map((author) => plain(author)),
    year: plain(record, 'dates', 'year') ?? plain(record, 'dates', 'pub-dates', 'date'),
    venue: plain(record, 'periodical', 'full-title') ?? plain(record, 'titles', 'secondary-title') ?? plain(record, 'alt-periodical', 'full-title'),
    categories: elementsAt(record, 'keywords', 'keyword').map((keyword) => plain(keyword)),
    url: elementsAt(record, 'urls', 'related-urls', 'url').map((url) => plain(url)).find((url) => url !== undefined && /^https?:/i.test(url)),
    doi: plain(record, 'electronic-resource-num'),
    pmid: /pubmed|medline|nlm/i.test(plain(record, 'remote-database-name') ?? '') ? plain(record, 'accession-num') : undefined,
  }
}

/** The text without the elements that style it. */
function plain(element: Element, ...path: readonly string[]): string | undefined {
  return textIn(element, ...path)?.replace(/<\/?style>/g, '')
}
