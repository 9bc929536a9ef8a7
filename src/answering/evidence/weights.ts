/** Reads what was learned about ranking, evidence, answerability and the members of lists, as `npm run fit` writes it. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { FootnoteError } from '../../errors.js'
import { BoostedTreesSchema } from '../../retrieval/boosted-trees.js'
import type { BoostedTrees } from '../../retrieval/boosted-trees.js'
import type { RerankWeights } from '../../retrieval/rerank.js'
import type { EvidenceWeights } from './sentence-features.js'

export interface Weights {
  readonly rerank: RerankWeights
  readonly evidence: EvidenceWeights
  readonly answerability: BoostedTrees
  /** Whether a paper belongs in a list. */
  readonly membership: BoostedTrees
}

const number = z.number()

const WeightsSchema: z.ZodType<Weights> = z.object({
  rerank: z.object({
    fused: number, dense: number, bestSentence: number, densePlace: number, telling: number, nearly: number, titleCoverage: number, windowTelling: number,
    titleAsked: number, bigrams: number, proximity: number,
  }),
  evidence: z.object({ claims: BoostedTreesSchema, questions: BoostedTreesSchema }),
  answerability: BoostedTreesSchema,
  membership: BoostedTreesSchema,
})

export async function readWeights(path: string): Promise<Weights> {
  try {
    return WeightsSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    throw new FootnoteError('internal', `The weights ${path} cannot be read; restore the file from the repository, or run \`npm run fit\`.`, { cause })
  }
}
