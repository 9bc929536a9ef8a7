/** From files of titles and abstracts to a model folder: the whole training, step by step. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { FootnoteError } from '../../errors.js'
import { words } from '../../text/words.js'
import type { FusionWeights } from '../embedder.js'
import { loadCheckpoint, removeCheckpoint, saveCheckpoint } from './checkpoint.js'
import { LIFE_SCIENCES, readCorpus } from './corpus.js'
import { collectWords, encodeCorpus, vocabularyOf, type EncodedCorpus } from './encoded.js'
import { LANES } from './kernels.js'
import { OPENINGS } from './pairs.js'
import { DEFAULT_TRAINER, initialState, trainTable, type TrainerOptions, type TrainerProgress, type TrainerState } from './trainer.js'
import { SPECIAL_TOKENS, type Vocabulary } from './vocabulary.js'
import { writeStaticModel } from './write-model.js'

export interface TrainOptions {
  /** Folder of the model; its checkpoint lies there too until the training is done. */
  readonly out: string
  readonly name: string
  /** Tables trained apart, from one seed after the other, whose columns stand side by side in the model. Default 2. */
  readonly tables?: number | undefined
  readonly vocabularySize?: number | undefined
  /** Papers whose categories match are read twice. Default `LIFE_SCIENCES`: a fifth of the bundled model's text, and a third of what it learns. */
  readonly twice?: RegExp | undefined
  /** Leading dimensions to find candidates with; all of them where the model has fewer. */
  readonly searchDimensions?: number | undefined
  /** Papers beyond this are not read: training holds up to 6 kB a paper in memory. Default 500,000. */
  readonly maxPapers?: number | undefined
  readonly fusion?: FusionWeights | undefined
  readonly trainer?: Partial<TrainerOptions> | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: TrainProgress) => void) | undefined
}

export type TrainProgress =
  | { readonly stage: 'reading'; readonly papers: number }
  | { readonly stage: 'vocabulary'; readonly words: number }
  | { readonly stage: 'resuming'; readonly table: number; readonly epoch: number }
  | ({ readonly stage: 'training'; readonly table: number; readonly tables: number } & TrainerProgress)
  | { readonly stage: 'writing'; readonly folder: string }

export interface TrainSummary {
  readonly papers: number
  readonly tokens: number
  readonly vocabulary: number
  readonly dimensions: number
  /** Mean loss of the last epoch, over all tables. */
  readonly loss: number
}

export const DEFAULT_TABLES = 2
export const DEFAULT_VOCABULARY_SIZE = 24_000
const MAX_VOCABULARY_SIZE = 65_536
const DEFAULT_SEARCH_DIMENSIONS = 256
const DEFAULT_MAX_PAPERS = 500_000
/** Weights that suit a static model beside BM25, until `evaluate` has fitted them. */
const DEFAULT_FUSION: FusionWeights = { bm25: 0.7, dense: 0.15, bestSentence: 0.15 }
const FIRST_ID = SPECIAL_TOKENS.length

/**
 * Trains a static model on `files` (see `readCorpus`) and writes its folder. The same files, options and
 * processor give the same bytes; a training that was stopped goes on after its last whole epoch.
 * Throws `invalid_request` where the files are missing, damaged or hold fewer than two papers.
 */
export async function train(files: readonly string[], options: TrainOptions): Promise<TrainSummary> {
  const settings = checkedSettings(options)
  const { vocabulary, corpus } = await readText(files, options)
  const { tables = DEFAULT_TABLES, out, name } = options
  const learned: Learned[] = []
  for (let number = 1; number <= tables; number++) learned.push(await learn(corpus, vocabulary, settings, { number, tables, options }))
  options.onProgress?.({ stage: 'writing', folder: out })
  const table = joinColumns(learned.map((one) => one.table), settings.dimensions)
  const loss = learned.reduce((sum, one) => sum + one.loss, 0) / tables
  const dimensions = tables * settings.dimensions
  const summary = { papers: corpus.papers, tokens: corpus.tokens.length, vocabulary: vocabulary.tokens.length, dimensions, loss }
  const { threads, ...recipe } = settings
  await writeStaticModel(out, { corpus, vocabulary, table, threads, manifest: {
    format: 1,
    kind: 'static',
    name,
    dimensions,
    searchDimensions: Math.min(options.searchDimensions ?? DEFAULT_SEARCH_DIMENSIONS, dimensions),
    fusion: options.fusion ?? DEFAULT_FUSION,
    questionPrefix: '',
    passagePrefix: '',
    training: { ...recipe, tables, ...summary },
  } })
  for (let number = 1; number <= tables; number++) await removeCheckpoint(checkpointFile(out, number))
  return summary
}

/** Rows end on a whole turn of the kernels' loops, and token ids are 16 bits wide. */
function checkedSettings({ trainer, vocabularySize = DEFAULT_VOCABULARY_SIZE }: TrainOptions): TrainerOptions {
  const settings: TrainerOptions = { ...DEFAULT_TRAINER, ...trainer }
  if (settings.dimensions <= 0 || settings.dimensions % LANES !== 0) {
    const message = `A model cannot have ${settings.dimensions} dimensions; give a multiple of ${LANES}.`
    throw new FootnoteError('invalid_request', message)
  }
  if (vocabularySize > MAX_VOCABULARY_SIZE) {
    const message = `A vocabulary cannot have ${vocabularySize} tokens; give at most ${MAX_VOCABULARY_SIZE}.`
    throw new FootnoteError('invalid_request', message)
  }
  return settings
}

const checkpointFile = (folder: string, table: number) => join(folder, `checkpoint-${table}.bin`)

async function readText(files: readonly string[], options: TrainOptions) {
  const { signal, onProgress } = options
  const collected = await collectWords(readCorpus(files, options.twice ?? LIFE_SCIENCES), options.maxPapers ?? DEFAULT_MAX_PAPERS, (papers) => {
    signal?.throwIfAborted()
    onProgress?.({ stage: 'reading', papers })
  })
  onProgress?.({ stage: 'vocabulary', words: collected.words.length })
  const vocabulary = vocabularyOf(collected, options.vocabularySize ?? DEFAULT_VOCABULARY_SIZE)
  return { vocabulary, corpus: encodeCorpus(collected, vocabulary) }
}

interface Turn {
  /** Which of the tables, counted from 1. */
  readonly number: number
  readonly tables: number
  readonly options: TrainOptions
}

type Learned = Pick<TrainerState, 'table' | 'loss'>

/** Trains one of the tables, or takes it from its checkpoint. */
async function learn(
  corpus: EncodedCorpus, vocabulary: Vocabulary, shared: TrainerOptions, { number, tables, options }: Turn,
): Promise<Learned> {
  const settings = { ...shared, seed: shared.seed + number - 1 }
  const file = checkpointFile(options.out, number)
  const fingerprint = fingerprintOf(corpus, vocabulary, settings)
  const saved = await loadCheckpoint(file, fingerprint)
  if (saved !== undefined) options.onProgress?.({ stage: 'resuming', table: number, epoch: saved.epoch })
  if (saved?.epoch === settings.epochs) return saved
  const openings = OPENINGS.map((opening) => words(opening).flatMap((word) => vocabulary.encode(word)))
  const start = saved ?? initialState(corpus, vocabulary.tokens.length, settings)
  const { table, loss } = await trainTable(corpus, start, openings, FIRST_ID, settings, {
    signal: options.signal,
    onStep: (progress) => options.onProgress?.({ stage: 'training', table: number, tables, ...progress }),
    onEpoch: (reached) => saveCheckpoint(file, reached, fingerprint),
  })
  // A copy: the table lies in a memory together with the moments, which are done with.
  return { table: table.slice(), loss }
}

/** Row by row the rows of all tables side by side: its dot products are the sums of theirs. */
function joinColumns(tables: readonly Float32Array[], dimensions: number): Float32Array {
  const joined = new Float32Array(tables.reduce((sum, { length }) => sum + length, 0))
  tables.forEach((table, k) => {
    for (let from = 0, row = 0; from < table.length; from += dimensions, row++) {
      joined.set(table.subarray(from, from + dimensions), (row * tables.length + k) * dimensions)
    }
  })
  return joined
}

function fingerprintOf(corpus: EncodedCorpus, vocabulary: Vocabulary, settings: TrainerOptions): string {
  const hash = createHash('sha256').update(JSON.stringify([vocabulary.tokens, settings]))
  for (const { buffer, byteOffset, byteLength } of [corpus.tokens, corpus.sectionStarts, corpus.paperStarts]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  }
  return hash.digest('hex')
}
