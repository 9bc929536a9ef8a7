/** Fetches papers from arXiv by number or by search, through LangChain's arXiv retriever. */
import { FootnoteError } from '../errors.js'
import type { SourceFile } from './file.js'

const PREFIX = /^arxiv:\s*/i
const VERSION = /v\d+$/

/** A search brings this many papers at most; narrow it, or name numbers, for others. */
const MAX_RESULTS = 100

/** Whether an argument of `npm run ingest` names papers on arXiv rather than a file. */
export function isArxivSource(source: string): boolean {
  return PREFIX.test(source)
}

/**
 * The papers of `arxiv:2410.00907`, or of a search such as `arxiv:KV cache compression`, as a source of JSON lines.
 * Fails with `invalid_request` when arXiv cannot be reached or finds nothing.
 */
export async function openArxiv(source: string): Promise<SourceFile> {
  const query = source.replace(PREFIX, '').trim().replace(VERSION, '')
  if (query === '') throw new FootnoteError('invalid_request', 'Nothing stands behind “arxiv:”; name a number, such as arxiv:2410.00907, or words to search for.')
  const { ArxivRetriever } = await import('@langchain/community/retrievers/arxiv')
  const documents = await new ArxivRetriever({ maxSearchResults: MAX_RESULTS }).invoke(query).catch((cause: unknown) => {
    throw new FootnoteError('invalid_request', `arXiv did not answer for “${query}”; check the network and the number, or try again later.`, { cause })
  })
  if (documents.length === 0) throw new FootnoteError('invalid_request', `arXiv has nothing for “${query}”; check the number, or search for other words.`)
  const records = documents.map(({ pageContent, metadata }) => {
    const { title, authors, published, url } = metadata as { title: string; authors: readonly string[]; published: string; url: string }
    return JSON.stringify({ title, abstract: pageContent, authors, published, url })
  })
  const text = Buffer.from(records.join('\n'))
  return { name: source, size: text.length, bytes: once(text) }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
