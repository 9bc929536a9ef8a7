/** Measures related work by example: papers of one topic, the other half of an abstract, papers that are not wanted, reasons. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Paper } from '../../src/papers/paper.js'
import { sentences } from '../../src/papers/sentences.js'
import { PROGRAM_DIR } from '../../src/config.js'
import { readRarity } from '../../src/retrieval/rarity.js'
import { weighTerms } from '../../src/retrieval/related/seed.js'
import { createRandom } from '../../src/text/random.js'
import { terms } from '../../src/text/terms.js'
import { ndcg, recall } from './metrics.js'
import { openForEvaluation } from './opened.js'
import type { Opened, OpenOptions } from './opened.js'
import { byCategories, byTitlePhrase } from './same-topic.js'
import type { Example } from './same-topic.js'
import { estimate } from './summary.js'
import type { Estimate } from './summary.js'

export const RELATED_PARTS = ['lexical', 'dense', 'related'] as const
type PartName = (typeof RELATED_PARTS)[number]
type Figures = Readonly<Record<PartName, { readonly 'recall@10': Estimate; readonly 'nDCG@20': Estimate }>>

/** Of each rule, for both halves. */
const EXAMPLES = 600
const DEPTH = 50
/** Candidates by the leading dimensions, of which the whole vectors rank the first. */
const SEARCHED = 150
const HALVES = 2_000
const HALVES_ASKED = 300
const NEGATIVES = 100

export interface RelatedReport {
  readonly kind: 'related'
  readonly model: string
  readonly papers: number
  readonly ingest?: undefined
  readonly topics: Readonly<Record<'categories' | 'title phrase', { readonly examples: number; readonly figures: Figures }>>
  /** Share of halves whose other half comes first, by part. */
  readonly halves: { readonly asked: number; readonly among: number; readonly first: Readonly<Record<PartName, Estimate>> }
  /** Of the first ten of a seed, once a paper among the first five is not wanted. */
  readonly unwanted: {
    readonly asked: number
    /** Mean change of place of those that are nearer to the unwanted paper than to the seed, and of the others; up is negative. */
    readonly pulledDown: Estimate
    readonly others: Estimate
  }
  readonly quotes: { readonly pairs: number; readonly wrong: number }
  readonly words: readonly string[]
}

/** Weights were chosen on the examples of the half `dev`; any other split is the other half. */
export async function evaluateRelated(split: string, options: OpenOptions): Promise<RelatedReport> {
  const half = (examples: readonly Example[]) => examples.filter((_, i) => i % 2 === (split === 'dev' ? 0 : 1))
  const opened = await openForEvaluation(options)
  try {
    const papers = await allPapers(opened)
    const topics = { categories: half(byCategories(papers, EXAMPLES)), 'title phrase': half(byTitlePhrase(papers, EXAMPLES)) }
    return {
      kind: 'related', model: opened.model, papers: papers.length,
      topics: {
        categories: { examples: topics.categories.length, figures: await measureTopics(opened, topics.categories, 'by id') },
        'title phrase': { examples: topics['title phrase'].length, figures: await measureTopics(opened, topics['title phrase'], 'by text') },
      },
      halves: await measureHalves(papers, options.model),
      unwanted: await measureUnwanted(opened, createRandom(43).shuffled(papers).slice(0, NEGATIVES)),
      quotes: await countWrongQuotes(opened, createRandom(44).shuffled(papers).slice(0, NEGATIVES)),
      words: [],
    }
  } finally {
    await opened.close()
  }
}

async function allPapers({ footnote: { library } }: Opened): Promise<Paper[]> {
  const papers: Paper[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await library.list({ limit: 1_000, cursor })
    papers.push(...page.papers)
    cursor = page.nextCursor
  }
  return papers
}

/** Rankings of paper ids for a text, by BM25 over its rarest terms, by the cosine of the whole vector, and by the product, which may be given the paper itself. */
async function createRankings({ footnote: { library, embedder, related } }: Opened) {
  const rarity = await readRarity(join(PROGRAM_DIR, 'index/background/terms.tsv.gz'))
  const idsOf = async (handles: readonly number[]) => (await library.read(handles)).map((paper) => paper?.id ?? '')
  return async (text: string, id?: string): Promise<Record<PartName, string[]>> => {
    const [vector] = await embedder.embedPassages([text])
    const near = (await library.searchVectors(vector as Float32Array, { limit: SEARCHED })).map(({ handle }) => handle)
    const stored = await library.vectors(near)
    const dense = near.map((handle, i) => ({ handle, cosine: stored[i]?.compare(vector as Float32Array).paper ?? -1 })).sort((a, b) => b.cosine - a.cosine).slice(0, DEPTH)
    const lexical = await library.searchLexical(weighTerms(terms(text), rarity), { limit: DEPTH })
    return {
      lexical: await idsOf(lexical.map(({ handle }) => handle)),
      dense: await idsOf(dense.map(({ handle }) => handle)),
      related: (await related(id === undefined ? { text, limit: DEPTH } : { seeds: [id], limit: DEPTH })).results.map(({ paper }) => paper.id),
    }
  }
}

async function measureTopics(opened: Opened, examples: readonly Example[], asked: 'by id' | 'by text'): Promise<Figures> {
  const rank = await createRankings(opened)
  const ranked: { readonly rankings: Record<PartName, string[]>; readonly grades: Example['grades'] }[] = []
  for (const { id, text, grades } of examples) {
    const rankings = await rank(text, asked === 'by id' ? id : undefined)
    ranked.push({ grades, rankings: byPart((part) => rankings[part].filter((other) => other !== id)) })
  }
  return byPart((part) => ({
    'recall@10': estimate(ranked.map(({ rankings, grades }) => recall(rankings[part], grades, 10))),
    'nDCG@20': estimate(ranked.map(({ rankings, grades }) => ndcg(rankings[part], grades, 20))),
  }))
}

function byPart<Value>(valueOf: (part: PartName) => Value): Record<PartName, Value> {
  return Object.fromEntries(RELATED_PARTS.map((part) => [part, valueOf(part)])) as Record<PartName, Value>
}

/** A library of second halves under titles that say nothing, asked with the first halves. */
async function measureHalves(papers: readonly Paper[], model: string | undefined): Promise<RelatedReport['halves']> {
  const halved = createRandom(42).shuffled(papers).flatMap(({ abstract }) => {
    const all = sentences(abstract)
    const cut = all[Math.floor(all.length / 2)]?.start ?? 0
    return all.length < 4 ? [] : [{ first: abstract.slice(0, cut).trim(), second: abstract.slice(cut) }]
  }).slice(0, HALVES)
  const folder = await mkdtemp(join(tmpdir(), 'footnote-halves-'))
  try {
    const file = join(folder, 'halves.jsonl')
    await writeFile(file, halved.map(({ second }, i) => JSON.stringify({ title: `Second half ${i}`, abstract: second })).join('\n'))
    const opened = await openForEvaluation({ papers: [file], model })
    try {
      const rank = await createRankings(opened)
      const byText = new Map((await allPapers(opened)).map(({ abstract, id }) => [abstract, id]))
      const asked = halved.filter(({ second }) => byText.has(second)).slice(0, HALVES_ASKED)
      const rankings: Record<PartName, string[]>[] = []
      for (const { first } of asked) rankings.push(await rank(first))
      return { asked: asked.length, among: byText.size, first: byPart((part) => estimate(asked.map(({ second }, i) => (rankings[i]?.[part][0] === byText.get(second) ? 1 : 0)))) }
    } finally {
      await opened.close()
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** For each seed, the third of its neighbours is not wanted. */
async function measureUnwanted({ footnote: { related } }: Opened, seeds: readonly Paper[]): Promise<RelatedReport['unwanted']> {
  const changes: { readonly pulled: boolean; readonly change: number }[] = []
  for (const { id } of seeds) {
    const before = (await related({ seeds: [id], limit: 20 })).results.map(({ paper }) => paper.id)
    const unwanted = before[2]
    if (unwanted === undefined) continue
    const [ofSeed, ofUnwanted] = await Promise.all([id, unwanted].map(async (one) => (await related({ seeds: [one], limit: 100 })).results.map(({ paper }) => paper.id)))
    const after = (await related({ seeds: [id], not: [unwanted], limit: 100 })).results.map(({ paper }) => paper.id)
    const rest = before.filter((other) => other !== unwanted)
    for (const [place, other] of rest.slice(0, 10).entries()) {
      const inUnwanted = ofUnwanted?.indexOf(other) ?? -1
      const pulled = inUnwanted >= 0 && inUnwanted < (ofSeed?.indexOf(other) ?? 0)
      const now = after.indexOf(other)
      changes.push({ pulled, change: (now < 0 ? 100 : now) - place })
    }
  }
  return {
    asked: seeds.length,
    pulledDown: estimate(changes.filter(({ pulled }) => pulled).map(({ change }) => change)),
    others: estimate(changes.filter(({ pulled }) => !pulled).map(({ change }) => change)),
  }
}

async function countWrongQuotes({ footnote: { related } }: Opened, seeds: readonly Paper[]): Promise<RelatedReport['quotes']> {
  let [pairs, wrong] = [0, 0]
  for (const seed of seeds) {
    for (const { paper, why } of (await related({ seeds: [seed.id] })).results) {
      for (const { seedSentence, hitSentence } of why.pairs) {
        pairs++
        if (seed.abstract.slice(seedSentence.start, seedSentence.end) !== seedSentence.text || paper.abstract.slice(hitSentence.start, hitSentence.end) !== hitSentence.text) wrong++
      }
    }
  }
  return { pairs, wrong }
}
