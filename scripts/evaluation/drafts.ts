/** Holds sentences of a draft, whose status is known, against a library: which are told apart, and what is called supported. */
import { z } from 'zod'
import type { DraftSentence } from '../../src/answering/drafts/draft-desk.js'
import { FootnoteError } from '../../src/errors.js'
import { readJsonLines } from './files.js'
import { openForEvaluation } from './opened.js'
import type { IngestFigures, OpenOptions } from './opened.js'

/** What a sentence is, seen from the library; `none_needed` speaks of the author's own work. */
const KINDS = ['supported', 'contradicted', 'needs_citation', 'nothing', 'none_needed'] as const
export const SAID = ['supported', 'contradicted', 'needs_citation', 'overlaps', 'novel'] as const
type Kind = (typeof KINDS)[number]
type Said = (typeof SAID)[number]

/** What may be said of each: a sentence without need of a citation may be on a matter of the library's. */
const RIGHT: Readonly<Record<Kind, readonly Said[]>> = {
  supported: ['supported'], contradicted: ['contradicted'], needs_citation: ['needs_citation'], nothing: ['novel'], none_needed: ['novel', 'overlaps'],
}

const CaseSchema = z.strictObject({
  split: z.enum(['dev', 'test']),
  kind: z.enum(KINDS),
  text: z.string(),
  /** How the title of the paper begins that supports or contradicts it. */
  title: z.string().optional(),
})
type Case = Readonly<z.infer<typeof CaseSchema>>

export interface DraftReport {
  readonly kind: 'draft'
  readonly file: string
  readonly split: string
  readonly model: string
  readonly papers: number
  /** How often what was said of each kind. */
  readonly said: Readonly<Record<Kind, Readonly<Record<Said, number>>>>
  /** Of those called supported and contradicted, how many are, by the paper that is named. */
  readonly precision: Readonly<Record<'supported' | 'contradicted', { readonly said: number; readonly right: number }>>
  readonly right: number
  readonly sentences: number
  /** Of the development half only: of the half that figures are reported of, nobody should look at them. */
  readonly misjudged: readonly string[]
  readonly ingest?: IngestFigures
  readonly words: readonly string[]
}

interface Outcome extends Case {
  readonly said: Said
  readonly byTheRightPaper: boolean
}

/** Each sentence is a draft of its own. Fails with `invalid_request` when a line is no such sentence. */
export async function evaluateDraft(file: string, split: string, options: OpenOptions): Promise<DraftReport> {
  const cases = (await readJsonLines(file)).map((line, i) => readCase(line, `Line ${i + 1} of ${file}`)).filter((one) => one.split === split)
  if (cases.length === 0) throw new FootnoteError('invalid_request', `${file} has no sentences of the half "${split}"; use dev or test.`)
  const opened = await openForEvaluation(options)
  try {
    const outcomes: Outcome[] = []
    for (const one of cases) outcomes.push(outcomeOf(one, (await opened.footnote.draft({ text: one.text })).sentences[0]))
    const count = (kind: Kind) => Object.fromEntries(SAID.map((said) => [said, outcomes.filter((one) => one.kind === kind && one.said === said).length])) as Record<Said, number>
    const precision = (status: 'supported' | 'contradicted') => {
      const called = outcomes.filter(({ said }) => said === status)
      return { said: called.length, right: called.filter(({ kind, byTheRightPaper }) => kind === status && byTheRightPaper).length }
    }
    const isRight = ({ kind, said }: Outcome) => RIGHT[kind].includes(said)
    return {
      kind: 'draft', file, split, model: opened.model, papers: opened.papers, ...(opened.ingest === undefined ? {} : { ingest: opened.ingest }), words: [],
      said: Object.fromEntries(KINDS.map((kind) => [kind, count(kind)])) as DraftReport['said'],
      precision: { supported: precision('supported'), contradicted: precision('contradicted') },
      right: outcomes.filter(isRight).length,
      sentences: outcomes.length,
      misjudged: split === 'dev' ? outcomes.filter((one) => !isRight(one)).map(({ kind, said, text }) => `${kind}, called ${said}: ${text}`) : [],
    }
  } finally {
    await opened.close()
  }
}

function readCase(line: unknown, name: string): Case {
  const result = CaseSchema.safeParse(line)
  if (result.success) return result.data
  throw new FootnoteError('invalid_request', `${name} is no sentence of a draft; write {"split": "dev"|"test", "kind", "text", "title"?}.`, { cause: result.error })
}

/** A sentence too short to be judged is passed over by the desk, which is right where none is needed. */
function outcomeOf(one: Case, sentence: DraftSentence | undefined): Outcome {
  const said = sentence === undefined ? 'novel' : sentence.contradicted === true ? 'contradicted' : sentence.status
  return { ...one, said, byTheRightPaper: one.title !== undefined && sentence?.best?.paper.title.startsWith(one.title) === true }
}
