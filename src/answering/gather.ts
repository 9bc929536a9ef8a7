/** Gathers what an answer may rest on: papers, how sure we are of them, and their sentences. */
import type { Filter } from '../library/library.js'
import type { BoostedTrees } from '../retrieval/boosted-trees.js'
import type { Rarity } from '../retrieval/rarity.js'
import type { RankedPaper, Retrieval, Retrieve } from '../retrieval/retrieval.js'
import { bearing } from './writing/choosing.js'
import { judge } from './declining/decline.js'
import type { Judgement } from './declining/decline.js'
import { findEvidence } from './evidence/evidence.js'
import type { PaperEvidence } from './evidence/evidence.js'
import { readQuestion } from './question/question.js'
import type { Question } from './question/question.js'
import type { EvidenceWeights } from './evidence/sentence-features.js'
import { isTitle } from './writing/phrasing.js'
import { covers } from './writing/sides.js'
import { papersNamedIn } from './conversation/turns.js'

export interface GatherParts {
  readonly retrieve: Retrieve
  readonly rarity: Rarity
  readonly evidenceWeights: EvidenceWeights
  /** From which the probability of an answer comes. */
  readonly answerability: BoostedTrees
}

export interface GatherOptions {
  readonly maxPapers: number
  readonly filter?: Filter | undefined
  readonly signal?: AbortSignal | undefined
  /** What has been said already, and is not to be said again; nothing unless told. */
  readonly said?: readonly string[] | undefined
}

export interface Gathered extends Judgement {
  readonly retrieval: Retrieval
  /** Of at most `maxPapers`, in order of relevance. */
  readonly evidence: readonly PaperEvidence[]
}

/** Retrieved even if fewer may be cited: the rest is named as considered. */
const LEAST_RETRIEVED = 10

/** What is looked for: "Which papers deal with" tells nothing of the subject, and would be looked for too. */
export function searchedText({ kind, subject, text }: Question): string {
  return kind === 'list' && subject !== undefined ? subject : text
}

export async function gather(question: Question, parts: GatherParts, { maxPapers, filter, signal, said = [] }: GatherOptions): Promise<Gathered> {
  const limit = Math.max(LEAST_RETRIEVED, maxPapers)
  const search = (text: string) => parts.retrieve(text, { limit, filter, signal })
  const evidenceOf = (asked: Question, retrieval: Retrieval, count: number) =>
    findEvidence(asked, retrieval.questionVector, retrieval.papers.slice(0, count), { rarity: parts.rarity, weights: parts.evidenceWeights })
  const judged = (asked: Question, retrieval: Retrieval, partly?: number): Gathered => {
    const evidence = evidenceOf(asked, retrieval, maxPapers)
    return { retrieval, evidence, ...judge({ question: asked, retrieval, evidence }, { rarity: parts.rarity, trees: parts.answerability, partly }) }
  }
  const whole = judged(question, await search(searchedText(question)))
  const { sides, named } = question
  if (said.length > 0) {
    const found = named.length > 0 ? await ofNamed(whole, question, search, judged) : undefined
    const evidence = found?.evidence ?? evidenceOf(question, whole.retrieval, question.kind === 'list' ? limit : maxPapers)
    return { ...(found ?? whole), evidence: unsaid(question, evidence, said, parts.rarity).slice(0, maxPapers) }
  }
  if (named.length > 0) return (await ofNamed(whole, question, search, judged)) ?? whole
  if (sides === undefined || (whole.answerable.verdict === 'answered' && sides.every((side) => whole.evidence.some(({ paper }) => covers(`${paper.title}. ${paper.abstract}`, side))))) return whole
  const found = await Promise.all(sides.map(async (side) => judged(readQuestion(side), await search(side))))
  const joined = joinSides(whole.retrieval, sides, found)
  return joined === undefined ? whole : judged(question, joined.retrieval, joined.probability)
}

/** Of a list, papers that were not named yet; of anything else, sentences that were not quoted. */
function unsaid(question: Question, evidence: readonly PaperEvidence[], said: readonly string[], rarity: Rarity): PaperEvidence[] {
  if (question.kind === 'list') return bearing(question, evidence, rarity).filter(({ paper }) => !said.some((turn) => papersNamedIn(turn).some((named) => isTitle(named, paper.title))))
  return evidence.map((one) => ({ ...one, sentences: one.sentences.filter(({ text }) => !said.some((turn) => turn.includes(text))) })).filter(({ sentences }) => sentences.length > 0)
}

/**
 * Asked of papers by their titles, a question is answered from these alone; each is looked for by itself, as their
 * titles together are like no paper. Nothing where none of them is here: the question is then one like others.
 */
async function ofNamed(
  whole: Gathered,
  question: Question,
  search: (text: string) => Promise<Retrieval>,
  judged: (asked: Question, retrieval: Retrieval, partly?: number) => Gathered,
): Promise<Gathered | undefined> {
  const found = question.named.length === 1 ? [whole.retrieval] : await Promise.all(question.named.map(search))
  const papers = found.flatMap((retrieval, i) => retrieval.papers.filter(({ paper }) => isTitle(question.named[i] as string, paper.title)))
  if (papers.length === 0) return undefined
  return judged(question, { ...whole.retrieval, papers }, whole.answerable.probability)
}

/**
 * Few abstracts speak of both sides of a comparison: unless the first papers cover both, each side is asked for alone.
 * What one side is answered by is an answer to a part of the question, and the other is then said to be missing.
 */
function joinSides(whole: Retrieval, sides: readonly [string, string], found: readonly Gathered[]): { readonly retrieval: Retrieval; readonly probability: number } | undefined {
  const held = found.map(({ retrieval }, i) => retrieval.papers.filter(({ paper }) => covers(`${paper.title}. ${paper.abstract}`, sides[i] as string)))
  if (held.some((papers, i) => papers.length === 0 && !isName(sides[1 - i] as string))) return undefined
  if (held.every((papers) => papers.length === 0)) return undefined
  const papers = [...new Map([...alternating(held), ...whole.papers].map((ranked) => [ranked.paper.id, ranked])).values()]
  const probabilities = found.filter((_, i) => (held[i] as readonly RankedPaper[]).length > 0).map(({ answerable }) => answerable.probability)
  return { retrieval: { ...whole, papers: papers.slice(0, whole.papers.length) }, probability: Math.min(...probabilities) }
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
