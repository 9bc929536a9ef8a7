/** The `Embedder` port: texts in, unit vectors of one named model out. */

export interface EmbeddingModel {
  /** Name and content hash, `footnote-static@1f2e3d4c5b6a`: two models never share an id. */
  readonly id: string
  /** Length of every vector. */
  readonly dimensions: number
  /**
   * How many leading dimensions carry enough of the vector to find candidates with; equal to
   * `dimensions` unless the model was trained to be cut (Kusupati et al. 2022, Matryoshka).
   */
  readonly searchDimensions: number
  /** Weights of the fused ranking that were fitted for this model; see `retrieval/fusion.ts`. */
  readonly fusion: FusionWeights
}

/** Convex weights over min-max normalised values; they add up to 1. */
export interface FusionWeights {
  readonly bm25: number
  readonly dense: number
  readonly bestSentence: number
}

export interface Embedder {
  readonly model: EmbeddingModel
  /** A text takes a fraction of a millisecond: a few papers may be embedded while a question waits. */
  readonly isInstant?: true
  /** A unit vector of `model.dimensions` finite numbers, for any string, the empty one included. */
  embedQuestion(text: string, signal?: AbortSignal): Promise<Float32Array>
  /** One such vector for each text, in their order. A text's vector does not depend on its neighbours. */
  embedPassages(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array[]>
  close(): Promise<void>
}
