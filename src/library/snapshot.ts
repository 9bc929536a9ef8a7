/** Files that hold an index between two runs: written whole or not at all, and believed only after a check. */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Files that no manifest names were left by a process that died, unless another is writing them now. */
const ABANDONED_AFTER_MS = 3_600_000

const ManifestSchema = z.object({
  /** What the files were made from and how; every word must be as expected. */
  identity: z.record(z.string(), z.union([z.string(), z.number()])),
  revision: z.int().nonnegative(),
  /** What the owner wants to know before it reads the files. */
  facts: z.record(z.string(), z.number()),
  files: z.record(z.string(), z.object({ name: z.string().regex(/^[\w.-]+$/), bytes: z.int().nonnegative(), sha256: z.string() })),
})
type Manifest = z.infer<typeof ManifestSchema>

export type Identity = Readonly<Record<string, string | number>>

export interface SnapshotPlace {
  readonly folder: string
  /** `lexical`, `vectors`: the manifest is `NAME.json`, the files are `NAME-….`. */
  readonly name: string
  readonly identity: Identity
}

export interface SnapshotContents {
  readonly revision: number
  readonly facts: Readonly<Record<string, number>>
  /** For each file what writes it to a path. */
  readonly files: Readonly<Record<string, (path: string) => Promise<void>>>
}

/** Files that have been verified: where each part is. */
export interface SoundSnapshot {
  readonly revision: number
  readonly facts: Readonly<Record<string, number>>
  readonly paths: Readonly<Record<string, string>>
}

/** A sound snapshot, or why there is none. */
export type FoundSnapshot = SoundSnapshot | { readonly problem: string }

/**
 * Writes a new generation of files, each brought to the disk, then puts the manifest that names them in
 * the place of the old one by a rename: at every moment the manifest names a whole generation. Two
 * processes may write at once, since each generation's files have names of their own.
 */
export async function writeSnapshot({ folder, name, identity }: SnapshotPlace, contents: SnapshotContents): Promise<void> {
  const generation = randomBytes(6).toString('hex')
  const previous = await readManifest(join(folder, `${name}.json`)).catch(() => undefined)
  const files: Manifest['files'] = {}
  const written: string[] = []
  try {
    for (const [part, write] of Object.entries(contents.files)) {
      const fileName = `${name}-${generation}.${part}`
      const path = join(folder, fileName)
      written.push(path)
      await write(path)
      await syncToDisk(path)
      files[part] = { name: fileName, ...(await measure(path)) }
    }
    const manifest: Manifest = { identity: { ...identity }, revision: contents.revision, facts: { ...contents.facts }, files }
    const temporary = join(folder, `${name}-${generation}.json`)
    written.push(temporary)
    await writeFully(temporary, [Buffer.from(JSON.stringify({ ...manifest, sha256: digest(manifest) }))])
    await rename(temporary, join(folder, `${name}.json`))
    await syncToDisk(folder)
  } catch (error) {
    await Promise.all(written.map((path) => rm(path, { force: true })))
    throw error
  }
  await clean(folder, name, Object.values(files), Object.values(previous?.files ?? {}))
}

/** Finds the newest snapshot and checks all of it: manifest, identity, length and SHA-256 of each file. */
export async function findSnapshot({ folder, name, identity }: SnapshotPlace): Promise<FoundSnapshot> {
  const path = join(folder, `${name}.json`)
  let manifest: Manifest
  try {
    manifest = await readManifest(path)
  } catch (error) {
    return { problem: isMissing(error) ? 'is missing' : 'is damaged' }
  }
  const differing = Object.keys(identity).filter((key) => manifest.identity[key] !== identity[key])
  if (differing.length > 0) return { problem: `was made with another ${differing.join(', ')}` }
  const paths: Record<string, string> = {}
  for (const [part, expected] of Object.entries(manifest.files)) {
    const file = join(folder, expected.name)
    const found = await measure(file).catch(() => undefined)
    if (found === undefined) return { problem: 'is missing' }
    if (found.bytes !== expected.bytes || found.sha256 !== expected.sha256) return { problem: 'is damaged' }
    paths[part] = file
  }
  return { revision: manifest.revision, facts: manifest.facts, paths }
}

/** Writes all the chunks to a new file and brings it to the disk. */
export async function writeFully(path: string, chunks: Iterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'w')
  try {
    for (const chunk of chunks) {
      for (let written = 0; written < chunk.byteLength; ) {
        written += (await file.write(chunk, written, chunk.byteLength - written)).bytesWritten
      }
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

async function readManifest(path: string): Promise<Manifest> {
  const { sha256, ...rest } = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>
  const manifest = ManifestSchema.parse(rest)
  if (digest(manifest) !== sha256) throw new Error('checksum')
  return manifest
}

function digest(manifest: Manifest): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex')
}

/** hnswlib reports no error when the disk is full: what counts is what can be read back. */
async function measure(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    hash.update(chunk)
    bytes += chunk.length
  }
  return { bytes, sha256: hash.digest('hex') }
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

type File = Manifest['files'][string]

/** Takes away the generation before, and what dead processes left. What cannot be removed does no harm. */
async function clean(folder: string, name: string, kept: readonly File[], previous: readonly File[]): Promise<void> {
  const keptNames = new Set(kept.map((file) => file.name))
  const oldNames = new Set(previous.map((file) => file.name))
  for (const entry of await readdir(folder)) {
    if (!entry.startsWith(`${name}-`) || keptNames.has(entry)) continue
    const path = join(folder, entry)
    const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs
    if (oldNames.has(entry) || age > ABANDONED_AFTER_MS) await rm(path, { force: true }).catch(() => {})
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
