/** The papers of the crash test: batches that are written and removed as a whole, and what may be found of each after a kill. */
import type { EmbeddingModel } from '../../src/embedding/embedder.js'
import { passageOf } from '../../src/ingest/vectors.js'
import type { Entry, Library } from '../../src/library/library.js'
import type { Paper } from '../../src/papers/paper.js'
import { sentences } from '../../src/papers/sentences.js'
import { createRandom } from '../../src/text/random.js'

/** What is known of a batch. */
export interface Batch {
  readonly name: string
  readonly size: number
  /** The last acknowledged version; 0 before the first, -1 when removed. */
  readonly version: number
  /** Its removal has begun, so that it may be gone without having been acknowledged as gone. */
  readonly leaving?: boolean
}

/** One of two models that the library is embedded with in turn. */
export function modelOf(setting: string): EmbeddingModel {
  return { id: `crash-test@${setting}`, dimensions: 32, searchDimensions: 32, fusion: { bm25: 1, dense: 0, bestSentence: 0 } }
}

export function papersOf({ name, size, version }: Batch): Paper[] {
  return Array.from({ length: size }, (_, i) => {
    const id = `title:${name}-${i}`
    return { id, title: `Paper ${i} of ${name}`, abstract: `The word ${wordOf(id)} stands here. This is version ${version}.`, addedAt: '2026-01-02T03:04:05.000Z' }
  })
}

export function entriesOf(batch: Batch, model: EmbeddingModel): Entry[] {
  return papersOf(batch).map((paper) => {
    const spans = sentences(paper.abstract).map((span) => ({ ...span, vector: vectorOf(paper.abstract.slice(span.start, span.end), model) }))
    const vectors = { paper: vectorOf(passageOf(paper), model), sentences: spans }
    return { paper, keys: [paper.id, `doi:${paper.id.slice('title:'.length)}`], vectors }
  })
}

/** What is wrong with a batch; `latest` is the newest that is known of it, where the library may be of a moment before that. */
export async function faultsOf(library: Library, batch: Batch, latest: Batch = batch): Promise<string[]> {
  const found = await Promise.all(papersOf(batch).map(({ id }) => library.get(id)))
  const versions = new Set(found.map((stored) => (stored === undefined ? -1 : Number(/version (\d+)/.exec(stored.paper.abstract)?.[1]))))
  const [version] = versions
  if (versions.size !== 1 || version === undefined) return [`batch ${batch.name} is there by halves: versions ${[...versions].join(', ')}`]
  if (!possible(version, batch, latest)) return [`batch ${batch.name}: version ${batch.version} was acknowledged, ${version} is there`]
  if (version === -1) return []
  const faults = await Promise.all(entriesOf({ ...batch, version }, library.model).map((entry) => faultOf(library, entry)))
  return faults.filter((fault) => fault !== undefined)
}

/** The write that was under way at the end may have reached the disk or not. */
function possible(version: number, batch: Batch, latest: Batch): boolean {
  if (version === -1) return batch.version <= 0 || latest.version === -1 || latest.leaving === true
  if (batch.version === -1 || version < batch.version) return false
  return latest.version === -1 || version <= latest.version + (latest.leaving === true ? 0 : 1)
}

async function faultOf(library: Library, { paper, keys, vectors }: Entry): Promise<string | undefined> {
  const stored = await library.get(paper.id)
  if (stored === undefined || JSON.stringify(stored.paper) !== JSON.stringify(paper)) return `${paper.id} is not as it was put`
  if ((await library.find(keys)).some((owner) => owner?.handle !== stored.handle)) return `${paper.id} is not found by its keys`
  const [kept] = await library.vectors([stored.handle])
  if (kept?.sentences.length !== vectors.sentences.length || cosine(kept.paper, vectors.paper) < 0.999) return `${paper.id} has other vectors`
  const [word] = await library.searchLexical(new Map([[wordOf(paper.id), 1]]), { limit: 1 })
  const [near] = await library.searchVectors(vectors.paper, { limit: 1 })
  if (word?.handle !== stored.handle) return `${paper.id} is not found by its word`
  return near?.handle === stored.handle ? undefined : `${paper.id} is not found by its vector`
}

/** A word that no other paper has, and that stems to itself. */
function wordOf(id: string): string {
  return `w${id.replace('title:', '').replace(/\D/g, 'x')}0`
}

/** Another for each text and model. */
export function vectorOf(text: string, { id, dimensions }: EmbeddingModel): Float32Array {
  const seed = [...`${id} ${text}`].reduce((hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) as number), 16_777_619), 2_166_136_261)
  const random = createRandom(seed)
  const vector = Float32Array.from({ length: dimensions }, () => random.next() - 0.5)
  const norm = Math.hypot(...vector)
  return vector.map((value) => value / norm)
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
}
