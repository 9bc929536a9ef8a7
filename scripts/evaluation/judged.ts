/** Measures retrieval on a judged set in BEIR layout (Thakur et al. 2021): a corpus, queries, and graded relevance. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { FootnoteError } from '../../src/errors.js'
import { readRecord } from '../../src/ingest/record.js'
import type { RawRecord } from '../../src/ingest/reader.js'
import type { Library } from '../../src/library/library.js'
import { readJsonLines, readText } from './files.js'
import type { Grades } from './metrics.js'
import { openForEvaluation } from './opened.js'
import type { IngestFigures, OpenOptions } from './opened.js'
import { createRankByParts } from './parts.js'
import type { Ranked } from './parts.js'
import { measureParts, searchLatency, worth } from './summary.js'
import type { Case, Measure, PartFigures, SearchLatency } from './summary.js'

const MEASURED: readonly Measure[] = ['nDCG@10', 'recall@10', 'recall@100', 'MRR@100']

export interface JudgedReport {
  readonly kind: 'judged'
  readonly set: string
  readonly split: string
  readonly model: string
  readonly papers: number
  readonly queries: number
  /** Documents judged relevant that the library did not take (without title or text); they count as not found. */
  readonly relevantMissing: number
  readonly parts: PartFigures
  readonly latencyMs: SearchLatency
  readonly ingest?: IngestFigures
  readonly words: readonly string[]
}

export interface JudgedOptions extends Pick<OpenOptions, 'model' | 'dataDir'> {
  /** Folder with `corpus.jsonl`, `queries.jsonl` and `qrels/SPLIT.tsv`. */
  readonly set: string
  readonly split: string
}

/** Ingests the corpus into a temporary library and asks every query of the split. Fails with `invalid_request` when the set is not whole. */
export async function evaluateJudged({ set, split, model, dataDir }: JudgedOptions): Promise<JudgedReport> {
  const { queries, judgements } = await readQueries(set, split)
  const corpus = join(set, 'corpus.jsonl')
  const opened = await openForEvaluation({ papers: [corpus], model, dataDir })
  try {
    const ids = await paperIds(corpus, opened.footnote.library)
    const rank = createRankByParts(opened)
    const ranked: Ranked[] = []
    const cases: Case[] = []
    for (const { id, text } of queries) {
      const one = await rank(text)
      ranked.push(one)
      cases.push({ rankings: one.rankings, grades: gradesByPaper(judgements.get(id) as Grades, ids) })
    }
    return {
      kind: 'judged', set, split, model: opened.model, papers: opened.papers, queries: cases.length,
      relevantMissing: [...judgements.values()].flatMap((grades) => [...grades.keys()]).filter((id) => !ids.has(id)).length,
      parts: measureParts(cases, MEASURED),
      latencyMs: searchLatency(ranked),
      ...(opened.ingest === undefined ? {} : { ingest: opened.ingest }),
      words: worth(cases, 'nDCG@10'),
    }
  } finally {
    await opened.close()
  }
}

/** Queries with at least one relevant document, as trec_eval counts them. */
async function readQueries(set: string, split: string) {
  const [queriesPath, qrelsPath] = [join(set, 'queries.jsonl'), join(set, 'qrels', `${split}.tsv`)]
  for (const path of [join(set, 'corpus.jsonl'), queriesPath, qrelsPath]) {
    if (!existsSync(path)) throw new FootnoteError('invalid_request', `${set} is not a judged set in BEIR layout: ${path} is missing; it needs corpus.jsonl, queries.jsonl and qrels/${split}.tsv.`)
  }
  const judgements = readJudgements(await readText(qrelsPath))
  const all = (await readJsonLines(queriesPath)).map((query) => ({ id: String(query._id), text: String(query.text) }))
  const queries = all.filter(({ id }) => judgements.has(id))
  if (queries.length === 0) throw new FootnoteError('invalid_request', `No query of ${queriesPath} is judged in ${qrelsPath}; check that both belong to the same set.`)
  const asked = new Set(queries.map(({ id }) => id))
  return { queries, judgements: new Map([...judgements].filter(([id]) => asked.has(id))) }
}

/** Lines `query-id<TAB>corpus-id<TAB>score` under a header; what is judged 0 is not relevant. */
function readJudgements(tsv: string): Map<string, Map<string, number>> {
  const judgements = new Map<string, Map<string, number>>()
  for (const line of tsv.split(/\r?\n/).slice(1)) {
    const [query, document, grade] = line.split('\t')
    if (query === undefined || document === undefined || !(Number(grade) > 0)) continue
    judgements.set(query, (judgements.get(query) ?? new Map<string, number>()).set(document, Number(grade)))
  }
  return judgements
}

/** The paper that each document of the corpus became; documents that were merged became one. */
async function paperIds(corpus: string, library: Pick<Library, 'find'>): Promise<Map<string, string>> {
  const ids = new Map<string, string>()
  for (const [index, record] of (await readJsonLines(corpus)).entries()) {
    const keys = keysOf(record, index + 1)
    const paper = (await library.find(keys)).find((found) => found !== undefined)?.paper
    if (paper !== undefined) ids.set(String(record._id), paper.id)
  }
  return ids
}

/** None for a record that ingest refuses. */
function keysOf(record: RawRecord, line: number): readonly string[] {
  try {
    return readRecord(record, { line }).identity.keys
  } catch (error) {
    if (error instanceof FootnoteError) return []
    throw error
  }
}

function gradesByPaper(grades: Grades, ids: ReadonlyMap<string, string>): Grades {
  const byPaper = new Map<string, number>()
  for (const [document, grade] of grades) {
    const id = ids.get(document) ?? `missing:${document}`
    byPaper.set(id, Math.max(grade, byPaper.get(id) ?? 0))
  }
  return byPaper
}
