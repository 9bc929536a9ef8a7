/** Opens the library of the crash test as a server does, with models that need no files. */
import { openLibrary } from '../../src/library/open.js'
import { readServedModel } from '../../src/models.js'
import { openServing, type Pair, type Serving } from '../../src/serving.js'
import type { Embedder } from '../../src/embedding/embedder.js'
import { modelOf, vectorOf } from './batches.js'

const MODELS = ['first', 'second'] as const
const silent = { info: () => {}, warn: () => {} }

/**
 * With the model that served last; with `changing` the library goes over to the other one from the start on, and
 * back as soon as that serves.
 */
export function openServed(dataDir: string, { changing = false } = {}): Promise<Serving<Pair>> {
  return openServing({
    dataDir,
    live: changing,
    chosen: async () => {
      const served = (await readServedModel(dataDir))?.setting ?? MODELS[0]
      return changing ? (MODELS.find((model) => model !== served) as string) : served
    },
    openModel: async (setting) => createEmbedder(setting),
    assemble: async (embedder) => ({ embedder, library: await openLibrary({ dataDir, model: embedder.model, log: silent }) }),
    log: silent,
  })
}

function createEmbedder(setting: string): Embedder {
  const model = modelOf(setting)
  return {
    model,
    embedQuestion: async (text) => vectorOf(text, model),
    embedPassages: async (texts) => texts.map((text) => vectorOf(text, model)),
    close: async () => undefined,
  }
}
