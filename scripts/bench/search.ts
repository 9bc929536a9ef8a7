/** Measures search and answers over a library: alone, and while papers come in beside them in the same process. */
import { constants } from 'node:fs'
import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import type { Footnote } from '../../src/compose.js'
import { PROGRAM_DIR, readConfig } from '../../src/config.js'
import { FootnoteError } from '../../src/errors.js'
import type { IngestSummary } from '../../src/ingest/tally.js'
import type { Paper } from '../../src/papers/paper.js'
import { sentences } from '../../src/papers/sentences.js'
import { createRandom } from '../../src/text/random.js'
import { readJsonLines } from '../evaluation/files.js'
import { latency } from '../evaluation/summary.js'
import type { Latency } from '../evaluation/summary.js'
import { timed } from './clock.js'
import { openIn, temporaryFolder } from './places.js'

export interface SearchBenchOptions {
  /** The library; the benchmark works on a copy. Default: the setting `DATA_DIR`. */
  readonly dataDir?: string | undefined
  /** JSON lines `{question}`. */
  readonly questions?: string | undefined
  /** Questions in each round; those of the file are asked again if there are fewer. */
  readonly count: number
}

export interface Round {
  readonly search: Latency
  readonly answer: Latency
  /** Longest waits of the event loop, in milliseconds: what every other request feels. */
  readonly eventLoop: Latency
}

export interface SearchReport {
  readonly papers: number
  readonly model: string
  readonly questions: number
  /** From the settings to a library that answers, in a process whose code is loaded. */
  readonly readySeconds: number
  readonly residentBytes: number
  /** `cpu` is the processor time of a request, which holds on a busy machine too; in milliseconds like the rest. */
  readonly alone: Round & { readonly cpu: { readonly search: Latency, readonly answer: Latency } }
  readonly duringIngest: Round & { readonly papersPerSecond: number }
  /** 99th percentiles during an ingest, as multiples of those alone. */
  readonly ratio: { readonly search: number, readonly answer: number }
}

export const RESULTS = 10
const WARM_UP = 30
/** People do not ask in step with the batches of an ingest. */
const LONGEST_PAUSE_MS = 10
export const DEFAULT_QUESTIONS = join(PROGRAM_DIR, 'scripts/fitting/questions.jsonl')

/** Fails with `invalid_request` when the library is empty or the file has no questions. */
export async function benchSearch({ dataDir = readConfig().DATA_DIR, questions: file = DEFAULT_QUESTIONS, count }: SearchBenchOptions): Promise<SearchReport> {
  const asked = await readQuestions(file, count)
  const folder = await temporaryFolder()
  try {
    await cp(dataDir, folder.path, { recursive: true, mode: constants.COPYFILE_FICLONE }).catch((cause: unknown) => {
      throw new FootnoteError('invalid_request', `The library in ${dataDir} cannot be copied; check --data-dir.`, { cause })
    })
    const { result: footnote, taken } = await timed(() => openIn(folder.path))
    try {
      return { questions: asked.length, readySeconds: taken.wallSeconds, ...(await measure(footnote, asked, dataDir)) }
    } finally {
      await footnote.close()
    }
  } finally {
    folder.remove()
  }
}

async function measure(footnote: Footnote, questions: readonly string[], dataDir: string) {
  const { papers } = await footnote.library.status()
  if (papers === 0) throw new FootnoteError('invalid_request', `The library in ${dataDir} holds no papers; add some with \`npm run ingest -- FILE\`.`)
  await askAll(footnote, questions.slice(0, WARM_UP))
  const residentBytes = process.memoryUsage.rss()
  const alone = await askAll(footnote, questions)
  const { round: { cpu: _mixed, ...round }, papersPerSecond } = await askDuringIngest(footnote, questions)
  return {
    papers, model: footnote.embedder.model.id, residentBytes, alone,
    duringIngest: { ...round, papersPerSecond },
    ratio: { search: round.search.p99 / alone.search.p99, answer: round.answer.p99 / alone.answer.p99 },
  }
}

/** One question after the other, each searched for and answered. */
async function askAll(footnote: Footnote, questions: readonly string[]): Promise<SearchReport['alone']> {
  const random = createRandom(1)
  const search: Felt[] = []
  const answer: Felt[] = []
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  for (const question of questions) {
    search.push(await felt(random.next() * LONGEST_PAUSE_MS, () => footnote.search(question, { limit: RESULTS })))
    answer.push(await felt(random.next() * LONGEST_PAUSE_MS, () => answered(footnote, question)))
  }
  delay.disable()
  const milliseconds = (percentile: number) => delay.percentile(percentile) / 1e6
  return {
    search: latency(search.map(({ ms }) => ms)),
    answer: latency(answer.map(({ ms }) => ms)),
    eventLoop: { p50: milliseconds(50), p99: milliseconds(99) },
    cpu: { search: latency(search.map(({ cpuMs }) => cpuMs)), answer: latency(answer.map(({ cpuMs }) => cpuMs)) },
  }
}

interface Felt {
  readonly ms: number
  readonly cpuMs: number
}

/**
 * Milliseconds from when the request was due: a busy event loop takes it up late, and that counts. Timers
 * of their own are late by up to one millisecond, which is in every figure.
 */
export async function felt(pauseMs: number, request: () => Promise<unknown>): Promise<Felt> {
  const due = performance.now() + Math.ceil(pauseMs)
  await pause(Math.ceil(pauseMs))
  const { taken } = await timed(request)
  return { ms: performance.now() - due, cpuMs: 1_000 * taken.cpuSeconds }
}

async function answered({ ask }: Footnote, question: string): Promise<void> {
  const { signal } = new AbortController()
  for await (const _event of ask({ question, writer: 'extractive' }, signal)) continue
}

async function askDuringIngest(footnote: Footnote, questions: readonly string[]) {
  const stop = new AbortController()
  const ingesting = timed(() => footnote.ingest(variants(footnote, stop.signal), { format: 'jsonl', signal: stop.signal }))
  try {
    const round = await askAll(footnote, questions)
    stop.abort()
    const { result, taken } = await ingesting
    return { round, papersPerSecond: stored(result) / taken.wallSeconds }
  } finally {
    stop.abort()
    await ingesting.catch(() => undefined)
  }
}

const stored = ({ added, updated }: IngestSummary) => added + updated

/** New papers without end: those of the library under other titles, their sentences in another order. */
async function* variants({ library }: Footnote, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  const random = createRandom(2)
  for (let round = 1; ; round++) {
    let cursor: string | undefined
    do {
      const page = await library.list({ cursor, limit: 200 })
      for (const paper of page.papers) {
        if (signal.aborted) return
        yield Buffer.from(`${JSON.stringify(variant(paper, round))}\n`)
      }
      cursor = page.nextCursor
    } while (cursor !== undefined)
  }

  function variant({ title, abstract }: Paper, round: number) {
    const shuffled = random.shuffled(sentences(abstract)).map(({ start, end }) => abstract.slice(start, end))
    return { title: `${title.slice(0, 900)}, variant ${round}`, abstract: shuffled.join(' ') }
  }
}

export async function readQuestions(file: string, count: number): Promise<string[]> {
  const questions = (await readJsonLines(file)).flatMap(({ question }) => (typeof question === 'string' ? [question] : []))
  if (questions.length === 0) throw new FootnoteError('invalid_request', `${file} has no questions; write {"question": …} a line.`)
  return Array.from({ length: count }, (_, i) => questions[i % questions.length] as string)
}
