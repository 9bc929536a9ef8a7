/** What the package offers to programs: Footnote itself, and adapters for those who compose chains with LangChain. */
import { compose } from './compose.js'
import type { Footnote } from './compose.js'
import { readConfig } from './config.js'

export type { Answer, AnswerEvent, AskRequest, Citation, Claim, Quote } from './answering/answer.js'
export type { Footnote } from './compose.js'
export { FootnoteError } from './errors.js'
export type { Paper } from './papers/paper.js'
export type { PaperMetadata } from './langchain/documents.js'
export { FootnoteEmbeddings } from './langchain/embeddings.js'
export { FootnoteRetriever } from './langchain/retriever.js'
export { FootnoteVectorStore } from './langchain/vector-store.js'

/**
 * Opens a library with everything that works on it; `close` it when done.
 *
 *     const footnote = await openFootnote({ DATA_DIR: '/path/to/papers' })
 *
 * @param settings those of the README, written as in the environment; the environment itself unless given.
 */
export function openFootnote(settings?: Readonly<Record<string, string>>): Promise<Footnote> {
  return compose(settings === undefined ? readConfig() : readConfig(settings), { log: { info: () => {}, warn: () => {} } })
}
