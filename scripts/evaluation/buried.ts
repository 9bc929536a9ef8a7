/** Measures how well known papers are found among many others, by vague descriptions and by factual questions. */
import { z } from 'zod'
import { FootnoteError } from '../../src/errors.js'
import { titleKey } from '../../src/papers/identity.js'
import { cleanText } from '../../src/text/clean.js'
import { readJsonLines } from './files.js'
import { openForEvaluation } from './opened.js'
import type { IngestFigures, Opened, OpenOptions } from './opened.js'
import { createRankByParts } from './parts.js'
import type { Ranked } from './parts.js'
import { measureParts, searchLatency, worth } from './summary.js'
import type { Case, Measure, PartFigures, SearchLatency } from './summary.js'

const MEASURED: readonly Measure[] = ['recall@1', 'recall@10', 'MRR@100']

const BuriedSchema = z.object({
  title: z.string().min(1),
  /** What someone remembers of it, in other words than the paper's. */
  description: z.string().min(1).optional(),
  /** A question that it answers. */
  factual: z.string().min(1).optional(),
})
type Buried = Readonly<z.infer<typeof BuriedSchema>>

export interface BuriedReport {
  readonly kind: 'buried'
  readonly file: string
  readonly model: string
  readonly papers: number
  readonly questions: { readonly description: number; readonly factual: number }
  readonly description?: PartFigures
  readonly factual?: PartFigures
  /** Titles that the library does not hold; their questions are left out. */
  readonly missing: readonly string[]
  readonly latencyMs: SearchLatency
  readonly ingest?: IngestFigures
  readonly words: readonly string[]
}

/** Fails with `invalid_request` when a line of the file is wrong, or none of its papers is in the library. */
export async function evaluateBuried(file: string, options: OpenOptions): Promise<BuriedReport> {
  const buried = await readBuried(file)
  const opened = await openForEvaluation(options)
  try {
    const found = await opened.footnote.library.find(buried.map(({ title }) => titleKey(cleanText(title))))
    const present = buried.flatMap((item, i) => (found[i] === undefined ? [] : { ...item, id: found[i].paper.id }))
    if (present.length === 0) throw new FootnoteError('invalid_request', `None of the papers of ${file} is in the library; name the files that hold them with --papers.`)
    const description = await rankAll(opened, present.map(({ description, id }) => ({ text: description, id })))
    const factual = await rankAll(opened, present.map(({ factual, id }) => ({ text: factual, id })))
    const figures = ({ cases }: RankedAll) => measureParts(cases, MEASURED)
    return {
      kind: 'buried', file, model: opened.model, papers: opened.papers,
      questions: { description: description.cases.length, factual: factual.cases.length },
      ...(description.cases.length === 0 ? {} : { description: figures(description) }),
      ...(factual.cases.length === 0 ? {} : { factual: figures(factual) }),
      missing: buried.filter((_, i) => found[i] === undefined).map(({ title }) => title),
      latencyMs: searchLatency([...description.ranked, ...factual.ranked]),
      ...(opened.ingest === undefined ? {} : { ingest: opened.ingest }),
      words: [...inWords('Descriptions', description, 'recall@10'), ...inWords('Factual questions', factual, 'recall@1')],
    }
  } finally {
    await opened.close()
  }
}

async function readBuried(file: string): Promise<Buried[]> {
  return (await readJsonLines(file)).map((record, i) => {
    const parsed = BuriedSchema.safeParse(record)
    if (parsed.success) return parsed.data
    throw new FootnoteError('invalid_request', `Line ${i + 1} of ${file} is not valid; write {"title", "description", "factual"}, all of them texts.`)
  })
}

interface RankedAll {
  readonly ranked: readonly Ranked[]
  readonly cases: readonly Case[]
}

async function rankAll(opened: Opened, items: readonly { readonly text: string | undefined; readonly id: string }[]): Promise<RankedAll> {
  const rank = createRankByParts(opened)
  const ranked: Ranked[] = []
  const cases: Case[] = []
  for (const { text, id } of items) {
    if (text === undefined) continue
    const one = await rank(text)
    ranked.push(one)
    cases.push({ rankings: one.rankings, grades: new Map([[id, 1]]) })
  }
  return { ranked, cases }
}

function inWords(name: string, { cases }: RankedAll, measure: Measure): string[] {
  return cases.length === 0 ? [] : worth(cases, measure).map((sentence) => `${name}: ${sentence}`)
}
