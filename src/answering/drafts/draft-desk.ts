/** Holds each sentence of a draft against the library: supported, overlapping, in need of a citation, or new to it. */
import type { Embedder } from '../../embedding/embedder.js'
import type { Library } from '../../library/library.js'
import { citationKeys } from '../../papers/bibliography/keys.js'
import { writeBibliography } from '../../papers/bibliography/bibliography.js'
import type { Rarity } from '../../retrieval/rarity.js'
import type { Citation, Quote } from '../answer.js'
import { createDraftMatcher } from './draft-match.js'
import type { DraftMatch } from './draft-match.js'
import { insertCitations, readManuscript, styleOf } from './manuscript.js'
import type { CitationStyle, ManuscriptSentence } from './manuscript.js'

export type DraftStatus = 'supported' | 'overlaps' | 'needs_citation' | 'novel'

export interface DraftSentence extends Quote {
  readonly status: DraftStatus
  /** `best` says otherwise: the quote denies this sentence, turns it round, or gives another of its figures to what it speaks of. */
  readonly contradicted?: true
  /** The nearest paper with the sentence of it that meets this one; absent where nothing is near. */
  readonly best?: Citation
  /** Key of that paper in `bibtex` and `cited`. */
  readonly key?: string
}

export interface CheckedDraft {
  readonly sentences: readonly DraftSentence[]
  readonly style: CitationStyle
  /** The draft with a citation in each supported sentence that had none. */
  readonly cited: string
  /** Of every paper that is a `best`. */
  readonly bibtex: string
}

export interface DraftRequest {
  readonly text: string
  /** `latex` where the text holds its commands, else `pandoc`, unless told. */
  readonly style?: CitationStyle | undefined
}

export type CheckDraft = (request: DraftRequest, signal?: AbortSignal) => Promise<CheckedDraft>

/** Closeness (see `pairSentences`) from which on a sentence is on the same matter. */
const SAME_MATTER = 0.34

const OWN_WORK = /\b(?:we|our|ours|us|this (?:paper|work|article|study|thesis)|I|my)\b/i
/** What others found, or what is said to be known: someone must be named for it. */
const OTHERS_CLAIM = /\b(?:(?:recent|previous|prior|earlier|existing|several|many|numerous|other|some|past) (?:\w+ )?(?:works?|stud(?:y|ies)|research|papers?|authors?|methods?|approaches|efforts|advances|results|evidence|literature|findings|experiments)|researchers|stud(?:y|ies) (?:have|has|show\w*|suggest\w*|found|report\w*)|it (?:is|has been) (?:well[- ]known|known|widely|shown|established|argued|demonstrated|reported|believed|observed)|(?:has|have) been (?:shown|found|reported|demonstrated|proposed|widely|extensively|proven|used|studied|observed|established)|(?:is|are) (?:widely|commonly|well|generally|known to|often|typically) (?:\w+)|state[- ]of[- ]the[- ]art|according to|widely (?:used|adopted|studied)|has (?:attracted|gained|received|become|emerged|achieved))\b/i

/**
 * A sentence is supported by the rules by which answers are checked, and never where a quote of the paper says otherwise:
 * then it overlaps, and says that it is contradicted. What speaks of the author's own work is neither.
 */
export function createDraftDesk({ library, embedder, rarity }: { readonly library: Library; readonly embedder: Embedder; readonly rarity: Rarity }): CheckDraft {
  const bestMatch = createDraftMatcher(library, rarity)
  return async ({ text, style = styleOf(text) }, signal) => {
    const manuscript = readManuscript(text, style)
    const vectors = await embedder.embedPassages(manuscript.map(({ plain }) => plain), signal)
    const matches: (DraftMatch | undefined)[] = []
    for (const [i, sentence] of manuscript.entries()) {
      signal?.throwIfAborted()
      matches.push(await bestMatch(sentence.plain, vectors[i] as Float32Array))
    }
    const papers = [...new Map(matches.flatMap((match) => (match === undefined ? [] : [[match.paper.id, match.paper] as const]))).values()]
    const keys = citationKeys(papers)
    const sentences = manuscript.map((sentence, i): DraftSentence => {
      const { start, end } = sentence
      const match = matches[i]
      const base = { text: sentence.text, start, end, status: statusOf(sentence, match), ...(match?.verdict === 'contradicts' && !OWN_WORK.test(sentence.plain) ? { contradicted: true as const } : {}) }
      if (match === undefined) return base
      const best = { number: papers.findIndex(({ id }) => id === match.paper.id) + 1, paper: match.paper, quotes: [...match.quotes], similarity: match.similarity }
      return { ...base, best, key: keys.get(match.paper.id) as string }
    })
    const toCite = sentences.flatMap(({ start, end, status, key }, i) => (status === 'supported' && key !== undefined && manuscript[i]?.isCited === false ? [{ start, end, key }] : []))
    return { sentences, style, cited: insertCitations(text, toCite, style), bibtex: writeBibliography(papers, 'bibtex').text }
  }
}

function statusOf({ plain, isCited }: ManuscriptSentence, match: DraftMatch | undefined): DraftStatus {
  const isOwn = OWN_WORK.test(plain)
  if (match?.verdict === 'supports' && !isOwn) return 'supported'
  if (match?.verdict === 'contradicts') return 'overlaps'
  if (!isCited && OTHERS_CLAIM.test(plain) && !isOwn) return 'needs_citation'
  return match !== undefined && match.closeness >= SAME_MATTER ? 'overlaps' : 'novel'
}
