/** Reads an item of CSL-JSON, as Zotero, Mendeley and citeproc write it (CSL 1.0.2, csl-data schema). */
import type { Shape } from './shape.js'
import { firstText, known, listAt, textAt } from './values.js'

export const cslItem: Shape = {
  recognises: (record) => ['container-title', 'issued', 'DOI', 'URL', 'PMID', 'citation-key'].some((name) => name in record) && !Array.isArray(record['title']),
  toRecord: (item) => ({
    title: textAt(item, 'title'),
    abstract: textAt(item, 'abstract'),
    authors: known(listAt(item, 'author')),
    year: yearOfDate(item['issued']) ?? textAt(item, 'year'),
    venue: firstText(textAt(item, 'container-title'), textAt(item, 'container-title', 0), textAt(item, 'event-title'), textAt(item, 'event')),
    categories: firstText(textAt(item, 'keyword'), textAt(item, 'categories', 0)),
    url: firstText(textAt(item, 'URL'), textAt(item, 'url')),
    doi: firstText(textAt(item, 'DOI'), textAt(item, 'doi')),
    arxivId: firstText(textAt(item, 'arxivId'), arxivNumber(item)),
    pmid: firstText(textAt(item, 'PMID'), lineOf(item, 'PMID')),
    id: textAt(item, 'id'),
  }),
}

/** The year of `{"date-parts": [[2020, 3]]}`, `{"raw": "2020-03"}` or `{"literal": …}`. */
export function yearOfDate(date: unknown): string | undefined {
  return firstText(textAt(date, 'date-parts', 0, 0), textAt(date, 'raw'), textAt(date, 'literal'), textAt(date))
}

/** Zotero writes `number: "arXiv:2410.00907"` for preprints. */
function arxivNumber(item: Readonly<Record<string, unknown>>): string | undefined {
  const number = textAt(item, 'number')
  return number !== undefined && /^arxiv:/i.test(number) ? number : undefined
}

/** Zotero keeps what CSL has no name for as lines of `note`: `PMID: 123`. */
function lineOf(item: Readonly<Record<string, unknown>>, name: string): string | undefined {
  return new RegExp(`(?:^|\\n)${name}: *(\\S+)`).exec(textAt(item, 'note')?.slice(0, 10_000) ?? '')?.[1]
}
