/** Decides what a paper becomes when it is met again. */
import type { Paper, PaperDraft } from '../papers/paper.js'

const FACTS = ['authors', 'year', 'venue', 'categories', 'url', 'doi', 'arxivId', 'pmid'] as const

/**
 * The stored paper with what the draft adds; the very same object if that is nothing. Its id,
 * `addedAt` and `mergedIds` stay. A real abstract takes the place of a digest, never the other way round. With
 * `overwrite` the draft's facts replace those stored, otherwise they only fill gaps.
 */
export function merge(stored: Paper, draft: PaperDraft, { overwrite }: { readonly overwrite: boolean }): Paper {
  const demoted = draft.digest === true && stored.digest !== true
  const promoted = stored.digest === true && draft.digest !== true
  const replaces = promoted || (overwrite && !demoted)
  const facts = Object.fromEntries(
    FACTS.flatMap((fact) => {
      const value = (replaces ? draft[fact] ?? stored[fact] : stored[fact] ?? draft[fact])
      return value === undefined ? [] : [[fact, value]]
    }),
  ) as Partial<Pick<Paper, (typeof FACTS)[number]>>
  const text = replaces ? draft : stored
  const merged: Paper = {
    id: stored.id,
    title: text.title,
    abstract: text.abstract,
    ...facts,
    ...(text.digest === true ? { digest: true as const } : {}),
    addedAt: stored.addedAt,
    ...(stored.mergedIds === undefined ? {} : { mergedIds: stored.mergedIds }),
  }
  return same(stored, merged) ? stored : merged
}

function same(one: Paper, other: Paper): boolean {
  return (['title', 'abstract', 'digest', ...FACTS] as const).every((fact) => JSON.stringify(one[fact]) === JSON.stringify(other[fact]))
}
