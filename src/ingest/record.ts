/** Turns a record as its source wrote it into a clean, checked draft of a paper. */
import { FootnoteError } from '../errors.js'
import { type PaperDraft, PaperDraftSchema, MAX_ABSTRACT_LENGTH, MAX_TITLE_LENGTH } from '../papers/paper.js'
import { identify, type Identity } from '../papers/identity.js'
import { cleanText } from '../text/clean.js'
import { firstNameFirst, splitAuthors, splitCategories } from './people.js'
import { nameOf, type Place, type RawRecord } from './reader.js'

/** Names under which sources give a fact, ours first; the first that is there counts. */
const NAMES = {
  title: ['title'],
  abstract: ['abstract', 'summary', 'text'],
  authors: ['authors', 'author'],
  year: ['year', 'publication_year', 'published', 'publication_date', 'date'],
  venue: ['venue', 'journal', 'booktitle', 'container-title'],
  categories: ['categories', 'category', 'subjects', 'keywords'],
  url: ['url', 'link'],
  doi: ['doi', 'DOI'],
  arxivId: ['arxivId', 'arxiv_id', 'eprint'],
  pmid: ['pmid', 'PMID'],
  id: ['id', '_id'],
} as const

/** Cleaning may shorten a text, though not by this much. */
const MAX_MARKUP = 4
const MAX_FACT_LENGTH = 500
const MAX_ENTRIES = 5_000

/** What databases write where there is no abstract (Scopus, OVID, Web of Science). */
const NO_ABSTRACT = /^[[(]?\s*(?:no abstract(?: (?:is )?(?:available|provided|found))?|abstract (?:is )?not available|n\/?a|none|null)\s*[\])]?\.?$/i

/** What a record says of a paper, cleaned and bounded; an abstract may still be missing. */
export type Facts = Omit<PaperDraft, 'abstract'> & { readonly abstract?: string | undefined }

export interface Candidate {
  readonly draft: PaperDraft
  readonly identity: Identity
}

/**
 * The facts of a record; `place` begins messages about it. Fails with `invalid_request` or `too_large` when
 * the title is missing, or title or abstract are no text or over-long. Another fact that cannot be read
 * counts as unknown: a strange year is no reason to lose a paper.
 */
export function readFacts(record: RawRecord, place: string): Facts {
  const title = textOf(record, 'title', MAX_TITLE_LENGTH, place)
  if (title === undefined) throw missing('title', place)
  const url = linkOf(first(record, 'url'))
  const { arxivId, doi, pmid } = identify({
    title,
    id: factOf(first(record, 'id')),
    arxivId: factOf(first(record, 'arxivId')),
    doi: factOf(first(record, 'doi')),
    pmid: factOf(first(record, 'pmid')),
    url,
  })
  const facts: Facts = {
    title,
    abstract: textOf(record, 'abstract', MAX_ABSTRACT_LENGTH, place),
    authors: listOf(first(record, 'authors'), splitAuthors, authorOf),
    year: yearOf(first(record, 'year')),
    venue: factOf(first(record, 'venue')),
    categories: listOf(first(record, 'categories'), splitCategories, factOf),
    url,
    doi,
    arxivId,
    pmid,
    ...(record['digest'] === true ? { digest: true } : {}),
  }
  return withoutUnknown(facts)
}

/** The paper that a record describes; fails as `readFacts` and `toCandidate` do. */
export function readRecord(record: RawRecord, place: Place): Candidate {
  const name = nameOf(place)
  return toCandidate(readFacts(record, name), name)
}

/** The paper that these facts make. Fails with `invalid_request` if the abstract is missing. */
export function toCandidate(facts: Facts, place: string): Candidate {
  if (facts.abstract === undefined) throw missing('abstract', place)
  const draft = PaperDraftSchema.safeParse(facts)
  if (draft.success) return { draft: draft.data, identity: identify(draft.data) }
  const [issue] = draft.error.issues
  throw new FootnoteError('invalid_request', `${place}: ${issue?.path.join('.') ?? 'the record'} is not valid (${issue?.message ?? 'unknown'}); correct it, or delete the record.`)
}

/** Whether this is the failure of a record that lacks an abstract and nothing else. */
export function lacksAbstract(error: FootnoteError): boolean {
  return (error.details as { readonly missing?: unknown } | undefined)?.missing === 'abstract'
}

function missing(fact: 'title' | 'abstract', place: string): FootnoteError {
  return new FootnoteError('invalid_request', `${place} has no ${fact}; add one, or delete the record.`, { details: { missing: fact } })
}

function first(record: RawRecord, fact: keyof typeof NAMES): unknown {
  for (const name of NAMES[fact]) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined
    if (value !== undefined && value !== null && value !== '') return value
  }
  return undefined
}

/** Undefined if nothing is there but signs. */
function textOf(record: RawRecord, fact: 'title' | 'abstract', limit: number, place: string): string | undefined {
  const value = first(record, fact)
  if (value === undefined) return undefined
  if (typeof value !== 'string') throw new FootnoteError('invalid_request', `${place}: the ${fact} is not a text; write it as a string.`)
  if (value.length > limit * MAX_MARKUP) throw tooLong(fact, value.length, limit, place)
  const text = cleanText(value)
  if (!/[\p{L}\p{N}]/u.test(text) || (fact === 'abstract' && NO_ABSTRACT.test(text))) return undefined
  if (text.length > limit) throw tooLong(fact, text.length, limit, place)
  return text
}

function tooLong(fact: string, length: number, limit: number, place: string): FootnoteError {
  return new FootnoteError('too_large', `${place}: the ${fact} has ${length} characters, at most ${limit} are kept; shorten it (is it the whole paper?).`)
}

function factOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const text = String(value)
  if (text.length > MAX_FACT_LENGTH * MAX_MARKUP) return undefined
  const cleaned = cleanText(text)
  return cleaned === '' || cleaned.length > MAX_FACT_LENGTH ? undefined : cleaned
}

/** Only addresses that a browser may safely be sent to. */
function linkOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 2_000) return undefined
  const link = value.trim()
  return /^https?:\/\/[^\s<>"]+$/i.test(link) && URL.canParse(link) ? link : undefined
}

/** A year, or that of a date: `2020`, `2020-03-01`, `2020 Mar 1`, `Mar 1, 2020`, `01/03/2020`; none of two different years. */
function yearOf(value: unknown): number | undefined {
  if ((typeof value !== 'number' && typeof value !== 'string') || String(value).length > 100) return undefined
  const text = String(value)
  const begins = /^\s*\{?(\d{4})(?:$|[-/.\s}~?T])/.exec(text)?.[1]
  const within = new Set(text.match(/(?<![\d.])(?:1[5-9]|20)\d\d(?![\d.])/g))
  const year = Number(begins ?? (within.size === 1 ? [...within][0] : undefined))
  return year >= 1000 && year <= 3000 ? year : undefined
}

/** A name as one text, or in the parts of CSL, Crossref and others. */
function authorOf(value: unknown): string | undefined {
  if (typeof value === 'string') {
    const name = factOf(value)
    return name === undefined ? undefined : firstNameFirst(name)
  }
  if (typeof value !== 'object' || value === null) return undefined
  const part = (...names: readonly string[]) => names.map((name) => (value as RawRecord)[name]).find((found): found is string => typeof found === 'string' && found !== '')
  const parts = [part('given', 'first'), part('dropping-particle'), part('non-dropping-particle'), part('family', 'last'), part('suffix')]
  const whole = part('literal')
  if (whole !== undefined) return factOf(whole)
  return part('family', 'last') === undefined ? authorOf(part('name') ?? part('given')) : factOf(parts.filter((found) => found !== undefined).join(' '))
}

function listOf(value: unknown, split: (line: string) => string[], entryOf: (entry: unknown) => string | undefined): string[] | undefined {
  if (typeof value === 'string' && value.length > MAX_FACT_LENGTH * MAX_ENTRIES) return undefined
  const list: readonly unknown[] = typeof value === 'string' ? split(cleanText(value)) : Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : []
  const known = [...new Set(list.map(entryOf).filter((entry) => entry !== undefined))]
  return known.length === 0 ? undefined : known
}

function withoutUnknown(facts: Facts): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined)) as unknown as Facts
}
