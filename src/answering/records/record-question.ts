/** Reads what a question asks of the records that stand beside abstracts: who wrote a paper, when, how many there are. */
import { subjectTerms } from '../../text/terms.js'
import { countAsked } from '../question/listed.js'
import type { Venue } from './venue-question.js'

/** What must hold of a paper's record. */
export interface RecordFilter {
  /** Names as asked, each of an author of the paper. */
  readonly authors?: readonly string[]
  /** As asked, and as records may spell it out; a part of the venue's name. */
  readonly venue?: Venue
  /** Inclusive. */
  readonly year?: { readonly from?: number; readonly to?: number }
}

export type RecordFact = 'authors' | 'year' | 'venue'

export type RecordQuestion =
  /** "Who wrote FlatQuant?"; `ofMaking`: "Who invented it?", which an abstract may tell as well. */
  | { readonly kind: 'fact'; readonly fact: RecordFact; readonly works: readonly string[]; readonly ofMaking?: true }
  /** "Which papers are from 2024?", "How many papers are about KV caches?", "What is the newest paper on pruning?" */
  | { readonly kind: 'papers'; readonly want: 'list' | 'count' | 'newest' | 'oldest'; readonly filter: RecordFilter; readonly subject?: string; readonly count?: number }
  /** "Which of “A” and “B” is newest?" */
  | { readonly kind: 'age'; readonly want: 'newest' | 'oldest'; readonly works: readonly string[] }
  /** "What do papers by Chen since 2023 say about pruning?": the question without its conditions, to be asked of these papers. */
  | { readonly kind: 'narrowed'; readonly question: string; readonly filter: RecordFilter }

const WORKS = String.raw`(?:papers?|articles?|publications?|preprints?|works?|studies|study)`
const TITLE = String.raw`[“"][^”"]+[”"]`
const WORK = String.raw`(?<work>${TITLE}|.+?)`
const VERB = String.raw`(?:published|written|released|submitted|made public|presented)`

/** The first that matches decides. */
const FACTS: readonly (readonly [RecordFact, RegExp])[] = [
  ['authors', new RegExp(String.raw`^\W*(?:and |so )?who (?:(?:has |have )?(?:wrote|written|authored|co-?authored|published|proposed|invented|developed|introduced|created)|(?:is|are|was|were) (?:the )?(?:(?:first|last|main|lead|senior) )?authors? (?:of|behind)|(?:is|are) behind) ${WORK}\W*$`, 'iu')],
  ['authors', new RegExp(String.raw`^\W*(?:list |name |give me |show me |tell me )?(?:the )?authors? (?:of|for) ${WORK}\W*$`, 'iu')],
  ['authors', new RegExp(String.raw`^\W*by (?:who|whom) (?:is|was|were) ${WORK} (?:written|authored|proposed|published)\W*$`, 'iu')],
  ['year', new RegExp(String.raw`^\W*(?:and )?(?:when|(?:in )?(?:which|what) year) (?:was|were|is|did) ${WORK} (?:first )?(?:${VERB}|appear|come out|from|proposed|introduced)\W*$`, 'iu')],
  ['year', new RegExp(String.raw`^\W*(?:what is |what’s |what's )?the (?:publication )?(?:year|date) of ${WORK}\W*$`, 'iu')],
  ['year', new RegExp(String.raw`^\W*how (?:old|recent) is ${WORK}\W*$`, 'iu')],
  ['venue', new RegExp(String.raw`^\W*(?:and )?(?:where|(?:(?:in|at) )?(?:which|what) (?:journal|venue|conference|proceedings|workshop)) (?:was|were|is|did) ${WORK} (?:${VERB}|appear|come out)(?: in| at)?\W*$`, 'iu')],
]

/** Its authors are known, what an abstract says of them is not: "the authors of X conclude" asks something else. */
const NO_WORK = /^(?:the )?(?:authors?|it|this|that|they|these|those|them|papers?|articles?|drug|patients?|participants?|data)$/i

const MAKING = /^\W*(?:and |so )?(?:who (?:has |have )?(?:proposed|invented|developed|introduced|created)|when .+ (?:proposed|introduced)\W*$)/i

/** @param given conditions that were read out of the question, and stand in it no longer */
export function readRecordQuestion(text: string, given: RecordFilter = {}): RecordQuestion | undefined {
  for (const [fact, pattern] of FACTS) {
    const work = pattern.exec(text)?.groups?.['work']?.replace(/^(?:the|this) (?:(?:paper|article|work|study|method|algorithm|technique|model) )?(?=\S)/i, '').replace(/^(?:paper|article|study) (?:about|on|called|titled|entitled) /i, '').replace(/ (?:paper|article)$/i, '').trim()
    if (work === undefined || work === '' || NO_WORK.test(work)) continue
    const titles = titlesIn(text)
    return { kind: 'fact', fact, works: titles.length > 0 ? titles : [work], ...(MAKING.test(text) ? { ofMaking: true } : {}) }
  }
  const [, extreme] = AGE.exec(text) ?? []
  if (extreme !== undefined) return { kind: 'age', want: isOld(extreme) ? 'oldest' : 'newest', works: titlesIn(text) }
  return readPapersQuestion(text, given)
}

const AGE = new RegExp(String.raw`^\W*(?:and )?which (?:one )?of (?:${TITLE}(?:, | and )?){2,} (?:is|was|came out|appeared) (?:the )?(newest|latest|last|newer|most recent|more recent|oldest|older|earliest|earlier|first)\W*$`, 'iu')

function titlesIn(text: string): string[] {
  return [...text.matchAll(/[“"]([^”"]+)[”"]/g)].map((match) => match[1] as string)
}

function isOld(extreme: string): boolean {
  return /old|earl|first/i.test(extreme)
}

const YEAR = String.raw`(?:19|20)\d\d`
const SPAN = String.raw`(?:between (?<first>${YEAR}) and (?<last>${YEAR})|(?<how>in|from before|from|of|since|after|before|until|till|up to|through|by) (?:the year )?(?<year>${YEAR})(?: ?(?:-|–|to|until|and|through) ?(?<to>${YEAR}))?(?: (?:on|onwards?|or later))?)`
/** Behind "papers", or behind a verb of publishing: "trained on data from 2019" is no condition on papers. */
const YEARS: readonly RegExp[] = [
  new RegExp(String.raw`(?<=\b${WORKS}\b)(?: (?:that|which))?(?: (?:are|were|is|was|have been|has been))?(?: (?:published|written|released|dated|appeared|appearing|out|new))? ${SPAN}`, 'iu'),
  new RegExp(String.raw`,? ?(?:that |which )?(?:(?:are|were|is|was|have been|has been|has|have|did) )?(?:published|written|released|dated|appeared|appear|come out) ${SPAN}`, 'iu'),
  new RegExp(String.raw`,? (?:are|were|is|was|(?:are )?there|you have|we have) ${SPAN}(?=\W*$)`, 'iu'),
]
/** At the end of a question for papers: "papers on tides since 2020". */
const YEARS_LAST = new RegExp(String.raw`(?<=\b${WORKS}\b.{3,120}?),? (?=since|after|before|from|between)${SPAN}\W*$`, 'iu')
const YEAR_BEFORE = new RegExp(String.raw`\b(?<year>${YEAR}) (?=(?:papers|articles|publications|preprints|works|studies)\b)`, 'iu')

/** `LLMs` and `SSBL` are no names of people. */
const NAME_WORD = String.raw`(?!\p{Lu}{2})\p{Lu}[\p{L}.'’-]*`
const NAME = String.raw`${NAME_WORD}(?: (?:(?:van|von|de|der|den|da|di|del|la|le|el|al|bin)\b|${NAME_WORD}))*`
const NAMES = String.raw`(?<names>${NAME}(?:(?:,| and| &|, and) ${NAME})*)(?: et al\.?)?`
const AUTHORS: readonly RegExp[] = [
  new RegExp(String.raw`(?<=\b${WORKS}\b)(?: (?:that|which))?(?: (?:are|were|is|was))?(?: (?:written|authored|published|co-?authored))? by ${NAMES}`, 'u'),
  new RegExp(String.raw`(?<=\b(?:papers|articles|publications|works)\b) (?:from|of) ${NAMES}(?=\W*$| (?:since|from|in|after|before|between|on|about|say)\b)`, 'u'),
]
/** "What has Ada Potter written on tides?", "What did Potter et al. publish since 2020?" */
const WRITES = new RegExp(String.raw`^\W*(?:[Ww]hat|[Ww]hich papers|[Hh]ow many papers) (?:has|have|did|does|do) ${NAMES} (?:written|publish(?:ed)?|write|authored|author)\b`, 'u')
/** "What do Potter et al. say about tides?" */
const SAY = new RegExp(String.raw`\b(?:do|does|did) ${NAME} et al\.? (?=say|report|find|write|conclude|claim|propose)`, 'u')

const HOW_MANY = new RegExp(String.raw`^\W*(?:and )?how many ${WORKS}\b(?! (?:do|does|did) (?!you\b|we\b|i\b|(?:this|the|your) library\b))`, 'iu')
/** "How many studies of falls were included?" asks of what a review says. */
const OF_A_REVIEW = /\b(?:were|was|are|is|have been|has been)(?: \w+)? (?:included|reviewed|analy[sz]ed|identified|screened|found|selected|retrieved|considered|surveyed|examined|assessed)\b/i
const EXTREME = new RegExp(String.raw`\b(?<extreme>newest|latest|most recent|oldest|earliest) (?:${WORKS}|one|ones)\b`, 'iu')
const LISTS = new RegExp(String.raw`^\W*(?:(?:please|can you|could you) )*(?:(?:which|what|list|show|find|give|any|are there|do you have|does (?:this|the) library have|is there|all|the|me|some|other|recent)\b ?)*(?:of )?(?:the )?${WORKS}\b|^\W*what\W*$`, 'iu')
/** What stands between "papers" and what they are about. */
const ABOUT = new RegExp(String.raw`\b${WORKS}\b(?: (?:in (?:this|the|your) library|here|there|do you have|do we have|are|is|does|do|that|which|exist|have been|has|you have))*(?: (?:on|about|for|concern(?:s|ing)?|regarding|related to|deal(?:s|ing)? with|mention(?:s|ing)?|discuss(?:es|ing)?|address(?:es|ing)?|cover(?:s|ing)?|us(?:e|es|ing)|study|studies|studying|propos(?:e|es|ing)|treat(?:s|ing)?|consider(?:s|ing)?|investigat(?:e|es|ing)|work(?:s|ing)? on))+ (?<subject>.+?)\W*$`, 'iu')

/** Words that ask for papers and say nothing of which. */
const OF_ASKING = /^(?:list|show|find|name|newest|latest|recent|oldest|earliest|library|collection|exist|exists|hold|holds|available|publish|published|written|publications?|preprints?|works?|year)$/i
const BEFORE_SUBJECT = new RegExp(String.raw`^.*?\b${WORKS}\b(?: (?:that|which|do|does|in (?:this|the|your) library))*`, 'iu')

const SAY_ABOUT = new RegExp(String.raw`^\W*what (?:do|does|did) (?:the )?${WORKS} (?:say|report|find|conclude|claim|tell us) (?:on|about)\b`, 'iu')

/** Papers that are read out at most, whoever asks for all. */
const MOST_COUNTED = 20

function readPapersQuestion(text: string, given: RecordFilter): RecordQuestion | undefined {
  const wanted = HOW_MANY.test(text) && !OF_A_REVIEW.test(text) ? 'count' : (EXTREME.exec(text)?.groups?.['extreme']?.toLowerCase() ?? undefined)
  const { filter: own, rest } = conditionsIn(text)
  const filter = { ...given, ...own }
  const hasFilter = Object.keys(filter).length > 0
  if (wanted === undefined && !hasFilter) return undefined
  const isBare = subjectTerms(rest).every(({ surface }) => OF_ASKING.test(surface))
  const subject = isBare ? undefined : subjectOf(rest)
  if (wanted !== undefined) {
    const about = subject ?? (isBare ? undefined : rest.replace(BEFORE_SUBJECT, '').replace(/\W+$/, ''))
    if (about === undefined && !hasFilter && wanted === 'count') return undefined
    const count = countAsked(text, MOST_COUNTED)
    return { kind: 'papers', want: wanted === 'count' ? 'count' : isOld(wanted) ? 'oldest' : 'newest', filter, ...(count === undefined ? {} : { count }), ...(about === undefined ? {} : { subject: about.trim().replace(/^[“"]|[”"]$/g, '') }) }
  }
  if (isBare) return { kind: 'papers', want: 'list', filter }
  const isList = subject !== undefined && (LISTS.test(rest) || SAY_ABOUT.test(rest))
  return { kind: 'narrowed', filter, question: isList ? `Which papers deal with ${subject}?` : rest }
}

function subjectOf(rest: string): string | undefined {
  const subject = (ABOUT.exec(rest) ?? /\b(?:on|about) (?<subject>.+?)\W*$/iu.exec(rest))?.groups?.['subject']?.replace(/ (?:are there|do you have|are in (?:this|the|your) library|(?:does|do) (?:this|the|your) library (?:have|hold)|in (?:this|the|your) library)\W*$/i, '')
  return subject === undefined || subjectTerms(subject).length === 0 ? undefined : subject
}

/** The conditions on authors and years, and the question without them. */
function conditionsIn(text: string): { readonly filter: RecordFilter; readonly rest: string } {
  let rest = text
  const writes = WRITES.exec(rest)
  let names = writes?.groups?.['names']
  if (writes !== null) rest = `Which papers${rest.slice(writes.index + writes[0].length)}`
  for (const pattern of AUTHORS) names ??= cut(pattern)?.['names']
  const say = SAY.exec(rest)
  if (names === undefined && say !== null) {
    names = new RegExp(NAME, 'u').exec(say[0])?.[0]
    rest = `${rest.slice(0, say.index)}do papers ${rest.slice(say.index + say[0].length)}`
  }
  const before = YEAR_BEFORE.exec(rest)?.groups
  if (before !== undefined) rest = rest.replace(YEAR_BEFORE, '')
  const year = before === undefined ? yearsOf([...YEARS, ...(LISTS.test(rest) ? [YEARS_LAST] : [])].reduce<Record<string, string | undefined> | undefined>((found, pattern) => found ?? cut(pattern), undefined)) : yearsOf({ how: 'in', year: before['year'] })
  const authors = names?.split(/,? and |, | & /).map((name) => name.trim()).filter((name) => name !== '')
  return { filter: { ...(authors === undefined ? {} : { authors }), ...(year === undefined ? {} : { year }) }, rest: rest.replace(/\s+/g, ' ').replace(/ (?=[?.!,])/g, '').trim() }

  function cut(pattern: RegExp): Record<string, string | undefined> | undefined {
    const found = pattern.exec(rest)
    if (found === null) return undefined
    rest = `${rest.slice(0, found.index)}${rest.slice(found.index + found[0].length)}`
    return found.groups
  }
}

function yearsOf(groups: Readonly<Record<string, string | undefined>> | undefined): RecordFilter['year'] {
  if (groups === undefined) return undefined
  if (groups['first'] !== undefined) return { from: Number(groups['first']), to: Number(groups['last']) }
  const year = Number(groups['year'])
  if (groups['to'] !== undefined) return { from: year, to: Number(groups['to']) }
  switch (groups['how']?.toLowerCase()) {
    case 'since':
      return { from: year }
    case 'after':
      return { from: year + 1 }
    case 'before':
    case 'from before':
      return { to: year - 1 }
    case 'until':
    case 'till':
    case 'up to':
    case 'through':
    case 'by':
      return { to: year }
    default:
      return { from: year, to: year }
  }
}
