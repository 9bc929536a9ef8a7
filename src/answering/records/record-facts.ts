/** Reads facts of papers that a question names out of their records: who wrote them, when, and where they were published. */
import type { Paper } from '../../papers/paper.js'
import type { Retrieve } from '../../retrieval/retrieval.js'
import { subjectTerms } from '../../text/terms.js'
import { words } from '../../text/words.js'
import { escaped, emphasised } from '../writing/markdown.js'
import { fullTitle, inWords, isTitle, listing, mainTitle, remark } from '../writing/phrasing.js'
import { declined, lines, newestFirst, said, sentence } from './record-lines.js'
import type { RecordOptions, SaidFromRecords } from './record-lines.js'
import type { RecordFact, RecordQuestion } from './record-question.js'
import { covers } from '../writing/sides.js'

export interface FactOptions extends RecordOptions {
  readonly retrieve: Retrieve
}

const CANDIDATES = 10
const NEAREST = 3

const LACKING: Readonly<Record<RecordFact, (name: string) => string>> = {
  authors: (name) => `who wrote ${name}: its record names no authors`,
  year: (name) => `when ${name} was published: its record gives no year`,
  venue: (name) => `where ${name} was published: its record names no venue`,
}
const AUTHORS_NAMED = 12

/** Nothing where it is asked who made something that no paper here is known to introduce. */
export async function factOf({ fact, works, ofMaking }: Extract<RecordQuestion, { kind: 'fact' }>, options: FactOptions): Promise<SaidFromRecords | undefined> {
  if (works.length > 1) return eachOf(fact, works, options)
  const [work = ''] = works
  const { paper, titled, candidates } = await find(work, options, ofMaking)
  if (paper === undefined) {
    if (ofMaking === true) return undefined
    const near = candidates[0] === undefined ? '' : ` The nearest is ${emphasised(fullTitle(candidates[0].title))}.`
    return declined(`This library has no paper called “${escaped(work)}”.${near}`, candidates.slice(0, NEAREST))
  }
  const name = emphasised(mainTitle(paper.title))
  const value = factsOf(paper, fact)
  if (value === undefined) return declined(`This library does not know ${LACKING[fact](name)}.`, [paper], 'Look up what records lack with `npm run ingest -- FILE --enrich`.')
  const why = titled === undefined && !covers(paper.title, work) ? `, which speaks of “${escaped(work)}”` : ''
  return said([sentence('', `${value}, according to the record of ${name}${why}.`, paper, [fact])], [paper])
}

/** The same of several papers, each on a line; those of which it is not known are named at the end. */
async function eachOf(fact: RecordFact, works: readonly string[], options: FactOptions): Promise<SaidFromRecords> {
  const papers = await named(works, options)
  const known = papers.flatMap((paper) => (factsOf(paper, fact) === undefined ? [] : [paper]))
  const unknown = papers.filter((paper) => !known.includes(paper)).map((paper) => emphasised(mainTitle(paper.title)))
  if (known.length === 0) return declined(`This library does not know the ${fact} of ${listing(unknown)}.`, papers)
  const lines = known.map((paper, i) => sentence(`${i === 0 ? '' : '\n'}- `, `${emphasised(mainTitle(paper.title))}: ${factsOf(paper, fact)}`, paper, [fact]))
  return said([...lines, ...(unknown.length === 0 ? [] : [remark('\n\n', `The ${fact} of ${listing(unknown)} ${unknown.length === 1 && fact !== 'authors' ? 'is' : 'are'} not known here.`)])], known)
}

/** The newest or the oldest of some papers. */
export async function ageOf({ want, works }: Extract<RecordQuestion, { kind: 'age' }>, options: FactOptions): Promise<SaidFromRecords> {
  const papers = await named(works, options)
  const dated = newestFirst(papers.filter(({ year }) => year !== undefined))
  const first = want === 'newest' ? dated[0] : dated.at(-1)
  if (first === undefined) return declined(`This library does not know the year of ${listing(papers.map(({ title }) => emphasised(mainTitle(title))))}.`, papers)
  const unknown = papers.length - dated.length
  return lines(`By their records the ${want} of them ${dated.filter(({ year }) => year === first.year).length > 1 ? 'are' : 'is'}${unknown === 0 ? '' : ` (of ${inWords(unknown)} more the year is not known)`}:`, dated.filter(({ year }) => year === first.year), [])
}

async function named(works: readonly string[], options: FactOptions): Promise<Paper[]> {
  const found = await Promise.all(works.map(async (work) => (await find(work, options)).titled))
  return found.flatMap((paper) => paper ?? [])
}

interface Found {
  readonly paper: Paper | undefined
  /** The same, where its title names the work. */
  readonly titled: Paper | undefined
  readonly candidates: readonly Paper[]
}

async function find(work: string, { filter, signal, retrieve }: FactOptions, ofMaking = false): Promise<Found> {
  const { papers } = await retrieve(work, { limit: CANDIDATES, filter, signal })
  const candidates = papers.map(({ paper }) => paper)
  const titled = candidates.find(({ title }) => isTitle(work, title)) ?? (ofMaking ? undefined : candidates.find(({ title }) => holdsPhrase(title, work)))
  const paper = titled ?? candidates.find(({ title, abstract }) => (ofMaking ? proposes(abstract, work) : holdsPhrase(abstract, work) || covers(`${title}. ${abstract}`, work)))
  return { paper, titled, candidates }
}

function factsOf({ authors = [], year, venue }: Paper, fact: RecordFact): string | undefined {
  if (fact === 'year') return year === undefined ? undefined : String(year)
  if (fact === 'venue') return venue === undefined ? undefined : escaped(venue)
  if (authors.length === 0) return undefined
  const rest = authors.length - AUTHORS_NAMED
  return listing([...authors.slice(0, AUTHORS_NAMED).map(escaped), ...(rest > 0 ? [`${rest} others`] : [])])
}

/**
 * "We introduce L-Mul": who wrote it made it, where others only use it. What stands behind a preposition is not what is
 * introduced ("a memory with transistors"), and one plain word is a kind of thing, older than any one paper.
 */
function proposes(abstract: string, work: string): boolean {
  if (!/[\p{Lu}\d]/u.test(work) && subjectTerms(work).length < 2) return false
  return abstract.split(/(?<=[.!?])\s/).some((text) => [...text.matchAll(PROPOSES)].some((verb) => holdsPhrase(text.slice(verb.index + verb[0].length).split(PREPOSITION, 1)[0] as string, work)))
}

const PROPOSES = /\b(?:propos|present|introduc|develop|design|releas|creat|call|nam|term|dubb)(?:e|es|ed|ing)?\b/gi
const PREPOSITION = /\b(?:for|of|with|using|on|in|by|to|from|over|than|that|which|via|based)\b/i

function holdsPhrase(text: string, phrase: string): boolean {
  return ` ${words(text).join(' ')} `.includes(` ${words(phrase).join(' ')} `)
}
