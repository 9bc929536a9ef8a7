/** Holds conversations over a library, and tells how many follow-up questions were understood. */
import { z } from 'zod'
import type { Answer, Turn } from '../../src/answering/answer.js'
import { mainTitle } from '../../src/answering/writing/phrasing.js'
import type { Footnote } from '../../src/compose.js'
import { FootnoteError } from '../../src/errors.js'
import { share } from './answers.js'
import { readJsonLines } from './files.js'
import { openForEvaluation } from './opened.js'
import type { IngestFigures, OpenOptions } from './opened.js'

const FollowUpCaseSchema = z.strictObject({
  kind: z.string(),
  /** What is asked before, in turn; the answers are the program's own. */
  turns: z.array(z.string()),
  /** What was said before the turns, where the answers came from elsewhere or were edited. */
  history: z.array(z.strictObject({ role: z.enum(['user', 'assistant']), content: z.string() })).optional(),
  question: z.string(),
  /** How the title of the paper begins that must be cited first. */
  title: z.string().optional(),
  /** How the titles of papers begin that must all be cited. */
  titles: z.array(z.string()).optional(),
  /** The place, in the answer before, of the paper that must be cited first; negative from the end. */
  cited: z.int().optional(),
  /** Words that the standalone question must hold. */
  contains: z.array(z.string()).optional(),
  /** Words that it must not hold: of what was talked about before. */
  lacks: z.array(z.string()).optional(),
  /** Which writer must answer: `conversation` to what is no question. */
  writer: z.string().optional(),
  /** The question stands on its own and must stay as it is. */
  unchanged: z.literal(true).optional(),
})
export type FollowUpCase = Readonly<z.infer<typeof FollowUpCaseSchema>>

export interface FollowUpOutcome extends FollowUpCase {
  readonly standaloneQuestion: string
  /** Titles, in the order of their numbers. */
  readonly citedTitles: readonly string[]
  readonly resolved: boolean
}

export interface FollowUpReport {
  readonly kind: 'follow-ups'
  readonly file: string
  readonly model: string
  readonly papers: number
  /** `all`, and each kind. */
  readonly byKind: Readonly<Record<string, { readonly questions: number; readonly resolved: number }>>
  readonly missed: readonly FollowUpOutcome[]
  readonly ingest?: IngestFigures
  readonly words: readonly string[]
}

/** Fails with `invalid_request` when a line is not a case. */
export async function evaluateFollowUps(file: string, options: OpenOptions): Promise<FollowUpReport> {
  const cases = (await readJsonLines(file)).map((record, i) => {
    const parsed = FollowUpCaseSchema.safeParse(record)
    if (parsed.success) return parsed.data
    throw new FootnoteError('invalid_request', `Line ${i + 1} of ${file} is no follow-up: ${parsed.error.issues[0]?.message ?? ''}; write {"kind", "turns", "question", "title"?, "titles"?, "cited"?, "contains"?, "lacks"?, "history"?, "writer"?, "unchanged"?}.`)
  })
  const opened = await openForEvaluation(options)
  try {
    const outcomes: FollowUpOutcome[] = []
    for (const one of cases) outcomes.push(await holdConversation(opened.footnote, one))
    const kinds = ['all', ...new Set(outcomes.map(({ kind }) => kind))]
    const figures = (list: readonly FollowUpOutcome[]) => ({ questions: list.length, resolved: share(list, ({ resolved }) => resolved) })
    return {
      kind: 'follow-ups', file, model: opened.model, papers: opened.papers, words: [], ...(opened.ingest === undefined ? {} : { ingest: opened.ingest }),
      byKind: Object.fromEntries(kinds.map((kind) => [kind, figures(outcomes.filter((one) => kind === 'all' || one.kind === kind))])),
      missed: outcomes.filter(({ resolved }) => !resolved),
    }
  } finally {
    await opened.close()
  }
}

/** Asks every turn and then the question, each with what was said before it. */
export async function holdConversation({ ask }: Pick<Footnote, 'ask'>, one: FollowUpCase): Promise<FollowUpOutcome> {
  const history: Turn[] = [...(one.history ?? [])]
  let before: Answer | undefined
  for (const turn of one.turns) {
    before = await wholeAnswer(ask({ question: turn, history: [...history], writer: 'extractive', followUps: false }, new AbortController().signal))
    history.push({ role: 'user', content: turn }, { role: 'assistant', content: before.answer })
  }
  const answer = await wholeAnswer(ask({ question: one.question, history, writer: 'extractive', followUps: false }, new AbortController().signal))
  const citedTitles = answer.citations.map(({ paper }) => paper.title)
  return { ...one, standaloneQuestion: answer.standaloneQuestion, citedTitles, resolved: isResolved(one, { answer, citedTitles, before }) }
}

function isResolved(one: FollowUpCase, { answer, citedTitles, before }: { readonly answer: Answer; readonly citedTitles: readonly string[]; readonly before: Answer | undefined }): boolean {
  const standalone = answer.standaloneQuestion.toLowerCase()
  // A question that has come to name the right paper is understood, whether its abstract answers it or not.
  const reaches = (title: string) => citedTitles[0]?.startsWith(title) === true || answer.standaloneQuestion.includes(`“${mainTitle(title)}`)
  const earlier = before?.citations.at(one.cited !== undefined && one.cited > 0 ? one.cited - 1 : (one.cited ?? 0))?.paper.title
  return (
    (one.unchanged === undefined || answer.standaloneQuestion === one.question) &&
    (one.contains ?? []).every((word) => standalone.includes(word)) &&
    !(one.lacks ?? []).some((word) => standalone.includes(word)) &&
    (one.writer === undefined || answer.writer === one.writer) &&
    (one.title === undefined || reaches(one.title)) &&
    (one.titles ?? []).every((title) => reaches(title) || citedTitles.some((cited) => cited.startsWith(title))) &&
    (one.cited === undefined || (earlier !== undefined && reaches(earlier)))
  )
}

async function wholeAnswer(events: ReturnType<Footnote['ask']>): Promise<Answer> {
  for await (const event of events) if (event.type === 'answer-end') return event.answer
  throw new FootnoteError('internal', 'An answer broke off before its end; run the evaluation again.')
}
