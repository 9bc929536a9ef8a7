/** Reads a static model back into vocabulary and table, to embed with it and to train on from it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { FootnoteError } from '../../errors.js'
import type { ModelManifest } from '../manifest.js'
import { openModelFolder } from '../model-folder.js'
import { readConstants } from './graph.js'
import { CODES_A_BYTE, dequantise, type QuantisedTable } from './quantise.js'
import { createVocabulary, type Vocabulary } from './vocabulary.js'

export interface PackedModel {
  readonly vocabulary: Vocabulary
  readonly table: QuantisedTable
}

export interface StaticModel {
  readonly manifest: ModelManifest
  readonly vocabulary: Vocabulary
  /** A row of `manifest.dimensions` numbers for each token. */
  readonly table: Float32Array
}

const TokenizerSchema = z.object({ model: z.object({ vocab: z.record(z.string(), z.int().nonnegative()) }) })

/** The parts of a static model as they are stored; undefined where the tables are not as `quantise` makes them now. */
export async function readPackedModel(folder: string, { kind, dimensions }: ModelManifest): Promise<PackedModel | undefined> {
  if (kind !== 'static') return undefined
  const { model } = TokenizerSchema.parse(JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')))
  const tokens = Object.entries(model.vocab).sort(([, a], [, b]) => a - b).map(([token]) => token)
  const constants = readConstants(await readFile(join(folder, 'onnx/model_quantized.onnx')))
  const [codes, rowScales, columnScales] = [constants.get('codes'), floats(constants.get('row_scales')), floats(constants.get('column_scales'))]
  const rows = tokens.length
  if (codes?.length !== (rows * dimensions) / CODES_A_BYTE || rowScales.length !== rows || columnScales.length !== dimensions) return undefined
  return { vocabulary: createVocabulary(tokens), table: { rows, dimensions, codes, rowScales, columnScales } }
}

/** Throws `not_ready` where the folder is damaged, `invalid_request` where its model is not a static one of ours. */
export async function readStaticModel(folder: string): Promise<StaticModel> {
  const { manifest } = await openModelFolder(folder)
  const packed = await readPackedModel(folder, manifest)
  if (packed === undefined) {
    const message = `The model in ${folder} is not a static one of this version; training can only go on from a model that its npm run train has made.`
    throw new FootnoteError('invalid_request', message)
  }
  return { manifest, vocabulary: packed.vocabulary, table: dequantise(packed.table) }
}

function floats(bytes: Uint8Array = new Uint8Array()): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
