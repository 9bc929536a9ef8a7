/** Reads tables with a header row, as Zotero, Scopus, Web of Science, PubMed and Excel write them. */
import { parse } from 'csv-parse/sync'
import { FootnoteError } from '../../errors.js'
import type { Line, RawRecord, Reader, Reading } from '../reader.js'
import { rowsOf } from './csv-rows.js'

/**
 * Headers, in lower case without what is no letter or digit, that stand for a fact; of several columns
 * the first of these that is filled counts.
 */
const HEADERS = {
  title: ['title', 'articletitle', 'documenttitle', 'papertitle', 'ti'],
  abstract: ['abstract', 'abstractnote', 'summary', 'ab', 'abstracttext'],
  authors: ['authorfullnames', 'authorsfullnames', 'af', 'authors', 'author', 'au', 'creators'],
  year: ['year', 'publicationyear', 'pubyear', 'py', 'published', 'date', 'publicationdate', 'createdate', 'pd'],
  venue: ['venue', 'journal', 'publicationtitle', 'sourcetitle', 'source', 'so', 'journalbook', 'proceedingstitle', 'booktitle', 'conferencename', 'conferencetitle', 'containertitle'],
  categories: ['categories', 'category', 'keywords', 'authorkeywords', 'de', 'manualtags', 'automatictags', 'tags', 'subjects', 'indexkeywords', 'id'],
  url: ['url', 'link', 'links', 'pdflink'],
  doi: ['doi', 'di', 'digitalobjectidentifier'],
  arxivId: ['arxivid', 'arxiv', 'eprint', 'archiveid'],
  pmid: ['pmid', 'pubmedid', 'pm'],
} as const

/** Columns whose name says something else in most tables, taken only beside those of Web of Science. */
const WEB_OF_SCIENCE_ONLY = new Set(['id', 'so', 'de', 'di', 'pd', 'pm', 'py', 'au', 'af', 'ab', 'ti'])
const DELIMITERS = ['\t', ';', ',', '|']
/** Excel's own hint at the delimiter, before the header. */
const SEPARATOR_LINE = /^\ufeff?sep=(.)\s*$/i

type Fact = keyof typeof HEADERS
interface Layout {
  readonly delimiter: string
  readonly quotes: boolean
  readonly width: number
  /** The columns of each fact, best first. */
  readonly columns: readonly (readonly [Fact, readonly number[]])[]
}

export const csvReader: Reader = {
  format: 'csv',
  aliases: ['tsv'],
  extensions: ['csv', 'tsv', 'tab'],
  mediaTypes: ['text/csv', 'text/tab-separated-values', 'application/csv', 'application/vnd.ms-excel'],
  recognises(head) {
    const lines = head.split(/\r\n?|\n/)
    const header = SEPARATOR_LINE.test(lines[0] ?? '') ? lines[1] : lines[0]
    const layout = header === undefined ? undefined : layoutOf(header)
    return layout !== undefined && layout.width > 1 && layout.columns.some(([fact]) => fact === 'title') && layout.columns.length > 1
  },
  async *read({ head, lines }) {
    const layout = layoutOf(headerOf(head))
    if (layout === undefined || !layout.columns.some(([fact]) => fact === 'title')) throw noHeader(headerOf(head))
    let behindHeader = false
    for await (const row of rowsOf(lines, layout)) {
      if (behindHeader) yield readRow(row, layout)
      else if ('problem' in row || !SEPARATOR_LINE.test(row.text)) behindHeader = true
    }
  },
}

function headerOf(head: string): string {
  const lines = head.split(/\r\n?|\n/).filter((line) => line.trim() !== '')
  return (SEPARATOR_LINE.test(lines[0] ?? '') ? lines[1] : lines[0]) ?? ''
}

/** The layout by which most columns are known. */
function layoutOf(header: string): Layout | undefined {
  const layouts = DELIMITERS.flatMap((delimiter) => {
    const names = cellsOf(header.replace(/^\ufeff/, ''), { delimiter, quotes: true })
    return names === undefined ? [] : [withColumns(names.map((name) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')), delimiter)]
  })
  return layouts.toSorted((one, other) => other.columns.length - one.columns.length)[0]
}

function withColumns(names: readonly string[], delimiter: string): Layout {
  const webOfScience = names.includes('ti') && names.includes('ut')
  const usable = (name: string) => webOfScience || !WEB_OF_SCIENCE_ONLY.has(name)
  const columns = (Object.keys(HEADERS) as Fact[]).flatMap((fact): [Fact, number[]][] => {
    const found = HEADERS[fact].filter(usable).flatMap((known) => names.flatMap((name, i) => (name === known ? [i] : [])))
    return found.length === 0 ? [] : [[fact, found]]
  })
  // Web of Science writes quotes as they are.
  return { delimiter, quotes: !(webOfScience && delimiter === '\t'), width: names.length, columns }
}

function readRow(row: Line, layout: Layout): Reading {
  if ('problem' in row) return row
  const cells = cellsOf(row.text, layout)
  const width = cells?.findLastIndex((cell) => cell !== '') ?? -1
  if (cells === undefined || cells.length < layout.width || width >= layout.width) {
    const cure = 'put fields that hold the delimiter between quotes, and leave no cell out'
    const message = `Line ${row.line} has ${cells?.length ?? 'unreadable'} columns where the header has ${layout.width}; ${cure}.`
    return { line: row.line, problem: new FootnoteError('invalid_request', message) }
  }
  return { line: row.line, record: recordOf(cells, layout) }
}

function recordOf(cells: readonly string[], { columns }: Layout): RawRecord {
  const entries = columns.flatMap(([fact, places]): [Fact, string][] => {
    const value = places.map((place) => (cells[place] ?? '').trim()).find((cell) => cell !== '')
    return value === undefined ? [] : [[fact, value]]
  })
  return Object.fromEntries(entries)
}

/** The cells of one row; undefined if it cannot be parsed. */
function cellsOf(row: string, { delimiter, quotes }: { readonly delimiter: string; readonly quotes: boolean }): readonly string[] | undefined {
  try {
    const options = { delimiter, relax_column_count: true, relax_quotes: true, record_delimiter: ['\u0000'], quote: quotes ? '"' : null, trim: delimiter !== '\t' }
    return (parse(row, options) as string[][])[0]
  } catch {
    return undefined
  }
}

function noHeader(header: string): FootnoteError {
  const message = `The first line, “${header.slice(0, 60)}”, names no column “title”; give a header row such as title,abstract,authors,year,doi.`
  return new FootnoteError('unsupported_format', message)
}
