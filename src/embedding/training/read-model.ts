/** Reads a static model back into vocabulary and table, so that training can go on from it. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { FootnoteError } from '../../errors.js'
import type { ModelManifest } from '../manifest.js'
import { openModelFolder } from '../model-folder.js'
import { readConstants } from './graph.js'
import { dequantise } from './quantise.js'
import { createVocabulary, type Vocabulary } from './vocabulary.js'

export interface StaticModel {
  readonly manifest: ModelManifest
  readonly vocabulary: Vocabulary
  /** A row of `manifest.dimensions` numbers for each token. */
  readonly table: Float32Array
}

const TokenizerSchema = z.object({ model: z.object({ vocab: z.record(z.string(), z.int().nonnegative()) }) })

/** Throws `not_ready` where the folder is damaged, `invalid_request` where its model is not a static one of ours. */
export async function readStaticModel(folder: string): Promise<StaticModel> {
  const { manifest } = await openModelFolder(folder)
  const { model } = TokenizerSchema.parse(JSON.parse(await readFile(join(folder, 'tokenizer.json'), 'utf8')))
  const constants = readConstants(await readFile(join(folder, 'onnx/model_quantized.onnx')))
  const [codes, rows, columns] = [constants.get('codes'), constants.get('row_scales'), constants.get('column_scales')]
  if (manifest.kind !== 'static' || codes === undefined || rows === undefined || columns === undefined) {
    const message = `The model in ${folder} is not a static one of this version; training can only go on from a model that its npm run train has made.`
    throw new FootnoteError('invalid_request', message)
  }
  const tokens = Object.entries(model.vocab).sort(([, a], [, b]) => a - b).map(([token]) => token)
  const table = dequantise({
    rows: tokens.length, dimensions: manifest.dimensions, codes, rowScales: floats(rows), columnScales: floats(columns),
  })
  return { manifest, vocabulary: createVocabulary(tokens), table }
}

function floats(bytes: Uint8Array): Float32Array {
  return new Float32Array(Uint8Array.from(bytes).buffer)
}
