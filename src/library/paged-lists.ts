/** Many growing lists of 32-bit numbers side by side in shared pages, without an object for any of them. */
import { withRoom } from './arrays.js'

/** Numbers in a page; a list's block never crosses from one page into the next. */
export const PAGE = 65_536
const FIRST_CAPACITY = 2
const LAST_CAPACITY = 8_192

export interface PagedLists {
  /** How many lists there are; they are numbered from 0. */
  readonly count: number
  length(list: number): number
  append(list: number, value: number): void
  /** Calls back with each stretch of a list, in the order appended. */
  runs(list: number, visit: (values: Uint32Array, from: number, to: number) => void): void
  /** What `createPagedLists` makes the same lists from. */
  saved(): SavedLists
}

export interface SavedLists {
  readonly pages: readonly Uint32Array[]
  readonly first: Uint32Array
  readonly last: Uint32Array
  readonly lengths: Uint32Array
  /** Next free place, over all pages. */
  readonly next: number
}

const EMPTY: SavedLists = { pages: [], first: new Uint32Array(), last: new Uint32Array(), lengths: new Uint32Array(), next: 0 }

/**
 * A list is a chain of blocks of 2, 4, 8 … 8,192 numbers, each led by the place of the next: half of
 * all terms occur once, a few in every paper, and neither wastes much. Holds 2³² numbers in all.
 */
export function createPagedLists(saved: SavedLists = EMPTY): PagedLists {
  const pages = [...saved.pages]
  let { first, last, lengths, next } = saved
  let count = lengths.length

  return {
    get count() {
      return count
    },
    length: (list) => (list < count ? (lengths[list] as number) : 0),
    append(list, value) {
      if (list >= count) addLists(list + 1)
      const length = lengths[list] as number
      const { capacity, used } = lastBlock(length)
      const block = used === capacity || length === 0 ? addBlock(list, length) : (last[list] as number)
      const place = (block % PAGE) + 1 + (used === capacity ? 0 : used)
      ;(pages[Math.floor(block / PAGE)] as Uint32Array)[place] = value
      lengths[list] = length + 1
    },
    runs(list, visit) {
      if (list >= count) return
      let left = lengths[list] as number
      let block = first[list] as number
      for (let capacity = FIRST_CAPACITY; left > 0; capacity = Math.min(capacity * 2, LAST_CAPACITY)) {
        const page = pages[Math.floor(block / PAGE)] as Uint32Array
        const start = block % PAGE
        const taken = Math.min(left, capacity)
        visit(page, start + 1, start + 1 + taken)
        left -= taken
        block = page[start] as number
      }
    },
    saved: () => ({ pages, first: first.subarray(0, count), last: last.subarray(0, count), lengths: lengths.subarray(0, count), next }),
  }

  function addLists(needed: number): void {
    first = withRoom(first, needed)
    last = withRoom(last, needed)
    lengths = withRoom(lengths, needed)
    count = needed
  }

  function addBlock(list: number, length: number): number {
    const size = 1 + (length === 0 ? FIRST_CAPACITY : Math.min(lastBlock(length).capacity * 2, LAST_CAPACITY))
    if (next % PAGE === 0 || (next % PAGE) + size > PAGE) {
      next = pages.length * PAGE
      pages.push(new Uint32Array(PAGE))
    }
    const block = next
    next += size
    if (length === 0) first[list] = block
    else {
      const previous = last[list] as number
      ;(pages[Math.floor(previous / PAGE)] as Uint32Array)[previous % PAGE] = block
    }
    last[list] = block
    return block
  }
}

/** How large the last block of a list of this length is, and how much of it is used. */
function lastBlock(length: number): { capacity: number; used: number } {
  let capacity = FIRST_CAPACITY
  let before = 0
  while (length - before > capacity && capacity < LAST_CAPACITY) {
    before += capacity
    capacity *= 2
  }
  if (capacity < LAST_CAPACITY) return { capacity, used: length - before }
  return { capacity, used: length === before ? 0 : ((length - before - 1) % LAST_CAPACITY) + 1 }
}
