/** Logistic regression with a ridge, fitted by Newton's method: exact, and the same on every machine. */

export interface Example<Name extends string> {
  readonly features: Readonly<Record<Name, number>>
  readonly label: 0 | 1
  /** How much the example counts; 1 unless told. */
  readonly weight?: number
}

const MAX_STEPS = 40
const TOLERANCE = 1e-8

/**
 * Weights that maximise the penalised likelihood (Hastie, Tibshirani and Friedman 2009, §4.4). `bias`
 * must be among the features, with the value 1; it is not penalised.
 */
export function fitLogistic<Name extends string>(examples: readonly Example<Name>[], { ridge = 1 } = {}): Record<Name, number> {
  const names = Object.keys(examples[0]?.features ?? {}) as Name[]
  let weights = new Array<number>(names.length).fill(0)
  for (let step = 0; step < MAX_STEPS; step++) {
    const gradient = weights.map((weight, i) => (names[i] === 'bias' ? 0 : -ridge * weight))
    const hessian = names.map((name, i) => names.map((_, j) => (i === j ? (name === 'bias' ? 1e-9 : ridge) : 0)))
    for (const { features, label, weight = 1 } of examples) {
      const row = names.map((name) => features[name])
      const probability = sigmoid(row.reduce((sum, value, i) => sum + value * (weights[i] as number), 0))
      const error = (label - probability) * weight
      const curvature = probability * (1 - probability) * weight
      row.forEach((value, i) => {
        if (value === 0) return
        gradient[i] = (gradient[i] as number) + error * value
        const line = hessian[i] as number[]
        row.forEach((other, j) => (line[j] = (line[j] as number) + curvature * value * other))
      })
    }
    const change = solve(hessian, gradient)
    weights = weights.map((weight, i) => weight + (change[i] as number))
    if (change.every((value) => Math.abs(value) < TOLERANCE)) break
  }
  return Object.fromEntries(names.map((name, i) => [name, Math.round((weights[i] as number) * 1e4) / 1e4])) as Record<Name, number>
}

export function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}

/** Gaussian elimination with partial pivoting. */
export function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
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
