/** From files of titles and abstracts to a model folder: the whole training, step by step. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { FootnoteError } from '../../errors.js'
import { words } from '../../text/words.js'
import type { FusionWeights } from '../embedder.js'
import { loadCheckpoint, removeCheckpoint, saveCheckpoint } from './checkpoint.js'
import { readCorpus } from './corpus.js'
import { collectWords, encodeCorpus, vocabularyOf, type EncodedCorpus } from './encoded.js'
import { LANES } from './kernels.js'
import { writeModelFolder } from './model-folder.js'
import { OPENINGS } from './pairs.js'
import { quantise } from './quantise.js'
import { rotate } from './rotate.js'
import {
  DEFAULT_TRAINER, initialState, paperVectors, trainTable,
  type TrainerOptions, type TrainerProgress, type TrainerState,
} from './trainer.js'
import { SPECIAL_TOKENS, type Vocabulary } from './vocabulary.js'

export interface TrainOptions {
  /** Folder of the model; its checkpoint lies there too until the training is done. */
  readonly out: string
  readonly name: string
  readonly vocabularySize?: number | undefined
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
  | { readonly stage: 'resuming'; readonly epoch: number }
  | ({ readonly stage: 'training' } & TrainerProgress)
  | { readonly stage: 'writing'; readonly folder: string }

export interface TrainSummary {
  readonly papers: number
  readonly tokens: number
  readonly vocabulary: number
  /** Mean loss of the last epoch. */
  readonly loss: number
}

export const DEFAULT_VOCABULARY_SIZE = 24_000
const MAX_VOCABULARY_SIZE = 65_536
const DEFAULT_SEARCH_DIMENSIONS = 256
const DEFAULT_MAX_PAPERS = 500_000
/** Weights that suit a static model beside BM25, until `evaluate` has fitted them. */
const DEFAULT_FUSION: FusionWeights = { bm25: 0.7, dense: 0.15, bestSentence: 0.15 }
const FIRST_ID = SPECIAL_TOKENS.length
/** More papers would not turn the table otherwise. */
const ROTATION_SAMPLE = 20_000

/**
 * Trains a static model on `files` (see `readCorpus`) and writes its folder. The same files, options and
 * processor give the same bytes; a training that was stopped goes on after its last whole epoch.
 * Throws `invalid_request` where the files are missing, damaged or hold fewer than two papers.
 */
export async function train(files: readonly string[], options: TrainOptions): Promise<TrainSummary> {
  const settings = checkedSettings(options)
  const { vocabulary, corpus } = await readText(files, options)
  const state = await learn(corpus, vocabulary, settings, options)
  options.onProgress?.({ stage: 'writing', folder: options.out })
  const { rows, dimensions, loss } = state
  const sample = paperVectors(corpus, state, FIRST_ID, Math.min(ROTATION_SAMPLE, corpus.papers))
  const table = await rotate(state.table, sample, dimensions, settings.threads)
  const summary = { papers: corpus.papers, tokens: corpus.tokens.length, vocabulary: rows, loss }
  const { threads: _threads, ...recipe } = settings
  await writeModelFolder(options.out, vocabulary, quantise(table, rows, dimensions, FIRST_ID), {
    format: 1,
    kind: 'static',
    name: options.name,
    dimensions,
    searchDimensions: Math.min(options.searchDimensions ?? DEFAULT_SEARCH_DIMENSIONS, dimensions),
    fusion: options.fusion ?? DEFAULT_FUSION,
    questionPrefix: '',
    passagePrefix: '',
    training: { ...summary, ...recipe },
  })
  await removeCheckpoint(checkpointFile(options.out))
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

const checkpointFile = (folder: string) => join(folder, 'checkpoint.bin')

async function readText(files: readonly string[], options: TrainOptions) {
  const { signal, onProgress } = options
  const collected = await collectWords(readCorpus(files), options.maxPapers ?? DEFAULT_MAX_PAPERS, (papers) => {
    signal?.throwIfAborted()
    onProgress?.({ stage: 'reading', papers })
  })
  onProgress?.({ stage: 'vocabulary', words: collected.words.length })
  const vocabulary = vocabularyOf(collected, options.vocabularySize ?? DEFAULT_VOCABULARY_SIZE)
  return { vocabulary, corpus: encodeCorpus(collected, vocabulary) }
}

async function learn(
  corpus: EncodedCorpus, vocabulary: Vocabulary, settings: TrainerOptions, options: TrainOptions,
): Promise<TrainerState> {
  const file = checkpointFile(options.out)
  const fingerprint = fingerprintOf(corpus, vocabulary, settings)
  const saved = await loadCheckpoint(file, fingerprint)
  if (saved !== undefined) options.onProgress?.({ stage: 'resuming', epoch: saved.epoch })
  const openings = OPENINGS.map((opening) => words(opening).flatMap((word) => vocabulary.encode(word)))
  const start = saved ?? initialState(corpus, vocabulary.tokens.length, settings)
  return trainTable(corpus, start, openings, FIRST_ID, settings, {
    signal: options.signal,
    onStep: (progress) => options.onProgress?.({ stage: 'training', ...progress }),
    onEpoch: (reached) => saveCheckpoint(file, reached, fingerprint),
  })
}

function fingerprintOf(corpus: EncodedCorpus, vocabulary: Vocabulary, settings: TrainerOptions): string {
  const hash = createHash('sha256').update(JSON.stringify([vocabulary.tokens, settings]))
  for (const { buffer, byteOffset, byteLength } of [corpus.tokens, corpus.sectionStarts, corpus.paperStarts]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength))
  }
  return hash.digest('hex')
}
