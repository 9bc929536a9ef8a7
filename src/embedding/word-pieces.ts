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
  // By token, how often the text in hand has it; all zero between texts. A map would cost twice as much.
  let countOf = new Uint32Array(1_024)
  return (text) => {
    const ids: number[] = []
    for (const word of words(text)) {
      for (const id of encode(word)) {
        if (id >= countOf.length) countOf = larger(countOf, id)
        if (countOf[id] === 0) ids.push(id)
        countOf[id] = (countOf[id] as number) + 1
      }
    }
    const counts = ids.map((id) => countOf[id] as number)
    for (const id of ids) countOf[id] = 0
    return { ids, counts }
  }
}

function larger(numbers: Uint32Array<ArrayBuffer>, index: number): Uint32Array<ArrayBuffer> {
  const result = new Uint32Array(2 * index)
  result.set(numbers)
  return result
}
