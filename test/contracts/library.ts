/** What every library must do, however it keeps its papers. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Entry, Library, StoredVectors } from '../../src/library/library.js'
import { engines, entryOf, mosses, paperOf, testModel, tides, vectorOf, weights } from '../fixtures/library-texts.js'

export function describeLibrary(name: string, open: () => Promise<Library>): void {
  describe(name, () => {
    let library: Library
    beforeEach(async () => {
      library = await open()
    })
    afterEach(() => library.close())
    const putAll = () => library.put([mosses, engines, tides].map((paper) => entryOf(paper)))
    const idsOf = async (hits: readonly { readonly handle: number }[]) => (await library.read(hits.map(({ handle }) => handle))).map((paper) => paper?.id)

    test('an empty library, whatever it is asked, has no answer', async () => {
      expect(await library.status()).toMatchObject({ papers: 0, digests: 0, model: testModel.id, indexed: { vectors: 0, lexical: 0 } })
      expect(await library.searchLexical(weights('moss'), { limit: 5 })).toEqual([])
      expect(await library.searchVectors(vectorOf('moss'), { limit: 5 })).toEqual([])
      expect(await library.list({ limit: 5 })).toEqual({ papers: [] })
      expect(await library.remove(['arxiv:none'])).toBe(0)
    })

    test('put, when it has returned, gives every fact of the paper back', async () => {
      await putAll()
      expect((await library.get(mosses.id))?.paper).toEqual(mosses)
      expect((await library.find(['title:tides', 'arxiv:none', engines.id])).map((found) => found?.paper)).toEqual([tides, undefined, engines])
      expect(await library.status()).toMatchObject({ papers: 3, digests: 1, indexed: { vectors: 3, lexical: 3 } })
    })

    test('get, by another name of a paper, gives that paper, and nothing once it is removed', async () => {
      await library.put([entryOf(mosses, [mosses.id, 'doi:10.1/mosses'])])
      expect((await library.get('doi:10.1/mosses'))?.paper).toEqual(mosses)
      await library.remove([mosses.id])
      expect(await library.get('doi:10.1/mosses')).toBeUndefined()
    })

    test('vectors, when read back, are of unit length, near what was put, each at its sentence', async () => {
      await putAll()
      const { handle } = (await library.get(mosses.id)) as { handle: number }
      const [stored, missing] = await library.vectors([handle, 999])
      const given = entryOf(mosses).vectors
      expect(missing).toBeUndefined()
      expect(stored?.sentences.map(({ start, end }) => mosses.abstract.slice(start, end))).toEqual(
        given.sentences.map(({ start, end }) => mosses.abstract.slice(start, end)),
      )
      for (const [vector, original] of [[stored?.paper, given.paper], [stored?.sentences[1]?.vector, given.sentences[1]?.vector]] as [Float32Array, Float32Array][]) {
        expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
        expect(vector.reduce((sum, value, i) => sum + value * (original[i] as number), 0)).toBeGreaterThan(0.99)
      }
    })

    test('searchVectors, for a text of the library, finds it first and gives cosines of the leading dimensions', async () => {
      await putAll()
      const hits = await library.searchVectors(vectorOf(`${engines.title} ${engines.abstract}`), { limit: 3 })
      expect(await idsOf(hits)).toEqual([engines.id, expect.any(String), expect.any(String)])
      expect(hits[0]?.similarity).toBeGreaterThan(0.999)
      expect(hits[0]?.similarity).toBeLessThan(1.000001)
      const leading = (text: string) => vectorOf(text).subarray(0, testModel.searchDimensions)
      const [a, b] = [leading(`${engines.title} ${engines.abstract}`), leading(`${tides.title} ${tides.abstract}`)]
      const cosine = a.reduce((sum, value, i) => sum + value * (b[i] as number), 0) / Math.hypot(...a) / Math.hypot(...b)
      const { handle } = (await library.get(tides.id)) as { handle: number }
      expect(hits.find((hit) => hit.handle === handle)?.similarity).toBeCloseTo(cosine, 1)
    })

    test('scoreVectors, for any papers, gives the similarities of searchVectors', async () => {
      await putAll()
      const vector = vectorOf('moss under engines')
      const hits = await library.searchVectors(vector, { limit: 3 })
      expect(await library.scoreVectors(vector, hits.map(({ handle }) => handle))).toEqual(hits.map(({ similarity }) => similarity))
      expect(await library.scoreVectors(vector, [999])).toEqual([0])
    })

    test('vectors, for any papers, are compared as they are stored', async () => {
      await putAll()
      const vector = vectorOf('moss under engines')
      const { handle } = (await library.get(tides.id)) as { handle: number }
      const [stored, none] = await library.vectors([handle, 999])
      const { paper, sentences, spans, compare, centralities } = stored as StoredVectors
      const cosine = (one: Float32Array, other: Float32Array) => one.reduce((sum, value, i) => sum + value * (other[i] as number), 0)
      const near = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 5))
      expect(compare(vector)).toEqual({ paper: expect.closeTo(cosine(vector, paper), 5), sentences: near(sentences.map((sentence) => cosine(vector, sentence.vector))) })
      expect(spans).toEqual(sentences.map(({ start, end }) => ({ start, end })))
      const toOthers = sentences.map((one) => sentences.filter((other) => other !== one).map((other) => cosine(one.vector, other.vector)))
      expect(centralities()).toEqual(near(toOthers.map((cosines) => cosines.reduce((sum, value) => sum + value, 0) / Math.max(1, cosines.length))))
      expect(none).toBeUndefined()
    })

    test('put, when the id is known, replaces the paper under its handle', async () => {
      await putAll()
      const before = await library.get(tides.id)
      const { revision } = await library.status()
      const real = { id: tides.id, title: tides.title, addedAt: tides.addedAt, abstract: 'Currents follow the moon. Nothing is dry.' }
      await library.put([entryOf(real, ['title:tides', 'doi:10.1/tides'])])
      expect(await library.get(tides.id)).toEqual({ handle: before?.handle, paper: real })
      expect(await library.searchLexical(weights('twice'), { limit: 5 })).toEqual([])
      expect(await idsOf(await library.searchLexical(weights('moon'), { limit: 5 }))).toEqual([tides.id])
      expect(await idsOf(await library.searchVectors(vectorOf(`${real.title} ${real.abstract}`), { limit: 1 }))).toEqual([tides.id])
      const status = await library.status()
      expect(status).toMatchObject({ papers: 3, digests: 0, indexed: { vectors: 3, lexical: 3 } })
      expect(status.revision).toBeGreaterThan(revision)
    })

    test('read and vectors, when a paper has changed since they were asked, give what it is now', async () => {
      await putAll()
      const { handle } = (await library.get(tides.id)) as { handle: number }
      const [before] = await library.vectors([handle])
      expect(await library.read([handle])).toEqual([tides])
      await library.put([entryOf({ ...tides, abstract: 'Nothing is dry.' }, [])])
      expect((await library.read([handle]))[0]?.abstract).toBe('Nothing is dry.')
      expect((await library.vectors([handle]))[0]?.spans).not.toEqual(before?.spans)
      await library.remove([tides.id])
      expect([await library.read([handle]), await library.vectors([handle])]).toEqual([[undefined], [undefined]])
    })

    test('a key, when another paper bears it already, stays with that paper', async () => {
      await library.put([entryOf(mosses, ['doi:shared'])])
      await library.put([entryOf(engines, ['doi:shared', 'doi:own'])])
      expect((await library.find(['doi:shared', 'doi:own'])).map((found) => found?.paper.id)).toEqual([mosses.id, engines.id])
    })

    test('put, when one entry of the batch is wrong, keeps none of it', async () => {
      const entry = entryOf(engines)
      const broken: Entry[] = [
        { ...entry, vectors: { ...entry.vectors, paper: new Float32Array(7).fill(0.3) } },
        { ...entry, vectors: { ...entry.vectors, paper: new Float32Array(24).fill(Number.NaN) } },
        { ...entry, vectors: { ...entry.vectors, paper: new Float32Array(24) } },
      ]
      for (const wrong of broken) {
        await expect(library.put([entryOf(mosses), wrong])).rejects.toMatchObject({ code: 'internal' })
      }
      expect(await library.status()).toMatchObject({ papers: 0, revision: 0, indexed: { vectors: 0, lexical: 0 } })
      expect(await library.find([mosses.id])).toEqual([undefined])
    })

    test('remove, when it has returned, leaves no trace of the paper', async () => {
      await putAll()
      expect(await library.remove([mosses.id, 'arxiv:none'])).toBe(1)
      expect(await library.find([mosses.id])).toEqual([undefined])
      expect(await library.documentFrequencies(['roof'])).toEqual([0])
      expect(await idsOf(await library.searchLexical(weights('moss'), { limit: 5 }))).toEqual([engines.id])
      expect((await idsOf(await library.searchVectors(vectorOf('mosses'), { limit: 5 }))).sort()).toEqual([engines.id, tides.id].sort())
      await library.put([entryOf(mosses)])
      expect(await library.status()).toMatchObject({ papers: 3, indexed: { vectors: 3, lexical: 3 } })
    })

    test('searchLexical, with weights, ranks by BM25 and leaves out who shares no term', async () => {
      await putAll()
      const hits = await library.searchLexical(weights('moss water'), { limit: 5 })
      expect(await idsOf(hits)).toEqual([mosses.id, tides.id, engines.id])
      expect(await library.scoreLexical(weights('moss water'), hits.map(({ handle }) => handle))).toEqual(hits.map(({ bm25 }) => bm25))
      const heavy = await library.searchLexical(new Map([['water', 1], ['engin', 3]]), { limit: 1 })
      expect(await idsOf(heavy)).toEqual([engines.id])
      expect(await library.documentFrequencies(['moss', 'water', 'engin', 'absent'])).toEqual([2, 2, 1, 0])
      expect(await library.scoreLexical(weights('moss'), [999])).toEqual([0])
    })

    test('searchLexical, for two papers alike, puts the older first', async () => {
      await library.put(['a', 'b', 'c'].map((id) => entryOf(paperOf({ id, title: 'Same', abstract: 'The same words.' }))))
      expect(await idsOf(await library.searchLexical(weights('same words'), { limit: 2 }))).toEqual(['a', 'b'])
      expect(await idsOf(await library.searchVectors(vectorOf('Same The same words.'), { limit: 2 }))).toEqual(['a', 'b'])
    })

    test.each([
      ['ids', { ids: ['title:tides', 'none'] }, [tides.id]],
      ['no ids', { ids: [] }, []],
      ['years', { year: { from: 2019, to: 2023 } }, [mosses.id]],
      ['a first year', { year: { from: 2024 } }, [engines.id]],
      ['categories', { categories: ['CS.ai', 'math'] }, [engines.id]],
      ['half a category', { categories: ['cs'] }, []],
      ['authors', { authors: ['ångström'] }, [mosses.id]],
      ['a venue', { venue: 'ENGINE' }, [engines.id]],
      ['two conditions', { venue: 'o', authors: ['cog'] }, []],
      ['nothing', {}, [mosses.id, engines.id, tides.id]],
    ] as const)('searches, filtered by %s, keep to the papers that match', async (_, filter, expected) => {
      await putAll()
      const lexical = await idsOf(await library.searchLexical(weights('moss water engine'), { limit: 5, filter }))
      const nearest = await idsOf(await library.searchVectors(vectorOf('moss'), { limit: 5, filter }))
      expect([...lexical].sort()).toEqual([...expected].sort())
      expect([...nearest].sort()).toEqual([...expected].sort())
      expect(await library.count(filter)).toBe(expected.length)
    })

    test('list, page by page, gives each paper once in the order they came in', async () => {
      await putAll()
      const first = await library.list({ limit: 2 })
      expect(first.papers).toEqual([mosses, engines])
      expect(await library.list({ limit: 2, cursor: first.nextCursor })).toEqual({ papers: [tides] })
      expect((await library.list({ limit: 5, text: 'birch' })).papers).toEqual([mosses])
      expect((await library.list({ limit: 5, text: 'ENGINES' })).papers).toEqual([engines])
      expect((await library.list({ limit: 1, filter: { year: { from: 0 } } })).papers).toEqual([mosses])
      expect((await library.list({ limit: 5, text: 'birch', filter: { ids: [engines.id] } })).papers).toEqual([])
      await expect(library.list({ limit: 5, cursor: 'x; DROP TABLE papers' })).rejects.toMatchObject({ code: 'invalid_request' })
    })
  })
}
