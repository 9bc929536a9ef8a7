/** Chooses the sentences of the retrieved papers that carry an answer. */
import { shareOf } from '../retrieval/answerability.js'
import type { Rarity } from '../retrieval/rarity.js'
import type { RankedPaper } from '../retrieval/retrieval.js'
import { terms } from '../text/terms.js'
import type { Quote } from './answer.js'
import type { Question } from './question.js'
import { evidenceFeatures, readSentences } from './sentence-features.js'
import type { EvidenceWeights, ReadSentence } from './sentence-features.js'

export interface Evidence extends Quote {
  /** Probability that the sentence helps to answer, from the weights fitted by `npm run fit`. */
  readonly probability: number
}

/** A paper with what it has to say on the question, best first. */
export interface PaperEvidence {
  readonly paper: RankedPaper['paper']
  readonly similarity: number
  /** Relevance of the paper to the question among those retrieved, 0..1. */
  readonly relevance: number
  /** Share of the question, by the rarity of its terms, that title and abstract hold. */
  readonly coverage: number
  /** Share that the title alone holds: the paper is about it, rather than mentions it. */
  readonly titleCoverage: number
  readonly sentences: readonly Evidence[]
}

/** Sentences of each paper, ranked; every paper with a sentence is kept, in the order it came. */
export function findEvidence(
  question: Question,
  questionVector: Float32Array,
  papers: readonly RankedPaper[],
  { rarity, weights }: { readonly rarity: Rarity; readonly weights: EvidenceWeights },
): PaperEvidence[] {
  return papers.map((ranked) => {
    const read = readSentences(ranked.paper, ranked.vectors)
    const features = evidenceFeatures(question, questionVector, read, rarity)
    const sentences = read.sentences
      .map((sentence, i) => ({
        ...quoteOf(ranked.paper.abstract, read.sentences, sentence),
        probability: logistic(features[i] as EvidenceWeights, weights),
      }))
      .sort((a, b) => b.probability - a.probability || a.start - b.start)
    const coverage = shareOf(question.terms, new Set(terms(`${ranked.paper.title}. ${ranked.paper.abstract}`)), rarity)
    return { paper: ranked.paper, similarity: ranked.similarity, relevance: ranked.relevance, coverage, titleCoverage: shareOf(question.terms, read.titleTerms, rarity), sentences }
  })
}

/** A sentence that leans on the one before ("It", "This approach") is quoted together with it. */
function quoteOf(abstract: string, all: readonly ReadSentence[], sentence: ReadSentence): Quote {
  const before = all[sentence.index - 1]
  const start = sentence.leans && before !== undefined && !before.leans ? before.start : sentence.start
  return { text: abstract.slice(start, sentence.end), start, end: sentence.end }
}

function logistic(features: EvidenceWeights, weights: EvidenceWeights): number {
  let logit = weights.bias
  for (const name of Object.keys(weights) as (keyof EvidenceWeights)[]) {
    if (name !== 'bias') logit += weights[name] * features[name]
  }
  return 1 / (1 + Math.exp(-logit))
}
