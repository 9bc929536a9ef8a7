/** Kept answers: the store in SQLite and the one in memory owe the same; what the file alone owes. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { ANSWERS_FILE, openSqliteAnswers } from '../src/answering/kept/sqlite-answers.js'
import { openSqlite } from '../src/library/sqlite.js'
import { answerStoreContract, kept } from './contracts/answer-store.js'
import { createMemoryAnswers } from './fakes/answer-store.js'

function folderFixture() {
  const folder = mkdtempSync(join(tmpdir(), 'footnote-kept-'))
  return { path: join(folder, 'answers.db'), remove: () => rmSync(folder, { recursive: true }) }
}

answerStoreContract('in SQLite', () => {
  const { path, remove } = folderFixture()
  return { open: (retention) => openSqliteAnswers(path, retention), remove }
})
answerStoreContract('in memory', () => ({ open: async (retention) => createMemoryAnswers(retention), remove: () => undefined }))

describe('the file of kept answers', () => {
  const retention = { days: 30, maxBytes: 1e6 }

  it('opened again, has what was kept, and the same secret', async () => {
    const { path, remove } = folderFixture()
    const first = await openSqliteAnswers(path, retention)
    await first.keep(kept('a'))
    await first.close()
    const second = await openSqliteAnswers(path, retention)
    expect(await second.get('a')).toEqual(kept('a'))
    expect(second.secret).toBe(first.secret)
    await second.close()
    remove()
  })

  it('of the version before, has what was kept, knows what comes by its text, and leaves no copy behind', async () => {
    const { path, remove } = folderFixture()
    const before = await openSqlite(path, { kind: { ...ANSWERS_FILE, version: 1, tables: 'CREATE TABLE secret (value TEXT); CREATE TABLE answers (id TEXT PRIMARY KEY, kept_at INTEGER NOT NULL, bytes INTEGER NOT NULL, record BLOB NOT NULL)' } })
    before.statement('INSERT INTO answers VALUES (?, ?, ?, ?)').run('old', Date.now(), 1, deflateSync(JSON.stringify(kept('old'))))
    before.close()
    const now = await openSqliteAnswers(path, retention)
    expect(await now.get('old')).toEqual(kept('old'))
    await now.keep(kept('new'))
    expect(await now.getByText(kept('new').answer.answer)).toEqual(kept('new'))
    await now.close()
    expect(readdirSync(dirname(path)).filter((name) => !/-(?:shm|wal)$/.test(name))).toEqual(['answers.db'])
    remove()
  })

  it('when damaged, says which file and what to do', async () => {
    const { path, remove } = folderFixture()
    writeFileSync(path, 'not a database'.repeat(1_000))
    await expect(openSqliteAnswers(path, retention)).rejects.toThrow(/file of kept answers .*answers\.db is damaged .* or delete it\.$/)
    remove()
  })
})
