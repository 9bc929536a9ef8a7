/** Writes references as CSL-JSON (Citation Style Language, schema 1.0.2), which Zotero, pandoc and citeproc read. */
import type { Reference } from './facts.js'
import type { GroupName, Name } from './names.js'

const TYPES: Readonly<Record<Reference['kind'], string>> = { journal: 'article-journal', proceedings: 'paper-conference', preprint: 'article', unknown: 'document' }

/** An array of items; `custom.missing` lists what the library does not know. */
export function toCslJson(references: readonly Reference[]): string {
  return `${JSON.stringify(references.map(item), null, 2)}\n`
}

function item({ paper, key, kind, names, venue, arxivId, url, doi, missing, note }: Reference) {
  return {
    id: key,
    type: TYPES[kind],
    title: paper.title,
    ...(names.length === 0 ? {} : { author: names.map(cslName) }),
    ...(paper.year === undefined ? {} : { issued: { 'date-parts': [[paper.year]] } }),
    ...(venue === undefined ? {} : { 'container-title': venue }),
    ...(doi === undefined ? {} : { DOI: doi }),
    ...(arxivId === undefined ? {} : { number: `arXiv:${arxivId}`, ...(kind === 'preprint' ? { publisher: 'arXiv' } : {}) }),
    ...(url === undefined ? {} : { URL: url }),
    ...(paper.digest === true ? {} : { abstract: paper.abstract }),
    ...(note === undefined ? {} : { note }),
    custom: { footnoteId: paper.id, missing },
  }
}

function cslName(name: Name | GroupName) {
  if ('literal' in name) return { literal: name.literal }
  return {
    family: name.family,
    ...(name.given === undefined ? {} : { given: name.given }),
    ...(name.particle === undefined ? {} : { 'non-dropping-particle': name.particle }),
    ...(name.suffix === undefined ? {} : { suffix: name.suffix }),
  }
}
