/** The compiled loop of the bundled model, held against its source and against the sum written out. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { main } from 'assemblyscript/asc'
import { beforeAll, describe, expect, it } from 'vitest'
import { openModelFolder } from '../src/embedding/model-folder.js'
import { createPooling } from '../src/embedding/pooling.js'
import { readPackedModel, type PackedModel } from '../src/embedding/training/read-model.js'
import { dequantise, quantise } from '../src/embedding/training/quantise.js'
import type { TokenCounts } from '../src/embedding/word-pieces.js'
import { createRandom } from '../src/text/random.js'

const ROOT = resolve(import.meta.dirname, '..')
const ASSEMBLY = join(ROOT, 'src/embedding/assembly')

it('pooling.wasm, compiled anew from its source, has the same bytes', async () => {
  const written = new Map<string, Uint8Array>()
  const { error } = await main(['--config', join(ASSEMBLY, 'asconfig.json')], {
    readFile: (name, folder) => {
      try {
        return readFileSync(resolve(folder, name), 'utf8')
      } catch {
        return null
      }
    },
    writeFile: (name, contents) => void written.set(name, contents as Uint8Array),
  })
  expect(error).toBeNull()
  expect([...written.values()].map((bytes) => Buffer.from(bytes).toString('base64'))).toEqual([readFileSync(join(ASSEMBLY, 'pooling.wasm'), 'base64')])
})

describe('createPooling', () => {
  let model: PackedModel
  let table: Float32Array
  beforeAll(async () => {
    const folder = join(ROOT, 'index/model/footnote-static')
    model = (await readPackedModel(folder, (await openModelFolder(folder)).manifest)) as PackedModel
    table = dequantise(model.table)
  })

  /** In 64 bits, one number after the other. */
  function writtenOut({ ids, counts }: TokenCounts, from: Float32Array, dimensions: number): Float64Array {
    const sum = new Float64Array(dimensions)
    ids.forEach((id, i) => {
      for (let j = 0; j < dimensions; j++) sum[j] = (sum[j] as number) + Math.sqrt(counts[i] as number) * (from[id * dimensions + j] as number)
    })
    const length = Math.hypot(...sum)
    return sum.map((value) => value / length)
  }
  const farthest = (one: Float32Array, other: Float64Array) => one.reduce((most, value, i) => Math.max(most, Math.abs(value - (other[i] as number))), 0)

  it.each([1, 2, 17, 300, 5_000])('of %i tokens, gives the sum of their rows', (count) => {
    const random = createRandom(count)
    const ids = Array.from({ length: count }, () => 4 + Math.floor(random.next() * (model.table.rows - 4)))
    const tokens = { ids, counts: ids.map(() => 1 + Math.floor(random.next() * 5)) }
    expect(farthest(createPooling(model.table)(tokens), writtenOut(tokens, table, model.table.dimensions))).toBeLessThan(1e-5)
  })

  it.each([4, 36, 64, 72])('of a table of %i columns, gives the sum of its rows', (dimensions) => {
    const random = createRandom(dimensions)
    const narrow = quantise(Float32Array.from({ length: 10 * dimensions }, () => random.next() - 0.5), 10, dimensions, 4)
    const tokens = { ids: [4, 9, 7], counts: [1, 2, 3] }
    const vector = createPooling(narrow)(tokens)
    expect(vector).toHaveLength(dimensions)
    expect(farthest(vector, writtenOut(tokens, dequantise(narrow), dimensions))).toBeLessThan(1e-5)
  })

  it.each([[[]], [[0, 1, 2, 3]]])('of the tokens %j, which weigh nothing, gives the first axis', (ids) => {
    const vector = createPooling(model.table)({ ids, counts: ids.map(() => 1) })
    expect([...vector.subarray(0, 3)]).toEqual([1, 0, 0])
    expect(vector.every((value, i) => i === 0 || value === 0)).toBe(true)
  })

  it('of a text after a longer one, gives what it gives first', () => {
    const short = { ids: [100, 200], counts: [1, 2] }
    const long = { ids: Array.from({ length: 6_000 }, (_, i) => 4 + i), counts: Array.from({ length: 6_000 }, () => 1) }
    const pool = createPooling(model.table)
    const first = pool(short)
    pool(long)
    expect(pool(short)).toEqual(first)
  })
})
