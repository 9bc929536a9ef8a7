/** Measures which sentences of a given abstract are chosen for a claim, against labelled ones, beside two baselines. */
import type { EvidenceWeights } from '../../src/answering/evidence/sentence-features.js'
import type { Embedder } from '../../src/embedding/embedder.js'
import { treeProbability } from '../../src/retrieval/boosted-trees.js'
import type { Rarity } from '../../src/retrieval/rarity.js'
import { evidenceFigures, examplesOf, readSciFactCases } from '../fitting/evidence.js'
import type { EvidenceFigures } from '../fitting/evidence.js'

export interface SentenceEvidenceFigures {
  /** Pairs of a claim and an abstract with labelled sentences. */
  readonly cases: number
  readonly chosen: EvidenceFigures
  /** The first three sentences of the abstract, and the three that hold most of the claim. */
  readonly firstThree: EvidenceFigures
  readonly mostCovered: EvidenceFigures
}

export interface SentenceEvidenceParts {
  readonly embedder: Embedder
  readonly rarity: Rarity
  readonly weights: EvidenceWeights
}

/** On SciFact's validation claims (Wadden et al. 2020), which nothing was fitted on; the abstract is given. */
export async function measureSentenceEvidence(folder: string, { embedder, rarity, weights }: SentenceEvidenceParts): Promise<SentenceEvidenceFigures> {
  const cases = await examplesOf(await readSciFactCases(folder, 'validation'), embedder, rarity)
  return {
    cases: cases.length,
    chosen: evidenceFigures(cases, ({ claim }, features) => treeProbability(claim ? weights.claims : weights.questions, features)),
    // Above every threshold: the baselines choose three whatever they hold.
    firstThree: evidenceFigures(cases, (_, { position }) => 2 - position),
    mostCovered: evidenceFigures(cases, (_, { coverage }) => 1 + coverage),
  }
}
