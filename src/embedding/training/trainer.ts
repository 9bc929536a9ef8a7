/** Learns the table: a vector for every token, such that texts that belong together come to lie together. */
import { adamStep, throughLength, type TableState } from './adam.js'
import { createBagBuilder, poolBags, type Bags } from './bags.js'
import { cluster } from './clusters.js'
import { createContrast } from './contrast.js'
import type { EncodedCorpus } from './encoded.js'
import { drawPair, tokens, type PairOptions } from './pairs.js'
import { createRandom, shuffle, type Random } from './random.js'

export interface TrainerOptions {
  readonly dimensions: number
  readonly seed: number
  readonly epochs: number
  readonly batch: number
  readonly rate: number
  /** Factor on the cosines in the loss. */
  readonly scale: number
  /** Subjects from which half of each batch is drawn from the second epoch on; 0 draws all at random. */
  readonly clusters: number
  readonly pairs: PairOptions
  /** Threads of the matrix products; the result depends on it in the last bits. */
  readonly threads: number
}

/** The recipe that measured best on SciFact's training claims; see the model card. */
export const DEFAULT_TRAINER: TrainerOptions = {
  dimensions: 768,
  seed: 1,
  epochs: 5,
  batch: 2048,
  rate: 0.02,
  scale: 30,
  clusters: 200,
  pairs: { dropping: 0.2, sharedPairs: 0.5, sharedDropping: 0.5, asking: 0.15 },
  threads: 1,
}

/** Everything that the next epoch depends on besides the corpus and the options. */
export interface TrainerState extends TableState {
  /** Epochs done. */
  readonly epoch: number
}

export interface TrainerProgress {
  readonly epoch: number
  readonly step: number
  readonly steps: number
  readonly loss: number
}

export interface TrainerHooks {
  readonly onStep?: (progress: TrainerProgress) => void
  /** Called with the state after each epoch; training goes on when it resolves. */
  readonly onEpoch?: (state: TrainerState) => Promise<void>
  /** Stops before the next step by throwing the signal's reason. */
  readonly signal?: AbortSignal | undefined
}

const WARM_UP = 0.05
/** Smooth inverse frequency (Arora et al. 2017): a token of relative frequency p starts at a / (a + p). */
const SIF = 1e-3

/** A table as it is before training: random directions, common tokens short. */
export function initialState(corpus: EncodedCorpus, rows: number, options: TrainerOptions): TrainerState {
  const { dimensions } = options
  const random = createRandom(options.seed)
  const counts = new Uint32Array(rows)
  for (const id of corpus.tokens) counts[id] = (counts[id] as number) + 1
  const table = new Float32Array(rows * dimensions)
  for (let row = 0; row < rows; row++) {
    const length = SIF / (SIF + (counts[row] as number) / Math.max(1, corpus.tokens.length)) / Math.sqrt(dimensions)
    for (let i = 0; i < dimensions; i++) table[row * dimensions + i] = random.normal() * length
  }
  const zeros = () => new Float32Array(table.length)
  return { rows, dimensions, table, mean: zeros(), variance: zeros(), epoch: 0 }
}

/**
 * Trains from `state` to the last epoch and returns the final state; the arrays of `state` change on the
 * way. Each epoch draws from a generator of its own, so one that was stopped between epochs and taken
 * up again ends in the same bytes. `firstId` is the first token that may weigh anything.
 */
export async function trainTable(
  corpus: EncodedCorpus, state: TrainerState, openings: readonly (readonly number[])[], firstId: number,
  options: TrainerOptions, hooks: TrainerHooks = {},
): Promise<TrainerState> {
  const batch = Math.min(options.batch, corpus.papers)
  const perEpoch = Math.floor(corpus.papers / batch)
  const steps = perEpoch * options.epochs
  const contrast = await createContrast(options.dimensions, options.scale, options.threads)
  const vectors = [0, 1].map(() => new Float32Array(batch * options.dimensions)) as [Float32Array, Float32Array]
  const builders = [0, 1].map(() => createBagBuilder(state.rows, firstId)) as [BagBuilder, BagBuilder]
  for (let epoch = state.epoch; epoch < options.epochs; epoch++) {
    const random = createRandom(options.seed + 7919 * (epoch + 1))
    const order = await orderPapers(corpus, state, firstId, batch, epoch, options, random)
    for (let index = 0; index < perEpoch; index++) {
      hooks.signal?.throwIfAborted()
      for (const paper of order.subarray(index * batch, (index + 1) * batch)) {
        const pair = drawPair(corpus, paper, openings, options.pairs, random)
        builders[0].add(pair.question)
        builders[1].add(pair.passage)
      }
      const bags = builders.map((builder) => builder.finish()) as [Bags, Bags]
      const norms = bags.map((one, side) => poolBags(one, state.table, options.dimensions, vectors[side] as Float32Array))
      const result = await contrast.run(vectors[0], vectors[1], batch)
      const gradients = [result.questionGradient, result.passageGradient]
      gradients.forEach((gradient, side) =>
        throughLength(gradient, vectors[side] as Float32Array, norms[side] as Float32Array, options.dimensions))
      const step = epoch * perEpoch + index + 1
      adamStep(state, bags, gradients, options.rate * schedule(step / steps), step)
      hooks.onStep?.({ epoch: epoch + 1, step, steps, loss: result.loss })
    }
    await hooks.onEpoch?.({ ...state, epoch: epoch + 1 })
  }
  return { ...state, epoch: options.epochs }
}

type BagBuilder = ReturnType<typeof createBagBuilder>

/** Linear warm-up, then linear decay to nothing. */
function schedule(progress: number): number {
  return progress < WARM_UP ? progress / WARM_UP : (1 - progress) / (1 - WARM_UP)
}

/**
 * The papers in the order in which batches take them. From the second epoch half of each batch comes from
 * one subject: the passages of neighbours are the hard negatives.
 */
async function orderPapers(
  corpus: EncodedCorpus, state: TrainerState, firstId: number, batch: number, epoch: number,
  options: TrainerOptions, random: Random,
): Promise<Uint32Array> {
  const all = shuffle(Uint32Array.from({ length: corpus.papers }, (_, paper) => paper), random)
  const clusters = Math.min(options.clusters, Math.floor(corpus.papers / batch))
  if (epoch === 0 || clusters < 2) return all
  const subjects = await subjectsOf(corpus, state, firstId, options, clusters, random)
  const near = all.subarray(0, all.length >> 1)
  const far = all.subarray(all.length >> 1)
  // A stable sort keeps the shuffled order within a subject.
  const bySubject = Uint32Array.from([...near].sort((a, b) => (subjects[a] as number) - (subjects[b] as number)))
  const half = batch >> 1
  const blocks = shuffle(Uint32Array.from({ length: Math.floor(near.length / half) }, (_, block) => block), random)
  const order = new Uint32Array(all.length)
  let filled = 0
  const take = (papers: Uint32Array) => {
    order.set(papers, filled)
    filled += papers.length
  }
  blocks.forEach((block, index) => {
    take(bySubject.subarray(block * half, (block + 1) * half))
    take(far.subarray(index * (batch - half), (index + 1) * (batch - half)))
  })
  take(bySubject.subarray(blocks.length * half))
  take(far.subarray(blocks.length * (batch - half)))
  return order
}

async function subjectsOf(
  corpus: EncodedCorpus, state: TrainerState, firstId: number, options: TrainerOptions, clusters: number, random: Random,
): Promise<Uint16Array> {
  const vectors = await paperVectors(corpus, state, firstId, corpus.papers)
  return cluster(vectors, corpus.papers, options.dimensions, clusters, random, options.threads)
}

/** Unit vectors of the first `count` papers, title and abstract together, `dimensions` numbers each. */
export async function paperVectors(
  corpus: EncodedCorpus, state: TableState, firstId: number, count: number,
): Promise<Float32Array> {
  const vectors = new Float32Array(count * state.dimensions)
  const builder = createBagBuilder(state.rows, firstId)
  for (let paper = 0; paper < count; paper++) {
    builder.add(tokens(corpus, corpus.paperStarts[paper] as number, (corpus.paperStarts[paper + 1] as number) - 1))
    poolBags(builder.finish(), state.table, state.dimensions, vectors.subarray(paper * state.dimensions))
  }
  return vectors
}
