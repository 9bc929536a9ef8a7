/** Keeps answers in a SQLite file of their own, which can be deleted without loss to the library. */
import { deflateSync, inflateSync } from 'node:zlib'
import { asBuffer, openSqlite } from '../../library/sqlite.js'
import type { FileKind, Row, Sqlite } from '../../library/sqlite.js'
import type { AnswerStore, KeptAnswer, Retention } from './answer-store.js'
import { fingerprintOf } from './fingerprint.js'

export const ANSWERS_FILE: FileKind = {
  name: 'file of kept answers',
  /** "Fota" in ASCII. */
  applicationId: 0x466f7461,
  version: 2,
  tables: `
    CREATE TABLE secret (value TEXT NOT NULL);
    INSERT INTO secret VALUES (lower(hex(randomblob(32))));
    -- A record is a KeptAnswer as JSON, deflated.
    CREATE TABLE answers (id TEXT PRIMARY KEY, kept_at INTEGER NOT NULL, bytes INTEGER NOT NULL, record BLOB NOT NULL, fingerprint TEXT);
    CREATE INDEX answers_by_age ON answers (kept_at, bytes);
    CREATE INDEX answers_by_text ON answers (fingerprint, kept_at);
  `,
  // Answers that were kept before are not known by their text.
  migrations: ['ALTER TABLE answers ADD COLUMN fingerprint TEXT; CREATE INDEX answers_by_text ON answers (fingerprint, kept_at);'],
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
        statements.put.run(kept.answer.id, now(), record.length, record, fingerprintOf(kept.answer.answer))
        dropOld()
      })
    },
    async get(id) {
      return read(statements.get.one(id, earliest()))
    },
    async getByText(text) {
      const fingerprint = fingerprintOf(text)
      return fingerprint === '' ? undefined : read(statements.getByText.one(fingerprint, earliest()))
    },
    async close() {
      sqlite.close()
    },
  }
}

function read(row: Row | undefined): KeptAnswer | undefined {
  return row === undefined ? undefined : (JSON.parse(inflateSync(asBuffer(row['record'])).toString('utf8')) as KeptAnswer)
}

function prepare(sqlite: Sqlite) {
  return {
    secret: sqlite.statement('SELECT value FROM secret'),
    put: sqlite.statement('INSERT OR REPLACE INTO answers (id, kept_at, bytes, record, fingerprint) VALUES (?, ?, ?, ?, ?)'),
    get: sqlite.statement('SELECT record FROM answers WHERE id = ? AND kept_at >= ?'),
    getByText: sqlite.statement('SELECT record FROM answers WHERE fingerprint = ? AND kept_at >= ? ORDER BY kept_at DESC LIMIT 1'),
    dropBefore: sqlite.statement('DELETE FROM answers WHERE kept_at < ?'),
    bytes: sqlite.statement('SELECT sum(bytes) AS bytes FROM answers'),
    oldest: sqlite.statement('SELECT id, bytes FROM answers ORDER BY kept_at LIMIT 1'),
    drop: sqlite.statement('DELETE FROM answers WHERE id = ?'),
  }
}
