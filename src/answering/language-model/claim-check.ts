/** Finds the sentences of the papers that carry a claim in a model's own words, or none. */
import { dot } from '../../retrieval/vectors.js'
import { carriedBy, readPaper } from '../statements/carrying.js'
import type { Carried, ReadPaper } from '../statements/carrying.js'
import type { PaperEvidence } from '../evidence/evidence.js'
import type { ModelSentence } from './model-text.js'
import { readStatement } from '../statements/statement.js'
import type { Statement } from '../statements/statement.js'
import type { Verified } from '../writing/verification.js'
import type { Source } from '../writing/writer.js'

/** Unit vectors of texts, in their order. */
export type EmbedTexts = (texts: readonly string[], signal: AbortSignal) => Promise<Float32Array[]>

export interface CheckedClaim {
  readonly sources: readonly Source[]
  readonly verified: Verified
}

export type CheckClaim = (sentence: Pick<ModelSentence, 'text' | 'numbers'>, signal: AbortSignal) => Promise<CheckedClaim>

const REFUSED: CheckedClaim = { sources: [], verified: { verdict: 'unsupported', support: 0 } }

/** A sentence with such a beginning speaks of what the one before it spoke of. */
const LEANS = /^(?:It|They|This|These|Those|That|Its|Their|Such|He|She|Here|Thus|Therefore|Hence|However|Moreover|Furthermore|Additionally|Similarly|In addition|In contrast|By contrast|The (?:latter|former|method|approach|model|authors|same|others?))\b/

/**
 * Checks the sentences of one answer in their order. A cited paper stays if one or two of its sentences carry the
 * claim; if none does, the paper that does is cited instead; if there is none, the claim is unsupported. A sentence that leans on
 * one that was refused, or on one that cites other papers, is refused with it.
 */
export function createClaimCheck(evidence: readonly PaperEvidence[], embed: EmbedTexts): CheckClaim {
  const papers = evidence.map(readPaper)
  const vectors = new Map<string, Float32Array>()
  let before: CheckedClaim | undefined

  return async (sentence, signal) => {
    const checked = await check(sentence, signal)
    before = checked
    return checked
  }

  async function check({ text, numbers }: Parameters<CheckClaim>[0], signal: AbortSignal): Promise<CheckedClaim> {
    const claim = readStatement(text)
    if (!saysSomething(claim)) return REFUSED
    const [vector] = await embed([text], signal)
    const cited = [...new Set(numbers)].flatMap((number) => papers[number - 1] ?? [])
    const others = papers.filter((paper) => !cited.includes(paper))
    const supports = await Promise.all(cited.map((paper) => support(claim, vector, paper, signal)))
    const carrying = supports.filter(({ verified }) => verified.verdict === 'supported')
    const found = carrying.length > 0 ? carrying : ((await byClauses(text, cited, signal)) ?? [await elsewhere(claim, vector, others, signal)])
    const weak = supports.filter(({ verified }) => verified.verdict === 'weak')
    if (found[0] === REFUSED && weak.length > 0) return leansRightly(text, weak) ? joined(weak) : REFUSED
    return leansRightly(text, found) ? joined(found) : REFUSED
  }

  /** "A does this, while B does that", each half by a paper of its own. */
  async function byClauses(text: string, cited: readonly ReadPaper[], signal: AbortSignal): Promise<CheckedClaim[] | undefined> {
    const clauses = text.split(CLAUSES).filter((clause) => readStatement(clause).keys.size > 1)
    if (clauses.length < 2 || cited.length < 2) return undefined
    const found: CheckedClaim[] = []
    for (const clause of clauses) {
      const [vector] = await embed([clause], signal)
      const best = await elsewhere(readStatement(clause), vector, cited, signal)
      if (best === REFUSED) return undefined
      found.push(best)
    }
    return found
  }

  async function elsewhere(claim: Statement, vector: Float32Array | undefined, others: readonly ReadPaper[], signal: AbortSignal): Promise<CheckedClaim> {
    const all = await Promise.all(others.map((paper) => support(claim, vector, paper, signal)))
    return all.filter(({ verified }) => verified.verdict === 'supported').sort((a, b) => b.verified.support - a.verified.support)[0] ?? REFUSED
  }

  async function support(claim: Statement, vector: Float32Array | undefined, paper: ReadPaper, signal: AbortSignal): Promise<CheckedClaim> {
    const missing = paper.sentences.filter(({ quote }) => !vectors.has(quote.text)).map(({ quote }) => quote.text)
    const embedded = missing.length === 0 ? [] : await embed(missing, signal)
    missing.forEach((text, i) => vectors.set(text, embedded[i] as Float32Array))
    const near = (text: string) => (vector === undefined ? 0 : dot(vector, vectors.get(text) as Float32Array))
    return bestOf(paper.sentences.map((sentence) => carriedBy(claim, sentence, paper, near(sentence.quote.text))), { paperId: paper.id, isAnchored: claim.figures.length > 0 })
  }

  function leansRightly(text: string, found: readonly CheckedClaim[]): boolean {
    if (!LEANS.test(text) || before === undefined) return true
    return found.some(({ sources }) => sources.some(({ paperId }) => before?.sources.some((source) => source.paperId === paperId)))
  }
}

const LEAST_WORDS = 2
const MOST_REPETITION = 3

/** Not a lone word, and not the same few words over and over. */
function saysSomething({ tokens, keys, figures }: Statement): boolean {
  return keys.size + figures.length >= LEAST_WORDS && tokens.filter(({ key }) => key !== '').length <= keys.size * MOST_REPETITION
}

const CLAUSES = /\s*(?:;|,?\s+(?:while|whereas|but)|,\s*and)\s+/

/** A sentence that says about as much of the claim as the best, and says otherwise, takes its word away, unless a figure ties the claim to the best. */
const ABOUT_AS_MUCH = 0.2
const LEAST_OBJECTING = 0.52
/** Says nearly all of the claim: what else is said is of something else. */
const SURE = 0.85

/** The sentence that says most of the claim decides: if it says otherwise, or one next to it does, no other can carry the claim. */
function bestOf(carried: readonly (Carried | undefined)[], { paperId, isAnchored }: { readonly paperId: string; readonly isAnchored: boolean }): CheckedClaim {
  const [best, ...others] = carried.filter((one) => one !== undefined).sort((a, b) => b.support - a.support || a.quotes.length - b.quotes.length)
  if (best === undefined || best.verdict === 'unsupported') return REFUSED
  if (!isAnchored && best.support < SURE && others.some(({ isContrary, support }) => isContrary && support >= Math.max(LEAST_OBJECTING, best.support - ABOUT_AS_MUCH))) return REFUSED
  return { sources: [{ paperId, quotes: best.quotes }], verified: { verdict: best.verdict, support: best.support } }
}

/** Cited together; as sure as the weakest that is kept. */
function joined(found: readonly CheckedClaim[]): CheckedClaim {
  const [first = REFUSED, ...rest] = found
  const sources = new Map<string, Source>()
  for (const { sources: own } of found) for (const source of own) sources.set(source.paperId, { paperId: source.paperId, quotes: [...(sources.get(source.paperId)?.quotes ?? []), ...source.quotes] })
  const weakest = rest.reduce((least, one) => (one.verified.support < least.verified.support ? one : least), first)
  return { sources: [...sources.values()], verified: weakest.verified }
}
