/** Lets a library be searched whose papers are not all embedded yet: those that a question leads to are embedded while it waits. */
import type { Embedder } from '../embedding/embedder.js'
import type { Handle, Library, StoredVectors } from '../library/library.js'
import { openVectors, packVectors } from '../library/vector-codec.js'
import { embedPapers } from './vectors.js'

/**
 * The same library, which gives vectors of papers that have none yet, as they will be stored. Such papers are not among the nearest, only
 * among those found by their words. An embedder that takes its time gets the library as it is.
 */
export function withMissingVectors(library: Library, embedder: Embedder): Library {
  if (embedder.isInstant !== true) return library
  return {
    ...library,
    async vectors(handles) {
      const stored = await library.vectors(handles)
      const missing = handles.filter((_, i) => stored[i] === undefined)
      if (missing.length === 0) return stored
      const made = await embed(missing)
      return handles.map((handle, i) => stored[i] ?? made.get(handle))
    },
  }

  async function embed(handles: readonly Handle[]): Promise<Map<Handle, StoredVectors>> {
    const papers = await library.read(handles)
    const found = papers.flatMap((paper, i) => (paper === undefined ? [] : [{ handle: handles[i] as Handle, paper }]))
    const vectors = await embedPapers(embedder, found.map(({ paper }) => paper))
    return new Map(found.map(({ handle }, i) => [handle, openVectors(packVectors(vectors[i] as (typeof vectors)[number]))]))
  }
}
