/** The sentences in which records are read out: a paper on a line, a fact of it, or that it is not known. */
import type { Filter } from '../../library/library.js'
import type { Paper } from '../../papers/paper.js'
import { words } from '../../text/words.js'
import type { Answerable, RecordField } from '../answer.js'
import { escaped, emphasised } from '../writing/markdown.js'
import { listing, remark } from '../writing/phrasing.js'
import type { WrittenSentence } from '../writing/writer.js'

export interface RecordOptions {
  readonly maxPapers: number
  readonly filter?: Filter | undefined
  readonly signal: AbortSignal
}

/** An answer that rests on records, or says what they lack. */
export interface SaidFromRecords {
  readonly kind: 'said'
  readonly answerable: Answerable
  readonly papers: readonly Paper[]
  readonly sentences: readonly WrittenSentence[]
}

const AUTHORS_IN_LINE = 3

/** @param asked names of authors that are to be shown where a paper has many */
export function lines(opening: string, papers: readonly Paper[], asked: readonly string[]): SaidFromRecords {
  return said([remark('', opening), ...papers.map((paper, i) => sentence(`${i === 0 ? '\n\n' : '\n'}- `, lineOf(paper, asked), paper, fieldsIn(paper)))], papers)
}

/** Of many authors the first, and those who were asked for. */
function lineOf({ title, year, authors = [] }: Paper, asked: readonly string[]): string {
  const named = authors.filter((author, i) => i === 0 || asked.some((name) => isSamePerson(name, author)))
  const by = authors.length > AUTHORS_IN_LINE ? `${named.map(escaped).join(', ')} et al.` : listing(authors.map(escaped))
  return `${emphasised(title)}${year === undefined ? '' : ` (${year})`}${by === '' ? '' : `, by ${by}`}`
}

function fieldsIn({ year, authors = [] }: Paper): RecordField[] {
  return ['title', ...(year === undefined ? [] : ['year' as const]), ...(authors.length === 0 ? [] : ['authors' as const])]
}

/** A sentence that is read from fields of a record: it quotes nothing. */
export function sentence(before: string, text: string, paper: Paper, record: readonly RecordField[]): WrittenSentence {
  return { before, text, sources: [{ paperId: paper.id, quotes: [] }], record, verified: { verdict: 'supported', support: 1 } }
}

export function said(sentences: readonly WrittenSentence[], papers: readonly Paper[]): SaidFromRecords {
  return { kind: 'said', sentences, papers, answerable: { verdict: 'answered', probability: 1, missingTerms: [], nearest: [] } }
}

/** @param papers the nearest */
export function declined(text: string, papers: readonly Paper[] = [], suggestion?: string): SaidFromRecords {
  const nearest = papers.map(({ id, title }) => ({ id, title, similarity: 1 }))
  const answerable: Answerable = { verdict: nearest.length > 0 ? 'related' : 'none', probability: 0, missingTerms: [], nearest, reason: 'absent', ...(suggestion === undefined ? {} : { suggestion }) }
  return { kind: 'said', sentences: [remark('', text)], papers: [], answerable }
}

/** The last names agree; of what else is asked, an initial does with the name that it begins. */
export function isSamePerson(asked: string, author: string): boolean {
  const wanted = personOf(asked)
  const own = personOf(author)
  const agree = (a: string, b: string) => a === b || (a.length === 1 && b.startsWith(a)) || (b.length === 1 && a.startsWith(b))
  return wanted.last !== undefined && own.last === wanted.last && wanted.given.every((one) => own.given.some((other) => agree(one, other)))
}

/** The part of a name by which the library finds it, folded. */
export function surnameOf(name: string): string {
  return personOf(name).last ?? ''
}

/** "Ada M. Potter", "Potter, Ada M." and "Potter AM". */
function personOf(name: string): { readonly last: string | undefined; readonly given: readonly string[] } {
  const [before = '', after] = name.split(/,\s*/, 2)
  const own = words(before)
  if (after !== undefined && after !== '') return { last: own.at(-1), given: [...own.slice(0, -1), ...words(after)] }
  const [, surname, initials] = /^(.*\p{Ll}.*?) (\p{Lu}{1,3})$/u.exec(name.trim()) ?? []
  if (surname === undefined || initials === undefined) return { last: own.at(-1), given: own.slice(0, -1) }
  return { last: words(surname).at(-1), given: [...words(surname).slice(0, -1), ...words([...initials].join(' '))] }
}

export function newestFirst(papers: readonly Paper[]): Paper[] {
  return [...papers].sort((a, b) => (b.year ?? 0) - (a.year ?? 0))
}
