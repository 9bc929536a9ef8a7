/** The one place that knows libsql: a SQLite file opened safely, and its failures in a person's words. */
import { existsSync, renameSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'libsql'
import { FootnoteError, messageOf } from '../errors.js'
import { LIBRARY_FILE } from './schema.js'

/** How long a write waits for another process's write before it gives up. */
const BUSY_TIMEOUT_MS = 15_000
const PAGE_BYTES = 4_096

/** libsql 0.5.29 gives bytes as a Buffer from `one`, but as an ArrayBuffer from `all`. */
export type Value = string | number | Buffer | ArrayBuffer | null
export type Row = Readonly<Record<string, Value>>

/** Bytes, as whichever of the two they came. */
export function asBuffer(value: Value | undefined): Buffer {
  return value instanceof ArrayBuffer ? Buffer.from(value) : (value as Buffer)
}

export interface Statement {
  run(...parameters: readonly Value[]): void
  one(...parameters: readonly Value[]): Row | undefined
  all(...parameters: readonly Value[]): Row[]
}

export interface Sqlite {
  /** Prepared once, used often. */
  statement(sql: string): Statement
  /** All of the work or none of it; on the disk when this returns. Holds the write lock from its start. */
  transaction<Result>(work: () => Result): Result
  /** Writes all that is committed now to a new file, whole and without a log, while others go on reading and writing. */
  copyTo(path: string): void
  /** What SQLite itself finds wrong with the file (`PRAGMA integrity_check`); nothing when it is sound. */
  faults(): string[]
  close(): void
}

/** What a file of ours holds, and how to know it from others. */
export interface FileKind {
  /** In messages: "The library index/data/library.db is damaged …". */
  readonly name: string
  /** So that a database of another program is not taken for ours. */
  readonly applicationId: number
  /** Grows with every change of the tables; a file of a later version is refused, never guessed at. */
  readonly version: number
  /** The SQL that makes the tables of a new file. */
  readonly tables: string
  /** For each earlier version, from 1 on, the SQL that brings its tables to the next. */
  readonly migrations?: readonly string[]
  /** What to do when the file is lost, after "put a backup in its place, or delete it". */
  readonly afterLoss: string
  /** `power`: a commit is on the disk when it returns. `crash`: it survives the process, not the loss of power, and costs no wait. */
  readonly survives: 'power' | 'crash'
}

export interface OpenSqliteOptions {
  /** Default: the library. */
  readonly kind?: FileKind
  /** The file will not grow beyond this; default: as far as the disk goes. */
  readonly maxBytes?: number | undefined
}

/**
 * Opens a file, or makes it with its tables. Several processes may have it open: SQLite lets one
 * write at a time and the others wait. Every failure is a `FootnoteError`: `storage_full`, `overloaded` when
 * another process writes for too long, `internal` for a file that is damaged, foreign or of a later version.
 */
export async function openSqlite(path: string, { kind = LIBRARY_FILE, maxBytes }: OpenSqliteOptions = {}): Promise<Sqlite> {
  const database = await connect(path, kind)
  const sqlite = wrap(database, path, kind)
  try {
    keepBeforeMigration(database, sqlite, path, kind)
    sqlite.transaction(() => prepareTables(database, path, kind))
    if (maxBytes !== undefined) database.pragma(`max_page_count=${Math.max(1, Math.floor(maxBytes / PAGE_BYTES))}`)
    return sqlite
  } catch (error) {
    database.close()
    throw told(error, path, kind)
  }
}

/** Whether this is the failure of a place in a file that is damaged, while others may be read. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error instanceof FootnoteError ? error.cause : error)
  return code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')
}

/**
 * Holds a file for this process alone until the function that it returns is called, or the process ends in whatever
 * way; returns nothing where another process holds it.
 */
export function holdAlone(path: string): (() => void) | undefined {
  const database = new Database(path, { timeout: 0 })
  try {
    database.exec('BEGIN EXCLUSIVE')
    return () => database.close()
  } catch (error) {
    database.close()
    if (isBusy(error)) return undefined
    throw error
  }
}

async function connect(path: string, kind: FileKind): Promise<Database.Database> {
  for (let attempt = 1; ; attempt++) {
    let database: Database.Database | undefined
    try {
      database = new Database(path, { timeout: BUSY_TIMEOUT_MS })
      database.pragma('journal_mode=WAL')
      // In WAL mode only FULL brings each commit to the disk before it is acknowledged.
      database.pragma(`synchronous=${kind.survives === 'power' ? 'FULL' : 'NORMAL'}`)
      return database
    } catch (error) {
      database?.close()
      // The change to WAL does not wait for others: two first starts at once may meet here.
      if (!isBusy(error) || attempt === 20) throw told(error, path, kind)
      await sleep(50 * attempt)
    }
  }
}

function wrap(database: Database.Database, path: string, kind: FileKind): Sqlite {
  const guarded = <Result>(work: () => Result): Result => {
    try {
      return work()
    } catch (error) {
      throw told(error, path, kind)
    }
  }
  return {
    statement: (sql) => {
      const prepared = guarded(() => database.prepare(sql))
      return {
        run: (...parameters) => void guarded(() => prepared.run(parameters)),
        one: (...parameters) => guarded(() => prepared.get(parameters) as Row | undefined),
        all: (...parameters) => guarded(() => prepared.all(parameters) as Row[]),
      }
    },
    transaction: (work) =>
      guarded(() => {
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
      }),
    copyTo: (target) => guarded(() => void database.prepare('VACUUM INTO ?').run([target])),
    faults: () =>
      guarded(() => {
        const found = (database.pragma('integrity_check(20)') as Row[]).map((row) => row['integrity_check'] as string)
        return found.length === 1 && found[0] === 'ok' ? [] : found
      }),
    close: () =>
      guarded(() => {
        try {
          database.pragma('wal_checkpoint(PASSIVE)')
        } catch {
          // On a full disk for one: everything stays in the log beside the file, and the next start reads it.
        }
        database.close()
      }),
  }
}

/**
 * A file of an earlier version is kept as it was, beside its successor: `library.db.v1`. Not so one that may lose its
 * last moments anyway: a copy of the answers would outlive the days that they are kept.
 */
function keepBeforeMigration(database: Database.Database, sqlite: Sqlite, path: string, { version: readable, applicationId, survives }: FileKind): void {
  if (survives === 'crash') return
  const version = pragma(database, 'user_version')
  const kept = `${path}.v${version}`
  if (version === 0 || version >= readable || pragma(database, 'application_id') !== applicationId || existsSync(kept)) return
  const temporary = `${kept}.part`
  rmSync(temporary, { force: true })
  sqlite.copyTo(temporary)
  renameSync(temporary, kept)
}

/** Makes the tables of a new file, or brings those of an earlier version to this one; in a transaction. */
function prepareTables(database: Database.Database, path: string, { name, applicationId, version: readable, tables, migrations = [] }: FileKind): void {
  const version = pragma(database, 'user_version')
  if (version > readable) {
    throw new FootnoteError(
      'internal',
      `The ${name} ${path} was written by a later Footnote (format ${version}, this one reads up to ${readable}); update Footnote, or set DATA_DIR to another folder.`,
    )
  }
  const isEmpty = Number((database.prepare('SELECT count(*) AS tables FROM sqlite_master').get([]) as Row)['tables']) === 0
  if (isEmpty) {
    database.exec(tables)
    database.exec(`PRAGMA application_id=${applicationId}; PRAGMA user_version=${readable}`)
    return
  }
  if (pragma(database, 'application_id') !== applicationId) {
    throw new FootnoteError('internal', `${path} is a database of another program; set DATA_DIR to another folder.`)
  }
  for (const step of migrations.slice(version - 1)) database.exec(step)
  if (version < readable) database.exec(`PRAGMA user_version=${readable}`)
}

function pragma(database: Database.Database, name: string): number {
  return Number(Object.values((database.pragma(name) as Row[])[0] ?? {})[0])
}

function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY')
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function told(error: unknown, path: string, { name, afterLoss }: FileKind): FootnoteError {
  if (error instanceof FootnoteError) return error
  const message = messageOf(error)
  const code = codeOf(error)
  const options = { cause: error }
  if (code.startsWith('SQLITE_FULL') || /ENOSPC|disk is full/.test(message)) {
    return new FootnoteError('storage_full', `There is no room to write ${path}; free some disk space and try again. What was stored stays.`, options)
  }
  // A quota and a file-size limit come as this, since only ENOSPC counts as a full disk for SQLite.
  if (code === 'SQLITE_IOERR_WRITE') {
    return new FootnoteError('storage_full', `The system writes no further to ${path} (${message}); check quota, limits on file sizes, and the disk. What was stored stays.`, options)
  }
  if (isBusy(error)) {
    return new FootnoteError('overloaded', `Another process is writing ${path}; try again when it is done.`, { ...options, retryAfterSeconds: 5 })
  }
  if (code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_CANTOPEN')) {
    return new FootnoteError('internal', `The ${name} ${path} cannot be opened for writing (${message}); give this user the right to write to it and its folder, or set DATA_DIR to a copy that can be written.`, options)
  }
  if (isDamage(error)) {
    return new FootnoteError('internal', `The ${name} ${path} is damaged (${message}); put a backup in its place, or delete it${afterLoss}.`, options)
  }
  return new FootnoteError('internal', `The ${name} ${path} could not be read or written: ${message}; check that the folder exists and can be written.`, options)
}
