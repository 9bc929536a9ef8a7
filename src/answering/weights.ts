/** Reads what was learned about ranking, evidence and answerability, as `npm run fit` writes it. */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { FootnoteError } from '../errors.js'
import type { AnswerabilityWeights } from '../retrieval/answerability.js'
import type { RerankWeights } from '../retrieval/rerank.js'
import type { EvidenceWeights } from './sentence-features.js'

export interface Weights {
  readonly rerank: RerankWeights
  readonly evidence: EvidenceWeights
  readonly answerability: AnswerabilityWeights
}

const number = z.number()

const WeightsSchema: z.ZodType<Weights> = z.object({
  rerank: z.object({
    fused: number, dense: number, bestSentence: number, densePlace: number, telling: number, titleCoverage: number, windowCoverage: number,
    titleAsked: number, bigrams: number, proximity: number,
  }),
  evidence: z.object({
    bias: number, coverage: number, relativeCoverage: number, focus: number, relativeFocus: number, bigrams: number, similarity: number, relativeSimilarity: number,
    titleOverlap: number, position: number, isFirst: number, isLast: number, result: number, background: number,
    contribution: number, comparison: number, leans: number, length: number, figures: number, neighbours: number,
    figureAsked: number, figureNear: number, nameAsked: number, methodAsked: number, reasonAsked: number,
    definitionAsked: number, contributionAsked: number, comparisonAsked: number, yesNoResult: number, denial: number,
  }),
  answerability: z.object({
    bias: number, coverage: number, sentenceCoverage: number, coveredRarity: number, missingRarity: number, missingNames: number,
    similarity: number, sentenceSimilarity: number, margin: number, librarySize: number,
  }),
})

export async function readWeights(path: string): Promise<Weights> {
  try {
    return WeightsSchema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (cause) {
    throw new FootnoteError('internal', `The weights ${path} cannot be read; restore the file from the repository, or run \`npm run fit\`.`, { cause })
  }
}
