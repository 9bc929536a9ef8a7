/** The lexical index: papers ranked by BM25 over the stems of title and abstract. */
import { FootnoteError } from '../errors.js'
import { terms as termsOf } from '../text/terms.js'
import { withRoom } from './arrays.js'
import { best, bm25Values, searchBm25 } from './bm25.js'
import type { LexicalLists } from './bm25.js'
import type { HandleSet } from './filter.js'
import type { Handle, LexicalHit, WeightedTerms } from './library.js'
import { createPagedLists } from './paged-lists.js'
import type { SavedLists } from './paged-lists.js'

/** A posting is one number: the paper's slot or the term, × 256, + how often it occurs (255 and more alike). */
const COUNT_LIMIT = 256
const SLOT_LIMIT = 2 ** 24
const LENGTH_LIMIT = 65_535
const LEAST_DEAD = 1_000
const DEAD_SHARE = 0.2
/** So few papers are asked one by one, by their own lists of terms, which is quicker than to read those of the query. */
const NARROW = 1_000

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

  function lists(): LexicalLists {
    return { numbers, postings, contents, frequencies, mostOften, densest, handles, lengths, size, totalLength }
  }

  function values(query: WeightedTerms, wanted: ArrayLike<Handle>): number[] {
    return bm25Values(lists(), query, Array.from(wanted, (handle) => (slotOf[handle] ?? 0) - 1))
  }

  function search(query: WeightedTerms, limit: number, among?: HandleSet, pruned = true): LexicalHit[] {
    if (pruned && among !== undefined && among.size <= NARROW) {
      const found = values(query, among.handles)
      return best(found.flatMap((bm25, i) => (bm25 > 0 ? [{ handle: among.handles[i] as Handle, bm25 }] : [])), limit)
    }
    if (sums.length < slots) sums = new Float64Array(Math.max(handles.length, slots))
    return searchBm25(lists(), query, { limit, among, pruned, sums })
  }
}
