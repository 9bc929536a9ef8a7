/** Goes on training a static model on the papers of one library, so that it learns what its words mean there. */
import { words } from '../../text/words.js'
import type { TrainingPaper } from './corpus.js'
import { collectWords, encodeCorpus } from './encoded.js'
import { OPENINGS } from './pairs.js'
import { readStaticModel } from './read-model.js'
import { DEFAULT_TRAINER, trainTable, type TrainerOptions, type TrainerProgress, type TrainerState } from './trainer.js'
import { SPECIAL_TOKENS } from './vocabulary.js'
import { writeStaticModel } from './write-model.js'

export interface AdaptOptions {
  /** Folder of the static model to start from; it stays as it is. */
  readonly base: string
  /** Folder of the new model. */
  readonly out: string
  readonly name: string
  /** Times that each paper is seen; default 40, fewer for a library of more than 7,500 papers. */
  readonly epochs?: number | undefined
  readonly onStep?: ((progress: TrainerProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
}

export interface AdaptSummary {
  readonly papers: number
  readonly epochs: number
  /** Mean loss of the last epoch. */
  readonly loss: number
}

const FIRST_ID = SPECIAL_TOKENS.length
const MOST_EPOCHS = 40
/** Pairs seen in all, so that a large library takes minutes too. */
const MOST_PAIRS = 300_000

/**
 * The recipe of the bundled model but for what is known by now: no tokens are dropped and no batch is made hard,
 * since a library is of one subject anyway, and a softer scale suits so few papers.
 */
const RECIPE: Omit<TrainerOptions, 'dimensions' | 'epochs'> = {
  ...DEFAULT_TRAINER,
  batch: 1024,
  scale: 20,
  clusters: 0,
  pairs: { ...DEFAULT_TRAINER.pairs, dropping: 0, passageDropping: 0, sharedPairs: 0, asking: 0 },
}

/**
 * Writes the folder of a model with the base's vocabulary and weights of fusion, and a table trained further on
 * these papers. The same papers and base give the same bytes on the same processor. Throws `invalid_request` where
 * the base is not a static model of ours, `not_ready` where its folder is damaged.
 */
export async function adaptModel(papers: readonly TrainingPaper[], options: AdaptOptions): Promise<AdaptSummary> {
  const { manifest, vocabulary, table } = await readStaticModel(options.base)
  const { dimensions } = manifest
  const corpus = encodeCorpus(await collectWords(oneByOne(papers), papers.length), vocabulary)
  const epochs = options.epochs ?? Math.max(1, Math.min(MOST_EPOCHS, Math.floor(MOST_PAIRS / corpus.papers)))
  const settings: TrainerOptions = { ...RECIPE, dimensions, epochs }
  const rows = vocabulary.tokens.length
  const zeros = () => new Float32Array(table.length)
  const start: TrainerState = { rows, dimensions, table, mean: zeros(), variance: zeros(), epoch: 0, loss: 0 }
  const openings = OPENINGS.map((opening) => words(opening).flatMap((word) => vocabulary.encode(word)))
  const state = await trainTable(corpus, start, openings, FIRST_ID, settings, {
    signal: options.signal, onStep: options.onStep,
  })
  const summary = { papers: corpus.papers, epochs, loss: state.loss }
  const { files, training: _training, ...kept } = manifest
  const { threads, ...recipe } = settings
  // The directions that tell this library's papers apart lead from now on.
  await writeStaticModel(options.out, { corpus, vocabulary, table: state.table, threads, manifest: {
    ...kept,
    name: options.name,
    training: { base: manifest.name, baseTable: files?.['onnx/model_quantized.onnx'], ...summary, ...recipe },
  } })
  return summary
}

async function* oneByOne<Item>(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items
}
