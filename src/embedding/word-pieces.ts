/** Cuts texts into token counts, each distinct word only once: tokenising costs more than the vector. */
import { words } from '../text/words.js'

/** A text as its distinct tokens and how often it has each. */
export interface TokenCounts {
  readonly ids: readonly number[]
  readonly counts: readonly number[]
}

const MAX_CACHED_WORDS = 200_000

/** `encodeWord` gives the ids of one word of `words()`, without special tokens. */
export function createTokenCounter(encodeWord: (word: string) => readonly number[]): (text: string) => TokenCounts {
  const known = new Map<string, readonly number[]>()
  const encode = (word: string): readonly number[] => {
    const cached = known.get(word)
    if (cached !== undefined) return cached
    const ids = encodeWord(word)
    if (known.size >= MAX_CACHED_WORDS) known.clear()
    known.set(word, ids)
    return ids
  }
  return (text) => {
    const counts = new Map<number, number>()
    for (const word of words(text)) for (const id of encode(word)) counts.set(id, (counts.get(id) ?? 0) + 1)
    return { ids: [...counts.keys()], counts: [...counts.values()] }
  }
}
