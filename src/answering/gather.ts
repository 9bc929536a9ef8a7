/** Gathers what an answer may rest on: papers, how sure we are of them, and their sentences. */
import type { Filter } from '../library/library.js'
import type { Turn } from './answer.js'
import type { Paper } from '../papers/paper.js'
import type { BoostedTrees } from '../retrieval/boosted-trees.js'
import type { Rarity } from '../retrieval/rarity.js'
import type { RankedPaper, Retrieval, Retrieve } from '../retrieval/retrieval.js'
import { asksForSeveral, bearing } from './writing/choosing.js'
import { judge } from './declining/decline.js'
import type { Judgement } from './declining/decline.js'
import { findEvidence } from './evidence/evidence.js'
import type { PaperEvidence } from './evidence/evidence.js'
import { readQuestion } from './question/question.js'
import type { Question } from './question/question.js'
import type { EvidenceWeights } from './evidence/sentence-features.js'
import { isTitle } from './writing/phrasing.js'
import { covers, groupBySide } from './writing/sides.js'
import { terms } from '../text/terms.js'
import { papersOf } from './conversation/turns.js'

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
  readonly said?: readonly Turn[] | undefined
}

export interface Gathered extends Judgement {
  readonly retrieval: Retrieval
  /** Papers beyond the evidence that hold all that is asked about, where several are asked for. */
  readonly beyond?: readonly Paper[]
  /** Of at most `maxPapers`, in order of relevance. */
  readonly evidence: readonly PaperEvidence[]
}

/** Retrieved even if fewer may be cited: the rest is named as considered. */
const LEAST_RETRIEVED = 10
/** Of several papers it is said how many there are: as many as are reranked in any case. */
const RETRIEVED_FOR_SEVERAL = 30

/** What is looked for: "Which papers deal with" tells nothing of the subject, and would be looked for too. */
export function searchedText({ kind, subject, text }: Question): string {
  return kind === 'list' && subject !== undefined ? subject : text
}

export async function gather(question: Question, parts: GatherParts, { maxPapers, filter, signal, said = [] }: GatherOptions): Promise<Gathered> {
  const limit = Math.max(asksForSeveral(question) ? RETRIEVED_FOR_SEVERAL : LEAST_RETRIEVED, maxPapers)
  const search = (text: string) => parts.retrieve(text, { limit, filter, signal })
  const evidenceOf = (asked: Question, retrieval: Retrieval, count: number) =>
    findEvidence(asked, retrieval.questionVector, retrieval.papers.slice(0, count), { rarity: parts.rarity, weights: parts.evidenceWeights })
  const judged = (asked: Question, retrieval: Retrieval, partly?: number): Gathered => {
    const evidence = evidenceOf(asked, retrieval, maxPapers)
    return { retrieval, evidence, ...judge({ question: asked, retrieval, evidence }, { rarity: parts.rarity, trees: parts.answerability, partly }) }
  }
  const retrieved = inOrder(question, await search(searchedText(question)))
  const whole = { ...judged(question, retrieved), ...beyondOf(question, retrieved, maxPapers) }
  const { sides, named } = question
  if (said.length > 0) {
    const ofTitles = named.length > 0 ? await ofNamed(whole, question, search, judged) : undefined
    const evidence = ofTitles?.evidence ?? evidenceOf(question, whole.retrieval, question.kind === 'list' ? Math.max(LEAST_RETRIEVED, maxPapers) : maxPapers)
    return { ...(ofTitles ?? whole), beyond: [], evidence: unsaid(question, evidence, said, parts.rarity).slice(0, maxPapers) }
  }
  if (named.length > 0) return (await ofNamed(whole, question, search, judged)) ?? whole
  if (sides === undefined || (whole.answerable.verdict === 'answered' && hasBothSides(sides, whole.evidence))) return whole
  const found = await Promise.all(sides.map(async (side) => judged(readQuestion(side), await search(side))))
  const joined = joinSides(whole.retrieval, sides, found)
  return joined === undefined ? whole : judged(question, joined.retrieval, joined.probability)
}

/** Where a list is wanted by year, those that speak of its subject come first, by year. */
function inOrder(question: Question, retrieval: Retrieval): Retrieval {
  const { order } = question
  if (order === undefined) return retrieval
  const onSubject = retrieval.papers.filter((ranked) => ranked.paper.year !== undefined && speaksOf(question, ranked))
  const sorted = [...onSubject].sort((a, b) => ((a.paper.year ?? 0) - (b.paper.year ?? 0)) * (order === 'newest' ? -1 : 1))
  return { ...retrieval, papers: [...sorted, ...retrieval.papers.filter((ranked) => !onSubject.includes(ranked))] }
}

/** A question of so many words asks for more than a subject that papers mention. */
const LONGEST_SUBJECT = 4

function beyondOf(question: Question, { papers }: Retrieval, maxPapers: number): Pick<Gathered, 'beyond'> {
  const isOfSubject = question.kind === 'list' ? question.subject !== undefined : question.kind === 'open' && question.terms.length <= LONGEST_SUBJECT
  return isOfSubject ? { beyond: papers.slice(maxPapers).flatMap((ranked) => (speaksOf(question, ranked) ? [ranked.paper] : [])) } : {}
}

/** Its title, or one of its sentences, holds all that is asked about. */
function speaksOf({ terms: wanted }: Question, { paper: { title, abstract }, vectors }: RankedPaper): boolean {
  const holdsAll = (text: string) => {
    const held = new Set(terms(text))
    return wanted.every(({ term, joined }) => held.has(term) || (joined !== undefined && held.has(joined)))
  }
  return wanted.length > 0 && (holdsAll(title) || (holdsAll(abstract) && vectors.spans.some(({ start, end }) => holdsAll(abstract.slice(start, end)))))
}

/** Of a list, papers that were not named yet; of anything else, sentences that were not quoted. */
function unsaid(question: Question, evidence: readonly PaperEvidence[], said: readonly Turn[], rarity: Rarity): PaperEvidence[] {
  if (question.kind === 'list') return bearing(question, evidence, rarity).filter(({ paper }) => !said.some((turn) => papersOf(turn).some((named) => isTitle(named, paper.title))))
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
