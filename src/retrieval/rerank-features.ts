/** Measures how well each of a few candidates bears on a question, by figures that mean the same in any library. */
import type { Paper } from '../papers/paper.js'
import { subjectTerms } from '../text/terms.js'
import { minMax } from './fusion.js'
import { locateTerms } from './locate-terms.js'
import type { Located, Sought } from './locate-terms.js'
import type { Rarity } from './rarity.js'

/** A paper with what the search knows about it. */
export interface RerankCandidate {
  readonly paper: Pick<Paper, 'title' | 'abstract'>
  /** Cosine with the paper as a whole. */
  readonly dense: number
  /** Cosine with the paper or its nearest sentence, whichever is nearer. */
  readonly similarity: number
  readonly fused: number
}

/** Shares weigh each term of the question by its rarity and lie in 0..1. */
export interface RerankFeatures {
  /** Fused value, scaled to 0..1 over the candidates. */
  readonly fused: number
  /** Cosines, less the best of the candidates: 0 is the best of this search. */
  readonly dense: number
  readonly bestSentence: number
  /** ln of the place by `dense`, the first being 1. */
  readonly densePlace: number
  /** Share of the question that the paper holds, a term counting the more the fewer of the candidates hold it. */
  readonly telling: number
  /** Share of the question that the paper holds only by words that begin alike. */
  readonly nearly: number
  /** Share of the question that the title holds. */
  readonly titleCoverage: number
  /** As `telling`, what the best `WINDOW` words in a row hold. */
  readonly windowTelling: number
  /** Share of the title's words that the question holds. */
  readonly titleAsked: number
  /** Share of the question's neighbouring terms that stand side by side here too; how near they stand on the whole. */
  readonly bigrams: number
  readonly proximity: number
}

/** A sentence and a bit, in words. */
const WINDOW = 30
/** Neighbours may have one word between them: "decay of the graph". */
const SIDE_BY_SIDE = 2

interface Asked extends Sought {
  readonly rarities: readonly number[]
}

/** One row a candidate, in their order; every value is finite. */
export function rerankFeatures(question: string, candidates: readonly RerankCandidate[], rarity: Rarity): RerankFeatures[] {
  const asked = prepare(question, rarity)
  const located = locateTerms(asked, candidates.map(({ paper }) => paper))
  const tellings = tellingWeights(asked, located)
  const fused = minMax(candidates.map((candidate) => candidate.fused))
  const dense = candidates.map((candidate) => candidate.dense)
  const places = logPlaces(dense)
  const nearest = Math.max(...dense)
  const nearestSentence = Math.max(...candidates.map(({ similarity }) => similarity))
  return candidates.map((candidate, i) => ({
    fused: fused[i] as number,
    dense: candidate.dense - nearest,
    bestSentence: candidate.similarity - nearestSentence,
    densePlace: places[i] as number,
    ...textFeatures(asked, located[i] as Located, tellings),
  }))
}

function prepare(question: string, rarity: Rarity): Asked {
  const subject = subjectTerms(question)
  const indices = new Map<string, number[]>()
  subject.forEach(({ term, joined }, i) => {
    for (const name of joined === undefined ? [term] : [term, joined]) indices.set(name, [...(indices.get(name) ?? []), i])
  })
  return { count: subject.length, indices, rarities: subject.map(({ term }) => rarity(term)) }
}

/** Rarity of each term times how few of the candidates hold it. */
function tellingWeights({ rarities }: Asked, located: readonly Located[]): number[] {
  return rarities.map((rarity, term) => rarity * Math.log((located.length + 1) / (located.filter(({ counts }) => (counts[term] as number) > 0).length + 0.5)))
}

function textFeatures({ count, rarities }: Asked, paper: Located, tellings: readonly number[]) {
  const total = sum(tellings)
  const distances = neighbourDistances(count, paper.hits)
  return {
    telling: share(tellings, (term) => (paper.counts[term] as number) > 0),
    nearly: share(rarities, (term) => paper.counts[term] === 0 && paper.near.has(term)),
    titleCoverage: share(rarities, (term) => paper.inTitle.has(term)),
    windowTelling: total > 0 ? bestWindow(paper.hits, tellings) / total : 0,
    titleAsked: paper.titleHits / Math.max(1, paper.titleWords),
    bigrams: mean(distances.map((distance) => Number(distance <= SIDE_BY_SIDE))),
    proximity: mean(distances.map((distance) => 1 / distance)),
  }
}

/** What the terms weigh for which something holds, as a share of all; 0 if nothing weighs anything. */
function share(weights: readonly number[], holds: (term: number) => boolean): number {
  const total = sum(weights)
  return total > 0 ? weights.reduce((held, weight, term) => held + (holds(term) ? weight : 0), 0) / total : 0
}

/** The greatest weight, in all, of the distinct terms within `WINDOW` words. */
function bestWindow(hits: Located['hits'], weights: readonly number[]): number {
  const inside = new Array<number>(weights.length).fill(0)
  let value = 0
  let best = 0
  let first = 0
  for (const { term, at } of hits) {
    if (inside[term] === 0) value += weights[term] as number
    inside[term] = (inside[term] as number) + 1
    for (let left = hits[first]; left !== undefined && at - left.at >= WINDOW; left = hits[++first]) {
      inside[left.term] = (inside[left.term] as number) - 1
      if (inside[left.term] === 0) value -= weights[left.term] as number
    }
    best = Math.max(best, value)
  }
  return best
}

/** For each term of the question but the last, how many words away the next one stands at its nearest; Infinity without either. */
function neighbourDistances(count: number, hits: Located['hits']): number[] {
  const distances = new Array<number>(Math.max(0, count - 1)).fill(Infinity)
  const last = new Array<number>(count).fill(-Infinity)
  const meet = (pair: number, other: number, at: number) => {
    if (pair < 0 || pair >= distances.length) return
    distances[pair] = Math.min(distances[pair] as number, Math.max(1, at - (last[other] as number)))
  }
  for (const { term, at } of hits) {
    last[term] = at
    meet(term - 1, term - 1, at)
    meet(term, term + 1, at)
  }
  return distances
}

/** ln of each value's place, the greatest being 1; equal values share the better place. */
function logPlaces(values: readonly number[]): number[] {
  const places = new Map<number, number>()
  ;[...values].sort((a, b) => b - a).forEach((value, i) => places.set(value, places.get(value) ?? i + 1))
  return values.map((value) => Math.log(places.get(value) as number))
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0)
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : sum(values) / values.length
}
