/** Opens a file of papers, and says plainly why it cannot; what comes gzipped is checked before it is read. */
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdtemp, open, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { FootnoteError, isDiskFull } from '../errors.js'
import { gunzip, isGzip, peek, type Bytes } from './bytes.js'

export interface SourceFile {
  readonly name: string
  readonly bytes: AsyncIterable<Uint8Array>
  /** Length in bytes; 0 if it is not known. */
  readonly size: number
  /** The name of its reader, if that is known beforehand. */
  readonly format?: string
}

/**
 * Fails with `invalid_request` when the file is missing, a folder, closed to us, or a gzip file whose checksum
 * does not hold: nothing of it may be stored then. One that is only cut short gives what comes before the cut.
 */
export async function openFile(path: string): Promise<SourceFile> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unavailable(path, cause)
  })
  if (found.isDirectory()) {
    throw new FootnoteError('invalid_request', `${path} is a folder; name its files, ${path.replace(/\/+$/, '')}/*.jsonl for instance.`)
  }
  await verifyChecksum(path, path)
  return { name: path, size: found.size, bytes: read(path) }
}

/** All files in a folder and those below it, in the order of their names; what begins with a dot is passed over. */
export async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const visible = entries.filter(({ name }) => !name.startsWith('.')).toSorted((one, other) => (one.name < other.name ? -1 : 1))
  const lists = await Promise.all(visible.map(async (entry) => (entry.isDirectory() ? filesIn(join(folder, entry.name)) : entry.isFile() ? [join(folder, entry.name)] : [])))
  return lists.flat()
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then((found) => found.isDirectory(), () => false)
}

/**
 * Fails with `invalid_request` where a gzip file is damaged. Its checksum stands at the end (RFC 1952, 2.3.1): so the
 * whole of it is unpacked once before. One that is only cut short passes.
 */
async function verifyChecksum(path: string, name: string): Promise<void> {
  try {
    const handle = await open(path)
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0).finally(() => handle.close())
    if (!isGzip(buffer)) return
    for await (const _chunk of gunzip(createReadStream(path))) continue
  } catch (cause) {
    if (cause instanceof FootnoteError) throw cause
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'Z_BUF_ERROR') return
    if (code !== 'Z_DATA_ERROR') throw unavailable(name, cause)
    throw new FootnoteError('invalid_request', `${name} is damaged: what it unpacks to does not match its checksum. Nothing of it was stored; get it again.`, { cause })
  }
}

/**
 * The bytes of a stream. Gzipped ones are kept in a temporary file until they are whole and have been checked, as
 * `openFile` does with files; `work` is given them, and the file is gone when it has ended. Fails as `openFile` does,
 * and with `storage_full` where there is no room.
 */
export async function withChecked<Result>(source: Bytes, name: string, work: (bytes: Bytes) => Promise<Result>): Promise<Result> {
  const { head, bytes } = await peek(source, 2)
  if (!isGzip(head)) return work(bytes)
  const folder = await mkdtemp(join(tmpdir(), 'footnote-upload-'))
  const path = join(folder, 'body.gz')
  try {
    await pipeline(bytes, createWriteStream(path)).catch((cause: unknown) => {
      if (!isDiskFull(cause)) throw cause
      throw new FootnoteError('storage_full', `There is no room in ${tmpdir()} to unpack ${name.toLowerCase()}; free some disk space, or send it without gzip. Nothing of it was stored.`, { cause })
    })
    await verifyChecksum(path, name)
    return await work(read(path))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function* read(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>
  } catch (cause) {
    throw unavailable(path, cause)
  }
}

function unavailable(path: string, cause: unknown): FootnoteError {
  const code = (cause as NodeJS.ErrnoException).code
  const message =
    code === 'ENOENT' ? `There is no file ${path}; check the path.`
    : code === 'EACCES' || code === 'EPERM' ? `${path} may not be read; give this user the right to.`
    : `${path} cannot be read (${cause instanceof Error ? cause.message : String(cause)}); check the path.`
  return new FootnoteError('invalid_request', message, { cause })
}
