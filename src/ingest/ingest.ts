/** The ingest journey: a source → records → clean papers → the library, a durable batch at a time. */
import type { Embedder } from '../embedding/embedder.js'
import type { Library } from '../library/library.js'
import { identify, isGenericTitle, titleKey } from '../papers/identity.js'
import { compareBatch } from './batch.js'
import { chooseReader } from './formats.js'
import { openText } from './lines.js'
import { nameOf, type Place } from './reader.js'
import { readFacts, toCandidate, type Candidate, type Facts } from './record.js'
import type { Enrich } from './sources/enrich.js'
import { createTally, type IngestProgress, type IngestSummary, type Tally } from './tally.js'
import { embedPapers } from './vectors.js'

/**
 * Records that become one transaction; what a kill can cost is at most one batch that was not acknowledged. A search waits
 * while one is written: 128 made the longest turns of the event loop up to twice as long, and ingest no cheaper.
 */
export const BATCH_RECORDS = 64

export interface IngestOptions {
  /** What messages call the source; default `The input`. */
  readonly name?: string | undefined
  /** One of `FORMATS`; recognised from the content unless told. */
  readonly format?: string | undefined
  /** Media type of the source, asked only if its content does not say what it is. */
  readonly mediaType?: string | undefined
  /** A label of the WHATWG Encoding Standard, `windows-1252` for instance; found out from the content unless told. */
  readonly encoding?: string | undefined
  /** Asks catalogues for what papers lack before they are stored. */
  readonly enrich?: Enrich | undefined
  /** Stops reading; what has been read is still stored. */
  readonly signal?: AbortSignal | undefined
  /** Called when a batch is on disk. */
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined
}

/**
 * Reads a source to its end, stores the good records, and lists the bad ones: a bad record never
 * costs a good one. Returns when everything that it counts is on disk. Fails with `unsupported_format`
 * or `invalid_request`, and stores nothing, if the source as a whole cannot be read.
 */
export type Ingest = (source: AsyncIterable<Uint8Array>, options?: IngestOptions) => Promise<IngestSummary>

/** Library and embedder are looked up anew for each batch, both at once, so that they may change together. */
export interface IngestParts {
  readonly library: Pick<Library, 'find' | 'put'>
  readonly embedder: Embedder
  /** The clock for `addedAt`. */
  readonly now?: () => Date
}

/** Several sources may be ingested at once: their batches take turns. */
export function createIngest(parts: IngestParts): Ingest {
  const inTurn = createTurns()

  return async (source, { name = 'The input', format, mediaType, encoding, enrich, signal, onProgress } = {}) => {
    const text = await openText(source, { name, encoding })
    const reader = chooseReader(text.head, name, { format, mediaType })
    const tally = createTally()
    const seen = new Set<string>()

    const store = async (pending: readonly Pending[], line: number): Promise<void> => {
      const batch = await accept(pending, { enrich, library: parts.library, signal, tally })
      await inTurn(async () => {
        const { library, embedder, now = () => new Date() } = parts
        const { changes, ...counts } = await compareBatch(library, batch, seen, now)
        if (changes.length > 0) {
          const vectors = await embedPapers(embedder, changes.map(({ paper }) => paper))
          await library.put(changes.map((change, i) => ({ ...change, vectors: vectors[i] as (typeof vectors)[number] })))
        }
        tally.add(counts)
      })
      onProgress?.(tally.progress(line))
    }

    let batch: Pending[] = []
    let line = 0
    try {
      for await (const reading of untilAborted(reader.read(text), signal)) {
        line = reading.line
        tally.guard(reading, () => {
          if ('problem' in reading) throw reading.problem
          batch.push({ place: reading, facts: readFacts(reading.record, nameOf(reading)) })
        })
        if (batch.length < BATCH_RECORDS) continue
        await store(batch, line)
        batch = []
      }
      if (batch.length > 0 || tally.progress(line).rejectedCount > 0) await store(batch, line)
    } catch (error) {
      throw tally.explain(error)
    }
    return tally.summary({ interrupted: signal?.aborted ?? false, brokenOff: text.brokenOff() })
  }
}

/** A record that has been read, and may still lack an abstract. */
interface Pending {
  readonly place: Place
  readonly facts: Facts
}

interface Accepting {
  readonly enrich: Enrich | undefined
  readonly library: Pick<Library, 'find'>
  readonly signal: AbortSignal | undefined
  readonly tally: Tally
}

async function accept(pending: readonly Pending[], { enrich, library, signal, tally }: Accepting): Promise<Candidate[]> {
  const facts = pending.map((record) => record.facts)
  const known = enrich === undefined || signal?.aborted === true ? facts : await enrich(await withStored(facts, library), signal).catch((error: unknown) => {
    if (signal?.aborted === true) return facts
    throw error
  })
  return pending.flatMap(({ place }, i) => tally.guard(place, () => toCandidate(known[i] as Facts, nameOf(place))) ?? [])
}

/** What an earlier run has found is not asked for again; a digest is no abstract to go by. */
async function withStored(facts: readonly Facts[], library: Pick<Library, 'find'>): Promise<Facts[]> {
  const found = await library.find(facts.map((paper) => identify(paper).id))
  return facts.map((paper, i) => {
    const stored = found[i]?.paper
    if (stored === undefined || stored.digest === true || (isGenericTitle(paper.title) && stored.id === titleKey(paper.title))) return paper
    const { id: _id, addedAt: _addedAt, mergedIds: _mergedIds, ...known } = stored
    return { ...known, ...paper }
  })
}

/** Ends when the signal says so, even while the source keeps us waiting. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal?: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  let stop: () => void = () => undefined
  const onAbort = () => stop()
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    while (signal?.aborted !== true) {
      // A race against one promise for the whole source would hold every record until that settles.
      const next = await new Promise<IteratorResult<T> | undefined>((resolve, reject) => {
        stop = () => resolve(undefined)
        iterator.next().then(resolve, reject)
      })
      if (next === undefined || next.done === true) return
      yield next.value
    }
  } finally {
    signal?.removeEventListener('abort', onAbort)
    // Not awaited: a source that waits for its sender would keep us here.
    void iterator.return?.().then(undefined, () => undefined)
  }
}

/** Runs tasks one after the other: between looking a paper up and storing it no other batch may come. */
function createTurns(): (task: () => Promise<void>) => Promise<void> {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const turn = last.then(task)
    last = turn.catch(() => undefined)
    return turn
  }
}
