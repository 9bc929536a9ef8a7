/** Measures ingest: as a whole through the real path, its steps one by one, and a transformer in place of the model. */
import { createWriteStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { FootnoteError } from '../../src/errors.js'
import { compareBatch } from '../../src/ingest/batch.js'
import { openFile } from '../../src/ingest/file.js'
import { BATCH_RECORDS } from '../../src/ingest/ingest.js'
import { jsonlReader } from '../../src/ingest/formats/jsonl.js'
import { openText } from '../../src/ingest/lines.js'
import { readRecord } from '../../src/ingest/record.js'
import type { Candidate } from '../../src/ingest/record.js'
import { embedPapers } from '../../src/ingest/vectors.js'
import { NOTHING, plus, timed } from './clock.js'
import type { Taken } from './clock.js'
import { besideTransformer } from './peer.js'
import type { PeerFigures } from './peer.js'
import { openIn, temporaryFolder } from './places.js'

export interface IngestBenchOptions {
  /** Files of JSON lines. */
  readonly files: readonly string[]
  /** At most so many of their records are taken. */
  readonly papers: number
  /** How many papers the transformer embeds; 0 leaves it out. */
  readonly transformerPapers: number
}

/** Shares are of the processor time of the three steps, each of which ran alone. */
export type Step = 'cleaning' | 'embedding' | 'storing'

export interface IngestReport {
  readonly papers: number
  readonly vectors: number
  readonly model: string
  /** From opening the file to the last index written. */
  readonly whole: Taken
  readonly papersPerSecond: { readonly wall: number, readonly cpu: number }
  readonly steps: Readonly<Record<Step, Taken & { readonly share: number }>>
  readonly residentBytes: { readonly before: number, readonly after: number }
  readonly diskBytesPerPaper: number
  readonly peer?: PeerFigures
}

/** Fails with `invalid_request` when no paper could be read. */
export async function benchIngest({ files, papers, transformerPapers }: IngestBenchOptions): Promise<IngestReport> {
  const folder = await temporaryFolder()
  try {
    const path = join(folder.path, 'papers.jsonl')
    await cut(files, papers, path)
    const whole = await ingestWhole(path, join(folder.path, 'whole'))
    const { vectors, candidates, taken } = await measureSteps(path, join(folder.path, 'steps'))
    const all = Object.values(taken).reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)
    const step = (name: Step) => ({ ...taken[name], share: taken[name].cpuSeconds / all })
    const peer = transformerPapers === 0 ? undefined
      : await besideTransformer(candidates.slice(0, transformerPapers).map(({ draft }) => draft), join(folder.path, 'peer'))
    return {
      ...whole,
      vectors,
      steps: { cleaning: step('cleaning'), embedding: step('embedding'), storing: step('storing') },
      ...(peer === undefined ? {} : { peer }),
    }
  } finally {
    folder.remove()
  }
}

/** Copies the first lines of the files into one, so that each measurement reads the same. */
async function cut(files: readonly string[], count: number, path: string): Promise<void> {
  await pipeline(async function* () {
    let left = count
    for (const file of files) {
      const { name, bytes } = await openFile(file)
      for await (const line of (await openText(bytes, { name })).lines) {
        if (left-- <= 0) return
        if ('text' in line) yield `${line.text}\n`
      }
    }
  }, createWriteStream(path))
}

async function ingestWhole(path: string, dataDir: string) {
  const footnote = await openIn(dataDir)
  // The first paper loads code and opens the model's session: that is start-up, not ingest.
  await footnote.embedder.embedPassages(['Warm.'])
  const before = residentBytes()
  const { result, taken } = await timed(async () => {
    const { name, bytes } = await openFile(path)
    const summary = await footnote.ingest(bytes, { name, format: 'jsonl' })
    const after = residentBytes()
    await footnote.close()
    return { summary, after }
  })
  const papers = result.summary.added
  if (papers === 0) throw new FootnoteError('invalid_request', 'No paper could be read from these files; give JSON lines with a title and an abstract.')
  return {
    papers,
    model: footnote.embedder.model.id,
    whole: taken,
    papersPerSecond: { wall: papers / taken.wallSeconds, cpu: papers / taken.cpuSeconds },
    residentBytes: { before, after: result.after },
    diskBytesPerPaper: (await bytesIn(dataDir)) / papers,
  }
}

/** The same papers once more, in a library of their own; the code and the model's words are warm by now. */
async function measureSteps(path: string, dataDir: string) {
  const cleaning = await timed(() => readAll(path))
  const candidates = cleaning.result
  const { library, embedder, close } = await openIn(dataDir)
  const seen = new Set<string>()
  const taken: Record<Step, Taken> = { cleaning: cleaning.taken, embedding: NOTHING, storing: NOTHING }
  let vectors = 0
  const during = async <Result>(step: Step, work: () => Promise<Result>) => {
    const { result, taken: more } = await timed(work)
    taken[step] = plus(taken[step], more)
    return result
  }
  // Batch by batch, as nobody has memory for all vectors at once; between the steps nothing else runs.
  for (let start = 0; start < candidates.length; start += BATCH_RECORDS) {
    const batch = candidates.slice(start, start + BATCH_RECORDS)
    const { changes } = await during('storing', () => compareBatch(library, batch, seen, () => new Date()))
    const made = await during('embedding', () => embedPapers(embedder, changes.map(({ paper }) => paper)))
    vectors += made.reduce((sum, { sentences }) => sum + 1 + sentences.length, 0)
    await during('storing', () => library.put(changes.map((change, i) => ({ ...change, vectors: made[i] as (typeof made)[number] }))))
  }
  await during('storing', close)
  return { candidates, vectors, taken }
}

/** Reading, cleaning and identity; records that ingest would reject are passed over. */
async function readAll(path: string): Promise<Candidate[]> {
  const { name, bytes } = await openFile(path)
  const candidates: Candidate[] = []
  for await (const reading of jsonlReader.read(await openText(bytes, { name }))) {
    if ('problem' in reading) continue
    try {
      candidates.push(readRecord(reading.record, reading))
    } catch (error) {
      if (!(error instanceof FootnoteError)) throw error
    }
  }
  return candidates
}

function residentBytes(): number {
  return process.memoryUsage.rss()
}

/** Of all files in a folder. */
export async function bytesIn(folder: string): Promise<number> {
  const names = await readdir(folder)
  const sizes = await Promise.all(names.map(async (name) => (await stat(join(folder, name))).size))
  return sizes.reduce((sum, size) => sum + size, 0)
}
