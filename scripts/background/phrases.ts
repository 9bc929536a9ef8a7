/** Counts the phrases that titles of a large body of abstracts have in common: terms of art, for `index/background/phrases.tsv.gz`. */
import { phrasesOf } from '../../src/retrieval/related/phrases.js'

/** A phrase that fewer titles have is a chance of words, or too rare to be met. */
const LEAST_TITLES = 6

interface Abstract {
  readonly title: string
  readonly abstract: string
}

/**
 * Lines `phrase, abstracts that have it, those whose titles have it too`, the first one the abstracts in all; a phrase is
 * its stems with spaces between, as `phrasesOf` keys it. Single words are left to the counts of terms.
 *
 * @param read opens the abstracts from the start; it is called twice
 */
export async function phraseLines(read: () => AsyncIterable<Abstract>): Promise<string[]> {
  const inTitles = new Map<string, number>()
  for await (const { title } of read()) for (const key of phraseKeys(title)) inTitles.set(key, (inTitles.get(key) ?? 0) + 1)
  for (const [key, count] of inTitles) if (count < LEAST_TITLES) inTitles.delete(key)
  const held = new Map([...inTitles.keys()].map((key) => [key, { abstracts: 0, inBoth: 0 }]))
  let documents = 0
  for await (const { title, abstract } of read()) {
    documents++
    const own = new Set(phraseKeys(title))
    for (const key of phraseKeys(abstract)) {
      const counts = held.get(key)
      if (counts === undefined) continue
      counts.abstracts++
      if (own.has(key)) counts.inBoth++
    }
  }
  const lines = [...held].filter(([, { abstracts }]) => abstracts > 0).sort((a, b) => b[1].abstracts - a[1].abstracts || (a[0] < b[0] ? -1 : 1))
  return [`\t${documents}`, ...lines.map(([key, { abstracts, inBoth }]) => `${key}\t${abstracts}\t${inBoth}`)]
}

function phraseKeys(text: string): string[] {
  return [...phrasesOf(text, '').keys()].filter((key) => key.includes(' '))
}
