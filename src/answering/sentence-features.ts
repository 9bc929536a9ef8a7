/** Measures how a sentence of an abstract bears on a question. */
import type { PaperVectors } from '../library/library.js'
import type { Paper, Span } from '../papers/paper.js'
import { isIn, shareOf } from '../retrieval/answerability.js'
import type { Rarity } from '../retrieval/rarity.js'
import { dot } from '../retrieval/vectors.js'
import { terms } from '../text/terms.js'
import type { Question } from './question.js'

export interface ReadSentence extends Span {
  readonly index: number
  readonly text: string
  readonly terms: readonly string[]
  readonly vector: Float32Array
  /** Begins with a word that stands for something said before. */
  readonly leans: boolean
}

export interface ReadPaper {
  readonly titleTerms: ReadonlySet<string>
  readonly sentences: readonly ReadSentence[]
}

const LEANS = /^(?:It|They|This|These|That|Those|Such|Its|Their|Here|Thereby|Thus|Hence|Therefore|The (?:latter|former|result(?:ing)?|proposed|approach|method|model|framework|system|algorithm))\b(?! (?:paper|work|study|article|review|report)\b)/

export function readSentences(paper: Paper, vectors: PaperVectors): ReadPaper {
  return {
    titleTerms: new Set(terms(paper.title)),
    sentences: vectors.sentences.map(({ start, end, vector }, index) => {
      const text = paper.abstract.slice(start, end)
      return { index, start, end, text, vector, terms: terms(text), leans: LEANS.test(text) }
    }),
  }
}

const RESULT = /\b(?:results?|show(?:s|ed|n|ing)?|demonstrat\w+|achiev\w+|improv\w+|outperform\w+|reduc\w+|increas\w+|decreas\w+|find|found|reveal\w*|observ\w+|conclu\w+|significant(?:ly)?|yield\w*|suggest\w*|indicat\w+|attain\w*|reach\w*|surpass\w*|experiments?|evaluation)\b/i
const BACKGROUND = /\b(?:recent(?:ly)?|has been|have been|existing|traditional(?:ly)?|conventional|despite|widely|typically|usually|commonly|remains?|challeng\w+|important|crucial|attention|popular|unlike previous|however)\b/i
const CONTRIBUTION = /\b(?:we (?:propose|present|introduce|develop|describe|study|investigate|show|design|study)|this (?:paper|work|study|article) (?:proposes|presents|introduces|develops|describes|investigates)|propos(?:e|ed|es)|introduc(?:e|es|ing)|novel|called|dubbed|named|termed)\b/i
const COMPARISON = /\b(?:than|compared|versus|outperform\w*|better|worse|higher|lower|more|less|faster|fewer|superior|comparable|while|whereas)\b/i
const REASON = /\b(?:because|due to|since|caus\w+|as a result|owing to|leads? to|stems? from|attribut\w+|therefore|thus|explain\w*|why)\b/i
const METHOD = /\b(?:by \w+ing|via|using|uses?|based on|through|leverag\w+|consists? of|employ\w*|combin\w+|algorithm|train(?:s|ed|ing)?|replac\w+|approximat\w+)\b/i
const DEFINITION = /\b(?:is an?|are|refers? to|defined as|stands? for|which (?:is|are)|a (?:new|novel|simple) |called|\([A-Z][\w-]+\))/
const NAME = /\b(?:[A-Z][\w-]*[A-Z0-9][\w-]*|[A-Z][a-z]+-?\d+)\b/g
const FIGURE = /\d+(?:[.,]\d+)*(?:\s?(?:%|×|x\b|percent|fold|times|ms|s\b|kB|MB|GB|mW|W\b|dB|K\b|M\b|B\b|points?|hours?|years?|days?|mg|kg|patients))?/g
const DENIAL = /\b(?:no|not|nor|neither|never|without|fail\w*|cannot|unable|lack\w*|little)\b/i

/** One number a feature; `0` where it does not apply. The weights have the same names. */
export interface EvidenceWeights {
  readonly bias: number
  /** Share of the question's rarity in the sentence; the title does not count. */
  readonly coverage: number
  /** The same as a share of the best covered sentence of the abstract. */
  readonly relativeCoverage: number
  /**
   * Share of the question in the sentence, each term weighed by its rarity and by how few sentences of this abstract
   * hold it: the name of the method stands everywhere and tells no sentence from another.
   */
  readonly focus: number
  readonly relativeFocus: number
  /** Share of the question's neighbouring pairs of terms that the sentence keeps in order. */
  readonly bigrams: number
  readonly similarity: number
  /** Cosine as a share of the way from the abstract's farthest to its nearest sentence. */
  readonly relativeSimilarity: number
  /** Share of the sentence's terms that stand in the title. */
  readonly titleOverlap: number
  /** 0 for the first sentence, 1 for the last. */
  readonly position: number
  readonly isFirst: number
  readonly isLast: number
  readonly result: number
  readonly background: number
  readonly contribution: number
  readonly comparison: number
  readonly leans: number
  /** ln(1 + words / 10). */
  readonly length: number
  readonly figures: number
  /** Coverage by the sentences before and after. */
  readonly neighbours: number
  /** A "how much" question meets a figure, and how near the question's words the figure stands. */
  readonly figureAsked: number
  readonly figureNear: number
  readonly nameAsked: number
  readonly methodAsked: number
  readonly reasonAsked: number
  readonly definitionAsked: number
  readonly contributionAsked: number
  readonly comparisonAsked: number
  readonly yesNoResult: number
  readonly denial: number
}

/** For each sentence its features; `bias` is 1. */
export function evidenceFeatures(question: Question, questionVector: Float32Array, paper: ReadPaper, rarity: Rarity): EvidenceWeights[] {
  const { kind } = question
  const sets = paper.sentences.map((sentence) => new Set(sentence.terms))
  const coverages = sets.map((set) => shareOf(question.terms, set, rarity))
  const focuses = focusOf(question, paper.titleTerms, sets, rarity)
  const sharpest = Math.max(...focuses, 1e-9)
  const similarities = paper.sentences.map(({ vector }) => dot(questionVector, vector))
  const best = Math.max(...coverages, 1e-9)
  const nearest = Math.max(...similarities)
  const farthest = Math.min(...similarities)
  const count = paper.sentences.length
  return paper.sentences.map((sentence, i) => {
    const { text } = sentence
    const figures = text.match(FIGURE)?.length ?? 0
    const flag = (condition: boolean) => (condition ? 1 : 0)
    const coverage = coverages[i] as number
    const result = flag(RESULT.test(text))
    const contribution = flag(CONTRIBUTION.test(text))
    const comparison = flag(COMPARISON.test(text))
    const similarity = similarities[i] as number
    return {
      bias: 1,
      coverage,
      relativeCoverage: coverage / best,
      focus: focuses[i] as number,
      relativeFocus: (focuses[i] as number) / sharpest,
      bigrams: sharedBigrams(question, sentence.terms),
      similarity,
      relativeSimilarity: nearest > farthest ? (similarity - farthest) / (nearest - farthest) : 1,
      titleOverlap: sentence.terms.filter((term) => paper.titleTerms.has(term)).length / Math.max(1, sentence.terms.length),
      position: count > 1 ? i / (count - 1) : 0,
      isFirst: flag(i === 0),
      isLast: flag(i === count - 1),
      result,
      background: flag(BACKGROUND.test(text)),
      contribution,
      comparison,
      leans: flag(sentence.leans),
      length: Math.log1p(text.split(' ').length / 10),
      figures: Math.log1p(figures),
      neighbours: Math.max(coverages[i - 1] ?? 0, coverages[i + 1] ?? 0),
      figureAsked: flag(kind === 'figure' && figures > 0),
      figureNear: kind === 'figure' ? figureNearness(question, text) : 0,
      nameAsked: flag((kind === 'name' || kind === 'list') && hasNewName(question, text)),
      methodAsked: flag(kind === 'method' && METHOD.test(text)),
      reasonAsked: flag(kind === 'reason' && REASON.test(text)),
      definitionAsked: flag(kind === 'definition' && DEFINITION.test(text)),
      contributionAsked: (kind === 'definition' || kind === 'method' || kind === 'list' || kind === 'open') ? contribution : 0,
      comparisonAsked: kind === 'comparison' ? comparison : 0,
      yesNoResult: kind === 'yes-no' || kind === 'comparison' || kind === 'open' ? result : 0,
      denial: flag(DENIAL.test(text) && !DENIAL.test(question.text)),
    }
  })
}

/** What a term that the title holds weighs: it says which paper is meant, hardly which sentence. */
const TITLE_TERM = 0.3

/** Share of the question that each sentence holds, terms that many sentences hold weighing little. */
function focusOf({ terms }: Question, title: ReadonlySet<string>, sentences: readonly ReadonlySet<string>[], rarity: Rarity): number[] {
  const weights = terms.map((term) => {
    const holding = sentences.filter((sentence) => isIn(sentence, term)).length
    return rarity(term.term) * Math.log(1 + sentences.length / Math.max(1, holding)) * (isIn(title, term) ? TITLE_TERM : 1)
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return sentences.map((sentence) => (total > 0 ? terms.reduce((sum, term, i) => sum + (isIn(sentence, term) ? (weights[i] as number) : 0), 0) / total : 0))
}

function sharedBigrams(question: Question, sentence: readonly string[]): number {
  if (question.terms.length < 2) return 0
  const pairs = new Set(sentence.slice(1).map((term, i) => `${sentence[i]} ${term}`))
  let shared = 0
  for (let i = 1; i < question.terms.length; i++) {
    if (pairs.has(`${question.terms[i - 1]?.term} ${question.terms[i]?.term}`)) shared++
  }
  return shared / (question.terms.length - 1)
}

/** 1 / (1 + words between a figure and the nearest word of the question / 4); 0 without either. */
function figureNearness(question: Question, text: string): number {
  const tokens = text.split(/\s+/)
  const places = tokens.flatMap((token, i) => (/\d/.test(token) ? [i] : []))
  const wanted = new Set(question.terms.flatMap(({ term, joined }) => (joined === undefined ? [term] : [term, joined])))
  let nearest = Infinity
  tokens.forEach((token, i) => {
    if (!terms(token).some((term) => wanted.has(term))) return
    for (const place of places) if (place !== i) nearest = Math.min(nearest, Math.abs(place - i))
  })
  return 1 / (1 + nearest / 4)
}

/** A name that the question does not hold already. */
function hasNewName(question: Question, text: string): boolean {
  const asked = question.text.toLowerCase()
  return (text.match(NAME) ?? []).some((name) => !asked.includes(name.toLowerCase()))
}
