/** Grows the trees that tell whether a library answers, on libraries of several sizes and on questions of four kinds. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { answerFeatures } from '../../src/answering/declining/answerability.js'
import type { AnswerFeatures } from '../../src/answering/declining/answerability.js'
import { findEvidence } from '../../src/answering/evidence/evidence.js'
import { searchedText } from '../../src/answering/gather.js'
import { readQuestion } from '../../src/answering/question/question.js'
import type { EvidenceWeights } from '../../src/answering/evidence/sentence-features.js'
import type { Embedder } from '../../src/embedding/embedder.js'
import { createIngest } from '../../src/ingest/ingest.js'
import { openLibrary } from '../../src/library/open.js'
import type { Paper } from '../../src/papers/paper.js'
import { selfQuestions } from '../../src/papers/self-questions.js'
import type { BoostedTrees } from '../../src/retrieval/boosted-trees.js'
import type { Rarity } from '../../src/retrieval/rarity.js'
import type { Retrieve } from '../../src/retrieval/retrieval.js'
import { createRandom } from '../../src/text/random.js'
import type { Random } from '../../src/text/random.js'
import { growTrees } from './boosted-trees.js'
import { detailQuestions, falsePremises, swapNames, wideQuestion } from './unanswerable.js'

export type RawPaper = Pick<Paper, 'title' | 'abstract'>

/** What a question is to the library it was asked of; `untold`: the paper is there and does not say. */
export type Standing = 'answerable' | 'untold' | 'absent' | 'off-topic'

export interface Asked {
  readonly standing: Standing
  readonly question: string
  /** Asked by a person rather than made by rule. */
  readonly natural: boolean
  readonly features: AnswerFeatures
}

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

export interface AnswerabilityParts {
  readonly embedder: Embedder
  readonly rarity: Rarity
  /** Trees that have not seen the questions about a paper; any trees for a question without one. */
  readonly evidenceFor: (title: string | undefined) => EvidenceWeights
  /** The product's retriever over a library. */
  readonly retrieverOver: (library: Awaited<ReturnType<typeof openLibrary>>) => Retrieve
}

interface Case {
  readonly standing: Standing
  readonly question: string
  readonly title?: string
}

/** Self-made questions of each kind a library, for and against. */
const SELF_QUESTIONS = 120
const WIDE_QUESTIONS = 80
/** Details asked for of one paper. */
const DETAILS = 3
const MAX_PAPERS = 5

/**
 * Asks a library of `size` papers: three quarters of the papers with questions are in it (answerable, or untold), the rest
 * stays out (absent). Papers of its own give more answerable questions, papers left out more absent ones.
 */
export async function askLibrary(size: number, seed: number, sources: AnswerabilitySources, parts: AnswerabilityParts): Promise<Asked[]> {
  const random = createRandom(seed)
  const asked = new Set(sources.questions.map(({ title }) => title))
  const wanted = random.shuffled([...asked]).slice(0, Math.min(asked.size, size))
  const inside = new Set(wanted.slice(0, Math.ceil(0.75 * wanted.length)))
  const others = random.shuffled(sources.papers.filter(({ title }) => !asked.has(title)))
  const kept = [...sources.papers.filter(({ title }) => inside.has(title)), ...others.slice(0, Math.max(0, size - inside.size))]
  const left = others.slice(size, size + SELF_QUESTIONS)
  const ofWanted = sources.questions.filter(({ title }) => wanted.includes(title))
  const standingOf = ({ title, sentences }: LabelledQuestion): Standing => (!inside.has(title) ? 'absent' : sentences.length > 0 ? 'answerable' : 'untold')
  const cases: Case[] = [
    ...ofWanted.map((one) => ({ standing: standingOf(one), question: one.question, title: one.title })),
    ...random.shuffled(kept).slice(0, SELF_QUESTIONS).flatMap((paper) => selfQuestions(paper, 1, random).map(({ text }) => ({ standing: 'answerable' as const, question: text }))),
    ...left.flatMap((paper) => selfQuestions(paper, 1, random).map(({ text }) => ({ standing: 'absent' as const, question: text }))),
    ...wideQuestions(kept, left, random),
    ...swapNames(ofWanted.filter((one) => standingOf(one) === 'answerable').map(({ question }) => question), random).map((question) => ({ standing: 'absent' as const, question })),
    ...random.shuffled(falsePremises(kept)).slice(0, SELF_QUESTIONS).map((question) => ({ standing: 'untold' as const, question })),
    ...random.shuffled(kept.flatMap((paper) => detailQuestions(paper, DETAILS, random))).slice(0, SELF_QUESTIONS).map(({ question, told }) => ({ standing: told ? ('answerable' as const) : ('untold' as const), question })),
    ...sources.offTopic.map((question) => ({ standing: 'off-topic' as const, question })),
  ]
  return askAll(kept, cases, parts)
}

/** Questions for several papers; one about papers left out is absent only if no paper has its words together. */
function wideQuestions(kept: readonly RawPaper[], left: readonly RawPaper[], random: Random): Case[] {
  const texts = kept.map(({ title, abstract }) => `${title} ${abstract}`.toLowerCase())
  const some = (papers: readonly RawPaper[]) => random.shuffled(papers).slice(0, WIDE_QUESTIONS).flatMap((paper) => wideQuestion(paper, random) ?? [])
  return [
    ...some(kept).map(({ question }) => ({ standing: 'answerable' as const, question })),
    ...some(left).filter(({ subject }) => !texts.some((text) => text.includes(subject))).map(({ question }) => ({ standing: 'absent' as const, question })),
  ]
}

async function askAll(papers: readonly RawPaper[], cases: readonly Case[], { embedder, rarity, evidenceFor, retrieverOver }: AnswerabilityParts): Promise<Asked[]> {
  const folder = await mkdtemp(join(tmpdir(), 'footnote-fit-'))
  const library = await openLibrary({ dataDir: folder, model: embedder.model, log: { info() {}, warn() {} } })
  try {
    await createIngest({ library, embedder })(lines(papers), { format: 'jsonl' })
    const retrieve = retrieverOver(library)
    const result: Asked[] = []
    for (const { standing, question: text, title } of cases) {
      const question = readQuestion(text)
      const retrieval = await retrieve(searchedText(question), { limit: 10 })
      if (question.terms.length === 0 || retrieval.papers.length === 0) continue
      const evidence = findEvidence(question, retrieval.questionVector, retrieval.papers.slice(0, MAX_PAPERS), { rarity, weights: evidenceFor(title) })
      result.push({ standing, question: text, natural: title !== undefined, features: answerFeatures({ question, retrieval, evidence }, rarity) })
    }
    return result
  } finally {
    await library.close()
    await rm(folder, { recursive: true })
  }
}

/** The kinds of questions without an answer count the same, and together as much as those with one. */
const SHARE: Readonly<Record<Standing, number>> = { answerable: 0.5, untold: 0.2, absent: 0.15, 'off-topic': 0.15 }
/** As many questions made by rule does one of a person weigh. */
const NATURAL = 2

export function fitAnswerability(asked: readonly Asked[]): BoostedTrees {
  return growTrees(
    asked.map(({ standing, natural, features }) => ({
      features,
      label: standing === 'answerable' ? 1 : 0,
      weight: ((natural ? NATURAL : 1) * SHARE[standing] * asked.length) / asked.filter((other) => other.standing === standing).length,
    })),
    { trees: 120 },
  )
}

async function* lines(papers: readonly RawPaper[]): AsyncGenerator<Uint8Array> {
  for (const { title, abstract } of papers) yield Buffer.from(`${JSON.stringify({ title, abstract })}\n`)
}
