/** Moves the rows of the table that a batch touched against their gradient. */
import type { Bags } from './bags.js'
import { ADAM, type Kernels } from './kernels.js'

/** The table and the moments of its gradient, `rows × dimensions` each. */
export interface TableState {
  readonly rows: number
  readonly dimensions: number
  readonly table: Float32Array
  readonly mean: Float32Array
  readonly variance: Float32Array
}

/**
 * The gradient of a bag's sum from that of its unit vector, in place: the part along the vector changes
 * only the length, which the loss does not see.
 */
export function throughLength(gradient: Float32Array, vectors: Float32Array, norms: Float32Array, dimensions: number) {
  for (let bag = 0; bag < norms.length; bag++) {
    const offset = bag * dimensions
    let along = 0
    for (let i = 0; i < dimensions; i++) along += (gradient[offset + i] as number) * (vectors[offset + i] as number)
    const scale = norms[bag] === 0 ? 0 : 1 / (norms[bag] as number)
    for (let i = 0; i < dimensions; i++) {
      gradient[offset + i] = ((gradient[offset + i] as number) - along * (vectors[offset + i] as number)) * scale
    }
  }
}

/**
 * One step of Adam at rate `rate`, `step` counted from 1; rows that no bag holds keep their moments as they
 * are. `gradients` are those of the sums of the bags, in the same order; they, the state and `gradient`, room for
 * one row, are the kernels' own.
 */
export function adamStep(
  kernels: Kernels, state: TableState, bags: readonly Bags[], gradients: readonly Float32Array[],
  gradient: Float32Array, rate: number, step: number,
): void {
  const { rows, dimensions, table, mean, variance } = state
  const uses = usesByRow(bags, rows)
  const stepSize = (rate * Math.sqrt(1 - ADAM.VARIANCE_DECAY ** step)) / (1 - ADAM.MEAN_DECAY ** step)
  for (let row = 0; row < rows; row++) {
    const end = uses.starts[row + 1] as number
    const start = uses.starts[row] as number
    if (start === end) continue
    gradient.fill(0)
    for (let at = start; at < end; at++) {
      const from = gradients[uses.sets[at] as number] as Float32Array
      const offset = (uses.bags[at] as number) * dimensions
      kernels.addScaled(gradient, 0, from, offset, uses.weights[at] as number, dimensions)
    }
    kernels.adam(table, mean, variance, row * dimensions, gradient, stepSize)
  }
}

/** The bags turned inside out: for each row of the table, the bags that hold it. */
function usesByRow(sets: readonly Bags[], rows: number) {
  const starts = new Uint32Array(rows + 1)
  for (const { ids } of sets) for (const id of ids) starts[id + 1] = (starts[id + 1] as number) + 1
  for (let row = 0; row < rows; row++) starts[row + 1] = (starts[row + 1] as number) + (starts[row] as number)
  const total = starts[rows] as number
  const [next, setOf, bagOf, weights] =
    [starts.slice(), new Uint8Array(total), new Uint32Array(total), new Float32Array(total)]
  sets.forEach((bags, set) => {
    for (let bag = 0; bag < bags.length; bag++) {
      for (let at = bags.starts[bag] as number; at < (bags.starts[bag + 1] as number); at++) {
        const id = bags.ids[at] as number
        const place = next[id] as number
        next[id] = place + 1
        setOf[place] = set
        bagOf[place] = bag
        weights[place] = bags.weights[at] as number
      }
    }
  })
  return { starts, sets: setOf, bags: bagOf, weights }
}
