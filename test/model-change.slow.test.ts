/** A change of the embedding model: answers before, meanwhile and after, and whole after a kill. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Footnote } from '../src/compose.js'
import { openEmbedder } from '../src/embedding/open.js'
import { embedPapers } from '../src/ingest/vectors.js'
import { openLibrary } from '../src/library/open.js'
import { writeAdaptations } from '../src/models.js'
import { openServing } from '../src/serving.js'
import type { Pair } from '../src/serving.js'
import { asBytes, open, papersFor, silent, tinyModel } from './fixtures/tiny-models.js'

const PAPERS = papersFor(900)
const LATER = papersFor(300, 9)

let root = ''
let first = ''
let second = ''
/** A library that the first model has served. */
let served = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'footnote-change-'))
  first = await tinyModel(root, 'first', PAPERS.slice(0, 200))
  second = await tinyModel(root, 'second', PAPERS.slice(0, 200), 48)
  served = join(root, 'served')
  const footnote = await open(served, first, { live: true })
  await footnote.ingest(asBytes(PAPERS))
  await footnote.close()
}, 60_000)
afterAll(() => rm(root, { recursive: true, force: true }))

async function libraryOf(name: string): Promise<string> {
  const folder = join(root, name)
  // SQLite takes its log and its shared memory away when the last statement is collected, perhaps while they are copied: then once more.
  const copy = () => cp(served, folder, { recursive: true, filter: (path) => !path.endsWith('-shm') })
  await copy().catch(copy)
  return folder
}

const modelOf = (footnote: Footnote) => footnote.embedder.model.id.split('@')[0]

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await sleep(5)
}

async function finds(footnote: Footnote, { title }: { readonly title: string }): Promise<boolean> {
  const results = await footnote.search(title, { limit: 3 })
  return results.some(({ paper }) => paper.title === title)
}

/** Both indexes hold every paper, and each of a sample is found. */
async function isWhole(footnote: Footnote, papers: readonly { readonly title: string }[]): Promise<boolean> {
  const status = await footnote.library.status()
  const sample = papers.filter((_, i) => i % 45 === 0)
  const found = await Promise.all(sample.map((paper) => finds(footnote, paper)))
  const counts = [status.papers, status.indexed.vectors, status.indexed.lexical]
  return counts.every((count) => count === papers.length) && found.every(Boolean)
}

describe('a live Footnote whose model is changed', () => {
  it('at the start, answers at once and all along, with the old model, then with the new', async () => {
    const footnote = await open(await libraryOf('asked'), second, { live: true })
    expect(modelOf(footnote)).toBe('first')
    const seen = new Set<unknown>()
    const missed: string[] = []
    const told: unknown[] = []
    for (let i = 0; modelOf(footnote) === 'first' || i % 50 !== 0; i++) {
      const paper = PAPERS[(i * 7) % PAPERS.length] as (typeof PAPERS)[number]
      const [found] = await Promise.all([finds(footnote, paper), footnote.library.get('none'), footnote.related({ text: paper.title, limit: 3 })])
      if (!found) missed.push(paper.title)
      seen.add(modelOf(footnote))
      told.push(footnote.modelChange?.()?.to)
      // Nothing else above lets the event loop turn.
      await sleep(1)
    }
    expect(missed).toEqual([])
    expect([...seen]).toEqual(['first', 'second'])
    expect(told).toContain(second)
    expect(await isWhole(footnote, PAPERS)).toBe(true)
    await footnote.close()
  }, 60_000)

  it('while papers come in, has all of them with the new model when they are acknowledged', async () => {
    const footnote = await open(await libraryOf('fed'), second, { live: true })
    async function* slowly() {
      for (const [i, paper] of LATER.entries()) {
        if (i % 50 === 0 && i > 0) await sleep(20)
        yield* asBytes([paper])
        // The second half waits for the change, so that batches fall on both sides of it.
        if (i === 150) await until(() => modelOf(footnote) === 'second')
      }
    }
    const [summary] = await Promise.all([footnote.ingest(slowly()), footnote.ingest(asBytes(PAPERS.slice(0, 100)))])
    expect(summary).toMatchObject({ added: 300, rejectedCount: 0 })
    expect(modelOf(footnote)).toBe('second')
    expect(await isWhole(footnote, [...PAPERS, ...LATER])).toBe(true)
    await footnote.close()
  }, 60_000)

  it('with work under way on the old library, lets it end there before it closes that, and takes in what it stored', async () => {
    const folder = await libraryOf('held')
    const [paper] = LATER.map(({ title, abstract }) => ({ id: 'title:late', title, abstract, addedAt: '2026-01-02T03:04:05.000Z' }))
    if (paper === undefined) throw new Error('no paper')
    const serving = await openServing<Pair>({
      dataDir: folder, chosen: async () => second, live: true, log: silent,
      openModel: (setting) => openEmbedder(setting, { bundledFolder: root, cacheFolder: root }),
      assemble: async (embedder) => ({ embedder, library: await openLibrary({ dataDir: folder, model: embedder.model, log: silent }) }),
    })
    const nearest = await serving.using(async (parts) => {
      await until(() => serving.current() !== parts)
      await sleep(50)
      const [vectors] = await embedPapers(parts.embedder, [paper])
      if (vectors !== undefined) await parts.library.put([{ paper, keys: [paper.id], vectors }])
      return parts.library.searchVectors(await parts.embedder.embedQuestion(paper.title), { limit: 3 })
    })
    expect(nearest).toHaveLength(3)
    await serving.complete()
    const { papers, indexed, model } = await serving.current().library.status()
    expect([papers, indexed.vectors, model.split('@')[0]]).toEqual([901, 901, 'second'])
    await serving.close()
  }, 60_000)

  it('by a change of adapted.json, follows it, and goes back when it is undone', async () => {
    const folder = await libraryOf('followed')
    await cp(second, join(folder, 'models/adapted-1'), { recursive: true })
    const footnote = await open(folder, first, { live: true })
    await writeAdaptations(folder, { base: first, folders: ['models/adapted-1'] })
    await until(() => modelOf(footnote) === 'second')
    await writeAdaptations(folder, { base: first, folders: [] })
    await until(() => modelOf(footnote) === 'first')
    expect(await isWhole(footnote, PAPERS)).toBe(true)
    await footnote.close()
  }, 60_000)

  it('closed in the middle, leaves the old model in service and goes on the next time', async () => {
    const folder = await libraryOf('closed')
    const footnote = await open(folder, second, { live: true })
    await until(() => (footnote.modelChange?.()?.embedded ?? 0) > 0)
    await footnote.close()
    const again = await open(folder, second, { live: true })
    expect(modelOf(again)).toBe('first')
    await until(() => modelOf(again) === 'second')
    await again.close()
    const last = await open(folder, second, { live: true })
    expect(modelOf(last)).toBe('second')
    await last.close()
  }, 60_000)

  it('to one that cannot be had, says so and goes on with the old one', async () => {
    const warnings: string[] = []
    const log = { info: () => {}, warn: (_facts: object | string, message = '') => void warnings.push(message) }
    const footnote = await open(await libraryOf('unreachable'), 'nobody/no-such-model', { live: true, log })
    await until(() => warnings.length > 0)
    expect(warnings[0]).toMatch(/nobody\/no-such-model cannot be loaded; connect to the network/)
    expect(modelOf(footnote)).toBe('first')
    expect(await isWhole(footnote, PAPERS)).toBe(true)
    await footnote.close()
  }, 60_000)
})

describe('a Footnote whose model is changed', () => {
  it('in a tool, has embedded the library before it is open', async () => {
    const footnote = await open(await libraryOf('tool'), second)
    expect(modelOf(footnote)).toBe('second')
    expect(await isWhole(footnote, PAPERS)).toBe(true)
    await footnote.close()
  }, 60_000)

  it('when the old one is gone, answers at once with the new one, and has embedded the library soon', async () => {
    const folder = await libraryOf('gone')
    const record = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as object
    await writeFile(join(folder, 'model.json'), JSON.stringify({ ...record, setting: join(root, 'nowhere') }))
    const footnote = await open(folder, second, { live: true })
    expect(modelOf(footnote)).toBe('second')
    expect(await finds(footnote, PAPERS[899] as (typeof PAPERS)[number])).toBe(true)
    await until(() => footnote.modelChange?.() === undefined)
    expect(await isWhole(footnote, PAPERS)).toBe(true)
    await footnote.close()
  }, 60_000)

  it.each(['no such model', 'first model'])('to "%s", which nobody knows, fails and names the setting', async (model) => {
    await expect(open(await libraryOf(model), model, { live: true })).rejects.toMatchObject({
      code: 'invalid_request', message: expect.stringMatching(/EMBEDDING_MODEL/),
    })
  }, 60_000)

  it('there and back, finds the files of each model as it left them', async () => {
    const folder = await libraryOf('back')
    for (const model of [second, first, second]) await (await open(folder, model)).close()
    const warnings: unknown[] = []
    const log = { info: () => {}, warn: (facts: unknown) => void warnings.push(facts) }
    for (const model of [first, second]) await (await open(folder, model, { log })).close()
    expect(warnings).toEqual([])
  }, 60_000)
})

describe('a server killed in the middle of a change of model', () => {
  it('starts again with the old model or the new, whole, and answers', async () => {
    const folder = await libraryOf('killed')
    for (const delayMs of [0, 60, 200, 350, 600]) {
      await killDuringChange(folder, delayMs)
      const footnote = await open(folder, second, { live: true })
      expect(['first', 'second']).toContain(modelOf(footnote))
      expect(await isWhole(footnote, PAPERS)).toBe(true)
      await footnote.close()
    }
    const footnote = await open(folder, second, { live: true })
    await until(() => modelOf(footnote) === 'second')
    expect(await isWhole(footnote, PAPERS)).toBe(true)
    await footnote.close()
  }, 120_000)

  /** The server's own process, killed without warning so long after it has begun to change, or has changed. */
  async function killDuringChange(folder: string, delayMs: number): Promise<void> {
    const server = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, '../src/server.ts')], {
      cwd: root,
      env: { PATH: process.env['PATH'], PORT: '0', DATA_DIR: folder, EMBEDDING_MODEL: second, STARTER_LIBRARY: 'false' },
    })
    const exited = once(server, 'exit')
    for await (const line of createInterface({ input: server.stdout })) {
      if (!/changing the embedding model|"ready"/.test(line)) continue
      await sleep(delayMs)
      server.kill('SIGKILL')
    }
    await exited
  }
})
