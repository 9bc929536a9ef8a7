/** The durable store: papers, their keys and vectors in one SQLite file, through libsql. */
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'libsql'
import { FootnoteError } from '../errors.js'
import type { EmbeddingModel } from '../embedding/embedder.js'
import type { Paper } from '../papers/paper.js'
import { filterCondition, foldLine, foldList } from './filter.js'
import type { AddedVectors, Entry, Filter, Handle, PaperVectors, StoredPaper } from './library.js'
import { APPLICATION_ID, SCHEMA, SCHEMA_VERSION } from './schema.js'
import { asBytes, packSentences, packVector, unpackVectors } from './vector-codec.js'

/** How long a write waits for another process's write before it gives up. */
const BUSY_TIMEOUT_MS = 15_000
const PAGE_BYTES = 4_096

/** Where an index stands in the stream of changes: after this handle of this revision. */
export interface Position {
  readonly revision: number
  readonly handle: Handle
}

export interface ChangedText extends Position {
  readonly text: string
}

/** No `vector`: the paper has changed, and the model has not seen it since. */
export interface ChangedVector extends Position {
  readonly vector: Int8Array | undefined
}

export interface StoreOptions {
  readonly path: string
  readonly model: EmbeddingModel
  /** The store refuses to grow beyond this (`storage_full`); default: as far as the disk goes. */
  readonly maxBytes?: number | undefined
}

/** Every call is one short synchronous read, or one transaction that is on disk when it returns. */
export interface Store {
  /** Made with the file: a cache of another library never passes for ours. */
  readonly id: string
  revision(): number
  counts(): { readonly papers: number; readonly digests: number }
  find(keys: readonly string[]): (StoredPaper | undefined)[]
  get(id: string): StoredPaper | undefined
  read(handles: readonly Handle[]): (Paper | undefined)[]
  vectors(handles: readonly Handle[]): (PaperVectors | undefined)[]
  list(page: { readonly text?: string | undefined; readonly after: Handle; readonly limit: number }): StoredPaper[]
  /** The handles of the papers that a filter lets through, ascending; nothing if it lets all through. */
  matching(filter: Filter): Handle[] | undefined
  put(entries: readonly Entry[]): void
  remove(ids: readonly string[]): number
  missingVectors(limit: number): StoredPaper[]
  addVectors(entries: readonly AddedVectors[]): number
  changedTexts(after: Position, upTo: number, limit: number): ChangedText[]
  changedVectors(after: Position, upTo: number, limit: number): ChangedVector[]
  removedSince(revision: number, upTo: number): Handle[]
  close(): void
}

/** libsql 0.5.29 gives bytes as a Buffer from `get`, but as an ArrayBuffer from `all`. */
type Value = string | number | Buffer | ArrayBuffer | null
type Row = Readonly<Record<string, Value>>
type Statements = ReturnType<typeof prepareStatements>

/**
 * Opens the file, or makes it. Several processes may have it open: SQLite lets one write at a time and
 * the others wait. Throws `internal` for a file that is damaged, foreign, or of a later version.
 */
export async function openStore({ path, model, maxBytes }: StoreOptions): Promise<Store> {
  const database = await openDatabase(path)
  try {
    return createStore(database, model, maxBytes)
  } catch (error) {
    database.close()
    throw storeError(error, path)
  }

  function createStore(database: Database.Database, model: EmbeddingModel, maxBytes: number | undefined): Store {
    prepareTables(database, path)
    if (maxBytes !== undefined) database.pragma(`max_page_count=${Math.max(1, Math.floor(maxBytes / PAGE_BYTES))}`)
    const modelNumber = registerModel(database, model.id)
    const statements = prepareStatements(database)
    const { id } = one(statements.library, []) as { id: string }
    let counted = { revision: -1, papers: 0, digests: 0 }

    const guarded = <Parameters extends unknown[], Result>(work: (...parameters: Parameters) => Result) =>
      (...parameters: Parameters): Result => {
        try {
          return work(...parameters)
        } catch (error) {
          throw storeError(error, path)
        }
      }
    const changing = <Parameters extends unknown[], Result>(change: (revision: number, ...parameters: Parameters) => Result) =>
      guarded((...parameters: Parameters): Result =>
        transaction(database, () => {
          const { revision } = one(statements.nextRevision, []) as { revision: number }
          return change(revision, ...parameters)
        }),
      )
    const revision = guarded(() => Number((one(statements.library, []) as Row)['revision']))

    return {
      id,
      revision,
      counts: guarded(() => {
        const now = revision()
        if (counted.revision !== now) {
          const row = one(statements.counts, []) as Row
          counted = { revision: now, papers: Number(row['papers']), digests: Number(row['digests']) }
        }
        return counted
      }),
      find: guarded((keys) => keys.map((key) => storedPaper(one(statements.find, [key])))),
      get: guarded((id) => storedPaper(one(statements.get, [id]))),
      read: guarded((handles) => handles.map((handle) => storedPaper(one(statements.read, [handle]))?.paper)),
      vectors: guarded((handles) =>
        handles.map((handle) => {
          const row = one(statements.vectors, [modelNumber, handle])
          return row === undefined ? undefined : unpackVectors(row['paper'] as Buffer, row['sentences'] as Buffer)
        }),
      ),
      list: guarded(({ text, after, limit }) => {
        if (text === undefined || text.trim() === '') return papersOf(statements.list.all([after, limit]))
        const part = foldLine(text)
        return papersOf(statements.listText.all([after, part, part, text.trim().toLowerCase(), limit]))
      }),
      matching: guarded((filter) => {
        const condition = filterCondition(filter)
        if (condition === undefined) return undefined
        const statement = database.prepare(`SELECT handle FROM papers WHERE ${condition.sql} ORDER BY handle`).raw()
        return (statement.all([...condition.parameters]) as [number][]).map(([handle]) => handle)
      }),
      put: changing((revision, entries: readonly Entry[]) => {
        for (const entry of entries) putEntry(statements, model, modelNumber, revision, entry)
      }),
      remove: changing((revision, ids: readonly string[]) => ids.filter((id) => removePaper(statements, id, revision)).length),
      missingVectors: guarded((limit) => papersOf(statements.missingVectors.all([modelNumber, limit]))),
      addVectors: changing((revision, entries: readonly AddedVectors[]) =>
        entries.filter((entry) => addPaperVectors(statements, model, modelNumber, revision, entry)).length,
      ),
      changedTexts: guarded((after, upTo, limit) =>
        rows(statements.changedTexts.all([after.revision, after.handle, upTo, limit])).map((row) => {
          const { title, abstract } = JSON.parse(row['paper'] as string) as Paper
          return { ...positionOf(row), text: `${title}\n${abstract}` }
        }),
      ),
      changedVectors: guarded((after, upTo, limit) =>
        rows(statements.changedVectors.all([modelNumber, after.revision, after.handle, upTo, limit])).map((row) => ({
          ...positionOf(row),
          vector: row['vector'] === null ? undefined : asBytes(row['vector'] as Buffer | ArrayBuffer),
        })),
      ),
      removedSince: guarded((revision, upTo) => rows(statements.removedSince.all([revision, upTo])).map((row) => Number(row['handle']))),
      close: guarded(() => {
        database.pragma('wal_checkpoint(PASSIVE)')
        database.close()
      }),
    }
  }
}

async function openDatabase(path: string): Promise<Database.Database> {
  for (let attempt = 1; ; attempt++) {
    let database: Database.Database | undefined
    try {
      database = new Database(path, { timeout: BUSY_TIMEOUT_MS })
      database.pragma('journal_mode=WAL')
      // In WAL mode only FULL brings each commit to the disk before it is acknowledged.
      database.pragma('synchronous=FULL')
      return database
    } catch (error) {
      database?.close()
      // The change to WAL does not wait for others: two first starts at once may meet here.
      if (!isBusy(error) || attempt === 20) throw storeError(error, path)
      await sleep(50 * attempt)
    }
  }
}

function prepareTables(database: Database.Database, path: string): void {
  const number = (pragma: string) => Number(Object.values((database.pragma(pragma) as Row[])[0] ?? {})[0])
  transaction(database, () => {
    const version = number('user_version')
    if (version > SCHEMA_VERSION) {
      throw new FootnoteError(
        'internal',
        `The library ${path} was written by a later Footnote (format ${version}, this one reads up to ${SCHEMA_VERSION}); update Footnote, or set DATA_DIR to another folder.`,
      )
    }
    const isEmpty = Number((database.prepare('SELECT count(*) AS tables FROM sqlite_master').get([]) as Row)['tables']) === 0
    if (isEmpty) {
      database.exec(SCHEMA)
      database.prepare('INSERT INTO library VALUES (?, 0)').run([randomUUID()])
      database.exec(`PRAGMA application_id=${APPLICATION_ID}; PRAGMA user_version=${SCHEMA_VERSION}`)
    } else if (number('application_id') !== APPLICATION_ID) {
      throw new FootnoteError('internal', `${path} is a database of another program; set DATA_DIR to another folder.`)
    }
  })
}

function registerModel(database: Database.Database, id: string): number {
  const select = database.prepare('SELECT model FROM models WHERE id = ?')
  const known = one(select, [id])
  if (known !== undefined) return Number(known['model'])
  database.prepare('INSERT OR IGNORE INTO models (id) VALUES (?)').run([id])
  return Number((one(select, [id]) as Row)['model'])
}

function prepareStatements(database: Database.Database) {
  const paper = 'SELECT p.handle, r.paper FROM papers p JOIN records r ON r.handle = p.handle'
  const sql = {
    library: 'SELECT id, revision FROM library',
    nextRevision: 'UPDATE library SET revision = revision + 1 RETURNING revision',
    counts: 'SELECT count(*) AS papers, coalesce(sum(digest), 0) AS digests FROM papers',
    find: 'SELECT r.handle, r.paper FROM keys k JOIN records r ON r.handle = k.handle WHERE k.key = ?',
    get: `${paper} WHERE p.id = ?`,
    read: 'SELECT handle, paper FROM records WHERE handle = ?',
    vectors: `SELECT v.vector AS paper, s.vectors AS sentences FROM paper_vectors v
      JOIN sentence_vectors s ON s.model = v.model AND s.handle = v.handle
      WHERE v.model = ? AND v.handle = ? AND v.vector IS NOT NULL`,
    list: `${paper} WHERE p.handle > ? ORDER BY p.handle LIMIT ?`,
    listText: `${paper} WHERE p.handle > ? AND (instr(p.title, ?) > 0 OR instr(p.authors, ?) > 0 OR instr(lower(p.id), ?) > 0)
      ORDER BY p.handle LIMIT ?`,
    handleOf: 'SELECT handle FROM papers WHERE id = ?',
    insertPaper: `INSERT INTO papers (id, revision, digest, year, venue, categories, authors, title)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING handle`,
    updatePaper: `UPDATE papers SET revision = ?, digest = ?, year = ?, venue = ?, categories = ?, authors = ?, title = ?
      WHERE handle = ?`,
    writeRecord: 'INSERT OR REPLACE INTO records VALUES (?, ?)',
    deleteKeys: 'DELETE FROM keys WHERE handle = ?',
    insertKey: 'INSERT OR IGNORE INTO keys VALUES (?, ?)',
    forgetVectors: 'UPDATE paper_vectors SET vector = NULL, revision = ? WHERE handle = ? AND model <> ?',
    writePaperVector: 'INSERT OR REPLACE INTO paper_vectors VALUES (?, ?, ?, ?)',
    writeSentenceVectors: 'INSERT OR REPLACE INTO sentence_vectors VALUES (?, ?, ?)',
    deletePaper: 'DELETE FROM papers WHERE handle = ?',
    deleteRecord: 'DELETE FROM records WHERE handle = ?',
    deletePaperVectors: 'DELETE FROM paper_vectors WHERE handle = ? AND model IN (SELECT model FROM models)',
    deleteSentenceVectors: 'DELETE FROM sentence_vectors WHERE handle = ? AND model IN (SELECT model FROM models)',
    noteRemoval: 'INSERT INTO removed VALUES (?, ?)',
    missingVectors: `${paper} LEFT JOIN paper_vectors v ON v.model = ? AND v.handle = p.handle
      WHERE v.vector IS NULL ORDER BY p.handle LIMIT ?`,
    changedTexts: `SELECT p.revision, p.handle, r.paper FROM papers p JOIN records r ON r.handle = p.handle
      WHERE (p.revision, p.handle) > (?, ?) AND p.revision <= ? ORDER BY p.revision, p.handle LIMIT ?`,
    changedVectors: `SELECT revision, handle, vector FROM paper_vectors
      WHERE model = ? AND (revision, handle) > (?, ?) AND revision <= ? ORDER BY revision, handle LIMIT ?`,
    removedSince: 'SELECT handle FROM removed WHERE revision > ? AND revision <= ?',
  }
  const prepared = Object.entries(sql).map(([name, text]) => [name, database.prepare(text)])
  return Object.fromEntries(prepared) as { readonly [name in keyof typeof sql]: Database.Statement }
}

function putEntry(statements: Statements, model: EmbeddingModel, modelNumber: number, revision: number, { paper, keys, vectors }: Entry): void {
  checkVectors(vectors, model, paper.title)
  const facts = [
    paper.digest === true ? 1 : 0,
    paper.year ?? null,
    paper.venue === undefined ? null : foldLine(paper.venue),
    foldList(paper.categories),
    foldList(paper.authors),
    foldLine(paper.title),
  ]
  const known = one(statements.handleOf, [paper.id])
  if (known !== undefined) statements.updatePaper.run([revision, ...facts, known['handle']])
  const handle = Number((known ?? (one(statements.insertPaper, [paper.id, revision, ...facts]) as Row))['handle'])
  statements.writeRecord.run([handle, JSON.stringify(paper)])
  if (known !== undefined) {
    statements.deleteKeys.run([handle])
    statements.forgetVectors.run([revision, handle, modelNumber])
  }
  for (const key of keys) statements.insertKey.run([key, handle])
  writeVectors(statements, model, modelNumber, revision, handle, vectors)
}

function addPaperVectors(
  statements: Statements,
  model: EmbeddingModel,
  modelNumber: number,
  revision: number,
  { handle, paper, vectors }: AddedVectors,
): boolean {
  checkVectors(vectors, model, paper.title)
  const stored = storedPaper(one(statements.read, [handle]))?.paper
  if (stored === undefined || stored.title !== paper.title || stored.abstract !== paper.abstract) return false
  writeVectors(statements, model, modelNumber, revision, handle, vectors)
  return true
}

function writeVectors(
  statements: Statements,
  model: EmbeddingModel,
  modelNumber: number,
  revision: number,
  handle: Handle,
  vectors: PaperVectors,
): void {
  statements.writePaperVector.run([modelNumber, handle, revision, packVector(vectors.paper)])
  statements.writeSentenceVectors.run([modelNumber, handle, packSentences(vectors.sentences, model.dimensions)])
}

function removePaper(statements: Statements, id: string, revision: number): boolean {
  const known = one(statements.handleOf, [id])
  if (known === undefined) return false
  const handle = Number(known['handle'])
  for (const statement of [
    statements.deletePaper,
    statements.deleteRecord,
    statements.deleteKeys,
    statements.deletePaperVectors,
    statements.deleteSentenceVectors,
  ]) {
    statement.run([handle])
  }
  statements.noteRemoval.run([handle, revision])
  return true
}

/** hnswlib takes a vector of other length, without direction or of NaN, and answers wrongly ever after. */
function checkVectors({ paper, sentences }: PaperVectors, { id, dimensions, searchDimensions }: EmbeddingModel, title: string): void {
  for (const vector of [paper, ...sentences.map(({ vector }) => vector)]) {
    const isSound = vector.length === dimensions && vector.every(Number.isFinite)
    if (isSound && (vector !== paper || vector.subarray(0, searchDimensions).some((value) => value !== 0))) continue
    throw new FootnoteError(
      'internal',
      `A vector of "${title}" is not one of ${id}: it needs ${dimensions} finite numbers that are not all zero, and has ${vector.length}; embed the paper with that model.`,
    )
  }
}

/** IMMEDIATE takes the write lock at once, so that the revision read is the one that is written. */
function transaction<Result>(database: Database.Database, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    // A full disk may have rolled back already; the first error is the one to tell.
    if (database.inTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function one(statement: Database.Statement, parameters: readonly unknown[]): Row | undefined {
  return statement.get([...parameters]) as Row | undefined
}

function rows(result: unknown[]): Row[] {
  return result as Row[]
}

function papersOf(result: unknown[]): StoredPaper[] {
  return rows(result).map((row) => storedPaper(row) as StoredPaper)
}

function storedPaper(row: Row | undefined): StoredPaper | undefined {
  return row === undefined ? undefined : { handle: Number(row['handle']), paper: JSON.parse(row['paper'] as string) as Paper }
}

function positionOf(row: Row): Position {
  return { revision: Number(row['revision']), handle: Number(row['handle']) }
}

function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** SQLite's failures in the words of a person who can do something about them. */
function storeError(error: unknown, path: string): FootnoteError {
  if (error instanceof FootnoteError) return error
  const message = error instanceof Error ? error.message : String(error)
  const code = codeOf(error)
  const options = { cause: error }
  if (code.startsWith('SQLITE_FULL') || /ENOSPC|disk is full/.test(message)) {
    return new FootnoteError('storage_full', `There is no room to write ${path}; free some disk space and try again. What was stored stays.`, options)
  }
  if (isBusy(error)) {
    return new FootnoteError('overloaded', `Another process is writing ${path}; try again when it is done.`, { ...options, retryAfterSeconds: 5 })
  }
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return new FootnoteError('internal', `The library ${path} is damaged (${message}); put a backup in its place, or delete it and ingest again.`, options)
  }
  return new FootnoteError('internal', `The library ${path} could not be read or written: ${message}; check that the folder exists and can be written.`, options)
}
