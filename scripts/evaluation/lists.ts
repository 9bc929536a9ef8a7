/** Measures which papers a list names against those that a careful reader would name. */
import { z } from 'zod'
import { lastAnswer, MAX_PAPERS_CITED } from '../../src/answering/answer.js'
import { DEFAULT_MAX_PAPERS } from '../../src/answering/ask.js'
import type { Footnote } from '../../src/compose.js'
import { FootnoteError } from '../../src/errors.js'
import { titleKey } from '../../src/papers/identity.js'
import { cleanText } from '../../src/text/clean.js'
import { readJsonLines } from './files.js'
import { mean } from './metrics.js'
import { openForEvaluation } from './opened.js'
import type { IngestFigures, OpenOptions } from './opened.js'

const ListSchema = z.object({
  kind: z.literal('list').default('list'),
  question: z.string().min(1),
  /** All papers that a careful reader would name. */
  titles: z.array(z.string()).min(1),
  /** May be named without fault, and are not missed. */
  also: z.array(z.string()).default([]),
})
type List = z.infer<typeof ListSchema>

/** Shares, 0..1; over several lists their means. A list of nothing has a precision of 0. */
export interface MembershipFigures {
  readonly precision: number
  /** Of the members, or of as many as may be cited if those are fewer. */
  readonly recall: number
  readonly f1: number
}

interface Listed extends MembershipFigures {
  readonly question: string
  readonly wrong: readonly string[]
  readonly missing: readonly string[]
}

export interface ListReport {
  readonly kind: 'lists'
  readonly file: string
  readonly model: string
  readonly papers: number
  readonly lists: number
  /** As answered unless told, with five papers at most; and with all that may be cited. */
  readonly short: MembershipFigures
  readonly whole: MembershipFigures
  /** Of the whole lists, those with a fault. */
  readonly faulty: readonly Listed[]
  readonly ingest?: IngestFigures
  readonly words: readonly string[]
}

/** Lines of another kind than `list` are passed over. Fails with `invalid_request` when a line is no list, or the library lacks a paper of one. */
export async function evaluateLists(file: string, options: OpenOptions): Promise<ListReport> {
  const lists = (await readJsonLines(file)).filter(({ kind = 'list' }) => kind === 'list').map((line, i) => readList(line, `List ${i + 1} of ${file}`))
  const opened = await openForEvaluation(options)
  try {
    const short: Listed[] = []
    const whole: Listed[] = []
    for (const list of lists) {
      short.push(await measure(opened.footnote, list, DEFAULT_MAX_PAPERS))
      whole.push(await measure(opened.footnote, list, MAX_PAPERS_CITED))
    }
    const { model, papers, ingest } = opened
    return { kind: 'lists', file, model, papers, lists: lists.length, short: meanOf(short), whole: meanOf(whole), faulty: whole.filter(({ f1 }) => f1 < 1), ...(ingest === undefined ? {} : { ingest }), words: [] }
  } finally {
    await opened.close()
  }
}

function readList(line: unknown, name: string): List {
  const result = ListSchema.safeParse(line)
  if (result.success) return result.data
  throw new FootnoteError('invalid_request', `${name} is not valid; write {"question", "titles": [every member], "also"?: [those that may be named]}.`, { cause: result.error })
}

async function measure({ ask, library }: Footnote, { question, titles, also }: List, maxPapers: number): Promise<Listed> {
  const members = await idsOf(titles, library)
  const allowed = new Set(await idsOf(also, library))
  const { citations } = await lastAnswer(ask({ question, maxPapers, writer: 'extractive', followUps: false }, new AbortController().signal))
  const cited = citations.map(({ paper }) => paper).filter(({ id }) => !allowed.has(id))
  const right = cited.filter(({ id }) => members.includes(id)).length
  const precision = cited.length === 0 ? 0 : right / cited.length
  const recall = right / Math.min(members.length, maxPapers - (citations.length - cited.length) || 1)
  return {
    question, precision, recall,
    f1: right === 0 ? 0 : (2 * precision * recall) / (precision + recall),
    wrong: cited.filter(({ id }) => !members.includes(id)).map(({ title }) => title),
    missing: titles.filter((_, i) => !citations.some(({ paper }) => paper.id === members[i])),
  }
}

async function idsOf(titles: readonly string[], library: Footnote['library']): Promise<string[]> {
  const found = await library.find(titles.map((title) => titleKey(cleanText(title))))
  return found.map((stored, i) => {
    if (stored === undefined) throw new FootnoteError('invalid_request', `The library has no “${titles[i] ?? ''}”; give the file that it stands in with --papers.`)
    return stored.paper.id
  })
}

function meanOf(lists: readonly MembershipFigures[]): MembershipFigures {
  const of = (name: keyof MembershipFigures) => mean(lists.map((one) => one[name]))
  return { precision: of('precision'), recall: of('recall'), f1: of('f1') }
}
