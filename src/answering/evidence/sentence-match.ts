/** Measures how much of a question a sentence has. */
import { shareOf } from '../../retrieval/answerability.js'
import type { Rarity } from '../../retrieval/rarity.js'
import type { Term } from '../../text/terms.js'
import type { Question } from '../question/question.js'
import { readStatement } from '../statements/statement.js'
import { focusOf, gramCoverages, logPlaces, nearCoverages, sharedBigrams } from './matching.js'
import type { ReadPaper } from './read-paper.js'

/** What one sentence has of the question. `0` where a measure does not apply. */
export interface Match {
  /** Share of the question's rarity in the sentence; the title does not count. */
  readonly coverage: number
  /** The same as a share of the best covered sentence of the abstract. */
  readonly relativeCoverage: number
  /** Share with other forms and near stems counted in; see `nearCoverages`. */
  readonly nearCoverage: number
  readonly relativeNearCoverage: number
  readonly nearCoveragePlace: number
  /** By the sentences before and after. */
  readonly coverageBefore: number
  readonly coverageAfter: number
  /**
   * Share of the question in the sentence, each term weighed by its rarity and by how few sentences of this abstract
   * hold it: the name of the method stands everywhere and tells no sentence from another.
   */
  readonly focus: number
  readonly relativeFocus: number
  /** Share of the question's runs of four letters. */
  readonly grams: number
  readonly relativeGrams: number
  readonly gramPlace: number
  /** Share of the question's neighbouring pairs of terms that the sentence keeps in order. */
  readonly bigrams: number
  /** Share of the question, by rarity, in this sentence and the one before, and in this and the next. */
  readonly coverageWithBefore: number
  readonly coverageWithAfter: number
  /** Share of the sentence's rarity that is the question's. */
  readonly precision: number
  readonly focusPlace: number
  /** Share of what the question says, by classes of meaning, that the sentence says; see `readStatement`. */
  readonly said: number
  readonly relativeSaid: number
  readonly saidPlace: number
  readonly similarity: number
  /** Cosine as a share of the way from the abstract's farthest to its nearest sentence, and in standard deviations. */
  readonly relativeSimilarity: number
  readonly similarityDeviation: number
  readonly similarityPlace: number
  readonly similarityBefore: number
  readonly similarityAfter: number
}

/** In the order of the sentences. */
export function matchesOf(question: Question, questionVector: Float32Array, { title, titleTerms, sentences, vectors }: ReadPaper, rarity: Rarity): Match[] {
  const sets = sentences.map((sentence) => new Set(sentence.terms))
  const texts = sentences.map(({ text }) => text)
  const coverages = sets.map((set) => shareOf(question.terms, set, rarity))
  const near = nearCoverages(question.terms, { text: `${title}. ${texts.join(' ')}`, sentences: sets }, rarity)
  const focuses = focusOf(question.terms, { title: titleTerms, sentences: sets }, rarity)
  const grams = gramCoverages(question.terms, texts)
  const similarities = vectors.compare(questionVector).sentences
  const [nearest, farthest] = [Math.max(...similarities), Math.min(...similarities)]
  const middle = mean(similarities)
  const spread = Math.sqrt(mean(similarities.map((similarity) => (similarity - middle) ** 2))) || 1
  const said = saidShares(question.text, texts)
  const places = { near: logPlaces(near), grams: logPlaces(grams), similarity: logPlaces(similarities), focus: logPlaces(focuses), said: logPlaces(said) }
  const best = { coverage: greatest(coverages), near: greatest(near), focus: greatest(focuses), grams: greatest(grams), said: greatest(said) }
  const joined = (i: number, j: number) => (sentences[j] === undefined ? (coverages[i] as number) : shareOf(question.terms, new Set([...(sets[i] as Set<string>), ...(sets[j] as Set<string>)]), rarity))
  return sentences.map((sentence, i) => {
    const at = (values: readonly number[]) => values[i] ?? 0
    return {
      coverage: at(coverages),
      relativeCoverage: at(coverages) / best.coverage,
      nearCoverage: at(near),
      relativeNearCoverage: at(near) / best.near,
      nearCoveragePlace: at(places.near),
      coverageBefore: coverages[i - 1] ?? 0,
      coverageAfter: coverages[i + 1] ?? 0,
      focus: at(focuses),
      relativeFocus: at(focuses) / best.focus,
      grams: at(grams),
      relativeGrams: at(grams) / best.grams,
      gramPlace: at(places.grams),
      bigrams: sharedBigrams(question.terms, sentence.terms),
      coverageWithBefore: joined(i, i - 1),
      coverageWithAfter: joined(i, i + 1),
      precision: precisionOf(question.terms, sets[i] as Set<string>, rarity),
      focusPlace: at(places.focus),
      said: at(said),
      relativeSaid: at(said) / best.said,
      saidPlace: at(places.said),
      similarity: at(similarities),
      relativeSimilarity: nearest > farthest ? (at(similarities) - farthest) / (nearest - farthest) : 1,
      similarityDeviation: (at(similarities) - middle) / spread,
      similarityPlace: at(places.similarity),
      similarityBefore: similarities[i - 1] ?? 0,
      similarityAfter: similarities[i + 1] ?? 0,
    }
  })
}

function precisionOf(question: readonly Term[], sentence: ReadonlySet<string>, rarity: Rarity): number {
  const asked = new Set(question.flatMap(({ term, joined }) => (joined === undefined ? [term] : [term, joined])))
  let held = 0
  let all = 0
  for (const term of sentence) {
    const weight = rarity(term)
    all += weight
    if (asked.has(term)) held += weight
  }
  return all === 0 ? 0 : held / all
}

function saidShares(question: string, sentences: readonly string[]): number[] {
  const asked = [...readStatement(question).keys]
  return sentences.map((text) => {
    const { keys } = readStatement(text)
    return asked.length === 0 ? 0 : asked.filter((key) => keys.has(key)).length / asked.length
  })
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

/** A little above 0, so that it can be divided by. */
function greatest(values: readonly number[]): number {
  return Math.max(...values, 1e-9)
}
