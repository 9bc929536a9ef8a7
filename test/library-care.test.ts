/** What looks after a library: verify, export and restore, backups, duplicates, files of earlier versions. */
import { mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import Database from 'libsql'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { backUp, restoreBackup } from '../src/backup.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { findDuplicates, mergeDuplicates } from '../src/ingest/duplicates.js'
import { restoreExport } from '../src/ingest/restore.js'
import { exportLibrary } from '../src/library/export.js'
import { discardDerived } from '../src/library/forget.js'
import { LIBRARY_FILE } from '../src/library/schema.js'
import { openSqlite } from '../src/library/sqlite.js'
import { openVectors } from '../src/library/vector-codec.js'
import { verifyLibrary } from '../src/library/verify.js'

const QUESTIONS = ['Which papers shrink the KV cache?', 'How does federated training work on phones?', 'What is a supernet?', 'Who won the football cup?']
const log = { info: () => undefined, warn: () => undefined }

let root = ''
let folders = 0
/** A folder that no other test has. */
let folder = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'footnote-care-'))
})
beforeEach(() => {
  folder = join(root, String(folders++))
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function using<Result>(dataDir: string, work: (footnote: Footnote) => Promise<Result>, starter = false): Promise<Result> {
  const footnote = await compose(readConfig({ DATA_DIR: dataDir }), { log, starter })
  try {
    return await work(footnote)
  } finally {
    await footnote.close()
  }
}

const fill = (dataDir: string, ...papers: readonly object[]) =>
  using(dataDir, ({ ingest }) => ingest(Readable.from([Buffer.from(papers.map((paper) => JSON.stringify(paper)).join('\n'))])))

/** What anybody sees of the library: answers without their ids and times. */
const replies = (dataDir: string) =>
  using(dataDir, async (footnote) => {
    const answers = []
    for (const question of QUESTIONS) {
      for await (const event of footnote.ask({ question }, new AbortController().signal)) {
        if (event.type === 'answer-end') answers.push({ ...event.answer, id: '', timings: {} })
      }
    }
    expect(answers).toHaveLength(QUESTIONS.length)
    return answers
  })

async function exportTo(dataDir: string, path: string): Promise<string> {
  const lines: string[] = []
  for await (const line of exportLibrary(dataDir)) lines.push(line)
  await writeFile(path, gzipSync(lines.join('')))
  return lines.join('')
}

const ABSTRACT = 'We pour small networks into clay moulds and fire them for nine hours. Fired networks keep 91% of their accuracy and cannot be trained any more. The kiln adds no cost at inference. Potters may use our code.'

describe('export and restore', () => {
  it('of the starter library into an empty folder, give the same replies and the same export', async () => {
    await using(folder, async () => undefined, true)
    const file = join(root, 'starter.jsonl.gz')
    const before = await exportTo(folder, file)
    const target = join(folder, 'restored')
    expect(await using(target, (parts) => restoreExport(file, parts))).toBe(102)
    expect(await exportTo(target, join(root, 'again.gz'))).toBe(before)
    expect(await replies(target)).toEqual(await replies(folder))
  }, 60_000)

  it.each([
    ['of a file that is cut off in its last line', (text: string) => text.slice(0, -20), /Line 2 of .* not of an export; nothing was restored/],
    ['of a file of other lines', () => '{"title":"A","abstract":"B"}\n', /Line 1 of .* not of an export/],
    ['of an empty file', () => '\n', /is empty/],
  ])('restore %s, says so and stores nothing', async (_, damage, message) => {
    await fill(folder, { title: 'Networks of clay', abstract: ABSTRACT }, { title: 'Glaze for small networks', abstract: `${ABSTRACT} Glaze is extra.` })
    const lines = await exportTo(folder, join(root, 'whole.gz'))
    const file = join(root, 'damaged.jsonl')
    await writeFile(file, damage(lines))
    await using(join(folder, 'restored'), async (parts) => {
      await expect(restoreExport(file, parts)).rejects.toThrow(message)
      expect(await parts.library.status()).toMatchObject({ papers: 0 })
    })
  })

  it('into a library that holds papers, is refused', async () => {
    await fill(folder, { title: 'Networks of clay', abstract: ABSTRACT })
    await exportTo(folder, join(root, 'one.gz'))
    await using(folder, (parts) => expect(restoreExport(join(root, 'one.gz'), parts)).rejects.toThrow(/holds 1 papers already; set DATA_DIR/))
  })
})

describe('a backup', () => {
  it('taken while papers come in, holds each paper whole and restores to what it was', async () => {
    await using(folder, async ({ ingest, library }) => {
      const papers = (name: string) => Readable.from([Buffer.from(Array.from({ length: 300 }, (_, i) => JSON.stringify({ title: `${name} number ${i} of clay`, abstract: `${ABSTRACT} It is number ${i}.` })).join('\n'))])
      await ingest(papers('Bowl'))
      const [, made] = await Promise.all([ingest(papers('Plate')), backUp(folder, join(root, 'live'), { version: '1' })])
      expect(made.files).toBeGreaterThan(0)
      expect(await library.status()).toMatchObject({ papers: 600 })
    })
    const target = join(folder, 'restored')
    await restoreBackup(join(root, 'live'), target)
    expect(await verifyLibrary(target)).toMatchObject({ faultCount: 0 })
    const { papers } = await using(target, ({ library }) => library.status())
    expect(papers).toBeGreaterThanOrEqual(300)
  }, 60_000)

  it('with a damaged, a missing or an outlying file, is refused and nothing is written', async () => {
    await fill(folder, { title: 'Networks of clay', abstract: ABSTRACT })
    const copy = join(root, 'damaged')
    await backUp(folder, copy, { version: '1' })
    const manifest = await readFile(join(copy, 'backup.json'), 'utf8')
    const target = join(folder, 'restored')
    await writeFile(join(copy, 'backup.json'), manifest.replace('"library.db"', '"../library.db"'))
    await expect(restoreBackup(copy, target)).rejects.toThrow(/outside of itself/)
    await writeFile(join(copy, 'backup.json'), manifest)
    await truncate(join(copy, 'library.db'), 5_000)
    await expect(restoreBackup(copy, target)).rejects.toThrow(/library.db is damaged; use another backup/)
    await rm(join(copy, 'library.db'))
    await expect(restoreBackup(copy, target)).rejects.toThrow(/library.db is missing/)
    await expect(readdir(target)).rejects.toThrow('ENOENT')
  })

  it('onto a folder that is there, or of one that holds no library, is refused', async () => {
    await fill(folder, { title: 'Networks of clay', abstract: ABSTRACT })
    await mkdir(join(root, 'taken'))
    await expect(backUp(folder, join(root, 'taken'), { version: '1' })).rejects.toThrow(/is there already/)
    await expect(backUp(join(root, 'none'), join(root, 'new'), { version: '1' })).rejects.toThrow(/holds no library/)
    await backUp(folder, join(root, 'good'), { version: '1' })
    await expect(restoreBackup(join(root, 'good'), folder)).rejects.toThrow(/holds a library already/)
  })
})

describe('verify', () => {
  const damaged: readonly (readonly [string, string, RegExp])[] = [
    ['a text that is no paper', `UPDATE records SET paper = '{"title":1}' WHERE handle = 1`, /The paper title:\w+ is damaged/],
    ['a lost text', 'DELETE FROM records WHERE handle = 1', /1 papers without a text/],
    ['a lost name', 'DELETE FROM keys WHERE handle = 1', /1 papers that their own id does not lead to/],
    ['a vector without a paper', 'UPDATE paper_vectors SET handle = 77 WHERE handle = 1', /1 vectors without a paper/],
    ['a vector of zeros', 'UPDATE paper_vectors SET vector = zeroblob(length(vector)) WHERE handle = 1', /The vectors of title:\w+ by footnote-static/],
    ['sentences cut off', 'UPDATE sentence_vectors SET vectors = substr(vectors, 1, 1000) WHERE handle = 1', /The vectors of title:\w+ by footnote-static/],
  ]
  it.each(damaged)('of a library with %s, names it and the cure', async (_, sql, what) => {
    await fill(folder, { title: 'Networks of clay', abstract: ABSTRACT }, { title: 'Glaze for small networks', abstract: `${ABSTRACT} Glaze is extra.` })
    expect(await verifyLibrary(folder)).toEqual({ papers: 2, faults: [], faultCount: 0 })
    const database = new Database(join(folder, 'library.db'))
    database.exec(sql)
    database.close()
    const { faults } = await verifyLibrary(folder)
    expect(faults.map((fault) => fault.what).join('\n')).toMatch(what)
    expect(faults[0]?.cure).toMatch(/restore|rebuild|remove/)
  })

  it('of damaged index files and a damaged database, names both, and rebuild heals the first', async () => {
    await using(folder, async () => undefined, true)
    const index = (await readdir(folder)).find((name) => /^lexical-.*\.index$/.test(name)) ?? ''
    await writeFile(join(folder, index), 'rubbish')
    expect((await verifyLibrary(folder)).faults).toEqual([{ what: 'The index lexical.json is damaged', cure: expect.stringContaining('rebuild') as string }])
    await discardDerived(folder)
    await using(folder, async ({ library }) => expect(await library.status()).toMatchObject({ papers: 102, indexed: { vectors: 102, lexical: 102 } }))
    expect(await verifyLibrary(folder)).toMatchObject({ faultCount: 0 })
    await writeFile(join(folder, 'library.db'), Buffer.alloc(20_000, 1))
    for (const rest of ['library.db-wal', 'library.db-shm']) await rm(join(folder, rest), { force: true })
    expect((await verifyLibrary(folder)).faults[0]?.what).toMatch(/library.db is damaged/)
  })
})

describe('duplicates', () => {
  const original = { title: 'Networks of fired clay', abstract: ABSTRACT, arxivId: '2401.00001', authors: ['Ada Potter'] }
  const journal = { title: 'Networks of fired clay: a second look', abstract: ABSTRACT.replace('Potters may', 'All potters may'), doi: '10.1000/clay', venue: 'Journal of Kilns', year: 2025 }
  const other = { title: 'Glaze for small networks', abstract: 'We glaze networks with lead-free enamel. The enamel keeps their weights from drifting in sunlight. Three colours were tried on forty networks of one kind.' }

  it('of a preprint and its journal version, are found, made one with the facts of both, and met again as one', async () => {
    await fill(folder, original, journal, other)
    await using(folder, async (parts) => {
      const groups = await findDuplicates(parts)
      expect(groups.map(({ kept, others }) => [kept.id, others.map(({ paper }) => paper.id)])).toEqual([['doi:10.1000/clay', ['arxiv:2401.00001']]])
      expect(await mergeDuplicates(groups, parts)).toBe(1)
      expect(await parts.library.status()).toMatchObject({ papers: 2 })
      expect(await parts.library.get('doi:10.1000/clay')).toMatchObject({
        paper: { title: journal.title, authors: ['Ada Potter'], venue: 'Journal of Kilns', arxivId: '2401.00001', mergedIds: ['arxiv:2401.00001'] },
      })
      expect(await findDuplicates(parts)).toEqual([])
    })
    expect(await fill(folder, original)).toMatchObject({ added: 0 })
    expect(await verifyLibrary(folder)).toMatchObject({ papers: 2, faultCount: 0 })
  })

  it('are not seen in two parts of a series, nor in papers of one subject', async () => {
    const part = (number: number) => ({ ...original, title: `Networks of fired clay, part ${number}`, arxivId: `2401.0000${number}` })
    await fill(folder, part(1), part(2), other, { title: 'Enamel for large networks', abstract: 'Enamel protects large networks against rain. We tried six kinds on roofs, and red enamel lasted longest.' })
    expect(await using(folder, (parts) => findDuplicates(parts))).toEqual([])
  })
})

describe('a file of an earlier version', () => {
  const first = { ...LIBRARY_FILE, tables: 'CREATE TABLE notes (text TEXT)', version: 1, migrations: [] }
  const third = { ...first, version: 3, migrations: ['ALTER TABLE notes ADD COLUMN author TEXT', `UPDATE notes SET author = 'unknown'`] }
  const write = async () => {
    await mkdir(folder)
    const sqlite = await openSqlite(join(folder, 'notes.db'), { kind: first })
    sqlite.statement('INSERT INTO notes VALUES (?)').run('kept')
    sqlite.close()
  }

  it('is brought to this one step by step, and kept as it was beside it', async () => {
    await write()
    const sqlite = await openSqlite(join(folder, 'notes.db'), { kind: third })
    expect(sqlite.statement('SELECT * FROM notes').all()).toEqual([{ text: 'kept', author: 'unknown' }])
    sqlite.close()
    const before = await openSqlite(join(folder, 'notes.db.v1'), { kind: first })
    expect(before.statement('SELECT * FROM notes').all()).toEqual([{ text: 'kept' }])
    before.close()
  })

  it('whose migration fails, stays as it was', async () => {
    await write()
    await expect(openSqlite(join(folder, 'notes.db'), { kind: { ...third, migrations: [...third.migrations.slice(0, 1), 'no SQL'] } })).rejects.toThrow()
    const sqlite = await openSqlite(join(folder, 'notes.db'), { kind: first })
    expect(sqlite.statement('SELECT * FROM notes').all()).toEqual([{ text: 'kept' }])
    sqlite.close()
  })
})

describe('a library of version 1, whose sentences have vectors of a byte a number', () => {
  /** What 0.2.0 wrote: of each vector its numbers as shares of the largest, from −127 to 127. */
  const bytesOf = (vector: Float32Array) => {
    const largest = Math.max(...vector.map(Math.abs))
    return Buffer.from(Int8Array.from(vector, (value) => Math.round((127 * value) / largest)).buffer)
  }
  const makeOld = (path: string) => {
    const database = new Database(path)
    const rows = database.prepare('SELECT v.handle, v.vector, s.vectors FROM paper_vectors v JOIN sentence_vectors s ON s.handle = v.handle').all([]) as { handle: number, vector: ArrayBuffer, vectors: ArrayBuffer }[]
    for (const { handle, vector, vectors } of rows) {
      const { sentences } = openVectors({ paper: Buffer.from(vector), sentences: Buffer.from(vectors), bits: 4 })
      const whole = Buffer.concat(sentences.flatMap((sentence) => [Buffer.from(Uint32Array.of(sentence.start, sentence.end).buffer), bytesOf(sentence.vector)]))
      database.prepare('UPDATE sentence_vectors SET vectors = ? WHERE handle = ?').run([whole, handle])
    }
    database.exec('ALTER TABLE sentence_vectors DROP COLUMN bits; PRAGMA user_version = 1')
    database.close()
  }

  it('is opened, answers as before, and takes new vectors beside the old ones', async () => {
    const search = () => using(folder, ({ search }) => search(QUESTIONS[0] as string, { limit: 10 }))
    await using(folder, () => Promise.resolve(), true)
    const before = await search()
    makeOld(join(folder, 'library.db'))
    const old = await search()
    expect(old.map(({ paper }) => paper.id)).toEqual(before.map(({ paper }) => paper.id))
    old.forEach(({ similarity }, i) => expect(similarity).toBeCloseTo(before[i]?.similarity as number, 2))
    await Promise.all((await readdir(folder)).filter((name) => /^(?:lexical|vectors)/.test(name)).map((name) => rm(join(folder, name))))
    expect((await search()).map(({ paper }) => paper.id)).toEqual(before.map(({ paper }) => paper.id))
    await fill(folder, { title: 'Networks of fired clay', abstract: 'We fire clay into networks. Fired clay networks outlast those of wood.' })
    expect((await verifyLibrary(folder)).faults).toEqual([])
    expect(await readdir(folder)).toContain('library.db.v1')
  })
})
