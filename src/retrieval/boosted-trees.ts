/** Reads and applies a sum of small decision trees, as `npm run fit` grows them. */
import { z } from 'zod'

/** A value, or a question to one feature: at most the threshold goes left, more goes right. */
export type Tree = number | readonly [feature: number, threshold: number, left: Tree, right: Tree]

/** Gradient-boosted trees for a yes or no (Friedman 2001): the log-odds are the base and what each tree adds. */
export interface BoostedTrees {
  /** Names of the features, in the order by which the trees know them. */
  readonly features: readonly string[]
  readonly base: number
  readonly trees: readonly Tree[]
}

const TreeSchema: z.ZodType<Tree> = z.union([z.number(), z.tuple([z.int(), z.number(), z.lazy(() => TreeSchema), z.lazy(() => TreeSchema)])])

export const BoostedTreesSchema: z.ZodType<BoostedTrees> = z.object({ features: z.array(z.string()), base: z.number(), trees: z.array(TreeSchema) })

/** Decimals that features keep: trees that are grown on more split on noise. */
const DECIMALS = 1e5

/** The features of one case in the order of their names; a feature that it lacks is 0. */
export function rowOf(features: readonly string[], values: object): number[] {
  const byName = values as Readonly<Record<string, number | undefined>>
  return features.map((name) => Math.round((byName[name] ?? 0) * DECIMALS) / DECIMALS)
}

/** Probability by the trees, 0..1. */
export function treeProbability(trees: BoostedTrees, values: object): number {
  return treeProbabilities(trees, [values])[0] as number
}

/** The same of many cases: each tree is walked for all of them while it lies in the processor's cache. */
export function treeProbabilities(trees: BoostedTrees, cases: readonly object[]): number[] {
  const rows = cases.map((values) => Float64Array.from(rowOf(trees.features, values)))
  return Array.from(addLeaves(flat(trees), rows, trees.base), (logOdds) => 1 / (1 + Math.exp(-logOdds)))
}

/** All trees in arrays, node by node: walking nested ones misses the processor's cache at every step. */
interface FlatTrees {
  readonly roots: Int32Array
  /** Of a leaf -1. */
  readonly features: Int16Array
  /** Of a leaf its value. */
  readonly thresholds: Float64Array
  /** The node to go to where the feature is more than the threshold; the other one follows its parent. */
  readonly right: Int32Array
}

const flattened = new WeakMap<BoostedTrees, FlatTrees>()

function flat(boosted: BoostedTrees): FlatTrees {
  const known = flattened.get(boosted)
  if (known !== undefined) return known
  const nodes: { feature: number; threshold: number; right: number }[] = []
  const add = (tree: Tree): number => {
    const at = nodes.length
    if (typeof tree === 'number') nodes.push({ feature: -1, threshold: tree, right: at })
    else {
      const node = { feature: tree[0], threshold: tree[1], right: at }
      nodes.push(node)
      add(tree[2])
      node.right = add(tree[3])
    }
    return at
  }
  const made = {
    roots: Int32Array.from(boosted.trees, add),
    features: Int16Array.from(nodes, ({ feature }) => feature),
    thresholds: Float64Array.from(nodes, ({ threshold }) => threshold),
    right: Int32Array.from(nodes, ({ right }) => right),
  }
  flattened.set(boosted, made)
  return made
}

function addLeaves({ roots, features, thresholds, right }: FlatTrees, rows: readonly Float64Array[], base: number): Float64Array {
  const sums = new Float64Array(rows.length).fill(base)
  for (let tree = 0; tree < roots.length; tree++) {
    const root = roots[tree] as number
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as Float64Array
      let at = root
      for (let feature = features[at] as number; feature >= 0; feature = features[at] as number) {
        at = (row[feature] as number) <= (thresholds[at] as number) ? at + 1 : (right[at] as number)
      }
      sums[i] = (sums[i] as number) + (thresholds[at] as number)
    }
  }
  return sums
}
