/** Makes a follow-up question stand on its own, by rules over what was asked and which papers were named. */
import type { Turn } from '../answer.js'
import { counterpartOf } from '../question/counterparts.js'
import { correctionIn, isWhole } from '../question/ellipsis.js'
import { withoutSlips } from './chat-spelling.js'
import { focusOf, isSame, quoted, subjectOf } from './focus.js'
import type { Context } from './focus.js'
import { missingIn, replaceMentions, THING } from './mentions.js'
import { narrowed } from './conditions.js'
import { about, askAgain, bareIn, complete, sentence } from './completing.js'
import { answerRequestIn } from './requests.js'
import type { AnswerRequest } from './requests.js'
import { listing } from '../writing/phrasing.js'
import { readQuestion } from '../question/question.js'
import { readRecordQuestion } from '../records/record-question.js'
import { smallTalkIn, withoutPleasantries } from './small-talk.js'
import { papersOf } from './turns.js'

export interface Standalone {
  readonly question: string
  /** It leans on what was said before, as far as can be told by its looks; what it means is then told by rules. */
  readonly leans: boolean
  /** More was asked for than has been said: what the conversation has quoted is not to be quoted again. */
  readonly wantsMore: boolean
  /** The answer is to be short: one sentence of one paper. */
  readonly wantsLess?: true
  /** The references of these papers are asked for, by their titles. */
  readonly references?: readonly string[]
  /** A paper was meant that the last answer did not name: what to tell the reader in place of an answer. */
  readonly missing?: string
}

/** What the rules make of it. */
type Resolved = Omit<Standalone, 'leans'>

/** The question itself where there is nothing to lean on, or it does not lean. */
export function standaloneQuestion(question: string, history: readonly Turn[]): Standalone {
  const context = contextOf(history)
  const made = resolved(question, context)
  return { ...made, leans: context !== undefined && answerRequestIn(withoutPleasantries(withoutSlips(question))) === undefined && (made.question !== withoutPleasantries(question) || looksBack(question)) }
}

/** A fragment, or a word that points at what was said before. */
function looksBack(question: string): boolean {
  return !isWhole(question) || /\b(?:it|its|they|them|their|he|she|his|her|this|that|these|those|ones?|there|former|latter|same|others?|both|then|instead|else|also|too)\b/i.test(question)
}

/** Typing slips are read as they are meant only where the question leans: one that stands alone stays as it is. */
function resolved(asked: string, context: Context | undefined): Resolved {
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
  for (const turn of history.slice(-TURNS_READ)) {
    const { role } = turn
    const content = turn.content.slice(0, role === 'user' ? QUESTION_READ : ANSWER_READ)
    if (role === 'user' && smallTalkIn(content) === undefined) {
      const { question, missing } = resolved(content, context)
      if (missing !== undefined) continue
      // A question that stands alone leaves the papers behind that an answer to it does not name.
      hasChanged = context !== undefined && question === withoutPleasantries(content)
      context = { topic: question, papers: context?.papers ?? [], earlier: earlierThan(question, context), said: '' }
    }
    if (role !== 'assistant' || context === undefined) continue
    const papers = papersOf({ ...turn, content })
    context = { ...context, said: content, ...(papers.length > 0 || hasChanged ? { papers } : {}) }
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

/** "The same for mice?" */
const SAME_FOR = /^\W*(?:(?:and|but|is|are|does|do|what about|how about|is it|it) )*(?:the )?same (?:question |thing |(?:true |hold |go |apply )?)?(?:for|with|on|in|about|to) (.+?)\W*$/i
/** "Tested on what?", "funded by whom?" */
const TRAILING = /^\W*(?:and |but |so )*([\w-]+ed|done|made|built|shown|found|known|written|seen|held|driven) ((?:by|on|with|in|against|to|for|from|at|of|over|under|after) (?:whom?|what|which)(?: [\w-]+){0,2})\W*$/i
const VERSUS = /^\W*(?:(?:and|but|so|or) )*(vs\.?|versus|compared (?:to|with)|against|in (?:comparison|contrast) (?:to|with)|relative to|better than|worse than|faster than|difference (?:to|from|with)|(?:what(?:['’]s| is) )?the difference (?:to|from|with|between (?:this|that|it) and)) (?!(?:what|which|whom?)\b)(.+?)\W*$/i

function resolve(question: string, context: Context): Resolved {
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
  const [, link = '', other] = VERSUS.exec(named) ?? []
  const side = other === undefined ? undefined : (counterpartOf(other, topic, context.said) ?? focus)
  // "And against a CPU?" behind "against a GPU" asks the same of something else.
  if (other !== undefined && side !== undefined && !new RegExp(`\\b${link} `, 'i').test(topic)) return { question: `How does ${side} compare with ${other.replace(/^the (?=“)/i, '')}?`, wantsMore: false }
  const same = SAME_FOR.exec(named)?.[1]
  if (same !== undefined) return { question: about(same, context), wantsMore: false }
  // "Why is that?" asks of the answer, not of what "that" might name.
  const bare = bareIn(question) ?? bareIn(named)
  const fact = bare === undefined || readRecordQuestion(topic)?.kind !== 'fact' ? undefined : askOfRecord(bare, context)
  if (fact !== undefined) return { question: fact, wantsMore: false }
  if (bare !== undefined && (named === question || /^\W*(?:and |but |so )*(?:why|how come)/i.test(question))) return { question: askAgain(bare, context), wantsMore: false }
  return { question: complete(named, context), wantsMore: false }
}

function answerTo(request: AnswerRequest, context: Context): Resolved {
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
