/** Recognises what no library can answer: a request that is not about papers, and a question that names no subject. */
import type { Rarity } from '../../retrieval/rarity.js'
import { stem } from '../../text/terms.js'
import type { Question } from './question.js'

const POLITE = String.raw`(?:(?:please|kindly|now|hey|ok(?:ay)?|and)\W+|(?:can|could|would|will) you (?:please )?|i (?:want|need|would like) you to |help me (?:to )?)*`
const DOING = 'write|compose|draw|paint|sing|play|book|order|buy|sell|call|text|send|email|remind|set|turn|switch|open|close|delete|remove|translate|convert|generate|create|make|pretend|act|ignore|forget|disregard|reveal|proofread|fix|debug|plan|schedule|cook|bake|rap|roast|pay|post|tweet|install|run|print|repeat'
/** Behind a verb it makes a command: "order a pizza" against "order statistics". */
const OBJECT = 'me|us|him|her|it|a|an|the|my|our|your|all|some|any|two|three|this|that|these|to|as|like|off|on|up|previous|everything'
const COMMAND = new RegExp(String.raw`^\W*${POLITE}(?:${DOING})\b\s*(?:(?:${OBJECT})(?![\p{L}\p{N}])|["“'‘]|\d)`, 'iu')
const SCHOLARLY = /\b(?:papers?|abstracts?|literature|related work|summar\w+|overview|review|survey|citations?|references?|bibliography|findings|results|methods?|approach(?:es)?|evidence|stud(?:y|ies)|datasets?|comparison|definition)\b/i

const OF_ITSELF = /^\W*(?:(?:who|what|how|where|how old|why) )?are you\b|\bdo you (?:love|like|hate|prefer|feel|dream|sleep|eat|live|speak|remember|believe in|want|enjoy)\b|\byour (?:name|favou?rite|opinion|age|password|system prompt|instructions|creator|feelings|secrets?)\b|\bsystem prompt\b|\b(?:your|previous|all) instructions\b|\btell me (?:a|another|some) (?:joke|story|secret|poem|riddle)s?\b/i
const OF_THE_DAY = /\bwhat(?:['’]s| is| will be) (?:the )?(?:weather|time|date|news|stock price|traffic)(?=\W*$| (?:like|today|now|in|on|for|tomorrow|right)\b)|\bwhat (?:time|day|date) is it\b|\bwhat(?:['’]s| is) on (?:tv|the radio)\b|\bmeaning of life\b|\bthe password of\b/i
const SUM = /^\W*(?:what(?:['’]s| is)|how much is|calculate|compute)?\s*\d[\d.,]*\s*(?:[-+*/×x]|times|plus|minus|divided by)\s*\d[\d.,]*\W*$/i
/** Of the asker's own affairs; a researcher may well ask how they should choose a learning rate. */
const OF_MYSELF = /\b(?:my|mine|me|should i|shall i|did i|am i|do i|can i|we)\b|^\W*(?:can|could|will) you\b|\b(?:tonight|tomorrow|right now|this weekend|on sunday)\b/i

/** A command, small talk, or a question about the day; whatever the library holds, papers do not answer it. */
export function isNotAboutPapers(text: string): boolean {
  if (OF_ITSELF.test(text) || OF_THE_DAY.test(text) || SUM.test(text)) return true
  return COMMAND.test(text) && !SCHOLARLY.test(text)
}

/** Capitals tell a person from a subject: "papers by Ada Potter", but not "papers by method". */
const BY_PERSON = /\b(?:papers?|articles?|works?|publications?|anything|written|published) (?:of|by|from) (?:\p{Lu}\.? ?)*\p{Lu}\p{Ll}+(?: \p{Lu}[\p{Ll}.]+)+\W*$/u
const OF_RECORD = /\bwho (?:are|is|were|was) the (?:(?:first|last|main|senior|corresponding) )?authors?\b|^\W*who (?:wrote|authored|published|proposed|invented|developed|introduced|created)\b|^\W*when (?:was|were|did) .+ (?:published|written|released|proposed|submitted|appear)\W*$|\b(?:in )?(?:which|what) (?:year|journal|venue|conference) (?:was|were|did) .+ (?:published|written|released|appear)|^\W*(?:which|what) (?:is|are) the (?:newest|latest|oldest|most recent|most cited) (?:papers?|articles?|one)\b|\bhow (?:many times|often) (?:is|was|has) .+ (?:been )?cited\b/i

/** Who wrote a paper, when, and where: facts that stand beside an abstract, not in it. */
export function isOfRecord(text: string): boolean {
  return OF_RECORD.test(text) || BY_PERSON.test(text)
}

/** Rather about the asker than about papers; only where the library has no answer. */
export function isPersonal(text: string): boolean {
  return OF_MYSELF.test(text)
}

/** Terms so common in abstracts that they name no subject: rarity 2.2 is in one abstract of nine. */
const GENERAL = 2.2
/** Common in questions rather than in abstracts. */
const EMPTY_WORDS: ReadonlySet<string> = new Set(
  `accuracy accurate advantage answer art author bad basically benefit best better big bit brief cheap claim code conclude conclusion cost course describe detail difference disadvantage
  discuss drawback exactly example expensive explain explanation fast faster fastest finding fine first fit general go good great happen help idea implement important insight interesting
  issue key kind know last less limitation little look lot main matter mean meaning member most name need next nice ok one open outcome overview part people point practice precisely pro con question quick
  real reason second size slow slower solve sort speed step strong stuff sum summarise summarize summary take tell test thing think time topic true try type understand useful value want weak win word work
  works worth write wrong year yes number story purpose goal aim contribution information info`.split(/\s+/).map(stem),
)

/** "What about performance?": every word is one that any paper has. A name or a figure is a subject; so is "release a new dataset", as some papers do. */
export function isTooVague({ text, terms, denied, says = '' }: Question, rarity: Rarity): boolean {
  if (/\p{L}/u.test(text) === false) return false
  if (/(?<!^\W*)\b(?:\p{Lu}[\p{L}\d-]*\p{Lu}|\p{Lu}\p{Ll}+\d)/u.test(text)) return false
  const isDoing = denied !== undefined || (says !== '' && !/^(?:bear|are) /.test(says))
  return terms.every(({ term, joined }) => joined === undefined && !/\d/.test(term) && ((rarity(term) < GENERAL && !isDoing) || EMPTY_WORDS.has(term)))
}

/** What a question says of its asking, and words of every day: that no paper has them tells nobody anything. */
const ASKING = /^(?:deals?|dealt|mention(?:s|ed)?|wrote|written|discuss(?:es|ed)?|newest|biggest|thesis|says?|said|talks?|lists?|bears?|covers?|concern(?:s|ed)?|took|taken|drew|drawn|got|gotten|went|gone|came|touch(?:es|ed|ing)?|los(?:e|es|t)|somebody|someone|anybody|nobody)$/i
const MANNER = /^\w+(?:al|ous|ive|ent|ant|ic|ed|ing|eap|act|ick|ful|less)ly$/i

export function isOfAsking(word: string): boolean {
  return ASKING.test(word) || MANNER.test(word) || EMPTY_WORDS.has(stem(word.toLowerCase()))
}

/** Share of the question's terms that neither the library nor a quarter of a million abstracts know, from which on it makes no sense. */
const UNKNOWN = 0.5

export function isNonsense({ terms }: Question, missing: readonly string[], rarity: Rarity): boolean {
  const greatest = rarity('\u0000')
  const unknown = terms.filter(({ term, surface }) => rarity(term) >= greatest && missing.includes(surface)).length
  return terms.length === 0 || unknown / terms.length >= UNKNOWN
}
