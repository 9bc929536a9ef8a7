/** A library in memory that compares everything with everything: no indexes, no disk, the same answers. */
import type { EmbeddingModel } from '../../src/embedding/embedder.js'
import { FootnoteError } from '../../src/errors.js'
import type { Entry, Filter, Handle, Library, PaperVectors, SentenceVector, StoredPaper, StoredVectors, WeightedTerms } from '../../src/library/library.js'
import type { Paper } from '../../src/papers/paper.js'
import { terms } from '../../src/text/terms.js'
import { fold } from '../../src/text/words.js'

interface Row extends StoredPaper {
  readonly keys: readonly string[]
  readonly vectors: StoredVectors
  readonly terms: readonly string[]
}

export function createFakeLibrary(model: EmbeddingModel): Library {
  const rows = new Map<Handle, Row>()
  const owners = new Map<string, Handle>()
  let revision = 0
  let lastHandle = 0

  const byId = (id: string) => [...rows.values()].find(({ paper }) => paper.id === id)
  const among = (filter: Filter | undefined) => [...rows.values()].filter(({ paper }) => matches(paper, filter ?? {}))

  return {
    model,
    status: async () => ({
      papers: rows.size,
      digests: [...rows.values()].filter(({ paper }) => paper.digest === true).length,
      revision,
      model: model.id,
      indexed: { vectors: rows.size, lexical: rows.size },
    }),
    find: async (keys) => keys.map((key) => stored(rows.get(owners.get(key) ?? 0))),
    get: async (id) => stored(byId(id) ?? rows.get(owners.get(id) ?? 0)),
    read: async (handles) => handles.map((handle) => rows.get(handle)?.paper),
    vectors: async (handles) => handles.map((handle) => rows.get(handle)?.vectors),
    async list({ text, filter, cursor, limit }) {
      if (cursor !== undefined && !/^\d+$/.test(cursor)) throw new FootnoteError('invalid_request', `"${cursor}" is not a cursor.`)
      const part = fold(text ?? '')
      const found = among(filter).filter(
        ({ handle, paper }) => handle > Number(cursor ?? 0) && [paper.title, paper.id, ...(paper.authors ?? [])].some((field) => fold(field).includes(part)),
      )
      const page = found.slice(0, limit)
      const papers = page.map(({ paper }) => paper)
      return found.length > limit ? { papers, nextCursor: String(page.at(-1)?.handle) } : { papers }
    },
    count: async (filter) => among(filter).length,
    async put(entries) {
      for (const { paper, vectors } of entries) check(paper, vectors)
      if (entries.length > 0) revision++
      for (const entry of entries) putEntry(entry)
    },
    async remove(ids) {
      const found = ids.flatMap((id) => byId(id) ?? [])
      for (const { handle } of found) {
        rows.delete(handle)
        release(handle)
      }
      if (ids.length > 0) revision++
      return found.length
    },
    missingVectors: async () => [],
    addVectors: async (entries) => entries.filter(({ handle }) => rows.has(handle)).length,
    async searchLexical(query, { limit, filter }) {
      const hits = among(filter).map((row) => ({ handle: row.handle, bm25: bm25(query, row) }))
      return hits.filter((hit) => hit.bm25 > 0).sort((a, b) => b.bm25 - a.bm25 || a.handle - b.handle).slice(0, limit)
    },
    scoreLexical: async (query, handles) =>
      handles.map((handle) => {
        const row = rows.get(handle)
        return row === undefined ? 0 : bm25(query, row)
      }),
    documentFrequencies: async (names) => names.map(frequency),
    async searchVectors(vector, { limit, filter }) {
      const hits = among(filter).map(({ handle, vectors }) => ({ handle, similarity: cosine(vector, vectors.paper) }))
      return hits.sort((a, b) => b.similarity - a.similarity || a.handle - b.handle).slice(0, limit)
    },
    scoreVectors: async (vector, handles) =>
      handles.map((handle) => {
        const row = rows.get(handle)
        return row === undefined ? 0 : cosine(vector, row.vectors.paper)
      }),
    close: async () => {},
  }

  function putEntry({ paper, keys, vectors }: Entry): void {
    const handle = byId(paper.id)?.handle ?? ++lastHandle
    release(handle)
    for (const key of keys) if (!owners.has(key)) owners.set(key, handle)
    rows.set(handle, { handle, paper, keys, vectors: comparable(vectors), terms: terms(`${paper.title}\n${paper.abstract}`) })
  }

  function release(handle: Handle): void {
    for (const [key, owner] of owners) if (owner === handle) owners.delete(key)
  }

  function check(paper: Paper, { paper: vector }: PaperVectors): void {
    if (vector.length === model.dimensions && vector.every(Number.isFinite) && vector.some((value) => value !== 0)) return
    throw new FootnoteError('internal', `The vector of "${paper.title}" is not one of ${model.id}.`)
  }

  function frequency(name: string): number {
    return [...rows.values()].filter((row) => row.terms.includes(name)).length
  }

  function bm25(query: WeightedTerms, row: Row): number {
    const average = [...rows.values()].reduce((sum, { terms }) => sum + terms.length, 0) / rows.size
    let sum = 0
    for (const [name, weight] of query) {
      const times = row.terms.filter((term) => term === name).length
      const papers = frequency(name)
      const idf = Math.log(1 + (rows.size - papers + 0.5) / (papers + 0.5))
      if (weight > 0) sum += (idf * weight * times * 2.5) / (times + 1.5 * (0.25 + (0.75 * row.terms.length) / average))
    }
    return sum
  }

  function cosine(a: Float32Array, b: Float32Array): number {
    let [product, squaresA, squaresB] = [0, 0, 0]
    for (let i = 0; i < model.searchDimensions; i++) {
      const [x, y] = [a[i] as number, b[i] as number]
      product += x * y
      squaresA += x * x
      squaresB += y * y
    }
    return product / Math.sqrt(squaresA * squaresB)
  }
}

function stored(row: Row | undefined): StoredPaper | undefined {
  return row === undefined ? undefined : { handle: row.handle, paper: row.paper }
}

function matches(paper: Paper, { ids, year, categories, authors, venue }: Filter): boolean {
  if (ids !== undefined && !ids.includes(paper.id)) return false
  if (year?.from !== undefined && !((paper.year ?? Number.NaN) >= year.from)) return false
  if (year?.to !== undefined && !((paper.year ?? Number.NaN) <= year.to)) return false
  if (categories !== undefined && !categories.some((name) => paper.categories?.some((own) => fold(own) === fold(name)))) return false
  if (authors !== undefined && !authors.some((name) => paper.authors?.some((own) => fold(own).includes(fold(name))))) return false
  return venue === undefined || (paper.venue !== undefined && fold(paper.venue).includes(fold(venue)))
}

/** Plain vectors, compared as those that a library stores. */
export function comparable({ paper, sentences }: PaperVectors): StoredVectors {
  const meanCosine = (one: SentenceVector) => sentences.reduce((sum, other) => sum + (other === one ? 0 : wholeCosine(one.vector, other.vector)), 0) / Math.max(1, sentences.length - 1)
  return {
    paper,
    sentences,
    spans: sentences.map(({ start, end }) => ({ start, end })),
    compare: (vector) => ({ paper: wholeCosine(vector, paper), sentences: sentences.map((sentence) => wholeCosine(vector, sentence.vector)) }),
    centralities: () => sentences.map(meanCosine),
  }
}

/** Of unit vectors, over every dimension. */
function wholeCosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
}
