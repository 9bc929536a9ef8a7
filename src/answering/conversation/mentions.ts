/** Finds what a question means by "it", "the second one" or "[2]" among what a conversation has named. */
import { subjectTerms } from '../../text/terms.js'
import { isGeneric, nameIn } from '../question/ellipsis.js'
import { emphasised } from '../writing/markdown.js'
import { inWords, listing } from '../writing/phrasing.js'
import { readQuestion } from '../question/question.js'

/** What a question may lean on: the last question, as it stands alone, and the papers of the last answer by their numbers. */
export interface Context {
  readonly topic: string
  readonly papers: readonly string[]
}

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']
export const PLACE = `${ORDINALS.join('|')}|1st|2nd|3rd|[4-9]th|10th|last|latter|former|top`
export const THING = 'one|paper|study|article|publication|result|reference|source|citation|entry|item|method|approach|technique'
const VERB = 'do|does|did|is|was|are|has|have|had|can|could|will|would|says?|reports?|uses?|works?|performs?|compares?|achieves?|reach(?:es)?|needs?|gets?|differs?|trains?|tested|trained|evaluated|applied|built|saves?|costs?|proposes?'
const BY_PLACE = new RegExp(String.raw`\b(?:the |your )?(${PLACE})(?:(?: (?:${THING}))+\b(?: of (?:them|these|those))?|(?=\s*(?:[?.!,;:]|$)| (?:${VERB}|and the)\b))`, 'gi')
export const BY_NUMBER = new RegExp(String.raw`(?:\b(?:paper|reference|source|citation|number|no\.|item|ref\.?) #?|#)(\d{1,2})\b|\[(\d{1,2})\]`, 'gi')
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
export function missingIn(question: string, papers: readonly string[]): string | undefined {
  if (papers.length === 0) return undefined
  const asked = [...question.matchAll(BY_PLACE)].map((match) => placeOf((match[1] as string).toLowerCase(), papers.length))
  const numbers = [...question.matchAll(BY_NUMBER)].map((match) => Number(match[1] ?? match[2]) - 1)
  const isBeyond = [...asked, ...numbers].some((index) => index >= papers.length) || (papers.length < 2 && (TWO.test(question) || question.search(OTHER_ONE) >= 0))
  if (!isBeyond) return undefined
  const names = listing(papers.map(emphasised))
  return papers.length === 1 ? `The last answer named one paper, ${names}. Name the other that you mean.` : `The last answer named ${inWords(papers.length)} papers: ${names}. Which one do you mean?`
}

/** Every mention of a paper by its place, and every pronoun, replaced by the name of what is meant. */
export function replaceMentions(question: string, context: Context): string {
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
export function focusOf({ topic, papers }: Context): string | undefined {
  const { kind, subject } = readQuestion(topic)
  const title = /[“"]([^”"]+)[”"]/.exec(topic)?.[0]
  if (title !== undefined) return title
  if (kind === 'definition' && subject !== undefined) return subject.replace(/^an? /i, '')
  if (kind === 'list' && papers[0] !== undefined) return quoted(papers[0])
  return nameIn(topic) ?? (papers[0] === undefined ? subjectOf(topic) : quoted(papers[0]))
}

/** The subject words of a question, where it has no better name for its subject. */
export function subjectOf(topic: string): string | undefined {
  const words = subjectTerms(topic)
    .map(({ surface }) => surface)
    .filter((word) => !isGeneric(word))
  return readQuestion(topic).subject ?? (words.length === 0 ? undefined : words.slice(0, 8).join(' '))
}

export function quoted(title: string): string {
  return `“${title.replace(/[“”"]/g, '')}”`
}
