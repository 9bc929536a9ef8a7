/** Keeps answers in a SQLite file of their own, which can be deleted without loss to the library. */
import { deflateSync, inflateSync } from 'node:zlib'
import { openSqlite } from '../../library/sqlite.js'
import type { FileKind, Sqlite } from '../../library/sqlite.js'
import type { AnswerStore, KeptAnswer, Retention } from './answer-store.js'

export const ANSWERS_FILE: FileKind = {
  name: 'file of kept answers',
  /** "Fota" in ASCII. */
  applicationId: 0x466f7461,
  version: 1,
  tables: `
    CREATE TABLE secret (value TEXT NOT NULL);
    INSERT INTO secret VALUES (lower(hex(randomblob(32))));
    -- A record is a KeptAnswer as JSON, deflated.
    CREATE TABLE answers (id TEXT PRIMARY KEY, kept_at INTEGER NOT NULL, bytes INTEGER NOT NULL, record BLOB NOT NULL);
    CREATE INDEX answers_by_age ON answers (kept_at, bytes);
  `,
  afterLoss: '',
  // An answer must not wait for the disk; what a power cut takes is the answers of the last moments.
  survives: 'crash',
}

const DAY_MS = 86_400_000

/** Fails as `openSqlite` does. What is kept survives the process, and in all likelihood the machine. */
export async function openSqliteAnswers(path: string, { days, maxBytes, now = Date.now }: Retention): Promise<AnswerStore> {
  const sqlite = await openSqlite(path, { kind: ANSWERS_FILE })
  const statements = prepare(sqlite)
  const earliest = () => now() - days * DAY_MS
  dropOld()

  function dropOld(): void {
    statements.dropBefore.run(earliest())
    let excess = Number(statements.bytes.one()?.['bytes'] ?? 0) - maxBytes
    while (excess > 0) {
      const oldest = statements.oldest.one()
      if (oldest === undefined) return
      statements.drop.run(oldest['id'] as string)
      excess -= Number(oldest['bytes'])
    }
  }

  return {
    secret: statements.secret.one()?.['value'] as string,
    async keep(kept) {
      const record = deflateSync(JSON.stringify(kept), { level: 1 })
      sqlite.transaction(() => {
        statements.put.run(kept.answer.id, now(), record.length, record)
        dropOld()
      })
    },
    async get(id) {
      const record = statements.get.one(id, earliest())?.['record']
      return record === undefined ? undefined : (JSON.parse(inflateSync(record as Buffer).toString('utf8')) as KeptAnswer)
    },
    async close() {
      sqlite.close()
    },
  }
}

function prepare(sqlite: Sqlite) {
  return {
    secret: sqlite.statement('SELECT value FROM secret'),
    put: sqlite.statement('INSERT OR REPLACE INTO answers VALUES (?, ?, ?, ?)'),
    get: sqlite.statement('SELECT record FROM answers WHERE id = ? AND kept_at >= ?'),
    dropBefore: sqlite.statement('DELETE FROM answers WHERE kept_at < ?'),
    bytes: sqlite.statement('SELECT sum(bytes) AS bytes FROM answers'),
    oldest: sqlite.statement('SELECT id, bytes FROM answers ORDER BY kept_at LIMIT 1'),
    drop: sqlite.statement('DELETE FROM answers WHERE id = ?'),
  }
}
