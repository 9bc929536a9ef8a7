/** Copies a data folder while it is in use, and makes one out of such a copy. */
import { createHash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { cp, mkdir, open, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve, sep } from 'node:path'
import { z } from 'zod'
import { ANSWERS_FILE } from './answering/kept/sqlite-answers.js'
import { FootnoteError, isDiskFull, messageOf } from './errors.js'
import { LIBRARY_FILE } from './library/schema.js'
import { openSqlite } from './library/sqlite.js'
import { adaptedFiles } from './models.js'

const MANIFEST = 'backup.json'
const ManifestSchema = z.object({
  footnote: z.string(),
  createdAt: z.iso.datetime(),
  /** Of each file, below the folder, its SHA-256. */
  files: z.record(z.string(), z.string()),
})

/** Each holds the state of one moment, also while others write. */
const DATABASES = [
  { name: 'library.db', kind: LIBRARY_FILE },
  { name: 'answers.db', kind: ANSWERS_FILE },
]

export interface Backup {
  readonly folder: string
  readonly files: number
}

/**
 * Copies the papers with their vectors, the kept answers and the adapted models into a new folder; what can be made
 * anew stays behind. A server may go on meanwhile. The folder appears under its name when it is whole and on the disk.
 * Fails with `invalid_request` if there is something already, and with `not_found` where there is no library.
 */
export async function backUp(dataDir: string, target: string, { version, now = () => new Date() }: { readonly version: string; readonly now?: () => Date }): Promise<Backup> {
  requireLibrary(dataDir)
  const folder = resolve(target)
  if (existsSync(folder)) throw new FootnoteError('invalid_request', `${folder} is there already; name a folder that is not.`)
  const unfinished = `${folder}.part`
  try {
    await rm(unfinished, { recursive: true, force: true })
    await mkdir(unfinished, { recursive: true })
    for (const { name, kind } of DATABASES.filter((database) => existsSync(join(dataDir, database.name)))) {
      const sqlite = await openSqlite(join(dataDir, name), { kind })
      try {
        sqlite.copyTo(join(unfinished, name))
      } finally {
        sqlite.close()
      }
    }
    for (const name of await adaptedFiles(dataDir)) await cp(join(dataDir, name), join(unfinished, name), { recursive: true })
    const files = Object.fromEntries(await Promise.all((await filesBelow(unfinished)).map(async (name) => [name, await settle(join(unfinished, name))] as const)))
    const manifest: z.infer<typeof ManifestSchema> = { footnote: version, createdAt: now().toISOString(), files }
    await writeFile(join(unfinished, MANIFEST), JSON.stringify(manifest, null, 2), { flush: true })
    await rename(unfinished, folder)
    return { folder, files: Object.keys(files).length }
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true }).catch(() => undefined)
    throw storageError(error, folder)
  }
}

/**
 * Makes the data folder what it was when it was backed up. Every file is checked before anything is written, and
 * `library.db` comes last, so that a folder holds a library only when the rest is there. Fails with `invalid_request`
 * where a library is already, or the backup is damaged.
 */
export async function restoreBackup(folder: string, dataDir: string): Promise<Backup> {
  if (existsSync(join(dataDir, 'library.db'))) {
    throw new FootnoteError('invalid_request', `${dataDir} holds a library already; move that folder away, or set DATA_DIR to another.`)
  }
  const manifest = await readManifest(folder)
  for (const [name, expected] of Object.entries(manifest.files)) {
    const found = await sha256(inside(folder, name)).catch(() => undefined)
    if (found !== expected) throw new FootnoteError('invalid_request', `${join(folder, name)} is ${found === undefined ? 'missing' : 'damaged'}; use another backup. Nothing was restored.`)
  }
  const names = Object.keys(manifest.files).sort((a, b) => Number(a === 'library.db') - Number(b === 'library.db'))
  try {
    for (const name of names) {
      const path = inside(dataDir, name)
      await mkdir(dirname(path), { recursive: true })
      await cp(join(folder, name), `${path}.part`)
      await settle(`${path}.part`)
      await rename(`${path}.part`, path)
    }
  } catch (error) {
    throw storageError(error, dataDir)
  }
  return { folder: dataDir, files: names.length }
}

/** Whether this is a folder that `backUp` made. */
export function isBackup(path: string): boolean {
  return existsSync(join(path, MANIFEST))
}

export function requireLibrary(dataDir: string): void {
  if (!existsSync(join(dataDir, 'library.db'))) throw new FootnoteError('not_found', `${dataDir} holds no library; set DATA_DIR to the folder of one.`)
}

async function readManifest(folder: string) {
  try {
    return ManifestSchema.parse(JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')))
  } catch (cause) {
    throw new FootnoteError('invalid_request', `${folder} is no backup, or its ${MANIFEST} is damaged; name a folder that \`npm run library -- backup\` made.`, { cause })
  }
}

/** A manifest may have been tampered with: no name in it leads out of the folder. */
function inside(folder: string, name: string): string {
  const path = resolve(folder, name)
  if (!path.startsWith(resolve(folder) + sep)) throw new FootnoteError('invalid_request', `The backup names a file outside of itself, ${name}; do not trust it. Nothing was restored.`)
  return path
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
}

/** Brings a file to the disk; returns its SHA-256. */
async function settle(path: string): Promise<string> {
  const file = await open(path, 'r+')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  return sha256(path)
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function storageError(error: unknown, path: string): unknown {
  if (error instanceof FootnoteError) return error
  if (isDiskFull(error)) return new FootnoteError('storage_full', `There is no room for ${path}; free some disk space and try again.`, { cause: error })
  return new FootnoteError('internal', `${path} could not be written: ${messageOf(error)}; check that its folder exists and can be written.`, { cause: error })
}
