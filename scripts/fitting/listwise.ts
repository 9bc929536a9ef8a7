/** Learns weights that put the right papers of a list first, by Newton's method: the same on every machine. */

export interface Row<Name extends string> {
  readonly features: Readonly<Record<Name, number>>
  readonly isRelevant: boolean
}

/** The candidates of one question. */
export interface List<Name extends string> {
  readonly rows: readonly Row<Name>[]
  /** How much the question counts. */
  readonly weight: number
}

interface Told {
  readonly matrix: readonly (readonly number[])[]
  /** Places of the relevant rows. */
  readonly relevant: readonly number[]
  readonly weight: number
}

const MAX_STEPS = 25
const TOLERANCE = 1e-6
const LEAST_STEP = 1e-4

/**
 * Weights that maximise the probability that the relevant papers are drawn first from their lists (conditional logit,
 * McFadden 1974; ListNet, Cao et al. 2007, with one draw), with a ridge on features of unit variance. Lists without a
 * relevant paper say nothing.
 */
export function fitListwise<Name extends string>(lists: readonly List<Name>[], ridge: number): Record<Name, number> {
  const names = Object.keys(lists.find(({ rows }) => rows.length > 0)?.rows[0]?.features ?? {}) as Name[]
  const scales = names.map((name) => deviation(lists.flatMap(({ rows }) => rows.map(({ features }) => features[name]))))
  const told = lists.flatMap(({ rows, weight }): Told[] => {
    const relevant = rows.flatMap(({ isRelevant }, k) => (isRelevant ? [k] : []))
    return relevant.length === 0 ? [] : [{ matrix: rows.map(({ features }) => names.map((name, i) => features[name] / (scales[i] as number))), relevant, weight }]
  })
  let weights = names.map(() => 0)
  for (let step = 0; step < MAX_STEPS; step++) {
    const before = likelihood(told, weights, ridge)
    const change = newtonStep(told, weights, ridge)
    // Far from the optimum a whole step goes past it, to where every list is decided and no curvature is left.
    let length = 1
    const moved = () => weights.map((weight, i) => weight + length * (change[i] as number))
    while (length > LEAST_STEP && likelihood(told, moved(), ridge) < before) length /= 2
    weights = moved()
    if (change.every((part) => Math.abs(length * part) < TOLERANCE)) break
  }
  return Object.fromEntries(names.map((name, i) => [name, Math.round(1e4 * ((weights[i] as number) / (scales[i] as number))) / 1e4])) as Record<Name, number>
}

function likelihood(told: readonly Told[], weights: readonly number[], ridge: number): number {
  return told.reduce((sum, { matrix, relevant, weight }) => {
    const probabilities = softmax(matrix.map((row) => product(row, weights)))
    return sum + (weight * relevant.reduce((logs, k) => logs + Math.log((probabilities[k] as number) + Number.MIN_VALUE), 0)) / relevant.length
  }, (-ridge / 2) * product(weights, weights))
}

function newtonStep(told: readonly Told[], weights: readonly number[], ridge: number): number[] {
  const gradient = weights.map((weight) => -ridge * weight)
  const curvature = weights.map((_, i) => weights.map((_, j) => (i === j ? ridge : 0)))
  for (const { matrix, relevant, weight } of told) {
    const probabilities = softmax(matrix.map((row) => product(row, weights)))
    const expected = weights.map((_, i) => matrix.reduce((sum, row, k) => sum + (probabilities[k] as number) * (row[i] as number), 0))
    weights.forEach((_, i) => {
      const drawn = relevant.reduce((sum, k) => sum + (matrix[k]?.[i] as number), 0) / relevant.length
      gradient[i] = (gradient[i] as number) + weight * (drawn - (expected[i] as number))
    })
    matrix.forEach((row, k) => {
      const share = weight * (probabilities[k] as number)
      const apart = row.map((value, i) => value - (expected[i] as number))
      apart.forEach((value, i) => {
        const line = curvature[i] as number[]
        for (let j = 0; j < apart.length; j++) line[j] = (line[j] as number) + share * value * (apart[j] as number)
      })
    })
  }
  return solve(curvature, gradient)
}

function softmax(values: readonly number[]): number[] {
  const top = Math.max(...values)
  const powers = values.map((value) => Math.exp(value - top))
  const total = powers.reduce((sum, value) => sum + value, 0)
  return powers.map((value) => value / total)
}

function product(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
}

function deviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length) || 1
}

/** Gaussian elimination with partial pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] as number])
  const size = rows.length
  for (let column = 0; column < size; column++) {
    let pivot = column
    for (let row = column + 1; row < size; row++) if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row
    ;[rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!]
    const lead = rows[column]!
    for (let row = column + 1; row < size; row++) {
      const line = rows[row]!
      const factor = line[column]! / lead[column]!
      if (factor !== 0) for (let k = column; k <= size; k++) line[k] = line[k]! - factor * lead[k]!
    }
  }
  const solution = new Array<number>(size).fill(0)
  for (let row = size - 1; row >= 0; row--) {
    const line = rows[row]!
    const known = solution.reduce((sum, value, k) => (k > row ? sum + value * line[k]! : sum), 0)
    solution[row] = (line[size]! - known) / line[row]!
  }
  return solution
}
