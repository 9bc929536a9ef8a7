/** Chooses the sentences of the retrieved papers that carry an answer. */
import { shareOf } from '../../retrieval/answerability.js'
import { treeProbabilities } from '../../retrieval/boosted-trees.js'
import type { Rarity } from '../../retrieval/rarity.js'
import type { RankedPaper } from '../../retrieval/retrieval.js'
import type { Quote } from '../answer.js'
import type { Question } from '../question/question.js'
import { readSentences } from './read-paper.js'
import type { ReadPaper, ReadSentence } from './read-paper.js'
import { sentenceFeatures } from './sentence-features.js'
import type { EvidenceWeights } from './sentence-features.js'

export interface Evidence extends Quote {
  /** Probability that the sentence helps to answer, from the trees grown by `npm run fit`. */
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
  const trees = isClaim(question) ? weights.claims : weights.questions
  const reads = papers.map(({ paper, vectors }) => readSentences(paper, vectors))
  const probabilities = treeProbabilities(trees, reads.flatMap((read) => sentenceFeatures(question, questionVector, read, rarity)))
  let first = 0
  return papers.map((ranked, at) => {
    const read = reads[at] as ReadPaper
    const own = probabilities.slice(first, (first += read.sentences.length))
    const sentences = read.sentences
      .map((sentence, i) => ({ ...quoteOf(ranked.paper.abstract, read.sentences, sentence), probability: own[i] as number }))
      .filter(({ text }) => !NOTICE.test(text))
      .sort((a, b) => b.probability - a.probability || a.start - b.start)
    return {
      paper: ranked.paper,
      similarity: ranked.similarity,
      relevance: ranked.relevance,
      coverage: shareOf(question.terms, read.allTerms, rarity),
      titleCoverage: shareOf(question.terms, read.titleTerms, rarity),
      sentences,
    }
  })
}

/** Whose the words are, not what they say. */
const NOTICE = /^(?:©|\(c\) ?\d{4}|copyright\b|all rights reserved\b)/i

/** How far back the sentence may stand that another one leans on. */
const LEANING_REACH = 2

/** A sentence that leans on those before ("It", "Moreover, these …") is quoted together with them, back to one that stands alone. */
function quoteOf(abstract: string, all: readonly ReadSentence[], sentence: ReadSentence): Quote {
  const before = all.slice(Math.max(0, sentence.index - LEANING_REACH), sentence.index)
  const start = (sentence.refersBack ? before.findLast(({ refersBack }) => !refersBack) : undefined)?.start ?? sentence.start
  return { text: abstract.slice(start, sentence.end), start, end: sentence.end }
}

const STATES = / (?:is|are|was|were|has|have|had|can|may|will|(?:reduce|increase|decrease|improve|promote|inhibit|impair|cause|lead|induce|prevent|enhance|affect|regulate|activate|suppress|outperform|lower|raise|contribute|protect|require|bind|interact)[sd]?) /i

/** "Aspirin lowers the risk." is held against the abstract; all else asks it, a row of keywords too. */
export function isClaim({ kind, text }: Pick<Question, 'kind' | 'text'>): boolean {
  return kind === 'open' && (/[.!]\s*$/.test(text) || STATES.test(text))
}
