/** The vector index: papers by the cosine of their leading dimensions, through hnswlib-node. */
import hnswlib from 'hnswlib-node'
import { FootnoteError } from '../errors.js'
import { withRoom } from './arrays.js'
import type { HandleSet } from './filter.js'
import type { Handle, VectorHit } from './library.js'
import { createVectorRows } from './vector-rows.js'

const { HierarchicalNSW } = hnswlib

/** Malkov & Yashunin 2018: links of a node, and how widely its neighbours are sought when it is added. */
const M = 16
const EF_CONSTRUCTION = 100
/** hnswlib's own 10 finds 84 of the 100 it should among 100k papers; searches of the product ask with 300. */
const LEAST_EF = 128
const SEED = 100
/** Up to here every vector is compared: exact, and no slower than asking the graph through a filter. */
const EXACT_LIBRARY = 1_000
const EXACT_FILTERED = 5_000
const LEAST_DEAD = 1_000
const DEAD_SHARE = 0.2

export interface SavedVectors {
  /** For each row the paper, 0 if it is gone. */
  readonly handles: Uint32Array
  readonly packed: Int8Array
  /** The file that `writeGraph` wrote, its checksum already verified: hnswlib crashes on a damaged one. */
  readonly graphPath: string
}

export interface VectorIndex {
  readonly size: number
  /** Adds a paper's packed vector, or replaces it; only the leading dimensions are kept. */
  set(handle: Handle, packed: Int8Array): void
  remove(handle: Handle): void
  /** @param unit its leading dimensions, of unit length, are compared */
  search(vector: Float32Array, limit: number, among?: HandleSet): VectorHit[]
  /** What `search` would say of these papers; 0 of one that is not there. */
  similarities(vector: Float32Array, handles: readonly Handle[]): number[]
  saved(): { readonly handles: Uint32Array; readonly packed: readonly Int8Array[] }
  /** Writes hnswlib's own file; nothing may be added meanwhile. */
  writeGraph(path: string): Promise<void>
}

/**
 * The inner product of unit vectors in hnswlib is the cosine. A replaced or removed paper's row is left in
 * the graph as a dead one, found and passed over, since hnswlib's own deletions have crashed; when a fifth
 * are dead the graph is built anew. Similarities are taken from the packed vectors, so that the graph and
 * the exact scan give the same numbers. Beside the graph it costs a byte a dimension and 20 a paper.
 */
export function createVectorIndex(dimensions: number, saved?: SavedVectors): VectorIndex {
  let rows = createVectorRows(dimensions, saved === undefined ? undefined : { count: saved.handles.length, packed: saved.packed })
  let handles = saved?.handles ?? new Uint32Array()
  let rowOf = new Uint32Array()
  let size = 0
  handles.forEach(noteRow)
  let graph = saved === undefined ? emptyGraph(1_024) : loadGraph(saved)

  return {
    get size() {
      return size
    },
    set(handle, packed) {
      remove(handle)
      add(handle, packed.subarray(0, dimensions))
    },
    remove,
    search(vector, limit, among) {
      const unit = unitVector(vector)
      const wanted = Math.min(limit, size)
      if (unit === undefined || wanted < 1 || among?.size === 0) return []
      if (among !== undefined && among.size <= EXACT_FILTERED) return best(scan(unit, among.handles), wanted)
      if (size <= EXACT_LIBRARY) return best(scan(unit, handles, among), wanted)
      const hits = among === undefined ? searchGraph(unit, wanted) : searchAmong(unit, wanted, among)
      return best(hits, wanted)
    },
    similarities(vector, wanted) {
      const unit = unitVector(vector)
      return wanted.map((handle) => {
        const row = (rowOf[handle] ?? 0) - 1
        return unit === undefined || row < 0 ? 0 : rows.similarity(row, unit)
      })
    },
    saved: () => ({ handles: handles.subarray(0, rows.count), packed: rows.saved() }),
    writeGraph: async (path) => {
      await graph.writeIndex(path)
    },
  }

  function emptyGraph(capacity: number) {
    const empty = new HierarchicalNSW('ip', dimensions)
    // hnswlib-node takes undefined for a wrong type: every option is said.
    empty.initIndex({ maxElements: capacity, m: M, efConstruction: EF_CONSTRUCTION, randomSeed: SEED, allowReplaceDeleted: false })
    return empty
  }

  function loadGraph({ graphPath }: SavedVectors) {
    const loaded = new HierarchicalNSW('ip', dimensions)
    loaded.readIndexSync(graphPath, false)
    if (loaded.getCurrentCount() !== rows.count) throw new Error(`it has ${loaded.getCurrentCount()} vectors instead of ${rows.count}`)
    return loaded
  }

  function add(handle: Handle, packed: Int8Array): void {
    const row = rows.append(packed)
    handles = withRoom(handles, row + 1)
    handles[row] = handle
    noteRow(handle, row)
    // A loaded graph has room for what it holds and not one more.
    if (row >= graph.getMaxElements()) graph.resizeIndex(Math.ceil((row + 1) * 1.5))
    graph.addPoint(rows.unit(row), row)
  }

  function noteRow(handle: Handle, row: number): void {
    if (handle === 0) return
    rowOf = withRoom(rowOf, handle + 1)
    rowOf[handle] = row + 1
    size++
  }

  function remove(handle: Handle): void {
    const row = (rowOf[handle] ?? 0) - 1
    if (row < 0) return
    rowOf[handle] = 0
    handles[row] = 0
    size--
    const dead = rows.count - size
    if (dead > LEAST_DEAD && dead > rows.count * DEAD_SHARE) rebuild()
  }

  function rebuild(): void {
    const old = { rows: rows.saved(), handles: handles.subarray(0, rows.count) }
    rows = createVectorRows(dimensions)
    handles = new Uint32Array()
    rowOf.fill(0)
    size = 0
    graph = emptyGraph(old.handles.length)
    let row = 0
    for (const page of old.rows) {
      for (let start = 0; start < page.length; start += dimensions, row++) {
        const handle = old.handles[row] as number
        if (handle !== 0) add(handle, page.subarray(start, start + dimensions))
      }
    }
  }

  /** Undefined where the leading dimensions are all zero: a text without a known word has no direction in them. */
  function unitVector(vector: Float32Array): Float32Array | undefined {
    const leading = vector.subarray(0, dimensions)
    const norm = Math.hypot(...leading)
    if (leading.length < dimensions || !Number.isFinite(norm)) {
      throw new FootnoteError(
        'internal',
        `A vector of ${vector.length} numbers cannot be searched for: it needs at least ${dimensions} finite ones; embed the question with the library's model.`,
      )
    }
    return norm === 0 ? undefined : leading.map((value) => value / norm)
  }

  /** More are asked for than wanted, as dead rows are among the nearest. */
  function searchGraph(unit: Float32Array, wanted: number): VectorHit[] {
    const point = [...unit]
    for (let asked = Math.ceil((wanted * rows.count) / size); ; asked *= 2) {
      const count = Math.min(asked, rows.count)
      graph.setEf(Math.max(LEAST_EF, 2 * count))
      const hits = hitsOf(unit, graph.searchKnn(point, count).neighbors)
      if (hits.length >= wanted) return hits
      if (count === rows.count) return scan(unit, handles)
    }
  }

  /** A throwing filter aborts the process (hnswlib-node 3.0.0): this one only reads arrays. */
  function searchAmong(unit: Float32Array, wanted: number, among: HandleSet): VectorHit[] {
    const live = handles
    graph.setEf(Math.max(LEAST_EF, 2 * wanted))
    const { neighbors } = graph.searchKnn([...unit], wanted, (row) => {
      const handle = live[row]
      return handle !== undefined && handle !== 0 && among.has(handle)
    })
    return neighbors.length >= wanted ? hitsOf(unit, neighbors) : scan(unit, among.handles)
  }

  function hitsOf(unit: Float32Array, found: readonly number[]): VectorHit[] {
    return found.flatMap((row) => {
      const handle = handles[row] ?? 0
      return handle === 0 ? [] : { handle, similarity: rows.similarity(row, unit) }
    })
  }

  function scan(unit: Float32Array, candidates: Uint32Array, among?: HandleSet): VectorHit[] {
    const hits: VectorHit[] = []
    for (const handle of candidates) {
      const row = (rowOf[handle] ?? 0) - 1
      if (handle === 0 || row < 0 || (among !== undefined && !among.has(handle))) continue
      hits.push({ handle, similarity: rows.similarity(row, unit) })
    }
    return hits
  }
}

/** Nearest first, ties by handle. */
function best(hits: VectorHit[], limit: number): VectorHit[] {
  return hits.sort((a, b) => b.similarity - a.similarity || a.handle - b.handle).slice(0, limit)
}
