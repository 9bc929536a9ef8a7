/** `library status`, `verify` and `rebuild`: what is there, whether it is whole, and what can be made anew. */
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { requireLibrary } from '../../src/backup.js'
import { readConfig } from '../../src/config.js'
import { discardDerived } from '../../src/library/forget.js'
import { verifyLibrary } from '../../src/library/verify.js'
import { printable, say, withLibrary } from './opened.js'

interface Flags {
  readonly json?: true
}

export async function status({ json }: Flags): Promise<void> {
  const { DATA_DIR } = readConfig()
  requireLibrary(DATA_DIR)
  const { papers, digests, model, revision, indexed } = await withLibrary(({ library }) => library.status())
  const files = await sizes(DATA_DIR)
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  if (json) return void say(JSON.stringify({ folder: DATA_DIR, papers, digests, model, revision, indexed, bytes, files }, null, 2))
  say(`${DATA_DIR}`)
  say(`${papers} papers${digests > 0 ? `, ${digests} of them digests in other words than their abstracts` : ''}; ${revision} changes so far`)
  say(`Model ${model}: ${indexed.vectors} papers in the vector index, ${indexed.lexical} in the lexical index`)
  say(`${megabytes(bytes)} on disk: ${files.map((file) => `${file.name} ${megabytes(file.bytes)}`).join(', ')}`)
}

export async function verify({ json }: Flags): Promise<number> {
  const { papers, faults, faultCount } = await verifyLibrary(readConfig().DATA_DIR)
  if (json) say(JSON.stringify({ papers, faultCount, faults }, null, 2))
  else {
    for (const { what, cure } of faults) say(`${printable(what)}: ${cure}.`)
    if (faultCount > faults.length) say(`… and ${faultCount - faults.length} more.`)
    say(faultCount === 0 ? `All of ${papers} papers and what belongs to them is whole.` : `${faultCount} faults in a library of ${papers} papers.`)
  }
  return faultCount === 0 ? 0 : 1
}

export async function rebuild(): Promise<void> {
  const { DATA_DIR } = readConfig()
  requireLibrary(DATA_DIR)
  await discardDerived(DATA_DIR)
  const { papers, model } = await withLibrary(({ library }) => library.status())
  say(`Made the vectors of ${papers} papers by ${model}, and both indexes, anew.`)
}

/** The files of the folder and its subfolders' totals, largest first. */
async function sizes(folder: string): Promise<{ name: string; bytes: number }[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name)
      return { name: entry.name, bytes: entry.isDirectory() ? (await sizes(path)).reduce((sum, file) => sum + file.bytes, 0) : (await stat(path)).size }
    }),
  )
  return found.sort((a, b) => b.bytes - a.bytes)
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
