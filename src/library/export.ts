/** Writes a library out as plain lines that any program reads, and that `ingest/restore.ts` makes the same library of. */
import { join } from 'node:path'
import { z } from 'zod'
import { identify } from '../papers/identity.js'
import { PaperSchema } from '../papers/paper.js'
import type { Paper } from '../papers/paper.js'
import { isDamage, openSqlite } from './sqlite.js'
import type { Sqlite } from './sqlite.js'

/** A paper as it is stored, with every name under which it is known. */
export const ExportedPaperSchema = PaperSchema.extend({ keys: z.array(z.string().min(1)).min(1) }).strict()
export type ExportedPaper = Readonly<z.infer<typeof ExportedPaperSchema>>

const PAGE = 500

export interface ExportOptions {
  /** Passes over what lies in damaged places of the file, and is told of each paper that cannot be read: its id, where that is known. */
  readonly onLost?: ((id: string | undefined) => void) | undefined
}

/**
 * The papers as JSON lines, in the order in which they came in, as they were when the first line was read. Vectors
 * and indexes are left out: whoever restores makes them with the model of the place.
 */
export async function* exportLibrary(dataDir: string, { onLost }: ExportOptions = {}): AsyncGenerator<string> {
  const sqlite = await openSqlite(join(dataDir, 'library.db'))
  try {
    const [last, read] = onLost === undefined ? [lastHandle(sqlite), rowsOf(sqlite)] : [lastHandleOfAny(sqlite), spared(sqlite, onLost)]
    for (let from = 0; from < last; from += PAGE) yield* read(from, Math.min(from + PAGE, last))
  } finally {
    sqlite.close()
  }
}

/** Gives the lines of the papers whose handles lie above the one and up to the other. */
type Read = (above: number, upTo: number) => Iterable<string>

function lastHandle(sqlite: Sqlite): number {
  return Number(sqlite.statement('SELECT coalesce(max(handle), 0) AS last FROM papers').one()?.['last'])
}

function rowsOf(sqlite: Sqlite): Read {
  const page = sqlite.statement('SELECT handle, paper FROM records WHERE handle > ? AND handle <= ? ORDER BY handle')
  const keys = sqlite.statement('SELECT key FROM keys WHERE handle = ? ORDER BY key')
  return function* (above, upTo) {
    for (const { handle, paper } of page.all(above, upTo)) {
      yield lineOf(JSON.parse(paper as string) as Paper, keys.all(Number(handle)).map(({ key }) => key as string))
    }
  }
}

/** Each table may be damaged where another is not. */
function lastHandleOfAny(sqlite: Sqlite): number {
  const questions = ['SELECT seq AS last FROM sqlite_sequence', 'SELECT max(handle) AS last FROM records', 'SELECT max(handle) AS last FROM papers']
  return Math.max(0, ...questions.map((sql) => Number(spare(() => sqlite.statement(sql).one())?.['last'] ?? 0)))
}

/** One paper at a time; one whose keys cannot be read gets those that follow from its facts, and the id under which it was stored. */
function spared(sqlite: Sqlite, onLost: (id: string | undefined) => void): Read {
  const record = sqlite.statement('SELECT paper FROM records WHERE handle = ?')
  const keys = sqlite.statement('SELECT key FROM keys WHERE handle = ? ORDER BY key')
  const id = sqlite.statement('SELECT id FROM papers WHERE handle = ?')
  return function* (above, upTo) {
    for (let handle = above + 1; handle <= upTo; handle++) {
      const found = spare(() => [record.one(handle)?.['paper']])
      if (found?.[0] === undefined && found !== undefined) continue
      const paper = PaperSchema.safeParse(spare(() => JSON.parse(found?.[0] as string) as unknown))
      const names = spare(() => keys.all(handle).map(({ key }) => key as string)) ?? []
      if (paper.success) yield lineOf(paper.data, names.length > 0 ? names : [...new Set([paper.data.id, ...identify(paper.data).keys])].sort())
      else onLost(names[0] ?? (spare(() => id.one(handle))?.['id'] as string | undefined))
    }
  }
}

/** What the work gives; undefined where it meets damage. */
function spare<Result>(work: () => Result): Result | undefined {
  try {
    return work()
  } catch (error) {
    if (isDamage(error) || error instanceof SyntaxError) return undefined
    throw error
  }
}

function lineOf(paper: Paper, keys: readonly string[]): string {
  return `${JSON.stringify({ ...paper, keys })}\n`
}
