/** Ranks papers by how near they are to seeds, and how far from papers that are not wanted. */
import type { Filter, Handle, Library, PaperVectors, WeightedTerms } from '../../library/library.js'
import type { Paper } from '../../papers/paper.js'
import { terms } from '../../text/terms.js'
import { minMax } from '../fusion.js'
import type { Rarity } from '../rarity.js'
import { dot, meanDirection } from '../vectors.js'
import { isTakenFrom, termSet } from './choose.js'
import { feedbackOf } from './feedback.js'
import type { Candidate } from './feedback.js'
import { queryOf, weighTerms } from './seed.js'
import type { Seed } from './seed.js'

export interface RankedCandidate {
  readonly handle: Handle
  readonly paper: Paper
  readonly vectors: PaperVectors
  /** By which candidates are ranked: 0..1 over one request before papers that are not wanted push down. */
  readonly relatedness: number
  /** The same for each seed alone. */
  readonly bySeed: readonly number[]
}

/** What papers are sought by: a seed, or what several have in common. */
interface Probe {
  readonly query: WeightedTerms
  readonly vector: Float32Array
  readonly terms: ReadonlySet<string>
}

/** Candidates of one probe, from each side; several probes share as many, but each brings at least the second number. */
const CANDIDATES = 150
const LEAST_CANDIDATES = 25

/** Below 1, so that a paper near every seed comes before one that is very near to one alone; 1 would be the plain mean. */
const BREADTH = 0.5

/** Candidates from which feedback may come. */
const FED_BACK = 10

/** Weights of values in standard deviations, chosen on one half of the examples of `npm run evaluate -- --related`. */
const WEIGHTS = { lexical: 0.2, dense: 0.5, towardsNearest: 0.8, addedTerms: 0.5 }

export interface RankRequest {
  readonly seeds: readonly Seed[]
  readonly unwanted: readonly Seed[]
  readonly filter?: Filter | undefined
  /** How many candidates are read and ranked. */
  readonly depth: number
  readonly signal?: AbortSignal | undefined
}

/**
 * Candidates by BM25 over a seed's weightiest terms and by the cosine of the leading dimensions; the nearest of them by both
 * are read and ranked by BM25, the whole cosine, and what the nearest papers add to either (see `feedback.ts`).
 * Sentences are not aligned, which ranks papers worse. `weigh` should be plain rarity where a text is among the seeds: a part
 * of an abstract meets the rest of it in seldom words that are no subject. Of several seeds the power mean, and what they share
 * counts as a seed of its own. The seeds themselves and what is not wanted are left out.
 */
export async function rankRelated(library: Library, weigh: Rarity, { seeds, unwanted, filter, depth, signal }: RankRequest): Promise<RankedCandidate[]> {
  const probes = seeds.map((seed): Probe => ({ query: queryOf(seed, weigh), vector: seed.vectors.paper, terms: new Set(terms(seed.passage)) }))
  const common = commonProbe(seeds, weigh)
  const all = common === undefined ? probes : [...probes, common]
  const limit = Math.max(LEAST_CANDIDATES, Math.ceil(CANDIDATES / all.length)) + seeds.length + unwanted.length
  const found = await Promise.all(all.flatMap(({ query, vector }) => [library.searchLexical(query, { limit, filter }), library.searchVectors(vector, { limit, filter })]))
  signal?.throwIfAborted()
  const named = new Set([...seeds, ...unwanted].map(({ handle }) => handle))
  const handles = [...new Set(found.flat().map(({ handle }) => handle))].filter((handle) => !named.has(handle))
  const candidates = await readCandidates(library, await nearestOf(library, all, handles, depth))
  signal?.throwIfAborted()
  const byProbe = await Promise.all(all.map((probe) => relatednessTo(library, weigh, probe, candidates)))
  const pull = await pullOfUnwanted(library, weigh, { seeds, unwanted, handles: candidates.map(({ handle }) => handle) })
  return candidates
    .map((candidate, i) => ({ ...candidate, relatedness: powerMean(byProbe.map((values) => values[i] as number)) - (pull[i] as number), bySeed: byProbe.slice(0, seeds.length).map((values) => values[i] as number) }))
    .sort((a, b) => b.relatedness - a.relatedness || a.handle - b.handle)
}

/** Those that are worth reading, by what the indexes know of them. */
async function nearestOf(library: Library, probes: readonly Probe[], handles: readonly Handle[], depth: number): Promise<Handle[]> {
  const byProbe = await Promise.all(probes.map(async ({ query, vector }) => {
    const [bm25, cosines] = await Promise.all([library.scoreLexical(query, handles), library.scoreVectors(vector, handles)])
    return minMax(weighted([[1, bm25], [1, cosines]]))
  }))
  return handles
    .map((handle, i) => ({ handle, nearness: powerMean(byProbe.map((values) => values[i] as number)) }))
    .sort((a, b) => b.nearness - a.nearness || a.handle - b.handle)
    .slice(0, depth)
    .map(({ handle }) => handle)
}

async function readCandidates(library: Library, handles: readonly Handle[]): Promise<Candidate[]> {
  const [papers, vectors] = await Promise.all([library.read(handles), library.vectors(handles)])
  return handles.flatMap((handle, i) => {
    const [paper, own] = [papers[i], vectors[i]]
    return paper === undefined || own === undefined ? [] : [{ handle, paper, vectors: own }]
  })
}

/** 0..1 over the candidates. */
async function relatednessTo(library: Library, weigh: Rarity, probe: Probe, candidates: readonly Candidate[]): Promise<number[]> {
  const handles = candidates.map(({ handle }) => handle)
  const bm25 = await library.scoreLexical(probe.query, handles)
  const cosines = candidates.map(({ vectors }) => dot(vectors.paper, probe.vector))
  const nearness = minMax(weighted([[1, bm25], [1, cosines]]))
  const nearest = candidates.map((candidate, i) => ({ ...candidate, nearness: nearness[i] as number }))
    .sort((a, b) => b.nearness - a.nearness)
    .slice(0, FED_BACK)
    // The paper that a pasted text was taken from would only tell what was left out of it.
    .filter(({ paper }) => !isTakenFrom(probe.terms, termSet(`${paper.title}. ${paper.abstract}`)))
  const { direction, query } = feedbackOf(probe, nearest, weigh)
  return minMax(weighted([
    [WEIGHTS.lexical, bm25],
    [WEIGHTS.dense, cosines],
    [WEIGHTS.towardsNearest, candidates.map(({ vectors }) => dot(vectors.paper, direction))],
    [WEIGHTS.addedTerms, await library.scoreLexical(query, handles)],
  ]))
}

function weighted(lists: readonly (readonly [weight: number, values: readonly number[]])[]): number[] {
  const scaled = lists.map(([weight, values]) => standardised(values).map((value) => weight * value))
  return (lists[0]?.[1] ?? []).map((_, i) => scaled.reduce((sum, values) => sum + (values[i] as number), 0))
}

/** The terms that at least half of several seeds hold, and their mean direction. */
function commonProbe(seeds: readonly Seed[], weigh: Rarity): Probe | undefined {
  const direction = meanDirection(seeds.map(({ vectors }) => vectors.paper))
  if (seeds.length < 2 || direction === undefined) return undefined
  const holders = new Map<string, number>()
  for (const { passage } of seeds) for (const term of new Set(terms(passage))) holders.set(term, (holders.get(term) ?? 0) + 1)
  const shared = [...holders].filter(([, count]) => count >= Math.max(2, seeds.length / 2)).flatMap(([term, count]) => new Array<string>(count).fill(term))
  return { query: weighTerms(shared, weigh), vector: direction, terms: new Set(holders.keys()) }
}

/**
 * How far each candidate is pushed down, 0 for most: by how much of what an unwanted paper has and no seed has, in its
 * terms and in the part of its vector that is at right angles to the seeds (after Rocchio 1971), it has more than
 * candidates have as a rule. As much as the unwanted paper itself is 1.
 */
async function pullOfUnwanted(library: Library, weigh: Rarity, { seeds, unwanted, handles }: Pick<RankRequest, 'seeds' | 'unwanted'> & { readonly handles: readonly Handle[] }): Promise<number[]> {
  const wanted = new Set(seeds.flatMap(({ passage }) => terms(passage)))
  const pulls = await Promise.all(unwanted.map(async (paper) => {
    const query = weighTerms(terms(paper.passage).filter((term) => !wanted.has(term)), weigh)
    const rest = awayFrom(paper.vectors.paper, seeds.map(({ vectors }) => vectors.paper))
    const own = [...handles, paper.handle as Handle]
    const [lexical, dense] = await Promise.all([library.scoreLexical(query, own), rest === undefined ? own.map(() => 0) : library.scoreVectors(rest, own)])
    const [byTerms, byMeaning] = [shareOfLast(lexical), shareOfLast(dense)]
    return aboveTheRule(byTerms.map((value, i) => (value + (byMeaning[i] as number)) / 2))
  }))
  return handles.map((_, i) => Math.max(0, ...pulls.map((pull) => pull[i] as number)))
}

/** The part of a vector that none of the others explains (Gram and Schmidt); undefined if nothing is left. */
function awayFrom(vector: Float32Array, others: readonly Float32Array[]): Float32Array | undefined {
  const basis: Float32Array[] = []
  const without = (start: Float32Array) => basis.reduce((rest, axis) => {
    const share = dot(rest, axis)
    return rest.map((value, i) => value - share * (axis[i] as number))
  }, start)
  for (const other of others) {
    const axis = meanDirection([without(other)])
    if (axis !== undefined) basis.push(axis)
  }
  const rest = without(vector)
  return dot(rest, rest) > 1e-6 ? rest : undefined
}

/** All but the last value, as shares of the last, none below 0. */
function shareOfLast(values: readonly number[]): number[] {
  const last = values.at(-1) ?? 0
  return values.slice(0, -1).map((value) => (last > 0 ? Math.max(0, value) / last : 0))
}

function aboveTheRule(values: readonly number[]): number[] {
  const { mean, deviation } = spread(values)
  const rule = mean + deviation
  return values.map((value) => (rule < 1 ? Math.max(0, value - rule) / (1 - rule) : 0))
}

function standardised(values: readonly number[]): number[] {
  const { mean, deviation } = spread(values)
  return values.map((value) => (deviation > 0 ? (value - mean) / deviation : 0))
}

function spread(values: readonly number[]): { readonly mean: number; readonly deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length)
  return { mean, deviation: Math.sqrt(variance) }
}

function powerMean(values: readonly number[]): number {
  return (values.reduce((sum, value) => sum + Math.max(0, value) ** BREADTH, 0) / Math.max(1, values.length)) ** (1 / BREADTH)
}
