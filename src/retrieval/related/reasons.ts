/** Says why a paper is related: which seed pulled it, what they share, and which sentences meet. */
import type { PaperVectors } from '../../library/library.js'
import type { Paper } from '../../papers/paper.js'
import { cleanText } from '../../text/clean.js'
import type { Rarity } from '../rarity.js'
import type { RelatedPaper } from '../retrieval.js'
import { dot } from '../vectors.js'
import { distinctPairs, pairSentences, readSentence } from './pairs.js'
import type { Pair, ReadSentence } from './pairs.js'
import { phrasesOf, sharedPhrases } from './phrases.js'
import type { Phrases, Telling } from './phrases.js'
import type { Seed } from './seed.js'

const PAIRS = 2
const MOST_PAIRS = 3
/** Weight of the words that two sentences share from which on they half convince, and closeness from which on a further pair does. */
const HALF_CONVINCES = 6
const LEAST_CLOSENESS = 0.2
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
  const pulling = pullingSeeds(bySeed).map((i) => seeds[i] as ReadSeed)
  const own = phrasesOf(paper.title, paper.abstract)
  const theirs = vectors.sentences.map((sentence) => readSentence(sentence, paper.abstract.slice(sentence.start, sentence.end), telling.weigh))
  return {
    seeds: pulling.map(({ seed }) => ({ ...idOf(seed), similarity: dot(seed.vectors.paper, vectors.paper) })),
    sharedTerms: sharedTerms(pulling, own, telling),
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
function sharedTerms(pulling: readonly ReadSeed[], own: Phrases, telling: Telling): string[] {
  const lists = pulling.map(({ phrases }) => sharedPhrases(phrases, own, telling).map(({ text }) => text))
  const merged = lists.length === 0 ? [] : (lists[0] as string[]).flatMap((_, place) => lists.flatMap((list) => list[place] ?? []))
  return [...new Set(merged)].slice(0, 6)
}

/** The most telling pair of each pulling seed first, then the most telling of what is left; beyond the first, only pairs that share words of the subject. */
function pairsOf(pulling: readonly ReadSeed[], theirs: readonly ReadSentence[]) {
  const bySeed = pulling.slice(0, MOST_PAIRS).map(({ seed, sentences }) =>
    pairSentences(sentences, theirs).map((pair) => ({ ...pair, seed, worth: worthOf(pair) })).sort((a, b) => b.worth - a.worth))
  const firsts = bySeed.flatMap((pairs) => pairs.slice(0, 1))
  const rest = bySeed.flatMap((pairs) => pairs.slice(1)).filter(({ worth, closeness }) => worth > 0 && closeness >= LEAST_CLOSENESS).sort((a, b) => b.worth - a.worth)
  return distinctPairs([...firsts, ...rest], Math.max(PAIRS, bySeed.length))
}

/** Sentences of one form ("simulations show that the method works") are close and tell nothing: what counts is how much of the subject they share. */
function worthOf({ mine, theirs, closeness }: Pair): number {
  let shared = 0
  for (const [term, weight] of mine.weights) if (theirs.weights.has(term)) shared += weight
  return (closeness * shared) / (shared + HALF_CONVINCES)
}

function quote(text: string, { start, end }: { readonly start: number; readonly end: number }) {
  return { text: text.slice(start, end), start, end }
}
