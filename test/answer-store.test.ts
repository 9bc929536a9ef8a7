/** Kept answers: the store in SQLite and the one in memory owe the same; what the file alone owes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openSqliteAnswers } from '../src/answering/kept/sqlite-answers.js'
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

  it('when damaged, says which file and what to do', async () => {
    const { path, remove } = folderFixture()
    writeFileSync(path, 'not a database'.repeat(1_000))
    await expect(openSqliteAnswers(path, retention)).rejects.toThrow(/file of kept answers .*answers\.db is damaged .* or delete it\.$/)
    remove()
  })
})
