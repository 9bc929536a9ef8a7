/** Measures the life of a large library in one process: papers come in while questions are searched for, and then come to rest. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Footnote } from '../../src/compose.js'
import { FootnoteError } from '../../src/errors.js'
import { openFile } from '../../src/ingest/file.js'
import { createRandom } from '../../src/text/random.js'
import { latency } from '../evaluation/summary.js'
import type { Latency } from '../evaluation/summary.js'
import { timed } from './clock.js'
import type { Taken } from './clock.js'
import { bytesIn } from './ingest.js'
import { openIn, temporaryFolder } from './places.js'
import { DEFAULT_QUESTIONS, RESULTS, felt, readQuestions } from './search.js'

export interface LibraryBenchOptions {
  /** In any format that ingest reads. */
  readonly files: readonly string[]
  /** Questions searched for at rest. */
  readonly count: number
}

export interface LibraryReport {
  readonly papers: number
  readonly model: string
  /** From opening the first file to the last acknowledged paper, searches included. */
  readonly ingest: Taken & { readonly papersPerSecond: number }
  /** Highest resident memory of the process, in bytes, and that before the first paper. */
  readonly residentBytes: { readonly before: number, readonly peak: number }
  /** Papers, vectors, indexes: the whole folder. */
  readonly diskBytesPerPaper: number
  /** Of a search in milliseconds, in the last quarter of the ingest, when the library is near its size. */
  readonly during: Latency & { readonly searches: number }
  readonly atRest: Latency & { readonly searches: number }
  /** p99 during, as a multiple of that at rest. */
  readonly ratio: number
  readonly readyAgainSeconds: number
}

/** One question after another, with pauses, as a few people would ask. */
const LONGEST_PAUSE_MS = 200
/** How long the library is left alone, so that what follows an ingest is over. */
const REST_MS = 20_000

/** Fails with `invalid_request` when no paper could be read. */
export async function benchLibrary({ files, count }: LibraryBenchOptions, restMs = REST_MS): Promise<LibraryReport> {
  const questions = await readQuestions(DEFAULT_QUESTIONS, count)
  const folder = await temporaryFolder()
  try {
    const footnote = await openIn(folder.path)
    await footnote.embedder.embedPassages(['Warm.'])
    const before = process.memoryUsage.rss()
    const { during, taken } = await ingestAndAsk(footnote, files, questions)
    const { papers, model } = await footnote.library.status()
    if (papers === 0) throw new FootnoteError('invalid_request', 'No paper could be read from these files.')
    await pause(restMs)
    const atRest = await askAll(footnote, questions)
    const peak = 1_024 * process.resourceUsage().maxRSS
    await footnote.close()
    const again = await timed(() => openIn(folder.path))
    await again.result.close()
    return {
      papers, model,
      ingest: { ...taken, papersPerSecond: papers / taken.wallSeconds },
      residentBytes: { before, peak },
      diskBytesPerPaper: (await bytesIn(folder.path)) / papers,
      during: { ...latency(during), searches: during.length },
      atRest: { ...latency(atRest), searches: atRest.length },
      ratio: latency(during).p99 / latency(atRest).p99,
      readyAgainSeconds: again.taken.wallSeconds,
    }
  } finally {
    folder.remove()
  }
}

async function ingestAndAsk(footnote: Footnote, files: readonly string[], questions: readonly string[]) {
  const random = createRandom(1)
  const asked: { readonly at: number; readonly ms: number }[] = []
  const started = performance.now()
  let over = false
  const ingesting = timed(async () => {
    for (const file of files) {
      const { name, bytes } = await openFile(file)
      await footnote.ingest(bytes, { name })
    }
  }).finally(() => (over = true))
  for (let i = 0; !over; i++) {
    const { ms } = await felt(random.next() * LONGEST_PAUSE_MS, () => footnote.search(questions[i % questions.length] as string, { limit: RESULTS }))
    asked.push({ at: performance.now() - started, ms })
  }
  const { taken } = await ingesting
  const lastQuarter = 750 * taken.wallSeconds
  return { taken, during: asked.filter(({ at }) => at >= lastQuarter).map(({ ms }) => ms) }
}

async function askAll(footnote: Footnote, questions: readonly string[]): Promise<number[]> {
  const random = createRandom(2)
  const asked: number[] = []
  for (const question of questions) asked.push((await felt(random.next() * LONGEST_PAUSE_MS, () => footnote.search(question, { limit: RESULTS }))).ms)
  return asked
}
