/** Measures how much of a question each sentence of an abstract holds, exactly and nearly. */
import { findAcronyms } from '../../papers/acronyms.js'
import { isIn } from '../../retrieval/answerability.js'
import type { Rarity } from '../../retrieval/rarity.js'
import type { Term } from '../../text/terms.js'
import { terms } from '../../text/terms.js'
import { fold, NON_ASCII } from '../../text/words.js'

/** Letters that two stems must share from the start to count as nearly the same, and what that counts. */
const SHARED_START = 5
const NEARLY = 0.7

const GRAM = 4

/** A text in sentences, and whole, for the acronyms that it spells out. */
interface Sentences {
  readonly text: string
  readonly sentences: readonly ReadonlySet<string>[]
}

/**
 * For each sentence how far it holds each term of the question: 1 where it does, an acronym that the paper spells out standing
 * for its long form and the other way round; in part where stems begin alike ("methylated", "methyltransferase").
 */
export function heldNearly(question: readonly Term[], paper: Sentences): number[][] {
  const acronyms = findAcronyms(paper.text).map(({ short, long }) => ({ short: terms(short), long: terms(long) }))
  const asked = new Set(question.map(({ term }) => term))
  const otherForms = question.map(({ term }) =>
    acronyms.flatMap(({ short, long }) => {
      if (short.includes(term)) return [long]
      return long.includes(term) && long.filter((part) => asked.has(part)).length >= Math.min(2, long.length) ? [short] : []
    }),
  )
  const held = (sentence: ReadonlySet<string>, term: Term, i: number) => {
    if (isIn(sentence, term)) return 1
    if (otherForms[i]?.some((form) => form.length > 0 && form.every((part) => sentence.has(part))) === true) return 1
    return startsAlike(sentence, term.term) ? NEARLY : 0
  }
  return paper.sentences.map((sentence) => question.map((term, i) => held(sentence, term, i)))
}

/** Share of the question's rarity in each sentence; see `heldNearly`. */
export function nearCoverages(question: readonly Term[], paper: Sentences, rarity: Rarity): number[] {
  const total = question.reduce((sum, { term }) => sum + rarity(term), 0)
  return heldNearly(question, paper).map((held) => (total > 0 ? question.reduce((sum, { term }, i) => sum + (held[i] as number) * rarity(term), 0) / total : 0))
}

function startsAlike(sentence: ReadonlySet<string>, term: string): boolean {
  if (term.length < SHARED_START) return false
  const start = term.slice(0, SHARED_START)
  for (const other of sentence) if (other.length >= SHARED_START && (other.startsWith(start) || other.includes(term) || term.includes(other))) return true
  return false
}

/** Share of the question's runs of four letters in each sentence, those that few sentences hold weighing more. */
export function gramCoverages(question: readonly Term[], sentences: readonly string[]): number[] {
  const asked = [...grams(lettersOf(question.map(({ surface }) => surface).join(' ')))]
  const letters = sentences.map(lettersOf)
  const held = asked.map((gram) => letters.map((sentence) => sentence.includes(gram)))
  const weights = held.map((of) => Math.log(1 + sentences.length / Math.max(0.5, of.filter(Boolean).length)))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return sentences.map((_, at) => (total > 0 ? weights.reduce((sum, weight, gram) => sum + (held[gram]?.[at] === true ? weight : 0), 0) / total : 0))
}

/** Folded, with a space at either end and for whatever stands between words. */
function lettersOf(text: string): string {
  const folded = fold(text)
  return ` ${folded.replace(NON_ASCII.test(folded) ? /[^\p{L}\p{N}]+/gu : /[^a-z0-9]+/g, ' ').trim()} `
}

function grams(letters: string): Set<string> {
  const found = new Set<string>()
  for (let i = 0; i + GRAM <= letters.length; i++) found.add(letters.slice(i, i + GRAM))
  return found
}

/** What a term that the title holds weighs: it says which paper is meant, hardly which sentence. */
const TITLE_TERM = 0.3

/** Share of the question that each sentence holds, terms that many sentences hold weighing little. */
export function focusOf(question: readonly Term[], paper: { readonly title: ReadonlySet<string>; readonly sentences: readonly ReadonlySet<string>[] }, rarity: Rarity): number[] {
  const weights = question.map((term) => {
    const holding = paper.sentences.filter((sentence) => isIn(sentence, term)).length
    return rarity(term.term) * Math.log(1 + paper.sentences.length / Math.max(1, holding)) * (isIn(paper.title, term) ? TITLE_TERM : 1)
  })
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return paper.sentences.map((sentence) => (total > 0 ? question.reduce((sum, term, i) => sum + (isIn(sentence, term) ? (weights[i] as number) : 0), 0) / total : 0))
}

/** Share of the question's neighbouring pairs of terms that a sentence keeps in order. */
export function sharedBigrams(question: readonly Term[], sentence: readonly string[]): number {
  if (question.length < 2) return 0
  const shared = question.slice(1).filter(({ term }, i) => isPair(sentence, question[i]?.term, term))
  return shared.length / (question.length - 1)
}

function isPair(sentence: readonly string[], first: string | undefined, second: string): boolean {
  for (let i = 1; i < sentence.length; i++) if (sentence[i] === second && sentence[i - 1] === first) return true
  return false
}

/** ln(1 + how many values are greater): 0 for the best. */
export function logPlaces(values: readonly number[]): number[] {
  return values.map((value) => Math.log1p(values.filter((other) => other > value).length))
}
