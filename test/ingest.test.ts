/** Holds the ingest journey to its promise: everything good is stored, once, and nothing stored is lost. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, describe, expect, it } from 'vitest'
import { FootnoteError } from '../src/errors.js'
import { openFile } from '../src/ingest/file.js'
import { BATCH_RECORDS, createIngest, type IngestOptions } from '../src/ingest/ingest.js'
import { MAX_REJECTED_LISTED, type IngestProgress } from '../src/ingest/tally.js'
import { splitAuthors, splitCategories } from '../src/ingest/people.js'
import { loadStarter } from '../src/ingest/starter.js'
import type { Entry } from '../src/library/library.js'
import { titleKey } from '../src/papers/identity.js'
import { createFakeEmbedder } from './fakes/embedder.js'
import { createFakeLibrary } from './fakes/library.js'

setFlagsFromString('--expose_gc')
const collectGarbage = runInNewContext('gc') as () => void

const ABSTRACT = 'We cool small networks. To our surprise 12% of their units fall silent.'
const MIDNIGHT = '2026-01-01T00:00:00.000Z'

type Fields = Readonly<Record<string, unknown>>
const paper = (title: string, facts: Fields = {}): Fields => ({ title, abstract: ABSTRACT, ...facts })
const lines = (...records: readonly (Fields | string)[]) => records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record))).join('\n')

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

function setUp() {
  const embedder = createFakeEmbedder()
  const library = createFakeLibrary(embedder.model)
  const puts: (readonly Entry[])[] = []
  const put = async (entries: readonly Entry[]) => {
    puts.push(entries)
    await library.put(entries)
  }
  const ingest = createIngest({ library: { ...library, put }, embedder, now: () => new Date(MIDNIGHT) })
  const add = (text: string, options?: IngestOptions) => ingest(bytesOf(text), options)
  const all = async () => (await library.list({ limit: 1_000 })).papers
  return { library, embedder, ingest, add, all, puts }
}

const counts = (added: number, updated: number, unchanged: number, duplicates: number, rejectedCount = 0) => ({ added, updated, unchanged, duplicates, rejectedCount })

describe('ingest', () => {
  it('stores a clean paper with its facts, keys and vectors', async () => {
    const { add, library, puts } = setUp()
    const record = paper('A {BERT} study', { id: 'arxiv:2410.00907v2', authors: 'Doe, Jane; Roe, Rick', year: '2024', categories: 'cs.LG,cs.AI', url: 'https://example.org/a', venue: 'ACL' })
    expect(await add(lines(record))).toMatchObject(counts(1, 0, 0, 0))
    expect((await library.get('arxiv:2410.00907'))?.paper).toEqual({
      id: 'arxiv:2410.00907', title: 'A BERT study', abstract: ABSTRACT, authors: ['Jane Doe', 'Rick Roe'], year: 2024,
      venue: 'ACL', categories: ['cs.LG', 'cs.AI'], url: 'https://example.org/a', arxivId: '2410.00907', addedAt: MIDNIGHT,
    })
    const [entry] = puts[0] as [Entry]
    expect(entry.keys).toEqual(['arxiv:2410.00907', titleKey('A BERT study')])
    expect(entry.vectors.sentences.map(({ start, end }) => ABSTRACT.slice(start, end))).toEqual(['We cool small networks.', 'To our surprise 12% of their units fall silent.'])
  })

  it('the second time, changes nothing', async () => {
    const { add, library } = setUp()
    const text = lines(paper('One'), paper('Two', { year: 2020 }), paper('Two'))
    expect(await add(text)).toMatchObject(counts(2, 0, 0, 1))
    const { revision } = await library.status()
    expect(await add(text)).toMatchObject(counts(0, 0, 2, 1))
    expect((await library.status()).revision).toBe(revision)
  })

  it('given the same paper ten thousand times, stores it once', async () => {
    const { add, puts } = setUp()
    expect(await add(lines(...Array<Fields>(10_000).fill(paper('One'))))).toMatchObject(counts(1, 0, 0, 9_999))
    expect(puts.flat()).toHaveLength(1)
  })

  it('given a bad record, names its line and stores the rest', async () => {
    const { add, all } = setUp()
    const summary = await add(lines(paper('One'), '{"title": "Half', '', { title: 'No abstract' }, { abstract: ABSTRACT }, paper('Two'), paper('Long', { abstract: 'x'.repeat(100_000) }), { title: 3, abstract: ABSTRACT }))
    expect(summary).toMatchObject(counts(2, 0, 0, 0, 5))
    expect(summary.rejected).toMatchObject([
      { line: 2, code: 'invalid_request', message: expect.stringMatching(/^Line 2 holds half a record/) as string },
      { line: 4, message: 'Line 4 has no abstract; add one, or delete the record.' },
      { line: 5, message: 'Line 5 has no title; add one, or delete the record.' },
      { line: 7, code: 'too_large', message: expect.stringContaining('100000 characters') as string },
      { line: 8, message: expect.stringContaining('not a text') as string },
    ])
    expect((await all()).map(({ title }) => title)).toEqual(['One', 'Two'])
  })

  it.each([[20_000, 1], [20_001, 0]])('given an abstract of %i characters, stores %i', async (length, added) => {
    expect(await setUp().add(lines(paper('One', { abstract: 'x'.repeat(length) })))).toMatchObject({ added, rejectedCount: 1 - added })
  })

  it('given forty thousand records, keeps none of them in memory once it is dealt with', async () => {
    const { ingest } = setUp()
    async function* records(): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < 40; sent++) yield Buffer.from('{"title": "Without an abstract"}\n'.repeat(1_000))
    }
    const heaps: number[] = []
    const onProgress = ({ rejectedCount }: IngestProgress) => {
      if (rejectedCount < heaps.length * 10_000 + MAX_REJECTED_LISTED) return
      collectGarbage()
      heaps.push(process.memoryUsage().heapUsed)
    }
    expect(await ingest(records(), { onProgress, signal: new AbortController().signal })).toMatchObject(counts(0, 0, 0, 0, 40_000))
    expect(heaps).toHaveLength(4)
    expect((heaps[3] as number) - (heaps[0] as number)).toBeLessThan(5_000_000)
  })

  it('given more bad records than it lists, counts them all', async () => {
    const summary = await setUp().add(`{}\n`.repeat(MAX_REJECTED_LISTED + 1))
    expect(summary.rejectedCount).toBe(MAX_REJECTED_LISTED + 1)
    expect(summary.rejected).toHaveLength(MAX_REJECTED_LISTED)
  })

  it('given facts that cannot be read, leaves them out', async () => {
    const { add, all } = setUp()
    await add(lines(paper('One', { year: 'soon', url: 'javascript:alert(1)', authors: '', categories: [], doi: 'none', venue: { a: 1 } })))
    expect(await all()).toEqual([{ id: titleKey('One'), title: 'One', abstract: ABSTRACT, addedAt: MIDNIGHT }])
  })

  it('given a source that is no text, stores nothing and says so', async () => {
    const { add, puts } = setUp()
    await expect(add(`${lines(paper('One'))}\n\0\u0001`)).rejects.toMatchObject({ code: 'unsupported_format' })
    expect(puts).toEqual([])
  })

  it('when the store fails, says what is stored nevertheless', async () => {
    const { library, embedder } = setUp()
    let calls = 0
    const put = async (entries: readonly Entry[]) => {
      if (++calls === 2) throw new FootnoteError('storage_full', 'The disk is full.')
      await library.put(entries)
    }
    const ingest = createIngest({ library: { ...library, put }, embedder })
    const records = Array.from({ length: 300 }, (_, i) => paper(`Paper ${i}`))
    await expect(ingest(bytesOf(lines(...records)))).rejects.toMatchObject({ code: 'storage_full', message: `The disk is full. ${BATCH_RECORDS} papers before that are stored; ingest the file again to add the rest.` })
    expect((await library.status()).papers).toBe(BATCH_RECORDS)
  })

  it('when stopped while the source is silent, stores what it has read', async () => {
    const { ingest, library } = setUp()
    const stop = new AbortController()
    async function* silent(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(`${lines(paper('One'))}\n${' '.repeat(70_000)}\n`)
      setTimeout(() => stop.abort(), 20)
      await new Promise(() => undefined)
    }
    expect(await ingest(silent(), { signal: stop.signal })).toMatchObject({ added: 1, interrupted: true })
    expect((await library.status()).papers).toBe(1)
  })

  it('of several sources at once, keeps one paper of each', async () => {
    const { add, library } = setUp()
    const records = Array.from({ length: 200 }, (_, i) => paper(`Paper ${i}`))
    const summaries = await Promise.all([add(lines(...records)), add(lines(...records.toReversed())), add(lines(...records))])
    expect(summaries.reduce((sum, { added }) => sum + added, 0)).toBe(200)
    expect((await library.status()).papers).toBe(200)
  })

  it('reports progress only once a batch is stored', async () => {
    const { add, library } = setUp()
    const seen: Promise<boolean>[] = []
    const onProgress = ({ added }: { readonly added: number }) => void seen.push(library.status().then(({ papers }) => papers >= added))
    await add(lines(...Array.from({ length: 300 }, (_, i) => paper(`Paper ${i}`))), { onProgress })
    expect(await Promise.all(seen)).toEqual(new Array(Math.ceil(300 / BATCH_RECORDS)).fill(true))
  })
})

describe('ingest, when a paper is met again', () => {
  it('under another key, keeps id and date, and adds what is new', async () => {
    const { add, all, library } = setUp()
    await add(lines(paper('Silent units in cold networks', { year: 2024 })))
    expect(await add(lines(paper('Silent Units in Cold Networks', { id: 'arxiv:2410.00907', doi: '10.1000/X' })))).toMatchObject(counts(0, 1, 0, 0))
    const id = titleKey('silent units in cold networks')
    expect(await all()).toMatchObject([{ id, year: 2024, arxivId: '2410.00907', doi: '10.1000/x' }])
    for (const key of ['arxiv:2410.00907', 'doi:10.1000/x', id]) expect((await library.find([key]))[0]?.paper.id).toBe(id)
  })

  it('replaces a digest by the real abstract, and never the other way round', async () => {
    const { add, all } = setUp()
    const digest = paper('One', { abstract: 'In our words: cold nets fall silent.', digest: true })
    await add(lines(digest))
    expect(await all()).toMatchObject([{ digest: true }])
    expect(await add(lines(paper('One')))).toMatchObject(counts(0, 1, 0, 0))
    expect(await add(lines(digest))).toMatchObject(counts(0, 0, 1, 0))
    expect(await all()).toEqual([{ id: titleKey('One'), title: 'One', abstract: ABSTRACT, addedAt: MIDNIGHT }])
  })

  it('with another abstract, takes the newer one', async () => {
    const { add, all } = setUp()
    await add(lines(paper('One', { authors: ['A B'] })))
    expect(await add(lines(paper('One', { abstract: 'A corrected abstract.' })))).toMatchObject(counts(0, 1, 0, 0))
    expect(await all()).toMatchObject([{ abstract: 'A corrected abstract.', authors: ['A B'] }])
  })

  it('within one source, lets the first record stand and fills its gaps', async () => {
    const { add, all } = setUp()
    expect(await add(lines(paper('One'), paper('One', { abstract: 'Another text.', year: 2021 })))).toMatchObject(counts(1, 0, 0, 1))
    expect(await all()).toMatchObject([{ abstract: ABSTRACT, year: 2021 }])
  })

  it('keeps papers apart that share a generic title only', async () => {
    const { add, all, library, puts } = setUp()
    await add(lines(paper('Introduction', { arxivId: '2410.00907' })))
    await add(lines(paper('Introduction', { doi: '10.1000/x' })))
    expect((await all()).map(({ id }) => id)).toEqual(['arxiv:2410.00907', 'doi:10.1000/x'])
    expect((await library.find([titleKey('Introduction')]))[0]?.paper.id).toBe('arxiv:2410.00907')
    expect(puts.flat().map(({ keys }) => keys)).toEqual([['arxiv:2410.00907', titleKey('Introduction')], ['doi:10.1000/x']])
  })

  it('keeps papers apart whose arXiv ids differ, in one batch too', async () => {
    const { add, all } = setUp()
    const title = 'Silent units in cold networks of neurons'
    expect(await add(lines(paper(title, { arxivId: '2410.00907' }), paper(title, { arxivId: '2410.00908', abstract: 'We warm large networks. None of their units speaks up.' })))).toMatchObject(counts(2, 0, 0, 0))
    expect(await all()).toHaveLength(2)
  })

  it('with numbers that two papers bear, updates the one whose number is stronger and loses neither', async () => {
    const { add, all, library } = setUp()
    const other = { abstract: 'We warm large networks. None of their units speaks up.' }
    await add(lines(paper('Cold nets', { arxivId: '2410.00907' }), paper('Warm nets', { doi: '10.5555/warm', ...other })))
    expect(await add(lines(paper('Cold nets', { arxivId: '2410.00907', doi: '10.5555/warm', year: 2024 })))).toMatchObject(counts(0, 1, 0, 0))
    expect(await all()).toMatchObject([{ title: 'Cold nets', year: 2024 }, { title: 'Warm nets', doi: '10.5555/warm', ...other }])
    expect((await library.find(['doi:10.5555/warm']))[0]?.paper.title).toBe('Warm nets')
  })

  it.each(['2024-13-45', '0000-00-00', '31/02/2024', 'n.d.', 'forthcoming', '99999', -4, 2024.5, {}, [2024]])('with the date %j, gets no year that is not there', async (year) => {
    const { add, all } = setUp()
    expect(await add(lines(paper('Cold nets', { year })))).toMatchObject(counts(1, 0, 0, 0))
    expect([undefined, 2024]).toContain((await all())[0]?.year)
  })

  it('with other numbers but the same title and nearly the same abstract, is one paper, whose facts stay and whose names are both known', async () => {
    const { add, all, library } = setUp()
    const abstract = `${ABSTRACT} The silence spreads from layer to layer within a few minutes, and ends when the water is drained.`
    const preprint = paper('Silent units in cold networks of neurons', { doi: '10.1101/2026.01.02', abstract, year: 2025 })
    const journal = paper('Silent Units in Cold Networks of Neurons', { doi: '10.5555/cold', pmid: '42', abstract: abstract.replace('few minutes', 'few short minutes'), year: 2026, venue: 'Journal of Cold' })
    expect(await add(lines(preprint))).toMatchObject(counts(1, 0, 0, 0))
    expect(await add(lines(journal))).toMatchObject(counts(0, 1, 0, 0))
    expect(await all()).toMatchObject([{ id: 'doi:10.1101/2026.01.02', doi: '10.1101/2026.01.02', abstract, year: 2025, venue: 'Journal of Cold', pmid: '42', mergedIds: ['doi:10.5555/cold'] }])
    for (const key of ['doi:10.1101/2026.01.02', 'doi:10.5555/cold', 'pmid:42']) expect((await library.find([key]))[0]?.paper.id).toBe('doi:10.1101/2026.01.02')
    const { revision } = await library.status()
    for (const again of [journal, preprint]) expect(await add(lines(again))).toMatchObject(counts(0, 0, 1, 0))
    expect((await library.status()).revision).toBe(revision)
  })
})

describe('splitAuthors', () => {
  it.each([
    ['Ann Bee; C. D. Ee', ['Ann Bee', 'C. D. Ee']],
    ['Ann Bee, C. D. Ee and Flo Gee', ['Ann Bee', 'C. D. Ee', 'Flo Gee']],
    ['Bee, Ann; Ee, C. D.', ['Ann Bee', 'C. D. Ee']],
    ['Bee, A., Ee, C. D.', ['A. Bee', 'C. D. Ee']],
    ['Bee, Ann', ['Ann Bee']],
    ['Bee, Ann and Ee, Cy and Gee, Flo', ['Ann Bee', 'Cy Ee', 'Flo Gee']],
    ['Martin King, Jr., Ann Bee et al.', ['Martin King Jr.', 'Ann Bee']],
    ['Ann Bee (1), Cy Ee (2) ((1) Here, (2) There)', ['Ann Bee', 'Cy Ee']],
    ['Plato', ['Plato']],
    [' ; , ', []],
  ])('splits %j', (line, authors) => {
    expect(splitAuthors(line)).toEqual(authors)
  })
})

describe('splitCategories', () => {
  it.each([
    ['cs.LG,cs.AI', ['cs.LG', 'cs.AI']],
    ['cs.LG cs.AI', ['cs.LG', 'cs.AI']],
    ['Adult; Pain, Postoperative; Adult', ['Adult', 'Pain, Postoperative']],
    ['High Energy Physics - Theory', ['High Energy Physics - Theory']],
    ['math.CO; 05C70', ['math.CO', '05C70']],
  ])('splits %j', (line, categories) => {
    expect(splitCategories(line)).toEqual(categories)
  })
})

describe('files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'footnote-'))
  afterAll(() => rm(folder, { recursive: true }))

  it('that are missing, or a folder, are refused with a cure', async () => {
    await expect(openFile(join(folder, 'none.jsonl'))).rejects.toThrow(/There is no file .*none\.jsonl; check the path/)
    await expect(openFile(folder)).rejects.toThrow(/is a folder; name its files/)
  })

  it('of the starter library are loaded into a library that never held a paper, and only then', async () => {
    const { library, ingest, all } = setUp()
    const path = join(folder, 'starter.jsonl')
    await writeFile(path, lines(paper('One', { digest: true }), paper('Two', { digest: true })))
    expect(await loadStarter({ library, ingest, path })).toMatchObject(counts(2, 0, 0, 0))
    expect(await loadStarter({ library, ingest, path })).toBeUndefined()
    await library.remove((await all()).map(({ id }) => id))
    expect(await loadStarter({ library, ingest, path })).toBeUndefined()
  })
})
