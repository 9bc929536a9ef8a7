/** Reads what a question that asks for several papers wants of the list: on what, how many, in which order. */
import { subjectTerms } from '../../text/terms.js'

export const WORKS = 'papers?|articles?|studies|publications|works?|research|literature'
const METHODS = 'approaches|methods|techniques|ways|strategies|algorithms|models|frameworks|datasets|benchmarks|options|solutions|systems|surveys|trials'
const THINGS = `${WORKS}|${METHODS}`

/** What a list is of. */
export interface Listing {
  /** What is looked for, and what a member has to hold; absent where it cannot be told apart. */
  readonly subject?: string
  /** What is said of the members: "bear on federated learning", "use contrastive learning". */
  readonly says?: string
  /** What the members are to be without: "retraining". */
  readonly denied?: string
  /** The member that is the most of all is asked for: "biggest". */
  readonly extreme?: string
}

const LONGEST_SUBJECT = 80
/** How a list is asked for: an opening, and which of them are wanted. */
const NAMING = String.raw`(?:list|show|find|name|give|recommend|tell|compare|summari[sz]e)(?: me| us)?(?: (?:an? )?(?:overview|summary|review|list) of)?`
const OPENING = String.raw`^\W*(?:(?:please|and|so|ok|hi|hello|can you|could you)\W+)*(?:(?<which>which|what(?: are)?)|${NAMING}|(?:are|is) there|(?:do|did) (?:you|we) have|have you(?: got)?|does (?:this|the|your) library (?:have|hold)|(?=any|some|all|recent|the|[\w-]+ (?:papers?|studies|work|research|literature) (?:on|about)|(?:${WORKS}|surveys|trials) (?:on|of|about|that|which|in|for|using|with)|(?:datasets|benchmarks|methods|approaches|techniques) (?:for|on|to|of|and)))(?:(?:^|\s+)(?:any|all|every|some|other|kinds? of|of|these|those|the|this|your|our|recent|latest|newest|oldest|new|main|good|best|different|various|existing|relevant|important|key|top|more|most|first|two|three|four|five|ten|\d+)\b)*`
/** Between which and the noun, no verb and no preposition stands. */
const DESCRIBED = String.raw`(?:(?!(?:is|are|was|were|do|does|did|can|may|has|have|in|on|of|to|for|with|by|from|at|as|that|whose|how|many|happens|shows?)\b)[\p{L}\p{N}][\p{L}\p{N}/-]*\s+)`
/** Says that something is the subject, and nothing of its own. */
const ABOUT = String.raw`on|about|for|of|in|regarding|to|deal(?:s|ing)? with|concern(?:s|ing)?|(?:are|is) concerned with|related to|stud(?:y|ies)|examines?|address(?:es)?|discuss(?:es)?|consider(?:s)?|looks? (?:at|into)|works? (?:on|with)|investigates?|covers?|treats?|mentions?|handles?|tackles?|speaks? (?:of|about)|(?:says?|tells? us|reports?|finds?|concludes?|knows?) (?:on|about)`
/** What papers do with what they have, in many words: it is said of the members, and not looked for. */
const DOING = String.raw`uses?|using|includes?|proposes?|presents?|introduces?|reports?|releases?|describes?|provides?|offers?|develops?|gives?|contains?`
const BETWEEN = 'here|there|exists?|available|that|which|who|do|does|did|you|we|the|papers?|has|have|had|been|is|are|was|were|work|made|done|written|said|found|published|known|learned|got|(?:in|from) (?:this|the|your|our) library'

const OF_THINGS = new RegExp(String.raw`${OPENING}\s*(?<described>${DESCRIBED}{0,5}?)(?<noun>${THINGS})(?: (?:and|or) (?:${THINGS}))?\b(?<rest>.*)$`, 'iu')
/** Behind "which" so many words may describe what is asked for. */
const DESCRIBED_AT_MOST = 2
/** "Overview of …", "anything on …", "what has been done about …": no papers are named. */
const OPEN: readonly RegExp[] = [
  /\b(?:overview|survey|summary|review|state of the art) (?:of|on|in|about) (?<rest>.+)$/i,
  /\b(?:anything|something|stuff|material|information) (?:on|about|regarding|concerning) (?<rest>.+)$/i,
  /^\W*what(?:['’]s| is| are| has| have| do| does| did)?(?: (?:the|you|we|there|else|is|are|do|does|papers|articles|studies|known|been|got|have|has|know|new|latest|done|written|said|found|published|learned|here|this library|the library|say|tell us|work))+ (?:on|about|in|for|regarding) (?<rest>.+)$/i,
  /\b(?:recent|latest|new) (?:advances|progress|developments) (?:in|on|for) (?<rest>.+)$/i,
]
/** Asks where something is done, or what can be done: the papers are not named either. */
const DONE: readonly RegExp[] = [/^\W*where (?:is|are|was|were) (?<rest>.+? used\b.*)$/i, /^\W*what (?:can|could|should) (?:i|we|one|you) do (?:to|about|against) (?<rest>.+)$/i]
/** "List the once for all papers": whatever stands before them is their subject. */
const CALLED = new RegExp(String.raw`^\W*${NAMING}(?: all)?(?: the)? (?<rest>(?:[\w-]+ ){1,5})(?:papers|articles|studies)$`, 'i')
/** Of some papers it is asked which of them does something: their subject is not all that is asked. */
const PICKS = /^\W*(?:which|what) of (?:them|these|those|the)\b(?! papers (?!on\b|about\b|in\b|by\b|from\b)\w)/i
/** "Need no retraining", "work without labels", "do not use attention"; "are training-free". */
const DENIED = /\b(?:no|not|without|never|nothing|avoid(?:s|ing)?|lacks?)\b(?: (?:any|an?|the|more|further|additional|need(?:s|ing)?|use|using|require|requiring|rely(?:ing)? on|have|having|do))* (.+)$/i
const FREE_OF = /(?:^|\s)([\w-]+)[- ]free\b/i
const EXTREME = /\b(?:the )?(biggest|largest|highest|greatest|smallest|lowest|fastest|slowest|most|least|longest|shortest|strongest|cheapest)\b/i
/** "What models was X tried on?" asks a name of one paper. */
const OF_ONE = new RegExp(String.raw`^(?:was|were|did|does|do|has|is|are) (?!not\b|you\b|we\b|the (?:papers|authors)\b|there\b)(?!.*\bused (?:for|in|to)\b)(?:it|they|the|this|\S*\p{Lu}|\S+ (?:use|used|using|tried|tested)\b)`, 'u')

/** What a list is asked about, in the words of the question; undefined where no list is asked for. */
export function readListing(text: string): Listing | undefined {
  const bare = withoutEnd(text)
  if (PICKS.test(bare)) return {}
  for (const pattern of OPEN) {
    const rest = pattern.exec(bare)?.groups?.['rest']
    if (rest !== undefined) return ofSubject(/^the (?:work|papers|research|literature)\b|(?:papers|work|research)$/i.test(rest) ? (ofThings(`list ${rest}`)?.subject ?? rest) : rest)
  }
  for (const pattern of DONE) {
    const rest = pattern.exec(bare)?.groups?.['rest']
    if (rest !== undefined) return withSubject(rest, `bear on ${pattern === DONE[1] ? 'how to ' : ''}${rest}`)
  }
  const named = CALLED.exec(bare)?.groups?.['rest']?.trim()
  return ofThings(bare) ?? (named === undefined ? undefined : ofSubject(named))
}

function ofThings(text: string): Listing | undefined {
  const { which, described = '', noun = '', rest = '' } = OF_THINGS.exec(text)?.groups ?? {}
  const following = rest.replace(/ (?:is|are|were|was|have been) (?:described|compared|used|proposed|known|available|there|discussed|mentioned|presented|studied)$/i, '').trim()
  const isMethod = new RegExp(`^(?:${METHODS})$`, 'i').test(noun)
  const before = described.trim()
  const words = before === '' ? 0 : before.split(/\s+/).length
  const isVerb = /^works?$/i.test(noun) && words > 0
  if (noun === '' || (which !== undefined && (words > DESCRIBED_AT_MOST || isVerb)) || (isMethod && OF_ONE.test(following))) return undefined
  const about = new RegExp(String.raw`^(?:(?:${BETWEEN}) )*?(?:${ABOUT}) (.+)$`, 'i').exec(following)?.[1]
  if (about !== undefined) return ofSubject([before, about].filter((part) => part !== '').join(' '))
  const predicate = following.replace(/^(?:(?:here|there|exists?|that|which|who|do you have|have you got)\b ?)+/i, '').replace(/^(?:and|or|by|from|since)\b.*$/i, '')
  if (predicate === '') return ofSubject(before === '' && isMethod ? noun : before)
  const denied = (DENIED.exec(predicate) ?? FREE_OF.exec(`${before} ${predicate}`))?.[1]
  if (denied !== undefined && subjectTerms(denied).length > 0) return { subject: denied, says: inPlural(predicate), denied }
  const object = new RegExp(String.raw`^(?:${DOING}) (.+)$`, 'i').exec(predicate)?.[1]?.replace(/^(?:an? |some )?(?:new|novel) /i, '')
  const subject = [before, object ?? predicate].filter((part) => part !== '').join(' ')
  const extreme = EXTREME.exec(subject)?.[1]
  if (extreme !== undefined) return { ...ofSubject(subject.replace(EXTREME, '').trim()), extreme }
  const who = [before, noun].filter((part) => part !== '').join(' ')
  return withSubject(subject, isMethod || before !== '' ? `bear on ${who} that ${predicate}` : inPlural(predicate))
}

function ofSubject(subject: string): Listing {
  return withSubject(subject, `bear on ${subject}`)
}

function withSubject(subject: string, says: string): Listing {
  return subject.length > LONGEST_SUBJECT || subjectTerms(subject).length === 0 ? {} : { subject, says }
}

/** "Reports figures" as several papers do: "report figures". */
function inPlural(predicate: string): string {
  return predicate.replace(/^is\b/i, 'are').replace(/^has\b/i, 'have').replace(/^does\b/i, 'do').replace(/^(\w+[^s\W])s(?= )/, '$1')
}

/** The same of one paper: "bears on …", "uses …"; what is in the past stays. */
export function inSingular(predicate: string): string {
  const [verb = ''] = /^\w+/.exec(predicate) ?? []
  const rest = predicate.slice(verb.length)
  const irregular = { are: 'is', have: 'has', do: 'does' }[verb]
  if (irregular !== undefined) return `${irregular}${rest}`
  if (/(?:ed|s|wrote|found|made|was|were|can|will)$/.test(verb)) return predicate
  return `${/(?:sh|ch|x|z|o)$/.test(verb) ? `${verb}es` : /[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ies` : `${verb}s`}${rest}`
}

/** Without what is asked beside the subject: in which order, how, and that it is of this library. */
function withoutEnd(text: string): string {
  return text.replace(/[?.!\s]+$/, '').replace(/,? and (?:(?:by|to|in|on|at|for|with) )?(?:how|why|what|when|which)\b.*$/i, '').replace(/,? (?:newest|latest|oldest|most recent) first$|,? (?:sorted |ordered )?by (?:year|date)$/i, '').replace(/ (?:in|from) (?:this|the|your|my|our) library$| (?:in )?here$| at all$/i, '').trim()
}

export type ListOrder = 'newest' | 'oldest'

const NEWEST = new RegExp(String.raw`\b(?:what(?:'s|’s| is| are)(?: the)? (?:new|latest)|newest|latest|most recent|recent(?:ly)?(?= (?:${THINGS}|advances|progress|developments|work))|new(?= (?:${WORKS}|approaches|methods|developments))|by (?:year|date)|state of the art)\b`, 'i')
const OLDEST = /\b(?:oldest|earliest|chronological(?:ly)?)\b/i

/** By year where that is asked for; otherwise by how much they bear on it. */
export function orderAsked(text: string): ListOrder | undefined {
  return OLDEST.test(text) ? 'oldest' : NEWEST.test(text) ? 'newest' : undefined
}

const NUMBERS = ['two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
const COUNT = new RegExp(String.raw`\b(?:list|give|show|name|find|recommend|top|best|first|newest|latest|me|the)\s+(\d{1,2}|${NUMBERS.join('|')})\s+(?:[\w-]+\s+){0,2}(?:${THINGS})\b`, 'i')
const ALL = new RegExp(String.raw`\b(?:list|give|show|name|find)\b(?: me)? (?:all|every)\b|\ball (?:of )?(?:the )?(?:[\w-]+ ){0,2}(?:${THINGS})\b`, 'i')

/** How many papers a question asks for in words: "list all papers on …", "the three newest papers". */
export function countAsked(text: string, most: number): number | undefined {
  const count = COUNT.exec(text)?.[1]?.toLowerCase()
  if (count !== undefined) return Math.max(1, Math.min(most, NUMBERS.includes(count) ? NUMBERS.indexOf(count) + 2 : Number(count)))
  return ALL.test(text) ? most : undefined
}
