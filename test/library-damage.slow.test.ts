/** What a library survives: damage to every file that it can rebuild. `npm run crash-test` kills it while it writes. */
import { execFile } from 'node:child_process'
import { copyFile, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Database from 'libsql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exportLibrary } from '../src/library/export.js'
import { openLibrary } from '../src/library/open.js'
import type { Paper } from '../src/papers/paper.js'
import { createRandom } from '../src/text/random.js'
import { entryOf, paperOf, testModel } from './fixtures/library-texts.js'

const run = promisify(execFile)
const silent = { info: () => {}, warn: () => {} }

describe('a library whose index files are damaged', () => {
  let root: string
  let sound: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'footnote-damage-'))
    sound = await makeLibrary('sound', 0)
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  test('in any way, answers as before: each opened in a process of its own folder', { timeout: 120_000 }, async () => {
    const other = await makeLibrary('other', 1)
    const caches = (await readdir(sound)).filter((name) => !name.startsWith('library.db'))
    expect(caches).toHaveLength(5)
    const folders: string[] = []
    for (const name of caches) {
      const bytes = await readFile(join(sound, name))
      const twin = (await readdir(other)).find((found) => found.split('.').at(-1) === name.split('.').at(-1) && found[0] === name[0]) as string
      const versions: Buffer[] = [bytes.subarray(0, bytes.length >> 1), bytes.subarray(0, -1), Buffer.alloc(0), await readFile(join(other, twin))]
      versions.push(...flips(bytes, 12))
      for (const version of versions) {
        const folder = join(root, `damaged-${folders.length}`)
        await copyFolder(sound, folder)
        await writeFile(join(folder, name), version)
        folders.push(folder)
      }
    }
    // One child for all: a crash ends it, and the folders that it did not answer for are missing.
    const { stdout } = await run(process.execPath, ['--import', 'tsx', 'test/fixtures/answer-from.ts', sound, ...folders], { maxBuffer: 1e8 })
    const [expected, ...answers] = stdout.trim().split('\n')
    expect(expected).toContain('"papers":80')
    expect(answers).toHaveLength(folders.length)
    expect(answers.filter((answer) => answer !== expected)).toEqual([])
  })

  function flips(bytes: Buffer, count: number): Buffer[] {
    const random = createRandom(bytes.length)
    return Array.from({ length: count }, (_, i) => {
      const damaged = Buffer.from(bytes)
      const place = i < 4 ? random.below(Math.min(96, bytes.length)) : random.below(bytes.length)
      damaged[place] = (damaged[place] as number) ^ (1 << random.below(8))
      return damaged
    })
  }

  async function makeLibrary(name: string, shift: number): Promise<string> {
    const dataDir = join(root, name)
    const library = await openLibrary({ dataDir, model: { ...testModel, id: `model-${name}` }, log: silent })
    const facts = Array.from({ length: 80 + shift }, (_, i) => ({ id: `title:${i}`, title: `Stone ${i}`, abstract: `It weighs ${(i + shift) % 9} grams.` }))
    await library.put(facts.map((fact) => entryOf(paperOf(fact))))
    await library.close()
    return dataDir
  }

  async function copyFolder(from: string, to: string): Promise<void> {
    await mkdir(to)
    // SQLite may fold its log into the database, and remove it, a moment after closing: the log is copied first.
    const names = (await readdir(from)).filter((name) => !name.endsWith('-shm')).sort((a, b) => Number(b.endsWith('-wal')) - Number(a.endsWith('-wal')))
    for (const name of names) await copyFile(join(from, name), join(to, name)).catch(ignoreMissingLog(name))
  }
})

function ignoreMissingLog(name: string): (error: unknown) => void {
  return (error) => {
    if (!name.endsWith('-wal')) throw error
  }
}

describe('a library whose database is damaged in one page', () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'footnote-page-'))
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  const papers = Array.from({ length: 120 }, (_, i) => paperOf({ id: `title:${i}`, title: `Stone ${i} of the wall`, abstract: `Stone ${i} weighs ${i * 7} grams. ${'It is grey. '.repeat(30)}` }))

  test('whichever it is, invents nothing, loses only what lay there, says the cure, and can be salvaged', { timeout: 120_000 }, async () => {
    const sound = join(root, 'sound')
    const library = await openLibrary({ dataDir: sound, model: testModel, log: silent })
    await library.put(papers.map((paper) => entryOf(paper)))
    await library.close()
    fold(join(sound, 'library.db'))
    const bytes = await readFile(join(sound, 'library.db'))
    const tally = { refused: 0, partly: 0, wholly: 0 }
    for (let page = 0; page * 4_096 < bytes.length; page += 3) {
      const folder = join(root, `page-${page}`)
      await cp(sound, folder, { recursive: true })
      await writeFile(join(folder, 'library.db'), Buffer.from(bytes).fill(page % 2 === 0 ? 0xa5 : 0, page * 4_096, (page + 1) * 4_096))
      tally[await readAround(folder)]++
    }
    expect(tally.partly).toBeGreaterThan(5)
    expect(tally.refused).toBeLessThan(tally.partly + tally.wholly)
  })

  /** How far the library can still be read. */
  async function readAround(folder: string): Promise<'refused' | 'partly' | 'wholly'> {
    const warnings: string[] = []
    const library = await openLibrary({ dataDir: folder, model: testModel, log: { info: () => {}, warn: (message) => void warnings.push(message) } }).catch(expectCure)
    if (library === undefined) return 'refused'
    const read = await library.read(papers.map((_, i) => i + 1)).catch(expectCure)
    for (const [i, paper] of (read ?? []).entries()) expect([papers[i], undefined]).toContainEqual(paper)
    for (const { id, ...paper } of papers) expect([{ id, ...paper }, undefined]).toContainEqual((await library.get(id).catch(expectCure))?.paper)
    const hits = await library.searchLexical(new Map([['stone', 1]]), { limit: 200 }).catch(expectCure)
    expect(hits ?? []).toHaveLength(hits === undefined ? 0 : papers.length)
    await library.close().catch(expectCure)
    const saved = await salvage(folder)
    const lost = papers.filter(({ id }) => !saved.has(id))
    if (read === undefined) return 'refused'
    const whole = read.every((paper) => paper !== undefined)
    if (lost.length > 0) expect(warnings.join(), `${lost.length} lost`).toMatch(/is damaged.*--salvage/)
    return whole ? 'wholly' : 'partly'
  }

  async function salvage(folder: string): Promise<Set<string>> {
    const saved = new Set<string>()
    for await (const line of exportLibrary(folder, { onLost: () => undefined })) {
      const { keys, ...paper } = JSON.parse(line) as Paper & { keys: string[] }
      expect(papers).toContainEqual(paper)
      expect(keys).toContain(paper.id)
      saved.add(paper.id)
    }
    return saved
  }

  function expectCure(error: unknown): undefined {
    expect(error).toMatchObject({ code: 'internal', message: expect.stringMatching(/library\.db is damaged .*put a backup in its place, or delete it once .*--salvage/) as string })
  }

  /** Moves the log into the file, so that no sound copy of a page stands there. */
  function fold(path: string): void {
    const database = new Database(path)
    database.pragma('wal_checkpoint(TRUNCATE)')
    database.close()
  }
})
