/** Completes a question that leaves out what the one before it has said. */
import { subjectTerms } from '../../text/terms.js'
import { clauseOf, isGeneric, isWhole, nameIn, replaceSlot } from '../question/ellipsis.js'
import { readQuestion } from '../question/question.js'
import { focusOf, subjectOf } from './focus.js'
import type { Context } from './focus.js'
import { BY_NUMBER, PLACE, THING } from './mentions.js'

/** A bare question word, or one with a measure: "Why?", "By how much?", "On which datasets?" */
const BARE = /^\W*(?:and |but |so |ok )*((?:(?:by|on|in|with|for|at|to|from|of|since|under|than|after|before|until|against|per|among|within|compared (?:to|with)) )?(?:why(?: not| so| exactly| (?:is|was) (?:that|this|it)(?: so)?)?|how(?: so| come| exactly| much(?: (?:more|less|faster|better|exactly))?| many(?: [\w-]+)?| fast| long| far| often| big| large| high| low| well| strong(?:ly)?| accurate(?:ly)?| heavy| old)?|when|where|whom?|whose|(?:what|which)(?! about)(?: (?!(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may|might)\b)[\w-]+){0,2}))\W*$/i
/** "What causes heartburn" is no bare question, though "which GPUs" and "on what kind of hardware" are. */
const BARE_NOUNS = /^(?:what|which) \S+ (\S+)$/i

/** Begins with the answer to a question for yes or no, or is a title that says so. */
const SAYS_NO = /^\W*(?:No\b|(?:Impossibility|Non-?existence) of\b)/

/** "does FlatQuant not need …"; a subject of more words has the denial before it: "can’t bit commitments be grown". */
function denied(clause: string): string {
  const [, auxiliary = '', subject = ''] = /^(\S+) (\S+)/.exec(clause) ?? []
  if (nameIn(subject) !== undefined || /^(?:it|they|this|that)$/i.test(subject) || !/^(?:does|do|did|is|are|was|were|can|could|has|have|had|would|should)$/i.test(auxiliary)) return clause.replace(/^(\S+ \S+)/, '$1 not')
  return `${auxiliary.replace(/n$/i, '')}n’t${clause.slice(auxiliary.length)}`
}

/** "Why?", "By how much?", asked of what was asked before. */
export function askAgain(bare: string, context: Context): string {
  const word = bare.replace(/^(why).*$/i, '$1').replace(/^how (?:so|come)$/i, 'how')
  const stated = clauseOf(context.topic)
  // "Does it need fine-tuning?" "Why not?"
  const isDenied = /^\W*why not\b/i.test(bare) || (/^\W*why\b/i.test(bare) && SAYS_NO.test(context.said) && readQuestion(context.topic).kind === 'yes-no')
  const clause = isDenied && stated !== undefined ? denied(stated) : stated
  const focus = focusOf(context)
  if (focus !== undefined && /^(?:what|which) \S/i.test(bare) && readQuestion(context.topic).kind === 'yes-no') return sentence(`${bare} for ${focus}`)
  if (clause !== undefined) return sentence(`${word} ${clause}`)
  return focus === undefined ? sentence(`${word}: ${context.topic}`) : sentence(/^why/i.test(word) ? `${word} is that so for ${focus}` : `${word} for ${focus}`)
}

const OPENING = /^\W*(?:(?:and|but|or|so|also|ok(?:ay)?|then|plus|now)\b[,.…]*\s*)+/i
const WHAT_ABOUT = /^\W*(?:(?:and|but|so|ok(?:ay)?),? )?(?:what|how) about\s+(.+?)\W*$/i
const PREPOSITION = /^(?:on|in|for|with|at|using|under|without|from|by|to|over|against)\b/i

/** "What is | the Curie temperature | of cobalt vanadate?" */
const OF_SUBJECT = /^(\W*what (?:is|are|was|were) )the [^,?]+? (of [^,?]+)/i

/** What is left out of a question is taken from the one before. */
export function complete(question: string, context: Context): string {
  const whatAbout = WHAT_ABOUT.exec(question)?.[1]?.replace(/^(“[^”]*)$/, '$1”')
  if (whatAbout !== undefined) return /“.+”\W+\w/.test(whatAbout) ? question : about(whatAbout, context)
  const rest = question.replace(OPENING, '')
  if (isWhole(rest)) return leans(rest, context, /^\W*(?:and|but)\b/i.test(question)) ? withFocus(rest, context) : sentence(rest, question === rest)
  const fragment = rest.replace(/[?.!\s]+$/, '')
  // "Number 7" of three papers: better to say that nothing is known than to look for something else.
  if (fragment === '' || fragment.split(' ').length > 7 || new RegExp(BY_NUMBER.source, 'i').test(fragment) || new RegExp(`^(?:the )?(?:${PLACE})(?: (?:${THING}))*$`, 'i').test(fragment)) return question
  if (rest !== question || PREPOSITION.test(fragment)) return about(fragment, context)
  // "The dose?" of a question for the length of something.
  const ofSubject = OF_SUBJECT.exec(context.topic)
  if (/^the \p{Ll}[\p{Ll}-]+(?: \p{Ll}[\p{Ll}-]+)?$/u.test(fragment) && ofSubject !== null) return sentence(`${ofSubject[1] as string}${fragment} ${ofSubject[2] as string}`)
  // "Masses?", of a question that asked for something else of its subject.
  if (/\?\s*$/.test(rest) && /^\p{Ll}[\p{Ll}-]+(?: \p{Ll}[\p{Ll}-]+)?$/u.test(fragment)) return readQuestion(context.topic).kind === 'list' ? about(fragment, context) : withFocus(`what about ${fragment}`, context)
  return leans(rest, context) ? withFocus(rest, context) : question
}

/** What is told of one study: "which optimizer was used?", "were there side effects?" */
const TOLD = /\b(?:was|were|did|had)\b|^\W*(?:who|what|which \w+) \w{3,}ed\b/i
const POINTING = /\b(?:the|that|this|these|those)\b/i
const MOST_OWN_WORDS = 1

/**
 * Speaks of accuracy, datasets or authors, and not of whose; points with "the" at what was talked about; or asks in the past
 * tense, or with an "and" before it, of hardly anything in particular. A name of its own, or a question for papers or a definition, leans on nothing.
 */
function leans(question: string, { topic, papers }: Context, goesOn = false): boolean {
  if (/[“"]/.test(question) || nameIn(question) !== undefined || /\s\p{Lu}\p{Ll}{2,}/u.test(question)) return false
  const words = subjectTerms(question)
  const own = words.filter(({ surface }) => !isGeneric(surface))
  if (words.length > 0 && own.length === 0) return true
  const { kind } = readQuestion(question)
  if (kind === 'list' || kind === 'definition') return false
  const known = new Set([topic, ...papers].flatMap((said) => subjectTerms(said)).map(({ term }) => term))
  const isKnown = own.every(({ term }) => known.has(term))
  return (POINTING.test(question) && isKnown) || ((goesOn || TOLD.test(question)) && own.length <= MOST_OWN_WORDS + (goesOn ? 1 : 0))
}

function withFocus(question: string, context: Context): string {
  const focus = focusOf(context)
  return focus === undefined ? question : `${question.replace(/[?.!\s]+$/, '')} for ${focus}?`
}

/** The bare question word, where there is nothing else. */
export function bareIn(question: string): string | undefined {
  const bare = BARE.exec(question)?.[1]
  const noun = bare === undefined ? undefined : BARE_NOUNS.exec(bare)?.[1]
  return noun === undefined || isGeneric(noun) ? bare : undefined
}

/** The last question, with this in the place of what it corresponds to. */
export function about(fragment: string, context: Context): string {
  const { topic } = context
  const title = /^[“"].+[”"]$/.test(fragment)
  const subject = readQuestion(topic).subject
  if (readQuestion(topic).sides?.some((side) => side === fragment) === true || (title && readQuestion(topic).sides !== undefined)) return `What is ${fragment}?`
  if (title && readQuestion(topic).kind === 'list') return `What does ${fragment} say about ${subject ?? subjectOf(topic) ?? 'it'}?`
  const replaced = replaceSlot(topic, fragment, { subject, focus: title ? focusOf(context) : undefined, said: context.said })
  if (replaced !== undefined) return sentence(replaced)
  const focus = focusOf(context)
  return title || focus === undefined ? `What about ${fragment}?` : `What about ${fragment} for ${focus}?`
}

export function sentence(text: string, asItIs = false): string {
  if (asItIs) return text
  const bare = text.trim().replace(/[?.!\s]+$/, '')
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}?`
}
