/** Reads a word that nobody knows as the known one that it is a slip of: "cahce" as "cache". */
import type { Rarity } from '../../retrieval/rarity.js'
import { stem, subjectTerms } from '../../text/terms.js'

export interface SpellingParts {
  readonly rarity: Rarity
  /** How many papers of the library contain each stem. */
  readonly documentFrequencies: (stems: readonly string[]) => Promise<readonly number[]>
}

export interface Spelled {
  readonly text: string
  /** What was read otherwise than it is written. */
  readonly taken: readonly { readonly written: string; readonly read: string }[]
}

/** Letters: shorter words are a slip of too many others, and longer ones of none, with many readings to look up. */
const SHORTEST = 5
const LONGEST = 25
/** Words looked up in one question: most of them are known, and a text in another language is no slip. */
const MOST_WORDS = 3
/** ln 3: in one or two of a quarter of a million abstracts words are misspelt too. */
const HARDLY_KNOWN = 1.1
/** Times as many papers must have a word as any other that it could be. */
const FAR_MORE_COMMON = 8
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/**
 * A word is read as another one if no paper has it, nor the literature at large, and one letter put in, left out, changed or
 * swapped with its neighbour makes a word of the library, and only one, or one by far the most common. A name with capitals within may be another name:
 * only swapped letters count there.
 */
export async function spelled(text: string, { rarity, documentFrequencies }: SpellingParts): Promise<Spelled> {
  const unknown = subjectTerms(text).filter(({ surface, term }) => surface.length >= SHORTEST && surface.length <= LONGEST && /^[a-z]+$/.test(surface) && rarity(term) > rarity('\u0000') - HARDLY_KNOWN)
  if (unknown.length === 0) return { text, taken: [] }
  const counts = await documentFrequencies(unknown.map(({ term }) => term))
  const missing = unknown.filter((_, i) => counts[i] === 0).slice(0, MOST_WORDS)
  const taken: { written: string; read: string }[] = []
  let corrected = text
  for (const { surface } of missing) {
    const whole = new RegExp(String.raw`(?<![\p{L}\p{N}])${surface}(?![\p{L}\p{N}])`, 'iu')
    const written = whole.exec(text)?.[0]
    const read = written === undefined ? undefined : await readingOf(surface, /^.+\p{Lu}/u.test(written), documentFrequencies)
    if (written === undefined || read === undefined) continue
    corrected = corrected.replace(whole, read)
    taken.push({ written, read })
  }
  return { text: corrected, taken }
}

/** The only word of the library that is one slip away, or one that far more papers have than any other; where several have one stem, the likeliest slip of them. */
async function readingOf(word: string, isName: boolean, documentFrequencies: SpellingParts['documentFrequencies']): Promise<string | undefined> {
  const candidates = isName ? swaps(word) : [...new Set([...swaps(word), ...otherSlips(word)])]
  const counts = await documentFrequencies(candidates.map(stem))
  const known = candidates.filter((_, i) => (counts[i] as number) > 0)
  const swapped = known.filter((candidate) => candidate.length === word.length && [...candidate].sort().join('') === [...word].sort().join(''))
  const likely = swapped.length > 0 ? swapped : known
  const byStem = new Map([...likely].reverse().map((candidate) => [stem(candidate), candidate]))
  const [first, second] = [...byStem.values()].map((candidate) => ({ candidate, papers: counts[candidates.indexOf(candidate)] as number })).sort((a, b) => b.papers - a.papers)
  return first !== undefined && (second === undefined || first.papers >= second.papers * FAR_MORE_COMMON) ? first.candidate : undefined
}

/** Two neighbouring letters in the other order. */
function swaps(word: string): string[] {
  return Array.from({ length: word.length - 1 }, (_, i) => `${word.slice(0, i)}${word[i + 1]}${word[i]}${word.slice(i + 2)}`)
}

/** A letter changed, put in, or left out. */
function otherSlips(word: string): string[] {
  const places = Array.from({ length: word.length + 1 }, (_, i) => [word.slice(0, i), word.slice(i)] as const)
  return places.flatMap(([before, after]) => [
    ...[...LETTERS].map((letter) => `${before}${letter}${after}`),
    ...(after === '' ? [] : [`${before}${after.slice(1)}`, ...[...LETTERS].map((letter) => `${before}${letter}${after.slice(1)}`)]),
  ])
}

/** What a reader should know: "Read “cahce” as “cache”; no paper here has “cahce”." */
export function spellingNotice(taken: Spelled['taken']): string {
  return taken.map(({ written, read }) => `Read “${written}” as “${read}”: no paper here has “${written}”.`).join(' ')
}
