/** Holds each sentence of a draft against the library: supported, overlapping, in need of a citation, or new to it. */
import type { Embedder } from '../embedding/embedder.js'
import type { Library, PaperVectors } from '../library/library.js'
import { citationKeys } from '../papers/bibliography/keys.js'
import { writeBibliography } from '../papers/bibliography/bibliography.js'
import type { Paper } from '../papers/paper.js'
import { pairSentences, readSentence } from '../retrieval/related/pairs.js'
import type { ReadSentence } from '../retrieval/related/pairs.js'
import { weighTerms } from '../retrieval/related/seed.js'
import { shareOf } from '../retrieval/answerability.js'
import type { Rarity } from '../retrieval/rarity.js'
import { subjectTerms, terms } from '../text/terms.js'
import type { Citation, Quote } from './answer.js'
import { objection } from './objection.js'
import { insertCitations, readManuscript, styleOf } from './manuscript.js'
import type { CitationStyle, ManuscriptSentence } from './manuscript.js'
import { readStatement } from './statement.js'
import { verify } from './verification.js'

export type DraftStatus = 'supported' | 'overlaps' | 'needs_citation' | 'novel'

export interface DraftSentence extends Quote {
  readonly status: DraftStatus
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

const CANDIDATES = 20
const MOST_QUOTES = 2
/** Share of the sentence, by rarity, that the quotes and their title must hold to support it. */
const CARRIES = 0.6
/** Closeness (see `pairSentences`) from which on a sentence is on the same matter, and from which on a paper is worth naming. */
const SAME_MATTER = 0.34
const NEAR = 0.25

/** Where one side denies and the other does not, neither supports the other. */
const DENIAL = /\b(?:not|no|never|neither|nor|cannot|without|fail\w*|unable)\b|n['’]t\b/i

const OWN_WORK = /\b(?:we|our|ours|us|this (?:paper|work|article|study|thesis)|I|my)\b/i
/** What others found, or what is said to be known: someone must be named for it. */
const OTHERS_CLAIM = /\b(?:(?:recent|previous|prior|earlier|existing|several|many|numerous|other|some|past) (?:\w+ )?(?:works?|stud(?:y|ies)|research|papers?|authors?|methods?|approaches|efforts|advances|results|evidence|literature|findings|experiments)|researchers|stud(?:y|ies) (?:have|has|show\w*|suggest\w*|found|report\w*)|it (?:is|has been) (?:well[- ]known|known|widely|shown|established|argued|demonstrated|reported|believed|observed)|(?:has|have) been (?:shown|found|reported|demonstrated|proposed|widely|extensively|proven|used|studied|observed|established)|(?:is|are) (?:widely|commonly|well|generally|known to|often|typically) (?:\w+)|state[- ]of[- ]the[- ]art|according to|widely (?:used|adopted|studied)|has (?:attracted|gained|received|become|emerged|achieved))\b/i

interface Match {
  readonly paper: Paper
  readonly quotes: readonly Quote[]
  readonly similarity: number
  readonly closeness: number
  readonly carried: boolean
}

/**
 * A sentence is supported only when figures and names in it stand in the quote too and no quote contradicts it or says
 * less: the rules by which answers are checked.
 */
export function createDraftDesk({ library, embedder, rarity }: { readonly library: Library; readonly embedder: Embedder; readonly rarity: Rarity }): CheckDraft {
  return async ({ text, style = styleOf(text) }, signal) => {
    const manuscript = readManuscript(text, style)
    const vectors = await embedder.embedPassages(manuscript.map(({ plain }) => plain), signal)
    const matches: (Match | undefined)[] = []
    for (const [i, sentence] of manuscript.entries()) {
      signal?.throwIfAborted()
      matches.push(await bestMatch(sentence, vectors[i] as Float32Array))
    }
    const papers = [...new Map(matches.flatMap((match) => (match === undefined ? [] : [[match.paper.id, match.paper] as const]))).values()]
    const keys = citationKeys(papers)
    const sentences = manuscript.map((sentence, i): DraftSentence => {
      const { start, end } = sentence
      const match = matches[i]
      const base = { text: sentence.text, start, end, status: statusOf(sentence, match) }
      if (match === undefined) return base
      const best = { number: papers.findIndex(({ id }) => id === match.paper.id) + 1, paper: match.paper, quotes: [...match.quotes], similarity: match.similarity }
      return { ...base, best, key: keys.get(match.paper.id) as string }
    })
    const toCite = sentences.flatMap(({ start, end, status, key }, i) => (status === 'supported' && key !== undefined && manuscript[i]?.isCited === false ? [{ start, end, key }] : []))
    return { sentences, style, cited: insertCitations(text, toCite, style), bibtex: writeBibliography(papers, 'bibtex').text }
  }

  async function bestMatch({ plain }: ManuscriptSentence, vector: Float32Array): Promise<Match | undefined> {
    const [lexical, nearest] = await Promise.all([
      library.searchLexical(weighTerms(terms(plain), rarity), { limit: CANDIDATES }),
      library.searchVectors(vector, { limit: CANDIDATES }),
    ])
    const handles = [...new Set([...lexical, ...nearest].map(({ handle }) => handle))]
    const [papers, vectors] = await Promise.all([library.read(handles), library.vectors(handles)])
    const mine = readSentence({ start: 0, end: plain.length, vector }, plain, rarity)
    const matches = papers.flatMap((paper, i) => {
      const own = vectors[i]
      return paper === undefined || own === undefined ? [] : (matchIn(plain, mine, paper, own) ?? [])
    })
    return matches.filter(({ closeness, carried }) => carried || closeness >= NEAR).sort((a, b) => Number(b.carried) - Number(a.carried) || b.closeness - a.closeness)[0]
  }

  function matchIn(plain: string, mine: ReadSentence, paper: Paper, vectors: PaperVectors): Match | undefined {
    const theirs = vectors.sentences.map((sentence) => readSentence(sentence, paper.abstract.slice(sentence.start, sentence.end), rarity))
    const pairs = pairSentences([mine], theirs)
    const [first] = pairs
    if (first === undefined) return undefined
    const quotes = pairs.slice(0, MOST_QUOTES).map(({ theirs: { start, end } }) => ({ text: paper.abstract.slice(start, end), start, end }))
    const needed = quotes.findIndex((_, i) => carries(plain, paper, quotes.slice(0, i + 1))) + 1
    return { paper, quotes: quotes.slice(0, Math.max(1, needed)), similarity: first.similarity, closeness: first.closeness, carried: needed > 0 }
  }

  function carries(plain: string, paper: Paper, quotes: readonly Quote[]): boolean {
    const said = quotes.map(({ text }) => text).join(' ')
    const share = shareOf(subjectTerms(plain), new Set(terms(`${paper.title}. ${said}`)), rarity)
    const claim = readStatement(plain)
    return share >= CARRIES && verify(plain, [{ ...paper, quotes }]).verdict === 'supported' && quotes.every(({ text }) => objection(claim, readStatement(text)) === undefined) && DENIAL.test(plain) === DENIAL.test(said)
  }
}

function statusOf({ plain, isCited }: ManuscriptSentence, match: Match | undefined): DraftStatus {
  if (match?.carried === true) return 'supported'
  if (!isCited && OTHERS_CLAIM.test(plain) && !OWN_WORK.test(plain)) return 'needs_citation'
  return match !== undefined && match.closeness >= SAME_MATTER ? 'overlaps' : 'novel'
}
