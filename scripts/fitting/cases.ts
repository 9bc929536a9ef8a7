/** Chooses what a library is filled with, and what it is asked: questions that it answers, and four ways in which it does not. */
import { selfQuestions } from '../../src/papers/self-questions.js'
import type { Paper } from '../../src/papers/paper.js'
import { sentences } from '../../src/papers/sentences.js'
import type { Random } from '../../src/text/random.js'
import { detailQuestions, premiseQuestions, swapNames, transplanted, turnDirections, wideQuestion } from './unanswerable.js'

export type RawPaper = Pick<Paper, 'title' | 'abstract'>

/** What a question is to the library it was asked of; `untold`: the paper is there and does not say. */
export type Standing = 'answerable' | 'untold' | 'absent' | 'off-topic'

/** A question of a person about the paper of that title, and the sentences of its abstract that answer; none if it does not say. */
export interface LabelledQuestion {
  readonly title: string
  readonly question: string
  readonly sentences: readonly number[]
}

export interface AnswerabilitySources {
  /** Papers to fill the libraries with. */
  readonly papers: readonly RawPaper[]
  readonly questions: readonly LabelledQuestion[]
  readonly offTopic: readonly string[]
}

export interface Case {
  readonly standing: Standing
  readonly question: string
  /** The paper that a question of a person is about. */
  readonly title?: string
  /** Asked by a person in these words, of the paper as it is. */
  readonly natural?: true
}

/** Self-made questions of each kind a library, for and against. */
const SELF_QUESTIONS = 120
const WIDE_QUESTIONS = 80
/** Details asked for of one paper. */
const DETAILS = 3
/** One paper of so many with questions loses the sentences that answer one of them. */
const REDUCED = 3

/**
 * Three quarters of the papers with questions are in a library of `size` (answerable, or untold), the rest stays out (absent).
 * Papers of its own give more answerable questions, papers left out more absent ones. Some papers are without the very sentence
 * that a question asks for: the nearest thing to an answer that is none.
 */
export function casesFor(size: number, sources: AnswerabilitySources, random: Random): { readonly papers: readonly RawPaper[]; readonly cases: readonly Case[] } {
  const asked = new Set(sources.questions.map(({ title }) => title))
  const wanted = new Set(random.shuffled([...asked]).slice(0, Math.min(asked.size, size)))
  const inside = new Set([...wanted].slice(0, Math.ceil(0.75 * wanted.size)))
  const others = random.shuffled(sources.papers.filter(({ title }) => !asked.has(title)))
  const left = others.slice(size, size + SELF_QUESTIONS)
  const ofWanted = sources.questions.filter(({ title }) => wanted.has(title))
  const lost = lostSentences(ofWanted.filter(({ title }) => inside.has(title)), random)
  const kept = [...sources.papers.filter(({ title }) => inside.has(title)).map((paper) => without(paper, lost.get(paper.title) ?? [])), ...others.slice(0, Math.max(0, size - inside.size))]
  const natural = ofWanted.flatMap((one): (Case & { readonly title: string })[] => {
    const standing = standingOf(one, inside.has(one.title), lost.get(one.title) ?? [])
    if (standing === undefined) return []
    const isLost = standing === 'untold' && one.sentences.length > 0
    return [{ standing, question: one.question, title: one.title, ...(isLost ? {} : { natural: true }) }]
  })
  return { papers: kept, cases: [...natural, ...changed(natural.filter(({ standing }) => standing === 'answerable'), random), ...selfMade(kept, left, random), ...sources.offTopic.map((question): Case => ({ standing: 'off-topic', question }))] }
}

/** By title the sentences to leave out: those that answer one of the questions. */
function lostSentences(questions: readonly LabelledQuestion[], random: Random): ReadonlyMap<string, readonly number[]> {
  const told = new Map<string, readonly number[]>()
  for (const { title, sentences } of random.shuffled(questions)) if (sentences.length > 0) told.set(title, sentences)
  return new Map([...told].filter(() => random.below(REDUCED) === 0))
}

function without({ title, abstract }: RawPaper, lost: readonly number[]): RawPaper {
  if (lost.length === 0) return { title, abstract }
  return { title, abstract: sentences(abstract).filter((_, i) => !lost.includes(i)).map(({ start, end }) => abstract.slice(start, end)).join(' ') }
}

/** Undefined where a part of the answer is lost: who can say whether it is still one. */
function standingOf({ sentences }: LabelledQuestion, isInside: boolean, lost: readonly number[]): Standing | undefined {
  if (!isInside) return 'absent'
  if (sentences.length === 0) return 'untold'
  const gone = sentences.filter((sentence) => lost.includes(sentence)).length
  return gone === 0 ? 'answerable' : gone === sentences.length ? 'untold' : undefined
}

/** Answerable questions made unanswerable: another name, another direction, another paper. */
function changed(answerable: readonly (Case & { readonly title: string })[], random: Random): Case[] {
  const questions = answerable.map(({ question }) => question)
  return [
    ...swapNames(questions, random).map((question): Case => ({ standing: 'absent', question })),
    ...turnDirections(questions).map((question): Case => ({ standing: 'untold', question })),
    ...transplanted(answerable, random).map((one): Case => ({ standing: 'untold', ...one })),
  ]
}

function selfMade(kept: readonly RawPaper[], left: readonly RawPaper[], random: Random): Case[] {
  const some = <T>(list: readonly T[]) => random.shuffled(list).slice(0, SELF_QUESTIONS)
  const told = ({ question, told }: { readonly question: string; readonly told: boolean }): Case => ({ standing: told ? 'answerable' : 'untold', question })
  return [
    ...some(kept).flatMap((paper) => selfQuestions(paper, 1, random).map(({ text }): Case => ({ standing: 'answerable', question: text }))),
    ...left.flatMap((paper) => selfQuestions(paper, 1, random).map(({ text }): Case => ({ standing: 'absent', question: text }))),
    ...wideQuestions(kept, left, random),
    ...some(premiseQuestions(kept)).map(told),
    ...some(kept.flatMap((paper) => detailQuestions(paper, DETAILS, random))).map(told),
  ]
}

/** Questions for several papers; one about papers left out is absent only if no paper has its words together. */
function wideQuestions(kept: readonly RawPaper[], left: readonly RawPaper[], random: Random): Case[] {
  const texts = kept.map(({ title, abstract }) => `${title} ${abstract}`.toLowerCase())
  const some = (papers: readonly RawPaper[]) => random.shuffled(papers).slice(0, WIDE_QUESTIONS).flatMap((paper) => wideQuestion(paper, random) ?? [])
  return [
    ...some(kept).map(({ question }): Case => ({ standing: 'answerable', question })),
    ...some(left).filter(({ subject }) => !texts.some((text) => text.includes(subject))).map(({ question }): Case => ({ standing: 'absent', question })),
  ]
}
