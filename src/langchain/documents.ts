/** Papers as LangChain's documents. */
import { Document } from '@langchain/core/documents'
import type { Quote } from '../answering/answer.js'
import type { Paper } from '../papers/paper.js'

/** What a document says of its paper beside the abstract, which is its content; absent means unknown. */
export interface PaperMetadata extends Omit<Paper, 'abstract'> {
  /** Cosine, 1 = same. */
  readonly similarity: number
  /** The passages that bear on the query; `pageContent.slice(start, end)`. Of the retriever alone. */
  readonly quotes?: readonly Quote[]
}

export function toDocument({ abstract, ...facts }: Paper, found: { readonly similarity: number; readonly quotes?: readonly Quote[] }): Document<PaperMetadata> {
  return new Document({ id: facts.id, pageContent: abstract, metadata: { ...facts, ...found } })
}
