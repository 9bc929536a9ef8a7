/** Reads RIS, as EndNote, Zotero, Mendeley, Scopus and publishers write it (RIS format specifications, 2011). */
import { FootnoteError } from '../../errors.js'
import type { Line, RawRecord, Reader, Reading } from '../reader.js'
import { createTags, type Tags } from './tags.js'

/** `TI  - On nets`; some writers put one space before the dash, or none behind it. */
const TAG = /^\ufeff?\s{0,3}([A-Z][A-Z0-9]) {1,2}-(?: (.*)|)$/
const END_THEN_START = /^ER {1,2}- *(TY {1,2}- .*)$/

export const risReader: Reader = {
  format: 'ris',
  extensions: ['ris'],
  mediaTypes: ['application/x-research-info-systems', 'application/x-inst-for-scientific-info'],
  recognises: (head) => /^\ufeff?\s*TY {1,2}- /.test(head) || /\nTY {1,2}- [A-Z]{2,}[ \r]*\n/.test(head.slice(0, 4_000)),
  async *read({ lines }) {
    let tags: Tags | undefined
    for await (const line of separated(lines)) {
      if ('problem' in line) {
        if (tags === undefined) yield line
        else tags.spoil(line.problem)
        continue
      }
      const [, tag, value = ''] = TAG.exec(line.text) ?? []
      if (tag === 'TY') {
        if (tags !== undefined) yield unfinished(tags.line)
        tags = createTags(line.line)
        tags.add('TY', value)
      } else if (tag === 'ER') {
        if (tags !== undefined) yield finished(tags)
        tags = undefined
      } else if (tags !== undefined) tags.add(tag, tag === undefined ? line.text : value)
      else if (line.text.trim() !== '' && tag !== undefined) yield outside(line)
    }
    if (tags !== undefined) yield unfinished(tags.line)
  },
}

/** Where files were joined without a line break between them. */
async function* separated(lines: AsyncIterable<Line>): AsyncGenerator<Line> {
  for await (const line of lines) {
    const joined = 'text' in line ? END_THEN_START.exec(line.text) : null
    if (joined === null) yield line
    else yield* [{ line: line.line, text: 'ER  - ' }, { line: line.line, text: joined[1] as string }]
  }
}

function finished(tags: Tags): Reading {
  return tags.problem === undefined ? { line: tags.line, record: recordOf(tags) } : { line: tags.line, problem: tags.problem }
}

function recordOf({ first, all }: Tags): RawRecord {
  const type = first('TY')
  const title = first('TI', 'T1', 'CT') ?? (type === 'BOOK' ? first('BT', 'T2') : undefined)
  return {
    title,
    abstract: first('AB', 'N2'),
    authors: all('AU', 'A1'),
    year: first('PY', 'Y1', 'DA'),
    venue: first('T2', 'JO', 'JF', 'BT', 'JA', 'J2', 'T3'),
    categories: all('KW')?.flatMap((words) => words.split(/;/)),
    url: all('UR', 'L2', 'LK')?.flatMap((links) => links.split(/[;\s]+/)).find((link) => /^https?:/i.test(link)),
    doi: first('DO', 'DI') ?? /\b10\.\d{4,9}\/\S+/.exec(first('M3') ?? '')?.[0],
    arxivId: [...(all('UR', 'M1', 'AN', 'C7', 'DO') ?? [])].find((value) => /arxiv/i.test(value)),
    pmid: first('DB')?.toLowerCase().includes('pubmed') === true || /pubmed|medline/i.test(first('DP') ?? '') ? first('AN') : /\bPMID: *(\d+)/.exec((all('N1', 'C2') ?? []).join(' '))?.[1],
  }
}

function unfinished(line: number): Reading {
  return { line, problem: new FootnoteError('invalid_request', `Line ${line} begins a record that does not end with “ER  - ”; add that line, or get the file again if it was cut short.`) }
}

function outside({ line, text }: Extract<Line, { readonly text: string }>): Reading {
  return { line, problem: new FootnoteError('invalid_request', `Line ${line} stands outside a record, “${text.slice(0, 40)}”; begin records with “TY  - ”.`) }
}
