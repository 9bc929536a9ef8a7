/** Finds papers related to other papers or to a text, and says which sentences meet. */
import type { Embedder } from '../embedding/embedder.js'
import { FootnoteError } from '../errors.js'
import type { Library, PaperVectors, SentenceVector, StoredPaper } from '../library/library.js'
import type { Paper } from '../papers/paper.js'
import { sentences } from '../papers/sentences.js'
import { isStopWord, stem, terms } from '../text/terms.js'
import { words } from '../text/words.js'
import { fuse } from './fusion.js'
import type { Rarity } from './rarity.js'
import type { FindRelated, RelatedPaper } from './retrieval.js'
import { dot, meanDirection } from './vectors.js'

const CANDIDATES = 100
const DEFAULT_LIMIT = 10

/** The rarest terms of the seeds that are searched for: more only slow the search down. */
const QUERY_TERMS = 40
const SHARED_TERMS = 6
/** A shared term that more than one abstract in twenty holds says nothing: ln 20. */
const TELLING = 3
const PAIRS = 2

/** For papers, BM25 and the cosine of the whole weigh the same; sentences only give the reasons. */
const WEIGHT = 0.5

interface Seed {
  readonly id?: string
  readonly title: string
  readonly text: string
  readonly vectors: PaperVectors
}

export interface RelatedParts {
  readonly library: Library
  readonly embedder: Embedder
  readonly rarity: Rarity
}

export function createFindRelated({ library, embedder, rarity }: RelatedParts): FindRelated {
  return async ({ seeds: ids = [], text, limit = DEFAULT_LIMIT, filter }, signal) => {
    const seeds = [...(await readSeeds(ids)), ...(text === undefined ? [] : [await embedSeed(text, signal)])]
    const direction = meanDirection(seeds.map(({ vectors }) => vectors.paper))
    if (direction === undefined) return []
    const query = rarestTerms(seeds)
    const [lexical, nearest] = await Promise.all([
      library.searchLexical(query, { limit: CANDIDATES + ids.length, filter }),
      library.searchVectors(direction, { limit: CANDIDATES + ids.length, filter }),
    ])
    signal?.throwIfAborted()
    const handles = [...new Set([...lexical, ...nearest].map(({ handle }) => handle))]
    const [bm25, dense] = await Promise.all([library.scoreLexical(query, handles), library.scoreVectors(direction, handles)])
    const fused = fuse([
      { values: bm25, weight: WEIGHT },
      { values: dense, weight: WEIGHT },
    ])
    const ranked = handles
      .map((handle, i) => ({ handle, fused: fused[i] as number }))
      .sort((a, b) => b.fused - a.fused || a.handle - b.handle)
      .slice(0, limit + ids.length)
      .map(({ handle }) => handle)
    const [papers, vectors] = await Promise.all([library.read(ranked), library.vectors(ranked)])
    const isSeed = new Set(ids)
    return papers
      .flatMap((paper, i) => {
        const own = vectors[i]
        return paper === undefined || own === undefined || isSeed.has(paper.id) ? [] : [explain(paper, own, dot(direction, own.paper), seeds)]
      })
      .slice(0, limit)
  }

  async function readSeeds(ids: readonly string[]): Promise<Seed[]> {
    const stored = await Promise.all(ids.map((id) => library.get(id)))
    const missing = ids.filter((_, i) => stored[i] === undefined)
    if (missing.length > 0) throw new FootnoteError('not_found', `The library has no paper ${missing.join(', ')}; see GET /v1/papers for the ids it has.`, { details: { ids: missing } })
    const papers = (stored as StoredPaper[]).map(({ paper }) => paper)
    const vectors = await library.vectors((stored as StoredPaper[]).map(({ handle }) => handle))
    return papers.flatMap((paper, i) => {
      const own = vectors[i]
      return own === undefined ? [] : [{ id: paper.id, title: paper.title, text: paper.abstract, vectors: own }]
    })
  }

  async function embedSeed(text: string, signal: AbortSignal | undefined): Promise<Seed> {
    const spans = sentences(text)
    const [paper, ...rest] = await embedder.embedPassages([text, ...spans.map(({ start, end }) => text.slice(start, end))], signal)
    return { title: '', text, vectors: { paper: paper as Float32Array, sentences: spans.map((span, i) => ({ ...span, vector: rest[i] as Float32Array })) } }
  }

  function rarestTerms(seeds: readonly Seed[]): Map<string, number> {
    const counts = new Map<string, number>()
    for (const term of seeds.flatMap(({ title, text }) => terms(`${title}. ${text}`))) counts.set(term, (counts.get(term) ?? 0) + 1)
    return new Map(
      [...counts]
        .map(([term, count]) => ({ term, value: (1 + Math.log(count)) * rarity(term) }))
        .sort((a, b) => b.value - a.value || (a.term < b.term ? -1 : 1))
        .slice(0, QUERY_TERMS)
        .map(({ term, value }) => [term, value]),
    )
  }

  function explain(paper: Paper, vectors: PaperVectors, similarity: number, seeds: readonly Seed[]): RelatedPaper {
    const pairs = seeds
      .flatMap((seed) => seed.vectors.sentences.flatMap((mine) => vectors.sentences.map((theirs) => ({ seed, mine, theirs, similarity: dot(mine.vector, theirs.vector) }))))
      .sort((a, b) => b.similarity - a.similarity)
    return {
      paper,
      similarity,
      why: {
        sharedTerms: sharedTerms(paper, seeds),
        pairs: distinct(pairs).map(({ seed, mine, theirs, similarity }) => ({
          ...(seed.id === undefined ? {} : { seedId: seed.id }),
          seedSentence: quote(seed.text, mine),
          hitSentence: quote(paper.abstract, theirs),
          similarity,
        })),
      },
    }
  }

  /** Words as the hit writes them, the rarest first. */
  function sharedTerms(paper: Paper, seeds: readonly Seed[]): string[] {
    const wanted = new Set(seeds.flatMap(({ title, text }) => terms(`${title}. ${text}`)))
    const found = new Map<string, string>()
    for (const word of words(`${paper.title}. ${paper.abstract}`)) {
      const term = stem(word)
      if (/\p{L}{2}/u.test(word) && !isStopWord(word) && rarity(term) > TELLING && wanted.has(term) && !found.has(term)) found.set(term, word)
    }
    return [...found]
      .sort((a, b) => rarity(b[0]) - rarity(a[0]) || (a[0] < b[0] ? -1 : 1))
      .slice(0, SHARED_TERMS)
      .map(([, word]) => word)
  }
}

/** The nearest pairs that repeat neither sentence. */
function distinct<Pair extends { readonly mine: SentenceVector; readonly theirs: SentenceVector }>(pairs: readonly Pair[]): Pair[] {
  const chosen: Pair[] = []
  for (const pair of pairs) {
    if (chosen.length === PAIRS) break
    if (!chosen.some(({ mine, theirs }) => mine === pair.mine || theirs === pair.theirs)) chosen.push(pair)
  }
  return chosen
}

function quote(text: string, { start, end }: { readonly start: number; readonly end: number }) {
  return { text: text.slice(start, end), start, end }
}
