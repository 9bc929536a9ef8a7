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
export function treeProbability({ features, base, trees }: BoostedTrees, values: object): number {
  const row = rowOf(features, values)
  return 1 / (1 + Math.exp(-trees.reduce<number>((sum, tree) => sum + leafOf(tree, row), base)))
}

export function leafOf(tree: Tree, row: readonly number[]): number {
  let at = tree
  while (typeof at !== 'number') at = (row[at[0]] as number) <= at[1] ? at[2] : at[3]
  return at
}
