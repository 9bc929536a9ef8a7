/** Decides which paper a paper is: the names under which it may be met again. */
import { createHash } from 'node:crypto'
import type { PaperDraft } from './paper.js'

/** What identity is read from; `id` is whatever the source calls the paper, trusted only if it is an arXiv id, a DOI, or a PubMed id that says so. */
export type Identifying = Pick<PaperDraft, 'title' | 'arxivId' | 'doi' | 'pmid' | 'url'> & { readonly id?: string | undefined }

export interface Identity {
  /** The strongest of the keys: `arxiv:2410.00907`, else `doi:10.1000/x`, else `pmid:12345678`, else `title:9f86d081884c7d65`. */
  readonly id: string
  /** Every identity, strongest first, the title's last. */
  readonly keys: readonly string[]
  /** Without version: `2410.00907`, `cond-mat/0109253`. */
  readonly arxivId?: string
  /** Lower case, without resolver: `10.1000/x`. */
  readonly doi?: string
  /** Digits only: `12345678`. */
  readonly pmid?: string
}

const ARXIV_PREFIX = /^(?:arxiv\s*:\s*|https?:\/\/(?:[a-z.-]+\.)?arxiv\.org\/(?:abs|pdf|html|format|ps|e-print)\/|(?:https?:\/\/(?:dx\.)?doi\.org\/|doi:\s*)?10\.48550\/arxiv\.|https?:\/\/huggingface\.co\/papers\/)/i
const ARXIV_NEW = /^(\d{2}(?:0[1-9]|1[0-2])\.\d{4,5})(?:v\d{1,3})?(?:\.pdf)?\/?(?:[?#].*)?$/i
const ARXIV_OLD = /^([a-z]+(?:-[a-z]+)?)(?:\.[a-z]{2})?\/(\d{2}(?:0[1-9]|1[0-2])\d{3})(?:v\d{1,3})?(?:\.pdf)?\/?(?:[?#].*)?$/i
const DOI = /^(?:doi:\s*|https?:\/\/(?:dx\.|www\.)?doi\.org\/)*(10\.\d{4,9}\/[^\s<>"]+)$/i

const PMID = /^0*([1-9]\d{0,7})$/
const PMID_PREFIX = /^(?:pmid\s*:\s*|https?:\/\/(?:www\.)?(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov\/pubmed)\/)/i

/** Titles of sections and columns, which many papers bear. */
const GENERIC_LENGTH = 16

/** The arXiv id in an id, an address or a DOI, without version; undefined if there is none (arXiv identifier scheme, 1991 and 2007). */
export function arxivIdOf(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed.length > 300) return undefined
  const bare = trimmed.replace(ARXIV_PREFIX, '')
  const recent = ARXIV_NEW.exec(bare)
  if (recent !== null) return recent[1]
  const old = ARXIV_OLD.exec(bare)
  return old === null ? undefined : `${(old[1] as string).toLowerCase()}/${old[2] as string}`
}

/** The DOI in an id or an address, in lower case (ISO 26324: DOIs compare without case); undefined if there is none. */
export function doiOf(text: string): string | undefined {
  if (text.length > 500) return undefined
  return DOI.exec(decoded(text.trim()))?.[1]?.replace(/[.,;]+$/, '').toLowerCase()
}

/** The number in a PubMed id or an address of PubMed, without leading zeros; undefined if there is none. */
export function pmidOf(text: string): string | undefined {
  if (text.length > 300) return undefined
  return PMID.exec(text.trim().replace(PMID_PREFIX, '').replace(/\/$/, ''))?.[1]
}

/** `title:` and 16 hex digits of the SHA-256 of the title in NFKC and lower case, letters and digits only. */
export function titleKey(title: string): string {
  return `title:${createHash('sha256').update(normalised(title)).digest('hex').slice(0, 16)}`
}

/** Whether two papers may well share this title without being one: "Introduction", "Editorial", "Reply to Smith". */
export function isGenericTitle(title: string): boolean {
  return normalised(title).length <= GENERIC_LENGTH
}

/** All identities of a paper. A slug is not an identity, nor is a number of another catalogue. */
export function identify(paper: Identifying): Identity {
  const arxivId = firstOf(arxivIdOf, paper.arxivId, paper.id, paper.doi, paper.url)
  const doi = firstOf(registeredDoi, paper.doi, paper.id, paper.url)
  const pmid = firstOf(pmidOf, paper.pmid) ?? firstOf(prefixedPmid, paper.id, paper.url)
  const keys = [
    ...(arxivId === undefined ? [] : [`arxiv:${arxivId}`]),
    ...(doi === undefined ? [] : [`doi:${doi}`]),
    ...(pmid === undefined ? [] : [`pmid:${pmid}`]),
    titleKey(paper.title),
  ]
  return {
    id: keys[0] as string,
    keys,
    ...(arxivId === undefined ? {} : { arxivId }),
    ...(doi === undefined ? {} : { doi }),
    ...(pmid === undefined ? {} : { pmid }),
  }
}

/** Whether two identities cannot be one paper although their titles agree. */
export function conflicts(one: Identity, other: Identity, title: string): boolean {
  if (strong(one).some((key) => other.keys.includes(key))) return false
  if (differ(one.arxivId, other.arxivId) || differ(one.doi, other.doi) || differ(one.pmid, other.pmid)) return true
  return isGenericTitle(title) && strong(one).length > 0 && strong(other).length > 0
}

function strong(identity: Identity): readonly string[] {
  return identity.keys.filter((key) => !key.startsWith('title:'))
}

function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other
}

/** arXiv's own DOIs only repeat the arXiv id. */
function registeredDoi(text: string): string | undefined {
  const doi = doiOf(text)
  return doi?.startsWith('10.48550/arxiv.') ? undefined : doi
}

/** A bare number may be that of any catalogue. */
function prefixedPmid(text: string): string | undefined {
  return PMID_PREFIX.test(text.trim()) ? pmidOf(text) : undefined
}

function firstOf(read: (text: string) => string | undefined, ...texts: readonly (string | undefined)[]): string | undefined {
  for (const text of texts) {
    const found = text === undefined ? undefined : read(text)
    if (found !== undefined) return found
  }
  return undefined
}

function normalised(title: string): string {
  const folded = title.normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
  // A title of signs alone still needs a name of its own.
  return folded === '' ? title.trim() : folded
}

function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
