/** Measures answers as a whole: whether to answer, what is quoted, what is cited, and how long it takes. */
import { join } from 'node:path'
import { readWeights } from '../../src/answering/evidence/weights.js'
import { PROGRAM_DIR } from '../../src/config.js'
import { sentences } from '../../src/papers/sentences.js'
import { readRarity } from '../../src/retrieval/rarity.js'
import { abstention, answerFigures, createAskWhole, share } from './answers.js'
import type { AnswerFigures, Asked } from './answers.js'
import { matchCitations } from './citation-matcher.js'
import type { CitationFigures } from './citation-matcher.js'
import { calibrationError, mean, riskAtCoverage } from './metrics.js'
import type { Decision } from './metrics.js'
import { openForEvaluation } from './opened.js'
import type { IngestFigures, Opened, OpenOptions } from './opened.js'
import { contains, readQuestions, rightPapers } from './question-file.js'
import type { FileQuestion, QuestionKind } from './question-file.js'
import { measureSentenceEvidence } from './sentence-evidence.js'
import type { SentenceEvidenceFigures } from './sentence-evidence.js'

const STARTER = join(PROGRAM_DIR, 'index/starter-library.jsonl')
const QUESTION_FILES = ['test/data/seed-questions.jsonl', 'test/data/unanswerable.jsonl'].map((path) => join(PROGRAM_DIR, path))

/** Kinds that a library answers; a "vague" description asks for a paper, not for an answer. */
const ANSWERABLE: readonly QuestionKind[] = ['factual', 'list']
const COVERAGES = [0.25, 0.5, 0.75, 1]

export interface DecliningFigures {
  readonly questions: number
  /** Verdict `related` or `none`. */
  readonly declined: number
  /** The part of them that is shown something near. */
  readonly related: number
  /** Against the answerable questions. */
  readonly auroc: number | null
}

/** Share of the questions whose expected words stand in what is quoted from the right paper. */
export interface FactFigures {
  readonly questions: number
  readonly quoted: number
  readonly inFirstQuote: number
  /** In the first three sentences of the paper that stands first, or in the first sentence of each of the first three. */
  readonly firstThreeSentences: number
  readonly firstSentenceOfThree: number
}

export interface AnswerQualityReport {
  readonly kind: 'answers'
  readonly model: string
  readonly papers: number
  readonly answerable: { readonly questions: number; readonly declined: number }
  readonly unanswerable: Readonly<Partial<Record<QuestionKind, DecliningFigures>>>
  /** Of the probability as a forecast that the question is answerable, over all questions. */
  readonly calibration: { readonly error: number; readonly brier: number }
  /** Share of wrong answers (unanswerable, or without the expected words) when only the surest share of the questions is answered. */
  readonly risk: readonly { readonly coverage: number; readonly wrong: number }[]
  readonly facts: FactFigures
  readonly citations: CitationFigures
  readonly evidence?: SentenceEvidenceFigures
  readonly answers: AnswerFigures
  readonly ingest?: IngestFigures
  readonly words: readonly string[]
}

export interface AnswerQualityOptions extends OpenOptions {
  /** Questions instead of those of `test/data`. */
  readonly questions?: string | undefined
  /** SciFact in BEIR layout with its labelled claims, to measure the choice of sentences on. */
  readonly set?: string | undefined
}

interface Outcome {
  readonly question: FileQuestion
  readonly asked: Asked
  readonly fact?: Omit<Record<keyof FactFigures, boolean>, 'questions'>
}

/** On the papers given, or the starter library. Fails with `invalid_request` when a line is not a question. */
export async function evaluateAnswers({ questions: file, set, papers = [STARTER], ...options }: AnswerQualityOptions): Promise<AnswerQualityReport> {
  const questions = (await Promise.all((file === undefined ? QUESTION_FILES : [file]).map(readQuestions))).flat()
  const opened = await openForEvaluation({ papers: options.dataDir === undefined ? papers : undefined, ...options })
  try {
    const ask = createAskWhole(opened.footnote)
    const outcomes: Outcome[] = []
    for (const question of questions) {
      const asked = await ask(question.question)
      const fact = await factOf(question, asked, opened)
      outcomes.push({ question, asked, ...(fact === undefined ? {} : { fact }) })
    }
    const evidence = set === undefined ? undefined : await measureSentenceEvidence(set, { embedder: opened.footnote.embedder, ...(await sentenceParts()) })
    return {
      kind: 'answers', model: opened.model, papers: opened.papers,
      ...summarise(outcomes),
      ...(evidence === undefined ? {} : { evidence }),
      ...(opened.ingest === undefined ? {} : { ingest: opened.ingest }),
      words: ['Claims and citations are held against the quotes by a matcher that shares no code with the check that the product makes.'],
    }
  } finally {
    await opened.close()
  }
}

async function sentenceParts() {
  const [rarity, weights] = await Promise.all([readRarity(join(PROGRAM_DIR, 'index/background/terms.tsv.gz')), readWeights(join(PROGRAM_DIR, 'index/weights.json'))])
  return { rarity, weights: weights.evidence }
}

/** Undefined where nothing is expected, or no right paper has it: its starter digest may leave it out. */
async function factOf(question: FileQuestion, { answer }: Asked, { footnote }: Opened): Promise<Outcome['fact']> {
  const { expect } = question
  const right = (await rightPapers(question, footnote.library)).flatMap((paper) => paper ?? [])
  if (expect === undefined || !right.some(({ abstract }) => contains(abstract, expect))) return undefined
  const ids = new Set(right.map(({ id }) => id))
  const quotes = answer.citations.flatMap(({ paper, quotes }) => quotes.map(({ text }) => ids.has(paper.id) && contains(text, expect)))
  const { papers } = await footnote.retrieve(question.question, { limit: 3 })
  const leading = papers.map(({ paper }) => ({ isRight: ids.has(paper.id), sentences: sentences(paper.abstract).map(({ start, end }) => paper.abstract.slice(start, end)) }))
  return {
    quoted: quotes.some(Boolean),
    inFirstQuote: quotes[0] === true,
    firstThreeSentences: leading[0]?.isRight === true && leading[0].sentences.slice(0, 3).some((sentence) => contains(sentence, expect)),
    firstSentenceOfThree: leading.some(({ isRight, sentences: [first = ''] }) => isRight && contains(first, expect)),
  }
}

function summarise(outcomes: readonly Outcome[]): Pick<AnswerQualityReport, 'answerable' | 'unanswerable' | 'calibration' | 'risk' | 'facts' | 'citations' | 'answers'> {
  const answerable = outcomes.filter(({ question }) => ANSWERABLE.includes(question.kind))
  const unanswerable = outcomes.filter(({ question }) => !ANSWERABLE.includes(question.kind) && question.kind !== 'vague')
  const kinds = [...new Set(unanswerable.map(({ question }) => question.kind))]
  const askedOf = (kind: QuestionKind) => unanswerable.filter(({ question }) => question.kind === kind).map(({ asked }) => asked)
  const { auroc, declined } = abstention(answerable.map(({ asked }) => asked), Object.fromEntries(kinds.map((kind) => [kind, askedOf(kind)])))
  const forecasts = [...answerable, ...unanswerable].map((outcome): Decision => ({ probability: outcome.asked.probability, right: answerable.includes(outcome) }))
  const answers = [...answerable, ...unanswerable].map((outcome): Decision => ({ probability: outcome.asked.probability, right: answerable.includes(outcome) && (outcome.fact?.quoted ?? true) }))
  const facts = answerable.flatMap(({ fact }) => fact ?? [])
  const written = outcomes.filter(({ asked }) => asked.answered).map(({ asked }) => asked.answer)
  return {
    answerable: { questions: answerable.length, declined },
    unanswerable: Object.fromEntries(kinds.map((kind) => [kind, decliningFigures(askedOf(kind), auroc[kind] ?? null)])),
    calibration: { error: calibrationError(forecasts), brier: mean(forecasts.map(({ probability, right }) => (probability - Number(right)) ** 2)) },
    risk: COVERAGES.map((coverage) => ({ coverage, wrong: riskAtCoverage(answers, coverage) })),
    facts: {
      questions: facts.length,
      quoted: share(facts, ({ quoted }) => quoted),
      inFirstQuote: share(facts, ({ inFirstQuote }) => inFirstQuote),
      firstThreeSentences: share(facts, ({ firstThreeSentences }) => firstThreeSentences),
      firstSentenceOfThree: share(facts, ({ firstSentenceOfThree }) => firstSentenceOfThree),
    },
    citations: matchCitations(written),
    answers: answerFigures(outcomes.map(({ asked }) => asked)),
  }
}

function decliningFigures(asked: readonly Asked[], auroc: number | null): DecliningFigures {
  return { questions: asked.length, declined: share(asked, ({ answered }) => !answered), related: share(asked, ({ answer }) => answer.answerable.verdict === 'related'), auroc }
}
