/** Where the system writes no further: what is acknowledged stays, closing is quiet, and whoever sent more is told the cure. */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { withChecked } from '../src/ingest/file.js'
import { openSqlite } from '../src/library/sqlite.js'

/** Limits the size of the files that this very process writes, by the tool of util-linux. */
const limitFiles = (bytes: number | 'unlimited') => spawnSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:`]).status === 0

it.skipIf(!limitFiles('unlimited'))('a write is refused with the cure and close, where the log cannot be moved into the file, leaves everything in the log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'footnote-full-'))
  const path = join(folder, 'library.db')
  const ignore = () => undefined
  process.on('SIGXFSZ', ignore)
  try {
    const sqlite = await openSqlite(path)
    sqlite.transaction(() => {
      sqlite.statement('CREATE TABLE notes (text TEXT)').run()
      sqlite.statement('INSERT INTO notes VALUES (?)').run('x'.repeat(50_000))
    })
    expect((await stat(path)).size).toBeLessThan(20_000)
    limitFiles(20_000)
    expect(() => sqlite.transaction(() => sqlite.statement('INSERT INTO notes VALUES (?)').run('late'))).toThrow(
      expect.objectContaining({ code: 'storage_full', message: expect.stringMatching(/quota.*What was stored stays/) as string }),
    )
    sqlite.close()
    limitFiles('unlimited')
    const again = await openSqlite(path)
    expect(again.statement('SELECT length(text) AS length FROM notes').one()).toMatchObject({ length: 50_000 })
    again.close()
  } finally {
    limitFiles('unlimited')
    process.off('SIGXFSZ', ignore)
    await rm(folder, { recursive: true, force: true })
  }
})

it.skipIf(!limitFiles('unlimited'))('a gzipped body that no file may hold is refused with the cure, as on a full disk', async () => {
  const ignore = () => undefined
  process.on('SIGXFSZ', ignore)
  async function* body() {
    yield Buffer.from([0x1f, 0x8b])
    yield Buffer.alloc(50_000)
  }
  try {
    limitFiles(20_000)
    await expect(withChecked(body(), 'The body', async () => undefined)).rejects.toMatchObject({ code: 'storage_full', message: expect.stringContaining('send it without gzip') as string })
  } finally {
    limitFiles('unlimited')
    process.off('SIGXFSZ', ignore)
  }
})
