/** Each index against one that compares everything: the same answers, whatever has been changed before. */
import MiniSearch from 'minisearch'
import { describe, expect, test } from 'vitest'
import { createHandleSet } from '../src/library/filter.js'
import { createVectorIndex } from '../src/library/hnsw.js'
import { createLexicalIndex } from '../src/library/lexical.js'
import { createPagedLists } from '../src/library/paged-lists.js'
import { openVectors, packVectors, quantise } from '../src/library/vector-codec.js'
import { createRandom } from '../src/text/random.js'
import type { Random } from '../src/text/random.js'
import { terms } from '../src/text/terms.js'

/** Texts whose words are as unevenly common as in a language (Zipf). */
function textOf(random: Random, length = 5 + random.below(60)): string {
  return Array.from({ length }, () => `q${Math.floor(600 ** random.next())}z`).join(' ')
}

function queryOf(random: Random): Map<string, number> {
  const names = terms(textOf(random, 1 + random.below(10)))
  return new Map(names.map((name) => [name, random.next() < 0.3 ? 0.4 : 1]))
}

function unitOf(random: Random, dimensions: number): Float32Array {
  const vector = Float32Array.from({ length: dimensions }, () => random.next() - 0.5)
  return unit(vector)
}

/** A lexical index after many changes, and the texts that it holds in the end. */
function changedIndex(random: Random, papers: number) {
  const index = createLexicalIndex()
  const texts = new Map<number, string>()
  for (let change = 0; change < papers * 2; change++) {
    const handle = 1 + random.below(papers)
    if (random.next() < 0.15) {
      index.remove(handle)
      texts.delete(handle)
      continue
    }
    const text = textOf(random)
    index.set(handle, text)
    texts.set(handle, text)
  }
  return { index, texts }
}

describe('the lexical index', () => {
  test('pruned, for any query and limit, gives what reading every posting gives, to the last bit', () => {
    const random = createRandom(7)
    const { index, texts } = changedIndex(random, 4_000)
    const handles = [...texts.keys()].sort((a, b) => a - b)
    const many = createHandleSet(handles.filter((handle) => handle % 3 !== 0))
    const few = createHandleSet(handles.filter((handle) => handle % 30 === 0))
    for (let round = 0; round < 150; round++) {
      const query = queryOf(random)
      const limit = [1, 3, 10, 50, 5_000][round % 5] as number
      const filter = [undefined, many, few][round % 3]
      const found = index.search(query, limit, filter)
      const values = index.values(query, handles)
      const exhaustive = handles
        .map((handle, i) => ({ handle, bm25: values[i] as number }))
        .filter(({ handle, bm25 }) => bm25 > 0 && (filter === undefined || filter.has(handle)))
        .sort((a, b) => b.bm25 - a.bm25 || a.handle - b.handle)
        .slice(0, limit)
      expect(found).toEqual(exhaustive)
      expect(index.search(query, limit, filter, false)).toEqual(exhaustive)
    }
  })

  test('after any changes, is the same as one that was made at once', () => {
    const random = createRandom(8)
    const { index, texts } = changedIndex(random, 2_500)
    const fresh = createLexicalIndex()
    const handles = [...texts.keys()].sort((a, b) => a - b)
    for (const handle of handles) fresh.set(handle, texts.get(handle) as string)
    expect(index.size).toBe(fresh.size)
    for (let round = 0; round < 40; round++) {
      const query = queryOf(random)
      expect(index.frequencies([...query.keys()])).toEqual(fresh.frequencies([...query.keys()]))
      const [changed, made] = [index.values(query, handles), fresh.values(query, handles)]
      changed.forEach((value, i) => expect(value).toBeCloseTo(made[i] as number, 9))
    }
  })

  test('for any query, finds the papers that MiniSearch finds', () => {
    const random = createRandom(9)
    const { index, texts } = changedIndex(random, 600)
    const oracle = new MiniSearch<{ id: number; text: string }>({ fields: ['text'], tokenize: (text) => terms(text), processTerm: (term) => term })
    oracle.addAll([...texts].map(([id, text]) => ({ id, text })))
    for (let round = 0; round < 60; round++) {
      const text = textOf(random, 4)
      const found = index.search(new Map(terms(text).map((term) => [term, 1])), 1_000)
      const expected = oracle.search(text).map(({ id }) => id as number)
      expect(found.map(({ handle }) => handle).sort()).toEqual(expected.sort())
    }
  })

  test('for a term in nearly every paper, still adds something', () => {
    const index = createLexicalIndex()
    for (let handle = 1; handle <= 10; handle++) index.set(handle, handle === 10 ? 'cell' : 'cell graph')
    expect(index.search(new Map([['graph', 1]]), 20).every(({ bm25 }) => bm25 > 0)).toBe(true)
    expect(index.search(new Map([['graph', 0], ['cell', -1]]), 20)).toEqual([])
  })
})

describe('the lists in pages', () => {
  test('appended to in any order, give back each list in its order, also when made again', () => {
    const random = createRandom(3)
    const lists = createPagedLists()
    const plain: number[][] = Array.from({ length: 30 }, () => [])
    for (let i = 0; i < 200_000; i++) {
      const list = Math.floor(30 ** random.next())
      lists.append(list, i)
      plain[list]?.push(i)
    }
    for (const made of [lists, createPagedLists(lists.saved())]) {
      plain.forEach((expected, list) => {
        const found: number[] = []
        made.runs(list, (values, from, to) => found.push(...values.subarray(from, to)))
        expect(found).toEqual(expected)
      })
    }
  })
})

/** Numbers that lie around zero, the first ones many times as large as the last, as those of a rotated table. */
const falling = (random: Random, dimensions: number) => unit(Float32Array.from({ length: dimensions }, (_, i) => gaussian(random) / (1 + i / 10)))
function unit(vector: Float32Array): Float32Array {
  const norm = Math.hypot(...vector)
  return vector.map((value) => value / norm)
}
const gaussian = (random: Random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next())
const cosine = (one: Float32Array, other: Float32Array) => one.reduce((sum, value, i) => sum + value * (other[i] as number), 0)

describe('packed vectors', () => {
  test.each([1, 2, 7, 31, 32, 33, 95, 384, 1_025, 2_048])('of %i dimensions, keep their direction, and take a byte a number of papers and half a byte of sentences', (dimensions) => {
    const random = createRandom(dimensions)
    for (let round = 0; round < 5; round++) {
      const [paper, ...sentences] = Array.from({ length: 4 }, () => falling(random, dimensions)) as [Float32Array, ...Float32Array[]]
      const packed = packVectors({ paper, sentences: sentences.map((vector, i) => ({ start: i, end: i + 1, vector })) })
      expect(packed.paper).toHaveLength(dimensions)
      expect(packed.sentences.length / 3).toBeLessThan(14 + dimensions * 0.54)
      const opened = openVectors(packed)
      expect(Math.hypot(...opened.paper)).toBeCloseTo(1, 5)
      expect(cosine(opened.paper, paper)).toBeGreaterThan(0.995)
      expect(opened.sentences.map(({ start, end }) => [start, end])).toEqual([[0, 1], [1, 2], [2, 3]])
      opened.sentences.forEach(({ vector }, i) => expect(cosine(vector, sentences[i] as Float32Array)).toBeGreaterThan(0.98))
      const question = falling(random, dimensions)
      expect(opened.compare(question)).toEqual({
        paper: expect.closeTo(cosine(opened.paper, question), 5) as number,
        sentences: opened.sentences.map(({ vector }) => expect.closeTo(cosine(vector, question), 5) as number),
      })
    }
  })

  test('of zeros, or with zeros in a whole block, are compared without NaN', () => {
    const paper = Float32Array.from({ length: 64 }, (_, i) => (i < 32 ? 0 : 0.2))
    const { compare } = openVectors(packVectors({ paper, sentences: [paper, new Float32Array(64)].map((vector) => ({ start: 0, end: 1, vector })) }))
    const half = expect.closeTo(Math.SQRT1_2, 5) as number
    expect(compare(unit(new Float32Array(64).fill(1)))).toEqual({ paper: half, sentences: [half, 0] })
  })
})

describe('the vector index', () => {
  const dimensions = 24
  const stored = (vector: Float32Array) => openVectors(packVectors({ paper: vector, sentences: [] })).paper

  test('over a graph with dead rows, finds nearly all that an exact scan finds, with the same numbers', () => {
    const random = createRandom(5)
    const index = createVectorIndex(dimensions)
    const vectors = new Map<number, Float32Array>()
    for (let change = 0; change < 3_000; change++) {
      const handle = 1 + random.below(2_400)
      const vector = unitOf(random, dimensions)
      index.set(handle, quantise(vector))
      vectors.set(handle, stored(vector))
    }
    for (let handle = 1; handle <= 200; handle++) {
      index.remove(handle)
      vectors.delete(handle)
    }
    expect(index.size).toBe(vectors.size)
    const odd = createHandleSet([...vectors.keys()].filter((handle) => handle % 2 === 1).sort((a, b) => a - b))
    const shares: number[] = []
    for (let round = 0; round < 40; round++) {
      const question = unitOf(random, dimensions)
      const filter = round % 2 === 0 ? undefined : odd
      const found = index.search(question, 10, filter)
      const exact = [...vectors]
        .filter(([handle]) => filter === undefined || filter.has(handle))
        .map(([handle, vector]) => ({ handle, similarity: vector.reduce((sum, value, i) => sum + value * (question[i] as number), 0) }))
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, 10)
      expect(found).toHaveLength(10)
      const near = new Map(exact.map(({ handle, similarity }) => [handle, similarity]))
      shares.push(found.filter(({ handle }) => near.has(handle)).length / 10)
      for (const { handle, similarity } of found) if (near.has(handle)) expect(similarity).toBeCloseTo(near.get(handle) as number, 5)
    }
    expect(shares.reduce((sum, share) => sum + share, 0) / shares.length).toBeGreaterThan(0.99)
    expect(index.search(unitOf(random, dimensions), 100_000)).toHaveLength(vectors.size)
  })

  test('filtered to more papers than are scanned, finds them through the graph', () => {
    const random = createRandom(11)
    const index = createVectorIndex(8)
    for (let handle = 1; handle <= 10_500; handle++) index.set(handle, quantise(unitOf(random, 8)))
    index.remove(2)
    const even = createHandleSet(Array.from({ length: 5_250 }, (_, i) => 2 * (i + 1)))
    const few = createHandleSet(Array.from({ length: 4_999 }, (_, i) => 2 * (i + 2)))
    for (let round = 0; round < 5; round++) {
      const question = unitOf(random, 8)
      const found = index.search(question, 10, even)
      expect(found.every(({ handle }) => handle % 2 === 0 && handle !== 2)).toBe(true)
      const exact = index.search(question, 10, few)
      // What the graph finds within the scanned papers is what the scan finds first.
      const shared = found.filter(({ handle }) => handle <= 10_000)
      const near = new Set(exact.slice(0, shared.length + 1).map(({ handle }) => handle))
      expect(shared.filter(({ handle }) => near.has(handle)).length).toBeGreaterThanOrEqual(shared.length - 1)
    }
  })

  test('after most rows have died, is built anew and answers the same', () => {
    const random = createRandom(6)
    const index = createVectorIndex(dimensions)
    for (let handle = 1; handle <= 2_600; handle++) index.set(handle, quantise(unitOf(random, dimensions)))
    for (let handle = 1; handle <= 1_300; handle++) index.remove(handle)
    expect(index.saved().handles.length).toBeLessThan(2_600)
    const hits = index.search(unitOf(random, dimensions), 50)
    expect(hits).toHaveLength(50)
    expect(hits.every(({ handle }) => handle > 1_300)).toBe(true)
  })

  test('searched with a vector that has no leading direction, finds nothing', () => {
    const index = createVectorIndex(dimensions)
    index.set(1, quantise(unitOf(createRandom(1), dimensions)))
    expect(index.search(new Float32Array(dimensions), 1)).toEqual([])
  })

  test.each([
    ['NaN', new Float32Array(dimensions).fill(Number.NaN)],
    ['too few numbers', new Float32Array(dimensions - 1).fill(0.2)],
  ])('searched with a vector of %s, refuses', (_, vector) => {
    const index = createVectorIndex(dimensions)
    index.set(1, quantise(unitOf(createRandom(1), dimensions)))
    expect(() => index.search(vector, 1)).toThrow(/embed the question with the library's model/)
  })
})
