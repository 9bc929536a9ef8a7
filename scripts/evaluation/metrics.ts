/** The measures of a ranking and of a decision, as the field defines them. */
import { createRandom } from '../../src/text/random.js'

/** Relevance grade of each relevant id; what is not listed is not relevant. */
export type Grades = ReadonlyMap<string, number>

/** Discounted cumulative gain of the first k over the best possible (Järvelin and Kekäläinen 2002; gain = grade, as trec_eval). */
export function ndcg(ranking: readonly string[], grades: Grades, k: number): number {
  const gain = (values: readonly number[]) => values.slice(0, k).reduce((sum, value, i) => sum + value / Math.log2(i + 2), 0)
  const ideal = gain([...grades.values()].sort((a, b) => b - a))
  return ideal === 0 ? 0 : gain(ranking.map((id) => grades.get(id) ?? 0)) / ideal
}

/** Share of the relevant that stand among the first k. */
export function recall(ranking: readonly string[], grades: Grades, k: number): number {
  const relevant = [...grades].filter(([, grade]) => grade > 0)
  const first = new Set(ranking.slice(0, k))
  return relevant.length === 0 ? 0 : relevant.filter(([id]) => first.has(id)).length / relevant.length
}

/** 1 / rank of the first relevant one; 0 if there is none. */
export function reciprocalRank(ranking: readonly string[], grades: Grades): number {
  const index = ranking.findIndex((id) => (grades.get(id) ?? 0) > 0)
  return index < 0 ? 0 : 1 / (index + 1)
}

/** Probability that a positive has the higher value than a negative, ties counting half (Hanley and McNeil 1982). */
export function auroc(positives: readonly number[], negatives: readonly number[]): number {
  const all = [...positives.map((value) => ({ value, positive: true })), ...negatives.map((value) => ({ value, positive: false }))].sort((a, b) => a.value - b.value)
  let rankSum = 0
  for (let i = 0; i < all.length; ) {
    let j = i
    while (j < all.length && all[j]?.value === all[i]?.value) j++
    const rank = (i + 1 + j) / 2
    for (let k = i; k < j; k++) if (all[k]?.positive === true) rankSum += rank
    i = j
  }
  const pairs = positives.length * negatives.length
  return pairs === 0 ? NaN : (rankSum - (positives.length * (positives.length + 1)) / 2) / pairs
}

/** One decision: how sure it was, and whether it turned out right. */
export interface Decision {
  readonly probability: number
  readonly right: boolean
}

/** Share that turned out wrong among the surest, for each share of the questions that is answered (El-Yaniv and Wiener 2010). */
export function riskAtCoverage(decisions: readonly Decision[], coverage: number): number {
  const surest = [...decisions].sort((a, b) => b.probability - a.probability).slice(0, Math.max(1, Math.round(coverage * decisions.length)))
  return surest.filter(({ right }) => !right).length / surest.length
}

/** Mean distance of probability and share right, over ten bins of equally many decisions (Naeini et al. 2015; bins as Nguyen and O'Connor 2015). */
export function calibrationError(decisions: readonly Decision[]): number {
  const sorted = [...decisions].sort((a, b) => a.probability - b.probability)
  const bins = Array.from({ length: 10 }, (_, i) => sorted.slice(Math.floor((i * sorted.length) / 10), Math.floor(((i + 1) * sorted.length) / 10))).filter((bin) => bin.length > 0)
  const gap = (bin: readonly Decision[]) => Math.abs(mean(bin.map(({ probability }) => probability)) - bin.filter(({ right }) => right).length / bin.length)
  return bins.reduce((sum, bin) => sum + (bin.length / sorted.length) * gap(bin), 0)
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? NaN : values.reduce((sum, value) => sum + value, 0) / values.length
}

export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN
}

/** The central 95 % of the means of 1,000 resamples (Efron 1979), from a fixed seed. */
export function bootstrapInterval(values: readonly number[]): readonly [number, number] {
  const random = createRandom(7)
  const means = Array.from({ length: 1000 }, () => mean(values.map(() => values[random.below(values.length)] as number))).sort((a, b) => a - b)
  return [means[25] ?? NaN, means[974] ?? NaN]
}
