/** Opens a file of papers, and says plainly why it cannot. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { FootnoteError } from '../errors.js'

export interface SourceFile {
  readonly name: string
  readonly bytes: AsyncIterable<Uint8Array>
  /** Length in bytes. */
  readonly size: number
}

/** Fails with `invalid_request` when the file is missing, a folder, or closed to us. */
export async function openFile(path: string): Promise<SourceFile> {
  const found = await stat(path).catch((cause: unknown) => {
    throw unavailable(path, cause)
  })
  if (found.isDirectory()) {
    throw new FootnoteError('invalid_request', `${path} is a folder; name its files, ${path.replace(/\/+$/, '')}/*.jsonl for instance.`)
  }
  return { name: path, size: found.size, bytes: read(path) }
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
