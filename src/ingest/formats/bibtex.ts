/** Reads BibTeX and BibLaTeX, as JabRef, Zotero, Mendeley, Google Scholar and publishers write it. */
import { FootnoteError } from '../../errors.js'
import type { RawRecord, Reader, Reading } from '../reader.js'
import { bibtexEntries, type Entry } from './bibtex-entries.js'
import { readFields, readNames, readString, withoutGroups, type Fields } from './bibtex-fields.js'

/** Entries that hold others' facts, or the file's, and are no papers. */
const NO_PAPERS = new Set(['comment', 'preamble', 'set', 'xdata', 'proceedings', 'mvproceedings', 'collection', 'mvcollection', 'mvbook', 'periodical'])

/** `@string`s can double each other in length: what they come to is bounded. */
const MAX_STRING_LENGTH = 5_000
const MAX_STRINGS = 10_000
/** What an entry with `crossref` may inherit stands behind it, by BibTeX's own rule, and it waits for that. */
const MAX_WAITING = 2_000
const MAX_PARENTS = 20_000

type TextEntry = Extract<Entry, { readonly text: string }>
type Facts = Fields['fields']

export const bibtexReader: Reader = {
  format: 'bibtex',
  aliases: ['biblatex', 'bib'],
  extensions: ['bib', 'bibtex', 'biblatex'],
  mediaTypes: ['application/x-bibtex', 'text/x-bibtex', 'text/bibtex'],
  recognises: (head) => /^\ufeff?[ \t]*@[ \t]*[a-z]{3,20}[ \t]*[{(][^\S\n]*[^\s{}()]{0,200}\s{0,9}[,=]/im.test(head) || /^\ufeff?\s*@(?:comment|preamble)\s*[{(]/i.test(head),
  async *read({ lines }) {
    const strings = new Map<string, string>()
    const families = createFamilies()
    for await (const entry of bibtexEntries(lines)) {
      try {
        if ('problem' in entry) throw entry.problem
        if (entry.type === 'string') define(entry, strings)
        else if (entry.type !== 'comment' && entry.type !== 'preamble') yield* families.add(entry, readFields(entry.text, strings))
      } catch (error) {
        yield { line: entry.line, problem: error instanceof FootnoteError ? error : unreadable(entry.line, error) }
      }
    }
    yield* families.rest()
  },
}

function unreadable(line: number, cause: unknown): FootnoteError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new FootnoteError('invalid_request', `Line ${line} begins an entry that cannot be read: ${reason}; correct it, or delete the entry.`, { cause })
}

function define(entry: TextEntry, strings: Map<string, string>): void {
  const defined = readString(entry.text, strings)
  if (defined === undefined) return
  const [name, value] = defined
  if (value.length > MAX_STRING_LENGTH || (strings.size >= MAX_STRINGS && !strings.has(name))) {
    const message = `Line ${entry.line} defines a string beyond what is kept (${MAX_STRINGS} of ${MAX_STRING_LENGTH} characters); write it out where it is used.`
    throw new FootnoteError('too_large', message)
  }
  strings.set(name, value)
}

/** Lets entries inherit from the one that their `crossref` names, whichever comes first in the file. */
function createFamilies() {
  const parents = new Map<string, Facts>()
  let waiting: { readonly line: number; readonly parent: string; readonly facts: Facts }[] = []

  return {
    *add(entry: TextEntry, { key, fields }: Fields): Generator<Reading> {
      const own = key.toLowerCase()
      if (own !== '' && parents.size < MAX_PARENTS) parents.set(own, inheritable(fields))
      const known = waiting.filter(({ parent }) => parent === own)
      if (known.length > 0) {
        waiting = waiting.filter(({ parent }) => parent !== own)
        for (const { line, facts } of known) yield { line, record: recordOf(facts, inheritable(fields)) }
      }
      if (NO_PAPERS.has(entry.type)) return
      const parent = (fields.get('crossref') ?? fields.get('xdata'))?.trim().toLowerCase()
      const heritage = parent === undefined ? undefined : parents.get(parent)
      if (parent === undefined || heritage !== undefined || waiting.length >= MAX_WAITING) yield { line: entry.line, record: recordOf(fields, heritage) }
      else waiting.push({ line: entry.line, parent, facts: fields })
    },
    *rest(): Generator<Reading> {
      for (const { line, facts } of waiting) yield { line, record: recordOf(facts) }
    },
  }
}

/** What BibTeX's and BibLaTeX's crossref hands down of the facts that we keep: a title becomes a book title. */
function inheritable(fields: Facts): Facts {
  const facts = ['year', 'date', 'journal', 'journaltitle', 'publisher'].map((name) => [name, fields.get(name)] as const)
  return new Map([...facts, ['booktitle', fields.get('booktitle') ?? fields.get('title')] as const].flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function recordOf(fields: Facts, heritage?: Facts): RawRecord {
  const first = (...names: readonly string[]) => names.map((name) => fields.get(name) ?? heritage?.get(name)).find((value) => value !== undefined && value.trim() !== '')
  const own = (name: string) => fields.get(name)?.trim()
  const prose = (value: string | undefined) => (value === undefined ? undefined : withoutGroups(value))
  const subtitle = prose(own('subtitle'))
  const title = prose(own('title'))
  const authors = own('author')
  const preprint = /arxiv/i.test(own('eprinttype') ?? own('archiveprefix') ?? own('archive') ?? 'arxiv')
  return {
    title: title !== undefined && subtitle !== undefined ? `${title.replace(/[.:]$/, '')}: ${subtitle}` : title,
    abstract: prose(own('abstract')),
    authors: authors === undefined ? undefined : readNames(authors),
    year: first('year', 'date'),
    venue: prose(first('journaltitle', 'journal', 'booktitle', 'eventtitle', 'school', 'institution')),
    categories: prose(own('keywords') ?? own('keyword')),
    url: (own('url') ?? /\\url\{([^{}]+)\}/.exec(own('howpublished') ?? '')?.[1])?.replace(/\\([%#&_~])/g, '$1'),
    doi: own('doi')?.replace(/\\_|\{\\_\}/g, '_'),
    arxivId: (preprint ? own('eprint') : undefined) ?? own('arxivid') ?? arxivNumber(own('journal') ?? own('note')),
    pmid: own('pmid') ?? (/pubmed/i.test(own('eprinttype') ?? '') ? own('eprint') : undefined),
  }
}

/** Google Scholar writes preprints as `journal = {arXiv preprint arXiv:1706.03762}`. */
function arxivNumber(text: string | undefined): string | undefined {
  return /\barxiv:\s*(\S+)/i.exec(text ?? '')?.[1]
}
