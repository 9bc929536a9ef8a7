/** Opens a file of papers, and says plainly why it cannot. */
import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { FootnoteError } from '../errors.js'
import { gunzip, isGzip } from './bytes.js'

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
  await verifyChecksum(path)
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

/** The checksum stands at the end (RFC 1952, 2.3.1): so the whole file is unpacked once before. */
async function verifyChecksum(path: string): Promise<void> {
  try {
    const handle = await open(path)
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0).finally(() => handle.close())
    if (!isGzip(buffer)) return
    for await (const _chunk of gunzip(createReadStream(path))) continue
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code
    if (code === 'Z_BUF_ERROR') return
    if (code !== 'Z_DATA_ERROR') throw unavailable(path, cause)
    throw new FootnoteError('invalid_request', `${path} is damaged: what it unpacks to does not match its checksum. Nothing of it was stored; get the file again.`, { cause })
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
