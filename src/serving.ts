/** Serves with one embedding model at a time, and goes over to another while questions are answered. */
import type { Embedder } from './embedding/embedder.js'
import { FootnoteError, messageOf } from './errors.js'
import { embedPapers } from './ingest/vectors.js'
import type { Library, StoredPaper } from './library/library.js'
import { readServedModel, writeServedModel } from './models.js'

/** A model, and the library open on that model's vectors: neither is ever used with another's. */
export interface Pair {
  readonly embedder: Embedder
  readonly library: Library
}

export interface ServingLog {
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
}

export interface ServingOptions<Parts extends Pair> {
  readonly dataDir: string
  /** The model that is wanted, as `openEmbedder` takes it; asked again every few seconds where `live`. */
  readonly chosen: () => Promise<string>
  readonly openModel: (setting: string) => Promise<Embedder>
  /** Opens the library for this model, and whatever else belongs to it. */
  readonly assemble: (embedder: Embedder) => Promise<Parts>
  /**
   * Serves at once with the model that served last, and goes over to the wanted one when that has embedded the
   * whole library; where that one is gone, with the wanted one, if it is quick enough to embed what a question leads to.
   * Else that is waited for.
   */
  readonly live: boolean
  readonly log: ServingLog
}

/** A change of model that is under way. */
export interface ModelChange {
  /** The model that will serve, as `openEmbedder` takes it. */
  readonly to: string
  /** Papers embedded with it so far, in this process. */
  readonly embedded: number
  /** It serves already, since there is no other to: so many papers are not embedded yet, and found by their words alone. */
  readonly foundByWords?: number
}

export interface Serving<Parts extends Pair> {
  /** What serves now; may be closed as soon as the event loop turns, unless `using` holds it. */
  current(): Parts
  /** Does some work with what serves now, which stays open until it is done. */
  using<Result>(work: (parts: Parts) => Promise<Result>): Promise<Result>
  /** Likewise for work that gives its results one by one. */
  streaming<Event>(work: (parts: Parts) => AsyncIterable<Event>): AsyncGenerator<Event>
  /** Embeds the papers that came while a model took over, and are therefore embedded with the other alone. */
  complete(): Promise<void>
  change(): ModelChange | undefined
  /** Breaks off a change, which goes on at the next start, and closes everything. */
  close(): Promise<void>
}

interface Progress {
  embedded: number
}

/** One that serves or has served: closed when it is out of service and nobody uses it any more. */
interface Held<Parts> {
  readonly setting: string
  readonly parts: Parts
  users: number
}

const BATCH_PAPERS = 64
/** How often another choice, and papers without vectors, are looked for. */
const POLL_MS = 1_000
/** A model that could not be opened is not tried again before this. */
const RETRY_MS = 60_000

/** Fails where no model can be opened that could serve. */
export async function openServing<Parts extends Pair>(options: ServingOptions<Parts>): Promise<Serving<Parts>> {
  const { dataDir, chosen, openModel, assemble, live, log } = options
  const stop = new AbortController()
  let held = await openFirst()
  /** Out of service and still in use, oldest first. */
  const retired: Held<Parts>[] = []
  let closing: Promise<unknown> = Promise.resolve()
  let change: { to: string; embedded: number; toEmbed?: number } | undefined
  let retryAt = 0
  let tending: Promise<void> | undefined
  const timer = live ? setInterval(tendAlone, POLL_MS).unref() : undefined
  if (live) tendAlone()

  return {
    current: () => held.parts,
    async using(work) {
      const mine = take()
      try {
        return await work(mine.parts)
      } finally {
        giveBack(mine)
      }
    },
    async *streaming(work) {
      const mine = take()
      try {
        yield* work(mine.parts)
      } finally {
        giveBack(mine)
      }
    },
    complete,
    change() {
      if (change === undefined) return undefined
      const { to, embedded, toEmbed } = change
      return toEmbed === undefined ? { to, embedded } : { to, embedded, foundByWords: Math.max(0, toEmbed - embedded) }
    },
    async close() {
      clearInterval(timer)
      stop.abort(new FootnoteError('not_ready', 'Footnote is being closed.'))
      await tending
      retire(held)
      for (const one of retired.splice(0)) closeLater(one)
      await closing
    },
  }

  async function openFirst(): Promise<Held<Parts>> {
    const wanted = await chosen()
    const last = live ? await openLast(wanted) : undefined
    const embedder = last?.embedder ?? (await openModel(wanted))
    const setting = last?.setting ?? wanted
    const parts = await assembled(embedder)
    try {
      if (!live || embedder.isInstant !== true) await embedIfMissing(parts)
      // A tool that is run once with another model does not make that the one to start with.
      if (live || (await readServedModel(dataDir)) === undefined) await writeServedModel(dataDir, { setting, id: embedder.model.id })
    } catch (error) {
      await closeBoth(parts)
      throw error
    }
    return { setting, parts, users: 0 }
  }

  /** The model that served last, where another is wanted now and that one can still be had as it was. */
  async function openLast(wanted: string) {
    const served = await readServedModel(dataDir)
    if (served === undefined || served.setting === wanted) return undefined
    const embedder = await openModel(served.setting).catch(() => undefined)
    if (embedder?.model.id === served.id) return { setting: served.setting, embedder }
    await embedder?.close()
    log.warn({ model: served.id }, 'the model that served last is gone; the library is embedded before questions are answered')
    return undefined
  }

  async function assembled(embedder: Embedder): Promise<Parts> {
    try {
      return await assemble(embedder)
    } catch (error) {
      await embedder.close()
      throw error
    }
  }

  function take(): Held<Parts> {
    held.users++
    return held
  }

  function giveBack(mine: Held<Parts>): void {
    mine.users--
    closeUnused()
  }

  function retire(one: Held<Parts>): void {
    retired.push(one)
    closeUnused()
  }

  /** In their order: a long upload may come to use one that took over after it had begun. */
  function closeUnused(): void {
    while (retired[0]?.users === 0) closeLater(retired.shift() as Held<Parts>)
  }

  function closeLater({ parts }: Held<Parts>): void {
    const closed = closing.then(() => closeBoth(parts))
    closing = closed.catch((error: unknown) => log.warn({ err: error }, 'a library could not be closed properly'))
  }

  function tendAlone(): void {
    tending ??= tend()
      .catch((error: unknown) => {
        if (stop.signal.aborted) return
        retryAt = performance.now() + RETRY_MS
        log.warn({ err: error, serving: held.setting }, `the embedding model could not be changed: ${messageOf(error)}`)
      })
      .finally(() => {
        change = undefined
        tending = undefined
      })
  }

  async function tend(): Promise<void> {
    const wanted = await chosen()
    if (wanted !== held.setting && performance.now() >= retryAt) await changeTo(wanted)
    await complete((toEmbed) => (change = { to: held.setting, embedded: 0, toEmbed }))
  }

  async function complete(begin?: (papers: number) => Progress): Promise<void> {
    const mine = take()
    try {
      await embedIfMissing(mine.parts, begin)
    } finally {
      giveBack(mine)
    }
  }

  /** The index counts its vectors; to ask the store which are missing reads every one, a second at 100,000 papers. */
  async function embedIfMissing(parts: Parts, begin?: (papers: number) => Progress): Promise<void> {
    const { papers, indexed } = await parts.library.status()
    if (indexed.vectors < papers) await embedMissing(parts, begin?.(papers - indexed.vectors))
  }

  async function changeTo(setting: string): Promise<void> {
    change = { to: setting, embedded: 0 }
    log.info({ from: held.setting, to: setting }, 'changing the embedding model; the one before serves meanwhile')
    const parts = await assembled(await openModel(setting))
    try {
      await embedMissing(parts, change)
      await writeServedModel(dataDir, { setting, id: parts.embedder.model.id })
      await embedMissing(parts, change)
    } catch (error) {
      await closeBoth(parts)
      throw error
    }
    // No turn of the event loop between these two: whoever asks gets the one pair or the other.
    const before = held
    held = { setting, parts, users: 0 }
    retire(before)
    log.info({ model: parts.embedder.model.id, papers: change.embedded }, 'changed the embedding model')
  }

  /**
   * Makes the vectors that this pair's model lacks, a durable batch at a time. Those of papers that come in beside the
   * last batch are left to the next call: else an ingest that is as fast would keep it from ever ending.
   */
  async function embedMissing({ library, embedder }: Pair, progress: Progress = { embedded: 0 }): Promise<void> {
    let done = 0
    let last: StoredPaper | undefined
    do {
      stop.signal.throwIfAborted()
      const papers = await library.missingVectors(BATCH_PAPERS, last?.handle)
      last = papers.length < BATCH_PAPERS ? undefined : papers.at(-1)
      if (papers.length === 0) break
      if (done === 0) log.info({ model: embedder.model.id }, 'embedding papers that have no vectors of this model')
      const vectors = await embedPapers(embedder, papers.map(({ paper }) => paper), stop.signal)
      await library.addVectors(papers.map((paper, i) => ({ ...paper, vectors: vectors[i] as (typeof vectors)[number] })))
      done += papers.length
      progress.embedded += papers.length
    } while (last !== undefined)
    if (done > 0) log.info({ papers: done, model: embedder.model.id }, 'embedded papers')
  }
}

async function closeBoth({ library, embedder }: Pair): Promise<void> {
  await library.close()
  await embedder.close()
}
