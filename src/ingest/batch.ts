/** Compares a batch of candidates with the library: what is new, what changes, what is there already. */
import type { Entry, Library } from '../library/library.js'
import { conflicts, identify, isGenericTitle } from '../papers/identity.js'
import type { Paper } from '../papers/paper.js'
import { sameAbstract } from './copies.js'
import { merge } from './merge.js'
import type { Candidate } from './record.js'

export interface Outcome {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  readonly duplicates: number
  /** What has to be stored, each paper once. */
  readonly changes: readonly Omit<Entry, 'vectors'>[]
}

/** Papers by every key of theirs, as they will be after the batch. */
interface Known {
  byKey(key: string): Paper | undefined
  remember(paper: Paper, keys: readonly string[]): void
}

/**
 * What storing these candidates comes to. `seen` holds the ids met in this run, and learns those of
 * the batch: a second record of the same paper only fills gaps, and counts as a duplicate.
 */
export async function compareBatch(library: Pick<Library, 'find'>, batch: readonly Candidate[], seen: Set<string>, now: () => Date): Promise<Outcome> {
  const known = await lookUp(library, batch)
  const changes = new Map<string, Paper>()
  const count = { added: 0, updated: 0, unchanged: 0, duplicates: 0 }
  for (const candidate of batch) {
    const stored = match(candidate, known)
    const again = stored !== undefined && seen.has(stored.id)
    const paper = stored === undefined ? create(candidate, now) : update(stored, candidate, again)
    seen.add(paper.id)
    count[stored === undefined ? 'added' : again ? 'duplicates' : paper === stored ? 'unchanged' : 'updated']++
    known.remember(paper, candidate.identity.keys)
    if (paper !== stored) changes.set(paper.id, paper)
  }
  return { ...count, changes: await withKeys(library, batch, [...changes.values()], known) }
}

async function lookUp(library: Pick<Library, 'find'>, batch: readonly Candidate[]): Promise<Known> {
  const keys = [...new Set(batch.flatMap(({ identity }) => identity.keys))]
  const found = await library.find(keys)
  const ids = new Map<string, string>()
  const papers = new Map<string, Paper>()
  found.forEach((stored, i) => {
    if (stored === undefined) return
    ids.set(keys[i] as string, stored.paper.id)
    papers.set(stored.paper.id, stored.paper)
  })
  return {
    byKey: (key) => papers.get(ids.get(key) ?? ''),
    remember(paper, itsKeys) {
      papers.set(paper.id, paper)
      for (const key of itsKeys) if (!ids.has(key)) ids.set(key, paper.id)
    },
  }
}

/** By a key of its own; or by title and abstract, where only its numbers are others: of a preprint and its journal version, say. */
function match({ draft, identity }: Candidate, known: Known): Paper | undefined {
  for (const key of identity.keys) {
    const paper = known.byKey(key)
    if (paper === undefined) continue
    if (!key.startsWith('title:') || !conflicts(identify(paper), identity, draft.title)) return paper
    if (!isGenericTitle(draft.title) && sameAbstract(paper, draft)) return paper
  }
  return undefined
}

/** A record whose numbers are others than those stored is another version of the paper: it fills gaps, and is remembered. */
function update(stored: Paper, { draft, identity }: Candidate, again: boolean): Paper {
  const { mergedIds = [] } = stored
  const known = mergedIds.includes(identity.id)
  const version = known || conflicts(identify(stored), identity, draft.title)
  const merged = merge(stored, draft, { overwrite: !again && !version })
  return version && !known && identity.id !== stored.id ? { ...merged, mergedIds: [...mergedIds, identity.id] } : merged
}

function create({ draft, identity }: Candidate, now: () => Date): Paper {
  return { id: identity.id, ...draft, addedAt: now().toISOString() }
}

/** A key leads to one paper: those that lead to another already are left to it. */
async function withKeys(library: Pick<Library, 'find'>, batch: readonly Candidate[], papers: readonly Paper[], known: Known): Promise<Omit<Entry, 'vectors'>[]> {
  const wanted = new Map<string, Set<string>>(papers.map((paper) => [paper.id, new Set([paper.id, ...identify(paper).keys])]))
  for (const { identity } of batch) {
    for (const key of identity.keys) wanted.get(known.byKey(key)?.id ?? '')?.add(key)
  }
  const keys = [...new Set([...wanted.values()].flatMap((set) => [...set]))]
  const found = await library.find(keys)
  const owner = new Map(keys.map((key, i) => [key, found[i]?.paper.id ?? known.byKey(key)?.id]))
  const free = (key: string, id: string) => owner.get(key) === undefined || owner.get(key) === id
  return papers.map((paper) => ({ paper, keys: [...(wanted.get(paper.id) ?? [])].filter((key) => free(key, paper.id)) }))
}
