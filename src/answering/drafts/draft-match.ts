/** Finds the paper that a sentence of a draft meets, and whether it supports the sentence, says otherwise, or is merely near. */
import type { Library, PaperVectors } from '../../library/library.js'
import type { Paper } from '../../papers/paper.js'
import { shareOf } from '../../retrieval/answerability.js'
import type { Rarity } from '../../retrieval/rarity.js'
import { pairSentences, readSentence } from '../../retrieval/related/pairs.js'
import type { ReadSentence } from '../../retrieval/related/pairs.js'
import { weighTerms } from '../../retrieval/related/seed.js'
import { subjectTerms, terms } from '../../text/terms.js'
import type { Quote } from '../answer.js'
import { carriedBy, readPaper } from '../statements/carrying.js'
import type { Carried } from '../statements/carrying.js'
import { contradicts, deniesTheSame } from '../statements/contradiction.js'
import { objection } from '../statements/objection.js'
import { polesIn } from '../statements/poles.js'
import { readStatement } from '../statements/statement.js'
import type { Statement } from '../statements/statement.js'

export interface DraftMatch {
  readonly paper: Paper
  readonly quotes: readonly Quote[]
  /** Cosine of the sentence with the nearest sentence of the paper. */
  readonly similarity: number
  /** See `pairSentences`. */
  readonly closeness: number
  readonly verdict: 'supports' | 'contradicts' | 'near'
}

const CANDIDATES = 20
/** Closeness from which on a paper is worth naming. */
const NEAR = 0.25
/** Share of the sentence, by rarity, that quotes and title must hold to support it, and a quote alone to contradict it. */
const CARRIES = 0.6
const CONTRADICTS = 0.6
/** Cosine below which a quote is on another matter, whatever words it shares. */
const LEAST_SIMILARITY = 0.3
/** What contradicts carries the rest of the sentence about as well as what supports it best. */
const MARGIN = 0.1

/** Where one side denies, does without or prefers something and the other does not, neither supports the other. */
const DENIAL = /\b(?:not|no|never|neither|nor|cannot|without|fail\w*|unable|unnecessary|drops?|skips?|avoids?|omits?|lacks?|free|hardly|seldom|rather than|instead of)\b|n['’]t\b/i

const OTHERS = /\b(?:earlier|existing|previous|prior|traditional(?:ly)?|conventional(?:ly)?|typical(?:ly)?|usual(?:ly)?|others)\b/i

/** What a quote tells of the work before, without the name that the sentence speaks of, is not told of that name. */
function speaksOfOthers({ names }: Statement, said: string): boolean {
  return OTHERS.test(said) && names.length > 0 && !names.some((name) => said.includes(name))
}

/** "More than": the direction must be said, not merely something good of the same. */
function comparesMore(claim: Statement, said: Statement): boolean {
  const known = new Set(polesIn(said).map(({ axis, sign }) => `${axis} ${sign}`))
  return /\bthan\b/i.test(claim.text) && polesIn(claim).some(({ axis, sign }) => !known.has(`${axis} ${sign}`))
}

/** What a quote sets its own work apart from: words that stand there alone support nothing. */
const CONTRAST = /\b(?:in contrast (?:to|with)|unlike|as opposed to|contrary to|instead of|rather than)\b[^,;:]{0,200}/gi

interface Met {
  readonly quote: Quote
  readonly statement: Statement
  readonly similarity: number
  readonly closeness: number
  readonly carried: Carried | undefined
}

/** The paper that contradicts it, else the one that supports it, else the nearest; undefined if none is near. */
export function createDraftMatcher(library: Library, rarity: Rarity): (plain: string, vector: Float32Array) => Promise<DraftMatch | undefined> {
  return async (plain, vector) => {
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
    const rank = { contradicts: 2, supports: 1, near: 0 }
    return matches.sort((a, b) => rank[b.verdict] - rank[a.verdict] || b.closeness - a.closeness)[0]
  }

  function matchIn(plain: string, mine: ReadSentence, paper: Paper, vectors: PaperVectors): DraftMatch | undefined {
    const theirs = vectors.sentences.map((sentence) => readSentence(sentence, paper.abstract.slice(sentence.start, sentence.end), rarity))
    const pairs = pairSentences([mine], theirs)
    const [first] = pairs
    if (first === undefined || first.closeness < NEAR) return undefined
    const claim = readStatement(plain)
    const quotes = theirs.map(({ start, end }) => ({ text: paper.abstract.slice(start, end), start, end }))
    const read = readPaper({ paper, sentences: quotes })
    const met = read.sentences.map((sentence): Met => {
      const { similarity, closeness } = pairs.find(({ theirs: { start } }) => start === sentence.quote.start) ?? first
      return { ...sentence, similarity, closeness, carried: carriedBy(claim, sentence, read, similarity) }
    })
    const best = Math.max(0, ...met.map(({ carried }) => carried?.support ?? 0))
    const nearness = { paper, similarity: first.similarity, closeness: first.closeness }
    const against = met.find((one) => saysOtherwise(plain, claim, one) && (one.carried?.support ?? 0) >= best - MARGIN)
    if (against !== undefined && !met.some(({ statement }) => deniesTheSame(claim, statement))) return { ...nearness, quotes: [against.quote], verdict: 'contradicts' }
    const carrying = met.filter((one) => supports(plain, claim, paper, one)).sort((a, b) => (b.carried?.support ?? 0) - (a.carried?.support ?? 0))[0]
    if (carrying?.carried !== undefined) return { ...nearness, quotes: carrying.carried.quotes, verdict: 'supports' }
    return { ...nearness, quotes: quotes.filter(({ start }) => start === first.theirs.start), verdict: 'near' }
  }

  function saysOtherwise(plain: string, claim: Statement, { quote, statement, similarity }: Met): boolean {
    return similarity >= LEAST_SIMILARITY && shareOf(subjectTerms(plain), new Set(terms(quote.text)), rarity) >= CONTRADICTS && contradicts(claim, statement)
  }

  function supports(plain: string, claim: Statement, paper: Paper, { carried }: Met): boolean {
    if (carried?.verdict !== 'supported') return false
    const said = carried.quotes.map(({ text }) => text).join(' ')
    const share = shareOf(subjectTerms(plain), new Set(terms(`${paper.title}. ${said.replace(CONTRAST, ' ')}`)), rarity)
    if (speaksOfOthers(claim, carried.quotes[0]?.text ?? '') || comparesMore(claim, readStatement(said))) return false
    return share >= CARRIES && DENIAL.test(plain) === DENIAL.test(said) && carried.quotes.every(({ text }) => objection(claim, readStatement(text)) === undefined)
  }
}
