/** Answers what is asked of the records that stand beside abstracts, and finds the papers that a question narrows itself to. */
import type { Filter, Library } from '../../library/library.js'
import type { Paper } from '../../papers/paper.js'
import type { Retrieve } from '../../retrieval/retrieval.js'
import { subjectTerms, terms } from '../../text/terms.js'
import { words } from '../../text/words.js'
import { escaped } from '../writing/markdown.js'
import { countOf, countOfPapers, inWords, listing } from '../writing/phrasing.js'
import { ageOf, factOf } from './record-facts.js'
import { declined, isSamePerson, lines, newestFirst, surnameOf } from './record-lines.js'
import type { RecordOptions, SaidFromRecords } from './record-lines.js'
import { readRecordQuestion } from './record-question.js'
import type { RecordFilter, RecordQuestion } from './record-question.js'
import { venueIn } from './venue-question.js'
import { covers } from '../writing/sides.js'

export interface RecordParts {
  readonly library: Pick<Library, 'list' | 'count' | 'searchLexical' | 'read'>
  readonly retrieve: Retrieve
}

export type FromRecords =
  | SaidFromRecords
  /** The question is to be asked of the papers that the filter lets through; `scope` says so to the reader. */
  | { readonly kind: 'narrowed'; readonly question: string; readonly filter: Filter; readonly scope: string }

/** Nothing where the question asks nothing of records. */
export type ReadRecords = (question: string, options: RecordOptions) => Promise<FromRecords | undefined>

export function createReadRecords({ library, retrieve }: RecordParts): ReadRecords {
  return async (text, options) => {
    const asked = await read(await withCapitals(text))
    if (asked === undefined) return undefined
    if (asked.kind === 'fact') return factOf(asked, { ...options, retrieve })
    if (asked.kind === 'age') return ageOf(asked, { ...options, retrieve })
    const selected = await select(asked.filter, options)
    if (selected.count === 0) return declined(`This library has no paper ${selected.conditions}.${await unknowns(asked.filter)}`)
    if (asked.kind === 'narrowed') {
      return { kind: 'narrowed', question: asked.question, filter: selected.filter, scope: `Only the ${inWords(selected.count)} ${selected.count === 1 ? 'paper' : 'papers'} ${selected.conditions} ${selected.count === 1 ? 'was' : 'were'} asked.` }
    }
    if (asked.want === 'newest' || asked.want === 'oldest') return extreme({ ...asked, want: asked.want }, selected, options)
    return asked.subject === undefined ? listed(selected, options) : countedOn(asked.subject, selected, options)
  }

  /** With its venue, where it names one that is one for sure or that the library has papers of. */
  async function read(text: string): Promise<RecordQuestion | undefined> {
    const found = venueIn(text)
    if (found === undefined) return readRecordQuestion(text)
    const { venue, year, rest, isSure } = found
    for (const spelling of venue.spellings) {
      if ((await library.count({ venue: spelling })) > 0) return readRecordQuestion(rest, { venue: { ...venue, spellings: [spelling] }, ...(year === undefined ? {} : { year }) })
    }
    return readRecordQuestion(isSure ? rest : text, isSure ? { venue, ...(year === undefined ? {} : { year }) } : {})
  }

  /** "papers by chen": a name in small letters is one where an author has it. */
  async function withCapitals(text: string): Promise<string> {
    const names = UNCAPITALISED.exec(text)?.groups?.['names']
    if (names === undefined) return text
    const parts = names.split(' and ')
    for (const part of parts) if ((await byAuthors([part], {}, 1)).papers.length === 0) return text
    return text.replace(names, parts.map((part) => part.replace(/(?<=^| )\p{Ll}/gu, (letter) => letter.toUpperCase())).join(' and '))
  }

  interface Selected {
    /** At least so many, where not all were read. */
    readonly count: number
    readonly isAll: boolean
    readonly filter: Filter
    /** Where all were read. */
    readonly papers?: readonly Paper[]
    /** "by Chen since 2023"; empty without conditions. */
    readonly conditions: string
    /** As asked. */
    readonly authors: readonly string[]
  }

  /** By their names authors are told apart here, as the library's filter takes "Chen" for "Cheng" too. */
  async function select({ authors = [], year, venue }: RecordFilter, { filter: base = {} }: RecordOptions): Promise<Selected> {
    const conditions = conditionsOf({ authors, ...(year === undefined ? {} : { year }), ...(venue === undefined ? {} : { venue }) })
    const within = { ...base, ...(year === undefined ? {} : { year: overlapOf(base.year, year) }), ...(venue === undefined ? {} : { venue: venue.spellings[0] }) }
    if (authors.length === 0) return { count: await library.count(within), isAll: true, filter: within, conditions, authors }
    const { papers, isAll } = await byAuthors(authors, within, MOST_READ)
    const allowed = base.authors === undefined ? papers : papers.filter((paper) => base.authors?.some((part) => paper.authors?.some((author) => words(author).join(' ').includes(words(part).join(' ')))))
    return { count: allowed.length, isAll, papers: allowed, filter: { ids: allowed.map(({ id }) => id) }, conditions, authors }
  }

  /** Papers that all of the authors wrote, as many as are looked for. */
  async function byAuthors(authors: readonly string[], within: Filter, most: number): Promise<{ readonly papers: Paper[]; readonly isAll: boolean }> {
    const papers: Paper[] = []
    let cursor: string | undefined
    do {
      const page = await library.list({ filter: { ...within, authors: [surnameOf(authors[0] as string)] }, cursor, limit: PAGE })
      papers.push(...page.papers.filter((paper) => authors.every((name) => paper.authors?.some((author) => isSamePerson(name, author)))))
      cursor = page.nextCursor
    } while (cursor !== undefined && papers.length < most)
    return { papers, isAll: cursor === undefined }
  }

  async function listed({ count, isAll, filter, papers, conditions, authors }: Selected, { maxPapers }: RecordOptions): Promise<FromRecords> {
    const shown = papers === undefined ? (await library.list({ filter, limit: maxPapers })).papers : newestFirst(papers).slice(0, maxPapers)
    const rest = count === shown.length ? '' : papers === undefined ? `; ${inWords(shown.length)} of them` : `; the newest ${shown.length === 1 ? '' : inWords(shown.length)}`.trimEnd()
    return lines(`${isAll ? '' : 'At least '}${countOfPapers(count)} ${conditions} ${count === 1 ? 'is' : 'are'} in this library${rest}:`, shown, authors)
  }

  async function countedOn(subject: string, { filter, conditions, authors }: Selected, { maxPapers }: RecordOptions): Promise<FromRecords> {
    const { papers, isAll } = await mentioning(subject, filter)
    const how = `${mention(subject, papers.length)} in title or abstract`
    const among = conditions === '' ? '' : ` ${conditions}`
    if (papers.length === 0) return declined(`No paper${among} in this library ${how}.`)
    const shown = papers.slice(0, maxPapers)
    return lines(`${isAll ? countOfPapers(papers.length) : `At least ${papers.length.toLocaleString('en')} papers`}${among} in this library ${how}${papers.length > shown.length ? `; ${inWords(shown.length)} of them` : ''}:`, shown, authors)
  }

  async function extreme({ want, subject, count }: { readonly want: 'newest' | 'oldest'; readonly subject?: string; readonly count?: number }, selected: Selected, { maxPapers }: RecordOptions): Promise<FromRecords> {
    const about = (papers: number) => `${selected.conditions === '' ? '' : ` ${selected.conditions}`}${subject === undefined ? '' : ` that ${mention(subject, papers)}`}`
    const read = subject === undefined ? selected.papers : (await mentioning(subject, selected.filter)).papers
    const known = read?.filter(({ year }) => year !== undefined) ?? []
    if (count !== undefined && known.length > 1) {
      const inTurn = want === 'newest' ? newestFirst(known) : newestFirst(known).reverse()
      const shown = inTurn.slice(0, Math.min(count, maxPapers))
      return lines(`The ${want} ${countOfPapers(shown.length).toLowerCase()}${about(shown.length)} in this library, the ${want} first:`, shown, selected.authors)
    }
    const dated = read?.flatMap(({ year }) => year ?? [])
    const year = dated === undefined ? await extremeYear(want, selected.filter) : dated.length === 0 ? undefined : want === 'newest' ? Math.max(...dated) : Math.min(...dated)
    if (read?.length === 0) return declined(`This library has no paper${about(1)}.`)
    if (year === undefined) return declined(`This library does not know the year of any paper${about(1)}.`)
    const found = read?.filter((paper) => paper.year === year) ?? (await library.list({ filter: { ...selected.filter, year: { from: year, to: year } }, limit: maxPapers })).papers
    const shown = found.slice(0, maxPapers)
    const unknown = (read ?? []).length - (dated ?? []).length
    return lines(`The ${want} ${shown.length === 1 ? 'paper' : 'papers'}${about(shown.length)} in this library ${shown.length === 1 ? 'is' : 'are'} from ${year}${unknown > 0 ? ` (of ${inWords(unknown)} more the year is not known)` : ''}:`, shown, selected.authors)
  }

  /** By halving: each count reads the years of all papers once. */
  async function extremeYear(want: 'newest' | 'oldest', filter: Filter): Promise<number | undefined> {
    let [low, high] = YEARS
    const within = (from: number, to: number) => library.count({ ...filter, year: overlapOf(filter.year, { from, to }) })
    if ((await within(low, high)) === 0) return undefined
    while (low < high) {
      const middle = want === 'newest' ? Math.ceil((low + high) / 2) : Math.floor((low + high) / 2)
      const isBeyond = (want === 'newest' ? await within(middle, high) : await within(low, middle)) > 0
      if (want === 'newest') [low, high] = isBeyond ? [middle, high] : [low, middle - 1]
      else [low, high] = isBeyond ? [low, middle] : [middle + 1, high]
    }
    return low
  }

  async function mentioning(subject: string, filter: Filter): Promise<{ readonly papers: readonly Paper[]; readonly isAll: boolean }> {
    const hits = await library.searchLexical(new Map(terms(subject).map((term) => [term, 1])), { limit: MOST_READ, filter })
    const read = await library.read(hits.map(({ handle }) => handle))
    return { papers: read.flatMap((paper) => (paper !== undefined && covers(`${paper.title}. ${paper.abstract}`, subject) ? [paper] : [])), isAll: hits.length < MOST_READ }
  }

  /** What the library lacks that would tell: of papers without authors nobody knows who wrote them. */
  async function unknowns({ authors, year, venue }: RecordFilter): Promise<string> {
    const all = await library.count({})
    const known = await library.count({ ...(authors === undefined ? {} : { authors: [''] }), ...(year === undefined ? {} : { year: { from: 0 } }), ...(venue === undefined ? {} : { venue: '' }) })
    if (known === all) return ''
    const what = [...(authors === undefined ? [] : ['authors']), ...(year === undefined ? [] : ['year']), ...(venue === undefined ? [] : ['venue'])].join(' and ')
    return ` It knows the ${what} of ${known === 0 ? 'none' : known.toLocaleString('en')} of its ${countOf(all, 'paper')}.`
  }
}

/** Behind "papers by", at the end. */
const UNCAPITALISED = /\b(?:papers?|articles?|publications|works?|studies|written|published) by (?<names>\p{Ll}[\p{L}'’-]+(?: \p{Ll}[\p{L}'’-]+){0,2}?(?: and \p{Ll}[\p{L}'’-]+)?)(?: et al\.?)?\W*$/u
const PAGE = 500
/** Papers that are read for one question at most; where there may be more, the count says "at least". */
const MOST_READ = 2_000
/** That a paper may bear. */
const YEARS: readonly [number, number] = [1000, 3000]

/** "mentions “biofilms”", "mention all words of “KV cache”". */
function mention(subject: string, papers: number): string {
  return `${papers === 1 || papers === 0 ? 'mentions' : 'mention'} ${subjectTerms(subject).length > 1 ? 'all words of ' : ''}“${escaped(subject)}”`
}

function conditionsOf({ authors = [], year, venue }: RecordFilter): string {
  const by = authors.length === 0 ? [] : [`by ${listing(authors.map(escaped))}`]
  return [...by, ...(venue === undefined ? [] : [`${venue.preposition} ${escaped(venue.name)}`]), ...(year === undefined ? [] : [spanOf(year)])].join(' ')
}

function spanOf({ from, to }: NonNullable<RecordFilter['year']>): string {
  if (from === undefined) return `up to ${to}`
  if (to === undefined) return `since ${from}`
  return from === to ? `from ${from}` : `from ${from} to ${to}`
}

function overlapOf(one: Filter['year'] = {}, other: Filter['year'] = {}): { from?: number; to?: number } {
  const from = Math.max(one.from ?? -Infinity, other.from ?? -Infinity)
  const to = Math.min(one.to ?? Infinity, other.to ?? Infinity)
  return { ...(Number.isFinite(from) ? { from } : {}), ...(Number.isFinite(to) ? { to } : {}) }
}
