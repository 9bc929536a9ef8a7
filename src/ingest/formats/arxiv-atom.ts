/** Reads what arXiv's API replies: an Atom feed with an entry a paper (arXiv API User's Manual, 3.3). */
import { FootnoteError } from '../../errors.js'
import type { RawRecord, Reader } from '../reader.js'
import { elementsAt, textIn, xmlRecords, type Element } from './xml-records.js'

export const arxivAtomReader: Reader = {
  format: 'arxiv-atom',
  aliases: ['atom'],
  extensions: ['atom'],
  mediaTypes: ['application/atom+xml'],
  recognises: (head) => /<feed[\s>]/.test(head.slice(0, 4_000)) && !/<rss[\s>]/.test(head.slice(0, 1_000)),
  read: ({ pieces }) => xmlRecords(pieces, ['entry'], recordOf),
}

/** Fails with `invalid_request` for the entry by which arXiv says that it could not answer. */
function recordOf(entry: Element): RawRecord {
  const title = textIn(entry, 'title')
  const id = textIn(entry, 'id')
  if (title === 'Error' || /\/api\/errors/.test(id ?? '')) {
    throw new FootnoteError('invalid_request', `arXiv refused the request: ${textIn(entry, 'summary')?.slice(0, 200) ?? 'it gives no reason'}.`)
  }
  return {
    title,
    abstract: textIn(entry, 'summary'),
    authors: elementsAt(entry, 'author', 'name').map((name) => ({ literal: textIn(name) })),
    year: textIn(entry, 'published'),
    venue: textIn(entry, 'arxiv:journal_ref'),
    categories: elementsAt(entry, 'category').map(({ attributes }) => attributes['term']),
    url: elementsAt(entry, 'link').find(({ attributes }) => attributes['rel'] === 'alternate')?.attributes['href'] ?? id,
    doi: textIn(entry, 'arxiv:doi'),
    arxivId: id,
  }
}
