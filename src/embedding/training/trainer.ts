/** Learns the table: a vector for every token, such that texts that belong together come to lie together. */
import { adamStep, throughLength, type TableState } from './adam.js'
import { createBagBuilder, poolBags, type Bags } from './bags.js'
import { cluster } from './clusters.js'
import { createContrast } from './contrast.js'
import type { EncodedCorpus } from './encoded.js'
import { createKernels, type Kernels } from './kernels.js'
import { drawPair, tokens, type Pair, type PairOptions } from './pairs.js'
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

/** The recipe of the bundled model; its model card tells what was tried beside it. */
export const DEFAULT_TRAINER: TrainerOptions = {
  dimensions: 1024,
  seed: 1,
  epochs: 12,
  batch: 1024,
  rate: 0.02,
  scale: 25,
  clusters: 200,
  pairs: {
    views: [0.45, 0.3, 0.15], dropping: 0.25, passageDropping: 0.3, sharedPairs: 0.5, sharedDropping: 0.5, asking: 0.15,
  },
  threads: 1,
}

/** Everything that the next epoch depends on besides the corpus and the options. */
export interface TrainerState extends TableState {
  /** Epochs done. */
  readonly epoch: number
  /** Mean loss of the last of them; 0 before the first. */
  readonly loss: number
}

export interface TrainerProgress {
  readonly epoch: number
  readonly step: number
  readonly steps: number
  /** Mean of the epoch so far. */
  readonly loss: number
}

export interface TrainerHooks {
  readonly onStep?: ((progress: TrainerProgress) => void) | undefined
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
  return { rows, dimensions, table, mean: zeros(), variance: zeros(), epoch: 0, loss: 0 }
}

/**
 * Trains from `start` to the last epoch and returns the final state. Each epoch draws from a generator of its
 * own, so one that was stopped between epochs and taken up again ends in the same bytes. `firstId` is
 * the first token that may weigh anything.
 */
export async function trainTable(
  corpus: EncodedCorpus, start: TrainerState, openings: readonly (readonly number[])[], firstId: number,
  options: TrainerOptions, hooks: TrainerHooks = {},
): Promise<TrainerState> {
  const batch = Math.min(options.batch, corpus.papers)
  const perEpoch = Math.floor(corpus.papers / batch)
  const steps = perEpoch * options.epochs
  const bench = await createBench(start, batch, firstId, options)
  let { loss } = start
  for (let epoch = start.epoch; epoch < options.epochs; epoch++) {
    loss = 0
    const random = createRandom(options.seed + 7919 * (epoch + 1))
    const order = await orderPapers(corpus, bench.state, firstId, batch, epoch, options, random)
    for (let index = 0; index < perEpoch; index++) {
      hooks.signal?.throwIfAborted()
      const pairs = Array.from(order.subarray(index * batch, (index + 1) * batch), (paper) =>
        drawPair(corpus, paper, openings, options.pairs, random))
      const step = epoch * perEpoch + index + 1
      loss += (await bench.learn(pairs, options.rate * schedule(step / steps), step) - loss) / (index + 1)
      hooks.onStep?.({ epoch: epoch + 1, step, steps, loss })
    }
    await hooks.onEpoch?.({ ...bench.state, epoch: epoch + 1, loss })
  }
  return { ...bench.state, epoch: options.epochs, loss }
}

/** The state on the workbench, where the kernels reach it, and the step that changes it. */
async function createBench(start: TrainerState, batch: number, firstId: number, options: TrainerOptions) {
  const { dimensions } = options
  const kernels = createKernels(3 * start.table.length + (4 * batch + 1) * dimensions)
  const state = { ...start, table: place(kernels, start.table), mean: place(kernels, start.mean), variance: place(kernels, start.variance) }
  const room = () => kernels.allocate(batch * dimensions)
  const [questions, passages, questionGradient, passageGradient] = [room(), room(), room(), room()]
  const row = kernels.allocate(dimensions)
  const builder = createBagBuilder(start.rows, firstId)
  const bagsOf = (texts: readonly number[][]): Bags => {
    for (const text of texts) builder.add(text)
    return builder.finish()
  }
  const contrast = await createContrast(dimensions, options.scale, options.threads)
  /** One step on a batch of pairs; returns its loss. */
  const learn = async (pairs: readonly Pair[], rate: number, step: number): Promise<number> => {
    const asked = bagsOf(pairs.map(({ question }) => question))
    const answers = bagsOf(pairs.map(({ passage }) => passage))
    const askedNorms = poolBags(kernels, asked, state.table, row, questions)
    const answerNorms = poolBags(kernels, answers, state.table, row, passages)
    const result = await contrast.run(questions, passages, batch)
    questionGradient.set(result.questionGradient)
    passageGradient.set(result.passageGradient)
    throughLength(questionGradient, questions, askedNorms, dimensions)
    throughLength(passageGradient, passages, answerNorms, dimensions)
    adamStep(kernels, state, [asked, answers], [questionGradient, passageGradient], row, rate, step)
    return result.loss
  }
  return { state, learn }
}

function place(kernels: Kernels, values: Float32Array): Float32Array {
  const placed = kernels.allocate(values.length)
  placed.set(values)
  return placed
}

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
  const vectors = paperVectors(corpus, state, firstId, corpus.papers)
  return cluster(vectors, corpus.papers, options.dimensions, clusters, random, options.threads)
}

/** Unit vectors of the first `count` papers, title and abstract together, `dimensions` numbers each. */
export function paperVectors(
  corpus: EncodedCorpus, state: Pick<TableState, 'rows' | 'dimensions' | 'table'>, firstId: number, count: number,
): Float32Array {
  const { dimensions } = state
  const vectors = new Float32Array(count * dimensions)
  const kernels = createKernels(state.table.length + dimensions)
  const [table, row] = [place(kernels, state.table), kernels.allocate(dimensions)]
  const builder = createBagBuilder(state.rows, firstId)
  for (let paper = 0; paper < count; paper++) {
    builder.add(tokens(corpus, corpus.paperStarts[paper] as number, (corpus.paperStarts[paper + 1] as number) - 1))
    poolBags(kernels, builder.finish(), table, row, vectors.subarray(paper * dimensions))
  }
  return vectors
}
