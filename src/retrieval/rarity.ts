/** Tells how rare a term is in the scientific literature at large, and how much of a subject, from counts that ship with the program. */
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { FootnoteError } from '../errors.js'

/**
 * ln(N / df) over a background of a quarter of a million abstracts; a term that the background does not list has
 * the greatest value. Unlike the idf of the library itself it means the same in a library of a
 * hundred papers and of a million, which is what a decision to answer needs.
 */
export type Rarity = (term: string) => number

/**
 * Share of the abstracts with a term whose titles have it too: 0.36 for "cache", 0.003 for "ensure". What a paper is about
 * gets into its title; a word of the trade does not, however rare it is. 0.1 for a term that the background does not list.
 */
export type Subjectness = (term: string) => number

export interface TermCounts {
  /** In how many abstracts or titles of the background a term stands; under '' the abstracts in all. */
  readonly documents: ReadonlyMap<string, number>
  /** In how many it stands in both. */
  readonly inTitles: ReadonlyMap<string, number>
}

/** What a term is taken for before anything is counted, and how many abstracts that outweighs. */
const PRIOR = 0.1
const PRIOR_WEIGHT = 10

/**
 * Reads the counts of terms, or of phrases, written by `npm run background`: gzipped lines `term<TAB>documents<TAB>titles`, the first
 * one `<TAB>documents in all`.
 */
export async function readTermCounts(path: string): Promise<TermCounts> {
  const text = await readFile(path).then(
    (bytes) => gunzipSync(bytes).toString('utf8'),
    (cause: unknown) => {
      throw new FootnoteError('internal', `The term counts ${path} cannot be read; restore the file from the repository.`, { cause })
    },
  )
  const documents = new Map<string, number>()
  const inTitles = new Map<string, number>()
  for (const line of text.split('\n')) {
    const [term, count, titles = '0'] = line.split('\t')
    if (term === undefined || count === undefined) continue
    documents.set(term, Number(count))
    inTitles.set(term, Number(titles))
  }
  if (!((documents.get('') ?? 0) > 0)) throw new FootnoteError('internal', `${path} holds no term counts; restore the file from the repository.`)
  return { documents, inTitles }
}

export function rarityIn({ documents }: TermCounts): Rarity {
  const all = documents.get('') ?? 1
  return (term) => Math.log(all / Math.min(all, documents.get(term) ?? 1))
}

export function subjectnessIn({ documents, inTitles }: TermCounts): Subjectness {
  return (term) => ((inTitles.get(term) ?? 0) + PRIOR * PRIOR_WEIGHT) / ((documents.get(term) ?? 0) + PRIOR_WEIGHT)
}

/** Of a term of which nothing is special as a subject, and what the most of a subject counts, against that. */
const USUAL = 0.1
const MOST = 1.5

/**
 * How much a term tells of what a text is about: its rarity, times the root of its subjectness. Words that are rare and yet say
 * nothing ("profoundly", "anymore") fall behind, which ranks related work better than rarity alone.
 */
export function weightIn(counts: TermCounts): Rarity {
  const [rarity, subjectness] = [rarityIn(counts), subjectnessIn(counts)]
  return (term) => rarity(term) * Math.min(MOST, Math.sqrt(subjectness(term) / USUAL))
}

export async function readRarity(path: string): Promise<Rarity> {
  return rarityIn(await readTermCounts(path))
}

/** A phrase that is a term of art, by what was counted of it. */
export interface Art {
  readonly rarity: number
  readonly subjectness: number
}

/** Undefined for a phrase that hardly any title of the background has: a chance of words, or very rare. */
export type Arts = (phrase: string) => Art | undefined

/** @param counts of `phrases.tsv.gz`, whose terms are phrases: the stems of all their words, with spaces between */
export function artsIn(counts: TermCounts): Arts {
  const [rarity, subjectness] = [rarityIn(counts), subjectnessIn(counts)]
  return (phrase) => (counts.documents.has(phrase) && phrase !== '' ? { rarity: rarity(phrase), subjectness: subjectness(phrase) } : undefined)
}
