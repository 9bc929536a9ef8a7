/** What must hold after a kill: of the library, of a backup that was being made, of a file that was being migrated. */
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { restoreBackup } from '../../src/backup.js'
import { FootnoteError } from '../../src/errors.js'
import { LIBRARY_FILE } from '../../src/library/schema.js'
import { openSqlite, type FileKind } from '../../src/library/sqlite.js'
import { verifyLibrary } from '../../src/library/verify.js'
import { faultsOf, type Batch } from './batches.js'
import { LATER_FILE } from './order.js'
import { openServed } from './opened.js'

/** Opens the library as the next start would; `latest` is what is known of batches where it is newer. */
export async function checkLibrary(folder: string, batches: readonly Batch[], latest: ReadonlyMap<string, Batch> = new Map()): Promise<string[]> {
  const serving = await openServed(folder)
  try {
    const { library } = serving.current()
    const { papers, indexed } = await library.status()
    const faults = indexed.lexical === papers && indexed.vectors === papers ? [] : [`${papers} papers are stored, ${indexed.lexical} and ${indexed.vectors} indexed`]
    for (const batch of batches) faults.push(...(await faultsOf(library, batch, latest.get(batch.name))))
    return faults
  } finally {
    await serving.close()
  }
}

export interface MadeBackup {
  readonly folder: string
  /** What had been acknowledged when it was begun. */
  readonly known: readonly Batch[]
  /** It was acknowledged too. */
  readonly finished: boolean
}

/** A backup is there as a whole, or not at all; it holds at least what was acknowledged before it was begun. */
export async function checkBackup({ folder, known, finished }: MadeBackup, latest: ReadonlyMap<string, Batch>): Promise<string[]> {
  if (!existsSync(folder)) return finished ? ['an acknowledged backup is not there'] : []
  const restored = `${folder}-restored`
  await restoreBackup(folder, restored)
  const { faults } = await verifyLibrary(restored)
  return [...faults.map(({ what }) => `a backup: ${what}`), ...(await checkLibrary(restored, known, latest)).map((fault) => `a backup: ${fault}`)]
}

/** A copy of the library's file in a folder of its own, to be migrated. */
export async function copyForMigration(library: string, folder: string): Promise<string[]> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder)
  const sqlite = await openSqlite(join(library, 'library.db'))
  sqlite.copyTo(join(folder, 'library.db'))
  sqlite.close()
  return rowsOf(join(folder, 'library.db'), LIBRARY_FILE)
}

/** The file is of the one format or of the other, with every paper; the next start ends the migration, and the copy from before it is whole. */
export async function checkMigration(folder: string, before: readonly string[]): Promise<string[]> {
  const path = join(folder, 'library.db')
  const kept = `${path}.v${LIBRARY_FILE.version}`
  const same = (rows: readonly string[]) => rows.length === before.length && rows.every((row, i) => row === before[i])
  const faults: string[] = []
  const asBefore = await rowsOf(path, LIBRARY_FILE).catch((error: unknown) => {
    if (!(error instanceof FootnoteError) || !/written by a later Footnote/.test(error.message)) throw error
    return undefined
  })
  if (asBefore !== undefined && !same(asBefore)) faults.push('the file that was not migrated yet has other papers')
  if (asBefore === undefined && !existsSync(kept)) faults.push('the migrated file was not kept as it was before')
  if (!same(await rowsOf(path, LATER_FILE))) faults.push('the migrated file has other papers')
  if (!same(await rowsOf(kept, LIBRARY_FILE))) faults.push('the copy from before the migration has other papers')
  return faults
}

async function rowsOf(path: string, kind: FileKind): Promise<string[]> {
  const sqlite = await openSqlite(path, { kind })
  try {
    const found = sqlite.faults()
    return found.length > 0 ? found : sqlite.statement('SELECT paper FROM records ORDER BY handle').all().map(({ paper }) => paper as string)
  } finally {
    sqlite.close()
  }
}
