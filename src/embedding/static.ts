/** Embeds with a static model of ours, such as the bundled one: two tables, no transformer and no runtime for one. */
import type { Embedder } from './embedder.js'
import type { ModelFolder } from './model-folder.js'
import { createPooling } from './pooling.js'
import { readPackedModel } from './training/read-model.js'
import { createTokenCounter } from './word-pieces.js'

/**
 * An embedder over a folder that `openModelFolder` has found whole; undefined where its tables are not of this version:
 * transformers.js runs such a model from the same folder.
 */
export async function createStaticEmbedder(modelPath: string, { manifest, id }: ModelFolder): Promise<Embedder | undefined> {
  const packed = await readPackedModel(modelPath, manifest)
  if (packed === undefined) return undefined
  const { dimensions, searchDimensions, fusion, questionPrefix, passagePrefix } = manifest
  const countTokens = createTokenCounter(packed.vocabulary.encode)
  const pool = createPooling(packed.table)
  return {
    model: { id, dimensions, searchDimensions, fusion },
    isInstant: true,
    async embedQuestion(text, signal) {
      signal?.throwIfAborted()
      return pool(countTokens(questionPrefix + text))
    },
    async embedPassages(texts, signal) {
      signal?.throwIfAborted()
      return texts.map((text) => pool(countTokens(passagePrefix + text)))
    },
    async close() {},
  }
}
