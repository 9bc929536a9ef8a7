/** The adapters for LangChain, imported by the package's name and used as its own classes use them, over a real library. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Document } from '@langchain/core/documents'
import { RunnableLambda } from '@langchain/core/runnables'
import { FootnoteEmbeddings, FootnoteError, FootnoteRetriever, FootnoteVectorStore, openFootnote } from 'footnote'
import type { Footnote } from 'footnote'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const PAPERS = [
  new Document({ pageContent: 'We measure tides in 14 harbours with a float. The mean error of its tide tables is 3.2 cm.', metadata: { title: 'Tides in small harbours', year: 2021, authors: ['Ada Brook'] } }),
  new Document({ pageContent: 'Mosses cover 61% of north walls. Shade explains most of their spread.', metadata: { title: 'Mosses on north walls', year: 1999 } }),
  new Document({ pageContent: 'A small engine runs on moss oil for 3.5 hours. It needs no cooling.', metadata: { title: 'Engines that run on oil of mosses', url: 'https://engines.example/1' } }),
]

let folder = ''
let footnote: Footnote
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'footnote-langchain-'))
  footnote = await openFootnote({ DATA_DIR: folder, STARTER_LIBRARY: 'false' })
  await new FootnoteVectorStore(footnote).addDocuments(PAPERS)
}, 60_000)
afterAll(async () => {
  await footnote.close()
  await rm(folder, { recursive: true, force: true })
})

const titles = (documents: readonly Document[]) => documents.map(({ metadata }) => metadata['title'] as string)

describe('the embeddings', () => {
  it('give unit vectors of one length, the same for a text alone and among others', async () => {
    const embeddings = new FootnoteEmbeddings(footnote)
    const [query, [first, second] = []] = await Promise.all([embeddings.embedQuery('tides'), embeddings.embedDocuments(['tides in harbours', 'mosses'])])
    for (const vector of [query, first, second]) {
      expect(vector).toHaveLength(footnote.embedder.model.dimensions)
      expect(Math.hypot(...(vector as number[]))).toBeCloseTo(1, 4)
    }
    const [alone = []] = await embeddings.embedDocuments(['mosses'])
    expect(alone.reduce((sum, value, i) => sum + value * (second?.[i] ?? 0), 0)).toBeCloseTo(1, 4)
  })
})

describe('the retriever', () => {
  it('in a chain, gives abstracts with facts, similarity and quotes that are slices of them', async () => {
    const chain = new FootnoteRetriever({ footnote, limit: 2 }).pipe(RunnableLambda.from((documents: Document[]) => documents))
    const [first, ...rest] = await chain.invoke('How large is the error of tide tables?')
    expect(rest.length).toBeLessThanOrEqual(1)
    expect(first).toMatchObject({ pageContent: PAPERS[0]?.pageContent, metadata: { title: 'Tides in small harbours', year: 2021, authors: ['Ada Brook'] } })
    expect(first?.id).toBe(first?.metadata['id'])
    const [quote] = first?.metadata['quotes'] as { text: string; start: number; end: number }[]
    expect(quote?.text).toMatch(/3\.2 cm/)
    expect(first?.pageContent.slice(quote?.start, quote?.end)).toBe(quote?.text)
  })

  it('with a filter, gives what passes it', async () => {
    expect(titles(await new FootnoteRetriever({ footnote, filter: { year: { to: 2000 } } }).invoke('mosses'))).toEqual(['Mosses on north walls'])
  })
})

describe('the vector store', () => {
  const store = () => new FootnoteVectorStore(footnote)

  it('scores by similarity, the nearest first, and knows a paper by its own text', async () => {
    const hits = await store().similaritySearchWithScore(`Mosses on north walls ${PAPERS[1]?.pageContent}`, 3)
    expect(hits.map(([{ metadata }]) => metadata['title'] as string)[0]).toBe('Mosses on north walls')
    const scores = hits.map(([, score]) => score)
    expect(scores).toEqual([...scores].sort((a, b) => b - a))
    expect(scores[0]).toBeGreaterThan(0.9)
    expect(scores[0]).toBeLessThanOrEqual(1.001)
  })

  it('as a retriever with a filter, gives what passes it', async () => {
    expect(titles(await store().asRetriever({ k: 3, filter: { year: { from: 2000 } } }).invoke('mosses'))).toEqual(['Tides in small harbours'])
  })

  it('given a document without a title, names it and stores the others', async () => {
    const added = store().addDocuments([new Document({ pageContent: 'No title here.' }), new Document({ pageContent: 'Kelp grows 30 cm a day.', metadata: { title: 'On kelp' } })])
    await expect(added).rejects.toThrow(/^1 of 2 documents could not be stored\. .*title/)
    await expect(added).rejects.toBeInstanceOf(FootnoteError)
    const [kelp] = await store().similaritySearch('kelp', 1)
    expect(kelp?.metadata['title']).toBe('On kelp')
    await store().delete({ ids: [kelp?.id as string] })
    expect(titles(await store().similaritySearch('kelp', 10))).not.toContain('On kelp')
  })

  it('given vectors of another model, refuses them', async () => {
    await expect(store().addVectors()).rejects.toThrow('use addDocuments')
    await expect(store().similaritySearchVectorWithScore([1, 0], 1)).rejects.toThrow(/^The vector has 2 numbers, the library's have \d+; embed it with FootnoteEmbeddings\.$/)
  })
})
