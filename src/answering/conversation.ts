/** Makes a follow-up question stand on its own. */
import { subjectTerms } from '../text/terms.js'
import type { Turn } from './answer.js'

const LEANS_ON_BEFORE = /\b(?:it|its|they|them|their|theirs|this|that|these|those|he|she|his|her|the (?:first|second|third|last|former|latter|same|other)(?: one| paper)?|ones?)\b|^\W*(?:and|but|or|also|what about|how about|why|more|else)\b/i

const MAX_SUBJECT_WORDS = 12

/**
 * The question itself, unless it leans on what was said before ("it", "and on ImageNet?") or names
 * no subject; then the subject words of the user's last question that it does not repeat are added
 * in brackets, where retrieval finds them.
 */
export function standaloneQuestion(question: string, history: readonly Turn[]): string {
  const last = history.filter(({ role }) => role === 'user').at(-1)?.content
  if (last === undefined) return question
  const own = subjectTerms(question)
  if (own.length > 0 && !LEANS_ON_BEFORE.test(question)) return question
  const known = new Set(own.map(({ term }) => term))
  const subject = subjectTerms(last)
    .filter(({ term }) => !known.has(term))
    .slice(0, MAX_SUBJECT_WORDS)
    .map(({ surface }) => surface)
  return subject.length === 0 ? question : `${question} (${subject.join(' ')})`
}
