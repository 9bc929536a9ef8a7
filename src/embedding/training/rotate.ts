/** Turns the table so that its leading dimensions tell texts apart best; no cosine changes. */
import ort from 'onnxruntime-node'
import { createGraph } from './graph.js'

/** Powers of the covariance that each round applies, and rounds: far enough for a cut, cheap. */
const SQUARINGS = 2
const ROUNDS = 4

export interface RotateOptions {
  readonly dimensions: number
  /** How many of them are to lead; the others stay in no order. */
  readonly leading: number
  readonly threads: number
}

/**
 * The table times an orthogonal matrix whose `leading` first columns span the principal directions of `vectors`
 * (rows of `dimensions` numbers), by orthogonal iteration (Golub and Van Loan, 8.2.4).
 */
export async function rotate(
  table: Float32Array, vectors: Float32Array, { dimensions, leading, threads }: RotateOptions,
): Promise<Float32Array> {
  const multiply = await createMultiply(threads)
  const square = [dimensions, dimensions] as const
  const tall = [dimensions, leading] as const
  const shape = [vectors.length / dimensions, dimensions] as const
  let power = normalised(await multiply(vectors, shape, vectors, shape, true), dimensions)
  for (let i = 0; i < SQUARINGS; i++) power = normalised(await multiply(power, square, power, square, true), dimensions)
  let directions = firstUnitVectors(dimensions, leading)
  for (let round = 0; round < ROUNDS; round++) {
    const product = await multiply(power, square, columnsOf(directions), tall, true)
    directions = orthonormal(directions.map((_, column) => Float64Array.from({ length: dimensions }, (_, row) => product[row * leading + column] as number)))
  }
  const { mirrors, factors } = reflections(directions)
  const rows = table.length / dimensions
  const seen = await multiply(table, [rows, dimensions], columnsOf(mirrors), tall, false)
  const weighed = await multiply(seen, [rows, leading], columnsOf(factors), [leading, leading], false)
  const taken = await multiply(weighed, [rows, leading], rowsOf(mirrors), [leading, dimensions], false)
  return table.map((value, at) => value - (taken[at] as number))
}

type Shape = readonly [number, number]

/** `a · b`, or `aᵀ · b`. */
async function createMultiply(threads: number) {
  const sessionOf = (transA: 0 | 1) => {
    const graph = createGraph('product')
    const [a, b] = [graph.input('a', 'float', ['m', 'k']), graph.input('b', 'float', ['k2', 'n'])]
    graph.add('Gemm', [a, b], { attributes: { transA }, outputs: ['c'] })
    graph.output('c', 'float', ['i', 'j'])
    return ort.InferenceSession.create(graph.encode(), { intraOpNumThreads: threads })
  }
  const [straight, transposed] = [await sessionOf(0), await sessionOf(1)]
  return async (a: Float32Array, aShape: Shape, b: Float32Array, bShape: Shape, transpose: boolean) => {
    const { c } = await (transpose ? transposed : straight).run({
      a: new ort.Tensor('float32', a, [...aShape]), b: new ort.Tensor('float32', b, [...bShape]),
    })
    return c?.data as Float32Array
  }
}

/** Divided by the trace, so that powers neither vanish nor overflow. */
function normalised(matrix: Float32Array, size: number): Float32Array {
  let trace = 0
  for (let i = 0; i < size; i++) trace += matrix[i * size + i] as number
  return matrix.map((value) => value / (trace || 1))
}

function firstUnitVectors(dimensions: number, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, one) => {
    const vector = new Float64Array(dimensions)
    vector[one] = 1
    return vector
  })
}

const rowsOf = (vectors: readonly Float64Array[]) => Float32Array.from(vectors.flatMap((vector) => [...vector]))

function columnsOf(vectors: readonly Float64Array[]): Float32Array {
  const matrix = new Float32Array(vectors.length * (vectors[0]?.length ?? 0))
  vectors.forEach((vector, column) => vector.forEach((value, row) => (matrix[row * vectors.length + column] = value)))
  return matrix
}

/**
 * Gram–Schmidt, twice over, for one pass leaves rounding errors (Giraud et al. 2005). A vector that depends on
 * those before it is replaced by the first unit vector that does not.
 */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = []
  let spare = 0
  for (const vector of vectors) {
    let candidate = vector
    while (!orthonormalise(candidate, done)) {
      candidate = new Float64Array(vector.length)
      candidate[spare++] = 1
    }
    done.push(candidate)
  }
  return done
}

/**
 * An orthogonal matrix with these orthonormal vectors, or their opposites, as its first columns: a product of
 * Householder reflections, as I − mirrors · factors · mirrorsᵀ (Schreiber and Van Loan 1989).
 */
function reflections(vectors: readonly Float64Array[]): { readonly mirrors: Float64Array[], readonly factors: Float64Array[] } {
  const rest = vectors.map((vector) => vector.slice())
  const mirrors: Float64Array[] = []
  const factors: Float64Array[] = []
  rest.forEach((vector, k) => {
    const mirror = vector.map((value, row) => (row < k ? 0 : value))
    mirror[k] = (mirror[k] as number) + Math.sign(mirror[k] || 1)
    scaleToUnit(mirror)
    for (const other of rest.slice(k)) addScaled(other, mirror, -2 * dot(other, mirror))
    // The column of the factors: −2 · factors · mirrorsᵀ · mirror above, 2 on the diagonal.
    const factor = new Float64Array(vectors.length)
    factor[k] = 2
    mirrors.forEach((earlier, j) => addScaled(factor, factors[j] as Float64Array, -2 * dot(earlier, mirror)))
    mirrors.push(mirror)
    factors.push(factor)
  })
  return { mirrors, factors }
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

function addScaled(to: Float64Array, from: Float64Array, weight: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + weight * (from[i] as number)
}

/** False where nothing is left of the vector beside the others. */
function orthonormalise(vector: Float64Array, others: readonly Float64Array[]): boolean {
  if (!scaleToUnit(vector)) return false
  for (let pass = 0; pass < 2; pass++) {
    for (const other of others) addScaled(vector, other, -dot(vector, other))
    if (!scaleToUnit(vector)) return false
  }
  return true
}

function scaleToUnit(vector: Float64Array): boolean {
  const length = Math.sqrt(dot(vector, vector))
  if (!(length > 1e-9)) return false
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length
  return true
}
