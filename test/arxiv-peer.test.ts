/** Holds what we read in arXiv's replies against what LangChain's arXiv retriever reads in the same bytes. */
import { ArxivRetriever } from '@langchain/community/retrievers/arxiv'
import { afterEach, expect, it, vi } from 'vitest'
import { arxivAtomReader } from '../src/ingest/formats/arxiv-atom.js'
import { cleanText } from '../src/text/clean.js'
import { draftsOf, PAPERS, readAll } from './contracts/reader.js'
import { FIXTURES } from './fixtures/formats.js'

afterEach(() => void vi.unstubAllGlobals())

it('the arxiv-atom reader, given a feed, reads the papers that LangChain reads', async () => {
  const { record, file } = FIXTURES.find(({ reader }) => reader === arxivAtomReader) as (typeof FIXTURES)[number]
  const feed = file(PAPERS.map(record))
  // The retriever asks arXiv itself, which no test may: the reply stands in for the network.
  vi.stubGlobal('fetch', async () => new Response(feed))
  const documents = await new ArxivRetriever().invoke('nets')
  const peer = documents.map(({ pageContent, metadata }) => ({ title: metadata['title'] as string, abstract: cleanText(pageContent), authors: metadata['authors'] as string[] }))
  expect(peer).toHaveLength(PAPERS.length)
  expect(draftsOf(await readAll(arxivAtomReader, feed)).map(({ title, abstract, authors }) => ({ title, abstract, authors }))).toEqual(peer)
})
