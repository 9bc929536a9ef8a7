/** Asks the library the questions of a file, and tells by kind how it did. */
import { z } from 'zod'
import { FootnoteError } from '../../src/errors.js'
import type { Library } from '../../src/library/library.js'
import { titleKey } from '../../src/papers/identity.js'
import type { Paper } from '../../src/papers/paper.js'
import { cleanText } from '../../src/text/clean.js'
import { abstention, answerFigures, createAskWhole, share } from './answers.js'
import type { AnswerFigures, Asked, AskWhole } from './answers.js'
import { readJsonLines } from './files.js'
import { mean, recall } from './metrics.js'
import { openForEvaluation } from './opened.js'
import type { IngestFigures, OpenOptions } from './opened.js'
import { createRankByParts } from './parts.js'
import type { RankByParts } from './parts.js'
import { measureParts, worth } from './summary.js'
import type { Case, Measure, PartFigures } from './summary.js'

const MEASURED: readonly Measure[] = ['recall@1', 'recall@10', 'MRR@100']

const QuestionSchema = z.object({
  kind: z.enum(['factual', 'vague', 'list', 'off-topic', 'absent', 'nonsense', 'outside', 'false-premise', 'too-vague', 'not-about-papers']),
  question: z.string().min(1),
  /** The right paper, or for a list the right papers. */
  title: z.string().optional(),
  titles: z.array(z.string()).optional(),
  /** What a quote of the right answer contains. */
  expect: z.string().optional(),
})
export type FileQuestion = Readonly<z.infer<typeof QuestionSchema>>
export type QuestionKind = FileQuestion['kind']

const UNANSWERABLE = ['off-topic', 'absent', 'nonsense', 'outside', 'false-premise', 'too-vague', 'not-about-papers'] as const satisfies readonly QuestionKind[]

/** Shares of the questions of a kind; those that do not apply to it are absent. */
export interface KindFigures {
  readonly questions: number
  /** A right paper stands first. */
  readonly first?: number
  /** Share of the right papers among the first ten, averaged. */
  readonly inTen?: number
  /** A right paper is cited. */
  readonly cited?: number
  /** The expected text stands in the first quote, or in any; it counts in a quote of a right paper only. */
  readonly inFirstQuote?: number
  readonly inAnyQuote?: number
  /** Not answered: the verdict is `related` or `none`. */
  readonly declined: number
  /** The part of them that is shown something near. */
  readonly related: number
}

export interface QuestionFileReport {
  readonly kind: 'questions'
  readonly file: string
  readonly model: string
  readonly papers: number
  readonly kinds: Readonly<Partial<Record<QuestionKind, KindFigures>>>
  /** By part, for the kinds that have a right paper. */
  readonly parts: Readonly<Partial<Record<QuestionKind, PartFigures>>>
  /** AUROC of each answerable kind against each kind without an answer. */
  readonly auroc: Readonly<Partial<Record<QuestionKind, Readonly<Record<string, number | null>>>>>
  readonly answers: AnswerFigures
  /** Questions whose paper is not in the library, or whose expected text is not in its abstract: faults of the file. */
  readonly faults: readonly string[]
  readonly ingest?: IngestFigures
  readonly words: readonly string[]
}

interface Outcome {
  readonly question: FileQuestion
  readonly rightIds: readonly string[]
  readonly asked: Asked
  readonly ranking: readonly string[]
  readonly case?: Case
}

/** Fails with `invalid_request` when a line is not a question. */
export async function evaluateQuestions(file: string, options: OpenOptions): Promise<QuestionFileReport> {
  const questions = await readQuestions(file)
  const opened = await openForEvaluation(options)
  try {
    const rank = createRankByParts(opened)
    const ask = createAskWhole(opened.footnote)
    const outcomes: Outcome[] = []
    const faults: string[] = []
    for (const question of questions) {
      const right = await rightPapers(question, opened.footnote.library)
      faults.push(...faultsOf(question, right))
      outcomes.push(await outcomeOf(question, right.flatMap((paper) => paper?.id ?? []), rank, ask))
    }
    return { kind: 'questions', file, model: opened.model, papers: opened.papers, ...summarise(outcomes), faults, ...(opened.ingest === undefined ? {} : { ingest: opened.ingest }) }
  } finally {
    await opened.close()
  }
}

/** Fails with `invalid_request` when a line is not a question. */
export async function readQuestions(file: string): Promise<FileQuestion[]> {
  return (await readJsonLines(file)).map((record, i) => {
    const parsed = QuestionSchema.safeParse(record)
    if (parsed.success) return parsed.data
    const [issue] = parsed.error.issues
    throw new FootnoteError('invalid_request', `Question ${i + 1} of ${file} is not valid: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}; write {"kind", "question", "title"?, "titles"?, "expect"?}.`)
  })
}

const titlesOf = ({ title, titles = [] }: FileQuestion) => (title === undefined ? titles : [title, ...titles])

/** In the order of its titles; undefined where the library has none. */
export async function rightPapers(question: FileQuestion, library: Pick<Library, 'find'>): Promise<(Paper | undefined)[]> {
  const found = await library.find(titlesOf(question).map((title) => titleKey(cleanText(title))))
  return found.map((stored) => stored?.paper)
}

function faultsOf(question: FileQuestion, right: readonly (Paper | undefined)[]): string[] {
  const missing = titlesOf(question).filter((_, i) => right[i] === undefined).map((title) => `“${title}” is not in the library`)
  const { expect } = question
  if (expect === undefined || missing.length > 0 || right.some((paper) => paper !== undefined && contains(paper.abstract, expect))) return missing
  return [`“${expect}” is not in the abstract asked for by “${question.question}”`]
}

async function outcomeOf(question: FileQuestion, rightIds: readonly string[], rank: RankByParts, ask: AskWhole): Promise<Outcome> {
  const { rankings } = await rank(question.question)
  const outcome = { question, rightIds, ranking: rankings.reranked, asked: await ask(question.question) }
  if (titlesOf(question).length === 0) return outcome
  // A paper that is not there counts as not found.
  const ids = rightIds.length === 0 ? ['missing'] : rightIds
  return { ...outcome, case: { rankings, grades: new Map(ids.map((id) => [id, 1])) } }
}

function summarise(outcomes: readonly Outcome[]): Pick<QuestionFileReport, 'kinds' | 'parts' | 'auroc' | 'answers' | 'words'> {
  const byKind = new Map<QuestionKind, Outcome[]>()
  for (const outcome of outcomes) byKind.set(outcome.question.kind, [...(byKind.get(outcome.question.kind) ?? []), outcome])
  const askedOf = (kind: QuestionKind) => (byKind.get(kind) ?? []).map(({ asked }) => asked)
  const unanswerable = Object.fromEntries(UNANSWERABLE.map((kind) => [kind, askedOf(kind)]))
  const casesOf = (list: readonly Outcome[]) => list.flatMap((outcome) => outcome.case ?? [])
  const withCases = [...byKind].filter(([, list]) => casesOf(list).length > 0)
  return {
    kinds: Object.fromEntries([...byKind].map(([kind, list]) => [kind, kindFigures(list)])),
    parts: Object.fromEntries(withCases.map(([kind, list]) => [kind, measureParts(casesOf(list), MEASURED)])),
    auroc: Object.fromEntries(withCases.map(([kind]) => [kind, abstention(askedOf(kind), unanswerable).auroc])),
    answers: answerFigures(outcomes.map(({ asked }) => asked)),
    words: withCases.flatMap(([kind, list]) => worth(casesOf(list), 'MRR@100').map((sentence) => `${kind}: ${sentence}`)),
  }
}

function kindFigures(outcomes: readonly Outcome[]): KindFigures {
  const withPaper = outcomes.filter(({ question }) => titlesOf(question).length > 0)
  const expecting = outcomes.filter(({ question }) => question.expect !== undefined)
  const quotes = ({ asked }: Outcome) => asked.answer.citations.flatMap(({ paper, quotes }) => quotes.map(({ text }) => ({ id: paper.id, text })))
  const has = ({ question, rightIds }: Outcome, quote: { id: string; text: string } | undefined) =>
    quote !== undefined && rightIds.includes(quote.id) && contains(quote.text, question.expect ?? '')
  return {
    questions: outcomes.length,
    ...(withPaper.length === 0
      ? {}
      : {
          first: share(withPaper, ({ ranking, rightIds }) => rightIds.includes(ranking[0] ?? '')),
          inTen: mean(withPaper.map(({ ranking, rightIds }) => recall(ranking, new Map(rightIds.map((id) => [id, 1])), 10))),
          cited: share(withPaper, ({ asked, rightIds }) => asked.answer.citations.some(({ paper }) => rightIds.includes(paper.id))),
        }),
    ...(expecting.length === 0
      ? {}
      : {
          inFirstQuote: share(expecting, (outcome) => has(outcome, quotes(outcome)[0])),
          inAnyQuote: share(expecting, (outcome) => quotes(outcome).some((quote) => has(outcome, quote))),
        }),
    declined: share(outcomes, ({ asked }) => !asked.answered),
    related: share(outcomes, ({ asked }) => asked.answer.answerable.verdict === 'related'),
  }
}

/** Whether a text holds another, whatever its case, its spaces, and its way to write signs. */
export function contains(text: string, part: string): boolean {
  const plain = (raw: string) => cleanText(raw).toLowerCase().replaceAll('×', 'x').replace(/\s+/g, '')
  return part !== '' && plain(text).includes(plain(part))
}
