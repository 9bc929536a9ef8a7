/** Gathers what an answer may rest on: papers, how sure we are of them, and their sentences. */
import type { Filter } from '../library/library.js'
import type { Turn } from './answer.js'
import type { BoostedTrees } from '../retrieval/boosted-trees.js'
import type { Rarity } from '../retrieval/rarity.js'
import type { RankedPaper, Retrieval, Retrieve } from '../retrieval/retrieval.js'
import { asksForSeveral, isList } from './writing/choosing.js'
import { judge } from './declining/decline.js'
import type { Judgement } from './declining/decline.js'
import { deniesIn } from './evidence/denying.js'
import { findEvidence } from './evidence/evidence.js'
import { membersOf } from './evidence/membership.js'
import type { Members } from './evidence/membership.js'
import type { PaperEvidence } from './evidence/evidence.js'
import { readQuestion } from './question/question.js'
import type { Question } from './question/question.js'
import type { EvidenceWeights } from './evidence/sentence-features.js'
import { isTitle } from './writing/phrasing.js'
import { terms } from '../text/terms.js'
import { covers, groupBySide } from './writing/sides.js'
import type { Half, Listed } from './writing/writer.js'
import { papersOf } from './conversation/turns.js'

export interface GatherParts {
  readonly retrieve: Retrieve
  readonly rarity: Rarity
  readonly evidenceWeights: EvidenceWeights
  /** From which the probability of an answer comes. */
  readonly answerability: BoostedTrees
  /** From which it comes whether a paper belongs in a list. */
  readonly membership: BoostedTrees
}

export interface GatherOptions {
  readonly maxPapers: number
  readonly filter?: Filter | undefined
  readonly signal?: AbortSignal | undefined
  /** What has been said already, and is not to be said again; nothing unless told. */
  readonly said?: readonly Turn[] | undefined
}

export interface Gathered extends Judgement {
  readonly retrieval: Retrieval
  /** Where a list is asked for: what `evidence` has no room for, and whether there are as many. */
  readonly listed?: Listed
  /** Where two things are asked and both are answered. */
  readonly halves?: readonly Half[]
  /** Of at most `maxPapers`, in order of relevance; of a list the members alone, if there are any. */
  readonly evidence: readonly PaperEvidence[]
}

/** Retrieved even if fewer may be cited: the rest is named as considered. */
const LEAST_RETRIEVED = 10
/** Of several papers it is said how many there are: as many as are reranked in any case. */
export const RETRIEVED_FOR_SEVERAL = 30
/** Nearness does not tell a paper that has something from one that is without it: more are read. */
const RETRIEVED_FOR_DENIED = 100

/** What is looked for: "Which papers deal with" tells nothing of the subject, and would be looked for too. */
export function searchedText({ kind, subject, text, denied }: Question): string {
  if (denied !== undefined) return `${denied}, ${denied}-free`
  return kind === 'list' && subject !== undefined ? subject : text
}

export async function gather(question: Question, parts: GatherParts, { maxPapers, filter, signal, said = [] }: GatherOptions): Promise<Gathered> {
  const limit = Math.max(question.denied !== undefined ? RETRIEVED_FOR_DENIED : asksForSeveral(question) ? RETRIEVED_FOR_SEVERAL : LEAST_RETRIEVED, maxPapers)
  const search = (text: string) => parts.retrieve(text, { limit, filter, signal })
  const evidenceOf = (asked: Question, retrieval: Retrieval, count: number) =>
    findEvidence(asked, retrieval.questionVector, retrieval.papers.slice(0, count), { rarity: parts.rarity, weights: parts.evidenceWeights })
  const judged = (asked: Question, retrieval: Retrieval, partly?: number): Gathered => {
    const evidence = evidenceOf(asked, retrieval, maxPapers)
    return { retrieval, evidence, ...judge({ question: asked, retrieval, evidence }, { rarity: parts.rarity, trees: parts.answerability, partly }) }
  }
  const retrieved = await search(searchedText(question))
  const whole = judged(question, retrieved)
  const { sides, named } = question
  if (named.length > 0) {
    const ofTitles = (await ofNamed(whole, question, search, judged)) ?? whole
    return said.length === 0 ? ofTitles : { ...ofTitles, evidence: unsaid(ofTitles.evidence, said) }
  }
  if (question.halves !== undefined && said.length === 0) return joinHalves(whole, question.halves.map((half) => ({ question: half, ...judged(half, retrieved) })))
  if (isList(question) && (said.length === 0 || question.kind === 'list')) {
    const members = list(question, retrieved, { parts, maxPapers, said, evidence: evidenceOf(question, retrieved, limit) })
    return { ...whole, ...members, ...(members.evidence.length === 0 && said.length === 0 ? { answerable: { ...whole.answerable, verdict: 'related', reason: 'absent' } } : {}) }
  }
  if (said.length > 0) return { ...whole, evidence: unsaid(whole.evidence, said) }
  if (sides === undefined || (whole.answerable.verdict === 'answered' && hasBothSides(sides, whole.evidence))) return whole
  const found = await Promise.all(sides.map(async (side) => judged(readQuestion(side), await search(side))))
  const joined = joinSides(whole.retrieval, sides, found)
  return joined === undefined ? whole : judged(question, joined.retrieval, joined.probability)
}

/** An answer to one half is an answer; both are given where both are answered. */
function joinHalves(whole: Gathered, halves: readonly (Half & Gathered)[]): Gathered {
  const answered = halves.filter(({ answerable }) => answerable.verdict === 'answered')
  if (answered.length === halves.length) return { ...(halves[0] as Gathered), halves }
  return whole.answerable.verdict === 'answered' ? whole : (answered[0] ?? whole)
}

interface ListParts {
  readonly parts: GatherParts
  readonly maxPapers: number
  readonly said: readonly Turn[]
  /** Of all papers retrieved. */
  readonly evidence: readonly PaperEvidence[]
}

/** The members of a list that were not named yet, by year where that is asked for. */
function list(question: Question, { papers }: Retrieval, { parts, maxPapers, said, evidence }: ListParts): Pick<Gathered, 'evidence' | 'listed'> {
  const { members, isSure } = chosen(question, papers, evidence, parts)
  const fresh = inOrder(question, members).filter(({ paper }) => !said.some((turn) => papersOf(turn).some((named) => isTitle(named, paper.title))))
  return { evidence: fresh.slice(0, maxPapers), listed: { beyond: fresh.slice(maxPapers).map(({ paper }) => paper), isSure: isSure && said.length === 0 } }
}

/** What is denied only they are without who say so; of the greatest, only they are asked who give a figure. */
function chosen(question: Question, papers: Retrieval['papers'], evidence: readonly PaperEvidence[], { rarity, membership }: GatherParts): Members {
  const { denied, extreme } = question
  if (denied !== undefined) return { members: saying(evidence, deniesIn(denied)), isSure: false }
  const found = membersOf(question, papers, evidence, { rarity, trees: membership })
  if (extreme === undefined) return found
  const asked = new Set(question.terms.map(({ term }) => term))
  const withFigure = saying(found.members, (text) => /\d/.test(text) && terms(text).some((term) => asked.has(term)))
  return { members: withFigure.length > 0 ? withFigure : found.members, isSure: false }
}

/** With their sentences of that kind alone; whoever has none is left out. */
function saying(evidence: readonly PaperEvidence[], tells: (text: string) => boolean): PaperEvidence[] {
  return evidence.map((one) => ({ ...one, sentences: one.sentences.filter(({ text }) => tells(text)) })).filter(({ sentences }) => sentences.length > 0)
}

function inOrder({ order }: Question, members: readonly PaperEvidence[]): readonly PaperEvidence[] {
  if (order === undefined || !members.some(({ paper }) => paper.year !== undefined)) return members
  const last = order === 'newest' ? -Infinity : Infinity
  return [...members].sort((a, b) => ((a.paper.year ?? last) - (b.paper.year ?? last)) * (order === 'newest' ? -1 : 1))
}

/** Sentences that were not quoted. */
function unsaid(evidence: readonly PaperEvidence[], said: readonly Turn[]): PaperEvidence[] {
  return evidence.map((one) => ({ ...one, sentences: one.sentences.filter(({ text }) => !said.some(({ content }) => content.includes(text))) })).filter(({ sentences }) => sentences.length > 0)
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

function hasBothSides(sides: readonly [string, string], evidence: readonly PaperEvidence[]): boolean {
  const { both, each } = groupBySide(sides, evidence)
  return both !== undefined || each.every(({ found }) => found.length > 0)
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
