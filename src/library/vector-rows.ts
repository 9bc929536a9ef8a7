/** Packed vectors in rows, kept in memory to be scanned exactly and to take similarities from. */
import { withRoom } from './arrays.js'

/** Rows in a page, so that growing copies no vectors. */
const PAGE = 4_096

export interface VectorRows {
  readonly count: number
  /** Adds a row; returns its number. */
  append(packed: Int8Array): number
  /** The unit vector of a row. */
  unit(row: number): number[]
  /** The cosine to a unit vector. */
  similarity(row: number, unit: Float32Array): number
  /** All rows, one after the other, page by page. */
  saved(): Int8Array[]
}

/** @param saved what `saved()` gave, with the number of its rows */
export function createVectorRows(dimensions: number, saved?: { readonly count: number; readonly packed: Int8Array }): VectorRows {
  const pages: Int8Array[] = []
  let scales: Float64Array = new Float64Array(PAGE)
  let count = 0
  for (let row = 0; row < (saved?.count ?? 0); row++) append((saved?.packed as Int8Array).subarray(row * dimensions, (row + 1) * dimensions))

  return {
    get count() {
      return count
    },
    append,
    unit(row) {
      const { page, start } = place(row)
      const unit = new Array<number>(dimensions)
      for (let i = 0; i < dimensions; i++) unit[i] = (page[start + i] as number) * (scales[row] as number)
      return unit
    },
    similarity(row, unit) {
      const { page, start } = place(row)
      return dot(page, start, unit) * (scales[row] as number)
    },
    saved: () => pages.map((page, i) => page.subarray(0, Math.min(PAGE, count - i * PAGE) * dimensions)),
  }

  function append(packed: Int8Array): number {
    const row = count++
    if (row % PAGE === 0) pages.push(new Int8Array(PAGE * dimensions))
    const { page, start } = place(row)
    page.set(packed, start)
    scales = withRoom(scales, count)
    scales[row] = unitScale(packed)
    return row
  }

  function place(row: number): { page: Int8Array; start: number } {
    return { page: pages[Math.floor(row / PAGE)] as Int8Array, start: (row % PAGE) * dimensions }
  }
}

/** What packed numbers are multiplied by to be of unit length; 0 if all are zero. */
function unitScale(packed: Int8Array): number {
  let sum = 0
  for (let i = 0; i < packed.length; i++) sum += (packed[i] as number) * (packed[i] as number)
  return sum === 0 ? 0 : 1 / Math.sqrt(sum)
}

/** Four sums at once: a processor adds them side by side. */
function dot(page: Int8Array, start: number, unit: Float32Array): number {
  const length = unit.length
  const even = length - (length % 4)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i < even; i += 4) {
    a += (page[start + i] as number) * (unit[i] as number)
    b += (page[start + i + 1] as number) * (unit[i + 1] as number)
    c += (page[start + i + 2] as number) * (unit[i + 2] as number)
    d += (page[start + i + 3] as number) * (unit[i + 3] as number)
  }
  for (let i = even; i < length; i++) a += (page[start + i] as number) * (unit[i] as number)
  return a + b + c + d
}
