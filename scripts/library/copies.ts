/** `library export`, `backup` and `restore`: the papers elsewhere, and back. */
import { createWriteStream, existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { backUp, isBackup, requireLibrary, restoreBackup } from '../../src/backup.js'
import { readConfig } from '../../src/config.js'
import { FootnoteError } from '../../src/errors.js'
import { restoreExport } from '../../src/ingest/restore.js'
import { exportLibrary } from '../../src/library/export.js'
import { FOOTNOTE_VERSION } from '../../src/compose.js'
import { printable, say, tell, withLibrary } from './opened.js'

export interface ExportFlags {
  readonly force?: true
  readonly salvage?: true
}

/** Returns the exit code: 1 where something could not be saved. */
export async function exportPapers(file: string, { force, salvage }: ExportFlags): Promise<number> {
  const { DATA_DIR } = readConfig()
  requireLibrary(DATA_DIR)
  let papers = 0
  const lost: string[] = []
  const onLost = salvage === true ? (id: string | undefined) => void lost.push(id ?? 'one whose id cannot be read either') : undefined
  const lines = async function* () {
    for await (const line of exportLibrary(DATA_DIR, { onLost })) {
      papers++
      yield line
    }
  }
  if (file === '-') {
    await pipeline(Readable.from(lines()), process.stdout, { end: false })
    return complain(lost)
  }
  if (existsSync(file) && force !== true) throw new FootnoteError('invalid_request', `${file} is there already; name another file, or overwrite it with --force.`)
  const unfinished = `${file}.part`
  const target = createWriteStream(unfinished, { flush: true })
  try {
    await (file.endsWith('.gz') ? pipeline(Readable.from(lines()), createGzip(), target) : pipeline(Readable.from(lines()), target))
    await rename(unfinished, file)
  } catch (cause) {
    await rm(unfinished, { force: true })
    if (cause instanceof FootnoteError) throw cause
    throw new FootnoteError('internal', `${file} could not be written (${(cause as Error).message}); check the folder and its room.`, { cause })
  }
  say(`Wrote ${papers} papers to ${file}.`)
  return complain(lost)
}

function complain(lost: readonly string[]): number {
  for (const id of lost) process.stderr.write(`Lost: ${printable(id)}\n`)
  if (lost.length > 0) process.stderr.write(`${lost.length} papers lie in damaged places and cannot be read; ingest them again where they came from.\n`)
  return lost.length === 0 ? 0 : 1
}

export async function backup(folder: string): Promise<void> {
  const made = await backUp(readConfig().DATA_DIR, folder, { version: FOOTNOTE_VERSION })
  say(`Backed up into ${made.folder}: ${made.files} files, each with its checksum in backup.json.`)
}

export async function restore(path: string): Promise<void> {
  if (!existsSync(path)) throw new FootnoteError('invalid_request', `There is no ${path}; name a folder that \`npm run library -- backup\` made, or a file that \`export\` wrote.`)
  if (isBackup(path)) {
    const { folder } = await restoreBackup(path, readConfig().DATA_DIR)
    const { papers } = await withLibrary(({ library }) => library.status())
    return void say(`Restored ${papers} papers into ${folder}.`)
  }
  const papers = await withLibrary(({ library, embedder }) => restoreExport(path, { library, embedder, onProgress: (done) => tell(`${done} papers`) }))
  say(`Restored ${papers} papers into ${readConfig().DATA_DIR}.`)
}
