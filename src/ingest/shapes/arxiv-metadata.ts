/** Reads a line of arXiv's metadata snapshot, as Kaggle and arXiv's own bucket give it. */
import type { RawRecord } from '../reader.js'
import type { Shape } from './shape.js'
import { firstText, known, listAt, textAt } from './values.js'

export const arxivMetadata: Shape = {
  recognises: (record) => 'authors_parsed' in record || ('journal-ref' in record && 'submitter' in record),
  toRecord(record) {
    const id = textAt(record, 'id')
    return {
      title: textAt(record, 'title'),
      abstract: textAt(record, 'abstract'),
      authors: known(listAt(record, 'authors_parsed').map(nameOf)) ?? textAt(record, 'authors'),
      year: yearOf(record),
      venue: textAt(record, 'journal-ref'),
      categories: textAt(record, 'categories'),
      url: id === undefined ? undefined : `https://arxiv.org/abs/${id}`,
      doi: textAt(record, 'doi')?.split(/\s+/)[0],
      arxivId: id,
    }
  },
}

/** `["Balázs", "C.", ""]`: family name, given names, suffix, then affiliations. */
function nameOf(parts: unknown): { readonly literal: string } | undefined {
  const [family, given, suffix] = [textAt(parts, 0), textAt(parts, 1), textAt(parts, 2)]
  const literal = [given, family, suffix].filter((part) => part !== undefined).join(' ')
  return literal === '' ? undefined : { literal }
}

/** Of the first version: `Mon, 2 Apr 2007 19:18:42 GMT`. */
function yearOf(record: RawRecord): string | undefined {
  return firstText(/\b\d{4}\b/.exec(textAt(record, 'versions', 0, 'created') ?? '')?.[0], textAt(record, 'update_date'))
}
