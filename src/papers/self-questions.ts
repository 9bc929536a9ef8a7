/** Makes questions out of an abstract by rule, so that a library can be measured and fitted without anyone's help. */
import { isStopWord } from '../text/terms.js'
import type { Random } from '../text/random.js'
import type { Paper, Span } from './paper.js'
import { sentences } from './sentences.js'

export interface SelfQuestion {
  readonly text: string
  /** What was taken out of the sentence, so that the sentence answers by it. */
  readonly kind: 'figure' | 'method' | 'name' | 'reason' | 'subject'
  /** The sentence that answers. */
  readonly sentence: Span
}

/** Share of a sentence's subject words that its question keeps: people do not remember them all. */
const KEPT = 0.6
const MIN_WORDS = 3
const MAX_WORDS = 9

interface Rule {
  readonly kind: SelfQuestion['kind']
  readonly pattern: RegExp
  readonly openings: readonly string[]
}

/** The first group of a match is the answer, and is kept out of the question. */
const RULES: readonly Rule[] = [
  { kind: 'figure', pattern: /(?<![\w.-])(\d+(?:[.,]\d+)*\s?(?:%|×|x\b|times|fold|percent|points|ms|dB|years|patients)?)/, openings: ['How much', 'By how much', 'What figure for', 'What is the', 'How many'] },
  { kind: 'method', pattern: /\b((?:by \w+ing|via|using|based on|through)\s.+)$/, openings: ['How is', 'How can one', 'How to', 'In what way'] },
  { kind: 'reason', pattern: /\b((?:because|due to|owing to|since)\s.+)$/, openings: ['Why', 'What is the reason for', 'What causes'] },
  { kind: 'name', pattern: /\b([A-Z][\w-]*[A-Z0-9][\w-]*)\b/, openings: ['Which method', 'What', 'Which approach', 'What is called'] },
]
const SUBJECT_OPENINGS = ['What is known about', 'What do we know on', 'Tell me about', '', 'Does', 'Is there work on']

/** One question for a sentence: the words that its rule leaves, thinned out, behind a question's opening. */
export function questionFrom(text: string, random: Random): Omit<SelfQuestion, 'sentence'> | undefined {
  const rule = RULES.find(({ pattern }) => pattern.test(text) && random.next() < 0.7)
  const rest = rule === undefined ? text : text.replace(rule.pattern, ' ')
  const subject = (rest.match(/[\p{L}\p{N}][\p{L}\p{N}’'-]*/gu) ?? []).filter((word) => !isStopWord(word.toLowerCase()) && !/^\d+$/.test(word))
  const kept = subject.filter(() => random.next() < KEPT).slice(0, MAX_WORDS)
  if (kept.length < MIN_WORDS) return undefined
  const openings = rule?.openings ?? SUBJECT_OPENINGS
  const opening = openings[random.below(openings.length)] as string
  const question = `${opening} ${kept.join(' ').toLowerCase()}`.trim()
  return { text: `${question.charAt(0).toUpperCase()}${question.slice(1)}?`, kind: rule?.kind ?? 'subject' }
}

/** Up to `count` questions, each from another sentence of the abstract. */
export function selfQuestions(paper: Pick<Paper, 'abstract'>, count: number, random: Random): SelfQuestion[] {
  const questions: SelfQuestion[] = []
  for (const sentence of random.shuffled(sentences(paper.abstract))) {
    if (questions.length === count) break
    const question = questionFrom(paper.abstract.slice(sentence.start, sentence.end), random)
    if (question !== undefined) questions.push({ ...question, sentence })
  }
  return questions
}
