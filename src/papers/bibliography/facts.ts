/** Reads from a paper what every bibliography format needs: kind of publication, names, links, and what is missing. */
import { arxivIdOf } from '../identity.js'
import type { Paper } from '../paper.js'
import { parseName } from './names.js'
import type { GroupName, Name } from './names.js'

/** What a reference list expects of a paper and the library may not know. */
export type MissingField = 'authors' | 'year' | 'venue' | 'link'

/** A paper as a reference: nothing in it that the library does not hold. */
export interface Reference {
  readonly paper: Paper
  readonly key: string
  /** `unknown` where neither a venue nor arXiv is known. */
  readonly kind: 'journal' | 'proceedings' | 'preprint' | 'unknown'
  readonly names: readonly (Name | GroupName)[]
  /** Journal or proceedings, unless that is arXiv itself. */
  readonly venue?: string
  readonly arxivId?: string
  /** The paper's own link, else that of its DOI or arXiv id; what a format could stumble over is percent-encoded. */
  readonly url?: string
  readonly doi?: string
  readonly missing: readonly MissingField[]
  /** Says that the abstract is a digest of ours. */
  readonly note?: string
}

const DIGEST_NOTE = 'Footnote holds a digest of this paper in other words, not its abstract.'

const PROCEEDINGS = /\b(?:proc(?:eedings|\.)|conference|conf\.|workshop|symposium|congress|meeting|colloquium|neurips|nips|icml|iclr|aaai|ijcai|cvpr|iccv|eccv|wacv|bmvc|acl|emnlp|naacl|eacl|coling|sigir|kdd|www|wsdm|cikm|ecir|recsys|interspeech|icassp|miccai|colt|aistats|uai|mlsys|icra|iros|osdi|sosp|nsdi|isca|asplos)\b/i
const ARXIV = /^\s*arxiv\b|^\s*corr\s*$/i

export function readReference(paper: Paper, key: string): Reference {
  const venue = paper.venue === undefined || ARXIV.test(paper.venue) ? undefined : paper.venue
  const arxivId = paper.arxivId
  const url = linkOf(paper)
  const missing: MissingField[] = [
    ...((paper.authors?.length ?? 0) > 0 ? [] : ['authors' as const]),
    ...(paper.year === undefined ? ['year' as const] : []),
    ...(venue === undefined && arxivId === undefined ? ['venue' as const] : []),
    ...(url === undefined ? ['link' as const] : []),
  ]
  return {
    paper, key, missing,
    kind: venue !== undefined ? (PROCEEDINGS.test(venue) ? 'proceedings' : 'journal') : arxivId !== undefined ? 'preprint' : 'unknown',
    names: (paper.authors ?? []).map(parseName),
    ...(venue === undefined ? {} : { venue }),
    ...(arxivId === undefined ? {} : { arxivId }),
    ...(url === undefined ? {} : { url }),
    ...(paper.doi === undefined ? {} : { doi: paper.doi }),
    ...(paper.digest === true ? { note: DIGEST_NOTE } : {}),
  }
}

/** arXiv's primary category, the first that is a code of arXiv's: `cs.LG`, `hep-th`. */
export function primaryClass({ paper, arxivId }: Reference): string | undefined {
  if (arxivId === undefined || arxivIdOf(arxivId) === undefined) return undefined
  return paper.categories?.find((category) => /^(?:[a-z]+(?:-[a-z]+)?\.[A-Z]{2}|[a-z]+(?:-[a-z]+)?\.[a-z]+(?:-[a-z]+)?|hep-(?:ex|lat|ph|th)|gr-qc|math-ph|nucl-(?:ex|th)|quant-ph)$/.test(category))
}

function linkOf({ url, doi, arxivId }: Paper): string | undefined {
  if (url !== undefined && /^https?:\/\//i.test(url)) return encoded(url)
  if (doi !== undefined) return `https://doi.org/${encoded(doi)}`
  return arxivId === undefined ? undefined : `https://arxiv.org/abs/${encoded(arxivId)}`
}

/** What would end the field, or the line, in one of the formats. */
export function encoded(link: string): string {
  return link.replace(/[\s{}\\"<>|^`]/g, (character) => encodeURIComponent(character))
}
