/** The durable store: papers, their keys and vectors, and the stream of changes that the indexes follow. */
import type { EmbeddingModel } from '../embedding/embedder.js'
import { FootnoteError } from '../errors.js'
import type { Paper } from '../papers/paper.js'
import { filterCondition, foldLine, foldList } from './filter.js'
import type { Condition } from './filter.js'
import type { AddedVectors, Entry, Filter, Handle, PaperVectors, StoredPaper, StoredVectors } from './library.js'
import { asBuffer, isDamage, openSqlite } from './sqlite.js'
import type { Row, Sqlite, Statement } from './sqlite.js'
import { asNumbers, openVectors, packVectors } from './vector-codec.js'
import type { PackedVectors, SentenceBits } from './vector-codec.js'

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

export type Packed<Item extends Entry | AddedVectors> = Omit<Item, 'vectors'> & { readonly vectors: PackedVectors }

export interface StoreOptions {
  readonly path: string
  readonly model: EmbeddingModel
  readonly maxBytes?: number | undefined
  /** Told when a paper is left out since it lies in a damaged place of the file. */
  readonly onDamage?: ((error: unknown) => void) | undefined
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
  vectors(handles: readonly Handle[]): (StoredVectors | undefined)[]
  list(page: { readonly text?: string | undefined; readonly filter?: Filter | undefined; readonly after: Handle; readonly limit: number }): StoredPaper[]
  count(filter: Filter): number
  /** The handles of the papers that a filter lets through, ascending; nothing if it lets all through. */
  matching(filter: Filter): Handle[] | undefined
  /** Checks and packs; throws where they are not the model's. */
  pack<Item extends Entry | AddedVectors>(item: Item): Packed<Item>
  put(entries: readonly Packed<Entry>[]): void
  remove(ids: readonly string[]): number
  missingVectors(limit: number, after?: Handle): StoredPaper[]
  addVectors(entries: readonly Packed<AddedVectors>[]): number
  readonly changedTexts: (after: Position, upTo: number, limit: number) => ChangedText[]
  readonly changedVectors: (after: Position, upTo: number, limit: number) => ChangedVector[]
  removedSince(revision: number, upTo: number): Handle[]
  close(): void
}

type Statements = ReturnType<typeof prepareStatements>

/** What a write needs to know: the statements, whose vectors it stores, and the revision that it makes. */
interface Writing {
  readonly statements: Statements
  readonly modelNumber: number
  readonly revision: number
}

/** Opens the store of one model's vectors; those of others stay beside them. Errors: see `openSqlite`. */
export async function openStore({ path, model, maxBytes, onDamage = () => undefined }: StoreOptions): Promise<Store> {
  const sqlite = await openSqlite(path, { maxBytes })
  try {
    return createStore(sqlite, model, onDamage)
  } catch (error) {
    sqlite.close()
    throw error
  }
}

function createStore(sqlite: Sqlite, model: EmbeddingModel, onDamage: (error: unknown) => void): Store {
  const statements = prepareStatements(sqlite)
  statements.registerModel.run(model.id)
  const modelNumber = Number(statements.modelNumber.one(model.id)?.['model'])
  const id = statements.library.one()?.['id'] as string
  const revision = () => Number(statements.library.one()?.['revision'])
  let counted = { revision: -1, papers: 0, digests: 0 }

  const change = <Result>(write: (writing: Writing) => Result): Result =>
    sqlite.transaction(() => write({ statements, modelNumber, revision: Number(statements.nextRevision.one()?.['revision']) }))

  /** Of what lies in a damaged place of the file, nothing: searches go on with the rest. */
  const spared = <Result>(read: () => Result): Result | undefined => {
    try {
      return read()
    } catch (error) {
      if (!isDamage(error) && !(error instanceof SyntaxError)) throw error
      onDamage(error)
      return undefined
    }
  }

  return {
    id,
    revision,
    counts() {
      const now = revision()
      if (counted.revision !== now) {
        const row = statements.counts.one() ?? {}
        counted = { revision: now, papers: Number(row['papers']), digests: Number(row['digests']) }
      }
      return counted
    },
    find: (keys) => keys.map((key) => storedPaper(statements.find.one(key))),
    get: (id) => storedPaper(statements.get.one(id) ?? statements.find.one(id)),
    read: (handles) => handles.map((handle) => spared(() => storedPaper(statements.read.one(handle))?.paper)),
    vectors: (handles) =>
      handles.map((handle) => {
        const row = spared(() => statements.vectors.one(modelNumber, handle))
        return row === undefined ? undefined : openVectors({ paper: asBuffer(row['paper']), sentences: asBuffer(row['sentences']), bits: row['bits'] as SentenceBits })
      }),
    list({ text = '', filter, after, limit }) {
      const conditions = [textCondition(text), filterCondition(filter)].filter((one) => one !== undefined)
      const where = ['p.handle > ?', ...conditions.map(({ sql }) => `(${sql})`)].join(' AND ')
      return papersOf(sqlite.statement(`${PAPERS} WHERE ${where} ORDER BY p.handle LIMIT ?`).all(after, ...conditions.flatMap(({ parameters }) => parameters), limit))
    },
    count(filter) {
      const condition = filterCondition(filter)
      return Number(sqlite.statement(`SELECT count(*) AS papers FROM papers WHERE ${condition?.sql ?? '1'}`).one(...(condition?.parameters ?? []))?.['papers'])
    },
    matching(filter) {
      const condition = filterCondition(filter)
      if (condition === undefined) return undefined
      const statement = sqlite.statement(`SELECT handle FROM papers WHERE ${condition.sql} ORDER BY handle`)
      return statement.all(...condition.parameters).map((row) => Number(row['handle']))
    },
    pack(item) {
      checkVectors(item.vectors, model, item.paper.title)
      return { ...item, vectors: packVectors(item.vectors) }
    },
    put: (entries) => change((writing) => entries.forEach((entry) => putEntry(writing, entry))),
    remove: (ids) => change((writing) => ids.filter((id) => removePaper(writing, id)).length),
    missingVectors: (limit, after = 0) => papersOf(statements.missingVectors.all(modelNumber, after, limit)),
    addVectors: (entries) => change((writing) => entries.filter((entry) => addPaperVectors(writing, entry)).length),
    changedTexts: (after, upTo, limit) =>
      statements.changedTexts.all(after.revision, after.handle, upTo, limit).map((row) => {
        const { title, abstract } = JSON.parse(row['paper'] as string) as Paper
        return { ...positionOf(row), text: `${title}\n${abstract}` }
      }),
    changedVectors: (after, upTo, limit) =>
      statements.changedVectors.all(modelNumber, after.revision, after.handle, upTo, limit).map((row) => ({
        ...positionOf(row),
        vector: row['vector'] === null ? undefined : asNumbers(asBuffer(row['vector'])),
      })),
    removedSince: (revision, upTo) => statements.removedSince.all(revision, upTo).map((row) => Number(row['handle'])),
    close: () => sqlite.close(),
  }
}

const PAPERS = 'SELECT p.handle, r.paper FROM papers p JOIN records r ON r.handle = p.handle'

/** Title, authors or id contain it. */
function textCondition(text: string): Condition | undefined {
  const part = foldLine(text)
  return part === '' ? undefined : { sql: 'instr(title, ?) > 0 OR instr(authors, ?) > 0 OR instr(lower(id), ?) > 0', parameters: [part, part, text.trim().toLowerCase()] }
}

function prepareStatements(sqlite: Sqlite) {
  const sql = {
    modelNumber: 'SELECT model FROM models WHERE id = ?',
    registerModel: 'INSERT OR IGNORE INTO models (id) VALUES (?)',
    library: 'SELECT id, revision FROM library',
    nextRevision: 'UPDATE library SET revision = revision + 1 RETURNING revision',
    counts: 'SELECT count(*) AS papers, coalesce(sum(digest), 0) AS digests FROM papers',
    find: 'SELECT r.handle, r.paper FROM keys k JOIN records r ON r.handle = k.handle WHERE k.key = ?',
    get: `${PAPERS} WHERE p.id = ?`,
    read: 'SELECT handle, paper FROM records WHERE handle = ?',
    vectors: `SELECT v.vector AS paper, s.vectors AS sentences, s.bits FROM paper_vectors v
      JOIN sentence_vectors s ON s.model = v.model AND s.handle = v.handle
      WHERE v.model = ? AND v.handle = ? AND v.vector IS NOT NULL`,
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
    writeSentenceVectors: 'INSERT OR REPLACE INTO sentence_vectors VALUES (?, ?, ?, ?)',
    deletePaper: 'DELETE FROM papers WHERE handle = ?',
    deleteRecord: 'DELETE FROM records WHERE handle = ?',
    deletePaperVectors: 'DELETE FROM paper_vectors WHERE handle = ? AND model IN (SELECT model FROM models)',
    deleteSentenceVectors: 'DELETE FROM sentence_vectors WHERE handle = ? AND model IN (SELECT model FROM models)',
    noteRemoval: 'INSERT INTO removed VALUES (?, ?)',
    missingVectors: `${PAPERS} LEFT JOIN paper_vectors v ON v.model = ? AND v.handle = p.handle
      WHERE p.handle > ? AND v.vector IS NULL ORDER BY p.handle LIMIT ?`,
    changedTexts: `SELECT p.revision, p.handle, r.paper FROM papers p JOIN records r ON r.handle = p.handle
      WHERE (p.revision, p.handle) > (?, ?) AND p.revision <= ? ORDER BY p.revision, p.handle LIMIT ?`,
    changedVectors: `SELECT revision, handle, vector FROM paper_vectors
      WHERE model = ? AND (revision, handle) > (?, ?) AND revision <= ? ORDER BY revision, handle LIMIT ?`,
    removedSince: 'SELECT handle FROM removed WHERE revision > ? AND revision <= ?',
  }
  const prepared = Object.entries(sql).map(([name, text]) => [name, sqlite.statement(text)])
  return Object.fromEntries(prepared) as { readonly [name in keyof typeof sql]: Statement }
}

function putEntry(writing: Writing, { paper, keys, vectors }: Packed<Entry>): void {
  const { statements, modelNumber, revision } = writing
  const facts = [
    paper.digest === true ? 1 : 0,
    paper.year ?? null,
    paper.venue === undefined ? null : foldLine(paper.venue),
    foldList(paper.categories),
    foldList(paper.authors),
    foldLine(paper.title),
  ]
  const known = statements.handleOf.one(paper.id)
  const handle = Number((known ?? statements.insertPaper.one(paper.id, revision, ...facts))?.['handle'])
  if (known !== undefined) statements.updatePaper.run(revision, ...facts, handle)
  statements.writeRecord.run(handle, JSON.stringify(paper))
  if (known !== undefined) {
    statements.deleteKeys.run(handle)
    statements.forgetVectors.run(revision, handle, modelNumber)
  }
  for (const key of keys) statements.insertKey.run(key, handle)
  writeVectors(writing, handle, vectors)
}

function addPaperVectors(writing: Writing, { handle, paper, vectors }: Packed<AddedVectors>): boolean {
  const stored = storedPaper(writing.statements.read.one(handle))?.paper
  if (stored === undefined || stored.title !== paper.title || stored.abstract !== paper.abstract) return false
  writeVectors(writing, handle, vectors)
  return true
}

function writeVectors({ statements, modelNumber, revision }: Writing, handle: Handle, { paper, sentences, bits }: PackedVectors): void {
  statements.writePaperVector.run(modelNumber, handle, revision, paper)
  statements.writeSentenceVectors.run(modelNumber, handle, sentences, bits)
}

function removePaper({ statements, revision }: Writing, id: string): boolean {
  const known = statements.handleOf.one(id)
  if (known === undefined) return false
  const handle = Number(known['handle'])
  for (const statement of [
    statements.deletePaper,
    statements.deleteRecord,
    statements.deleteKeys,
    statements.deletePaperVectors,
    statements.deleteSentenceVectors,
  ]) {
    statement.run(handle)
  }
  statements.noteRemoval.run(handle, revision)
  return true
}

/** hnswlib takes a vector of other length, without direction or of NaN, and answers wrongly ever after. */
function checkVectors({ paper, sentences }: PaperVectors, { id, dimensions }: EmbeddingModel, title: string): void {
  for (const vector of [paper, ...sentences.map(({ vector }) => vector)]) {
    const squares = sumOfSquares(vector)
    if (vector.length === dimensions && Number.isFinite(squares) && squares > 0) continue
    throw new FootnoteError(
      'internal',
      `A vector of "${title}" is not one of ${id}: it needs ${dimensions} finite numbers that are not all zero, and has ${vector.length}; embed the paper with that model.`,
    )
  }
}

/** Finite exactly if all the numbers are, for numbers of the size that a unit vector has. */
function sumOfSquares(vector: Float32Array): number {
  let sum = 0
  for (let i = 0; i < vector.length; i++) sum += (vector[i] as number) * (vector[i] as number)
  return sum
}

function papersOf(rows: readonly Row[]): StoredPaper[] {
  return rows.map((row) => storedPaper(row) as StoredPaper)
}

function storedPaper(row: Row | undefined): StoredPaper | undefined {
  return row === undefined ? undefined : { handle: Number(row['handle']), paper: JSON.parse(row['paper'] as string) as Paper }
}

function positionOf(row: Row): Position {
  return { revision: Number(row['revision']), handle: Number(row['handle']) }
}
