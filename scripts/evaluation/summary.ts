/** Sums up rankings over many questions: means with intervals, what each part is worth, and latencies. */
import { bootstrapInterval, mean, ndcg, quantile, recall, reciprocalRank } from './metrics.js'
import type { Grades } from './metrics.js'
import { PARTS } from './parts.js'
import type { Part, Ranked, Rankings, SearchTimes } from './parts.js'

/** A mean over questions with its bootstrap 95 % interval. */
export interface Estimate {
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** One question's rankings, and what would have been right. */
export interface Case {
  readonly rankings: Rankings
  readonly grades: Grades
}

export const MEASURES = {
  'nDCG@10': (ranking, grades) => ndcg(ranking, grades, 10),
  'recall@1': (ranking, grades) => recall(ranking, grades, 1),
  'recall@5': (ranking, grades) => recall(ranking, grades, 5),
  'recall@10': (ranking, grades) => recall(ranking, grades, 10),
  'recall@100': (ranking, grades) => recall(ranking, grades, 100),
  'MRR@100': (ranking, grades) => reciprocalRank(ranking.slice(0, 100), grades),
} satisfies Record<string, (ranking: readonly string[], grades: Grades) => number>
export type Measure = keyof typeof MEASURES

/** Estimates of some measures, by part. */
export type PartFigures = Readonly<Record<Part, Readonly<Partial<Record<Measure, Estimate>>>>>

export function estimate(values: readonly number[]): Estimate {
  const [low, high] = bootstrapInterval(values)
  return { mean: mean(values), low, high }
}

export function measureParts(cases: readonly Case[], measures: readonly Measure[]): PartFigures {
  const figures = (part: Part) => Object.fromEntries(measures.map((measure) => [measure, estimate(valuesOf(cases, part, measure))]))
  return Object.fromEntries(PARTS.map((part) => [part, figures(part)])) as unknown as PartFigures
}

/** How much better one part is than another on the same questions: a paired estimate, in the unit of the measure. */
export function difference(cases: readonly Case[], part: Part, than: Part, measure: Measure): Estimate {
  const base = valuesOf(cases, than, measure)
  return estimate(valuesOf(cases, part, measure).map((value, i) => value - (base[i] as number)))
}

function valuesOf(cases: readonly Case[], part: Part, measure: Measure): number[] {
  return cases.map(({ rankings, grades }) => MEASURES[measure](rankings[part], grades))
}

/** What the parts are called in sentences and tables. */
export const PART_NAMES: Readonly<Record<Part, string>> = {
  lexical: 'lexical',
  expanded: 'lexical + expansion',
  dense: 'dense',
  bestSentence: 'best sentence',
  fused: 'fused',
  reranked: 'reranked',
}

/** Sentences that say which part is worth what, by the paired differences of a measure. */
export function worth(cases: readonly Case[], measure: Measure): string[] {
  const compare = (part: Part, than: Part) => compareInWords(difference(cases, part, than, measure), PART_NAMES[part], PART_NAMES[than], measure)
  const single: readonly Part[] = PARTS.filter((part) => part !== 'fused' && part !== 'reranked')
  const best = single.reduce((first, part) => (mean(valuesOf(cases, part, measure)) > mean(valuesOf(cases, first, measure)) ? part : first))
  return [compare('expanded', 'lexical'), compare('bestSentence', 'dense'), compare('reranked', 'fused'), compare('reranked', 'lexical'), ...(best === 'lexical' ? [] : [`Of the parts alone, ${PART_NAMES[best]} has the highest mean. ${compare('reranked', best)}`])]
}

export function compareInWords({ mean, low, high }: Estimate, one: string, other: string, measure: string): string {
  const points = (value: number) => (100 * value).toFixed(1)
  const interval = `95 % interval ${points(low)} to ${points(high)}`
  if (mean === 0 && low === 0 && high === 0) return `${capital(one)} and ${other} do not differ in ${measure}.`
  if (low <= 0 && high >= 0) return `Between ${one} and ${other} there is no clear difference in ${measure} (${points(mean)} points, ${interval}).`
  return `${capital(one)} is better than ${other} by ${points(mean)} points of ${measure} (${interval}).`.replace(
    /is better than (.+) by -/,
    'is worse than $1 by ',
  )
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`
}

/** Median and 99th percentile, in milliseconds. */
export interface Latency {
  readonly p50: number
  readonly p99: number
}

export function latency(milliseconds: readonly number[]): Latency {
  return { p50: quantile(milliseconds, 0.5), p99: quantile(milliseconds, 0.99) }
}

export type SearchLatency = Readonly<Record<keyof SearchTimes, Latency>>

export function searchLatency(ranked: readonly Ranked[]): SearchLatency {
  const of = (name: keyof SearchTimes) => latency(ranked.map(({ times }) => times[name]))
  return { embedding: of('embedding'), lexical: of('lexical'), nearest: of('nearest'), search: of('search') }
}
