/** Turns a record as its source wrote it into a clean, checked draft of a paper. */
import { FootnoteError } from '../errors.js'
import { type PaperDraft, PaperDraftSchema, MAX_ABSTRACT_LENGTH, MAX_TITLE_LENGTH } from '../papers/paper.js'
import { identify, type Identity } from '../papers/identity.js'
import { cleanText } from '../text/clean.js'
import { firstNameFirst, splitAuthors, splitCategories } from './people.js'
import type { RawRecord } from './reader.js'

/** Names under which sources give a fact, ours first; the first that is there counts. */
const NAMES = {
  title: ['title'],
  abstract: ['abstract', 'summary', 'text'],
  authors: ['authors', 'author'],
  year: ['year', 'publication_year', 'published', 'publication_date', 'date'],
  venue: ['venue', 'journal', 'booktitle', 'container-title'],
  categories: ['categories', 'category', 'subjects'],
  url: ['url', 'link'],
  doi: ['doi', 'DOI'],
  arxivId: ['arxivId', 'arxiv_id', 'eprint'],
  id: ['id', '_id'],
} as const

/** Cleaning may shorten a text, though not by this much. */
const MAX_MARKUP = 4
const MAX_FACT_LENGTH = 500
const MAX_ENTRIES = 5_000

export interface Candidate {
  readonly draft: PaperDraft
  readonly identity: Identity
}

/**
 * The paper that a record describes, cleaned. Fails with `invalid_request` or `too_large` when title
 * or abstract are missing, no text, or over-long. Another fact that cannot be read counts as unknown:
 * a strange year is no reason to lose a paper.
 */
export function readRecord(record: RawRecord, line: number): Candidate {
  const title = requiredText(record, 'title', MAX_TITLE_LENGTH, line)
  const abstract = requiredText(record, 'abstract', MAX_ABSTRACT_LENGTH, line)
  const url = linkOf(first(record, 'url'))
  const identity = identify({
    title,
    id: factOf(first(record, 'id')),
    arxivId: factOf(first(record, 'arxivId')),
    doi: factOf(first(record, 'doi')),
    url,
  })
  const draft = PaperDraftSchema.safeParse({
    title,
    abstract,
    authors: listOf(first(record, 'authors'), splitAuthors, authorOf),
    year: yearOf(first(record, 'year')),
    venue: factOf(first(record, 'venue')),
    categories: listOf(first(record, 'categories'), splitCategories, factOf),
    url,
    doi: identity.doi,
    arxivId: identity.arxivId,
    ...(record.digest === true ? { digest: true } : {}),
  })
  if (draft.success) return { draft: withoutUnknown(draft.data), identity }
  const [issue] = draft.error.issues
  throw new FootnoteError('invalid_request', `Line ${line}: ${issue?.path.join('.') ?? 'the record'} is not valid (${issue?.message ?? 'unknown'}); correct it, or delete the line.`)
}

function first(record: RawRecord, fact: keyof typeof NAMES): unknown {
  for (const name of NAMES[fact]) {
    const value = Object.hasOwn(record, name) ? record[name] : undefined
    if (value !== undefined && value !== null && value !== '') return value
  }
  return undefined
}

function requiredText(record: RawRecord, fact: 'title' | 'abstract', limit: number, line: number): string {
  const value = first(record, fact)
  if (value !== undefined && typeof value !== 'string') {
    throw new FootnoteError('invalid_request', `Line ${line}: the ${fact} is not a text; write it as a string.`)
  }
  if (value !== undefined && value.length > limit * MAX_MARKUP) throw tooLong(fact, value.length, limit, line)
  const text = value === undefined ? '' : cleanText(value)
  if (!/[\p{L}\p{N}]/u.test(text)) {
    throw new FootnoteError('invalid_request', `Line ${line} has no ${fact}; add one, or delete the line.`)
  }
  if (text.length > limit) throw tooLong(fact, text.length, limit, line)
  return text
}

function tooLong(fact: string, length: number, limit: number, line: number): FootnoteError {
  return new FootnoteError('too_large', `Line ${line}: the ${fact} has ${length} characters, at most ${limit} are kept; shorten it (is it the whole paper?).`)
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

/** A year, or that of a date. */
function yearOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined
  const found = /^\s*(\d{4})(?:$|[-/.\sT])/.exec(String(value))
  const year = Number(found?.[1])
  return year >= 1000 && year <= 3000 ? year : undefined
}

function authorOf(value: unknown): string | undefined {
  if (typeof value === 'string') {
    const name = factOf(value)
    return name === undefined ? undefined : firstNameFirst(name)
  }
  if (typeof value !== 'object' || value === null) return undefined
  const { name, given, first: firstName, family, last } = value as Readonly<Record<string, unknown>>
  const parts = [given ?? firstName, family ?? last].filter((part) => typeof part === 'string')
  return typeof name === 'string' ? authorOf(name) : factOf(parts.join(' '))
}

function listOf(value: unknown, split: (line: string) => string[], entryOf: (entry: unknown) => string | undefined): string[] | undefined {
  if (typeof value === 'string' && value.length > MAX_FACT_LENGTH * MAX_ENTRIES) return undefined
  const list: readonly unknown[] = typeof value === 'string' ? split(cleanText(value)) : Array.isArray(value) ? value.slice(0, MAX_ENTRIES) : []
  const known = [...new Set(list.map(entryOf).filter((entry) => entry !== undefined))]
  return known.length === 0 ? undefined : known
}

function withoutUnknown(draft: PaperDraft): PaperDraft {
  return Object.fromEntries(Object.entries(draft).filter(([, value]) => value !== undefined)) as unknown as PaperDraft
}
