/** Says why a paper is related: which seed pulled it, what they share, and which sentences meet. */
import type { PaperVectors } from '../../library/library.js'
import type { Paper } from '../../papers/paper.js'
import { cleanText } from '../../text/clean.js'
import type { Rarity } from '../rarity.js'
import type { RelatedPaper } from '../retrieval.js'
import { dot } from '../vectors.js'
import { distinctPairs, pairSentences, readSentence } from './pairs.js'
import type { Pair, ReadSentence } from './pairs.js'
import { meeting } from './part.js'
import { phrasesOf } from './phrases.js'
import type { Phrases } from './phrases.js'
import type { Seed } from './seed.js'
import { sharedPhrases } from './shared-phrases.js'
import type { SharedPhrase, Telling } from './shared-phrases.js'

const PAIRS = 2
const MOST_PAIRS = 3
const MOST_TERMS = 6
/** Weight of the words that two sentences share from which on they half convince, and what it adds that both name what the papers share. */
const HALF_CONVINCES = 6
const NAMED = 1.4
/** Least worth of a pair that is shown: of one that names what the papers share, of another, and of a further one. */
const LEAST_NAMED = 0.06
const LEAST_WORTH = 0.13
const LEAST_OF_SECOND = 0.15
/** A seed pulls a paper if it ranks it at least so high, as a share of the seed that ranks it highest. */
const PULLS = 0.6

export interface ReadSeed {
  readonly seed: Seed
  readonly phrases: Phrases
  readonly sentences: readonly ReadSentence[]
}

export function readSeed(seed: Seed, weigh: Rarity): ReadSeed {
  const sentences = seed.vectors.sentences.map((sentence) => readSentence(sentence, cleanText(seed.text.slice(sentence.start, sentence.end)), weigh))
  return { seed, phrases: phrasesOf(seed.title, seed.id === undefined ? seed.passage : seed.text), sentences }
}

export interface Hit {
  readonly paper: Paper
  readonly vectors: PaperVectors
  readonly bySeed: readonly number[]
}

type Why = RelatedPaper['why']

export function explain({ paper, vectors, bySeed }: Hit, seeds: readonly ReadSeed[], telling: Telling): Why {
  const own = phrasesOf(paper.title, paper.abstract)
  const pulling = pullingSeeds(bySeed).map((i) => seeds[i] as ReadSeed).map((seed) => ({ ...seed, shared: sharedPhrases(seed.phrases, own, telling) }))
  const theirs = vectors.sentences.map((sentence) => readSentence(sentence, paper.abstract.slice(sentence.start, sentence.end), telling.weigh))
  return {
    seeds: pulling.map(({ seed }) => ({ ...idOf(seed), similarity: dot(seed.vectors.paper, vectors.paper) })),
    sharedTerms: mergedTerms(pulling.map(({ shared }) => shared)),
    pairs: pairsOf(pulling, theirs).map(({ seed, mine, theirs, similarity }) => ({
      ...idOf(seed),
      seedSentence: quote(seed.text, mine),
      hitSentence: quote(paper.abstract, theirs),
      similarity,
    })),
  }
}

function idOf({ id }: Seed): { readonly seedId?: string } {
  return id === undefined ? {} : { seedId: id }
}

/** The strongest first. */
function pullingSeeds(bySeed: readonly number[]): number[] {
  const most = Math.max(...bySeed)
  return [...bySeed.keys()].filter((i) => (bySeed[i] as number) >= PULLS * most).sort((a, b) => (bySeed[b] as number) - (bySeed[a] as number))
}

/** What it shares with every seed in turn, those of the strongest first, without repeats. */
function mergedTerms(shared: readonly (readonly SharedPhrase[])[]): string[] {
  const lists = shared.map((phrases) => phrases.map(({ text }) => text))
  const merged = lists.length === 0 ? [] : (lists[0] as string[]).flatMap((_, place) => lists.flatMap((list) => list[place] ?? []))
  return [...new Set(merged)].slice(0, MOST_TERMS)
}

/** The most telling pair of each pulling seed first, then the most telling of what is left; none that says nothing of what both are about. */
function pairsOf(pulling: readonly (ReadSeed & { readonly shared: readonly SharedPhrase[] })[], theirs: readonly ReadSentence[]) {
  const bySeed = pulling.slice(0, MOST_PAIRS).map(({ seed, sentences, shared }) =>
    pairSentences(sentences, theirs).map((pair) => ({ ...pair, seed, ...judged(pair, shared) })).sort((a, b) => b.worth - a.worth))
  const firsts = bySeed.flatMap((pairs) => pairs.slice(0, 1).filter(({ worth, isNamed }) => worth >= (isNamed ? LEAST_NAMED : LEAST_WORTH)))
  const rest = bySeed.flatMap((pairs) => pairs.slice(1)).filter(({ worth }) => worth >= LEAST_OF_SECOND).sort((a, b) => b.worth - a.worth)
  return distinctPairs([...firsts, ...rest], Math.max(PAIRS, bySeed.length))
}

/**
 * Sentences of one form ("simulations show that the method works") are close and tell nothing: what counts is how much of the
 * subject they share, whether both name what the papers have in common, and whether they meet on the same point.
 */
function judged({ mine, theirs, closeness }: Pair, shared: readonly SharedPhrase[]): { readonly worth: number; readonly isNamed: boolean } {
  let weight = 0
  for (const [term, own] of mine.weights) if (theirs.weights.has(term)) weight += own
  const isNamed = shared.some(({ stems }) => stems.every((term) => mine.weights.has(term) && theirs.weights.has(term)))
  return { isNamed, worth: ((closeness * weight) / (weight + HALF_CONVINCES)) * meeting(mine.part, theirs.part) * (isNamed ? NAMED : 1) }
}

function quote(text: string, { start, end }: { readonly start: number; readonly end: number }) {
  return { text: text.slice(start, end), start, end }
}
