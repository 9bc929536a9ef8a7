/** Measures how a sentence of an abstract bears on a question. */
import type { BoostedTrees } from '../../retrieval/boosted-trees.js'
import type { Rarity } from '../../retrieval/rarity.js'
import { thingAskedFor } from '../question/asked-for.js'
import type { Question } from '../question/question.js'
import { nameFor } from './defining.js'
import type { ReadPaper } from './read-paper.js'
import { fitOf } from './sentence-fit.js'
import type { Fit } from './sentence-fit.js'
import { matchesOf } from './sentence-match.js'
import type { Match } from './sentence-match.js'
import { naturesOf } from './sentence-nature.js'
import type { Nature } from './sentence-nature.js'

/** What was learned of which sentences answer: questions look for other things than claims, and want trees of their own. */
export interface EvidenceWeights {
  readonly claims: BoostedTrees
  readonly questions: BoostedTrees
}

export type SentenceFeatures = Match & Nature & Fit

/** For each sentence its features. */
export function sentenceFeatures(question: Question, questionVector: Float32Array, paper: ReadPaper, rarity: Rarity): SentenceFeatures[] {
  const matches = matchesOf(question, questionVector, paper, rarity)
  const natures = naturesOf(paper)
  const thing = thingAskedFor(question.text)
  const subject = question.kind === 'definition' && question.subject !== undefined ? nameFor(question.subject, { title: paper.title, abstract: paper.sentences.map(({ text }) => text).join(' ') }) : undefined
  return paper.sentences.map((sentence, i) => {
    const nature = natures[i] as Nature
    // Not spread into a new object: with fifty fields that takes thirty times as long.
    return Object.assign(matches[i] as Match, nature, fitOf(question, sentence, { nature, thing, subject, before: paper.sentences[i - 1] }))
  })
}
