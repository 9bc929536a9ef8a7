/** Estimates how probable it is that a paper belongs in a list of those that a question asks for. */
import { shareOf } from '../../retrieval/answerability.js'
import { treeProbability } from '../../retrieval/boosted-trees.js'
import type { BoostedTrees } from '../../retrieval/boosted-trees.js'
import { paperTerms } from '../../retrieval/paper-terms.js'
import type { Rarity } from '../../retrieval/rarity.js'
import type { RankedPaper } from '../../retrieval/retrieval.js'
import type { Question } from '../question/question.js'
import { readStatement } from '../statements/statement.js'
import { CUES } from './cues.js'
import type { PaperEvidence } from './evidence.js'
import { nearCoverages, sharedBigrams } from './matching.js'

/** From this probability on a paper is a member: of the cut-offs the one of greatest F1 on lists that the trees have not seen. */
export const MEMBER = 0.4
/** Papers that may be wrongly in or out, in expectation: with fewer, how many there are is said as a fact. */
const DOUBTED = 0.4

export interface Members {
  /** The most probable first; where nothing is probable, the most probable alone. */
  readonly members: readonly PaperEvidence[]
  /** Whether there are as many, no more and no less, by expectation. */
  readonly isSure: boolean
}

/** `evidence` is of the papers, in their order. */
export function membersOf(question: Question, papers: readonly RankedPaper[], evidence: readonly PaperEvidence[], { rarity, trees }: { readonly rarity: Rarity; readonly trees: BoostedTrees }): Members {
  const judged = membershipFeatures(question, papers, evidence, rarity).map((features, i) => ({ paper: evidence[i] as PaperEvidence, probability: treeProbability(trees, features) }))
  const doubt = judged.reduce((sum, { probability }) => sum + Math.min(probability, 1 - probability), 0)
  const ranked = judged.filter(({ paper }) => paper.sentences.length > 0).sort((a, b) => b.probability - a.probability)
  const members = ranked.filter(({ probability }, i) => i === 0 || probability >= MEMBER)
  return { members: members.map(({ paper }) => paper), isSure: doubt < DOUBTED && members.length < papers.length }
}

/** What a paper has of the subject of a list. Shares weigh terms by rarity and lie in 0..1. */
export interface MembershipFeatures {
  /** Share in the title, near forms counting in part; see `nearCoverages`. */
  readonly titleNear: number
  /** In the best sentence; in the best that says what the paper does, not what others did; in title and abstract. */
  readonly sentenceNear: number
  readonly doingNear: number
  readonly abstractNear: number
  /** Of the exact terms, in the best sentence with the title. */
  readonly together: number
  /** Share of neighbouring terms that title or a sentence keeps in order. */
  readonly phrase: number
  /** Share of the sentences that hold at least half of the subject. */
  readonly spread: number
  /** Greatest rarity among the terms that the paper lacks, as a share of the subject's greatest. */
  readonly lacking: number
  /** Share of what the whole question says, by classes of meaning, that title or one sentence says. */
  readonly said: number
  readonly titleSaid: number
  readonly similarity: number
  readonly dense: number
  readonly relevance: number
  /** Probability of the best sentence to help. */
  readonly sentence: number
  /** The same as shares of what the best of the papers has. */
  readonly relativeTogether: number
  readonly relativeNear: number
  readonly relativeSimilarity: number
  readonly relativeSentence: number
  readonly relativeBm25: number
  /** Terms of the subject. */
  readonly asked: number
}

/** In the order of the papers; `evidence` is theirs. */
export function membershipFeatures(question: Question, papers: readonly RankedPaper[], evidence: readonly PaperEvidence[], rarity: Rarity): MembershipFeatures[] {
  const own = papers.map((ranked, i) => ownFeatures(question, ranked, evidence[i] as PaperEvidence, rarity))
  const greatest = (of: (one: (typeof own)[number]) => number) => Math.max(1e-9, ...own.map(of))
  const best = { together: greatest(({ together }) => together), near: greatest(({ sentenceNear }) => sentenceNear), similarity: greatest(({ similarity }) => similarity), sentence: greatest(({ sentence }) => sentence) }
  const bm25 = Math.max(1e-9, ...papers.map((ranked) => ranked.bm25))
  return own.map((one, i) => ({
    ...one,
    relativeTogether: one.together / best.together,
    relativeNear: one.sentenceNear / best.near,
    relativeSimilarity: one.similarity / best.similarity,
    relativeSentence: one.sentence / best.sentence,
    relativeBm25: (papers[i] as RankedPaper).bm25 / bm25,
  }))
}

type OwnFeatures = Omit<MembershipFeatures, 'relativeTogether' | 'relativeNear' | 'relativeSimilarity' | 'relativeSentence' | 'relativeBm25'>

function ownFeatures(question: Question, { paper, vectors, similarity, dense, relevance }: RankedPaper, { sentences: found }: PaperEvidence, rarity: Rarity): OwnFeatures {
  const { terms } = question
  const { title, sentences, all } = paperTerms(paper, vectors.spans)
  const texts = vectors.spans.map(({ start, end }) => paper.abstract.slice(start, end))
  const sets = sentences.map((sentence) => new Set(sentence))
  const near = nearCoverages(terms, { text: `${paper.title}. ${paper.abstract}`, sentences: [title, all, ...sets] }, rarity)
  const [titleNear = 0, abstractNear = 0, ...inSentences] = near
  const asked = readStatement(question.text).keys
  const said = (text: string) => {
    const { keys } = readStatement(text)
    return asked.size === 0 ? 0 : [...asked].filter((key) => keys.has(key)).length / asked.size
  }
  const rarities = terms.map(({ term }) => rarity(term))
  return {
    titleNear,
    sentenceNear: Math.max(0, ...inSentences),
    doingNear: Math.max(titleNear, ...inSentences.filter((_, i) => !CUES.background.test(texts[i] as string))),
    abstractNear,
    together: Math.max(0, ...sets.map((set) => shareOf(terms, new Set([...title, ...set]), rarity))),
    phrase: Math.max(sharedBigrams(terms, [...title]), ...sentences.map((sentence) => sharedBigrams(terms, sentence))),
    spread: inSentences.filter((share) => share >= 0.5).length / Math.max(1, inSentences.length),
    lacking: Math.max(0, ...terms.flatMap(({ term, joined }, i) => (all.has(term) || (joined !== undefined && all.has(joined)) ? [] : [rarities[i] as number]))) / Math.max(1e-9, ...rarities),
    said: Math.max(0, ...texts.map(said)),
    titleSaid: said(paper.title),
    similarity,
    dense,
    relevance,
    sentence: found[0]?.probability ?? 0,
    asked: terms.length,
  }
}
