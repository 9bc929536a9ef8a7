/** Grows gradient-boosted trees: the same from the same examples, on every machine. */
import { rowOf } from '../../src/retrieval/boosted-trees.js'
import type { BoostedTrees, Tree } from '../../src/retrieval/boosted-trees.js'
import { createRandom } from '../../src/text/random.js'

export interface Example<Name extends string> {
  readonly features: Readonly<Record<Name, number>>
  readonly label: 0 | 1
  /** How much the example counts; 1 unless told. */
  readonly weight?: number
}

export interface GrowOptions {
  readonly trees?: number
  /** Questions from the root to a leaf. */
  readonly depth?: number
  /** Share of each tree's answer that counts. */
  readonly rate?: number
  /** Whole sets of trees, grown on different samples, whose answers are averaged. */
  readonly runs?: number
}

/** Share of the examples, and of the features, that each tree sees (Friedman 2002). */
const EXAMPLES_SEEN = 0.8
const FEATURES_SEEN = 0.4
/** Thresholds tried for each feature. */
const CUTS = 48
/** Ridge on the leaves, and the least curvature (p (1 − p), summed) on either side of a split. */
const RIDGE = 3
const LEAST_CURVATURE = 3

interface Grown {
  readonly rows: readonly (readonly number[])[]
  /** For each feature the thresholds, ascending. */
  readonly cuts: readonly (readonly number[])[]
  /** For each feature and example how many thresholds its value exceeds. */
  readonly bins: readonly Uint8Array[]
  readonly gradient: Float64Array
  readonly curvature: Float64Array
  readonly rate: number
}

/** By the second-order rule of Chen and Guestrin 2016, equations 5 to 7, over binned features. */
export function growTrees<Name extends string>(examples: readonly Example<Name>[], { trees = 200, depth = 3, rate = 0.06, runs = 3 }: GrowOptions = {}): BoostedTrees {
  const features = Object.keys(examples[0]?.features ?? {})
  const rows = examples.map((example) => rowOf(features, example.features))
  const cuts = features.map((_, feature) => cutsOf(rows.map((row) => row[feature] as number)))
  const bins = cuts.map((ofFeature, feature) => Uint8Array.from(rows, (row) => binOf(ofFeature, row[feature] as number)))
  const base = rounded(logOdds(examples))
  const grown: Grown = { rows, cuts, bins, gradient: new Float64Array(rows.length), curvature: new Float64Array(rows.length), rate }
  const sets = Array.from({ length: runs }, (_, run) => growSet(grown, examples, { base, trees, depth, seed: run + 1 }))
  return { features, base, trees: sets.flat().map((tree) => scaled(tree, 1 / runs)) }
}

function growSet<Name extends string>(grown: Grown, examples: readonly Example<Name>[], { base, trees, depth, seed }: { base: number; trees: number; depth: number; seed: number }): Tree[] {
  const random = createRandom(seed)
  const some = (count: number, share: number) => Int32Array.from({ length: count }, (_, i) => i).filter(() => random.below(1000) < share * 1000)
  const logits = examples.map(() => base)
  return Array.from({ length: trees }, () => {
    examples.forEach(({ label, weight = 1 }, i) => {
      const probability = sigmoid(logits[i] as number)
      grown.gradient[i] = (label - probability) * weight
      grown.curvature[i] = probability * (1 - probability) * weight
    })
    const tree = grow(grown, some(examples.length, EXAMPLES_SEEN), some(grown.cuts.length, FEATURES_SEEN), depth)
    grown.rows.forEach((row, i) => (logits[i] = (logits[i] as number) + leafOf(tree, row)))
    return tree
  })
}

function leafOf(tree: Tree, row: readonly number[]): number {
  let at = tree
  while (typeof at !== 'number') at = (row[at[0]] as number) <= at[1] ? at[2] : at[3]
  return at
}

function logOdds(examples: readonly Example<string>[]): number {
  const weigh = (list: readonly Example<string>[]) => list.reduce((sum, { weight = 1 }) => sum + weight, 0)
  const positive = weigh(examples.filter(({ label }) => label === 1))
  return Math.log(positive / (weigh(examples) - positive))
}

function scaled(tree: Tree, factor: number): Tree {
  return typeof tree === 'number' ? rounded(tree * factor) : [tree[0], tree[1], scaled(tree[2], factor), scaled(tree[3], factor)]
}

function grow(grown: Grown, members: Int32Array, features: Int32Array, depth: number): Tree {
  const total = sums(grown, members)
  const split = depth === 0 ? undefined : bestSplit(grown, { members, features, total })
  if (split === undefined) return rounded((grown.rate * total.gradient) / (total.curvature + RIDGE))
  const { feature, bin } = split
  const bins = grown.bins[feature] as Uint8Array
  const isLeft = (example: number) => (bins[example] as number) <= bin
  const side = (left: boolean) => grow(grown, members.filter((example) => isLeft(example) === left), features, depth - 1)
  return [feature, grown.cuts[feature]?.[bin] as number, side(true), side(false)]
}

interface Sums {
  readonly gradient: number
  readonly curvature: number
}

function sums({ gradient, curvature }: Grown, members: Int32Array): Sums {
  const total = { gradient: 0, curvature: 0 }
  for (const i of members) {
    total.gradient += gradient[i] as number
    total.curvature += curvature[i] as number
  }
  return total
}

interface Node {
  readonly members: Int32Array
  readonly features: Int32Array
  readonly total: Sums
}

/** The split that lowers the loss most; undefined if none does. */
function bestSplit(grown: Grown, { members, features, total }: Node): { readonly feature: number; readonly bin: number } | undefined {
  const worth = (gradient: number, curvature: number) => (gradient * gradient) / (curvature + RIDGE)
  let best: { feature: number; bin: number } | undefined
  let most = worth(total.gradient, total.curvature) + 1e-6
  for (const feature of features) {
    const count = (grown.cuts[feature]?.length ?? 0) + 1
    const gradients = new Float64Array(count)
    const curvatures = new Float64Array(count)
    addUp(grown, { bins: grown.bins[feature] as Uint8Array, members, gradients, curvatures })
    let gradient = 0
    let curvature = 0
    for (let bin = 0; bin < count - 1; bin++) {
      gradient += gradients[bin] as number
      curvature += curvatures[bin] as number
      const right = total.curvature - curvature
      if (curvature < LEAST_CURVATURE || right < LEAST_CURVATURE) continue
      const value = worth(gradient, curvature) + worth(total.gradient - gradient, right)
      if (value <= most) continue
      most = value
      best = { feature, bin }
    }
  }
  return best
}

interface Columns {
  readonly bins: Uint8Array
  readonly members: Int32Array
  readonly gradients: Float64Array
  readonly curvatures: Float64Array
}

/** Column by column, in plain arrays: nearly all the time goes here. */
function addUp({ gradient, curvature }: Grown, { bins, members, gradients, curvatures }: Columns): void {
  for (let i = 0; i < members.length; i++) {
    const example = members[i] as number
    const bin = bins[example] as number
    gradients[bin] = (gradients[bin] as number) + (gradient[example] as number)
    curvatures[bin] = (curvatures[bin] as number) + (curvature[example] as number)
  }
}

/** Between neighbouring values if they are few, else at quantiles. */
function cutsOf(values: readonly number[]): number[] {
  const distinct = [...new Set(values)].sort((a, b) => a - b)
  if (distinct.length <= CUTS) return distinct.slice(1).map((value, i) => rounded((value + (distinct[i] as number)) / 2))
  const sorted = [...values].sort((a, b) => a - b)
  const quantiles = Array.from({ length: CUTS - 1 }, (_, i) => rounded(sorted[Math.floor(((i + 1) * sorted.length) / CUTS)] as number))
  return [...new Set(quantiles)]
}

function binOf(cuts: readonly number[], value: number): number {
  let low = 0
  let high = cuts.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (value > (cuts[middle] as number)) low = middle + 1
    else high = middle
  }
  return low
}

function rounded(value: number): number {
  return Math.round(value * 1e5) / 1e5
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}
