/** Reads from a question what kind of answer would satisfy it, and about what. */
import { subjectTerms } from '../../text/terms.js'
import type { Term } from '../../text/terms.js'
import { halvesOf } from './halves.js'
import { orderAsked, readListing } from './listed.js'
import type { Listing, ListOrder } from './listed.js'

export type QuestionKind =
  /** Papers or approaches, several: "Which papers …", "What methods …". */
  | 'list'
  /** A number: "How much", "What accuracy". */
  | 'figure'
  | 'comparison'
  | 'definition'
  | 'reason'
  /** A way of doing: "How is … done?" */
  | 'method'
  /** A thing with a name: "Which dataset", "Who". */
  | 'name'
  | 'yes-no'
  | 'open'

export interface Question {
  readonly text: string
  readonly kind: QuestionKind
  readonly terms: readonly Term[]
  /** What a list is asked about, or what is to be defined, in the words of the question; absent where it cannot be told apart. */
  readonly subject?: string
  /** What a list says of its papers: "bear on federated learning", "use contrastive learning". */
  readonly says?: string
  /** What the members of a list are to be without, and that the most of all is asked for: "retraining", "biggest". */
  readonly denied?: string
  readonly extreme?: string
  /** Two questions that are asked in one, where they are. */
  readonly halves?: readonly Question[]
  /** By year, where a list is asked for so. */
  readonly order?: ListOrder
  /** Titles that the question puts between quotation marks: it is asked of these papers. */
  readonly named: readonly string[]
  /** The two things that are to be compared, in the words of the question. */
  readonly sides?: readonly [string, string]
}

const MEASURES = String.raw`accurac(?:y|ies)|rates?|percentages?|percent|share|fraction|speed-?ups?|ratios?|factors?|numbers?|scores?|f1|bleu|map|auc|auroc|error|latency|throughput|size|cost|savings?|reductions?|improvements?|gains?|energy|memory|parameters?|performance|perplexity|p-?values?|prevalence|incidence|dose|mortality|risk|temperature|mass|age`

/** The first rule that matches decides, where no list is asked for. */
const RULES: readonly (readonly [QuestionKind, RegExp])[] = [
  ['comparison', /(?<!^\W*how (?:much|many|long|fast|large)\b.*)\b(?:compare[ds]?|comparison|versus|vs\.?|differences? between|differ(?:s|ent)? (?:from|in)|better than|worse than|(?:is|are|does|do) .+ or .+\?$|which is (?:better|faster|more|less))\b|\b(?:differ|compare)\?$/],
  ['figure', new RegExp(String.raw`\bhow (?:much|many|fast|quick(?:ly)?|slow|large|big|small|accurate|often|frequent(?:ly)?|common|rare|long|short|tall|far|close|near|high|low|deep|wide|thick|thin|old|hot|cold|warm|heavy|massive|bright|dense|cheap|expensive|well|strong(?:ly)?|sensitive|likely)\b|\bby what\b|\b(?:what|which)\b(?: (?:is|are|was|were|the|kind of|top-1|top-5|test|maximum|minimum|average|mean|overall|final))*(?: [\w-]+)? (?:${MEASURES})\b`)],
  ['figure', new RegExp(String.raw`^\W*(?:the )?(?:[\w-]+ ){0,2}(?:${MEASURES}) (?:of|for|on|before|after|from)\b`)],
  ['reason', /^\W*(?:why|what (?:causes|explains|makes|leads))\b|\b(?:reasons?|cause) (?:for|of|why)\b/],
  ['name', /^\W*what(?:'s|’s| is| are| was| were) the (?:[\w-]+ ){0,2}\w+ (?:of|in|for|from|at|on|between|with|behind)\b(?!.*\bmean)|^\W*what(?:'s|’s| is| are| was| were) (?:[\w-]+ ){0,3}[\w-]+['’]s? \w+/],
  ['definition', /^\W*(?:what(?:'s|’s| exactly (?:is|are)| is| are| does .+ (?:mean|stand for)| (?:do|does|did) \w+ (?:\w+ )?mean by)|define|explain|describe|who is|meaning of)\b(?! the (?:best|most|main))/],
  ['method', /^\W*(?:in (?:what|which) way|how)\b/],
  ['name', /^\W*(?:(?:on|in|with|for|by|to|from) )?(?:which|what|who|whom|whose|where|when)\b/],
  ['yes-no', /^\W*(?:is|are|was|were|do|does|did|can|could|should|has|have|will|would|may|might)\b/],
]

/** Titles between quotation marks name papers; their words say nothing of what is asked. */
const QUOTED = /[“"]([^”"]{3,})[”"]/g

/** Of several papers or of two sides one thing is asked, however it is put. */
const SINGLE: ReadonlySet<QuestionKind> = new Set(['list', 'comparison', 'open'])

export function readQuestion(text: string): Question {
  const question = readWhole(text)
  const halves = SINGLE.has(question.kind) || question.named.length > 0 ? [] : halvesOf(text).map(readWhole)
  return halves.length === 0 || halves.some(({ kind }) => SINGLE.has(kind)) ? question : { ...question, halves }
}

function readWhole(text: string): Question {
  const bare = text.replace(QUOTED, 'X')
  const listing = readListing(bare)
  const sides = listing === undefined ? sidesOf(text) : undefined
  const kind = listing !== undefined ? 'list' : sides !== undefined ? 'comparison' : (RULES.find(([, pattern]) => pattern.test(bare.toLowerCase()))?.[0] ?? 'open')
  const about = listing ?? (kind === 'definition' ? definedSubject(text) : {})
  const order = kind === 'list' ? orderAsked(text) : undefined
  const named = [...text.matchAll(QUOTED)].map((match) => match[1] as string)
  const own = subjectTerms(kind === 'list' && about.subject !== undefined ? about.subject : text.replace(QUOTED, ' '))
  return { text, kind, named, terms: own.length > 0 ? own : subjectTerms(text), ...about, ...(order === undefined ? {} : { order }), ...(sides === undefined ? {} : { sides }) }
}

const SIDE = String.raw`((?:[“"][^”"]+[”"])|(?:[^\s,;:?!]+(?: [^\s,;:?!]+){0,4}?))`
const END = String.raw`(?=\s*(?:[?.!,;:]|$)|\s+(?:as|in|for|on|when|with|at|by|under|if|regarding|concerning|which)\b)`

/** Two sides named as such; a side has at most five words. */
const SIDES: readonly RegExp[] = [
  new RegExp(String.raw`^\W*which of ${SIDE} (?:and|or) ${SIDE} (?=(?:is|are|has|have|needs?|uses?|does|do|can|gives?|saves?|works?|runs?|requires?|reaches|achieves|performs?)\b)`, 'i'),
  new RegExp(String.raw`\b(?:differences?|comparison|relation|trade-?offs?) between ${SIDE} and ${SIDE}${END}`, 'i'),
  new RegExp(String.raw`\bcompare (?!the (?:ways|methods|approaches|papers|works))${SIDE} (?:and|with|to|against|versus|vs\.?) ${SIDE}${END}`, 'i'),
  new RegExp(String.raw`\bhow (?:do|does|did|is|are) ${SIDE} and ${SIDE} (?:differ|compare)\b`, 'i'),
  new RegExp(String.raw`\bhow (?:do|does|did|is|are) ${SIDE} (?:differ(?:ent)? from|compared? (?:with|to|against)) ${SIDE}${END}`, 'i'),
  new RegExp(String.raw`^\W*(?:is|are|does|do|can|was|were|will|would) ${SIDE}(?: \w+)? (?:(?:more|less) [\w-]+|\w+er|worse) than ${SIDE}${END}`, 'i'),
  new RegExp(String.raw`^\W*(?:is|are) ${SIDE} or ${SIDE} (?:the )?(?:better|best|faster|cheaper|smaller|larger|stronger|more|less|worse)\b`, 'i'),
  new RegExp(String.raw`(?:^|[:,] )${SIDE}(?: or|,? vs\.?|,? versus) ${SIDE}(?:[:,?]|$)`, 'i'),
]

/** No thing of its own: "other methods", "previous work". */
const NO_SIDE = /^(?:others?|previous|existing|prior|the rest|traditional|earlier|alternatives?|competing|its?|them|this|these|those)\b/i

function sidesOf(text: string): readonly [string, string] | undefined {
  for (const pattern of SIDES) {
    const found = pattern.exec(text)
    const [one, other] = [found?.[1], found?.[2]].map((side) => side?.replace(/^(?:the|an?)\s+/i, '').replace(/^["“]|["”]$/g, '').trim())
    if (one === undefined || other === undefined || one === '' || other === '' || NO_SIDE.test(one) || NO_SIDE.test(other)) continue
    if (subjectTerms(one).length > 0 && subjectTerms(other).length > 0) return [withNounOf(other, one), other]
  }
  return undefined
}

/** "Structured" beside "unstructured pruning" is structured pruning. */
function withNounOf(other: string, one: string): string {
  const [adjective, noun, ...rest] = other.split(' ')
  const isAdjective = (word: string | undefined) => word !== undefined && /^[\p{Ll}-]+(?:ed|al|ic|ive|ous|less|ary|ful|able|ible|free|based|shot|ised|ized)$/u.test(word)
  return isAdjective(one) && isAdjective(adjective) && noun !== undefined && rest.length === 0 ? `${one} ${noun}` : one
}

const LONGEST_SUBJECT = 80

const DEFINED: readonly RegExp[] = [
  /(?<=\s)[“"'‘]([^"”'’]{2,60})[”"'’]/,
  /^\W*(?:what (?:do|does|did) \w+ (?:\w+ )?mean by|(?:what(?:'s|’s| is) the )?meaning of) (.+?)[?.!\s]*$/i,
  /^\W*what (?:does|do|did) (?:the (?:term|word|phrase) )?(.+?) (?:mean|stand for)\b/i,
  /^\W*(?:what(?:'s|’s| is| are)(?: exactly)?|what exactly (?:is|are)|define|explain|describe|who is)(?: meant by)? (.+?)[?.!\s]*$/i,
]

function definedSubject(text: string): Listing {
  const found = DEFINED.map((pattern) => pattern.exec(text)?.[1]).find((one) => one !== undefined)
  return found === undefined || found.length > LONGEST_SUBJECT || /\b(?:that|which|who|used|known)\b/.test(found) ? {} : { subject: found }
}
