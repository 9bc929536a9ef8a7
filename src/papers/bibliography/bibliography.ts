/** Writes a bibliography of papers in one of four formats, and says what it lacks. */
import type { Paper } from '../paper.js'
import { toApa } from './apa.js'
import { toBibtex } from './bibtex.js'
import { toCslJson } from './csl-json.js'
import { readReference } from './facts.js'
import type { MissingField, Reference } from './facts.js'
import { citationKeys } from './keys.js'
import { toRis } from './ris.js'

export const BIBLIOGRAPHY_FORMATS = ['bibtex', 'ris', 'csl-json', 'apa'] as const
export type BibliographyFormat = (typeof BIBLIOGRAPHY_FORMATS)[number]

export interface Bibliography {
  /** What a reference manager or a person reads; names the missing fields in the format's own way. */
  readonly text: string
  /** One for each paper, in their order. */
  readonly entries: readonly { readonly id: string; readonly key: string; readonly missing: readonly MissingField[] }[]
}

const WRITERS: Readonly<Record<BibliographyFormat, (references: readonly Reference[]) => string>> = { bibtex: toBibtex, ris: toRis, 'csl-json': toCslJson, apa: toApa }

/** A paper that is named twice is written once. Nothing is invented: what the library does not know is left out and listed. */
export function writeBibliography(papers: readonly Paper[], format: BibliographyFormat): Bibliography {
  const distinct = [...new Map(papers.map((paper) => [paper.id, paper])).values()]
  const keys = citationKeys(distinct)
  const references = distinct.map((paper) => readReference(paper, keys.get(paper.id) as string))
  return {
    text: WRITERS[format](references),
    entries: references.map(({ paper, key, missing }) => ({ id: paper.id, key, missing })),
  }
}
