/** Fits the order of the first candidates, on SciFact's training claims, on questions of ours and on self-made ones. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Embedder } from '../../src/embedding/embedder.js'
import { createIngest } from '../../src/ingest/ingest.js'
import { openLibrary } from '../../src/library/open.js'
import { titleKey } from '../../src/papers/identity.js'
import { selfQuestions } from '../../src/papers/self-questions.js'
import type { Rarity } from '../../src/retrieval/rarity.js'
import { rerankFeatures } from '../../src/retrieval/rerank-features.js'
import type { RerankWeights } from '../../src/retrieval/rerank.js'
import type { Retrieve } from '../../src/retrieval/retrieval.js'
import { cleanText } from '../../src/text/clean.js'
import { createRandom } from '../../src/text/random.js'
import { mean, ndcg } from '../evaluation/metrics.js'
import type { RawPaper } from './cases.js'
import { fitListwise } from './listwise.js'
import type { List } from './listwise.js'

/** A question with the titles of the papers that answer it. */
export interface RankingCase {
  readonly question: string
  readonly titles: readonly string[]
}

/** The candidates of a case; lists of one group share a judged paper, and stay on one side of every split. */
export interface RankingList extends List<keyof RerankWeights> {
  readonly group: string
  /** How many papers are relevant, found or not. */
  readonly relevant: number
}

export interface RerankParts {
  readonly embedder: Embedder
  readonly rarity: Rarity
  /** The product's retriever over a library, without reranking. */
  readonly retrieverOver: (library: Awaited<ReturnType<typeof openLibrary>>) => Retrieve
}

/** As many as the product reranks. */
const CANDIDATES = 30
const RIDGE = 5
/** Self-made questions are the papers' own words: they count less than people's. */
const SELF_MADE_WEIGHT = 0.4

/** SciFact in BEIR layout; only the training claims. */
export async function readSciFactRanking(folder: string): Promise<{ readonly papers: readonly RawPaper[]; readonly cases: readonly RankingCase[] }> {
  const lines = async (file: string) => (await readFile(join(folder, file), 'utf8')).split('\n').filter((line) => line.trim() !== '')
  const documents = (await lines('corpus.jsonl')).map((line) => JSON.parse(line) as { _id: string; title: string; text: string })
  const titles = new Map(documents.map(({ _id, title }) => [_id, title]))
  const questions = new Map((await lines('queries.jsonl')).map((line) => JSON.parse(line) as { _id: string; text: string }).map(({ _id, text }) => [String(_id), text]))
  const answers = new Map<string, string[]>()
  for (const line of (await lines('qrels/train.tsv')).slice(1)) {
    const [question = '', document = '', grade] = line.trim().split('\t')
    const title = titles.get(document)
    if (Number(grade) > 0 && title !== undefined) answers.set(question, [...(answers.get(question) ?? []), title])
  }
  return {
    papers: documents.map(({ title, text }) => ({ title, abstract: text })),
    cases: [...answers].map(([question, titles]) => ({ question: questions.get(question) as string, titles })),
  }
}

export function selfMadeCases(papers: readonly RawPaper[], seed: number): RankingCase[] {
  const random = createRandom(seed)
  return papers.flatMap((paper) => selfQuestions(paper, 1, random).map(({ text }) => ({ question: text, titles: [paper.title] })))
}

/** Puts the papers into a library of their own, asks it, and keeps what the reranker would see. */
export async function listsOf(papers: readonly RawPaper[], cases: readonly RankingCase[], { embedder, rarity, retrieverOver }: RerankParts): Promise<RankingList[]> {
  const folder = await mkdtemp(join(tmpdir(), 'footnote-fit-'))
  const library = await openLibrary({ dataDir: folder, model: embedder.model, log: { info() {}, warn() {} } })
  try {
    await createIngest({ library, embedder })(lines(papers), { format: 'jsonl' })
    const retrieve = retrieverOver(library)
    const lists: RankingList[] = []
    for (const { question, titles } of cases) {
      const relevant = new Set(titles.map((title) => titleKey(cleanText(title))))
      const candidates = (await retrieve(question, { limit: CANDIDATES })).papers
      const features = rerankFeatures(question, candidates, rarity)
      const rows = candidates.map(({ paper }, i) => ({ features: features[i] as RerankWeights, isRelevant: relevant.has(titleKey(paper.title)) }))
      lists.push({ rows, relevant: relevant.size, weight: 1, group: [...relevant][0] ?? '' })
    }
    return lists
  } finally {
    await library.close()
    await rm(folder, { recursive: true })
  }
}

/** The sets of lists by name, `selfMade` counting less. */
export type RankingSets = Readonly<Record<'claims' | 'questions' | 'selfMade', readonly RankingList[]>>

export function fitReranking({ claims, questions, selfMade }: RankingSets): RerankWeights {
  return fitListwise([...claims, ...questions, ...selfMade.map((list) => ({ ...list, weight: SELF_MADE_WEIGHT }))], RIDGE)
}

/** Mean nDCG@10 of each set in the order that the lists came in, and reranked by weights fitted on the other folds. */
export function crossValidate(sets: RankingSets, folds: number): string[] {
  const foldOf = ({ group }: RankingList) => [...group].reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) >>> 0, 7) % folds
  const pick = (keep: (fold: number) => boolean): RankingSets => ({
    claims: sets.claims.filter((list) => keep(foldOf(list))),
    questions: sets.questions.filter((list) => keep(foldOf(list))),
    selfMade: sets.selfMade.filter((list) => keep(foldOf(list))),
  })
  const models = Array.from({ length: folds }, (_, k) => fitReranking(pick((fold) => fold !== k)))
  return (Object.keys(sets) as (keyof RankingSets)[]).map((name) => {
    const before = mean(sets[name].map((list) => rankingQuality(list)))
    const after = mean(sets[name].map((list) => rankingQuality(list, models[foldOf(list)])))
    return `ranking of ${name} (${sets[name].length}): nDCG@10 ${(100 * before).toFixed(1)} fused, ${(100 * after).toFixed(1)} reranked (${folds}-fold)`
  })
}

/** nDCG@10 of a list in the order by weights; without them, in the order that it came in. */
function rankingQuality({ rows, relevant }: RankingList, weights?: RerankWeights): number {
  const value = ({ features }: (typeof rows)[number]) => (weights === undefined ? 0 : (Object.keys(weights) as (keyof RerankWeights)[]).reduce((sum, name) => sum + weights[name] * features[name], 0))
  const order = rows.map((row, place) => ({ place, value: value(row) })).sort((a, b) => b.value - a.value || a.place - b.place)
  const grades = new Map([...rows.flatMap(({ isRelevant }, place) => (isRelevant ? [[String(place), 1] as const] : []))])
  for (let missing = relevant - grades.size; missing > 0; missing--) grades.set(`not found ${missing}`, 1)
  return ndcg(order.map(({ place }) => String(place)), grades, 10)
}

async function* lines(papers: readonly RawPaper[]): AsyncGenerator<Uint8Array> {
  for (const { title, abstract } of papers) yield Buffer.from(`${JSON.stringify({ title, abstract })}\n`)
}
