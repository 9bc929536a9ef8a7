/** Finds records of one paper that came in as two, and makes them one. */
import type { Embedder } from '../embedding/embedder.js'
import type { Library, StoredPaper } from '../library/library.js'
import { identify } from '../papers/identity.js'
import type { Paper } from '../papers/paper.js'
import { areCopies, overlap, wordingOf, type Wording } from './copies.js'
import { merge } from './merge.js'
import { embedPapers } from './vectors.js'

export interface DuplicateGroup {
  /** The record that stays: a real abstract before a digest, then the one with more facts, then the older. */
  readonly kept: Paper
  readonly others: readonly {
    readonly paper: Paper
    /** Share of the two abstracts' runs of five words that both have, 0..1. */
    readonly abstractOverlap: number
    /** The same for the words of the titles. */
    readonly titleOverlap: number
  }[]
}

export interface DuplicateParts {
  readonly library: Pick<Library, 'list' | 'find' | 'vectors' | 'searchVectors' | 'read' | 'put' | 'remove'>
  readonly embedder: Embedder
}

/** Of copies of one text nothing else is nearer; ten leave room for papers in many versions. */
const NEIGHBOURS = 10
/** Below this cosine no two texts share half of their runs of words. */
const LEAST_SIMILARITY = 0.8

type Read = StoredPaper & Wording

/**
 * Every group of two and more, in the order in which the papers came in. Two DOIs or arXiv numbers do not keep copies
 * apart, since a preprint and its journal version may have one each.
 */
export async function findDuplicates({ library }: Pick<DuplicateParts, 'library'>, onProgress: (papers: number) => void = () => undefined): Promise<DuplicateGroup[]> {
  const groups = new Map<number, Read[]>()
  let done = 0
  for await (const paper of allPapers(library)) {
    for (const [one, other] of await pairsOf(paper, library)) join(groups, one, other)
    if (++done % 1_000 === 0) onProgress(done)
  }
  const distinct = [...new Set(groups.values())].map((group) => [...group].sort((a, b) => a.handle - b.handle))
  return distinct.sort((a, b) => (a[0] as Read).handle - (b[0] as Read).handle).map(describe)
}

/**
 * Makes one paper of each group: the kept record takes over the facts that it lacks and every name of the others,
 * and their ids into `mergedIds`. Each write is durable, and what is removed was taken over before: after a kill
 * nothing is lost, and a second run does the rest. Returns how many records were removed.
 */
export async function mergeDuplicates(groups: readonly DuplicateGroup[], { library, embedder }: DuplicateParts): Promise<number> {
  let removed = 0
  for (const { kept, others } of groups) {
    const whole = others.reduce((paper, { paper: other }) => merge(paper, other, { overwrite: false }), kept)
    const ids = others.flatMap(({ paper }) => [paper.id, ...(paper.mergedIds ?? [])])
    const paper: Paper = { ...whole, mergedIds: [...new Set([...(kept.mergedIds ?? []), ...ids])] }
    const keys = [...new Set([paper, ...others.map((other) => other.paper)].flatMap((one) => [one.id, ...identify(one).keys]))]
    const [vectors] = await embedPapers(embedder, [paper])
    const entry = { paper, keys, vectors: vectors as NonNullable<typeof vectors> }
    await library.put([entry])
    removed += await library.remove(others.map((other) => other.paper.id))
    // Once more, as the names are free only now.
    await library.put([entry])
  }
  return removed
}

async function* allPapers(library: Pick<Library, 'list' | 'find'>): AsyncGenerator<StoredPaper> {
  let cursor: string | undefined
  do {
    const page = await library.list({ cursor, limit: 200 })
    for (const stored of await library.find(page.papers.map(({ id }) => id))) if (stored !== undefined) yield stored
    cursor = page.nextCursor
  } while (cursor !== undefined)
}

/** This paper with each of its copies that came in later. */
async function pairsOf(stored: StoredPaper, library: DuplicateParts['library']): Promise<(readonly [Read, Read])[]> {
  const [vectors] = await library.vectors([stored.handle])
  if (vectors === undefined) return []
  const near = (await library.searchVectors(vectors.paper, { limit: NEIGHBOURS + 1 })).filter(({ handle, similarity }) => handle > stored.handle && similarity >= LEAST_SIMILARITY)
  if (near.length === 0) return []
  const one = read(stored)
  const papers = await library.read(near.map(({ handle }) => handle))
  return papers.flatMap((paper, i) => {
    if (paper === undefined) return []
    const other = read({ handle: (near[i] as { handle: number }).handle, paper })
    return areCopies(one, other) ? [[one, other] as const] : []
  })
}

function read(stored: StoredPaper): Read {
  return { ...stored, ...wordingOf(stored.paper) }
}

function join(groups: Map<number, Read[]>, one: Read, other: Read): void {
  const together = [...new Map([...(groups.get(one.handle) ?? [one]), ...(groups.get(other.handle) ?? [other])].map((read) => [read.handle, read])).values()]
  for (const { handle } of together) groups.set(handle, together)
}

function describe(group: readonly Read[]): DuplicateGroup {
  const [kept, ...others] = [...group].sort((a, b) => Number(a.paper.digest ?? false) - Number(b.paper.digest ?? false) || facts(b.paper) - facts(a.paper) || a.handle - b.handle) as [Read, ...Read[]]
  return {
    kept: kept.paper,
    others: others.map((other) => ({ paper: other.paper, abstractOverlap: overlap(kept.runs, other.runs), titleOverlap: overlap(kept.title, other.title) })),
  }
}

function facts(paper: Paper): number {
  return Object.values(paper).filter((value) => value !== undefined).length
}
