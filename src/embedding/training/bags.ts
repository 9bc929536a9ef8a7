/** Texts as bags of tokens, and their vectors: sums of table rows weighted by the root of the term frequency. */
import type { Kernels } from './kernels.js'

/** `length` bags: bag i holds entries `starts[i]` to `starts[i + 1]` of `ids` and `weights`. */
export interface Bags {
  readonly length: number
  readonly starts: Uint32Array
  readonly ids: Uint16Array
  /** √tf: a word that a text repeats counts for more, but not in proportion. */
  readonly weights: Float32Array
}

export interface BagBuilder {
  /** Adds a bag of these tokens; ids below `firstId` (special tokens) are left out. */
  add(tokens: Iterable<number>): void
  finish(): Bags
}

/** Collects bags for a table of `vocabularySize` rows; one builder can serve many batches. */
export function createBagBuilder(vocabularySize: number, firstId: number): BagBuilder {
  const frequencies = new Uint16Array(vocabularySize)
  let starts: number[] = [0]
  let ids: number[] = []
  let weights: number[] = []
  return {
    add(tokens) {
      const from = ids.length
      for (const id of tokens) {
        if (id < firstId) continue
        const frequency = frequencies[id] as number
        if (frequency === 0) ids.push(id)
        frequencies[id] = frequency + 1
      }
      for (let at = from; at < ids.length; at++) {
        const id = ids[at] as number
        weights.push(Math.sqrt(frequencies[id] as number))
        frequencies[id] = 0
      }
      starts.push(ids.length)
    },
    finish() {
      const bags: Bags = {
        length: starts.length - 1,
        starts: Uint32Array.from(starts),
        ids: Uint16Array.from(ids),
        weights: Float32Array.from(weights),
      }
      starts = [0]
      ids = []
      weights = []
      return bags
    },
  }
}

/**
 * Writes the unit vector of every bag to `out`, `sum.length` numbers each, and returns the lengths that the
 * sums had. An empty bag gives zeros and length 0. `table` and `sum`, room for one row, are the kernels' own.
 */
export function poolBags(
  kernels: Kernels, bags: Bags, table: Float32Array, sum: Float32Array, out: Float32Array,
): Float32Array {
  const dimensions = sum.length
  const norms = new Float32Array(bags.length)
  for (let bag = 0; bag < bags.length; bag++) {
    sum.fill(0)
    const end = bags.starts[bag + 1] as number
    for (let at = bags.starts[bag] as number; at < end; at++) {
      kernels.addScaled(sum, 0, table, (bags.ids[at] as number) * dimensions, bags.weights[at] as number, dimensions)
    }
    let squares = 0
    for (let i = 0; i < dimensions; i++) squares += (sum[i] as number) * (sum[i] as number)
    const norm = Math.sqrt(squares)
    norms[bag] = norm
    const scale = norm === 0 ? 0 : 1 / norm
    const offset = bag * dimensions
    for (let i = 0; i < dimensions; i++) out[offset + i] = (sum[i] as number) * scale
  }
  return norms
}
