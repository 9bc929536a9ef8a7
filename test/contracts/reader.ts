/** What every reader of papers owes, whatever the format. */
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { FootnoteError } from '../../src/errors.js'
import { chooseReader } from '../../src/ingest/formats.js'
import { openText } from '../../src/ingest/lines.js'
import { MAX_RECORD_LENGTH, nameOf, type Reader, type Reading } from '../../src/ingest/reader.js'
import { readRecord } from '../../src/ingest/record.js'
import type { PaperDraft } from '../../src/papers/paper.js'

export interface ReaderFixture {
  /** One paper in the reader's format. */
  readonly record: (paper: PaperDraft) => string
  /** A file of such records. */
  readonly file: (records: readonly string[]) => string
  /** A record that cannot be read, to be put between good ones. */
  readonly bad: string
  /** What the format has no place for. */
  readonly without?: readonly (keyof PaperDraft)[]
}

export const PAPERS: readonly PaperDraft[] = [
  {
    title: 'Cold nets',
    abstract: 'We cool small networks and find, to our surprise, that 12% of their units fall silent. The rest work on.',
    authors: ['Ada Brook', 'Søren Østergård'],
    year: 2021,
    venue: 'Journal of Cold Things',
    categories: ['networks', 'cold'],
    url: 'https://example.org/cold?a=1&b=2',
    doi: '10.5555/cold_1',
    pmid: '30000001',
  },
  {
    title: 'Über die Wärme: ε-shrinking',
    abstract: 'Heat spreads along the edges of a graph, and its "speed" depends on the degree of each node that it meets; so p < 0.05.',
    authors: ['Kurt Gödel'],
    year: 1999,
    venue: 'Heat & Graphs',
    doi: '10.5555/heat(2)',
    pmid: '30000002',
  },
  {
    title: 'Is one enough?',
    abstract: 'One look at each example suffices in most of our trials, and a second one lowers the error by 0.3 points.',
    authors: ['Ada Brook', 'Plato'],
    year: 2026,
    venue: 'Looking',
    doi: '10.5555/one',
    pmid: '30000003',
  },
]

/** No reader may need longer for any text of a few megabytes; generous, as the machine may be busy. */
const HANG_MS = 20_000

export async function* inChunks(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

export async function readAll(reader: Reader, text: string | Uint8Array, chunkSize?: number, encoding?: string): Promise<Reading[]> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text
  const readings: Reading[] = []
  for await (const reading of reader.read(await openText(inChunks(bytes, chunkSize), { name: 'papers', encoding }))) readings.push(reading)
  return readings
}

export function draftsOf(readings: readonly Reading[]): PaperDraft[] {
  return readings.flatMap((reading) => ('record' in reading ? [readRecord(reading.record, reading).draft] : []))
}

function problemsOf(readings: readonly Reading[]): Extract<Reading, { readonly problem: unknown }>[] {
  return readings.filter((reading) => 'problem' in reading)
}

export function readerContract(reader: Reader, { record, file, bad, without = [] }: ReaderFixture): void {
  const expected = PAPERS.map((paper) => Object.fromEntries(Object.entries(paper).filter(([fact]) => !without.includes(fact as keyof PaperDraft))))
  const papers = (...records: readonly string[]) => file(records.length === 0 ? PAPERS.map(record) : records)
  const [first, second, third] = PAPERS.map(record) as [string, string, string]

  describe(`the ${reader.format} reader`, () => {
    it('gives every paper, in order, with its facts', async () => {
      expect(draftsOf(await readAll(reader, papers()))).toEqual(expected)
    })

    it('is chosen for its own format, by content and by name', () => {
      expect(chooseReader(papers(), 'papers').format).toBe(reader.format)
      for (const name of [reader.format, ...(reader.aliases ?? [])]) expect(chooseReader('', 'papers', { format: name })).toBe(reader)
    })

    it.each([1, 2, 7, 64])('gives the same when the bytes come %i at a time', async (size) => {
      expect(await readAll(reader, papers(), size)).toEqual(await readAll(reader, papers()))
    })

    it('gives the same with a byte order mark, CRLF, no final newline, in UTF-16, and gzipped', async () => {
      const text = papers().trimEnd()
      const crlf = `\ufeff${text.replace(/\n/g, '\r\n')}`
      const forms = [Buffer.from(crlf), Buffer.from(`\ufeff${text}`, 'utf16le'), Buffer.from(text, 'utf16le').swap16(), gzipSync(text)]
      for (const bytes of forms) expect(draftsOf(await readAll(reader, bytes))).toEqual(expected)
    })

    it('names the line where each record begins', async () => {
      const text = papers()
      const lines = text.split('\n')
      const readings = await readAll(reader, text)
      for (const [i, { line }] of readings.entries()) {
        const next = readings[i + 1]?.line ?? lines.length + 1
        expect(lines.slice(line - 1, Math.max(line, next - 1)).join('\n')).toContain(PAPERS[i]?.title)
      }
    })

    it('goes on after a record that it cannot read, and says where that was', async () => {
      const readings = await readAll(reader, file([first, bad, second, third]))
      expect(draftsOf(readings)).toEqual(expected)
      expect(problemsOf(readings)).toHaveLength(1)
      const [place] = problemsOf(readings) as [Extract<Reading, { problem: unknown }>]
      expect(place.problem).toBeInstanceOf(FootnoteError)
      expect(place.problem.message.startsWith(`${nameOf(place)} `)).toBe(true)
      const text = file([first, bad])
      expect(place.line).toBe(text.slice(0, text.lastIndexOf(bad)).split('\n').length)
    })

    it('goes on after a record that is not UTF-8', async () => {
      const bytes = Buffer.from(file([first, second.replace('ü', '\u00ff').replace('Wärme', 'W@rme'), third]))
      bytes[bytes.indexOf('W@rme') + 1] = 0xe4
      const readings = await readAll(reader, bytes)
      expect(draftsOf(readings)).toEqual([expected[0], expected[2]])
      expect(problemsOf(readings)[0]?.problem.message).toMatch(/not UTF-8.*--encoding/)
    })

    it('told the encoding, reads it', async () => {
      const latin = (text: string) => Buffer.from(text.replaceAll('ε', 'e'), 'latin1')
      const [, heat] = draftsOf(await readAll(reader, latin(papers()), undefined, 'windows-1252'))
      expect(heat).toMatchObject({ title: 'Über die Wärme: e-shrinking' })
    })

    it('gives no record that was not there, wherever the file ends', async () => {
      const text = Buffer.from(papers(first, second))
      for (let end = 1; end < text.length; end++) {
        const readings = await readAll(reader, text.subarray(0, end)).catch((error: unknown) => {
          expect(error).toBeInstanceOf(FootnoteError)
          return []
        })
        for (const reading of readings) if ('record' in reading) expect([...PAPERS.map(({ title }) => title), undefined]).toContain(reading.record['title'])
      }
    })

    it('passes over a record larger than it holds, and goes on', async () => {
      const huge = record({ title: 'Huge', abstract: 'Cold. '.repeat(MAX_RECORD_LENGTH / 5) })
      const readings = await readAll(reader, file([first, huge, third]), 65_536)
      expect(draftsOf(readings)).toEqual([expected[0], expected[2]])
      expect(problemsOf(readings).map(({ problem }) => problem.code)).toContain('too_large')
    }, HANG_MS)

    it('survives nesting, and signs of its own by the ten thousand', async () => {
      for (const sign of ['[', '{', '{"a":', '<a>', '<', '"', '(', '@', '@a{', '\\', '&amp;', ',', '#', '\n', 'TY  - ', '$']) {
        const hostile = file([first, record({ title: 'Deep', abstract: sign.repeat(50_000) }), sign.repeat(50_000)])
        const readings = await readAll(reader, hostile, 65_536)
        for (const { problem } of problemsOf(readings)) expect(problem).toBeInstanceOf(FootnoteError)
        expect(draftsOf(readings.slice(0, 1))).toEqual([expected[0]])
      }
    }, HANG_MS)

    it('takes linear time for a long gap in any field', async () => {
      const gap = `a${' '.repeat(150_000)}b`
      const hostile = file([record({ title: `Gap ${gap}`, abstract: gap, authors: [gap, gap], venue: gap, doi: `10.5555/${gap}`, categories: [gap] }), first])
      expect((await readAll(reader, hostile, 65_536)).length).toBeGreaterThan(0)
    }, HANG_MS)
  })
}
