/** Measures how well the papers found cover a question, whatever they answer. */
import type { Term } from '../text/terms.js'
import { subjectTerms } from '../text/terms.js'
import { paperTerms } from './paper-terms.js'
import type { AnswerabilityFeatures, RankedPaper } from './retrieval.js'
import type { Rarity } from './rarity.js'

/** How many of the first papers may hold the answer. */
const DEPTH = 5

export interface Background {
  readonly rarity: Rarity
  /** Papers in the library. */
  readonly papers: number
}

export function answerabilityFeatures(
  text: string,
  questionVector: Float32Array,
  ranked: readonly RankedPaper[],
  { rarity, papers: librarySize }: Background,
): AnswerabilityFeatures {
  const question = subjectTerms(text)
  const first = ranked.slice(0, DEPTH)
  const total = question.reduce((sum, { term }) => sum + rarity(term), 0)
  const weigh = (has: (term: Term) => number) => question.reduce((sum, term) => sum + has(term) * rarity(term.term), 0)
  const papers = first.map(({ paper, vectors }) => {
    const { title, sentences, all } = paperTerms(paper, vectors.spans)
    return { cosines: vectors.compare(questionVector), title, sentences: sentences.map((sentence) => new Set(sentence)), all }
  })
  const coverages = papers.map(({ all }) => weigh((term) => Number(isIn(all, term))))
  const covered = Math.max(0, ...coverages)
  const best = papers[coverages.indexOf(covered)]
  const inSentence = Math.max(
    0,
    ...papers.flatMap(({ title, sentences }) =>
      sentences.map((sentence) => weigh((term) => (isIn(sentence, term) ? 1 : isIn(title, term) ? 0.5 : 0))),
    ),
  )
  const missing = question.filter((term) => !papers.some(({ all }) => isIn(all, term)))
  return {
    coverage: total > 0 ? covered / total : 0,
    sentenceCoverage: total > 0 ? inSentence / total : 0,
    coveredRarity: covered,
    missingRarity: Math.max(0, ...missing.map(({ term }) => rarity(term))),
    missingNames: best === undefined ? 0 : shareOfMissing(namesIn(text), best.all),
    similarity: Math.max(0, ...papers.map(({ cosines }) => cosines.paper)),
    sentenceSimilarity: Math.max(0, ...papers.flatMap(({ cosines }) => cosines.sentences)),
    margin: margin(ranked.map(({ bm25 }) => bm25)),
    librarySize: Math.log10(Math.max(1, librarySize)),
  }
}

/** Share of the question, by the rarity of its terms, that a text holds; 0 for a question without subject. */
export function shareOf(question: readonly Term[], text: ReadonlySet<string>, rarity: Rarity): number {
  const total = question.reduce((sum, { term }) => sum + rarity(term), 0)
  const held = question.reduce((sum, term) => sum + (isIn(text, term) ? rarity(term.term) : 0), 0)
  return total > 0 ? held / total : 0
}

/** A text has a term when it has it as a word or as the compound that the question wrote. */
export function isIn(text: ReadonlySet<string>, { term, joined }: Term): boolean {
  return text.has(term) || (joined !== undefined && text.has(joined))
}

const NAME = /[\p{L}\p{N}]+(?:[-^/][\p{L}\p{N}]+)*/gu

/** Words with a capital or a digit inside, or with a capital at their start anywhere but at the start of the question. */
export function namesIn(text: string): string[] {
  const words = [...text.matchAll(NAME)].map((match) => ({ word: match[0], isFirst: match.index === text.search(/[\p{L}\p{N}]/u) }))
  return words.filter(({ word, isFirst }) => word.length > 1 && (/^.+[\p{Lu}\d]/u.test(word) || (!isFirst && /^\p{Lu}/u.test(word)))).map(({ word }) => word)
}

function shareOfMissing(names: readonly string[], held: ReadonlySet<string>): number {
  const missing = names.filter((name) => !subjectTerms(name).every((term) => isIn(held, term)))
  return names.length === 0 ? 0 : missing.length / names.length
}

function margin(bm25: readonly number[]): number {
  const [top, ...rest] = [...bm25].sort((a, b) => b - a)
  if (top === undefined || top <= 0) return 0
  const next = rest.slice(0, 5)
  const mean = next.length === 0 ? 0 : next.reduce((sum, value) => sum + value, 0) / next.length
  return (top - mean) / top
}
