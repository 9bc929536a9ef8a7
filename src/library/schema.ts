/** The tables of `library.db`, and the version that says which tables to expect. */
import type { FileKind } from './sqlite.js'

/**
 * `papers` holds what searches and filters look at, folded; `records` each paper whole. A change stamps
 * its rows with the revision that it made, and a removal leaves the handle in `removed`, so that an index
 * can ask for what it has missed. Handles are never given out twice.
 */
const TABLES = `
  CREATE TABLE library (id TEXT NOT NULL, revision INTEGER NOT NULL);
  INSERT INTO library VALUES (lower(hex(randomblob(16))), 0);
  CREATE TABLE papers (
    handle INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    revision INTEGER NOT NULL,
    digest INTEGER NOT NULL,
    year INTEGER,
    venue TEXT,
    categories TEXT,
    authors TEXT,
    title TEXT NOT NULL
  );
  CREATE INDEX papers_by_revision ON papers (revision, handle);
  CREATE TABLE records (handle INTEGER PRIMARY KEY, paper TEXT NOT NULL);
  CREATE TABLE keys (key TEXT PRIMARY KEY, handle INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX keys_by_handle ON keys (handle);
  CREATE TABLE models (model INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE);
  -- A null vector is one whose paper has changed since: to be made again.
  CREATE TABLE paper_vectors (
    model INTEGER NOT NULL, handle INTEGER NOT NULL, revision INTEGER NOT NULL, vector BLOB,
    PRIMARY KEY (model, handle)
  );
  CREATE INDEX paper_vectors_by_revision ON paper_vectors (model, revision, handle);
  CREATE TABLE sentence_vectors (
    model INTEGER NOT NULL, handle INTEGER NOT NULL, vectors BLOB NOT NULL, bits INTEGER NOT NULL,
    PRIMARY KEY (model, handle)
  );
  CREATE TABLE removed (handle INTEGER PRIMARY KEY, revision INTEGER NOT NULL);
  CREATE INDEX removed_by_revision ON removed (revision);
`

export const LIBRARY_FILE: FileKind = {
  name: 'library',
  /** "Foot" in ASCII. */
  applicationId: 0x466f6f74,
  version: 2,
  tables: TABLES,
  migrations: ['ALTER TABLE sentence_vectors ADD COLUMN bits INTEGER NOT NULL DEFAULT 8'],
  afterLoss: ' once `npm run library -- export papers.jsonl --salvage` has saved what can be read, and restore that',
  survives: 'power',
}
