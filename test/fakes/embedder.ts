/** An embedder of hashed words: texts that share words are near, and nothing has to be loaded. */
import type { Embedder } from '../../src/embedding/embedder.js'
import { words } from '../../src/text/words.js'

const DIMENSIONS = 64

export function createFakeEmbedder(id = 'fake@1'): Embedder {
  return {
    model: { id, dimensions: DIMENSIONS, searchDimensions: DIMENSIONS, fusion: { bm25: 0.6, dense: 0.3, bestSentence: 0.1 } },
    embedQuestion: async (text) => embed(text),
    async embedPassages(texts, signal) {
      signal?.throwIfAborted()
      return texts.map(embed)
    },
    close: async () => undefined,
  }
}

function embed(text: string): Float32Array {
  const vector = new Float32Array(DIMENSIONS)
  for (const word of words(text)) {
    const hash = [...word].reduce((sum, letter) => Math.imul(sum ^ letter.charCodeAt(0), 0x01000193) >>> 0, 0x811c9dc5)
    vector[hash % DIMENSIONS] = (vector[hash % DIMENSIONS] as number) + (hash & 0x10000 ? 1 : -1)
  }
  const length = Math.hypot(...vector)
  if (length === 0) vector[0] = 1
  else for (let i = 0; i < DIMENSIONS; i++) vector[i] = (vector[i] as number) / length
  return vector
}
