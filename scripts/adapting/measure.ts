/** Measures two embedding models on questions set apart from a library, each with the whole of retrieval around it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compose } from '../../src/compose.js'
import type { Footnote, Log } from '../../src/compose.js'
import type { Config } from '../../src/config.js'
import type { HeldOut, HeldOutQuestion, LibraryPaper } from '../../src/embedding/training/adapt-questions.js'
import { embedPapers } from '../../src/ingest/vectors.js'
import type { Handle } from '../../src/library/library.js'
import type { Paper } from '../../src/papers/paper.js'
import { bootstrapInterval, mean, reciprocalRank } from '../evaluation/metrics.js'

/** `dense`: by the cosine of the whole paper alone. `fused`: as the product ranks. */
export const MEASURED = ['dense', 'fused'] as const
export type Measured = (typeof MEASURED)[number]

/** Reciprocal rank of the paper asked for, question by question; 0 where it is not among the first ten. */
export type ReciprocalRanks = Readonly<Record<Measured, readonly number[]>>

export interface Figures {
  readonly recallAt1: number
  readonly recallAt10: number
  readonly mrr: number
}

/** The questions' papers and others up to so many stand in the library that is measured. */
const MOST_PAPERS = 20_000
const BATCH = 256
/** Found by the leading dimensions, and ordered by all of them. */
const COMPARED = 100
const DEPTH = 10

/**
 * The reciprocal ranks that each model (a folder or name for `EMBEDDING_MODEL`) reaches on the same temporary
 * library of the papers as they are without the questions.
 */
export async function measureModels(
  { questions, papers }: HeldOut<Paper & LibraryPaper>, models: readonly string[], config: Config, log: Log,
): Promise<ReciprocalRanks[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'footnote-adapt-'))
  const remove = () => rm(dataDir, { recursive: true, force: true })
  try {
    const results: ReciprocalRanks[] = []
    for (const model of models) {
      const settings = { ...config, DATA_DIR: dataDir, EMBEDDING_MODEL: model, LLM_MODEL: undefined }
      const footnote = await compose(settings, { log, starter: false })
      try {
        await fill(footnote, chosenPapers(questions, papers))
        results.push(await rankAll(footnote, questions))
      } finally {
        await footnote.close()
      }
    }
    return results
  } finally {
    await remove()
  }
}

/** Recall at 1 and 10 and the mean reciprocal rank, over these ranks. */
export function figuresOf(ranks: readonly number[]): Figures {
  const within = (k: number) => mean(ranks.map((rank) => (rank >= 1 / k ? 1 : 0)))
  return { recallAt1: within(1), recallAt10: within(10), mrr: mean(ranks) }
}

export interface Gain {
  readonly mrr: number
  /** The central 95 % of resamples of the questions. */
  readonly interval: readonly [number, number]
}

/** What the second model adds to the first, question by question. */
export function gainOf(before: readonly number[], after: readonly number[]): Gain {
  const gains = after.map((rank, i) => rank - (before[i] as number))
  return { mrr: mean(gains), interval: bootstrapInterval(gains) }
}

/**
 * It must find more by itself, and cost the product's ranking nothing that could be told from chance: questions made
 * of a paper's words are where BM25 is strongest, so that little of a gain shows in the fused ranking.
 */
export function isBetter({ dense, fused }: Readonly<Record<Measured, Gain>>): boolean {
  return dense.mrr > 0 && (fused.mrr >= 0 || fused.interval[1] > 0)
}

function chosenPapers<P extends LibraryPaper>(questions: readonly HeldOutQuestion[], papers: readonly P[]): readonly P[] {
  if (papers.length <= MOST_PAPERS) return papers
  const asked = new Set(questions.map(({ id }) => id))
  const others = papers.filter(({ id }) => !asked.has(id)).slice(0, MOST_PAPERS - asked.size)
  return [...papers.filter(({ id }) => asked.has(id)), ...others]
}

/** The second model finds the papers there, and has made its vectors on opening. */
async function fill({ library, embedder }: Footnote, papers: readonly Paper[]): Promise<void> {
  if ((await library.status()).papers > 0) return
  for (let start = 0; start < papers.length; start += BATCH) {
    const batch = papers.slice(start, start + BATCH)
    const vectors = await embedPapers(embedder, batch)
    await library.put(batch.map((paper, i) => ({ paper, keys: [paper.id], vectors: vectors[i] as (typeof vectors)[number] })))
  }
}

async function rankAll({ library, embedder, retrieve }: Footnote, questions: readonly HeldOutQuestion[]): Promise<ReciprocalRanks> {
  const ranks: Record<Measured, number[]> = { dense: [], fused: [] }
  for (const { text, id } of questions) {
    const vector = await embedder.embedQuestion(text)
    const near = (await library.searchVectors(vector, { limit: COMPARED })).map(({ handle }) => handle)
    const cosines = (await library.vectors(near)).map((vectors) => vectors?.compare(vector))
    const order = near.map((_, i) => i).sort((a, b) => (cosines[b]?.paper ?? 0) - (cosines[a]?.paper ?? 0)).slice(0, DEPTH)
    const papers = await library.read(order.map((i) => near[i] as Handle))
    ranks.dense.push(reciprocalRank(papers.map((paper) => paper?.id ?? ''), new Map([[id, 1]])))
    const fused = await retrieve(text, { limit: DEPTH })
    ranks.fused.push(reciprocalRank(fused.papers.map(({ paper }) => paper.id), new Map([[id, 1]])))
  }
  return ranks
}
