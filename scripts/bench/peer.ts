/** Embeds the same papers with the model in use and with a six-layer transformer, to have a ratio that holds on any machine. */
import { join } from 'node:path'
import { BUNDLED_MODELS_DIR } from '../../src/compose.js'
import { readConfig } from '../../src/config.js'
import type { Embedder } from '../../src/embedding/embedder.js'
import { openEmbedder } from '../../src/embedding/open.js'
import { createTransformersEmbedder } from '../../src/embedding/transformers.js'
import { embedPapers } from '../../src/ingest/vectors.js'
import type { PaperDraft } from '../../src/papers/paper.js'
import { NOTHING, plus, timed } from './clock.js'
import type { Taken } from './clock.js'
import { writeRandomTransformer } from './random-transformer.js'

export interface PeerFigures {
  readonly papers: number
  /** Layers, width, and how its weights are stored. */
  readonly shape: string
  /** Papers a second, the paper's vector and those of its sentences. */
  readonly papersPerSecond: { readonly ours: Rate, readonly transformer: Rate }
  /** How many times as many papers a second ours embeds. */
  readonly ratio: Rate
}

interface Rate {
  readonly wall: number
  readonly cpu: number
}

/** A few dozen papers take milliseconds: ours embeds them again until there is something to measure. */
const LEAST_CPU_SECONDS = 1

/** `folder` gets the transformer; its weights are random, which makes its vectors useless and no slower. */
export async function besideTransformer(papers: readonly PaperDraft[], folder: string): Promise<PeerFigures> {
  const { shape } = await writeRandomTransformer(folder, join(BUNDLED_MODELS_DIR, 'footnote-static'))
  const config = readConfig()
  const ours = await openEmbedder(config.EMBEDDING_MODEL, { bundledFolder: BUNDLED_MODELS_DIR, cacheFolder: join(config.DATA_DIR, 'model-cache') })
  // In this process, though the program would give it one of its own: processor time is counted by process.
  const transformer = await createTransformersEmbedder({ modelPath: folder })
  try {
    const [one, other] = [await rate(ours, papers, LEAST_CPU_SECONDS), await rate(transformer, papers, 0)]
    return {
      papers: papers.length,
      shape,
      papersPerSecond: { ours: one, transformer: other },
      ratio: { wall: one.wall / other.wall, cpu: one.cpu / other.cpu },
    }
  } finally {
    await Promise.all([ours.close(), transformer.close()])
  }
}

async function rate(embedder: Embedder, papers: readonly PaperDraft[], leastCpuSeconds: number): Promise<Rate> {
  await embedPapers(embedder, papers.slice(0, leastCpuSeconds > 0 ? papers.length : 1))
  let total: Taken = NOTHING
  let rounds = 0
  do {
    const { taken } = await timed(() => embedPapers(embedder, papers))
    total = plus(total, taken)
    rounds++
  } while (total.cpuSeconds < leastCpuSeconds)
  return { wall: (rounds * papers.length) / total.wallSeconds, cpu: (rounds * papers.length) / total.cpuSeconds }
}
