/** Makes a follow-up question stand on its own, by rules over what was asked and which papers were named. */
import { subjectTerms } from '../../text/terms.js'
import type { Turn } from '../answer.js'
import { clauseOf, correctionIn, isGeneric, isWhole, replaceSlot } from '../question/ellipsis.js'
import { BY_NUMBER, focusOf, missingIn, PLACE, quoted, replaceMentions, subjectOf, THING } from './mentions.js'
import type { Context } from './mentions.js'
import { listing } from '../writing/phrasing.js'
import { readQuestion } from '../question/question.js'
import { readRecordQuestion } from '../records/record-question.js'
import { smallTalkIn, withoutPleasantries } from './small-talk.js'
import { papersNamedIn } from './turns.js'

export interface Standalone {
  readonly question: string
  /** More was asked for than has been said: what the conversation has quoted is not to be quoted again. */
  readonly wantsMore: boolean
  /** A paper was meant that the last answer did not name: what to tell the reader in place of an answer. */
  readonly missing?: string
}

/** The question itself where there is nothing to lean on, or it does not lean. */
export function standaloneQuestion(question: string, history: readonly Turn[]): Standalone {
  return resolve(withoutPleasantries(question), contextOf(history))
}

/** What lies further back, or is longer, is not read: a history comes from outside, and the rules take longer the more there is. */
const TURNS_READ = 20
const QUESTION_READ = 500
const ANSWER_READ = 4_000

function contextOf(history: readonly Turn[]): Context | undefined {
  let context: Context | undefined
  for (const { role, content: whole } of history.slice(-TURNS_READ)) {
    const content = whole.slice(0, role === 'user' ? QUESTION_READ : ANSWER_READ)
    if (role === 'user' && smallTalkIn(content) === undefined) {
      context = { topic: resolve(withoutPleasantries(content), context).question, papers: context?.papers ?? [] }
    }
    const papers = role === 'assistant' ? papersNamedIn(content) : []
    if (context !== undefined && papers.length > 0) context = { ...context, papers }
  }
  return context
}

const MORE = /^\W*(?:(?:can|could|would) you |please )*(?:(?:tell|give|show) me (?:some |a (?:bit|little) )?more(?: details| information)?|more(?: details| information)?|(?:any |some )?(?:further|more) details|go on|continue|(?:please )?(?:elaborate|expand)|explain (?:further|more|in more detail)|say more|in more detail|what else(?: (?:is there|does it say|do they say|do you (?:have|know)))?|anything else|and\??)(?: (?:please|on|about) ?(?:that|this|it|them)?)*\W*$/i
const OTHERS = /^\W*(?:and |so )?(?:(?:are there|do you have|is there|show me|give me|what|which|any) )*(?:any )?(?:others?|other (?:papers|ones|work|works|studies)|more papers)(?: (?:are there|on (?:this|that|it)|about (?:this|that|it)|like (?:this|that|it|these|them)))*\W*$/i
const SUMMARY = /^\W*(?:(?:can|could|would) you |please )*(?:summari[sz]e(?: (?:that|this|it|them|these|those|the (?:paper|papers|answer|findings|results)))?|tl ?;? ?dr|in (?:short|brief|a nutshell|one sentence)|sum (?:it|that|this) up|(?:give me )?(?:the|a)(?: \w+)? (?:gist|summary|overview))(?: (?:in|with) .{1,40}| for me| please)?\W*$/i
/** A bare question word, or one with a measure: "Why?", "By how much?", "On which datasets?" */
const BARE = /^\W*(?:and |but |so |ok )?((?:(?:by|on|in|with|for|at|to|from|of|since|under|compared to) )?(?:why(?: not| so| (?:is|was) (?:that|this|it)(?: so)?)?|how(?: so| come| much| many(?: [\w-]+)?| fast| long)?|when|where|who|(?:what|which)(?! about)(?: [\w-]+){0,2}))\W*$/i

function resolve(question: string, context: Context | undefined): Standalone {
  const alone = { question, wantsMore: false }
  if (context === undefined) return alone
  const { topic, papers } = context
  if (MORE.test(question)) return { question: `Tell me more about ${aboutOf(context)}.`, wantsMore: true }
  if (OTHERS.test(question)) return { question: othersOf(topic), wantsMore: true }
  if (DOUBT.test(question)) return { question: topic, wantsMore: false }
  const subject = subjectOf(topic)
  if (HOW_MANY.test(question) && subject !== undefined) return { question: `How many papers mention ${subject}?`, wantsMore: false }
  const narrower = subject === undefined ? undefined : narrowed(question, subject)
  if (narrower !== undefined) return { question: narrower, wantsMore: false }
  const missing = missingIn(question, papers)
  if (missing !== undefined) return { ...alone, missing }
  if (SUMMARY.test(question)) return { question: papers.length === 0 ? topic : `Summarise ${listing(papers.map(quoted))}.`, wantsMore: false }
  const corrected = correctionIn(question)
  if (corrected !== undefined) return { question: correct(corrected, context), wantsMore: false }
  const named = replaceMentions(question, context)
  const bare = BARE.exec(named)?.[1]
  const fact = bare === undefined || readRecordQuestion(topic)?.kind !== 'fact' ? undefined : askOfRecord(bare, context)
  if (fact !== undefined) return { question: fact, wantsMore: false }
  if (bare !== undefined && (named === question || /^\W*(?:and |but |so )?why/i.test(named))) return { question: askAgain(bare, context), wantsMore: false }
  return { question: complete(named, context), wantsMore: false }
}

/** What was said is shown again, with what it rests on. */
const DOUBT = /^\W*(?:(?:and|but|ok|hm+|oh|wow|wait)\b,? ?)*(?:really|seriously|are you (?:really )?(?:sure|certain)(?: (?:about|of) (?:that|this|it))?|is (?:that|this|it) (?:really |actually )?(?:true|right|correct|so)|how do you know(?: that| this)?|says who|who says (?:so|that)|where does (?:it|the paper) say (?:so|that|this)|(?:what is|what’s|what's) your source|(?:can|could) you (?:prove|back up|quote) (?:that|this|it))\W*$/i
const HOW_MANY = /^\W*(?:and |so )?how many(?: (?:papers|are there|of them|in total|did you find|papers are there|are there in total|of them are there))*\W*$/i

/** "Any from 2013?", "and by Chen?" */
const CONDITION = /^\W*(?:(?:and|but|so|ok) )?(?:(?:are|is) there )?(?:(?:any|anything|some|which|only|show me|those|the)\b ?)*(?:(?:ones?|papers?|works?|of (?:them|these|those|the papers)) )*(?:(?:that|which) )?(?:(?:are|were|is|was) )?((?:(?:published|written) )?(?:from|since|before|after|in|until|by) \S.*?)\W*$/i

/** The papers on the subject that a condition on their records lets through; nothing where it is no such condition. */
function narrowed(question: string, subject: string): string | undefined {
  const condition = CONDITION.exec(question)?.[1]
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

function correct({ wrong, right }: { readonly wrong?: string; readonly right: string }, context: Context): string {
  const { topic } = context
  const meant = replaceMentions(right, { ...context, topic: '' })
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
  if (clause !== undefined) return sentence(`${word} ${clause}`)
  return focus === undefined ? sentence(`${word}: ${context.topic}`) : sentence(/^why/i.test(word) ? `${word} is that so for ${focus}` : `${word} for ${focus}`)
}

const OPENING = /^\W*(?:and|but|or|so|also|ok(?:ay)?|then)\b,?\s*/i
const WHAT_ABOUT = /^\W*(?:(?:and|but|so|ok(?:ay)?),? )?(?:what|how) about\s+(.+?)\W*$/i
const PREPOSITION = /^(?:on|in|for|with|at|using|under|without|from|by|to|over|against)\b/i

/** What is left out of a question is taken from the one before. */
function complete(question: string, context: Context): string {
  const whatAbout = WHAT_ABOUT.exec(question)?.[1]?.replace(/^(“[^”]*)$/, '$1”')
  if (whatAbout !== undefined) return /“.+”\W+\w/.test(whatAbout) ? question : about(whatAbout, context)
  const rest = question.replace(OPENING, '')
  if (isWhole(rest)) return leansOnSubject(rest) ? withFocus(rest, context) : sentence(rest, question === rest)
  const fragment = rest.replace(/[?.!\s]+$/, '')
  // "Number 7" of three papers: better to say that nothing is known than to look for something else.
  if (fragment === '' || fragment.split(' ').length > 7 || new RegExp(BY_NUMBER.source, 'i').test(fragment) || new RegExp(`^(?:the )?(?:${PLACE})(?: (?:${THING}))*$`, 'i').test(fragment)) return question
  if (rest !== question || PREPOSITION.test(fragment)) return about(fragment, context)
  return leansOnSubject(rest) ? withFocus(rest, context) : question
}

/** Speaks of accuracy, datasets or authors, and not of whose. */
function leansOnSubject(question: string): boolean {
  const words = subjectTerms(question.replace(/[“"][^”"]*[”"]/g, ' title '))
  return words.length > 0 && words.every(({ surface }) => isGeneric(surface)) && !/[“"]/.test(question)
}

function withFocus(question: string, context: Context): string {
  const focus = focusOf(context)
  return focus === undefined ? question : `${question.replace(/[?.!\s]+$/, '')} for ${focus}?`
}

/** The last question, with this in the place of what it corresponds to. */
function about(fragment: string, context: Context): string {
  const { topic } = context
  const title = /^[“"].+[”"]$/.test(fragment)
  const subject = readQuestion(topic).subject
  if (title && readQuestion(topic).sides !== undefined) return `What is ${fragment}?`
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
