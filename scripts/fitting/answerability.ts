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
import { titleKey } from '../../src/papers/identity.js'
import type { BoostedTrees } from '../../src/retrieval/boosted-trees.js'
import type { Rarity } from '../../src/retrieval/rarity.js'
import type { Retrieve } from '../../src/retrieval/retrieval.js'
import { cleanText } from '../../src/text/clean.js'
import { createRandom } from '../../src/text/random.js'
import { growTrees } from './boosted-trees.js'
import { foldOf } from './evidence.js'
import { quantile } from '../evaluation/metrics.js'
import { casesFor } from './cases.js'
import type { AnswerabilitySources, Case, RawPaper, Standing } from './cases.js'

export interface Asked {
  readonly standing: Standing
  readonly question: string
  /** Questions about one paper are in one fold. */
  readonly fold: number
  /** Asked by a person rather than made by rule. */
  readonly natural: boolean
  readonly features: AnswerFeatures
}

export interface AnswerabilityParts {
  readonly embedder: Embedder
  readonly rarity: Rarity
  /** Trees that have not seen the questions about a paper; any trees for a question without one. */
  readonly evidenceFor: (title: string | undefined) => EvidenceWeights
  /** The product's retriever over a library. */
  readonly retrieverOver: (library: Awaited<ReturnType<typeof openLibrary>>) => Retrieve
}

const MAX_PAPERS = 5

/** Fills a library of `size` papers and asks it. */
export async function askLibrary(size: number, seed: number, sources: AnswerabilitySources, parts: AnswerabilityParts): Promise<Asked[]> {
  const { papers, cases } = casesFor(size, sources, createRandom(seed))
  return askAll(papers, cases, parts)
}

async function askAll(papers: readonly RawPaper[], cases: readonly Case[], { embedder, rarity, evidenceFor, retrieverOver }: AnswerabilityParts): Promise<Asked[]> {
  const folder = await mkdtemp(join(tmpdir(), 'footnote-fit-'))
  const library = await openLibrary({ dataDir: folder, model: embedder.model, log: { info() {}, warn() {} } })
  try {
    await createIngest({ library, embedder })(lines(papers), { format: 'jsonl' })
    const retrieve = retrieverOver(library)
    const result: Asked[] = []
    for (const { standing, question: text, title, natural = false } of cases) {
      const question = readQuestion(text)
      const retrieval = await retrieve(searchedText(question), { limit: 10 })
      const found = retrieval.papers.slice(0, MAX_PAPERS)
      if (question.terms.length === 0 || found.length === 0) continue
      // Where its paper is not found, nothing in hand answers, and declining is right.
      if (title !== undefined && standing === 'answerable' && !found.some(({ paper }) => titleKey(paper.title) === titleKey(cleanText(title)))) continue
      const evidence = findEvidence(question, retrieval.questionVector, found, { rarity, weights: evidenceFor(title) })
      result.push({ standing, question: text, fold: foldOf(title ?? text), natural, features: answerFeatures({ question, retrieval, evidence }, rarity) })
    }
    return result
  } finally {
    await library.close()
    await rm(folder, { recursive: true })
  }
}

/** Questions without an answer count as much as those with one; the more, the harder their kind is to tell. */
const SHARE: Readonly<Record<Standing, number>> = { answerable: 0.5, untold: 0.3, absent: 0.12, 'off-topic': 0.08 }
/** As many questions made by rule does one of a person weigh. */
const NATURAL = 8

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

/** Share of people's answerable questions that may be declined. */
export const DECLINED = 0.03

/** The trees with their base moved so that, of the answerable questions of people, that share lies below the limit; `unseen` are probabilities by trees that have not seen them. */
export function setLimit(trees: BoostedTrees, unseen: readonly number[], limit: number): BoostedTrees {
  const logOdds = (probability: number) => Math.log(probability / (1 - probability))
  return { ...trees, base: Math.round(1e5 * (trees.base + logOdds(limit) - logOdds(quantile(unseen, DECLINED)))) / 1e5 }
}

async function* lines(papers: readonly RawPaper[]): AsyncGenerator<Uint8Array> {
  for (const { title, abstract } of papers) yield Buffer.from(`${JSON.stringify({ title, abstract })}\n`)
}
