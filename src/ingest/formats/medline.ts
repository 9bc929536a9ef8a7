/** Reads PubMed's tagged text (.nbib), known as MEDLINE format (NLM, "MEDLINE/PubMed Data Element Descriptions"). */
import { FootnoteError } from '../../errors.js'
import type { RawRecord, Reader, Reading } from '../reader.js'
import { createTags, type Tags } from './tags.js'

/** `PMID- 123`, `TI  - On nets`; a field goes on in lines that begin with six spaces. */
const TAG = /^\ufeff?([A-Z][A-Z0-9]{1,3}) {0,2}- ?(.*)$/
/** Six spaces and nothing behind them are a field that goes on. */
const BLANK = /^\s{0,5}$/

export const medlineReader: Reader = {
  format: 'medline',
  aliases: ['nbib', 'pubmed'],
  extensions: ['nbib', 'medline'],
  mediaTypes: ['application/nbib', 'application/x-nbib'],
  recognises: (head) => /^\ufeff?PMID- ?\d/m.test(head.slice(0, 4_000)),
  async *read({ lines }) {
    let tags: Tags | undefined
    for await (const line of lines) {
      if ('problem' in line) {
        if (tags === undefined) yield line
        else tags.spoil(line.problem)
        continue
      }
      const [, tag, value] = TAG.exec(line.text) ?? []
      const begins = tag === 'PMID' || (tags === undefined && tag !== undefined)
      if (tags !== undefined && (begins || BLANK.test(line.text))) {
        yield finished(tags)
        tags = undefined
      }
      if (begins) tags = createTags(line.line)
      if (tags !== undefined) tags.add(tag, value ?? line.text)
      else if (line.text.trim() !== '') yield outside(line.line)
    }
    if (tags !== undefined) yield tags.first('SO') === undefined ? cutShort(tags.line) : finished(tags)
  },
}

function outside(line: number): Reading {
  return { line, problem: new FootnoteError('invalid_request', `Line ${line} belongs to no record; begin records with “PMID- ”, and go on in lines that begin with six spaces.`) }
}

function finished(tags: Tags): Reading {
  return tags.problem === undefined ? { line: tags.line, record: recordOf(tags) } : { line: tags.line, problem: tags.problem }
}

/** The source, SO, is the last field that PubMed writes. */
function cutShort(line: number): Reading {
  const message = `Line ${line} begins a record that is cut short: it has neither a blank line behind it nor a field SO; get the file again.`
  return { line, problem: new FootnoteError('invalid_request', message) }
}

function recordOf({ first, all }: Tags): RawRecord {
  const ids = [...(all('LID') ?? []), ...(all('AID') ?? [])]
  return {
    title: first('TI', 'BTI', 'TT'),
    abstract: first('AB'),
    authors: all('FAU') ?? all('AU')?.map(initialsFirst) ?? all('CN'),
    year: first('DP', 'DEP', 'EDAT'),
    venue: first('JT', 'TA', 'BTI'),
    categories: [...(all('MH') ?? []), ...(all('OT') ?? [])].map((term) => term.replaceAll('*', '')),
    doi: ids.find((id) => id.endsWith('[doi]'))?.slice(0, -'[doi]'.length).trimEnd(),
    pmid: first('PMID'),
  }
}

/** `Doe J` in the way of `J Doe`; groups of capitals alone stay. */
export function initialsFirst(name: string): string {
  const [, family, initials] = /^(.*\S) (\p{Lu}{1,4})$/u.exec(name) ?? []
  return family === undefined ? name : `${initials as string} ${family}`
}
