/** What a library survives: damage to every file that it can rebuild. `npm run crash-test` kills it while it writes. */
import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openLibrary } from '../src/library/open.js'
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
