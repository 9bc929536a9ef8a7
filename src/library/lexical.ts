/** The lexical index: papers ranked by BM25 over the stems of title and abstract. */
import { FootnoteError } from '../errors.js'
import { terms as termsOf } from '../text/terms.js'
import { nthLargest, withRoom } from './arrays.js'
import type { HandleSet } from './filter.js'
import type { Handle, LexicalHit, WeightedTerms } from './library.js'
import { createPagedLists } from './paged-lists.js'
import type { SavedLists } from './paged-lists.js'

/** BM25's saturation and length normalisation: the best of a grid on judged questions, ± 1 point of nDCG. */
export const K1 = 1.5
export const B = 0.75

/** A posting is one number: the paper's slot or the term, × 256, + how often it occurs (255 and more alike). */
const COUNT_LIMIT = 256
const SLOT_LIMIT = 2 ** 24
const LENGTH_LIMIT = 65_535
/** About as many entries are read to finish one paper's sum by its own list. */
const TERMS_A_PAPER = 100
const LEAST_DEAD = 1_000
const DEAD_SHARE = 0.2
/** Sums of a few doubles differ in their last bits by the order of addition; a bound must not cut on those. */
const SLACK = 1e-9

export interface SavedLexical {
  readonly terms: readonly string[]
  /** For each term the slots of its papers; for each slot the terms of its paper. */
  readonly postings: SavedLists
  readonly contents: SavedLists
  readonly frequencies: Uint32Array
  readonly mostOften: Uint8Array
  readonly densest: Float32Array
  /** For each slot the paper, 0 if it is gone, and how many terms it has, with repetitions. */
  readonly handles: Uint32Array
  readonly lengths: Uint16Array
}

export interface LexicalIndex {
  readonly size: number
  /** Adds a paper, or replaces it. */
  set(handle: Handle, text: string): void
  remove(handle: Handle): void
  /** @param pruned false: every posting is read; for tests, the result is the same. */
  search(query: WeightedTerms, limit: number, among?: HandleSet, pruned?: boolean): LexicalHit[]
  /** The BM25 value of each of these papers, to the last bit what `search` gives. */
  values(query: WeightedTerms, handles: ArrayLike<Handle>): number[]
  frequencies(terms: readonly string[]): number[]
  saved(): SavedLexical
}

/** A query term as the index sees it. */
interface Part {
  readonly term: number
  /** Its idf times its weight in the query. */
  readonly weight: number
  /** No paper gets more than this from the term. */
  readonly bound: number
}

/**
 * BM25 (Robertson & Zaragoza 2009, eq. 3.15) with idf = ln(1 + (N − df + ½)/(df + ½)), which stays positive
 * for terms in more than half of the papers. A replaced paper gets a new slot, and the old one counts for
 * nothing from then on, so that values never depend on what has been here before; when a fifth of the slots
 * are dead the lists are written anew. Terms of weight 0 or less are left out. About 1 kB a paper.
 */
export function createLexicalIndex(saved?: SavedLexical): LexicalIndex {
  const names = [...(saved?.terms ?? [])]
  const numbers = new Map(names.map((name, term) => [name, term]))
  let postings = createPagedLists(saved?.postings)
  let contents = createPagedLists(saved?.contents)
  let frequencies = saved?.frequencies ?? new Uint32Array()
  let mostOften = saved?.mostOften ?? new Uint8Array()
  let densest = saved?.densest ?? new Float32Array()
  let handles = saved?.handles ?? new Uint32Array()
  let lengths = saved?.lengths ?? new Uint16Array()
  let slots = handles.length
  let slotOf = new Uint32Array()
  let size = 0
  let totalLength = 0
  handles.forEach((handle, slot) => noteSlot(handle, slot, lengths[slot] as number))
  let sums = new Float64Array()

  return {
    get size() {
      return size
    },
    set,
    remove,
    search,
    values,
    frequencies: (terms) => terms.map((name) => frequencies[numbers.get(name) ?? -1] ?? 0),
    saved: () => ({
      terms: names,
      postings: postings.saved(),
      contents: contents.saved(),
      frequencies: frequencies.subarray(0, names.length),
      mostOften: mostOften.subarray(0, names.length),
      densest: densest.subarray(0, names.length),
      handles: handles.subarray(0, slots),
      lengths: lengths.subarray(0, slots),
    }),
  }

  function set(handle: Handle, text: string): void {
    remove(handle)
    const terms = termsOf(text)
    const counts = new Map<string, number>()
    for (const name of terms) counts.set(name, (counts.get(name) ?? 0) + 1)
    const slot = addSlot(handle, Math.min(terms.length, LENGTH_LIMIT))
    for (const [name, count] of counts) addPosting(numberOf(name), slot, Math.min(count, COUNT_LIMIT - 1))
  }

  function remove(handle: Handle): void {
    const slot = (slotOf[handle] ?? 0) - 1
    if (slot < 0) return
    contents.runs(slot, (entries, from, to) => {
      for (let i = from; i < to; i++) (frequencies[(entries[i] as number) >>> 8] as number)--
    })
    totalLength -= lengths[slot] as number
    size--
    slotOf[handle] = 0
    handles[slot] = 0
    const dead = slots - size
    if (dead > LEAST_DEAD && dead > slots * DEAD_SHARE) rewrite()
  }

  function numberOf(name: string): number {
    const known = numbers.get(name)
    if (known !== undefined) return known
    const term = names.push(name) - 1
    numbers.set(name, term)
    frequencies = withRoom(frequencies, term + 1)
    mostOften = withRoom(mostOften, term + 1)
    densest = withRoom(densest, term + 1)
    return term
  }

  function addSlot(handle: Handle, length: number): number {
    if (slots >= SLOT_LIMIT || names.length >= SLOT_LIMIT) {
      throw new FootnoteError('internal', 'The lexical index holds 16 million papers and no more; use the PostgreSQL library.')
    }
    const slot = slots++
    handles = withRoom(handles, slots)
    lengths = withRoom(lengths, slots)
    handles[slot] = handle
    lengths[slot] = length
    noteSlot(handle, slot, length)
    return slot
  }

  function noteSlot(handle: Handle, slot: number, length: number): void {
    if (handle === 0) return
    slotOf = withRoom(slotOf, handle + 1)
    slotOf[handle] = slot + 1
    size++
    totalLength += length
  }

  function addPosting(term: number, slot: number, count: number): void {
    postings.append(term, slot * COUNT_LIMIT + count)
    contents.append(slot, term * COUNT_LIMIT + count)
    const density = count / (lengths[slot] as number)
    if (density > (densest[term] as number)) densest[term] = density
    if (count > (mostOften[term] as number)) mostOften[term] = count
    ;(frequencies[term] as number)++
  }

  /** The same papers in fewer slots; terms keep their numbers. */
  function rewrite(): void {
    const old = { contents, handles, lengths, slots }
    postings = createPagedLists()
    contents = createPagedLists()
    for (const array of [frequencies, mostOften, densest, slotOf]) array.fill(0)
    handles = new Uint32Array(size)
    lengths = new Uint16Array(size)
    slots = size = totalLength = 0
    for (let slot = 0; slot < old.slots; slot++) {
      const handle = old.handles[slot] as number
      if (handle === 0) continue
      const added = addSlot(handle, old.lengths[slot] as number)
      old.contents.runs(slot, (entries, from, to) => {
        for (let i = from; i < to; i++) addPosting((entries[i] as number) >>> 8, added, (entries[i] as number) & 255)
      })
    }
  }

  /** The terms that are in the library, the one that can add most first; every sum is made in this order. */
  function partsOf(query: WeightedTerms): Part[] {
    const parts: Part[] = []
    for (const [name, weight] of query) {
      const term = numbers.get(name) ?? -1
      const frequency = frequencies[term] ?? 0
      if (frequency === 0 || !(weight > 0)) continue
      const idf = Math.log(1 + (size - frequency + 0.5) / (frequency + 0.5))
      const bound = idf * weight * (K1 + 1) * mostSaturated(mostOften[term] as number, densest[term] as number)
      parts.push({ term, weight: idf * weight, bound })
    }
    return parts.sort((a, b) => b.bound - a.bound || a.term - b.term)
  }

  /** tf/(tf + a + c·length) = 1/(1 + a/tf + c·length/tf) is largest with the largest tf and the largest tf/length. */
  function mostSaturated(count: number, density: number): number {
    const perTerm = (K1 * B * size) / totalLength
    return 1 / (1 + (K1 * (1 - B)) / count + perTerm / (density * (1 + 1e-6)))
  }

  /**
   * Term at a time with MaxScore's stopping rule (Turtle & Flood 1995): once all remaining terms together
   * cannot lift a paper that has none of the terms so far over the `limit`-th sum, the lists that are left
   * are the longest, and only the sums of papers that can still get there are brought to their end.
   */
  function search(query: WeightedTerms, limit: number, among?: HandleSet, pruned = true): LexicalHit[] {
    const parts = partsOf(query)
    if (limit < 1 || parts.length === 0) return []
    if (sums.length < slots) sums = new Float64Array(Math.max(handles.length, slots))
    const remaining = boundsFrom(parts)
    let found = new Uint32Array(1_024)
    let count = 0
    let next = 0
    let isClosed = false
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
      const least = nthLargest(sumsOf(found, count), count, limit) * (1 - SLACK)
      if (reach >= least) return false
      isClosed = true
      let candidates = 0
      for (let i = 0; i < count; i++) if ((sums[found[i] as number] as number) + reach >= least) candidates++
      return candidates * TERMS_A_PAPER < unread
    }

    function accumulate({ term, weight }: Part): void {
      if (!isClosed) found = withRoom(found, count + postings.length(term))
      const scale = weight * (K1 + 1)
      const perTerm = (K1 * B * size) / totalLength
      postings.runs(term, (entries, from, to) => {
        count = addRun({ entries, from, to, scale, perTerm, sums, lengths, handles, found, count, isClosed, among })
      })
    }

    /** The papers that may be among the best, each with its whole sum. */
    function finish(): LexicalHit[] {
      if (next === parts.length && count <= limit) return hitsOf((sum) => sum)
      const least = nthLargest(sumsOf(found, count), count, Math.min(limit, count)) * (1 - SLACK)
      const rest = parts.slice(next)
      const reach = (remaining[next] ?? 0) as number
      return hitsOf((sum, slot) => (sum + reach < least ? undefined : rest.length === 0 ? sum : addParts(rest, slot, sum)))
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
  }

  function sumsOf(found: Uint32Array, count: number): Float64Array {
    const values = new Float64Array(count)
    for (let i = 0; i < count; i++) values[i] = sums[found[i] as number] as number
    return values
  }

  function values(query: WeightedTerms, wanted: ArrayLike<Handle>): number[] {
    const parts = partsOf(query)
    return Array.from(wanted, (handle) => {
      const slot = (slotOf[handle] ?? 0) - 1
      return slot < 0 ? 0 : addParts(parts, slot, 0)
    })
  }

  /** A sum and what these terms add to it, read from the paper's own list of terms. */
  function addParts(parts: readonly Part[], slot: number, sum: number): number {
    const counts = new Uint8Array(parts.length)
    contents.runs(slot, (entries, from, to) => {
      for (let i = from; i < to; i++) {
        const term = (entries[i] as number) >>> 8
        for (let j = 0; j < parts.length; j++) if ((parts[j] as Part).term === term) counts[j] = (entries[i] as number) & 255
      }
    })
    const perTerm = (K1 * B * size) / totalLength
    parts.forEach(({ weight }, j) => {
      const times = counts[j] as number
      if (times > 0) sum += (weight * (K1 + 1) * times) / (times + K1 * (1 - B) + perTerm * (lengths[slot] as number))
    })
    return sum
  }
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

/** Best first, ties by handle. */
function best(hits: LexicalHit[], limit: number): LexicalHit[] {
  let kept = hits
  if (hits.length > limit) {
    const least = nthLargest(Float64Array.from(hits, ({ bm25 }) => bm25), hits.length, limit)
    kept = hits.filter(({ bm25 }) => bm25 >= least)
  }
  return kept.sort((a, b) => b.bm25 - a.bm25 || a.handle - b.handle).slice(0, limit)
}
