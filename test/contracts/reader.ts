/** What every reader of papers owes, whatever the format. */
import { describe, expect, it } from 'vitest'
import { FootnoteError } from '../../src/errors.js'
import { chooseReader } from '../../src/ingest/formats.js'
import { openText } from '../../src/ingest/lines.js'
import type { Reader, Reading } from '../../src/ingest/reader.js'

export interface ReaderFixture {
  /** A file of these papers in the reader's format. */
  readonly write: (papers: readonly { readonly title: string; readonly abstract: string }[]) => string
  /** A record that cannot be read, to be put between good ones. */
  readonly bad: string
}

export const PAPERS = [
  { title: 'Cold nets', abstract: 'We cool small networks and find, to our surprise, that 12% of their units fall silent. The rest work on.' },
  { title: 'Über die Wärme: ε-shrinking', abstract: 'Heat spreads along the edges of a graph, and its speed depends on the degree of each node that it meets.' },
  { title: 'Is one enough?', abstract: 'One look at each example suffices in most of our trials, and a second one lowers the error by 0.3 points.' },
]

export async function* inChunks(bytes: Uint8Array, size = bytes.length): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

export async function readAll(reader: Reader, text: string, chunkSize?: number): Promise<Reading[]> {
  const { lines } = await openText(inChunks(Buffer.from(text), chunkSize), 'papers')
  const readings: Reading[] = []
  for await (const reading of reader.read(lines)) readings.push(reading)
  return readings
}

export function readerContract(reader: Reader, { write, bad }: ReaderFixture): void {
  const records = (readings: readonly Reading[]) => readings.flatMap((reading) => ('record' in reading ? [reading.record] : []))
  const problems = (readings: readonly Reading[]) => readings.flatMap((reading) => ('problem' in reading ? [reading] : []))
  const separator = reader.format === 'papers-page' ? '\n\n' : '\n'

  describe(`the ${reader.format} reader`, () => {
    it('gives every record, in order, as it was written', async () => {
      expect(records(await readAll(reader, write(PAPERS)))).toEqual(PAPERS)
    })

    it('is chosen for its own format, by content and by name', () => {
      expect(chooseReader(write(PAPERS), 'papers').format).toBe(reader.format)
      expect(chooseReader('', 'papers', reader.format).format).toBe(reader.format)
    })

    it.each([1, 2, 7, 64])('gives the same when the bytes come %i at a time', async (size) => {
      const text = write(PAPERS)
      expect(await readAll(reader, text, size)).toEqual(await readAll(reader, text))
    })

    it('gives the same with a byte order mark, CRLF, and no final newline', async () => {
      const text = write(PAPERS).trimEnd()
      expect(records(await readAll(reader, `\ufeff${text.replace(/\n/g, '\r\n')}`))).toEqual(PAPERS)
    })

    it('names the line where each record begins', async () => {
      const text = write(PAPERS)
      const lines = text.split('\n')
      for (const reading of await readAll(reader, text)) {
        const { title } = (reading as Extract<Reading, { record: unknown }>).record as { title: string }
        expect(lines[reading.line - 1]).toContain(title)
      }
    })

    it('goes on after a record that it cannot read, and says where that was', async () => {
      const [first, ...rest] = PAPERS
      const before = write([first as (typeof PAPERS)[number]])
      const readings = await readAll(reader, `${before}${separator}${bad}${separator}${write(rest)}`)
      expect(records(readings)).toEqual(PAPERS)
      expect(problems(readings)).toHaveLength(1)
      const [{ line, problem }] = problems(readings) as [Extract<Reading, { problem: unknown }>]
      expect(problem).toBeInstanceOf(FootnoteError)
      expect(problem.message).toContain(`Line ${line} `)
      expect(line).toBe(`${before}${separator}`.split('\n').length)
    })

    it('gives no record that was not there, wherever the file ends', async () => {
      const text = write(PAPERS.slice(0, 2))
      for (let end = 1; end < text.length; end += 5) {
        const complete = records(await readAll(reader, text.slice(0, end)))
        for (const record of complete) expect(PAPERS.map(({ title }) => title)).toContain(record.title)
      }
    })
  })
}
