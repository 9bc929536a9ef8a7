/** Finds where the terms of a question stand in a paper, without making terms of the whole text. */
import type { Paper } from '../papers/paper.js'
import { stem } from '../text/terms.js'
import { fold, segments } from '../text/words.js'

export interface Sought {
  /** How many terms the question has. */
  readonly count: number
  /** For each stem the terms of the question that it stands for: those of a compound share its joined form. */
  readonly indices: ReadonlyMap<string, readonly number[]>
}

export interface Located {
  /** In the order of the text: a term of the question, and how many words stand before it. */
  readonly hits: readonly { readonly term: number; readonly at: number }[]
  /** How often each term occurs. */
  readonly counts: readonly number[]
  /** Terms that words of another stem begin like: "methylated" for "methyltransferase". */
  readonly near: ReadonlySet<number>
  readonly inTitle: ReadonlySet<number>
  readonly titleWords: number
  /** Words of the title that stand for a term of the question. */
  readonly titleHits: number
}

/** Letters that two stems must share from the start to count as near. */
const SHARED_START = 5

/**
 * For each paper what of the question stands where in title and abstract. A word is only stemmed if it begins like a
 * stem that is looked for (Porter's stemmer changes endings alone), which takes a fraction of the time of `terms`.
 */
export function locateTerms({ count, indices }: Sought, papers: readonly Pick<Paper, 'title' | 'abstract'>[]): Located[] {
  const beginnings = new Set([...indices.keys()].flatMap((name) => [pairAt(name, 0), pairAt(name.slice(0, 1), 0)]))
  const starts = startsOf(indices)
  return papers.map(({ title, abstract }) => {
    const near = new Set<number>()
    const hits: { term: number; at: number }[] = []
    const counts = new Array<number>(count).fill(0)
    const visit = (word: string, at: number) => {
      const same = indices.get(stem(word))
      for (const term of same ?? []) {
        hits.push({ term, at })
        counts[term] = (counts[term] as number) + 1
      }
      if (same === undefined && word.length >= SHARED_START) for (const term of starts.get(word.slice(0, SHARED_START)) ?? []) near.add(term)
    }
    const titleWords = scan(fold(title), beginnings, visit)
    const inTitle = new Set(hits.map(({ term }) => term))
    const titleHits = new Set(hits.map(({ at }) => at)).size
    scan(fold(abstract), beginnings, (word, at) => visit(word, titleWords + at))
    return { hits, counts, near, inTitle, titleWords, titleHits }
  })
}

function startsOf(indices: Sought['indices']): Map<string, readonly number[]> {
  const starts = new Map<string, readonly number[]>()
  for (const [name, terms] of indices) {
    const start = name.slice(0, SHARED_START)
    if (start.length === SHARED_START) starts.set(start, [...(starts.get(start) ?? []), ...terms])
  }
  return starts
}

/** No script without spaces between words begins below. */
const FIRST_UNSPACED = 0x0e00

/** Calls `visit` at least for each word that has one of the beginnings, and returns how many words there are. */
function scan(text: string, beginnings: ReadonlySet<number>, visit: (word: string, at: number) => void): number {
  let words = 0
  for (let i = 0; i < text.length; i++) {
    if (!isWordCode(text.charCodeAt(i))) continue
    const start = i
    let highest = 0
    for (; i < text.length; i++) {
      const code = text.charCodeAt(i)
      if (!isWordCode(code)) break
      highest = Math.max(highest, code)
    }
    if (highest >= FIRST_UNSPACED) {
      for (const word of segments(text.slice(start, i))) visit(word, words++)
      continue
    }
    if (beginnings.has(i - start > 1 ? pairAt(text, start) : pairAt(text.slice(start, i), 0))) visit(text.slice(start, i), words)
    words++
  }
  return words
}

/** The first two letters as one number; of a single letter, as if nothing followed. */
function pairAt(text: string, at: number): number {
  return text.charCodeAt(at) * 65_536 + (at + 1 < text.length ? text.charCodeAt(at + 1) : 0)
}

const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u

/** Of folded text; a character of a pair of surrogates counts as a letter. */
function isWordCode(code: number): boolean {
  if (code < 128) return (code >= 97 && code <= 122) || (code >= 48 && code <= 57)
  return (code >= 0xd800 && code <= 0xdfff) || LETTER_OR_DIGIT.test(String.fromCharCode(code))
}
