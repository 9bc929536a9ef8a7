/** Writes what was learned as `index/weights.json` holds it. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Weights } from '../../src/answering/evidence/weights.js'
import { PROGRAM_DIR } from '../../src/config.js'

export const WEIGHTS = join(PROGRAM_DIR, 'index/weights.json')

/** @param model the embedding model that the features were made by */
export async function writeWeights(path: string, model: string, weights: Weights): Promise<void> {
  await writeFile(path, print({ model, ...weights }))
}

/** Indented, with each tree on a line of its own. */
function print(weights: object): string {
  const trees: string[] = []
  const held = JSON.stringify(weights, (key, value: unknown) => (key === 'trees' ? (value as unknown[]).map((tree) => `@${trees.push(JSON.stringify(tree)) - 1}@`) : value), 2)
  return `${held.replace(/"@(\d+)@"/g, (_, place: string) => trees[Number(place)] as string)}\n`
}
