/** Writes references in RIS (Research Information Systems, tags of 2011), as Zotero, EndNote and Mendeley read it. */
import type { Reference } from './facts.js'
import type { GroupName, Name } from './names.js'

const TYPES: Readonly<Record<Reference['kind'], string>> = { journal: 'JOUR', proceedings: 'CPAPER', preprint: 'UNPB', unknown: 'GEN' }

/** Lines `TAG  - value`, ended by CR LF as the format has it. What is missing stands in a note (`N1`). */
export function toRis(references: readonly Reference[]): string {
  return references.map(entry).join('\r\n')
}

function entry({ paper, key, kind, names, venue, arxivId, url, doi, missing, note }: Reference): string {
  const lines: (readonly [string, string | undefined])[] = [
    ['TY', TYPES[kind]],
    ['ID', key],
    ['TI', paper.title],
    ...names.map((name) => ['AU', risName(name)] as const),
    ['PY', paper.year === undefined ? undefined : String(paper.year)],
    ['T2', venue],
    ['DO', doi],
    ['PB', kind === 'preprint' ? 'arXiv' : undefined],
    ['AN', arxivId === undefined ? undefined : `arXiv:${arxivId}`],
    ['UR', url],
    ['AB', paper.digest === true ? undefined : paper.abstract],
    ...(paper.categories ?? []).map((category) => ['KW', category] as const),
    ['N1', note],
    ['N1', missing.length === 0 ? undefined : `The library does not know: ${missing.join(', ')}.`],
    ['ER', ''],
  ]
  return lines.flatMap(([tag, value]) => (value === undefined ? [] : [`${tag}  - ${oneLine(value)}\r\n`])).join('')
}

function risName(name: Name | GroupName): string {
  if ('literal' in name) return name.literal
  const family = [name.particle, name.family].filter((part) => part !== undefined).join(' ')
  return [family, name.given, name.suffix].filter((part) => part !== undefined).join(', ')
}

/** A line break would begin a new tag. */
function oneLine(text: string): string {
  return text.replace(/[\r\n\u2028\u2029]+/g, ' ')
}
