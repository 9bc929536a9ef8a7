/** Makes a follow-up question stand on its own, by rules over what was asked and which papers were named. */
import { subjectTerms } from '../text/terms.js'
import type { Turn } from './answer.js'
import { clauseOf, correctionIn, isGeneric, isWhole, nameIn, replaceSlot } from './ellipsis.js'
import { emphasised } from './markdown.js'
import { inWords, listing } from './phrasing.js'
import { readQuestion } from './question.js'
import { readRecordQuestion } from './record-question.js'
import { smallTalkIn, withoutPleasantries } from './small-talk.js'
import { papersNamedIn } from './turns.js'

/** What a question may lean on: the last question, as it stands alone, and the papers of the last answer by their numbers. */
interface Context {
  readonly topic: string
  readonly papers: readonly string[]
}

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

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']
const PLACE = `${ORDINALS.join('|')}|1st|2nd|3rd|[4-9]th|10th|last|latter|former|top`
const THING = 'one|paper|study|article|publication|result|reference|source|citation|entry|item|method|approach|technique'
const VERB = 'do|does|did|is|was|are|has|have|had|can|could|will|would|says?|reports?|uses?|works?|performs?|compares?|achieves?|reach(?:es)?|needs?|gets?|differs?|trains?|tested|trained|evaluated|applied|built|saves?|costs?|proposes?'
const BY_PLACE = new RegExp(String.raw`\b(?:the |your )?(${PLACE})(?:(?: (?:${THING}))+\b(?: of (?:them|these|those))?|(?=\s*(?:[?.!,;:]|$)| (?:${VERB}|and the)\b))`, 'gi')
const BY_NUMBER = new RegExp(String.raw`(?:\b(?:paper|reference|source|citation|number|no\.|item|ref\.?) #?|#)(\d{1,2})\b|\[(\d{1,2})\]`, 'gi')
const BOTH = /\b(?:both(?: of (?:them|these|those))?(?: papers| methods| approaches)?|(?:the|these|those) (?:two|first two)(?: papers| methods| approaches| of them)?)\b/gi
const LAST_TWO = /\b(?:the )?last two(?: papers| methods| approaches| of them)?\b/gi
const OTHER_ONE = /\bthe other (?:one|paper|method|approach|study)\b/gi
const GENERIC_NOUN = 'papers?|works?|studies|study|articles?|authors?|methods?|approach(?:es)?|techniques?|models?|systems?|algorithms?|frameworks?|results?|findings?|ideas?|networks?|experiments?|datasets?'
const SEVERAL = new RegExp(String.raw`\b(?:they|them|(?:all )?(?:these|those)(?: (?:${GENERIC_NOUN}))?)\b`, 'gi')
const POSSESSIVE = /\b(?:its|their|his|her)\b(?! own\b)/gi
const SINGLE = new RegExp(
  String.raw`\b(?:(?:this|that|the same|the (?=(?:paper|authors?|method|approach|technique|study|article)\b)) ?(?:${GENERIC_NOUN})\b(?!\s+(?:of|that|which|for|in|on|with|to)\b)|it\b|he\b|she\b|(?:this|that)(?=\s*(?:[?.!,;]|$)| (?:${VERB}|mean|help|hold|improve|happen|matter|affect|make|in|on|for|with|without|to)\b))`,
  'gi',
)
/** "Is it possible to …", "this library": no paper is meant. */
const EMPTY_IT = /\b(?:is|was) it (?:true|possible|better|worth|necessary|common|known|safe|useful|hard|easy|ok|okay)\b|\bthis library\b/i

const TWO = /\b(?:first|last|other|these|those) two\b|\bboth of (?:them|these|those)\b/i

/** Says so where the question points to more papers than the last answer named: better than to look for something else. */
function missingIn(question: string, papers: readonly string[]): string | undefined {
  if (papers.length === 0) return undefined
  const asked = [...question.matchAll(BY_PLACE)].map((match) => placeOf((match[1] as string).toLowerCase(), papers.length))
  const numbers = [...question.matchAll(BY_NUMBER)].map((match) => Number(match[1] ?? match[2]) - 1)
  const isBeyond = [...asked, ...numbers].some((index) => index >= papers.length) || (papers.length < 2 && (TWO.test(question) || OTHER_ONE.test(question)))
  OTHER_ONE.lastIndex = 0
  if (!isBeyond) return undefined
  const names = listing(papers.map(emphasised))
  return papers.length === 1 ? `The last answer named one paper, ${names}. Name the other that you mean.` : `The last answer named ${inWords(papers.length)} papers: ${names}. Which one do you mean?`
}

/** "And when?" behind "Who wrote it?" */
function askOfRecord(bare: string, context: Context): string | undefined {
  const focus = context.papers[0] === undefined ? focusOf(context) : quoted(context.papers[0])
  if (focus === undefined) return undefined
  if (/^(?:when|(?:in )?(?:which|what) year)$/i.test(bare)) return `When was ${focus} published?`
  if (/^(?:where|(?:in )?(?:which|what) (?:journal|venue|conference))$/i.test(bare)) return `Where was ${focus} published?`
  return /^(?:by )?who(?:m)?$/i.test(bare) ? `Who wrote ${focus}?` : undefined
}

/** Every mention of a paper by its place, and every pronoun, replaced by the name of what is meant. */
function replaceMentions(question: string, context: Context): string {
  const { papers } = context
  const at = (index: number) => (papers[index] === undefined ? undefined : quoted(papers[index] as string))
  let text = question.replace(BY_NUMBER, (all, one?: string, other?: string) => at(Number(one ?? other) - 1) ?? all)
  text = text.replace(BOTH, (all) => (papers.length >= 2 ? listing(papers.slice(0, 2).map(quoted)) : all))
  text = text.replace(LAST_TWO, (all) => (papers.length >= 2 ? listing(papers.slice(-2).map(quoted)) : all))
  text = text.replace(BY_PLACE, (all, place: string) => at(placeOf(place.toLowerCase(), papers.length)) ?? all)
  text = text.replace(OTHER_ONE, (all) => (papers.length === 2 ? (at(1) as string) : all))
  if (text !== question || EMPTY_IT.test(question)) return text
  return replacePronouns(text, context)
}

function placeOf(place: string, count: number): number {
  if (place === 'last' || place === 'latter') return count - 1
  if (place === 'former' || place === 'top') return 0
  const index = ORDINALS.indexOf(place)
  return index >= 0 ? index : Number.parseInt(place, 10) - 1
}

/** A pronoun stays where the question itself has said what it stands for. */
function replacePronouns(question: string, context: Context): string {
  const { papers } = context
  // "in it", "of them" point back beyond what the question has said itself.
  const stands = (index: number) => !/\b(?:in|of|for|with|about|on|from|to|by) $/i.test(question.slice(0, index)) && subjectTerms(question.slice(0, index)).filter(({ surface }) => !isGeneric(surface)).length >= 2
  let replaced = false
  const by = (name: string | undefined) => (all: string, ...rest: readonly unknown[]) => {
    const index = rest.find((one) => typeof one === 'number') as number
    if (name === undefined || replaced || stands(index)) return all
    replaced = true
    return /author/i.test(all) && name.startsWith('“') ? `the authors of ${name}` : name
  }
  const focus = focusOf(context)
  const asked = question.replace(/^\W*(?:and |but |so |ok,? )?which(?: one\b| paper\b|(?= (?:is|are|was|has|needs|uses|works|performs|gives|reaches)\b))/i, (all) => (papers.length >= 2 ? 'Which of them' : all))
  let text = asked.replace(SEVERAL, by(papers.length >= 2 ? listing(papers.map(quoted)) : focus))
  if (!replaced) text = text.replace(POSSESSIVE, by(/^\W*(?:\w+ ){0,3}their\b/i.test(text) && papers.length >= 2 ? `${listing(papers.map(quoted))}’s` : focus === undefined ? undefined : `${focus}’s`))
  if (!replaced) text = text.replace(SINGLE, by(focus))
  if (!replaced && focus !== undefined) text = text.replace(/\bthere(?=\s*[?.!]?$)/i, `in ${focus}`)
  return text
}

/** What "it" means: what was to be defined, the name that was asked about, else the paper that answered first. */
function focusOf({ topic, papers }: Context): string | undefined {
  const { kind, subject } = readQuestion(topic)
  const title = /[“"]([^”"]+)[”"]/.exec(topic)?.[0]
  if (title !== undefined) return title
  if (kind === 'definition' && subject !== undefined) return subject.replace(/^an? /i, '')
  if (kind === 'list' && papers[0] !== undefined) return quoted(papers[0])
  return nameIn(topic) ?? (papers[0] === undefined ? subjectOf(topic) : quoted(papers[0]))
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

/** The subject words of a question, where it has no better name for its subject. */
function subjectOf(topic: string): string | undefined {
  const words = subjectTerms(topic)
    .map(({ surface }) => surface)
    .filter((word) => !isGeneric(word))
  return readQuestion(topic).subject ?? (words.length === 0 ? undefined : words.slice(0, 8).join(' '))
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

function quoted(title: string): string {
  return `“${title.replace(/[“”"]/g, '')}”`
}

function sentence(text: string, asItIs = false): string {
  if (asItIs) return text
  const bare = text.trim().replace(/[?.!\s]+$/, '')
  return `${bare.charAt(0).toUpperCase()}${bare.slice(1)}?`
}
