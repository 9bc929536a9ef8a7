/** Ranks papers by how near they are to seeds, and how far from papers that are not wanted. */
import type { Filter, Handle, Library } from '../../library/library.js'
import { terms } from '../../text/terms.js'
import { minMax } from '../fusion.js'
import type { Rarity } from '../rarity.js'
import { dot, meanDirection } from '../vectors.js'
import { queryOf, weighTerms } from './seed.js'
import type { Seed } from './seed.js'

export interface RankedCandidate {
  readonly handle: Handle
  /** By which candidates are ranked: 0..1 over one request before papers that are not wanted push down. */
  readonly relatedness: number
  /** The same for each seed alone. */
  readonly bySeed: readonly number[]
}

/** Candidates of one seed, from each side; several seeds share as many, but each brings at least the second number. */
const CANDIDATES = 150
const LEAST_CANDIDATES = 25

/** Below 1, so that a paper near every seed comes before one that is very near to one alone; 1 would be the plain mean. */
const BREADTH = 0.5

export interface RankRequest {
  readonly seeds: readonly Seed[]
  readonly unwanted: readonly Seed[]
  readonly filter?: Filter | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * For each seed BM25 over its rarest terms and the cosine of the papers, both in standard deviations, added and scaled;
 * sentences are not aligned, which ranks papers worse. Of several seeds the power mean, and what they share
 * counts as a seed of its own.
 */
export async function rankRelated(library: Library, rarity: Rarity, { seeds, unwanted, filter, signal }: RankRequest): Promise<RankedCandidate[]> {
  const probes = seeds.map((seed) => ({ query: queryOf(seed, rarity), vector: seed.vectors.paper }))
  const common = commonProbe(seeds, rarity)
  const all = common === undefined ? probes : [...probes, common]
  const limit = Math.max(LEAST_CANDIDATES, Math.ceil(CANDIDATES / all.length)) + seeds.length + unwanted.length
  const found = await Promise.all(all.flatMap(({ query, vector }) => [library.searchLexical(query, { limit, filter }), library.searchVectors(vector, { limit, filter })]))
  signal?.throwIfAborted()
  const handles = [...new Set(found.flat().map(({ handle }) => handle))]
  const byProbe = await Promise.all(all.map(async ({ query, vector }) => {
    const [bm25, dense] = await Promise.all([library.scoreLexical(query, handles), library.scoreVectors(vector, handles)])
    const [lexical, semantic] = [standardised(bm25), standardised(dense)]
    return minMax(lexical.map((value, i) => value + (semantic[i] as number)))
  }))
  const pull = await pullOfUnwanted(library, rarity, { seeds, unwanted, handles })
  return handles
    .map((handle, i) => ({ handle, relatedness: powerMean(byProbe.map((values) => values[i] as number)) - (pull[i] as number), bySeed: byProbe.slice(0, seeds.length).map((values) => values[i] as number) }))
    .sort((a, b) => b.relatedness - a.relatedness || a.handle - b.handle)
}

/** The terms that at least half of several seeds hold, and their mean direction. */
function commonProbe(seeds: readonly Seed[], rarity: Rarity) {
  const direction = meanDirection(seeds.map(({ vectors }) => vectors.paper))
  if (seeds.length < 2 || direction === undefined) return undefined
  const holders = new Map<string, number>()
  for (const { passage } of seeds) for (const term of new Set(terms(passage))) holders.set(term, (holders.get(term) ?? 0) + 1)
  const shared = [...holders].filter(([, count]) => count >= Math.max(2, seeds.length / 2)).flatMap(([term, count]) => new Array<string>(count).fill(term))
  return { query: weighTerms(shared, rarity), vector: direction }
}

/**
 * How far each candidate is pushed down, 0 for most: by how much of what an unwanted paper has and no seed has, in its
 * terms and in the part of its vector that is at right angles to the seeds (after Rocchio 1971), it has more than
 * candidates have as a rule. As much as the unwanted paper itself is 1.
 */
async function pullOfUnwanted(library: Library, rarity: Rarity, { seeds, unwanted, handles }: Pick<RankRequest, 'seeds' | 'unwanted'> & { readonly handles: readonly Handle[] }): Promise<number[]> {
  const wanted = new Set(seeds.flatMap(({ passage }) => terms(passage)))
  const pulls = await Promise.all(unwanted.map(async (paper) => {
    const query = weighTerms(terms(paper.passage).filter((term) => !wanted.has(term)), rarity)
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
