/** Ranks papers by BM25 over the lists of a lexical index, reading as few of them as the ranking needs. */
import { nthLargest, withRoom } from './arrays.js'
import type { HandleSet } from './filter.js'
import type { LexicalHit, WeightedTerms } from './library.js'
import type { PagedLists } from './paged-lists.js'

/** BM25's saturation and length normalisation: the best of a grid on judged questions, ± 1 point of nDCG. */
const K1 = 1.5
export const B = 0.75

/** About as many entries are read to finish one paper's sum by its own list. */
const TERMS_A_PAPER = 100
/** Sums of a few doubles differ in their last bits by the order of addition; a bound must not cut on those. */
const SLACK = 1e-9

/** The index as it stands; an entry of a list is the slot of a paper, or a term, × 256, + how often it occurs. */
export interface LexicalLists {
  /** The number of each term, by which the arrays over terms are read. */
  readonly numbers: ReadonlyMap<string, number>
  /** For each term the slots of its papers; for each slot the terms of its paper. */
  readonly postings: PagedLists
  readonly contents: PagedLists
  readonly frequencies: Uint32Array
  /** The greatest count of each term in a paper, and the greatest share of a paper that it makes. */
  readonly mostOften: Uint8Array
  readonly densest: Float32Array
  /** For each slot the paper, 0 if it is gone, and how many terms it has. */
  readonly handles: Uint32Array
  readonly lengths: Uint16Array
  /** Papers, and terms of all of them. */
  readonly size: number
  readonly totalLength: number
}

export interface Bm25Options {
  readonly limit: number
  readonly among?: HandleSet | undefined
  /** false: every posting is read; the result is the same. */
  readonly pruned?: boolean
  /** A place for each slot, all 0, and all 0 again afterwards. */
  readonly sums: Float64Array
}

/** A query term as the index sees it. */
interface Part {
  readonly term: number
  /** Its idf times its weight in the query. */
  readonly weight: number
  /** No paper gets more than this from the term. */
  readonly bound: number
}

/** The terms that are in the library, the one that can add most first; every sum is made in this order. */
function partsOf(lists: LexicalLists, query: WeightedTerms): Part[] {
  const { numbers, frequencies, size } = lists
  const parts: Part[] = []
  for (const [name, weight] of query) {
    const term = numbers.get(name) ?? -1
    const frequency = frequencies[term] ?? 0
    if (frequency === 0 || !(weight > 0)) continue
    const idf = Math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))
    const bound = idf * weight * (K1 + 1) * mostSaturated(lists, term)
    parts.push({ term, weight: idf * weight, bound })
  }
  return parts.sort((a, b) => b.bound - a.bound || a.term - b.term)
}

/** tf/(tf + a + c·length) = 1/(1 + a/tf + c·length/tf) is largest with the largest tf and the largest tf/length. */
function mostSaturated(lists: LexicalLists, term: number): number {
  const [count, density] = [lists.mostOften[term] as number, lists.densest[term] as number]
  return 1 / (1 + (K1 * (1 - B)) / count + perTermOf(lists) / (density * (1 + 1e-6)))
}

/** What each term of a paper adds to the denominator. */
function perTermOf({ size, totalLength }: LexicalLists): number {
  return (K1 * B * size) / totalLength
}

/**
 * Term at a time with MaxScore's stopping rule (Turtle & Flood 1995): once all remaining terms together
 * cannot lift a paper that has none of the terms so far over the `limit`-th sum, the lists that are left
 * are the longest, and only the sums of papers that can still get there are brought to their end.
 */
export function searchBm25(lists: LexicalLists, query: WeightedTerms, { limit, among, pruned = true, sums }: Bm25Options): LexicalHit[] {
  const { postings, lengths, handles } = lists
  const parts = partsOf(lists, query)
  if (limit < 1 || parts.length === 0) return []
  const remaining = boundsFrom(parts)
  let found = new Uint32Array(1_024)
  let count = 0
  let next = 0
  let isClosed = false
  /** The `limit`-th sum, as it was when the search could stop. */
  let least: number | undefined
  for (; next < parts.length; next++) {
    if (pruned && canStop()) break
    accumulate(parts[next] as Part)
  }
  const candidates = finish()
  for (let i = 0; i < count; i++) sums[found[i] as number] = 0
  return best(candidates, limit)

  /** Closes the set of candidates once it can be, and says whether the few left are cheaper one by one. */
  function canStop(): boolean {
    const reach = remaining[next] as number
    // No sum can be above the bounds that made it.
    if (count < limit || (remaining[0] as number) - reach < reach) return false
    let unread = 0
    for (let i = next; i < parts.length; i++) unread += postings.length((parts[i] as Part).term)
    if (unread < count) return false
    const bar = nthLargest(sumsOf(), count, limit) * (1 - SLACK)
    if (reach >= bar) return false
    isClosed = true
    let candidates = 0
    for (let i = 0; i < count; i++) if ((sums[found[i] as number] as number) + reach >= bar) candidates++
    if (candidates * TERMS_A_PAPER >= unread) return false
    least = bar
    return true
  }

  function accumulate({ term, weight }: Part): void {
    if (!isClosed) found = withRoom(found, count + postings.length(term))
    const scale = weight * (K1 + 1)
    const perTerm = perTermOf(lists)
    postings.runs(term, (entries, from, to) => {
      count = addRun({ entries, from, to, scale, perTerm, sums, lengths, handles, found, count, isClosed, among })
    })
  }

  /** The papers that may be among the best, each with its whole sum. */
  function finish(): LexicalHit[] {
    if (next === parts.length && count <= limit) return hitsOf((sum) => sum)
    const bar = least ?? nthLargest(sumsOf(), count, Math.min(limit, count)) * (1 - SLACK)
    const rest = parts.slice(next)
    const reach = (remaining[next] ?? 0) as number
    return hitsOf((sum, slot) => (sum + reach < bar ? undefined : rest.length === 0 ? sum : addParts(lists, rest, { slot, sum })))
  }

  function hitsOf(valueOf: (sum: number, slot: number) => number | undefined): LexicalHit[] {
    const hits: LexicalHit[] = []
    for (let i = 0; i < count; i++) {
      const slot = found[i] as number
      const bm25 = valueOf(sums[slot] as number, slot)
      if (bm25 !== undefined) hits.push({ handle: handles[slot] as number, bm25 })
    }
    return hits
  }

  function sumsOf(): Float64Array {
    const values = new Float64Array(count)
    for (let i = 0; i < count; i++) values[i] = sums[found[i] as number] as number
    return values
  }
}

/** The value of each paper by its slot, to the last bit what `searchBm25` gives; 0 for a slot below 0. */
export function bm25Values(lists: LexicalLists, query: WeightedTerms, slots: readonly number[]): number[] {
  const parts = partsOf(lists, query)
  return slots.map((slot) => (slot < 0 ? 0 : addParts(lists, parts, { slot, sum: 0 })))
}

/** A sum and what these terms add to it, read from the paper's own list of terms. */
function addParts(lists: LexicalLists, parts: readonly Part[], { slot, sum }: { readonly slot: number; readonly sum: number }): number {
  const { contents, lengths } = lists
  let whole = sum
  const counts = new Uint8Array(parts.length)
  contents.runs(slot, (entries, from, to) => {
    for (let i = from; i < to; i++) {
      const term = (entries[i] as number) >>> 8
      for (let j = 0; j < parts.length; j++) if ((parts[j] as Part).term === term) counts[j] = (entries[i] as number) & 255
    }
  })
  const perTerm = perTermOf(lists)
  parts.forEach(({ weight }, j) => {
    const times = counts[j] as number
    if (times > 0) whole += (weight * (K1 + 1) * times) / (times + K1 * (1 - B) + perTerm * (lengths[slot] as number))
  })
  return whole
}

interface Run {
  readonly entries: Uint32Array
  readonly from: number
  readonly to: number
  readonly scale: number
  readonly perTerm: number
  readonly sums: Float64Array
  readonly lengths: Uint16Array
  readonly handles: Uint32Array
  readonly found: Uint32Array
  readonly count: number
  readonly isClosed: boolean
  readonly among: HandleSet | undefined
}

/** Adds a stretch of postings to the sums and returns how many papers are found now. The hot loop: only locals. */
function addRun({ entries, from, to, scale, perTerm, sums, lengths, handles, found, isClosed, among, ...run }: Run): number {
  let count = run.count
  for (let i = from; i < to; i++) {
    const entry = entries[i] as number
    const slot = entry >>> 8
    const sum = sums[slot] as number
    if (sum === 0) {
      if (isClosed) continue
      const handle = handles[slot] as number
      if (handle === 0 || (among !== undefined && !among.has(handle))) continue
      found[count++] = slot
    }
    const times = entry & 255
    sums[slot] = sum + (scale * times) / (times + K1 * (1 - B) + perTerm * (lengths[slot] as number))
  }
  return count
}

/** At each place, what this term and all after it can add together. */
function boundsFrom(parts: readonly Part[]): Float64Array {
  const bounds = new Float64Array(parts.length + 1)
  for (let i = parts.length - 1; i >= 0; i--) bounds[i] = (bounds[i + 1] as number) + (parts[i] as Part).bound
  return bounds
}

/** The first so many, best first, ties by handle. */
export function best(hits: LexicalHit[], limit: number): LexicalHit[] {
  let kept = hits
  if (hits.length > limit) {
    const least = nthLargest(Float64Array.from(hits, ({ bm25 }) => bm25), hits.length, limit)
    kept = hits.filter(({ bm25 }) => bm25 >= least)
  }
  return kept.sort((a, b) => b.bm25 - a.bm25 || a.handle - b.handle).slice(0, limit)
}
