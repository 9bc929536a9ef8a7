/** Reads a sentence for checking: its words in classes of meaning, its names, its figures, and which belongs to which. */
import { stem } from '../../text/terms.js'
import { fold } from '../../text/words.js'
import { figuresOf } from './figures.js'
import type { Figure } from './figures.js'
import { meaningOf } from './word-classes.js'

export interface Token {
  /** Lower case, folded. */
  readonly word: string
  /** Its class of meaning, or its stem; empty for grammar and punctuation. */
  readonly key: string
  /** An acronym, a name with a digit or an inner capital, or a word with a capital within the sentence. */
  readonly isName: boolean
  readonly start: number
  /** Number of the segment that it stands in. */
  readonly segment: number
}

export interface Statement {
  readonly text: string
  readonly tokens: readonly Token[]
  readonly keys: ReadonlySet<string>
  /** Names as written. */
  readonly names: readonly string[]
  readonly figures: readonly (Figure & { readonly segment: number })[]
}

const WORD = /[\p{L}\p{N}_]+(?:[-‐‑'’/.^=]+[\p{L}\p{N}_]+)*|[,;:()]/gu
const NAME_LIKE = /^(?=.*\p{L})(?:\p{L}*\p{Lu}[\p{L}\p{N}_.'’-]*[\p{Lu}\p{N}][\p{L}\p{N}_.'’-]*|\p{Lu}\p{Lu}+s?|[\p{L}_-]*\p{L}[-_]?\d[\p{L}\p{N}_.-]*)$/u
/** A longer word is no name; the pattern's time grows with the third power of the length of one that it does not match. */
const LONGEST_NAME = 60
/** Most words: no name, no parts. */
const PLAIN = /^[a-z]+$/
/** As in "vitamin C". */
const LETTER = /^[B-HJ-Z]$/
const PARTICLE = /[-‐‑]in$/i
const CAPITAL = /^\p{Lu}\p{Ll}/u
/** Begins a part of the sentence that has figures and names of its own. */
const BOUNDARY = /^(?:and|or|whereas|where|while|versus|vs|against|but|than|compared|to|[,;:()])$/
export const PREPOSITION = /^(?:with|at|for|by|in|on|of|from|after|under|per|to)$/

/** One question has the same sentences read many times over. */
const MOST_KEPT = 500
const kept = new Map<string, Statement>()

export function readStatement(text: string): Statement {
  const known = kept.get(text)
  if (known !== undefined) return known
  const statement = read(text)
  if (kept.size >= MOST_KEPT) kept.clear()
  kept.set(text, statement)
  return statement
}

function read(text: string): Statement {
  const figures = figuresOf(text)
  const words = wordsOf(text, figures)
  const starts = segmentStarts(words, figures)
  const segmentAt = (place: number) => starts.filter((start) => start <= place).length
  // Named one by one: spread, they cost as much as reading the words.
  const tokens = words.map(({ word, key, isName, start }) => ({ word, key, isName, start, segment: segmentAt(start) }))
  return {
    text,
    tokens,
    keys: new Set(tokens.map(({ key }) => key).filter((key) => key !== '')),
    names: tokens.filter(({ isName }) => isName).map(({ word, start }) => text.slice(start, start + word.length)),
    figures: figures.map((figure) => ({ ...figure, segment: segmentAt(figure.start) })),
  }
}

function wordsOf(text: string, figures: readonly Figure[]): Omit<Token, 'segment'>[] {
  const tokens: Omit<Token, 'segment'>[] = []
  for (const { 0: raw, index } of text.matchAll(WORD)) {
    if (figures.some(({ start, end }) => index < end && start < index + raw.length)) continue
    if (PLAIN.test(raw)) {
      tokens.push({ word: raw, key: meaningOf(raw), isName: false, start: index })
      continue
    }
    const isName = (raw.length <= LONGEST_NAME && NAME_LIKE.test(raw)) || (index > 0 && LETTER.test(raw)) || (CAPITAL.test(raw) && index > 0 && !/[.!?:“"]\s*$/.test(text.slice(0, index)))
    // "Drop-in" drops nothing.
    const parts = isName || !/[-‐‑/]/.test(raw) || PARTICLE.test(raw) ? [raw] : raw.split(/(?<=[-‐‑/])/)
    let start = index
    for (const part of parts) {
      const word = part.replace(/[-‐‑/]+$/, '').replace(/['’]s?$/, '')
      tokens.push({ word, key: isName ? nameKey(word) : meaningOf(fold(word)), isName, start })
      start += part.length
    }
  }
  return tokens
}

/** `ResNet-50` and `ResNet50`, `CNNs` and `CNN` are the same name. */
export function nameKey(name: string): string {
  const joined = fold(name).replace(/[^\p{L}\p{N}]/gu, '')
  return /[\p{Lu}\p{N}]s$/u.test(name) ? joined.slice(0, -1) : /^\p{L}+$/u.test(joined) && !/\p{Lu}.*\p{Lu}/u.test(name) ? meaningOf(joined) || stem(joined) : joined
}

/** A segment holds one figure: the next begins at the last boundary before its figure, or else at a preposition. */
function segmentStarts(tokens: readonly Omit<Token, 'segment'>[], figures: readonly Figure[]): number[] {
  return figures.slice(1).map((figure, i) => {
    const between = tokens.filter(({ start }) => start >= (figures[i] as Figure).end && start < figure.start)
    const boundary = between.find(({ word }) => BOUNDARY.test(word.toLowerCase()) && word !== ')') ?? between.findLast(({ word }) => PREPOSITION.test(word.toLowerCase()))
    return boundary?.start ?? figure.start
  })
}
