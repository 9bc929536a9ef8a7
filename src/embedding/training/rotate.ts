/** Turns the table so that its leading dimensions tell texts apart best; no cosine changes. */
import ort from 'onnxruntime-node'
import { createGraph } from './graph.js'

/** Powers of the covariance that each round applies, and rounds: far enough for a cut, cheap. */
const SQUARINGS = 2
const ROUNDS = 4

/**
 * The table times an orthogonal matrix whose columns follow the principal directions of `vectors` (rows of
 * `dimensions` numbers), by orthogonal iteration (Golub and Van Loan, 8.2.4). Directions of little variance
 * stay unsorted: what is cut off is cut off together.
 */
export async function rotate(
  table: Float32Array, vectors: Float32Array, dimensions: number, threads: number,
): Promise<Float32Array> {
  const multiply = await createMultiply(threads)
  const square = [dimensions, dimensions] as const
  const shape = [vectors.length / dimensions, dimensions] as const
  let power = normalised(await multiply(vectors, shape, vectors, shape, true), dimensions)
  for (let i = 0; i < SQUARINGS; i++) power = normalised(await multiply(power, square, power, square, true), dimensions)
  let basis: Float32Array = identity(dimensions)
  for (let round = 0; round < ROUNDS; round++) {
    basis = orthonormalColumns(await multiply(power, square, basis, square, true), dimensions)
  }
  return multiply(table, [table.length / dimensions, dimensions], basis, square, false)
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

function identity(size: number): Float32Array {
  const matrix = new Float32Array(size * size)
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1
  return matrix
}

/**
 * Gram–Schmidt, twice over, for one pass leaves rounding errors (Giraud et al. 2005). A column that depends on
 * those before it is replaced by the first unit vector that does not.
 */
function orthonormalColumns(matrix: Float32Array, size: number): Float32Array {
  const columns: Float64Array[] = []
  let spare = 0
  for (let column = 0; column < size; column++) {
    let candidate = Float64Array.from({ length: size }, (_, row) => matrix[row * size + column] as number)
    while (!orthonormalise(candidate, columns)) {
      candidate = new Float64Array(size)
      candidate[spare++] = 1
    }
    columns.push(candidate)
  }
  return Float32Array.from({ length: size * size }, (_, at) => (columns[at % size] as Float64Array)[Math.floor(at / size)] as number)
}

/** False where nothing is left of the vector beside the others. */
function orthonormalise(vector: Float64Array, others: readonly Float64Array[]): boolean {
  if (!scaleToUnit(vector)) return false
  for (let pass = 0; pass < 2; pass++) {
    for (const other of others) {
      let along = 0
      for (let i = 0; i < vector.length; i++) along += (vector[i] as number) * (other[i] as number)
      for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) - along * (other[i] as number)
    }
    if (!scaleToUnit(vector)) return false
  }
  return true
}

function scaleToUnit(vector: Float64Array): boolean {
  let squares = 0
  for (const value of vector) squares += value * value
  const length = Math.sqrt(squares)
  if (!(length > 1e-9)) return false
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] as number) / length
  return true
}
