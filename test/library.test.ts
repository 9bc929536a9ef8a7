/** The library on disk, through its port: the contract, restarts, several processes, a full disk. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { forgetModels } from '../src/library/forget.js'
import type { Library } from '../src/library/library.js'
import { openLibrary } from '../src/library/open.js'
import type { OpenLibraryOptions } from '../src/library/open.js'
import { describeLibrary } from './contracts/library.js'
import { createFakeLibrary } from './fakes/library.js'
import { engines, entryOf, mosses, paperOf, testModel, tides, vectorOf, weights } from './fixtures/library-texts.js'

let dataDir: string
let lines: string[]
const log = { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) }
const open = (options: Partial<OpenLibraryOptions> = {}) => openLibrary({ dataDir, model: testModel, log, ...options })
const some = (count: number) =>
  Array.from({ length: count }, (_, i) => entryOf(paperOf({ id: `title:${i}`, title: `Number ${i}`, abstract: `Item ${i} weighs ${i % 7} stones. Group${i % 5} has it.` })))

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'footnote-library-'))
  lines = []
})
afterEach(() => rm(dataDir, { recursive: true, force: true }))

describeLibrary('the library on disk', () => open())
describeLibrary('the fake library', async () => createFakeLibrary(testModel))

describe('forgetModels', () => {
  test('of one model among two, takes its vectors and files away and leaves papers and the other alone', async () => {
    const other = { ...testModel, id: 'old@1' }
    const first = await open()
    await first.put(some(450))
    const before = await answersOf(first)
    await first.close()
    const second = await open({ model: other })
    const papers = await second.missingVectors(450)
    await second.addVectors(papers.map((paper) => ({ ...paper, vectors: entryOf(paper.paper).vectors })))
    await second.close()
    const files = async () => (await readdir(dataDir)).filter((name) => /^vectors-[0-9a-f]{8}\.json$/.test(name)).length
    expect(await files()).toBe(2)

    await forgetModels(dataDir, (id) => id.startsWith('old@'))
    expect(await files()).toBe(1)
    const kept = await open()
    expect(await answersOf(kept)).toEqual(before)
    await kept.close()
    const forgotten = await open({ model: other })
    expect(await forgotten.missingVectors(450)).toHaveLength(450)
    await forgotten.close()
  })
})

describe('a library that is opened again', () => {
  test('after close, answers the same from its snapshots, without a word in the log', async () => {
    const library = await open()
    await library.put(some(60))
    await library.remove(['title:3'])
    await library.put([entryOf(paperOf({ id: 'title:4', title: 'Another', abstract: 'Changed stones.' }))])
    const before = await answersOf(library)
    await library.close()
    const again = await open()
    expect(await answersOf(again)).toEqual(before)
    expect(lines).toEqual([])
    await again.close()
  })

  test('after its snapshots were made for an older revision, catches up', async () => {
    const library = await open()
    await library.put(some(60))
    await library.close()
    const kept = await Promise.all((await readdir(dataDir)).filter(isCache).map(async (name) => [name, await readFile(join(dataDir, name))] as const))
    const second = await open()
    await second.put([entryOf(mosses), entryOf(paperOf({ id: 'title:5', title: 'Changed', abstract: 'Quite other.' }))])
    await second.remove(['title:6'])
    const before = await answersOf(second)
    await second.close()
    for (const name of (await readdir(dataDir)).filter(isCache)) await rm(join(dataDir, name))
    for (const [name, bytes] of kept) await writeFile(join(dataDir, name), bytes)
    const third = await open()
    expect(await answersOf(third)).toEqual(before)
    expect(lines).toEqual([])
    await third.close()
  })

  test('after its index files are gone, rebuilds both with one line each', async () => {
    const library = await open()
    await library.put(some(30))
    const before = await answersOf(library)
    await library.close()
    for (const name of (await readdir(dataDir)).filter(isCache)) await rm(join(dataDir, name))
    const again = await open()
    expect(await answersOf(again)).toEqual(before)
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain('is missing; it is rebuilt')
    await again.close()
  })

  test('tells of missing index files as a matter of course, and warns of damaged ones', async () => {
    const library = await open()
    await library.put(some(30))
    await library.close()
    const warned: string[] = []
    const reopen = async () => (await open({ log: { info() {}, warn: (line) => warned.push(line) } })).close()
    const manifest = join(dataDir, 'lexical.json')
    await rm(manifest)
    await reopen()
    expect(warned).toEqual([])
    await writeFile(manifest, '{}')
    await reopen()
    expect(warned).toEqual([expect.stringContaining('is damaged; it is rebuilt')])
  })

  test('after close, keeps one generation of index files', async () => {
    for (const round of [0, 1, 2]) {
      const library = await open()
      await library.put(some(20 + round * 20))
      await library.close()
    }
    expect((await readdir(dataDir)).filter(isCache)).toHaveLength(5)
  })

  test('in a format of the future, refuses and says what to do', async () => {
    await (await open()).close()
    const database = new Database(join(dataDir, 'library.db'))
    database.exec('PRAGMA user_version = 99')
    database.close()
    await expect(open()).rejects.toThrow(/later Footnote \(format 99.*update Footnote/)
  })

  test('in a file that is no library, refuses and says so', async () => {
    await writeFile(join(dataDir, 'library.db'), 'not a database, but long enough to be looked at. '.repeat(40))
    await expect(open()).rejects.toMatchObject({ code: 'internal', message: expect.stringContaining('is damaged') as string })
    await rm(join(dataDir, 'library.db'))
    const foreign = new Database(join(dataDir, 'library.db'))
    foreign.exec('CREATE TABLE songs (name TEXT)')
    foreign.close()
    await expect(open()).rejects.toThrow(/another program/)
  })
})

describe('a library that two have open', () => {
  test('put by one, when it has returned, is found by the other', async () => {
    const [server, command] = [await open(), await open()]
    await command.put([entryOf(mosses), entryOf(engines)])
    expect(await server.searchLexical(weights('moss'), { limit: 5 })).toHaveLength(2)
    expect(await server.searchVectors(vectorOf('moss'), { limit: 5 })).toHaveLength(2)
    await command.remove([mosses.id])
    await server.put([entryOf(tides)])
    expect(await answersOf(server)).toEqual(await answersOf(command))
    await Promise.all([server.close(), command.close()])
    const again = await open()
    expect(await again.status()).toMatchObject({ papers: 2, indexed: { vectors: 2, lexical: 2 } })
    expect(lines).toEqual([])
    await again.close()
  })
})

describe('a library with a new model', () => {
  const newModel = { ...testModel, id: 'word-lengths@2', dimensions: 32, searchDimensions: 32 }

  test('says what it lacks, takes the vectors, and still has those of the old model', async () => {
    const library = await open()
    await library.put([mosses, engines, tides].map((paper) => entryOf(paper)))
    await library.close()
    const changed = await open({ model: newModel })
    expect(await changed.searchVectors(vectorOf('moss', newModel), { limit: 5 })).toEqual([])
    expect(lines).toEqual([expect.stringContaining('is missing; it is rebuilt')])
    const missing = await changed.missingVectors(2)
    expect(missing.map(({ paper }) => paper.id)).toEqual([mosses.id, engines.id])
    const outdated = { handle: 3, paper: { ...tides, abstract: 'Something else.' } }
    const added = [...missing, outdated].map((stored) => ({ ...stored, vectors: entryOf(stored.paper, [], newModel).vectors }))
    expect(await changed.addVectors(added)).toBe(2)
    expect(await changed.searchVectors(vectorOf('moss', newModel), { limit: 5 })).toHaveLength(2)
    expect(await changed.missingVectors(9)).toHaveLength(1)
    await changed.put([entryOf({ ...mosses, title: 'Lichens' }, [], newModel)])
    await changed.close()
    const back = await open()
    expect(await back.searchVectors(vectorOf('engines'), { limit: 5 })).toHaveLength(2)
    expect((await back.missingVectors(9)).map(({ paper }) => paper.title)).toEqual(['Lichens'])
    await back.close()
  })
})

describe('a library without room', () => {
  test('put, when the disk is full, fails as such, keeps what was there and recovers', async () => {
    const library = await open({ maxBytes: 600_000 })
    await library.put([entryOf(mosses)])
    const before = await answersOf(library)
    const large = paperOf({ id: 'title:large', abstract: 'Long sentence here. '.repeat(900) })
    const batch = Array.from({ length: 40 }, (_, i) => entryOf({ ...large, id: `title:large${i}` }))
    await expect(library.put(batch)).rejects.toMatchObject({ code: 'storage_full' })
    expect(await answersOf(library)).toEqual(before)
    await library.put([entryOf(tides)])
    expect(await library.status()).toMatchObject({ papers: 2, indexed: { vectors: 2, lexical: 2 } })
    await library.close()
  })
})

function isCache(name: string): boolean {
  return !name.startsWith('library.db')
}

async function answersOf(library: Library) {
  const { papers, digests, indexed } = await library.status()
  return {
    papers,
    digests,
    indexed,
    lexical: await library.searchLexical(weights('stones group3 item changed moss water'), { limit: 100 }),
    nearest: await library.searchVectors(vectorOf('group3 stones moss'), { limit: 100 }),
    listed: (await library.list({ limit: 1_000 })).papers.map(({ id }) => id),
  }
}
