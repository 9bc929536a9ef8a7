/** Footnote's search for people who compose chains. */
import { BaseRetriever } from '@langchain/core/retrievers'
import type { Document } from '@langchain/core/documents'
import type { Search } from '../answering/search.js'
import type { Filter } from '../library/library.js'
import { toDocument } from './documents.js'
import type { PaperMetadata } from './documents.js'

export interface FootnoteRetrieverOptions {
  readonly footnote: { readonly search: Search }
  /** How many papers; 10 unless told. */
  readonly limit?: number
  readonly filter?: Filter
}

/**
 * The papers that bear on a query, best first by the fused and reranked order of `POST /v1/search`: lexical and dense
 * together. The content of a document is the abstract, its metadata the paper's facts, its similarity and quotes.
 *
 *     const documents = await new FootnoteRetriever({ footnote, limit: 5 }).invoke('KV cache compression')
 */
export class FootnoteRetriever extends BaseRetriever<PaperMetadata> {
  override lc_namespace = ['footnote', 'retriever']
  readonly #options: FootnoteRetrieverOptions

  static override lc_name(): string {
    return 'FootnoteRetriever'
  }

  constructor(options: FootnoteRetrieverOptions) {
    super({})
    this.#options = options
  }

  override async _getRelevantDocuments(query: string): Promise<Document<PaperMetadata>[]> {
    const { footnote, limit = 10, filter } = this.#options
    return (await footnote.search(query, { limit, filter })).map(({ paper, ...found }) => toDocument(paper, found))
  }
}
