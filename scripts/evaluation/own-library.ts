/** Measures a library without judgements: by questions made from it, off-topic ones, and ones whose paper is left out. */
import { join } from 'node:path'
import { ANSWERED } from '../../src/answering/declining/decline.js'
import { PROGRAM_DIR } from '../../src/config.js'
import type { Filter, Library } from '../../src/library/library.js'
import type { Paper } from '../../src/papers/paper.js'
import { selfQuestions } from '../../src/papers/self-questions.js'
import { createRandom } from '../../src/text/random.js'
import type { Random } from '../../src/text/random.js'
import { abstention, answerFigures, createAskWhole } from './answers.js'
import type { Abstention, AnswerFigures, Asked } from './answers.js'
import { readText } from './files.js'
import { quantile } from './metrics.js'
import { openForEvaluation } from './opened.js'
import type { IngestFigures, Opened, OpenOptions } from './opened.js'
import { createRankByParts } from './parts.js'
import type { Ranked } from './parts.js'
import { measureParts, searchLatency, worth } from './summary.js'
import type { Case, Measure, PartFigures, SearchLatency } from './summary.js'

const SEED = 5
/** Papers asked about twice, by a sentence of theirs and by their title: 500 known-item questions. */
const ASKED_PAPERS = 250
/** Papers asked about while they are left out; at most this share of the library. */
const ABSENT_PAPERS = 150
const ABSENT_SHARE = 0.25
/** Goal of the design for answerable questions that are declined. */
const DECLINED_GOAL = 0.03

const PAGE = 1_000
const MEASURED: readonly Measure[] = ['recall@1', 'recall@5', 'recall@10', 'MRR@100']

export interface OwnLibraryReport {
  readonly kind: 'own-library'
  readonly model: string
  readonly papers: number
  /** How many questions of each kind were asked. */
  readonly questions: { readonly sentence: number; readonly title: number; readonly 'off-topic': number; readonly absent: number }
  readonly sentence: PartFigures
  readonly title: PartFigures
  readonly abstention: Abstention
  readonly answers: AnswerFigures
  readonly latencyMs: SearchLatency
  readonly ingest?: IngestFigures
  readonly words: readonly string[]
}

interface KnownItem {
  readonly text: string
  readonly id: string
}

/** The same library gives the same questions and the same figures, but for the latencies. */
export async function evaluateOwnLibrary(options: OpenOptions): Promise<OwnLibraryReport> {
  const opened = await openForEvaluation(options)
  try {
    return await measure(opened)
  } finally {
    await opened.close()
  }
}

async function measure(opened: Opened): Promise<OwnLibraryReport> {
  const questions = await makeQuestions(opened.footnote.library, opened.papers)
  const offTopic = (await readText(join(PROGRAM_DIR, 'scripts/evaluation/off-topic.txt'))).split('\n').filter((line) => line !== '')
  const ask = createAskWhole(opened.footnote)
  const askAll = async (texts: readonly string[], filter?: Filter) => {
    const asked: Asked[] = []
    for (const text of texts) asked.push(await ask(text, filter))
    return asked
  }
  const sentence = await rankAll(opened, questions.sentence)
  const title = await rankAll(opened, questions.title)
  const answerable = await askAll(questions.sentence.map(({ text }) => text))
  const others = { 'off-topic': await askAll(offTopic), absent: await askAll(questions.absent, questions.present) }
  const decisions = abstention(answerable, others)
  return {
    kind: 'own-library', model: opened.model, papers: opened.papers,
    questions: { sentence: sentence.cases.length, title: title.cases.length, 'off-topic': offTopic.length, absent: questions.absent.length },
    sentence: measureParts(sentence.cases, MEASURED),
    title: measureParts(title.cases, MEASURED),
    abstention: decisions,
    answers: answerFigures([...answerable, ...others['off-topic'], ...others.absent]),
    latencyMs: searchLatency([...sentence.ranked, ...title.ranked]),
    ...(opened.ingest === undefined ? {} : { ingest: opened.ingest }),
    words: [
      'These questions are made of words of the papers they ask for: they flatter lexical search, and real questions do worse. Compare the rows, not libraries.',
      ...worth(sentence.cases, 'MRR@100'),
      decisionInWords(decisions, answerable),
    ],
  }
}

async function rankAll(opened: Opened, items: readonly KnownItem[]): Promise<{ ranked: Ranked[]; cases: Case[] }> {
  const rank = createRankByParts(opened)
  const ranked: Ranked[] = []
  for (const { text } of items) ranked.push(await rank(text))
  return { ranked, cases: ranked.map(({ rankings }, i) => ({ rankings, grades: new Map([[items[i]?.id ?? '', 1]]) })) }
}

/** Which threshold would suit this library, against the one that the product has. */
function decisionInWords({ declined, answeredAlthough }: Abstention, answerable: readonly Asked[]): string {
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`
  const suited = quantile(answerable.map(({ probability }) => probability), DECLINED_GOAL)
  const now = `At the product's threshold of ${ANSWERED}, ${percent(declined)} of the answerable questions are declined (goal: at most ${percent(DECLINED_GOAL)})`
  if (declined > DECLINED_GOAL) return `${now}: for this library a threshold of ${suited.toFixed(2)} would be better.`
  const wrong = Object.entries(answeredAlthough).filter(([, answered]) => answered > 0).map(([kind, answered]) => `${percent(answered)} of the ${kind} ones`)
  if (wrong.length === 0) return `${now}, and no unanswerable one is answered: the threshold suits this library.`
  return `${now}, but ${wrong.join(' and ')} are answered: a threshold of up to ${suited.toFixed(2)} would answer fewer of these and still meet the goal.`
}

interface Questions {
  readonly sentence: readonly KnownItem[]
  readonly title: readonly KnownItem[]
  /** Questions about papers that `present` leaves out. */
  readonly absent: readonly string[]
  readonly present: Filter
}

async function makeQuestions(library: Pick<Library, 'list'>, papers: number): Promise<Questions> {
  const random = createRandom(SEED)
  const absentPapers = Math.min(ABSENT_PAPERS, Math.floor(papers * ABSENT_SHARE))
  const { sample, ids } = await samplePapers(library, ASKED_PAPERS + absentPapers, random)
  const shuffled = random.shuffled(sample)
  const left = shuffled.slice(0, absentPapers)
  const known = shuffled.slice(absentPapers)
  const leftIds = new Set(left.map(({ id }) => id))
  return {
    sentence: known.flatMap((paper) => selfQuestions(paper, 1, random).map(({ text }) => ({ text, id: paper.id }))),
    title: known.map(({ title, id }) => ({ text: title, id })),
    absent: left.flatMap((paper) => selfQuestions(paper, 1, random).map(({ text }) => text)),
    present: { ids: ids.filter((id) => !leftIds.has(id)) },
  }
}

/** A uniform sample without knowing the number beforehand (Vitter 1985, algorithm R), and the ids of all papers. */
async function samplePapers(library: Pick<Library, 'list'>, size: number, random: Random): Promise<{ sample: Paper[]; ids: string[] }> {
  const sample: Paper[] = []
  const ids: string[] = []
  let cursor: string | undefined
  do {
    const page = await library.list({ cursor, limit: PAGE })
    for (const paper of page.papers) {
      const place = sample.length < size ? sample.length : random.below(ids.length + 1)
      if (place < size) sample[place] = paper
      ids.push(paper.id)
    }
    cursor = page.nextCursor
  } while (cursor !== undefined)
  return { sample, ids }
}
