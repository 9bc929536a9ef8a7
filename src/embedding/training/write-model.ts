/** From a trained table to the folder of a model: turned, rounded, written. */
import type { ModelManifest } from '../manifest.js'
import type { EncodedCorpus } from './encoded.js'
import { writeModelFolder } from './model-folder.js'
import { quantise } from './quantise.js'
import { rotate } from './rotate.js'
import { paperVectors } from './trainer.js'
import { SPECIAL_TOKENS, type Vocabulary } from './vocabulary.js'

export interface TrainedModel {
  /** Its papers are what the leading dimensions tell apart. */
  readonly corpus: EncodedCorpus
  readonly vocabulary: Vocabulary
  /** A row of `manifest.dimensions` numbers for each token. */
  readonly table: Float32Array
  readonly manifest: Omit<ModelManifest, 'files'>
  readonly threads: number
}

const FIRST_ID = SPECIAL_TOKENS.length
/** More papers would not turn the table otherwise. */
const ROTATION_SAMPLE = 20_000

/** Writes the folder; the same model gives the same bytes on the same processor. */
export async function writeStaticModel(folder: string, { corpus, vocabulary, table, manifest, threads }: TrainedModel): Promise<void> {
  const { dimensions, searchDimensions: leading } = manifest
  const rows = vocabulary.tokens.length
  const sample = paperVectors(corpus, { rows, dimensions, table }, FIRST_ID, Math.min(ROTATION_SAMPLE, corpus.papers))
  const turned = await rotate(table, sample, { dimensions, leading, threads })
  await writeModelFolder(folder, vocabulary, quantise(turned, rows, dimensions, FIRST_ID), manifest)
}
