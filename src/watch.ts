/** Watches a folder, and takes in each file of papers that is put there or changes. */
import { mkdir } from 'node:fs/promises'
import { basename } from 'node:path'
import { watch } from 'chokidar'
import { FootnoteError, messageOf } from './errors.js'
import { openFile } from './ingest/file.js'
import type { Ingest } from './ingest/ingest.js'

export interface WatchOptions {
  /** Made if it is not there; folders in it are watched too, names with a dot in front are not. */
  readonly folder: string
  readonly ingest: Ingest
  readonly log: { info(facts: object, message: string): void; warn(facts: object, message: string): void }
  /** How long a file must have kept its size before it is read, default 1 s: it may still be being copied. */
  readonly settledMs?: number
}

export interface FolderWatch {
  /** Ends with the batch in hand. */
  close(): Promise<void>
}

/**
 * One file after the other; a file that cannot be read is named in the log and does no harm,
 * one that is no file of papers once. Each start reads all
 * files again, which changes nothing where the library knows their papers. A file that goes takes no paper along.
 */
export async function watchFolder({ folder, ingest, log, settledMs = 1_000 }: WatchOptions): Promise<FolderWatch> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new FootnoteError('invalid_request', `The folder ${folder} cannot be made; set WATCH_DIR to one that is there.`, { cause })
  })
  const stop = new AbortController()
  /** No files of papers; a person who works on one beside its papers need not hear of it again. */
  const passedOver = new Set<string>()
  let work = Promise.resolve()
  const watcher = watch(folder, {
    awaitWriteFinish: { stabilityThreshold: settledMs, pollInterval: Math.min(100, settledMs) },
    ignored: (path) => path !== folder && basename(path).startsWith('.'),
  })
  const enqueue = (path: string) => {
    work = work.then(() => take(path))
  }
  watcher.on('add', enqueue).on('change', enqueue)
  watcher.on('error', (error) => log.warn({ err: error, folder }, 'the watched folder cannot be read'))
  return {
    async close() {
      stop.abort()
      await watcher.close()
      await work
    },
  }

  async function take(path: string): Promise<void> {
    if (stop.signal.aborted) return
    try {
      const { bytes } = await openFile(path)
      const { rejected, ...counts } = await ingest(bytes, { name: path, signal: stop.signal })
      log.info({ file: path, ...counts, ...(rejected[0] === undefined ? {} : { firstRejected: rejected[0] }) }, 'took in a file of the watched folder')
      passedOver.delete(path)
    } catch (error) {
      if (error instanceof FootnoteError && error.code === 'unsupported_format') return passOver(path, error)
      log.warn({ err: error, file: path }, `a file of the watched folder was not taken in: ${messageOf(error)}`)
    }
  }

  function passOver(path: string, { message }: FootnoteError): void {
    if (passedOver.has(path)) return
    passedOver.add(path)
    log.info({ file: path }, `passed over in the watched folder: ${message}`)
  }
}
