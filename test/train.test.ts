/** Training from files to a served model, on made-up papers. */
import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createBagBuilder } from '../src/embedding/training/bags.js'
import { readStaticModel } from '../src/embedding/training/read-model.js'
import { train, type TrainOptions } from '../src/embedding/training/train.js'
import { createTransformersEmbedder } from '../src/embedding/transformers.js'
import { words } from '../src/text/words.js'
import { similarity, testEmbedder } from './contracts/embedder.js'
import { madeUpPapers } from './training.js'

const FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx', 'footnote.json']
const papers = madeUpPapers(200)
const lines = papers.map(({ title, abstract }) => JSON.stringify({ title, abstract })).join('\n')

let folder: string
let corpus: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'footnote-train-'))
  corpus = join(folder, 'papers.jsonl')
  await writeFile(corpus, lines)
  await writeFile(`${corpus}.gz`, gzipSync(lines))
})
afterAll(() => rm(folder, { recursive: true }))

const optionsFor = (name: string, more: Partial<TrainOptions> = {}): TrainOptions => ({
  out: join(folder, name), name: 'tiny', vocabularySize: 400, searchDimensions: 16, tables: 1, ...more,
  trainer: { dimensions: 32, epochs: 8, batch: 50, clusters: 4, rate: 0.05, ...more.trainer },
})
const bytesOf = (name: string) => Promise.all(FILES.map((file) => readFile(join(folder, name, file), 'base64')))

testEmbedder('a model that was just trained', async () => {
  const options = optionsFor('contract')
  await train([corpus], options)
  return createTransformersEmbedder({ modelPath: options.out })
})

describe('train', () => {
  it('when given papers of ten fields, tells the fields apart, also by the leading dimensions', async () => {
    const options = optionsFor('fields')
    const summary = await train([corpus], options)
    expect(summary).toMatchObject({ papers: 200 })
    const embedder = await createTransformersEmbedder({ modelPath: options.out })
    expect(embedder.model).toMatchObject({ dimensions: 32, searchDimensions: 16 })
    const vectors = await embedder.embedPassages(papers.map(({ abstract }) => abstract))
    const questions = await embedder.embedPassages(papers.map(({ title }) => title))
    for (const dimensions of [32, 16]) {
      const right = questions.filter((question, at) => {
        const nearest = argMax(vectors.map((vector, other) =>
          other === at ? -1 : similarity(question.subarray(0, dimensions), vector.subarray(0, dimensions))))
        return papers[nearest]?.field === papers[at]?.field
      })
      expect(right.length).toBeGreaterThan(190)
    }
    await embedder.close()
  })

  it('when run twice, plain and compressed, writes the same bytes', async () => {
    await train([corpus], optionsFor('once'))
    await train([`${corpus}.gz`], optionsFor('twice'))
    expect(await bytesOf('twice')).toEqual(await bytesOf('once'))
  })

  it('when the seed differs, writes another model', async () => {
    await train([corpus], optionsFor('seed-1'))
    await train([corpus], optionsFor('seed-2', { trainer: { dimensions: 32, epochs: 8, batch: 50, seed: 2 } }))
    expect(await bytesOf('seed-2')).not.toEqual(await bytesOf('seed-1'))
  })

  it('when stopped in the fourth epoch and started again, ends in the same bytes', async () => {
    await train([corpus], optionsFor('straight'))
    const stop = new AbortController()
    const stopped = train([corpus], optionsFor('resumed', {
      signal: stop.signal,
      onProgress: (progress) => {
        if (progress.stage === 'training' && progress.epoch === 4) stop.abort(new Error('stopped'))
      },
    }))
    await expect(stopped).rejects.toThrow('stopped')
    const resumed: number[] = []
    await train([corpus], optionsFor('resumed', {
      onProgress: (progress) => {
        if (progress.stage === 'resuming') resumed.push(progress.epoch)
      },
    }))
    expect(resumed).toEqual([3])
    expect(await bytesOf('resumed')).toEqual(await bytesOf('straight'))
  })

  it('when two tables are wanted and it is stopped in the second, keeps the first and ends in the same bytes', async () => {
    await train([corpus], optionsFor('two-straight', { tables: 2 }))
    const stop = new AbortController()
    const stopped = train([corpus], optionsFor('two-resumed', {
      tables: 2,
      signal: stop.signal,
      onProgress: (progress) => {
        if (progress.stage === 'training' && progress.table === 2 && progress.epoch === 3) stop.abort(new Error('stopped'))
      },
    }))
    await expect(stopped).rejects.toThrow('stopped')
    const resumed: number[][] = []
    await train([corpus], optionsFor('two-resumed', {
      tables: 2,
      onProgress: (progress) => {
        if (progress.stage === 'resuming') resumed.push([progress.table, progress.epoch])
      },
    }))
    expect(resumed).toEqual([[1, 8], [2, 2]])
    expect(await bytesOf('two-resumed')).toEqual(await bytesOf('two-straight'))
    expect((await readdir(join(folder, 'two-resumed'))).filter((name) => name.startsWith('checkpoint'))).toEqual([])
  }, 20_000)

  it('when two tables are joined, gives the mean of their cosines', async () => {
    await train([corpus], optionsFor('both', { tables: 2 }))
    const { trainer } = optionsFor('one')
    for (const seed of [1, 2]) await train([corpus], optionsFor(`seed ${seed}`, { trainer: { ...trainer, seed } }))
    const cosines = async (name: string) => {
      const embedder = await createTransformersEmbedder({ modelPath: join(folder, name) })
      const [first, ...others] = await embedder.embedPassages(papers.slice(0, 60).map(({ abstract }) => abstract))
      await embedder.close()
      return others.map((vector) => similarity(first as Float32Array, vector))
    }
    const [both, one, other] = [await cosines('both'), await cosines('seed 1'), await cosines('seed 2')]
    const mean = one.map((cosine, i) => (cosine + (other[i] as number)) / 2)
    const gap = (to: readonly number[]) => both.reduce((sum, cosine, i) => sum + Math.abs(cosine - (to[i] as number)), 0)
    expect(gap(mean)).toBeLessThan(0.7 * Math.min(gap(one), gap(other)))
  }, 20_000)

  it('when papers are of the life sciences, reads them twice, or those that the option names', async () => {
    const file = join(folder, 'subjects.jsonl')
    const categories = ['cs.LG, q-bio.NC', 'Adult; Humans', 'cs.LG', '', undefined, ['Adult; Humans']]
    await writeFile(file, papers.slice(0, 60).map(({ title, abstract }, i) => JSON.stringify({ title, abstract, categories: categories[i % 6] })).join('\n'))
    expect(await train([file], optionsFor('subjects'))).toMatchObject({ papers: 80 })
    expect(await train([file], optionsFor('others', { twice: /^cs/ }))).toMatchObject({ papers: 80 })
    expect(await train([file], optionsFor('none', { twice: /^nothing$/ }))).toMatchObject({ papers: 60 })
  }, 20_000)

  it('when a checkpoint is of another training, starts anew', async () => {
    const stop = new AbortController()
    const first = train([corpus], optionsFor('other', {
      signal: stop.signal, trainer: { dimensions: 32, epochs: 8, batch: 50, seed: 5 },
      onProgress: (progress) => {
        if (progress.stage === 'training' && progress.epoch === 2) stop.abort(new Error('stopped'))
      },
    }))
    await expect(first).rejects.toThrow('stopped')
    await train([corpus], optionsFor('other'))
    await train([corpus], optionsFor('fresh'))
    expect(await bytesOf('other')).toEqual(await bytesOf('fresh'))
  })

  it.each([
    ['missing', undefined, /missing\.jsonl/],
    ['empty', '', /Found 0 papers/],
    ['one paper', lines.split('\n')[0], /Found 1 papers/],
    ['no JSON', 'title,abstract\nA,B', /Line 1 of .* is not JSON/],
    ['no abstract', '{"title": "A", "abstract": "B"}\n{"title": "A"}', /Line 2 of .* has no abstract/],
    ['a blank title', '{"title": " ", "abstract": "B"}', /Line 1 of .* has no title/],
  ])('when a file is %s, says so with a cure', async (name, content, message) => {
    const file = join(folder, `${name}.jsonl`)
    if (content !== undefined) await writeFile(file, content)
    await expect(train([file], optionsFor(name))).rejects.toMatchObject({
      code: 'invalid_request', message: expect.stringMatching(message),
    })
  })

  it.each([
    [{ trainer: { dimensions: 40 } }, /40 dimensions.*multiple of 16/],
    [{ vocabularySize: 65_537 }, /65537 tokens.*at most 65536/],
  ])('when asked for %o, says what is possible', async (more, message) => {
    await expect(train([corpus], optionsFor('bad', more))).rejects.toMatchObject({
      code: 'invalid_request', message: expect.stringMatching(message),
    })
  })

  it('when a compressed file is cut short, says so', async () => {
    const file = join(folder, 'cut.jsonl.gz')
    await writeFile(file, gzipSync(lines).subarray(0, 3_000))
    await expect(train([file], optionsFor('cut'))).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

describe('readStaticModel', () => {
  it('when given a model that was trained, gives the table that its vectors are sums of', async () => {
    const options = optionsFor('read-back')
    await train([corpus], options)
    const { vocabulary, table, manifest } = await readStaticModel(options.out)
    const embedder = await createTransformersEmbedder({ modelPath: options.out })
    const text = papers[0]?.title ?? ''
    const builder = createBagBuilder(vocabulary.tokens.length, 4)
    builder.add(words(text).flatMap((word) => vocabulary.encode(word)))
    const { ids, weights } = builder.finish()
    const sum = new Float32Array(manifest.dimensions)
    ids.forEach((id, at) => sum.forEach((value, i) =>
      (sum[i] = value + (weights[at] as number) * (table[id * manifest.dimensions + i] as number))))
    const length = Math.hypot(...sum)
    expect(similarity(sum.map((value) => value / length), await embedder.embedQuestion(text))).toBeCloseTo(1, 5)
    await embedder.close()
  })
})

describe('npm run train', () => {
  const run = (...args: string[]) => promisify(execFile)(
    process.execPath, ['--import', 'tsx', 'scripts/train.ts', ...args], { cwd: resolve(import.meta.dirname, '..') })

  it('when given a file, writes a model and says what it is', async () => {
    const out = join(folder, 'command')
    const { stdout } = await run('--out', out, '--name', 'mine', '--dimensions', '32', '--epochs', '2', '--batch', '50',
      '--vocabulary', '400', corpus)
    expect(stdout).toContain('trained on 200 papers')
    const embedder = await createTransformersEmbedder({ modelPath: out })
    expect(embedder.model.id).toMatch(/^mine@[0-9a-f]{12}$/)
    await embedder.close()
  }, 20_000)

  it('when the file is missing, says so and fails', async () => {
    const failed = run('--out', join(folder, 'none'), join(folder, 'none.jsonl'))
    await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('none.jsonl') })
  }, 20_000)
})

function argMax(values: readonly number[]): number {
  return values.indexOf(Math.max(...values))
}
