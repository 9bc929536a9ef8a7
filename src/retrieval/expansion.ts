/** Widens a question by the other forms of its acronyms and by terms of near meaning. */
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { FootnoteError } from '../errors.js'
import type { WeightedTerms } from '../library/library.js'
import { subjectTerms, terms } from '../text/terms.js'

/** Other terms for a term, each with a weight below 1. */
export type Thesaurus = ReadonlyMap<string, WeightedTerms>

/** Longest key, in terms: "markov chain mont carlo" has four. */
const MAX_KEY_TERMS = 5

/** A question's terms weigh 1; what a thesaurus adds weighs less, and never lowers what is there. */
export function expandTerms(question: string, thesauri: readonly Thesaurus[]): WeightedTerms {
  const weights = new Map(terms(question).map((term) => [term, 1]))
  const keys = phrases(subjectTerms(question).map(({ term }) => term))
  for (const thesaurus of thesauri) {
    for (const key of keys) {
      for (const [term, weight] of thesaurus.get(key) ?? []) weights.set(term, Math.max(weights.get(term) ?? 0, weight))
    }
  }
  return weights
}

function phrases(words: readonly string[]): string[] {
  return words.flatMap((_, start) => Array.from({ length: Math.min(MAX_KEY_TERMS, words.length - start) }, (_, more) => words.slice(start, start + more + 1).join(' ')))
}

/** Reads gzipped lines `key<TAB>term<TAB>weight`, where a key is one to five terms with spaces between. */
export async function readThesaurus(path: string): Promise<Thesaurus> {
  const text = await readFile(path).then(
    (bytes) => gunzipSync(bytes).toString('utf8'),
    (cause: unknown) => {
      throw new FootnoteError('internal', `The thesaurus ${path} cannot be read; restore the file from the repository.`, { cause })
    },
  )
  const thesaurus = new Map<string, Map<string, number>>()
  for (const line of text.split('\n')) {
    const [key, term, weight] = line.split('\t')
    if (key === undefined || term === undefined) continue
    const entry = thesaurus.get(key) ?? new Map<string, number>()
    thesaurus.set(key, entry.set(term, Number(weight)))
  }
  return thesaurus
}
