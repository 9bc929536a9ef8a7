/** Checks whether everything that a library stores is whole and agrees with the rest. */
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { FootnoteError } from '../errors.js'
import { PaperSchema } from '../papers/paper.js'
import type { Paper } from '../papers/paper.js'
import { foldLine } from './filter.js'
import { findSnapshot } from './snapshot.js'
import { asBuffer, openSqlite } from './sqlite.js'
import type { Row, Sqlite } from './sqlite.js'
import { asNumbers, packedSpans } from './vector-codec.js'
import type { SentenceBits } from './vector-codec.js'

/** Something that is not as it should be, and what to do about it. */
export interface Fault {
  readonly what: string
  readonly cure: string
}

export interface Verification {
  readonly papers: number
  /** The first hundred. */
  readonly faults: readonly Fault[]
  readonly faultCount: number
}

const LISTED = 100
/** Papers read at a time, so that a server on the same folder gets its turns. */
const PAGE = 500
const RESTORE = 'put a backup in the place of the folder (`npm run library -- restore`), or save what can be read by `npm run library -- export papers.jsonl --salvage` and restore that'
const REBUILD = 'it is made anew at the next start, or by `npm run library -- rebuild`'

/**
 * Reads all of `library.db` and every index file; changes nothing. A file that cannot be opened is a fault like
 * another; fails with `not_found` where there is no library.
 */
export async function verifyLibrary(dataDir: string): Promise<Verification> {
  const names = await readdir(dataDir).catch((): string[] => [])
  if (!names.includes('library.db')) throw new FootnoteError('not_found', `${dataDir} holds no library; set DATA_DIR to the folder of one.`)
  const faults: Fault[] = []
  let papers = 0
  try {
    const sqlite = await openSqlite(join(dataDir, 'library.db'))
    try {
      faults.push(...sqlite.faults().map((fault) => ({ what: `library.db: ${fault}`, cure: RESTORE })))
      papers = Number(sqlite.statement('SELECT count(*) AS papers FROM papers').one()?.['papers'])
      for (const fault of [...strayRows(sqlite), ...wrongPapers(sqlite), ...wrongVectors(sqlite)]) faults.push(fault)
    } finally {
      sqlite.close()
    }
  } catch (error) {
    if (!(error instanceof FootnoteError)) throw error
    faults.push({ what: error.message, cure: RESTORE })
  }
  faults.push(...(await wrongIndexFiles(dataDir, names)))
  return { papers, faults: faults.slice(0, LISTED), faultCount: faults.length }
}

/** Rows whose paper is gone, and papers without their rows. */
function strayRows(sqlite: Sqlite): Fault[] {
  const questions: readonly (readonly [string, string])[] = [
    ['papers without a text', 'SELECT count(*) AS n FROM papers WHERE handle NOT IN (SELECT handle FROM records)'],
    ['texts without a paper', 'SELECT count(*) AS n FROM records WHERE handle NOT IN (SELECT handle FROM papers)'],
    ['keys without a paper', 'SELECT count(*) AS n FROM keys WHERE handle NOT IN (SELECT handle FROM papers)'],
    ['papers that their own id does not lead to', 'SELECT count(*) AS n FROM papers p WHERE NOT EXISTS (SELECT 1 FROM keys k WHERE k.key = p.id AND k.handle = p.handle)'],
    ['vectors without a paper', 'SELECT count(*) AS n FROM paper_vectors WHERE handle NOT IN (SELECT handle FROM papers)'],
    ['papers with a vector and no sentences', 'SELECT count(*) AS n FROM paper_vectors v WHERE vector IS NOT NULL AND NOT EXISTS (SELECT 1 FROM sentence_vectors s WHERE s.model = v.model AND s.handle = v.handle)'],
  ]
  return questions.flatMap(([what, sql]) => {
    const count = Number(sqlite.statement(sql).one()?.['n'])
    return count === 0 ? [] : [{ what: `library.db holds ${count} ${what}`, cure: RESTORE }]
  })
}

/** Papers that do not parse, or are not what their row says. */
function* wrongPapers(sqlite: Sqlite): Generator<Fault> {
  const page = sqlite.statement('SELECT p.handle, p.id, p.title, r.paper FROM papers p JOIN records r ON r.handle = p.handle WHERE p.handle > ? ORDER BY p.handle LIMIT ?')
  for (const row of pages(page.all)) {
    const paper = parsePaper(row['paper'] as string)
    if (paper !== undefined && paper.id === row['id'] && foldLine(paper.title) === row['title']) continue
    yield { what: `The paper ${row['id'] as string} is damaged`, cure: `\`npm run library -- remove ${row['id'] as string}\`, and ingest it again` }
  }
}

function parsePaper(json: string): Paper | undefined {
  try {
    return PaperSchema.parse(JSON.parse(json))
  } catch {
    return undefined
  }
}

/** Vectors that have no direction, differ in length from others of their model, or lie outside the abstract. */
function* wrongVectors(sqlite: Sqlite): Generator<Fault> {
  for (const { model, id } of sqlite.statement('SELECT model, id FROM models').all()) {
    const length = sqlite.statement('SELECT length(vector) AS length FROM paper_vectors WHERE model = ? AND vector IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC LIMIT 1')
    const dimensions = Number(length.one(model as number)?.['length'] ?? 0)
    const page = sqlite.statement(
      `SELECT v.handle, p.id, v.vector, s.vectors, s.bits, r.paper FROM paper_vectors v JOIN sentence_vectors s ON s.model = v.model AND s.handle = v.handle
       JOIN papers p ON p.handle = v.handle JOIN records r ON r.handle = v.handle
       WHERE v.model = ? AND v.vector IS NOT NULL AND v.handle > ? ORDER BY v.handle LIMIT ?`,
    )
    for (const row of pages((after, limit) => page.all(model as number, after, limit))) {
      if (soundVectors(row, dimensions)) continue
      yield { what: `The vectors of ${row['id'] as string} by ${id as string} are damaged`, cure: 'make all of them anew by `npm run library -- rebuild`' }
    }
  }
}

function soundVectors(row: Row, dimensions: number): boolean {
  const paper = asBuffer(row['vector'])
  const spans = packedSpans({ paper, sentences: asBuffer(row['vectors']), bits: row['bits'] as SentenceBits })
  const length = parsePaper(row['paper'] as string)?.abstract.length ?? 0
  return paper.length === dimensions && asNumbers(paper).some((value) => value !== 0) && spans !== undefined && spans.every(({ start, end }) => start < end && end <= length)
}

/** All rows after each other, by handle. */
function* pages(read: (after: number, limit: number) => Row[]): Generator<Row> {
  for (let page = read(0, PAGE); page.length > 0; page = read(Number(page.at(-1)?.['handle']), PAGE)) yield* page
}

async function wrongIndexFiles(dataDir: string, names: readonly string[]): Promise<Fault[]> {
  const manifests = names.filter((name) => /^(?:lexical|vectors-[0-9a-f]{8})\.json$/.test(name))
  const found = await Promise.all(manifests.map((name) => findSnapshot({ folder: dataDir, name: name.replace('.json', ''), identity: {} })))
  return found.flatMap((snapshot, i) => ('problem' in snapshot ? [{ what: `The index ${manifests[i]} ${snapshot.problem}`, cure: REBUILD }] : []))
}
