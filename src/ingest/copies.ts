/** Tells by their words whether two records are copies of one paper. */
import { words } from '../text/words.js'

const RUN = 5
/** Abstracts that agree so far are one text, whatever the title; papers of one subject share a run in a hundred. With the same title less is enough. */
const SAME_TEXT = 0.6
const SAME_TEXT_AND_TITLE = 0.4
const SAME_TITLE = 0.8

export interface Worded {
  readonly title: string
  readonly abstract: string
}

/** The words by which texts are compared. */
export interface Wording {
  /** Each five words that follow each other in the abstract. */
  readonly runs: ReadonlySet<string>
  readonly title: ReadonlySet<string>
  /** The numbers in the title, Roman ones included. */
  readonly numbers: string
}

export function wordingOf({ title, abstract }: Worded): Wording {
  const text = words(abstract)
  return {
    runs: new Set(text.length < RUN ? [text.join(' ')] : text.slice(RUN - 1).map((_, i) => text.slice(i, i + RUN).join(' '))),
    title: new Set(words(title)),
    numbers: (title.match(/\d+|\b[IVX]+\b/g) ?? []).sort().join(' '),
  }
}

/** Parts and years of a series may share their words: a number in one title alone keeps them apart. */
export function areCopies(one: Wording, other: Wording): boolean {
  if (one.numbers !== other.numbers) return false
  const text = overlap(one.runs, other.runs)
  return text >= SAME_TEXT || (text >= SAME_TEXT_AND_TITLE && overlap(one.title, other.title) >= SAME_TITLE)
}

/** Whether two abstracts are one text, but for small changes. */
export function sameAbstract(one: Worded, other: Worded): boolean {
  return overlap(wordingOf(one).runs, wordingOf(other).runs) >= SAME_TEXT
}

/** Jaccard's coefficient: what both hold as a share of what either holds. */
export function overlap(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let both = 0
  for (const item of one) if (other.has(item)) both++
  return both / (one.size + other.size - both)
}
