/** Reads an item in Zotero's own JSON, as its web API (which wraps it in `data`) and Better BibTeX write it. */
import type { Shape } from './shape.js'
import { firstText, known, listAt, recordAt, textAt } from './values.js'

export const zoteroItem: Shape = {
  recognises: (record) => 'itemType' in record || recordAt(record, 'data')?.['itemType'] !== undefined,
  toRecord(record) {
    const item = recordAt(record, 'data') ?? record
    const authors = listAt(item, 'creators').filter((creator) => (textAt(creator, 'creatorType') ?? 'author') === 'author')
    return {
      title: textAt(item, 'title'),
      abstract: textAt(item, 'abstractNote'),
      authors: known(authors.map((creator) => ({ given: textAt(creator, 'firstName'), family: textAt(creator, 'lastName'), literal: textAt(creator, 'name') }))),
      year: textAt(item, 'date'),
      venue: firstText(textAt(item, 'publicationTitle'), textAt(item, 'proceedingsTitle'), textAt(item, 'bookTitle'), textAt(item, 'conferenceName')),
      categories: known(listAt(item, 'tags').map((tag) => textAt(tag, 'tag'))),
      url: textAt(item, 'url'),
      doi: textAt(item, 'DOI'),
      arxivId: /^arxiv:\S+/i.exec(textAt(item, 'archiveID') ?? '')?.[0],
      pmid: /\bPMID: *(\d+)/.exec(textAt(item, 'extra')?.slice(0, 10_000) ?? '')?.[1],
    }
  },
}
