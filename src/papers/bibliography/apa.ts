/** Writes references in APA style (7th edition, 2020) as plain text. */
import { encoded } from './facts.js'
import type { Reference } from './facts.js'
import { initials } from './names.js'
import type { GroupName, Name } from './names.js'

/** From 21 authors on, the first nineteen, an ellipsis, and the last (APA 7, 9.8). */
const MOST_AUTHORS = 20

/**
 * One paragraph a reference, in the order of a reference list. Titles keep the capitals of their source, and nothing
 * is in italics, as this is plain text. Without a year it says `(n.d.)`, without authors the title leads (APA 7, 9.12 and 9.17).
 * A last paragraph lists what is missing.
 */
export function toApa(references: readonly Reference[]): string {
  const compare = new Intl.Collator('en').compare
  const written = references.map(entry).sort(compare)
  const lacking = references.filter(({ missing }) => missing.length > 0).map(({ paper, missing }) => `${paper.title}: ${missing.join(', ')}`)
  const note = lacking.length === 0 ? [] : [`[The library does not know: ${lacking.sort(compare).join('; ')}.]`]
  const digests = references.filter((reference) => reference.note !== undefined).map(({ paper }) => paper.title)
  const digestNote = digests.length === 0 ? [] : [`[Held as a digest in other words, not as the abstract: ${digests.sort(compare).join('; ')}.]`]
  return [...written, ...note, ...digestNote].map((paragraph) => `${paragraph}\n`).join('\n')
}

function entry({ paper, kind, names, venue, arxivId, url, doi }: Reference): string {
  const year = `(${paper.year ?? 'n.d.'}).`
  const title = kind === 'preprint' ? `${paper.title} (arXiv:${arxivId as string}).` : closed(paper.title)
  const lead = names.length === 0 ? [title, year] : [closed(authorList(names.map(apaName))), year, title]
  const source = venue === undefined ? (kind === 'preprint' ? ['arXiv.'] : []) : [kind === 'proceedings' ? `In ${closed(venue)}` : closed(venue)]
  const link = doi === undefined ? url : `https://doi.org/${encoded(doi)}`
  return [...lead, ...source, ...(link === undefined ? [] : [link])].join(' ')
}

function authorList(names: readonly string[]): string {
  if (names.length === 1) return names[0] as string
  if (names.length > MOST_AUTHORS) return `${names.slice(0, MOST_AUTHORS - 1).join(', ')}, … ${names.at(-1) as string}`
  return `${names.slice(0, -1).join(', ')}, & ${names.at(-1) as string}`
}

function apaName(name: Name | GroupName): string {
  if ('literal' in name) return name.literal
  const family = [name.particle, name.family].filter((part) => part !== undefined).join(' ')
  return [family, name.given === undefined ? undefined : initials(name.given), name.suffix].filter((part) => part !== undefined).join(', ')
}

function closed(text: string): string {
  return /[.?!]["'”’)]?$/.test(text) ? text : `${text}.`
}
