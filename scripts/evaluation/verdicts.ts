/** Counts how often a yes-or-no question is answered by a yes or a no, and how often that is the right one. */
import { z } from 'zod'
import { FootnoteError } from '../../src/errors.js'
import { createAskWhole } from './answers.js'
import { readJsonLines } from './files.js'
import { openForEvaluation } from './opened.js'
import type { IngestFigures, OpenOptions } from './opened.js'

/** `null`: the abstracts do not decide it, and neither a yes nor a no is right. */
const VerdictQuestionSchema = z.strictObject({ question: z.string().min(1), verdict: z.enum(['yes', 'no']).nullable() })

export interface VerdictReport {
  readonly kind: 'verdicts'
  readonly file: string
  readonly model: string
  readonly papers: number
  /** Questions that the abstracts decide, with those of them that are led by the right word, by the wrong one, and by none. */
  readonly decided: { readonly questions: number; readonly right: number; readonly wrong: number; readonly silent: number }
  /** Questions that they do not decide, with those of them that are led by a yes or a no. */
  readonly undecided: { readonly questions: number; readonly wrong: number }
  /** What was answered wrongly. */
  readonly misjudged: readonly string[]
  readonly ingest?: IngestFigures
  readonly words: readonly string[]
}

/** Fails with `invalid_request` when a line is no such question. */
export async function evaluateVerdicts(file: string, options: OpenOptions): Promise<VerdictReport> {
  const questions = (await readJsonLines(file)).map((line, i) => readVerdictQuestion(line, `Line ${i + 1} of ${file}`))
  const opened = await openForEvaluation(options)
  try {
    const ask = createAskWhole(opened.footnote)
    const outcomes = []
    for (const { question, verdict } of questions) outcomes.push({ question, verdict, said: verdictSaid((await ask(question)).answer.answer) })
    const decided = outcomes.filter(({ verdict }) => verdict !== null)
    const undecided = outcomes.filter(({ verdict }) => verdict === null)
    const misjudged = outcomes.filter(({ verdict, said }) => said !== undefined && said !== verdict)
    const { model, papers, ingest } = opened
    return {
      kind: 'verdicts',
      file,
      model,
      papers,
      decided: {
        questions: decided.length,
        right: decided.filter(({ verdict, said }) => said === verdict).length,
        wrong: decided.filter((one) => misjudged.includes(one)).length,
        silent: decided.filter(({ said }) => said === undefined).length,
      },
      undecided: { questions: undecided.length, wrong: undecided.filter((one) => misjudged.includes(one)).length },
      misjudged: misjudged.map(({ question, said }) => `${question} → ${said as string}`),
      ...(ingest === undefined ? {} : { ingest }),
      words: [],
    }
  } finally {
    await opened.close()
  }
}

function readVerdictQuestion(line: unknown, name: string) {
  const result = VerdictQuestionSchema.safeParse(line)
  if (result.success) return result.data
  throw new FootnoteError('invalid_request', `${name} is no yes-or-no question; write {"question", "verdict": "yes"|"no"|null}.`, { cause: result.error })
}

/** As the extractive writer says it. */
function verdictSaid(answer: string): string | undefined {
  return /^(Yes|No), according to /.exec(answer)?.[1]?.toLowerCase()
}
