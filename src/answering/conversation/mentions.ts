/** Finds what a question means by "it", "the second one" or "[2]" among what a conversation has named. */
import { stem, subjectTerms } from '../../text/terms.js'
import { fold } from '../../text/words.js'
import { isGeneric } from '../question/ellipsis.js'
import { readStatement } from '../statements/statement.js'
import { hasSynonym } from '../statements/synonyms.js'
import { meaningOf } from '../statements/word-classes.js'
import { emphasised, withoutMarkdown } from '../writing/markdown.js'
import { inWords, listing } from '../writing/phrasing.js'
import { countedOf, focusOf, isSame, quoted } from './focus.js'
import type { Context } from './focus.js'

const ORDINALS = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth', 'ninth', 'tenth']
export const PLACE = `${ORDINALS.join('|')}|1st|2nd|3rd|[4-9]th|10th|last|latter|former|top`
export const THING = 'one|paper|study|article|publication|result|reference|source|citation|entry|item|method|approach|technique|trial|model|option|benchmark|dataset'
const AUXILIARY = 'do|does|did|is|was|are|were|has|have|had|can|could|will|would|should|may|might'
const VERB = `${AUXILIARY}|says?|reports?|uses?|works?|performs?|compares?|achieves?|reach(?:es)?|needs?|gets?|differs?|trains?|tested|trained|evaluated|applied|built|saves?|costs?|proposes?|finds?|shows?|measures?|covers?|deals?`
const BY_PLACE = new RegExp(String.raw`\b(?:the |your )?(${PLACE})(?:(?: (?:${THING}))+\b(?: of (?:them|these|those))?|(?=\s*(?:[?.!,;:]|$)| (?:${VERB}|and the|an?|also|really|about|based|better|worse|\w{2,}er)\b))`, 'gi')
const NUMBER_WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
export const BY_NUMBER = new RegExp(String.raw`(?:\b(?:papers?|references?|sources?|citations?|numbers?|no\.?|nr\.?|item|ref\.?) ?#?|#|^\W*(?=\d\W*$))(\d{1,2}|(?<=\bnumber |\bpaper )(?:${NUMBER_WORDS.join('|')}))\b(?! ?%)|\[(\d{1,2})\]`, 'gi')
const BOTH = /\b(?:both(?: of (?:them|these|those))?(?: papers| methods| approaches| models| trials)?|(?:the|these|those) (?:two|first two)(?: papers| methods| approaches| models| trials| of them)?|(?:which|either|neither) (?:one )?of (?:the|these|those) two)\b/gi
const LAST_TWO = /\b(?:the )?last two(?: papers| methods| approaches| of them)?\b/gi
const OTHER_ONE = /\bthe other (?:one|paper|method|approach|study|trial|model|two)\b|\bthe other\b(?=\W*$)/gi
const BEFORE = new RegExp(String.raw`\b(?:the (?:(?:one|${THING}) (?:from )?(?:before|earlier|above)|(?:previous|preceding|earlier) (?:${THING})|(?:previous|preceding) one)|(?:what|the (?:one|${THING})) (?:we|you|i) (?:had|talked about|discussed|asked about|mentioned|said)(?: (?:before|earlier|previously))?)`, 'gi')
const GENERIC_NOUN = 'papers?|works?|studies|study|articles?|authors?|methods?|approach(?:es)?|techniques?|models?|systems?|algorithms?|frameworks?|results?|findings?|ideas?|networks?|experiments?|datasets?|trials?|benchmarks?|surveys?|reviews?|tools?|programs?|cohorts?|simulations?|drugs?|treatments?|therap(?:y|ies)|devices?|proposals?|team|researchers|people|group'
const SEVERAL = new RegExp(String.raw`\b(?:they|them|(?:all )?(?:these|those)(?: (?:${GENERIC_NOUN}))?)\b`, 'gi')
const POSSESSIVE = /\b(?:its|their|his|her)\b(?! own\b)/gi
const SINGLE = new RegExp(
  String.raw`\b(?:(?:this|that|the same|said|the (?=(?:paper|authors?|method|approach|technique|study|article|trial|survey|review)\b)) ?(?:${GENERIC_NOUN})\b(?!\s+(?:of|that|which|for|in|on|with|to)\b)|it\b|he\b|she\b|(?:this|that)(?=\s*(?:[?.!,;]|$)| (?:${VERB}|mean|help|hold|improve|happen|matter|affect|make|in|on|for|with|without|to|at|an?|the|good|bad|new|normal|enough|high|low|much|many|significant|safe|true|common|really|always|also|still|better|worse|faster|slower|more|less|based|known|done|shown|seen|so|different|similar|possible|as|\w{3,}ed|\w{2,}er)\b))`,
  'gi',
)
/** "Is it possible to …", "this library": no paper is meant. */
const EMPTY_IT = /\b(?:is|was) it (?:true|possible|better|worth|necessary|common|known|safe|useful|hard|easy|ok|okay) (?:to|that|for|if|when)\b|\b(?:this|your) library\b|\bwhat is it (?:that|about|like)\b/i

const TWO = /\b(?:first|last|other|these|those) two\b|\bboth of (?:them|these|those)\b/i

/** Says so where the question points to more papers than were named: better than to look for something else. */
export function missingIn(question: string, context: Context): string | undefined {
  const { papers } = context
  if (papers.length === 0) return undefined
  const counted = countedOf(context).length
  const asked = [...question.matchAll(BY_PLACE)].map((match) => placeOf((match[1] as string).toLowerCase(), counted))
  const numbers = [...question.matchAll(BY_NUMBER)].map((match) => numberOf(match[1] ?? match[2]))
  const isBeyond = asked.some((index) => index >= Math.max(counted, papers.length)) || numbers.some((index) => index >= papers.length) || (counted < 2 && (TWO.test(question) || question.search(OTHER_ONE) >= 0))
  if (!isBeyond) return undefined
  const names = listing(papers.map(emphasised))
  return papers.length === 1 ? `The last answer named one paper, ${names}. Name the other that you mean.` : `The last answer named ${inWords(papers.length)} papers: ${names}. Which one do you mean?`
}

/** Every mention of a paper by its place, and every pronoun, replaced by the name of what is meant. */
export function replaceMentions(question: string, context: Context): string {
  const { papers, earlier } = context
  const counted = countedOf(context)
  const ofPapers = papers.map(quoted)
  // Beyond two sides that were compared, the papers are counted.
  const at = (index: number) => counted[index] ?? ofPapers[index]
  let text = question.replace(BY_NUMBER, (all, one?: string, other?: string) => ofPapers[numberOf(one ?? other)] ?? all)
  text = text.replace(BOTH, (all) => (counted.length >= 2 ? `${/\bof\b.*\btwo\b/i.test(all) && /^(?:which|either|neither)/i.test(all) ? `${all.split(' ')[0] as string} of ` : ''}${listing(twoOf(counted, context))}` : all))
  text = text.replace(LAST_TWO, (all) => (papers.length >= 2 ? listing(papers.slice(-2).map(quoted)) : all))
  text = text.replace(BEFORE, (all) => earlier.at(-1) ?? all)
  text = text.replace(BY_PLACE, (all, place: string) => at(placeOf(place.toLowerCase(), counted.length)) ?? all)
  text = text.replace(OTHER_ONE, (all) => (counted.length === 2 ? (counted.find((name) => !isSame(name, focusOf(context) ?? '')) ?? counted[1] as string) : all))
  text = byModifier(text, context)
  if (text !== question) return withLeadingMention(beforeMention(text, question, context))
  return EMPTY_IT.test(question) ? text : replacePronouns(text, context)
}

/** Of a list the first two, of what was talked about in turn the last two. */
function twoOf(counted: readonly string[], { papers, topic }: Context): readonly string[] {
  return papers.length >= 2 || /[“"]/.test(topic) ? counted.slice(0, 2) : counted.slice(-2)
}

const BY_MODIFIER = new RegExp(String.raw`\bthe (?!other\b|same\b|one\b|first\b|last\b|best\b|main\b|new\b|whole\b)((?:[\p{L}\p{N}][\p{L}\p{N}-]*\s){1,3}?)(?:one|paper|study|trial|article|method|approach|benchmark|survey|review)\b(?! (?:about|on|by|from|of)\b)|\bthe (?:one|paper|study|trial|article) (?:about|on|with|that (?:deals with|is about|uses)|using) ((?:[\p{L}\p{N}][\p{L}\p{N}-]*\s?){1,4})`, 'iu')

/** "The lansoprazole one", "the one with children": the only paper whose title, or line in the answer, has all of its words. */
function byModifier(question: string, { papers, said }: Context): string {
  const [whole, before, after] = BY_MODIFIER.exec(question) ?? []
  const wanted = subjectTerms(before ?? after ?? '').map(({ surface }) => meaningOf(fold(surface)))
  if (whole === undefined || wanted.length === 0) return question
  const lines = withoutMarkdown(said).split('\n')
  const texts = [(title: string) => title, (title: string) => lines.filter((line) => line.includes(title)).join('\n')]
  for (const textOf of texts) {
    const having = papers.filter((title) => holdsAll(wanted, textOf(title)))
    if (having.length === 1) return question.replace(whole, quoted(having[0] as string))
  }
  return question
}

/** Each word itself, or one that may stand for it: "juvenile" for "children". */
function holdsAll(wanted: readonly string[], text: string): boolean {
  const { keys } = readStatement(text.replace(/\p{Lu}/gu, (letter) => letter.toLowerCase()))
  return wanted.every((key) => keys.has(key) || hasSynonym(key, keys))
}

/** "How does it compare with the first one?" leaves a pronoun before the mention, which means what the talk is about. */
function beforeMention(text: string, question: string, context: Context): string {
  const place = [...text].findIndex((character, i) => character !== question[i])
  const focus = focusOf(context)
  const head = text.slice(0, place)
  if (focus === undefined || EMPTY_IT.test(question) || text.slice(place).includes(focus)) return text
  const replaced = head.replace(new RegExp(String.raw`\b(?:it|they|this|that)(?= (?:[\p{L}]|$))`, 'iu'), focus)
  return replaced + text.slice(place)
}

/** "“Felt pads”, what did they find?" is "What did “Felt pads” find?". */
function withLeadingMention(text: string): string {
  const [, title, rest] = /^\W*((?:of |in |about |for |on )?“[^”]+”)\s*[,:;–—-]+\s*(.+)$/.exec(text) ?? []
  if (title === undefined || rest === undefined) return text
  const name = title.replace(/^[^“]+/, '')
  const pronoun = /\b(?:it|they|he|she|this|that)\b/i
  if (pronoun.test(rest)) return rest.replace(pronoun, name)
  return /\btheir|its\b/i.test(rest) ? rest.replace(/\b(?:their|its)\b/i, `${name}’s`) : `${rest.replace(/[?.!\s]+$/, '')} for ${name}?`
}

/** From 0 on. */
function numberOf(written = ''): number {
  const word = NUMBER_WORDS.indexOf(written.toLowerCase())
  return word >= 0 ? word : Number(written) - 1
}

function placeOf(place: string, count: number): number {
  if (place === 'last' || place === 'latter') return count - 1
  if (place === 'former' || place === 'top') return 0
  const index = ORDINALS.indexOf(place)
  return index >= 0 ? index : Number.parseInt(place, 10) - 1
}

/** Behind its auxiliary a pronoun is the subject of the question; what stands before it is what is asked for. */
const INVERTED = new RegExp(String.raw`^[^,;:.]*\b(?:${AUXILIARY}) $`, 'i')
const WHICH_ONE = new RegExp(String.raw`^\W*(?:and |but |so |ok,? )?which(?: one\b| paper\b|(?= (?:is|are|was|has|needs|uses|works|performs|gives|reaches)\b))`, 'i')

/** A pronoun stays where the question itself has said what it stands for. */
function replacePronouns(question: string, context: Context): string {
  const { papers } = context
  const counted = countedOf(context)
  // "in it", "of them" point back beyond what the question has said itself.
  const stands = (index: number) => {
    const before = question.slice(0, index)
    if (/\b(?:in|of|for|with|about|on|from|to|by) $/i.test(before) || INVERTED.test(before)) return false
    return subjectTerms(before).filter(({ surface }) => !isGeneric(surface)).length >= 2
  }
  let replaced = false
  const by = (name: string | undefined) => (all: string, ...rest: readonly unknown[]) => {
    const index = rest.find((one) => typeof one === 'number') as number
    if (name === undefined || replaced || stands(index)) return all
    replaced = true
    return /author|team|researcher/i.test(all) && name.startsWith('“') ? `the authors of ${name}` : name
  }
  const focus = focusOf(context)
  const several = papers.length >= 2 ? papers.map(quoted) : counted
  const asked = question.replace(WHICH_ONE, (all) => (several.length >= 2 ? 'Which of them' : all))
  // "They" after one paper are its authors; "which of them" and "compare them" ask of more than one.
  const isPlural = papers.length >= 2 || (several.length >= 2 && /\b(?:of|between|compare|all) (?:them|these|those)\b|\b(?:do|are|did|were|can) they (?:both|differ|compare|all)\b/i.test(asked))
  let text = asked.replace(SEVERAL, by(isPlural ? listing(several.slice(-5)) : focus))
  if (!replaced) text = text.replace(POSSESSIVE, by(/^\W*(?:\w+ ){0,3}their\b/i.test(text) && papers.length >= 2 ? `${listing(papers.map(quoted))}’s` : focus === undefined ? undefined : `${focus}’s`))
  if (!replaced) text = text.replace(SINGLE, by(focus))
  if (!replaced) text = replaceNoun(text, context, by(focus))
  if (!replaced && focus !== undefined) text = text.replace(/\bthere(?=\s*[?.!]?$)/i, `in ${focus}`)
  return text
}

const POINTED_NOUN = /\b(?:this|that|these|those) ([\p{L}-]{3,})(?!\p{L})(?!\s+(?:of|that|which|who)\b)/giu

/** "That robot", where a robot was talked about. */
function replaceNoun(text: string, context: Context, by: (all: string, index: number) => string): string {
  const known = new Set([context.topic, ...context.papers].flatMap((said) => subjectTerms(said)).map(({ term }) => term))
  return text.replace(POINTED_NOUN, (all, noun: string, index: number) => (known.has(stem(noun.toLowerCase())) ? by(all, index) : all))
}
