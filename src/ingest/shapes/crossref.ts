/** Reads a work of Crossref's REST API, which may be wrapped in `message`: titles in arrays, abstracts in JATS, dates in parts. */
import type { RawRecord } from '../reader.js'
import type { Shape } from './shape.js'
import { yearOfDate } from './csl.js'
import { firstText, known, listAt, recordAt, textAt } from './values.js'

/** A heading that says no more than what the field is. */
const HEADING = /^\s*<jats:title>\s*(?:abstract|summary)\s*<\/jats:title>/i

export const crossrefWork: Shape = {
  recognises: (record) => isWork(recordAt(record, 'message') ?? record),
  toRecord: (record) => factsOf(recordAt(record, 'message') ?? record),
}

function isWork(record: RawRecord): boolean {
  return 'DOI' in record && Array.isArray(record['title'])
}

function factsOf(work: RawRecord): RawRecord {
  return {
    title: [textAt(work, 'title', 0), textAt(work, 'subtitle', 0)].filter((part) => part !== undefined).join(': '),
    abstract: textAt(work, 'abstract')?.replace(HEADING, ''),
    authors: known(listAt(work, 'author')),
    year: firstText(...['published', 'published-print', 'published-online', 'issued'].map((name) => yearOfDate(work[name]))),
    venue: firstText(textAt(work, 'container-title', 0), textAt(work, 'institution', 0, 'name')),
    categories: known(listAt(work, 'subject').map((subject) => textAt(subject))),
    url: textAt(work, 'URL'),
    doi: textAt(work, 'DOI'),
  }
}
