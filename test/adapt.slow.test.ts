/** Adapting the model to a library: what it learns, when it is used, how it is undone, and what a kill leaves. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { gainOf, isBetter } from '../scripts/adapting/measure.js'
import { adaptModel } from '../src/embedding/training/adapt.js'
import { holdOut } from '../src/embedding/training/adapt-questions.js'
import { readStaticModel } from '../src/embedding/training/read-model.js'
import { chosenModel } from '../src/models.js'
import { createRandom } from '../src/text/random.js'
import { asBytes, open, papersFor, tinyModel } from './fixtures/tiny-models.js'

const FIELDS = papersFor(200)
/** Of other fields than those that the base was trained on. */
const LIBRARY = papersFor(240, 5).map((paper, i) => ({ ...paper, id: `title:${i}` }))

let root = ''
let base = ''
let filled = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'footnote-adapt-test-'))
  base = await tinyModel(root, 'base', FIELDS)
  filled = join(root, 'filled')
  const footnote = await open(filled, base, { live: true })
  await footnote.ingest(asBytes(LIBRARY))
  await footnote.close()
}, 60_000)
afterAll(() => rm(root, { recursive: true, force: true }))

async function libraryOf(name: string): Promise<string> {
  const folder = join(root, name)
  await cp(filled, folder, { recursive: true, filter: (path) => !path.endsWith('-shm') })
  return folder
}

describe('holdOut', () => {
  const { questions, papers } = holdOut(LIBRARY, createRandom(3))

  it('when given a library, asks for a sixth of it by sentence and a sixth by title, each paper once', () => {
    expect(questions.filter(({ kind }) => kind === 'sentence')).toHaveLength(40)
    expect(questions.filter(({ kind }) => kind === 'title')).toHaveLength(40)
    expect(new Set(questions.map(({ id }) => id)).size).toBe(80)
  })

  it('when it asks for a paper, returns it without what is asked, and the others as they are', () => {
    const asked = new Map(questions.map((question) => [question.id, question]))
    LIBRARY.forEach((paper, i) => {
      const question = asked.get(paper.id)
      const left = papers[i] as (typeof LIBRARY)[number]
      if (question === undefined) return expect(left).toBe(paper)
      const text = `${left.title}\n${left.abstract}`
      if (question.kind === 'title') expect(text).not.toContain(paper.title)
      // Of five sentences four are left.
      else expect([left.abstract.match(/\./g)?.length, paper.abstract.match(/\./g)?.length]).toEqual([4, 5])
    })
  })

  it('when asked again, asks the same', () => {
    expect(holdOut(LIBRARY, createRandom(3))).toEqual({ questions, papers })
  })
})

describe('adaptModel', () => {
  it('when run twice, gives the same bytes, with the vocabulary and dimensions of the base', async () => {
    const [one, two] = [join(root, 'one'), join(root, 'two')]
    const summary = await adaptModel(LIBRARY, { base, out: one, name: 'mine', epochs: 3 })
    await adaptModel(LIBRARY, { base, out: two, name: 'mine', epochs: 3 })
    expect(summary).toMatchObject({ papers: 240, epochs: 3, loss: expect.any(Number) })
    const table = (folder: string) => readFile(join(folder, 'onnx/model_quantized.onnx'))
    expect((await table(one)).equals(await table(two))).toBe(true)
    const [before, after] = [await readStaticModel(base), await readStaticModel(one)]
    expect(after.vocabulary.tokens).toEqual(before.vocabulary.tokens)
    expect(after.manifest).toMatchObject({ name: 'mine', dimensions: before.manifest.dimensions, searchDimensions: before.manifest.searchDimensions, fusion: before.manifest.fusion })
  }, 20_000)
})

describe('isBetter', () => {
  const steady = gainOf([0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5])
  const more = gainOf([0.2, 0.5, 0.5, 0.2], [0.5, 0.5, 0.5, 0.5])
  const less = gainOf([0.5, 0.5, 0.5, 0.5], [0.2, 0.2, 0.2, 0.2])
  const mixed = gainOf([1, 0.5, 0.5, 0.5], [0.9, 0.55, 0.5, 0.5])

  it.each([
    ['dense finds more and the ranking as much', { dense: more, fused: steady }, true],
    ['dense finds more and the ranking less, within chance', { dense: more, fused: mixed }, true],
    ['dense finds more and the ranking less', { dense: more, fused: less }, false],
    ['dense finds as much', { dense: steady, fused: more }, false],
  ])('when %s, says %#', (_, gain, expected) => {
    expect(isBetter(gain)).toBe(expected)
  })
})

describe('npm run adapt', () => {
  it('when the new model finds more, puts it into service, and --undo takes it out again', async () => {
    const folder = await libraryOf('better')
    const { code, out } = await adapt(folder, ['--json'])
    const report = JSON.parse(out) as { better: boolean; activated?: string; gain: { dense: { mrr: number } } }
    expect(code).toBe(0)
    expect(report).toMatchObject({ papers: 240, questions: 80, better: true, activated: 'models/footnote-static-adapted-1' })
    expect(report.gain.dense.mrr).toBeGreaterThan(0)
    expect(await served(folder)).toBe('footnote-static-adapted-1')

    expect((await adapt(folder, ['--undo'])).out).toContain(base)
    expect(await served(folder)).toBe('base')
    const again = await adapt(folder, ['--undo'])
    expect([again.code, again.complaint]).toEqual([1, expect.stringContaining('nothing to undo')])
  }, 60_000)

  it('when the new model finds no more, changes nothing, unless it is forced to', async () => {
    const folder = await libraryOf('no-better')
    // A model that is as far as it gets on these papers.
    const best = join(root, 'best')
    await adaptModel(LIBRARY, { base, out: best, name: 'best', epochs: 60 })
    const first = await adapt(folder, [], best)
    expect([first.code, first.out]).toEqual([0, expect.stringContaining('nothing has changed')])
    expect(await chosenModel(best, folder)).toBe(best)
    expect(await readdir(join(folder, 'models'))).toEqual([])

    const forced = await adapt(folder, ['--force'], best)
    expect(forced.out).toContain('it is in use from now on')
    expect(await chosenModel(best, folder)).toBe(join(folder, 'models/footnote-static-adapted-1'))
    expect(await chosenModel(base, folder)).toBe(base)
  }, 90_000)

  it('when the library is adapted three times, keeps the last two models and their vectors, for one undo', async () => {
    const folder = await libraryOf('thrice')
    const sizes: number[] = []
    for (let round = 1; round <= 3; round++) {
      expect((await adapt(folder, ['--force'])).code).toBe(0)
      sizes.push((await readdir(folder)).filter((name) => /^vectors-[0-9a-f]{8}\.json$/.test(name)).length)
    }
    expect((await readdir(join(folder, 'models'))).sort()).toEqual(['footnote-static-adapted-2', 'footnote-static-adapted-3'])
    // The base's beside them.
    expect(sizes).toEqual([2, 3, 3])
    expect(await served(folder)).toBe('footnote-static-adapted-3')
    await adapt(folder, ['--undo'])
    expect(await served(folder)).toBe('footnote-static-adapted-2')
    await adapt(folder, ['--undo'])
    expect(await served(folder)).toBe('base')
  }, 240_000)

  it('when the library is too small, says how many papers it takes', async () => {
    const folder = join(root, 'small')
    const footnote = await open(folder, base)
    await footnote.ingest(asBytes(LIBRARY.slice(0, 49)))
    await footnote.close()
    const { code, complaint } = await adapt(folder, [])
    expect([code, complaint]).toEqual([1, expect.stringMatching(/holds 49 papers.*until there are 50/)])
  }, 30_000)

  it.each(['training on', 'step ', 'measuring', 'embedding the library'])(
    'killed when it says "%s", leaves the old model or the new, whole', async (moment) => {
      const folder = await libraryOf(`killed-${moment.trim().replaceAll(' ', '-')}`)
      await adapt(folder, ['--force'], base, moment)
      const footnote = await open(folder, base, { live: true })
      const { papers, indexed } = await footnote.library.status()
      expect([papers, indexed.vectors]).toEqual([240, 240])
      const [first] = await footnote.search(LIBRARY[7]?.title ?? '', { limit: 1 })
      expect(first?.paper.title).toBe(LIBRARY[7]?.title)
      await footnote.close()
    }, 30_000)
})

/** The name of the model that a process would serve with now. */
async function served(folder: string): Promise<string | undefined> {
  const footnote = await open(folder, base)
  const { papers, indexed } = await footnote.library.status()
  expect(indexed.vectors).toBe(papers)
  const name = footnote.embedder.model.id.split('@')[0]
  await footnote.close()
  return name
}

/** Runs the command over a library; killed without warning when it writes a line that begins like `killAt`. */
async function adapt(dataDir: string, flags: readonly string[], model = base, killAt?: string) {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, '../scripts/adapt.ts'), ...flags], {
    cwd: root,
    env: { PATH: process.env['PATH'], DATA_DIR: dataDir, EMBEDDING_MODEL: model },
  })
  let [out, complaint] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  createInterface({ input: child.stderr }).on('line', (line) => {
    complaint += `${line}\n`
    if (killAt !== undefined && line.startsWith(killAt)) child.kill('SIGKILL')
  })
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, complaint }
}
