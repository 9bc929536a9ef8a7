/** Opens a library in a folder: the store, and the two indexes that follow it. */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FootnoteError, messageOf } from '../errors.js'
import type { EmbeddingModel } from '../embedding/embedder.js'
import { createHandleSet } from './filter.js'
import type { HandleSet } from './filter.js'
import { openFollower } from './follower.js'
import type { LibraryLog } from './follower.js'
import { createVectorIndex } from './hnsw.js'
import { LEXICAL_FORMAT, VECTOR_FORMAT, lexicalContents, readLexical, readVectors, vectorContents, vectorsName } from './index-files.js'
import { createLexicalIndex } from './lexical.js'
import { createKept } from './kept.js'
import type { AddedVectors, Entry, Filter, Library } from './library.js'
import { createPauses } from './pauses.js'
import { openStore } from './store.js'
import type { Packed } from './store.js'

/** How often another process's changes are looked for, and how long after the last change snapshots are written. */
const POLL_MS = 1_000
const IDLE_MS = 15_000
/** So many changed papers are saved without waiting for a pause. */
const MANY_UNSAVED = 20_000
/** A search waits for another process's changes if they are few; many are taken in beside it. */
const FEW_REVISIONS = 8
const KEPT_FILTERS = 16

export interface OpenLibraryOptions {
  /** Made if it is not there. Holds `library.db`, the truth, and files that can be deleted at any time. */
  readonly dataDir: string
  /** Vectors of other models stay stored, but are not searched. */
  readonly model: EmbeddingModel
  readonly log: LibraryLog
  /** The store refuses to grow beyond this (`storage_full`); default: as far as the disk goes. */
  readonly maxBytes?: number
}

/**
 * A library in a folder. Several processes may have the same folder open and change it: SQLite orders
 * their writes, and each takes the others' changes into its own indexes by their revision, before its next
 * search if they are few, within seconds if they are many.
 *
 * Throws `internal` if `library.db` is damaged, is another program's or a later version's. Damaged or
 * missing index files are rebuilt, with one line in the log each.
 */
export async function openLibrary({ dataDir, model, log, maxBytes }: OpenLibraryOptions): Promise<Library> {
  await mkdir(dataDir, { recursive: true }).catch((cause: unknown) => {
    throw new FootnoteError('internal', `The folder ${dataDir} cannot be made; set DATA_DIR to one that can be written.`, { cause })
  })
  const store = await openStore({ path: join(dataDir, 'library.db'), model, maxBytes, onDamage: tellDamageOnce })
  const { lexical, vectors } = await openIndexes().catch((error: unknown) => {
    store.close()
    throw error
  })
  let damageTold = false
  const readPapers = createKept(store.read, store.revision)
  const readVectorsOf = createKept(store.vectors, store.revision)
  const filters = new Map<string, HandleSet | undefined>()
  let filtersRevision = -1
  let work: Promise<void> = Promise.resolve()
  let closing: Promise<void> | undefined
  let changesUnderWay = 0
  let quietSince = performance.now()
  const timer = setInterval(() => void inTurn(tend).catch(reportFailure), POLL_MS).unref()

  return {
    model,
    async status() {
      await beCurrent()
      const { papers, digests } = store.counts()
      const indexed = { vectors: vectors.index.size, lexical: lexical.index.size }
      return { papers, digests, revision: store.revision(), model: model.id, indexed }
    },
    find: async (keys) => store.find(keys),
    get: async (id) => store.get(id),
    read: async (handles) => readPapers(handles),
    vectors: async (handles) => readVectorsOf(handles),
    async list({ text, filter, cursor, limit }) {
      const found = store.list({ text, filter, after: parseCursor(cursor), limit: limit + 1 })
      const page = found.slice(0, limit)
      const papers = page.map(({ paper }) => paper)
      return found.length > limit ? { papers, nextCursor: String(page.at(-1)?.handle ?? 0) } : { papers }
    },
    count: async (filter) => store.count(filter),
    put: async (entries) => change(await packed(entries), store.put),
    remove: async (ids) => (await change(ids, store.remove)) ?? 0,
    missingVectors: async (limit, after) => store.missingVectors(limit, after),
    addVectors: async (entries) => (await change(await packed(entries), store.addVectors)) ?? 0,
    async searchLexical(query, { limit, filter }) {
      await beCurrent()
      return lexical.index.search(query, limit, matching(filter))
    },
    async scoreLexical(query, handles) {
      await beCurrent()
      return lexical.index.values(query, handles)
    },
    async documentFrequencies(terms) {
      await beCurrent()
      return lexical.index.frequencies(terms)
    },
    async searchVectors(vector, { limit, filter }) {
      await beCurrent()
      return vectors.index.search(vector, limit, matching(filter))
    },
    async scoreVectors(vector, handles) {
      await beCurrent()
      return vectors.index.similarities(vector, handles)
    },
    close: () => (closing ??= close()),
  }

  async function openIndexes() {
    const dimensions = model.searchDimensions
    const lexical = await openFollower({
      place: { folder: dataDir, name: 'lexical', identity: { format: LEXICAL_FORMAT, library: store.id } },
      store,
      log,
      create: () => createLexicalIndex(),
      read: readLexical,
      contents: lexicalContents,
      changes: store.changedTexts,
      apply: (index, { handle, text }) => index.set(handle, text),
    })
    const vectors = await openFollower({
      place: {
        folder: dataDir,
        name: vectorsName(model.id),
        identity: { format: VECTOR_FORMAT, library: store.id, model: model.id, dimensions },
      },
      store,
      log,
      create: () => createVectorIndex(dimensions),
      read: (snapshot) => readVectors(snapshot, dimensions),
      contents: (index, revision) => vectorContents(index, revision, dimensions),
      changes: store.changedVectors,
      apply: (index, { handle, vector }) => (vector === undefined ? index.remove(handle) : index.set(handle, vector)),
    })
    return { lexical, vectors }
  }

  /** Packing takes as long as storing, and others get their turn meanwhile. */
  async function packed<Item extends Entry | AddedVectors>(items: readonly Item[]): Promise<Packed<Item>[]> {
    const done: Packed<Item>[] = []
    const pauses = createPauses()
    for (const item of items) {
      done.push(store.pack(item))
      await pauses.ifDue()
    }
    return done
  }

  /** On disk when the store returns; this waits further until both indexes answer with it. */
  async function change<Item, Result>(items: readonly Item[], write: (items: readonly Item[]) => Result): Promise<Result | undefined> {
    if (items.length === 0) return undefined
    const result = write(items)
    changesUnderWay++
    await inTurn(catchUp).finally(() => changesUnderWay--)
    if (lexical.unsaved > MANY_UNSAVED || vectors.unsaved > MANY_UNSAVED) void inTurn(save).catch(reportFailure)
    return result
  }

  async function catchUp(): Promise<void> {
    if (isCurrent()) return
    await lexical.catchUp()
    await vectors.catchUp()
    quietSince = performance.now()
  }

  async function save(): Promise<void> {
    await lexical.save()
    await vectors.save()
  }

  async function tend(): Promise<void> {
    if (closing !== undefined) return
    await catchUp()
    if (performance.now() - quietSince > IDLE_MS) await save()
  }

  /** The indexes are changed and written by one at a time; searches only read and need not wait. */
  function inTurn(step: () => Promise<void>): Promise<void> {
    const turn = work.then(step)
    work = turn.catch(() => {})
    return turn
  }

  function isCurrent(): boolean {
    const revision = store.revision()
    return lexical.revision === revision && vectors.revision === revision
  }

  /** Our own change is promised to searches only when its call has returned: they need not wait for it. */
  async function beCurrent(): Promise<void> {
    if (changesUnderWay > 0) return
    const behind = store.revision() - Math.min(lexical.revision, vectors.revision)
    if (behind > 0 && behind <= FEW_REVISIONS) await inTurn(catchUp)
  }

  function matching(filter: Filter | undefined): HandleSet | undefined {
    if (filter === undefined) return undefined
    const revision = store.revision()
    if (revision !== filtersRevision) filters.clear()
    filtersRevision = revision
    const key = JSON.stringify(filter)
    if (filters.has(key)) return filters.get(key)
    const handles = store.matching(filter)
    const set = handles === undefined ? undefined : createHandleSet(handles)
    if (filters.size >= KEPT_FILTERS) filters.delete(filters.keys().next().value as string)
    filters.set(key, set)
    return set
  }

  function parseCursor(cursor: string | undefined): number {
    if (cursor === undefined) return 0
    if (/^\d{1,15}$/.test(cursor)) return Number(cursor)
    throw new FootnoteError('invalid_request', `"${cursor}" is not a cursor; use the nextCursor of the page before, or none.`)
  }

  function tellDamageOnce(error: unknown): void {
    if (!damageTold) log.warn(`Papers that cannot be read are left out of answers: ${messageOf(error)}`)
    damageTold = true
  }

  function reportFailure(error: unknown): void {
    log.warn(`The library in ${dataDir} could not be followed: ${messageOf(error)}`)
  }

  async function close(): Promise<void> {
    clearInterval(timer)
    await inTurn(save)
    store.close()
  }
}
