/** Places papers in the plane by their nearest neighbours, through umap-js (McInnes, Healy and Melville 2018). */
import { UMAP } from 'umap-js'
import { createRandom } from '../../text/random.js'
import type { MapJob } from './map.js'

type Positions = (readonly [number, number])[]

const LEAST_FOR_UMAP = 8
const MIN_DISTANCE = 0.25
/** Rounds from nothing, of few papers and of many, and from a former map, which only has to give way a little. */
const EPOCHS = 300
const EPOCHS_OF_MANY = 150
const MANY = 2_000
const EPOCHS_AGAIN = 40
const RATE_AGAIN = 0.05
/** The size that umap-js itself starts from. */
const EXTENT = 10

/** Scaled to 0..1. The same job gives the same map; papers that stood on a former one start from there. */
export function layOut(job: Pick<MapJob, 'seed' | 'neighbours' | 'distances' | 'former'>): Positions {
  const count = job.neighbours.length
  if (count < LEAST_FOR_UMAP) return scaled(Array.from({ length: count }, (_, i) => [Math.cos((2 * Math.PI * i) / count), Math.sin((2 * Math.PI * i) / count)] as const))
  const known = job.former.filter((place) => place !== undefined).length
  const again = known >= count / 2
  const umap = new UMAP({ nComponents: 2, nNeighbors: job.neighbours[0]?.length ?? 1, minDist: MIN_DISTANCE, nEpochs: again ? EPOCHS_AGAIN : count > MANY ? EPOCHS_OF_MANY : EPOCHS, learningRate: again ? RATE_AGAIN : 1, random: createRandom(job.seed).next })
  umap.setPrecomputedKNN(job.neighbours as number[][], job.distances as number[][])
  // The neighbours say all; the rows only have to be as many.
  const rounds = umap.initializeFit(job.neighbours.map((_, i) => [i]))
  const embedding = umap.getEmbedding()
  if (again) startFrom(job, embedding)
  for (let round = 0; round < rounds; round++) umap.step()
  return scaled(umap.getEmbedding().map(([x = 0, y = 0]) => [x, y] as const))
}

/** A new paper starts amid those of its neighbours that stood there before. */
function startFrom({ former, neighbours }: Pick<MapJob, 'former' | 'neighbours'>, embedding: number[][]): void {
  embedding.forEach((row, i) => {
    const places = former[i] === undefined ? (neighbours[i] ?? []).flatMap((j) => [former[j] ?? []].filter((place) => place.length > 0)) : [former[i]]
    if (places.length === 0) return
    for (const axis of [0, 1]) row[axis] = (2 * (places.reduce((sum, place) => sum + (place[axis] as number), 0) / places.length) - 1) * EXTENT
  })
}

function scaled(positions: Positions): Positions {
  const axes = [0, 1].map((axis) => {
    const values = positions.map((place) => place[axis] as number)
    return { low: Math.min(...values), range: Math.max(...values) - Math.min(...values) }
  })
  const range = Math.max(...axes.map((axis) => axis.range))
  const at = (value: number, axis: number) => {
    const { low, range: own } = axes[axis] as { low: number; range: number }
    return Math.round(1e4 * (range > 0 ? (value - low + (range - own) / 2) / range : 0.5)) / 1e4
  }
  return positions.map(([x, y]) => [at(x, 0), at(y, 1)])
}
