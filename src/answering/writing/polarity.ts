/** Says yes or no to a question where one sentence does so outright, and is silent everywhere else. */
import { stem, subjectTerms, terms } from '../../text/terms.js'
import type { Question } from '../question/question.js'

/** Verbs that say the same for our purpose; a question asked with one is answered by any of its group. */
const SAME: readonly ReadonlySet<string>[] = [
  'improve increase raise boost enhance lift gain strengthen',
  'reduce decrease lower cut shrink lessen save diminish',
  'outperform beat surpass exceed',
  'cause lead induce trigger produce',
  'harm hurt degrade impair damage worsen',
  'prevent avoid stop curb',
  'need require',
  'work suffice',
].map((group) => new Set(group.split(' ').map(stem)))

const AUXILIARY = /^\W*(?:is|are|was|were|do|does|did|can|could|should|has|have|will|would)\b/i
/** Not said outright: as a possibility, an aim, a question, or of earlier work. */
const HEDGED = /\b(?:may|might|could|can|should|would|possibl[ey]|potentially|perhaps|likely|seems?|appears?|suggest\w*|whether|if|unclear|unknown|hypothesi\w+|assum\w+|suspect\w*|expect\w*|aims?|attempts?|tries|try|goal|question|ask(?:s|ed)?|often|sometimes|usually|typically|generally|some|certain|believed|thought|until|unless|although|though|but|however|despite|except|only|hardly|rarely|little|than|potential|promising|propos\w+|introduc\w+|contributions?|consider\w*)\b/i
const DENIED = /\b(?:no|not|never|neither|nor|without|cannot|fails?|unable|un(?:necessary|needed|affected|changed|able)|n't)\b/gi

export type Verdict = 'yes' | 'no'

/**
 * The verdict of a sentence on a yes-or-no question. It must hold every subject word of the question (its
 * title may help out), its verb or one of the same meaning, no word of doubt, and at most one denial.
 */
export function verdictOf(question: Question, sentence: string, title: string): Verdict | undefined {
  if (question.kind !== 'yes-no' || !AUXILIARY.test(question.text)) return undefined
  if (HEDGED.test(sentence) || DENIED.test(question.text) || / or /i.test(question.text)) return undefined
  const held = new Set(terms(sentence))
  const helping = new Set(terms(title))
  const asked = subjectTerms(question.text)
  if (asked.length < 2) return undefined
  let fromSentence = 0
  for (const { term, joined } of asked) {
    const inSentence = held.has(term) || (joined !== undefined && held.has(joined)) || sameGroup(term, held)
    if (inSentence) fromSentence++
    else if (!helping.has(term)) return undefined
  }
  // What the question asserts stands last: "Does X prevent Y?" is not answered by a sentence on X alone.
  const last = asked.at(-1)?.term as string
  if (fromSentence < asked.length / 2 || !(held.has(last) || sameGroup(last, held))) return undefined
  const denials = sentence.match(DENIED)?.length ?? 0
  return denials === 0 ? 'yes' : denials === 1 ? 'no' : undefined
}

function sameGroup(term: string, held: ReadonlySet<string>): boolean {
  return SAME.some((group) => group.has(term) && [...group].some((other) => held.has(other)))
}
