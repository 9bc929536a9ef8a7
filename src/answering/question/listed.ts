/** Reads what a question that asks for several papers wants of the list: on what, how many, in which order. */
import { subjectTerms } from '../../text/terms.js'

export const WORKS = 'papers?|articles?|studies|publications|works?|research|literature'

const THINGS = String.raw`${WORKS}|approaches|methods|techniques|ways|strategies|algorithms|models|frameworks|datasets|benchmarks|options|solutions`
const LONGEST_SUBJECT = 80
const LIST_SUBJECT = new RegExp(
  String.raw`\b(?:${THINGS}|overview|survey|summary|review|known|there|have|anything|something|stuff|material|information|new|news|advances|progress|developments|latest|state of the art)\b(?: (?:here|there|exist|are|is|do|does|we|the|work|have|made))* (?:on|about|for|of|in|deal(?:s|ing)? with|concern(?:s|ing)?|related to|stud(?:y|ies)|examines?|address(?:es)?|discuss(?:es)?|consider(?:s)?|looks? at|works? on|investigates?|covers?|treats?|mentions?|uses?|includes?|proposes?|presents?|introduces?|reports?|(?:says?|tells? us|reports?|finds?|concludes?) (?:on|about)) (.+)$`,
  'i',
)
/** "Which quantum papers …", "list deep learning papers": what they are about stands before them. */
const DESCRIBED = new RegExp(String.raw`^\W*(?:(?:which|what|list|show|find|name|give|recommend|any|me|all|some|the)\s+)+((?:[\p{L}\p{N}][\p{L}\p{N}-]*\s+){1,3}?)(?:papers?|articles?|studies|publications)\b`, 'iu')
/** Says which of them are wanted, not what they are about. */
const OF_CHOICE = /\b(?:recent|new|newer|newest|latest|old|older|oldest|earliest|good|best|top|other|all|main|major|important|key|relevant|different|various|seminal|existing|most|more|first|last|few|many|of|the|these|those|three|four|five|six|seven|eight|nine|ten|\d+)\b/gi
/** Of some papers it is asked which of them does something: their subject is not all that is asked. */
const PICKS = /^\W*(?:which|what) of (?:the|these|those) /i

/** What a list is asked about, in the words of the question. */
export function listedSubject(text: string): string | undefined {
  if (PICKS.test(text)) return undefined
  const found = LIST_SUBJECT.exec(text)?.[1]?.replace(/[?.!]+\s*$/, '').replace(/,? and (?:how|why|what|when)\b.*$/i, '').replace(/,? (?:newest|latest|oldest|most recent) first$|,? (?:sorted |ordered )?by (?:year|date)$/i, '').replace(/ (?:in|from) (?:this|the|your|my|our) library$| (?:in )?here$/i, '').trim()
  const described = DESCRIBED.exec(text)?.[1]?.replace(OF_CHOICE, ' ').replace(/\s+/g, ' ').trim() ?? ''
  const subject = [described, found ?? ''].filter((part) => part !== '').join(' ')
  return subject.length > LONGEST_SUBJECT || subjectTerms(subject).length === 0 ? undefined : subject
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
