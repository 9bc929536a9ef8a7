/** Turns a paper into a pair of views, as a question and the passage that answers it would be. */
import type { EncodedCorpus } from './encoded.js'
import type { Random } from './random.js'

export interface PairOptions {
  /** Shares of the views: title → abstract, a sentence → the rest, half → half; what is left is title → a sentence. */
  readonly views: readonly [number, number, number]
  /** Share of the question's tokens that are dropped at random. */
  readonly dropping: number
  /** Likewise of the passage's. */
  readonly passageDropping: number
  /** Share of pairs whose question loses tokens that the passage has too, so that meaning must do. */
  readonly sharedPairs: number
  /** Share of shared tokens dropped in those pairs. */
  readonly sharedDropping: number
  /** Share of pairs whose question begins like a question ("how does …"). */
  readonly asking: number
}

export interface Pair {
  readonly question: number[]
  readonly passage: number[]
}

/** How questions to a library begin; the words must come to weigh nothing. */
export const OPENINGS = [
  'what is', 'what are', 'how does', 'how do', 'how can', 'why does', 'does', 'do', 'is there', 'are there',
  'can', 'which', 'which papers study', 'what is known about', 'is it true that', 'what happens when',
  'how well does', 'what is the effect of', 'what are the limits of', 'show me work on', 'tell me about',
  'evidence that', 'methods for', 'i am looking for a paper that', 'what do we know about', 'what causes',
] as const

/** Draws one pair of a paper; `openings` are `OPENINGS` as token ids. */
export function drawPair(
  corpus: EncodedCorpus, paper: number, openings: readonly (readonly number[])[], options: PairOptions, random: Random,
): Pair {
  const first = corpus.paperStarts[paper] as number
  const last = (corpus.paperStarts[paper + 1] as number) - 1
  const { question, passage: whole } = drawView(corpus, first, last, options, random)
  const passage = thinned(whole, (_) => random.next() < options.passageDropping)
  const kept = thinOut(question, passage, options, random)
  if (openings.length === 0 || random.next() >= options.asking) return { question: kept, passage }
  return { question: [...(openings[random.below(openings.length)] as readonly number[]), ...kept], passage }
}

function drawView(corpus: EncodedCorpus, first: number, last: number, { views }: PairOptions, random: Random): Pair {
  const [titleToAbstract, sentenceToRest, halfToHalf] = views
  const sentences = last - first
  const view = random.next()
  if (sentences < 1) return { question: tokens(corpus, first, last), passage: tokens(corpus, first, last) }
  const one = first + 1 + random.below(sentences)
  if (view < titleToAbstract || sentences < 2) {
    return { question: tokens(corpus, first, first), passage: tokens(corpus, first + 1, last) }
  }
  if (view < titleToAbstract + sentenceToRest) {
    const rest = [...tokens(corpus, first, one - 1), ...tokens(corpus, one + 1, last)]
    return { question: tokens(corpus, one, one), passage: rest }
  }
  if (view < titleToAbstract + sentenceToRest + halfToHalf) {
    const middle = first + Math.ceil(sentences / 2)
    const halves = [tokens(corpus, first + 1, middle), tokens(corpus, middle + 1, last)] as const
    return random.next() < 0.5
      ? { question: halves[0], passage: halves[1] }
      : { question: halves[1], passage: halves[0] }
  }
  return { question: tokens(corpus, first, first), passage: tokens(corpus, one, one) }
}

/** Tokens of the sections from `from` to `to`, both included. */
export function tokens(corpus: EncodedCorpus, from: number, to: number): number[] {
  if (to < from) return []
  return Array.from(corpus.tokens.subarray(corpus.sectionStarts[from], corpus.sectionStarts[to + 1]))
}

function thinOut(question: number[], passage: readonly number[], options: PairOptions, random: Random): number[] {
  const shared = random.next() < options.sharedPairs ? new Set(passage) : undefined
  return thinned(question, (id) =>
    random.next() < options.dropping || (shared?.has(id) === true && random.next() < options.sharedDropping))
}

/** The tokens that are not dropped; all of them where none would be left. */
function thinned(tokens: number[], drops: (id: number) => boolean): number[] {
  const kept = tokens.filter((id) => !drops(id))
  return kept.length === 0 ? tokens : kept
}
