/** Makes a follow-up question stand on its own, by rules over what was asked and which papers were named. */
import { subjectTerms } from '../../text/terms.js'
import type { Turn } from '../answer.js'
import { clauseOf, correctionIn, isGeneric, isWhole, nameIn, replaceSlot } from '../question/ellipsis.js'
import { withoutSlips } from './chat-spelling.js'
import { focusOf, isSame, quoted, subjectOf } from './focus.js'
import type { Context } from './focus.js'
import { BY_NUMBER, missingIn, PLACE, replaceMentions, THING } from './mentions.js'
import { answerRequestIn } from './requests.js'
import type { AnswerRequest } from './requests.js'
import { listing } from '../writing/phrasing.js'
import { readQuestion } from '../question/question.js'
import { readRecordQuestion } from '../records/record-question.js'
import { smallTalkIn, withoutPleasantries } from './small-talk.js'
import { papersNamedIn } from './turns.js'

export interface Standalone {
  readonly question: string
  /** More was asked for than has been said: what the conversation has quoted is not to be quoted again. */
  readonly wantsMore: boolean
  /** The answer is to be short: one sentence of one paper. */
  readonly wantsLess?: true
  /** The references of these papers are asked for, by their titles. */
  readonly references?: readonly string[]
  /** A paper was meant that the last answer did not name: what to tell the reader in place of an answer. */
  readonly missing?: string
}

/** The question itself where there is nothing to lean on, or it does not lean. */
export function standaloneQuestion(question: string, history: readonly Turn[]): Standalone {
  return resolved(question, contextOf(history))
}

/** Typing slips are read as they are meant only where the question leans: one that stands alone stays as it is. */
function resolved(asked: string, context: Context | undefined): Standalone {
  const question = withoutPleasantries(asked)
  if (context === undefined) return { question, wantsMore: false }
  const meant = withoutPleasantries(withoutSlips(asked))
  const read = resolve(meant, context)
  return read.question === meant && read.wantsMore === false && read.missing === undefined ? { ...read, question } : read
}

/** What lies further back, or is longer, is not read: a history comes from outside, and the rules take longer the more there is. */
const TURNS_READ = 20
const QUESTION_READ = 500
const ANSWER_READ = 4_000

function contextOf(history: readonly Turn[]): Context | undefined {
  let context: Context | undefined
  let hasChanged = false
  for (const { role, content: whole } of history.slice(-TURNS_READ)) {
    const content = whole.slice(0, role === 'user' ? QUESTION_READ : ANSWER_READ)
    if (role === 'user' && smallTalkIn(content) === undefined) {
      const { question, missing } = resolved(content, context)
      if (missing !== undefined) continue
      // A question that stands alone leaves the papers behind that an answer to it does not name.
      hasChanged = context !== undefined && question === withoutPleasantries(content)
      context = { topic: question, papers: context?.papers ?? [], earlier: earlierThan(question, context) }
    }
    if (role !== 'assistant' || context === undefined) continue
    const papers = papersNamedIn(content)
    if (papers.length > 0 || hasChanged) context = { ...context, papers }
    hasChanged = false
  }
  return context
}

/** What was talked about before a question; what comes up again is the latest. */
function earlierThan(question: string, before: Context | undefined): string[] {
  const focus = before === undefined ? undefined : focusOf(before)
  if (before === undefined || focus === undefined) return [...(before?.earlier ?? [])]
  const now = focusOf({ topic: question, papers: before.papers }) ?? ''
  return [...before.earlier.filter((name) => !isSame(name, focus)), focus].filter((name) => !isSame(name, now))
}

/** A bare question word, or one with a measure: "Why?", "By how much?", "On which datasets?" */
const BARE = /^\W*(?:and |but |so |ok )*((?:(?:by|on|in|with|for|at|to|from|of|since|under|than|after|before|until|against|per|among|within|compared (?:to|with)) )?(?:why(?: not| so| exactly| (?:is|was) (?:that|this|it)(?: so)?)?|how(?: so| come| exactly| much(?: (?:more|less|faster|better|exactly))?| many(?: [\w-]+)?| fast| long| far| often| big| large| high| low| well| strong(?:ly)?| accurate(?:ly)?| heavy| old)?|when|where|whom?|whose|(?:what|which)(?! about)(?: (?!(?:is|are|was|were|does|do|did|has|have|had|can|could|will|would|should|may|might)\b)[\w-]+){0,2}))\W*$/i
/** "What causes heartburn" is no bare question, though "which GPUs" and "on what kind of hardware" are. */
const BARE_NOUNS = /^(?:what|which) \S+ (\S+)$/i
/** "The same for mice?" */
const SAME_FOR = /^\W*(?:(?:and|but|is|are|does|do|what about|how about|is it|it) )*(?:the )?same (?:question |thing |(?:true |hold |go |apply )?)?(?:for|with|on|in|about|to) (.+?)\W*$/i
/** "Tested on what?", "funded by whom?" */
const TRAILING = /^\W*(?:and |but |so )*([\w-]+ed|done|made|built|shown|found|known|written|seen|held|driven) ((?:by|on|with|in|against|to|for|from|at|of|over|under|after) (?:whom?|what|which)(?: [\w-]+){0,2})\W*$/i
const VERSUS = /^\W*(?:(?:and|but|so|or) )*(?:vs\.?|versus|compared (?:to|with)|against|in (?:comparison|contrast) (?:to|with)|relative to|better than|worse than|faster than|difference (?:to|from|with)|(?:what(?:['’]s| is) )?the difference (?:to|from|with|between (?:this|that|it) and)) (?!(?:what|which|whom?)\b)(.+?)\W*$/i

function resolve(question: string, context: Context): Standalone {
  const alone = { question, wantsMore: false }
  const { topic } = context
  const request = answerRequestIn(question)
  if (request !== undefined) return answerTo(request, context)
  const subject = subjectOf(topic)
  if (HOW_MANY.test(question) && subject !== undefined) return { question: `How many papers mention ${subject}?`, wantsMore: false }
  const narrower = subject === undefined ? undefined : narrowed(question, subject)
  if (narrower !== undefined) return { question: narrower, wantsMore: false }
  const missing = missingIn(question, context)
  if (missing !== undefined) return { ...alone, missing }
  const corrected = correctionIn(question)
  if (corrected !== undefined) return { question: correct(corrected, context), wantsMore: false }
  const named = replaceMentions(question, context)
  const [, participle, byWhat] = TRAILING.exec(named) ?? []
  const focus = focusOf(context)
  if (participle !== undefined && byWhat !== undefined && focus !== undefined) return { question: sentence(`${byWhat} was ${focus} ${participle}`), wantsMore: false }
  const other = VERSUS.exec(named)?.[1]
  if (other !== undefined && focus !== undefined) return { question: `How does ${focus} compare with ${other.replace(/^the (?=“)/i, '')}?`, wantsMore: false }
  const same = SAME_FOR.exec(named)?.[1]
  if (same !== undefined) return { question: about(same, context), wantsMore: false }
  const bare = bareIn(named)
  const fact = bare === undefined || readRecordQuestion(topic)?.kind !== 'fact' ? undefined : askOfRecord(bare, context)
  if (fact !== undefined) return { question: fact, wantsMore: false }
  if (bare !== undefined && (named === question || /^\W*(?:and |but |so )*why/i.test(named))) return { question: askAgain(bare, context), wantsMore: false }
  return { question: complete(named, context), wantsMore: false }
}

function answerTo(request: AnswerRequest, context: Context): Standalone {
  const { topic, papers } = context
  switch (request) {
    case 'more':
      return { question: `Tell me more about ${aboutOf(context)}.`, wantsMore: true }
    case 'others':
      return { question: othersOf(topic), wantsMore: true }
    case 'newest':
    case 'oldest':
      return { question: `What is the ${request} paper on ${subjectOf(topic) ?? topic}?`, wantsMore: false }
    case 'summary':
      return { question: papers.length === 0 ? topic : `Summarise ${listing(papers.map(quoted))}.`, wantsMore: false }
    case 'reference':
      return papers.length === 0 ? { question: topic, wantsMore: false } : { question: `What ${papers.length === 1 ? 'is the reference' : 'are the references'} of ${listing(papers.map(quoted))}?`, wantsMore: false, references: papers }
    case 'shorter':
      return { question: topic, wantsMore: false, wantsLess: true }
    case 'again':
      return { question: topic, wantsMore: false }
  }
}

const HOW_MANY = /^\W*(?:and |so )?how many(?: (?:papers|are there|of them|in total|did you find|papers are there|are there in total|of them are there))*\W*$/i

/** "Any from 2013?", "and by Chen?", "only since 2020" */
const CONDITION = /^\W*(?:(?:and|but|so|ok|just|please) )*(?:(?:are|is) there )?(?:(?:any|anything|some|which|only|just|show me|limit (?:it|that|this|them) to|restrict (?:it|that|this|them) to|those|the)\b ?)*(?:(?:ones?|papers?|works?|of (?:them|these|those|the papers)) )*(?:(?:that|which) )?(?:(?:are|were|is|was) )?((?:(?:published|written) )?(?:from|since|before|after|in|until|by) \S.*?)(?: only| please)?\W*$/i
/** "Nothing before 2010" is since 2010. */
const EXCLUDED: readonly (readonly [RegExp, string])[] = [
  [/^\W*(?:(?:but|and|please) )*(?:nothing|none|no(?:t)?(?: (?:papers?|ones?|anything))?) (?:before|older than|earlier than|from before) (?=\d{4})|^\W*(?:only |just )?(?:(?:papers|ones) )?(?:newer|later|more recent) than (?=\d{4})/i, 'since '],
  [/^\W*(?:(?:but|and|please) )*(?:nothing|none|no(?:t)?(?: (?:papers?|ones?|anything))?) (?:after|newer than|later than|since) (?=\d{4})|^\W*(?:only |just )?(?:(?:papers|ones) )?(?:older|earlier) than (?=\d{4})/i, 'until '],
]

/** The papers on the subject that a condition on their records lets through; nothing where it is no such condition. */
function narrowed(question: string, subject: string): string | undefined {
  const plain = EXCLUDED.reduce((text, [pattern, preposition]) => text.replace(pattern, preposition), question)
  const condition = CONDITION.exec(plain)?.[1]
  if (condition === undefined || readRecordQuestion(`papers ${condition}`)?.kind !== 'papers') return undefined
  return `Which papers ${condition} deal with ${subject}?`
}

/** "And when?" behind "Who wrote it?" */
function askOfRecord(bare: string, context: Context): string | undefined {
  const focus = context.papers[0] === undefined ? focusOf(context) : quoted(context.papers[0])
  if (focus === undefined) return undefined
  if (/^(?:when|(?:in )?(?:which|what) year)$/i.test(bare)) return `When was ${focus} published?`
  if (/^(?:where|(?:in )?(?:which|what) (?:journal|venue|conference))$/i.test(bare)) return `Where was ${focus} published?`
  return /^(?:by )?who(?:m)?$/i.test(bare) ? `Who wrote ${focus}?` : undefined
}

/** What "more" is wanted of: the one paper that answered, or the subject of a list. */
function aboutOf(context: Context): string {
  const { topic, papers } = context
  const [only] = papers
  if (papers.length === 1 && only !== undefined) return quoted(only)
  return readQuestion(topic).subject ?? focusOf(context) ?? subjectOf(topic) ?? topic
}

function othersOf(topic: string): string {
  const other = topic.replace(/\b(which|what) (papers|works|studies|methods|approaches)\b/i, '$1 other $2')
  if (other !== topic) return other
  return `Which other papers deal with ${subjectOf(topic) ?? topic}?`
}

/** "The lansoprazole one" of a topic that said which trial. */
const THE_ONE = new RegExp(String.raw`^(?:the )?((?:[^\s“]+ ){0,3}[^\s“]+) (?:one|ones|${THING})$`, 'i')

function correct({ wrong, right }: { readonly wrong?: string; readonly right: string }, context: Context): string {
  const { topic } = context
  const meant = replaceMentions(right, { ...context, topic: '' }).replace(THE_ONE, '$1')
  if (isWhole(meant)) return sentence(meant)
  if (wrong !== undefined && topic.toLowerCase().includes(wrong.toLowerCase())) {
    const index = topic.toLowerCase().indexOf(wrong.toLowerCase())
    return sentence(topic.slice(0, index) + meant + topic.slice(index + wrong.length))
  }
  return about(meant, context)
}

/** "Why?", "By how much?", asked of what was asked before. */
function askAgain(bare: string, context: Context): string {
  const word = bare.replace(/^(why).*$/i, '$1').replace(/^how (?:so|come)$/i, 'how')
  const stated = clauseOf(context.topic)
  // "Does it need fine-tuning?" "Why not?"
  const clause = /^\W*why not\b/i.test(bare) && stated !== undefined ? stated.replace(/^(\S+ \S+)/, '$1 not') : stated
  const focus = focusOf(context)
  if (focus !== undefined && /^(?:what|which) \S/i.test(bare) && readQuestion(context.topic).kind === 'yes-no') return sentence(`${bare} for ${focus}`)
  if (clause !== undefined) return sentence(`${word} ${clause}`)
  return focus === undefined ? sentence(`${word}: ${context.topic}`) : sentence(/^why/i.test(word) ? `${word} is that so for ${focus}` : `${word} for ${focus}`)
}

const OPENING = /^\W*(?:(?:and|but|or|so|also|ok(?:ay)?|then|plus|now)\b[,.…]*\s*)+/i
const WHAT_ABOUT = /^\W*(?:(?:and|but|so|ok(?:ay)?),? )?(?:what|how) about\s+(.+?)\W*$/i
const PREPOSITION = /^(?:on|in|for|with|at|using|under|without|from|by|to|over|against)\b/i

/** What is left out of a question is taken from the one before. */
function complete(question: string, context: Context): string {
  const whatAbout = WHAT_ABOUT.exec(question)?.[1]?.replace(/^(“[^”]*)$/, '$1”')
  if (whatAbout !== undefined) return /“.+”\W+\w/.test(whatAbout) ? question : about(whatAbout, context)
  const rest = question.replace(OPENING, '')
  if (isWhole(rest)) return leans(rest, context, /^\W*(?:and|but)\b/i.test(question)) ? withFocus(rest, context) : sentence(rest, question === rest)
  const fragment = rest.replace(/[?.!\s]+$/, '')
  // "Number 7" of three papers: better to say that nothing is known than to look for something else.
  if (fragment === '' || fragment.split(' ').length > 7 || new RegExp(BY_NUMBER.source, 'i').test(fragment) || new RegExp(`^(?:the )?(?:${PLACE})(?: (?:${THING}))*$`, 'i').test(fragment)) return question
  if (rest !== question || PREPOSITION.test(fragment)) return about(fragment, context)
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

function bareIn(question: string): string | undefined {
  const bare = BARE.exec(question)?.[1]
  const noun = bare === undefined ? undefined : BARE_NOUNS.exec(bare)?.[1]
  return noun === undefined || isGeneric(noun) ? bare : undefined
}

/** The last question, with this in the place of what it corresponds to. */
function about(fragment: string, context: Context): string {
  const { topic } = context
  const title = /^[“"].+[”"]$/.test(fragment)
  const subject = readQuestion(topic).subject
  if (readQuestion(topic).sides?.some((side) => side === fragment) === true || (title && readQuestion(topic).sides !== undefined)) return `What is ${fragment}?`
  if (title && readQuestion(topic).kind === 'list') return `What does ${fragment} say about ${subject ?? subjectOf(topic) ?? 'it'}?`
  const replaced = replaceSlot(topic, fragment, { subject, focus: title ? focusOf(context) : undefined })
  if (replaced !== undefined) return sentence(replaced)
  const focus = focusOf(context)
  return title || focus === undefined ? `What about ${fragment}?` : `What about ${fragment} for ${focus}?`
}

function sentence(text: string, asItIs = false): string {
  if (asItIs) return text
  const bare = text.trim().replace(/[?.!\s]+$/, '')
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}?`
}
