/** Keeps the state of a training between epochs, so that a stopped one goes on where it was. */
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { FootnoteError } from '../../errors.js'
import type { TrainerState } from './trainer.js'

const HeaderSchema = z.object({
  /** Hash of everything that the state depends on: another corpus or option starts anew. */
  fingerprint: z.string(),
  epoch: z.int().nonnegative(),
  loss: z.number(),
  rows: z.int().positive(),
  dimensions: z.int().positive(),
})

/** The header as one JSON line of this many bytes, then table, mean and variance as they lie in memory. */
const HEADER_BYTES = 1024

/** Replaces the checkpoint; whatever happens, the file is the old one or the new one, whole. */
export async function saveCheckpoint(file: string, state: TrainerState, fingerprint: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const { epoch, loss, rows, dimensions, table, mean, variance } = state
  const header = JSON.stringify({ fingerprint, epoch, loss, rows, dimensions }).padEnd(HEADER_BYTES - 1) + '\n'
  const handle = await open(`${file}.tmp`, 'w')
  try {
    await handle.writeFile(header)
    for (const { buffer, byteOffset, byteLength } of [table, mean, variance]) {
      await handle.writeFile(new Uint8Array(buffer, byteOffset, byteLength))
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${file}.tmp`, file)
}

/**
 * The state that was saved with this fingerprint; undefined where there is none, or one of another training.
 * Throws `invalid_request` where the file is damaged.
 */
export async function loadCheckpoint(file: string, fingerprint: string): Promise<TrainerState | undefined> {
  let bytes: Buffer
  try {
    bytes = await readFile(file)
  } catch {
    return undefined
  }
  try {
    const header = HeaderSchema.parse(JSON.parse(bytes.subarray(0, HEADER_BYTES).toString('utf8')))
    if (header.fingerprint !== fingerprint) return undefined
    const { epoch, loss, rows, dimensions } = header
    const size = rows * dimensions
    if (bytes.length !== HEADER_BYTES + 3 * 4 * size) throw new RangeError(`${bytes.length} bytes`)
    const part = (index: number) => {
      const start = bytes.byteOffset + HEADER_BYTES + index * 4 * size
      return new Float32Array(bytes.buffer.slice(start, start + 4 * size) as ArrayBuffer)
    }
    return { epoch, loss, rows, dimensions, table: part(0), mean: part(1), variance: part(2) }
  } catch (error) {
    throw new FootnoteError('invalid_request', `The checkpoint ${file} is damaged; delete it to train from the start.`, {
      cause: error,
    })
  }
}

export async function removeCheckpoint(file: string): Promise<void> {
  await rm(file, { force: true })
}
