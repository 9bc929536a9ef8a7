/** Says yes or no to a question where one sentence does so outright, and is silent everywhere else. */
import { stem, subjectTerms, terms } from '../../text/terms.js'
import type { Term } from '../../text/terms.js'
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
const OF_BEING = /^\W*(?:is|are|was|were)\b/i
/** Not said outright: as a possibility, an aim, a question, or of earlier work. */
const HEDGED = /\b(?:may|might|could|can|should|would|possibl[ey]|potentially|perhaps|likely|seems?|appears?|suggest\w*|whether|if|unclear|unknown|hypothesi\w+|assum\w+|suspect\w*|expect\w*|aims?|attempts?|tries|try|goal|question|ask(?:s|ed)?|often|sometimes|usually|typically|generally|some|certain|believed|thought|until|unless|although|though|but|however|despite|except|only|hardly|rarely|little|than|potential|promising|propos\w+|introduc\w+|contributions?|consider\w*)\b/i
/** Tells what was looked at rather than what came of it, or of something else beside it. */
const LOOKS_AT = /\b(?:investigat\w*|stud(?:y|ies|ied)|examin\w+|explor\w+|seek\w*|sought|analy[sz]\w*|identif\w+|assess\w*|objectives?|purpose|characteristics|how|where|when|unlike|in contrast|contrary|whereas|while|instead|designed|intended|in order|compared?|claim\w*|reported(?:ly)?|known|mice|rats|in vitro)\b/i
const DENIED = /\b(?:no|not|never|neither|nor|without|cannot|fails?|unable|un(?:necessary|needed|affected|changed|able)|n't)\b/gi
/** Turns what follows into its contrary: "eliminates the rise in latency". */
const REVERSES = /\b(?:avoid|prevent|eliminat|mitigat|remov|lack|limit|offset|counteract|overcom|alleviat|suppress|reduc|lower|decreas|resist|loss|lost|minimi[sz]|diminish|inhibit|block|protect|free|independen|insensitiv|invarian|unaffected)\w*/gi

/** A verb that counts as none of the subject's words. */
const NEEDS = /\b(?:needs?|needed|requir\w+|necess\w+)\b/i

export type Verdict = 'yes' | 'no'

/** Words between a denial and what it denies, at most. */
const DENIAL_REACH = 3

/**
 * The verdict of a sentence on a yes-or-no question. It must hold every subject word of the question (its title may help
 * out) in the order of the question, its verb or one of the same meaning, no word of doubt, and no denial but one
 * of that verb. Of what something is, it must say the very word behind a form of "be".
 */
export function verdictOf(question: Question, sentence: string, title: string): Verdict | undefined {
  if (question.kind !== 'yes-no' || !AUXILIARY.test(question.text)) return undefined
  if (HEDGED.test(sentence) || LOOKS_AT.test(sentence) || DENIED_ANYWHERE.test(question.text) || / or /i.test(question.text)) return undefined
  const asked = subjectTerms(question.text)
  if (asked.length < 2 || reversals(sentence, asked).length > 0) return undefined
  const found = asked.map((term) => ({ ...term, at: positionOf(term, sentence) }))
  const helping = new Set(terms(title))
  // The title may say which thing it is about, never what is said of it.
  if (!found.every(({ at, term }, i) => at !== undefined || (i < found.length / 2 && helping.has(term)))) return undefined
  if (NEEDS.test(question.text) && !NEEDS.test(sentence)) return undefined
  const said = found.flatMap(({ at }) => at ?? [])
  // What the question asserts stands last: "Does X prevent Y?" is not answered by a sentence on X alone.
  const last = found.at(-1)
  if (last?.at === undefined || said.length < asked.length / 2 || said[0] === undefined || said[0] > last.at) return undefined
  if (OF_BEING.test(question.text) && !isSaidToBe(sentence, last.surface)) return undefined
  const denials = [...sentence.matchAll(DENIED)]
  if (denials.length === 0) return 'yes'
  const [denial] = denials
  if (denials.length > 1 || denial === undefined) return undefined
  const after = wordsBefore(sentence, denial.index + denial[0].length)
  return last.at >= after && said.some((at) => at >= after && at < after + DENIAL_REACH) && said[0] < after ? 'no' : undefined
}

const DENIED_ANYWHERE = new RegExp(DENIED.source, 'i')

/** Words of the sentence that turn something into its contrary, and are not what is asked. */
function reversals(sentence: string, asked: readonly Term[]): string[] {
  return (sentence.match(REVERSES) ?? []).filter((word) => !asked.some(({ term }) => term === stem(word.toLowerCase()) || sameGroup(term, new Set([stem(word.toLowerCase())]))))
}

/** Which word of the sentence, from 0, is the term or one of the same meaning. */
function positionOf({ term, joined }: Term, sentence: string): number | undefined {
  const at = sentence.split(/\s+/).findIndex((word) => {
    const held = new Set(terms(word))
    return held.has(term) || (joined !== undefined && held.has(joined)) || sameGroup(term, held)
  })
  return at < 0 ? undefined : at
}

function wordsBefore(text: string, end: number): number {
  return text.slice(0, end).split(/\s+/).length
}

function isSaidToBe(sentence: string, word: string): boolean {
  return new RegExp(String.raw`\b(?:is|are|was|were|be|been|remains?|remained)\b(?: [^\s,;]+){0,7}? ${word}\b`, 'i').test(sentence)
}

function sameGroup(term: string, held: ReadonlySet<string>): boolean {
  return SAME.some((group) => group.has(term) && [...group].some((other) => held.has(other)))
}
