/** Writes a library out as plain lines that any program reads, and that `ingest/restore.ts` makes the same library of. */
import { join } from 'node:path'
import { z } from 'zod'
import { PaperSchema } from '../papers/paper.js'
import { openSqlite } from './sqlite.js'

/** A paper as it is stored, with every name under which it is known. */
export const ExportedPaperSchema = PaperSchema.extend({ keys: z.array(z.string().min(1)).min(1) }).strict()
export type ExportedPaper = Readonly<z.infer<typeof ExportedPaperSchema>>

const PAGE = 500

/**
 * The papers as JSON lines, in the order in which they came in, as they were when the first line was read. Vectors
 * and indexes are left out: whoever restores makes them with the model of the place.
 */
export async function* exportLibrary(dataDir: string): AsyncGenerator<string> {
  const sqlite = await openSqlite(join(dataDir, 'library.db'))
  try {
    const last = Number(sqlite.statement('SELECT coalesce(max(handle), 0) AS last FROM papers').one()?.['last'])
    const page = sqlite.statement('SELECT handle, paper FROM records WHERE handle > ? AND handle <= ? ORDER BY handle LIMIT ?')
    const keys = sqlite.statement('SELECT key FROM keys WHERE handle = ? ORDER BY key')
    let rows = page.all(0, last, PAGE)
    while (rows.length > 0) {
      for (const row of rows) {
        const names = keys.all(Number(row['handle'])).map(({ key }) => key as string)
        yield `${JSON.stringify({ ...(JSON.parse(row['paper'] as string) as object), keys: names })}\n`
      }
      rows = page.all(Number(rows.at(-1)?.['handle']), last, PAGE)
    }
  } finally {
    sqlite.close()
  }
}
