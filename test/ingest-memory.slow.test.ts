/** Reads files of hundreds of megabytes in every format, and holds the memory that it takes to a bound. */
import { describe, expect, it } from 'vitest'
import { openText } from '../src/ingest/lines.js'
import { readRecord } from '../src/ingest/record.js'
import type { PaperDraft } from '../src/papers/paper.js'
import { PAPERS, draftsOf, readAll } from './contracts/reader.js'
import { FIXTURES } from './fixtures/formats.js'

/** Where every submission runs it: half as much, and of readers that are made of one part only one. */
const BRIEFLY = process.env['CI'] !== undefined
const FILE_BYTES = BRIEFLY ? 100_000_000 : 200_000_000
const LIKE_ANOTHER: ReadonlySet<string> = new Set(BRIEFLY ? ['arxiv-atom', 'endnote-xml', 'medline'] : [])
const FIELD_BYTES = 50_000_000
const MOST_BYTES = 200_000_000

describe.each(FIXTURES.filter(({ reader }) => !LIKE_ANOTHER.has(reader.format)).map((fixture) => ({ ...fixture, format: fixture.reader.format })))('the $format reader', ({ reader, record, file, without = [] }) => {
  it(`given ${FILE_BYTES / 1e6} MB of records and a field of 50 MB, takes less than 200 MB more than before`, async () => {
    const base = process.memoryUsage().rss
    let peak = base
    let good = 0
    let bad = 0
    const text = await openText(bigFile(), { name: 'papers' })
    for await (const reading of reader.read(text)) {
      if ('record' in reading) readRecord(reading.record, reading)
      if ('record' in reading) good++
      else bad++
      if ((good + bad) % 1_000 === 0) peak = Math.max(peak, process.memoryUsage().rss)
    }
    expect(good).toBeGreaterThan(FILE_BYTES / 2_000)
    expect(bad).toBeGreaterThan(0)
    expect(peak - base).toBeLessThan(MOST_BYTES)
  }, 600_000)

  it.skipIf(without.includes('authors'))('given a record with a million authors, goes on after it', async () => {
    const crowd = record({ title: 'Crowd', abstract: 'A crowd wrote this. It was loud.', authors: Array<string>(1_000_000).fill('Ada Brook'), year: 2001 })
    const readings = await readAll(reader, file([PAPERS[0], PAPERS[2]].map((paper) => record(paper as PaperDraft)).toSpliced(1, 0, crowd)), 65_536)
    expect(draftsOf(readings).map(({ title }) => title).filter((title) => title !== 'Crowd')).toEqual([PAPERS[0]?.title, PAPERS[2]?.title])
    for (const reading of readings) if ('problem' in reading) expect(reading.problem.code).toBe('too_large')
  }, 120_000)

  async function* bigFile(): AsyncGenerator<Uint8Array> {
    const mark = 'MARK'
    const [head = '', between = '', tail = ''] = file([mark, mark]).split(mark)
    const papers = Buffer.from(PAPERS.map((paper) => `${record(paper)}${between}`).join('').repeat(20))
    yield Buffer.from(head)
    for (let sent = 0; sent < FILE_BYTES / 2; sent += papers.length) yield papers
    const [before = '', after = ''] = record({ title: 'Huge', abstract: mark, year: 2000 }).split(mark)
    yield Buffer.from(before)
    for (let sent = 0; sent < FIELD_BYTES; sent += 60_000) yield Buffer.from('Cold. '.repeat(10_000))
    yield Buffer.from(`${after}${between}`)
    for (let sent = 0; sent < FILE_BYTES / 2; sent += papers.length) yield papers
    yield Buffer.from(`${record(PAPERS[0] as (typeof PAPERS)[number])}${tail}`)
  }
})
