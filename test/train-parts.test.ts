/** The parts of training, each against a plain way to compute the same. */
import { describe, expect, it } from 'vitest'
import { cluster } from '../src/embedding/training/clusters.js'
import { createContrast } from '../src/embedding/training/contrast.js'
import { createKernels } from '../src/embedding/training/kernels.js'
import { dequantise, quantise } from '../src/embedding/training/quantise.js'
import { createRandom } from '../src/embedding/training/random.js'
import { rotate } from '../src/embedding/training/rotate.js'
import { learnVocabulary } from '../src/embedding/training/vocabulary.js'

const normals = (length: number, seed = 3) => {
  const random = createRandom(seed)
  return Float32Array.from({ length }, () => random.normal())
}
/** Rows of unit length. */
const unitRows = (rows: number, dimensions: number, seed = 3) => {
  const values = normals(rows * dimensions, seed)
  for (let row = 0; row < rows; row++) {
    const slice = values.subarray(row * dimensions, (row + 1) * dimensions)
    const length = Math.hypot(...slice)
    slice.forEach((value, at) => (slice[at] = value / length))
  }
  return values
}
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, value, at) => sum + value * (b[at] as number), 0)
const rowOf = (values: Float32Array, row: number, dimensions: number) =>
  values.subarray(row * dimensions, (row + 1) * dimensions)

describe('learnVocabulary', () => {
  const counts = new Map([['prune', 50], ['pruning', 40], ['pruned', 30], ['quantum', 20], ['zebra', 1]])

  it('when words are common, keeps them whole, and spells every other word in their pieces', () => {
    const { tokens, encode } = learnVocabulary(counts, 100)
    const spell = (word: string) => encode(word).map((id) => tokens[id])
    expect(spell('prune')).toEqual(['prune'])
    expect(spell('quantum')).toEqual(['quantum'])
    expect(spell('zebra').join('').replaceAll('##', '')).toBe('zebra')
    expect(spell('pruner').join('').replaceAll('##', '')).toBe('pruner')
    expect(new Set(tokens).size).toBe(tokens.length)
  })

  it('when a letter is of another script, or a word too long, calls it unknown', () => {
    const { tokens, encode } = learnVocabulary(counts, 100)
    for (const word of ['слово', 'prune中', 'x'.repeat(101)]) expect(encode(word).map((id) => tokens[id])).toEqual(['[UNK]'])
    expect(encode('x'.repeat(100)).length).toBeGreaterThan(1)
  })

  it('when asked for a size, keeps to it, letters and digits always included', () => {
    expect(learnVocabulary(counts, 80).tokens).toHaveLength(80)
    expect(learnVocabulary(new Map(), 1_000).tokens).toHaveLength(4 + 72)
  })
})

describe('createKernels', () => {
  it('addScaled, when given any place in the memory, does what a plain loop does', () => {
    const kernels = createKernels(200)
    const [out, from] = [kernels.allocate(64), kernels.allocate(96)]
    out.set(normals(64, 1))
    from.set(normals(96, 2))
    const expected = out.map((value, at) => (at >= 16 && at < 48 ? value + 0.5 * (from[at - 16 + 48] as number) : value))
    kernels.addScaled(out, 16, from, 48, 0.5, 32)
    out.forEach((value, at) => expect(value).toBeCloseTo(expected[at] as number, 6))
  })

  it('adam, when given a row, moves that row as the paper says and no other', () => {
    const kernels = createKernels(400)
    const [table, mean, variance] = [kernels.allocate(96), kernels.allocate(96), kernels.allocate(96)]
    const gradient = kernels.allocate(32)
    table.set(normals(96, 1))
    gradient.set(normals(32, 2))
    const before = table.slice()
    kernels.adam(table, mean, variance, 32, gradient, 0.01)
    gradient.forEach((g, at) => {
      const [m, v] = [0.1 * g, 0.001 * g * g]
      expect(mean[32 + at]).toBeCloseTo(m, 6)
      expect(variance[32 + at]).toBeCloseTo(v, 6)
      expect(table[32 + at]).toBeCloseTo((before[32 + at] as number) - (0.01 * m) / (Math.sqrt(v) + 1e-8), 5)
    })
    expect(table.subarray(0, 32)).toEqual(before.subarray(0, 32))
    expect(table.subarray(64)).toEqual(before.subarray(64))
  })

  it('allocate, when the memory is used up, throws instead of overlapping', () => {
    const kernels = createKernels(16_384)
    kernels.allocate(16_384)
    expect(() => kernels.allocate(1)).toThrow(RangeError)
  })
})

describe('createContrast', () => {
  const [rows, dimensions, scale] = [5, 8, 3]
  const plainLoss = (questions: Float32Array, passages: Float32Array) => {
    const logit = (a: number, b: number) => scale * dot(rowOf(questions, a, dimensions), rowOf(passages, b, dimensions))
    const all = [...Array(rows).keys()]
    const share = (own: number, others: number[]) => -Math.log(Math.exp(own) / others.reduce((sum, one) => sum + Math.exp(one), 0))
    const both = all.map((i) =>
      share(logit(i, i), all.map((j) => logit(i, j))) + share(logit(i, i), all.map((j) => logit(j, i))))
    return both.reduce((sum, value) => sum + value, 0) / (2 * rows)
  }

  it('run, when given a batch, gives the loss of the formula and its slopes', async () => {
    const contrast = await createContrast(dimensions, scale, 1)
    const [questions, passages] = [unitRows(rows, dimensions, 1), unitRows(rows, dimensions, 2)]
    const { loss, questionGradient, passageGradient } = await contrast.run(questions, passages, rows)
    expect(loss).toBeCloseTo(plainLoss(questions, passages), 4)
    const slope = (values: Float32Array, at: number) => {
      const moved = (by: number) => {
        const kept = values[at] as number
        values[at] = kept + by
        const result = plainLoss(questions, passages)
        values[at] = kept
        return result
      }
      return (moved(0.01) - moved(-0.01)) / 0.02
    }
    for (const at of [0, 7, 19, 39]) {
      expect(questionGradient[at]).toBeCloseTo(slope(questions, at), 3)
      expect(passageGradient[at]).toBeCloseTo(slope(passages, at), 3)
    }
  })
})

describe('quantise', () => {
  it('when unpacked again, points every row almost where it pointed, special tokens nowhere', () => {
    const table = normals(50 * 64)
    for (let at = 0; at < table.length; at++) table[at] = (table[at] as number) * (at % 64 < 8 ? 10 : 1)
    const back = dequantise(quantise(table, 50, 64, 4))
    for (let row = 4; row < 50; row++) {
      const [was, is] = [rowOf(table, row, 64), rowOf(back, row, 64)]
      expect(dot(was, is) / Math.sqrt(dot(was, was) * dot(is, is))).toBeGreaterThan(0.85)
    }
    expect(back.subarray(0, 4 * 64).every((value) => value === 0)).toBe(true)
  })
})

describe('rotate', () => {
  it.each([4, 7, 32])('when vectors lie in four directions and %i may lead, brings those to the front and changes no cosine', async (leading) => {
    const [dimensions, rows] = [32, 200]
    const directions = unitRows(4, dimensions, 5)
    const mix = normals(rows * 4, 6)
    const vectors = new Float32Array(rows * dimensions)
    for (let row = 0; row < rows; row++) {
      for (let i = 0; i < dimensions; i++) {
        for (let k = 0; k < 4; k++) {
          vectors[row * dimensions + i] = (vectors[row * dimensions + i] as number) +
            (mix[row * 4 + k] as number) * (directions[k * dimensions + i] as number)
        }
      }
    }
    const turned = await rotate(vectors, vectors, { dimensions, leading, threads: 1 })
    for (let row = 0; row < 20; row++) {
      const [was, other] = [rowOf(vectors, row, dimensions), rowOf(vectors, row + 1, dimensions)]
      const [is, next] = [rowOf(turned, row, dimensions), rowOf(turned, row + 1, dimensions)]
      expect(dot(is, next)).toBeCloseTo(dot(was, other), 3)
      expect(Math.hypot(...is.subarray(0, 4))).toBeCloseTo(Math.hypot(...is), 3)
    }
  })
})

describe('cluster', () => {
  it('when rows point in three directions, parts them so, the same way from the same seed', async () => {
    const [dimensions, rows] = [16, 90]
    const centres = unitRows(3, dimensions, 8)
    const noise = normals(rows * dimensions, 9)
    const vectors = Float32Array.from({ length: rows * dimensions }, (_, at) => {
      const row = Math.floor(at / dimensions)
      return (centres[(row % 3) * dimensions + (at % dimensions)] as number) + 0.02 * (noise[at] as number)
    })
    const run = () => cluster(vectors, rows, dimensions, 12, createRandom(4), 1)
    const found = await run()
    for (let row = 3; row < rows; row++) {
      const same = [...found.keys()].filter((other) => found[other] === found[row])
      expect(new Set(same.map((other) => other % 3)).size).toBe(1)
    }
    expect(await run()).toEqual(found)
  })
})
