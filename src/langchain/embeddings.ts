/** Footnote's embedding model for people who compose chains. */
import { Embeddings } from '@langchain/core/embeddings'
import type { Embedder } from '../embedding/embedder.js'

/**
 * Unit vectors of `embedder.model.dimensions` numbers, made on this machine; their dot product is the cosine.
 *
 *     const vector = await new FootnoteEmbeddings(footnote).embedQuery('Which papers shrink the KV cache?')
 */
export class FootnoteEmbeddings extends Embeddings<number[]> {
  readonly #of: { readonly embedder: Embedder }

  /** @param of asked for its embedder at each call, as a server may change its model. */
  constructor(of: { readonly embedder: Embedder }) {
    super({})
    this.#of = of
  }

  override async embedQuery(text: string): Promise<number[]> {
    return [...(await this.#of.embedder.embedQuestion(text))]
  }

  override async embedDocuments(texts: string[]): Promise<number[][]> {
    return (await this.#of.embedder.embedPassages(texts)).map((vector) => [...vector])
  }
}
