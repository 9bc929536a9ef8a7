/** Gathers what an answer may rest on: papers, how sure we are of them, and their sentences. */
import type { Filter } from '../library/library.js'
import type { Rarity } from '../retrieval/rarity.js'
import type { RankedPaper, Retrieval, Retrieve } from '../retrieval/retrieval.js'
import type { Answerable } from './answer.js'
import { judge } from './decline.js'
import { findEvidence } from './evidence.js'
import type { PaperEvidence } from './evidence.js'
import type { Question } from './question.js'
import type { EvidenceWeights } from './sentence-features.js'
import { covers } from './sides.js'

export interface GatherParts {
  readonly retrieve: Retrieve
  readonly rarity: Rarity
  readonly evidenceWeights: EvidenceWeights
}

export interface GatherOptions {
  readonly maxPapers: number
  readonly filter?: Filter | undefined
  readonly signal?: AbortSignal | undefined
}

export interface Gathered {
  readonly retrieval: Retrieval
  readonly answerable: Answerable
  /** Of at most `maxPapers`, in order of relevance. */
  readonly evidence: readonly PaperEvidence[]
}

/** Retrieved even if fewer may be cited: the rest is named as considered. */
const LEAST_RETRIEVED = 10

export async function gather(question: Question, parts: GatherParts, { maxPapers, filter, signal }: GatherOptions): Promise<Gathered> {
  const limit = Math.max(LEAST_RETRIEVED, maxPapers)
  const search = (text: string) => parts.retrieve(text, { limit, filter, signal })
  // "Which papers deal with" tells nothing of the subject, and would be looked for.
  const whole = await search(question.kind === 'list' && question.subject !== undefined ? question.subject : question.text)
  const retrieval = question.sides === undefined ? whole : await withSides(whole, question.sides, search, maxPapers)
  const evidence = findEvidence(question, retrieval.questionVector, retrieval.papers.slice(0, maxPapers), { rarity: parts.rarity, weights: parts.evidenceWeights })
  return { retrieval, answerable: judge(retrieval), evidence }
}

/**
 * Few abstracts speak of both sides of a comparison: unless the first papers cover both, each side is asked for alone.
 * What one side is answered by is an answer to a part of the question, and the other is then said to be missing.
 */
async function withSides(whole: Retrieval, sides: readonly [string, string], search: (text: string) => Promise<Retrieval>, maxPapers: number): Promise<Retrieval> {
  const first = whole.papers.slice(0, maxPapers)
  const isCovered = (side: string) => first.some(({ paper }) => covers(`${paper.title}. ${paper.abstract}`, side))
  if (judge(whole).verdict === 'answered' && sides.every(isCovered)) return whole
  const found = await Promise.all(sides.map((side) => search(side)))
  const held = found.map(({ papers }, i) => papers.filter(({ paper }) => covers(`${paper.title}. ${paper.abstract}`, sides[i] as string)))
  if (held.some((papers, i) => papers.length === 0 && !isName(sides[1 - i] as string))) return whole
  if (held.every((papers) => papers.length === 0)) return whole
  const papers = [...new Map([...alternating(held), ...whole.papers].map((ranked) => [ranked.paper.id, ranked])).values()]
  return { ...whole, papers: papers.slice(0, whole.papers.length), probability: Math.max(whole.probability, Math.min(...found.filter((_, i) => (held[i] as readonly RankedPaper[]).length > 0).map(({ probability }) => probability))) }
}

/** A name of its own, such as "FRUGAL" or "L-Mul": whoever asks about it is served by what the library says of it alone. */
function isName(side: string): boolean {
  return /^\S*[A-Z]\S*[A-Z\d]\S*$/.test(side)
}

/** The first of each, then the second of each. */
function alternating(lists: readonly (readonly RankedPaper[])[]): RankedPaper[] {
  const longest = Math.max(...lists.map(({ length }) => length))
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list[i] ?? [])).flat()
}
