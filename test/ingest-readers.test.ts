/** Holds each reader to the contract and to its own quirks, and the lines below them to any bytes. */
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { chooseReader } from '../src/ingest/formats.js'
import { withChecked } from '../src/ingest/file.js'
import { jsonlReader } from '../src/ingest/formats/jsonl.js'
import { MAX_LINE_BYTES, openText } from '../src/ingest/lines.js'
import { papersPageReader } from '../src/ingest/formats/papers-page.js'
import type { Line } from '../src/ingest/reader.js'
import { inChunks, PAPERS, readAll, readerContract } from './contracts/reader.js'
import { FIXTURES } from './fixtures/formats.js'

for (const { reader, ...fixture } of FIXTURES) readerContract(reader, fixture)

describe('the papers-page reader', () => {
  it('passes over the chrome of the page', async () => {
    const [{ title, abstract } = { title: '', abstract: '' }] = PAPERS
    const page = ['new', 'Get trending papers in your email inbox!', 'Subscribe', 'byAK and the research community', 'Mar 14', title, abstract].join('\n\n')
    expect(await readAll(papersPageReader, page)).toEqual([{ line: 11, record: { title, abstract } }])
  })

  it('says so when an abstract has no title', async () => {
    const [reading] = await readAll(papersPageReader, `${PAPERS[0]?.abstract}\n`)
    expect(reading).toMatchObject({ line: 1, problem: { message: expect.stringContaining('without a title') as string } })
  })
})

describe('the jsonl reader', () => {
  it.each([
    ['[1, 2]', /not a JSON object/],
    ['"text"', /not a JSON object/],
    ['{"title": "x"', /half a record/],
    ['{"title": x}', /not valid JSON/],
  ])('refuses %s with its line and a cure', async (line, message) => {
    const [, reading] = await readAll(jsonlReader, `${JSON.stringify(PAPERS[0])}\n${line}\n`)
    expect(reading).toMatchObject({ line: 2, problem: { code: 'invalid_request', message: expect.stringMatching(message) as string } })
  })
})

describe('chooseReader', () => {
  it('behind a long preface, still knows records from titles', () => {
    const preface = Array.from({ length: 12 }, (_, i) => `# note ${i}`).join('\n')
    const records = `{"title": "Cold nets", "abstract": "${'We cool nets. '.repeat(40)}"}`
    expect(chooseReader(`${preface}\nAn abstract: ${'we cool nets. '.repeat(40)}\n${records}\n`, 'x').format).toBe('jsonl')
  })

  it('asks media type and name only where the content says nothing', () => {
    expect(chooseReader('x', 'a.bib').format).toBe('bibtex')
    expect(chooseReader('x', 'a', { mediaType: 'text/csv' }).format).toBe('csv')
    expect(chooseReader('TY  - JOUR\n', 'a.bib', { mediaType: 'text/csv' }).format).toBe('ris')
  })

  it('names the formats when content or name is unknown', () => {
    expect(() => chooseReader('% TeX', 'a.tex')).toThrow(/^a\.tex was not recognised as one of the formats .*jsonl, csv, papers-page; convert it/)
    expect(() => chooseReader('', 'x', { format: 'docx' })).toThrow(/no format “docx”.*jsonl, csv/)
  })

  it('does not take a text for a format because of a word in it', () => {
    for (const text of ['Dear @smith, see [1].', 'title\nabstract', 'A title, and more', '<html><body>x</body></html>', 'PMID numbers']) {
      expect(() => chooseReader(text, 'x')).toThrow(/not recognised/)
    }
  })
})

async function linesOf(bytes: Uint8Array, size?: number): Promise<Line[]> {
  const { lines } = await openText(inChunks(bytes, size), { name: 'papers' })
  const result: Line[] = []
  for await (const line of lines) result.push(line)
  return result
}

describe('openText', () => {
  it('unpacks gzip that it knows by its first bytes, in chunks of any size', async () => {
    const packed = gzipSync('one\ntwo\n')
    for (const size of [1, 3, 1_000]) expect(await linesOf(packed, size)).toEqual([{ line: 1, text: 'one' }, { line: 2, text: 'two' }])
  })

  it('refuses gzip that unpacks to a thousand times its size', async () => {
    const bomb = gzipSync(Buffer.alloc(80 * 2 ** 20, '{}\n'))
    await expect(withChecked(Readable.from([bomb]), 'The body', async () => undefined)).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('100 times its size') as string })
  })

  it('gives the lines before the place where gzip was cut off, and a problem there', async () => {
    const text = Array.from({ length: 20_000 }, (_, i) => `line ${i} ${Math.sin(i)}`).join('\n')
    const packed = gzipSync(text)
    const lines = await linesOf(packed.subarray(0, packed.length / 2), 1_000)
    expect(lines.length).toBeGreaterThan(1_000)
    expect(lines.slice(0, -1).every((line) => 'text' in line)).toBe(true)
    expect(lines.at(-1)).toMatchObject({ line: lines.length, problem: { code: 'invalid_request' } })
  })

  it.each([
    ['UTF-16 with a mark', Buffer.from('\ufeffone\r\ntwo', 'utf16le')],
    ['UTF-16 without a mark', Buffer.from('one\ntwo', 'utf16le')],
    ['big-endian UTF-16', Buffer.from('\ufeffone\ntwo', 'utf16le').swap16()],
    ['line ends of the old Macintosh', Buffer.from('one\rtwo\r')],
  ])('reads %s', async (_, bytes) => {
    for (const size of [1, 1_000]) expect(await linesOf(bytes, size)).toEqual([{ line: 1, text: 'one' }, { line: 2, text: 'two' }])
  })

  it.each([
    ['<?xml version="1.0" encoding="ISO-8859-1"?>'],
    ['% Encoding: Cp1252'],
  ])('believes %s', async (declaration) => {
    expect((await linesOf(Buffer.from(`${declaration}\ncaf\u00e9`, 'latin1')))[1]).toEqual({ line: 2, text: 'café' })
    expect((await linesOf(Buffer.from(`${declaration}\ncaf\u00e9`, 'utf8')))[1]).toEqual({ line: 2, text: 'café' })
  })

  it.each([
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]), /binary/],
    ['a spreadsheet', Buffer.from('PK\u0003\u0004rest'), /save the sheet as CSV/],
    ['a PDF', Buffer.from('%PDF-1.7\n'), /is a PDF/],
    ['nothing', Buffer.alloc(0), /empty/],
    ['blank lines', Buffer.from('\n\n \r\n'), /empty/],
  ])('refuses %s with a cure', async (_, bytes, message) => {
    await expect(openText(inChunks(bytes), { name: 'papers' })).rejects.toThrow(message)
  })

  it('refuses an encoding that there is not', async () => {
    await expect(openText(inChunks(Buffer.from('x')), { name: 'papers', encoding: 'utf-9' })).rejects.toThrow(/no encoding “utf-9”/)
  })

  it('makes a problem of a line that is not UTF-8, and goes on', async () => {
    const lines = await linesOf(Buffer.concat([Buffer.from('one\ncaf'), Buffer.from([0xe9]), Buffer.from('\ntwo')]))
    expect(lines).toMatchObject([{ text: 'one' }, { line: 2, problem: { message: expect.stringContaining('not UTF-8') as string } }, { text: 'two' }])
  })

  it('holds a line of the greatest length, and passes over a longer one', async () => {
    const fits = await linesOf(Buffer.from(`${'x'.repeat(MAX_LINE_BYTES)}\nok`), 65_536)
    expect(fits.map((line) => ('text' in line ? line.text.length : 0))).toEqual([MAX_LINE_BYTES, 2])
    const longer = await linesOf(Buffer.from(`${'x'.repeat(MAX_LINE_BYTES + 1)}\nok`), 65_536)
    expect(longer).toMatchObject([{ line: 1, problem: { code: 'too_large' } }, { line: 2, text: 'ok' }])
  })
})
