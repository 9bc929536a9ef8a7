/** Measures our vector index beside the HNSW store of LangChain, over the same vectors of the same papers. */
import { HNSWLib } from '@langchain/community/vectorstores/hnswlib'
import { Document } from '@langchain/core/documents'
import type { EmbeddingsInterface } from '@langchain/core/embeddings'
import { z } from 'zod'
import { FootnoteError } from '../../src/errors.js'
import { passageOf } from '../../src/ingest/vectors.js'
import { createVectorIndex } from '../../src/library/hnsw.js'
import { quantise } from '../../src/library/vector-codec.js'
import { dot } from '../../src/retrieval/vectors.js'
import { readJsonLines } from '../evaluation/files.js'
import { latency } from '../evaluation/summary.js'
import type { Latency } from '../evaluation/summary.js'
import { timed } from './clock.js'
import { openIn, temporaryFolder } from './places.js'

export interface VectorBenchOptions {
  /** Files of JSON lines with title and abstract. */
  readonly files: readonly string[]
  readonly papers: number
}

export interface StoreFigures {
  readonly addCpuSeconds: number
  /** Of one search, in milliseconds of processor time. */
  readonly search: Latency
  /** Share of the ten truly nearest, by an exact scan of the same vectors, that are among the ten found. */
  readonly recallAt10: number
}

export interface VectorReport {
  readonly papers: number
  readonly dimensions: number
  readonly questions: number
  readonly ours: StoreFigures
  readonly langchain: StoreFigures
}

const PaperText = z.object({ title: z.string(), abstract: z.string() })
const TEN = 10
/** Titles are asked, one of so many papers. */
const ASKED_EVERY = 20
const MOST_ASKED = 300

/** Fails with `invalid_request` when the files hold too few papers to ask about. */
export async function benchVectors({ files, papers: wanted }: VectorBenchOptions): Promise<VectorReport> {
  const papers = (await Promise.all(files.map((file) => readJsonLines(file)))).flat().slice(0, wanted).map((record) => PaperText.parse(record))
  if (papers.length < TEN * 2) throw new FootnoteError('invalid_request', `These files hold ${papers.length} papers; give at least ${TEN * 2}.`)
  const folder = await temporaryFolder()
  const { embedder, close } = await openIn(folder.path)
  try {
    const dimensions = embedder.model.searchDimensions
    const vectors = (await embedder.embedPassages(papers.map(passageOf))).map((vector) => leading(vector, dimensions))
    const asked = papers.filter((_, i) => i % ASKED_EVERY === 0).slice(0, MOST_ASKED)
    const questions = await Promise.all(asked.map(async ({ title }) => leading(await embedder.embedQuestion(title), dimensions)))
    const truth = questions.map((question) => nearest(vectors, question))
    return {
      papers: papers.length,
      dimensions,
      questions: questions.length,
      ours: await measure(ourStore(dimensions), vectors, questions, truth),
      langchain: await measure(langChainStore(dimensions), vectors, questions, truth),
    }
  } finally {
    await close()
    folder.remove()
  }
}

interface Store {
  add(vectors: readonly Float32Array[]): Promise<void>
  /** Numbers of the vectors found, in the order in which they were added. */
  search(question: Float32Array): Promise<readonly number[]>
}

function ourStore(dimensions: number): Store {
  const index = createVectorIndex(dimensions)
  return {
    add: (vectors) => Promise.resolve(vectors.forEach((vector, i) => index.set(i + 1, quantise(vector)))),
    search: (question) => Promise.resolve(index.search(question, TEN).map(({ handle }) => handle - 1)),
  }
}

function langChainStore(dimensions: number): Store {
  const noEmbeddings: EmbeddingsInterface = { embedQuery: () => Promise.resolve([]), embedDocuments: () => Promise.resolve([]) }
  const store = new HNSWLib(noEmbeddings, { space: 'ip', numDimensions: dimensions })
  return {
    add: (vectors) => store.addVectors(vectors.map((vector) => [...vector]), vectors.map((_, number) => new Document({ pageContent: '', metadata: { number } }))),
    async search(question) {
      const found = await store.similaritySearchVectorWithScore([...question], TEN)
      return found.map(([document]) => (document.metadata as { number: number }).number)
    },
  }
}

async function measure(store: Store, vectors: readonly Float32Array[], questions: readonly Float32Array[], truth: readonly ReadonlySet<number>[]): Promise<StoreFigures> {
  const { taken } = await timed(() => store.add(vectors))
  const times: number[] = []
  let right = 0
  for (const [i, question] of questions.entries()) {
    const { result, taken: search } = await timed(() => store.search(question))
    times.push(search.cpuSeconds * 1_000)
    right += result.filter((number) => truth[i]?.has(number)).length
  }
  return { addCpuSeconds: taken.cpuSeconds, search: latency(times), recallAt10: right / (questions.length * TEN) }
}

function nearest(vectors: readonly Float32Array[], question: Float32Array): ReadonlySet<number> {
  const ranked = vectors.map((vector, number) => ({ number, similarity: dot(vector, question) })).sort((a, b) => b.similarity - a.similarity)
  return new Set(ranked.slice(0, TEN).map(({ number }) => number))
}

/** The dimensions that candidates are found by, at unit length. */
function leading(vector: Float32Array, dimensions: number): Float32Array {
  const part = vector.slice(0, dimensions)
  const length = Math.hypot(...part)
  return part.map((value) => value / length)
}
