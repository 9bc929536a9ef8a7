/** Groups papers of one subject, so that a batch can be made of papers that are hard to tell apart. */
import ort from 'onnxruntime-node'
import { createGraph } from './graph.js'
import type { Random } from './random.js'

const ROUNDS = 6
const BLOCK = 4096

/**
 * For each of `rows` unit vectors the number of its cluster, by spherical k-means (Dhillon and Modha 2001)
 * from random rows. Deterministic for a given `random`.
 */
export async function cluster(
  vectors: Float32Array, rows: number, dimensions: number, clusters: number, random: Random, threads: number,
): Promise<Uint16Array> {
  const session = await ort.InferenceSession.create(nearestGraph(dimensions), { intraOpNumThreads: threads })
  const centres = new Float32Array(clusters * dimensions)
  for (let one = 0; one < clusters; one++) {
    const row = random.below(rows)
    centres.set(vectors.subarray(row * dimensions, (row + 1) * dimensions), one * dimensions)
  }
  const assigned = new Uint16Array(rows)
  for (let round = 0; round < ROUNDS; round++) {
    for (let from = 0; from < rows; from += BLOCK) {
      const count = Math.min(BLOCK, rows - from)
      const { nearest } = await session.run({
        v: new ort.Tensor('float32', vectors.subarray(from * dimensions, (from + count) * dimensions), [count, dimensions]),
        c: new ort.Tensor('float32', centres, [clusters, dimensions]),
      })
      const found = nearest?.data as BigInt64Array
      for (let i = 0; i < count; i++) assigned[from + i] = Number(found[i])
    }
    if (round + 1 < ROUNDS) moveCentres(centres, vectors, assigned, dimensions)
  }
  return assigned
}

/** Each centre becomes the mean direction of its members; one without members stays where it is. */
function moveCentres(centres: Float32Array, vectors: Float32Array, assigned: Uint16Array, dimensions: number): void {
  const sums = new Float32Array(centres.length)
  assigned.forEach((one, row) => {
    const [to, from] = [one * dimensions, row * dimensions]
    for (let i = 0; i < dimensions; i++) sums[to + i] = (sums[to + i] as number) + (vectors[from + i] as number)
  })
  for (let offset = 0; offset < centres.length; offset += dimensions) {
    const norm = Math.hypot(...sums.subarray(offset, offset + dimensions))
    if (norm === 0) continue
    for (let i = 0; i < dimensions; i++) centres[offset + i] = (sums[offset + i] as number) / norm
  }
}

function nearestGraph(dimensions: number): Uint8Array {
  const graph = createGraph('nearest')
  const v = graph.input('v', 'float', ['n', dimensions])
  const c = graph.input('c', 'float', ['k', dimensions])
  const cosines = graph.add('Gemm', [v, c], { attributes: { transB: 1 } })
  graph.add('ArgMax', [cosines], { attributes: { axis: 1, keepdims: 0 }, outputs: ['nearest'] })
  graph.output('nearest', 'int64', ['n'])
  return graph.encode()
}
