/** Footnote's library as a vector store for people who compose chains. */
import type { Document, DocumentInterface } from '@langchain/core/documents'
import { VectorStore } from '@langchain/core/vectorstores'
import type { Embedder } from '../embedding/embedder.js'
import { FootnoteError } from '../errors.js'
import type { Ingest } from '../ingest/ingest.js'
import type { Filter, Library } from '../library/library.js'
import { toDocument } from './documents.js'
import type { PaperMetadata } from './documents.js'
import { FootnoteEmbeddings } from './embeddings.js'

export interface FootnoteVectorStoreParts {
  readonly embedder: Embedder
  readonly ingest: Ingest
  readonly library: Pick<Library, 'searchVectors' | 'vectors' | 'read' | 'remove'>
}

/**
 * Dense search alone; `FootnoteRetriever` finds more, as it also looks for words. A score is a similarity: the cosine
 * of the whole vectors, 1 = same, highest first (of LangChain's stores some return distances). Vectors are always the
 * library's own model's, so that none of another model is ever searched.
 *
 *     const hits = await new FootnoteVectorStore(footnote).similaritySearchWithScore('KV cache', 5, { year: { from: 2023 } })
 */
export class FootnoteVectorStore extends VectorStore {
  declare FilterType: Filter
  override lc_namespace = ['footnote', 'vectorstore']
  readonly #parts: FootnoteVectorStoreParts

  constructor(parts: FootnoteVectorStoreParts) {
    super(new FootnoteEmbeddings(parts), {})
    this.#parts = parts
  }

  override _vectorstoreType(): string {
    return 'footnote'
  }

  /**
   * Takes each as a paper: its content is the abstract, its metadata must hold a `title` and may hold `authors`, `year`,
   * `venue`, `url`, `doi`, `arxivId`, `categories`. Returns when they are on disk; fails with `invalid_request`, naming
   * the first, where some are no papers: the others are stored.
   */
  override async addDocuments(documents: DocumentInterface[]): Promise<void> {
    const lines = documents.map(({ pageContent, metadata }) => JSON.stringify({ ...metadata, abstract: pageContent }))
    const { rejected, rejectedCount } = await this.#parts.ingest(bytesOf(lines), { name: 'The documents', format: 'jsonl' })
    const [first] = rejected
    if (first !== undefined) {
      throw new FootnoteError('invalid_request', `${rejectedCount} of ${documents.length} documents could not be stored. ${first.message}`, { details: rejected })
    }
  }

  /** Fails: a library holds vectors of its own model alone. */
  override async addVectors(): Promise<never> {
    throw new FootnoteError('invalid_request', 'The library makes its own vectors; use addDocuments.')
  }

  /** Removes papers by id. */
  override async delete({ ids }: { readonly ids: readonly string[] }): Promise<void> {
    await this.#parts.library.remove(ids)
  }

  /** @param query of the library's model: from `FootnoteEmbeddings`. */
  override async similaritySearchVectorWithScore(query: number[], k: number, filter?: Filter): Promise<[Document<PaperMetadata>, number][]> {
    const { library, embedder } = this.#parts
    if (query.length !== embedder.model.dimensions) {
      throw new FootnoteError('invalid_request', `The vector has ${query.length} numbers, the library's have ${embedder.model.dimensions}; embed it with FootnoteEmbeddings.`)
    }
    const vector = Float32Array.from(query)
    const handles = (await library.searchVectors(vector, { limit: k, filter })).map(({ handle }) => handle)
    const [papers, vectors] = await Promise.all([library.read(handles), library.vectors(handles)])
    return papers
      .flatMap((paper, i): [Document<PaperMetadata>, number][] => {
        const similarity = vectors[i]?.compare(vector).paper
        return paper === undefined || similarity === undefined ? [] : [[toDocument(paper, { similarity }), similarity]]
      })
      .sort((a, b) => b[1] - a[1])
  }
}

async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`)
}
