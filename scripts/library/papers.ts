/** `library remove` and `duplicates`: papers that should not be there, or not twice. */
import { FootnoteError } from '../../src/errors.js'
import { findDuplicates, mergeDuplicates } from '../../src/ingest/duplicates.js'
import type { DuplicateGroup } from '../../src/ingest/duplicates.js'
import { printable, say, tell, withLibrary } from './opened.js'

export function removePapers(ids: readonly string[], { dryRun }: { readonly dryRun?: true }): Promise<void> {
  return withLibrary(async ({ library }) => {
    const stored = await Promise.all(ids.map((id) => library.get(id)))
    const unknown = ids.filter((_, i) => stored[i] === undefined)
    if (unknown.length > 0) throw new FootnoteError('not_found', `The library has no paper ${unknown.join(', ')}; nothing was removed. \`npm run -s library -- export -\` lists the ids.`)
    for (const one of stored) say(`${dryRun ? 'Would remove' : 'Removing'} ${printable(one?.paper.id ?? '')}: ${printable(one?.paper.title ?? '')}`)
    if (!dryRun) await library.remove(ids)
  })
}

export function duplicates({ merge, json }: { readonly merge?: true; readonly json?: true }): Promise<void> {
  return withLibrary(async ({ library, embedder }) => {
    const groups = await findDuplicates({ library }, (papers) => tell(`${papers} papers compared`))
    const removed = merge ? await mergeDuplicates(groups, { library, embedder }) : 0
    if (json) return void say(JSON.stringify({ groups: groups.map(summary), removed }, null, 2))
    for (const { kept, others } of groups) {
      say(`${printable(kept.id)}  ${printable(kept.title)}`)
      for (const { paper, abstractOverlap, titleOverlap } of others) {
        say(`  = ${printable(paper.id)}  ${printable(paper.title)}  (abstracts ${percent(abstractOverlap)} alike, titles ${percent(titleOverlap)})`)
      }
    }
    const records = groups.reduce((sum, { others }) => sum + others.length, 0)
    if (groups.length === 0) say('No two records are one paper.')
    else say(merge ? `Made ${groups.length + removed} records ${groups.length} papers.` : `${records} records are copies of ${groups.length} papers; --merge makes them one.`)
  })
}

function summary({ kept, others }: DuplicateGroup) {
  return { kept: kept.id, title: kept.title, others: others.map(({ paper, ...overlaps }) => ({ id: paper.id, title: paper.title, ...overlaps })) }
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`
}
