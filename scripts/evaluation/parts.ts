/** Ranks papers for a question by each part of retrieval alone, and by the product as a whole. */
import type { Cosines, Filter, Handle } from '../../src/library/library.js'
import { expandTerms } from '../../src/retrieval/expansion.js'
import type { Opened } from './opened.js'

/**
 * `lexical`: BM25 over the plain terms of the question. `expanded`: the same with the other forms of
 * acronyms. `dense`: cosine of the whole paper. `bestSentence`: cosine of the paper or of its best
 * sentence, whichever is nearer. `fused`: all of them together. `reranked`: the first of those in
 * the order that was learned, which is the ranking that the product gives.
 */
export const PARTS = ['lexical', 'expanded', 'dense', 'bestSentence', 'fused', 'reranked'] as const
export type Part = (typeof PARTS)[number]

/** How deep each ranking goes. */
export const DEPTH = 100

/** Candidates from either side that the two dense parts compare exactly; a library of so few papers is compared whole. */
const CANDIDATES = 500

/** What a user of the product waits for when they search. */
const USUAL_LIMIT = 10

/** Ids of papers, best first, `DEPTH` at most. */
export type Rankings = Readonly<Record<Part, readonly string[]>>

/** Milliseconds of one question: its embedding, either index, and the product's search as a whole. */
export interface SearchTimes {
  readonly embedding: number
  readonly lexical: number
  readonly nearest: number
  readonly search: number
}

export interface Ranked {
  readonly rankings: Rankings
  readonly times: SearchTimes
}

export type RankByParts = (question: string, filter?: Filter) => Promise<Ranked>

export function createRankByParts({ footnote: { library, embedder, retrieve }, thesauri }: Pick<Opened, 'footnote' | 'thesauri'>): RankByParts {
  const ids = new Map<Handle, string>()
  let warm = false

  return async (question, filter) => {
    // The first question of a process also loads code and pages: it would be the 99th percentile of every short run.
    if (!warm) await retrieve(question, { limit: USUAL_LIMIT, filter })
    warm = true
    const [, search] = await timed(() => retrieve(question, { limit: USUAL_LIMIT, filter }))
    const [vector, embedding] = await timed(() => embedder.embedQuestion(question))
    const plain = expandTerms(question, [])
    const [lexical, lexicalTime] = await timed(() => library.searchLexical(plain, { limit: CANDIDATES, filter }))
    const [near, nearest] = await timed(() => library.searchVectors(vector, { limit: CANDIDATES, filter }))
    const expanded = await library.searchLexical(expandTerms(question, thesauri), { limit: DEPTH, filter })
    const candidates = [...new Set([...lexical, ...near].map(({ handle }) => handle))]
    const cosines = (await library.vectors(candidates)).map((vectors) => cosinesOf(vectors?.compare(vector)))
    const retrieval = await retrieve(question, { limit: DEPTH, filter })
    return {
      rankings: {
        lexical: await idsOf(lexical.slice(0, DEPTH).map(({ handle }) => handle)),
        expanded: await idsOf(expanded.map(({ handle }) => handle)),
        dense: await idsOf(best(candidates, cosines.map(({ dense }) => dense))),
        bestSentence: await idsOf(best(candidates, cosines.map(({ bestSentence }) => bestSentence))),
        fused: [...retrieval.papers].sort((a, b) => b.fused - a.fused || a.handle - b.handle).map(({ paper }) => paper.id),
        reranked: retrieval.papers.map(({ paper }) => paper.id),
      },
      times: { embedding, lexical: lexicalTime, nearest, search },
    }
  }

  async function idsOf(handles: readonly Handle[]): Promise<string[]> {
    const unknown = handles.filter((handle) => !ids.has(handle))
    const papers = await library.read(unknown)
    unknown.forEach((handle, i) => ids.set(handle, papers[i]?.id ?? ''))
    return handles.map((handle) => ids.get(handle) as string)
  }
}

function cosinesOf(cosines: Cosines | undefined) {
  const dense = cosines?.paper ?? -1
  return { dense, bestSentence: Math.max(dense, ...(cosines?.sentences ?? [])) }
}

function best(handles: readonly Handle[], values: readonly number[]): Handle[] {
  return handles
    .map((handle, i) => ({ handle, value: values[i] as number }))
    .sort((a, b) => b.value - a.value || a.handle - b.handle)
    .slice(0, DEPTH)
    .map(({ handle }) => handle)
}

async function timed<T>(step: () => Promise<T>): Promise<[T, number]> {
  const started = performance.now()
  const result = await step()
  return [result, performance.now() - started]
}
