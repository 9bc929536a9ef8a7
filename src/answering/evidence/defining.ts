/** Tells whether a sentence says what a thing is, rather than only uses it. */
import type { Paper } from '../../papers/paper.js'
import { subjectTerms, terms } from '../../text/terms.js'
import { escapedForPattern } from '../../text/words.js'

/** Words from the start of a sentence within which stands what it is about. */
const SENTENCE_SUBJECT = 8

/** Whether a sentence is about the subject from its start: "L-Mul approximates …", "The algorithm, L-Mul, …". */
export function introduces(sentence: string, subject: string): boolean {
  const start = new Set(terms(sentence.split(/\s+/).slice(0, SENTENCE_SUBJECT).join(' ')))
  return subjectTerms(subject).every(({ term, joined }) => start.has(term) || (joined !== undefined && start.has(joined)))
}

/** A word with a capital or a digit inside is the name of one thing, which whoever speaks of it from the start describes. */
export const IS_NAME = /^\S*(?:\p{L}\p{Lu}|\d|-\p{Lu})\S*$/u
/** Behind the subject, and what it is called for short in brackets. */
const STATES = /^(?:e?s)?(?: \([^)]*\))?,? (?:(?:is|are)\b(?! \w+ed\b)|refers?\b|means?\b|denotes?\b|represent\b|form\b|provide\b|(?!(?:is|was|has|does|remains|[a-z]+(?:ties|ions|ments|ers|ors|ics|isms)|methods|models|systems|networks|measures|techniques|problems|tasks|effects|states|patterns|levels|rates|schemes|frameworks|strategies|approaches|features|patients|studies|gaps|bounds|tools)\b)[a-z]+s\b)/i

/** Whether a sentence says what the subject is: "Federated learning (FL) is …", "A heddle lifts …", "… is termed drift"; of a name, whether it begins with it. */
export function describes(sentence: string, subject: string): boolean {
  return defines(sentence, subject) || (IS_NAME.test(subject) && introduces(sentence, subject))
}

/** 1 where a sentence says outright what the subject is, a half where it is about it from its start, else 0. */
export function howFarDefined(sentence: string, subject: string): number {
  if (DANGLES.test(sentence)) return 0
  return defines(sentence, subject) ? 1 : introduces(sentence, subject) ? 0.5 : 0
}

export function defines(sentence: string, subject: string): boolean {
  if (IS_NAME.test(subject)) return introducesName(sentence, subject)
  return proposesAs(sentence, subject) || isStated(sentence, subject) || isCalled(sentence, subject) || isCondition(sentence, subject)
}

/** Behind "In statistics," and the like; "Drift, the process of …," says it in passing. */
function isStated(sentence: string, subject: string): boolean {
  const bare = escapedForPattern(bareOf(subject).replace(/s$/i, '').toLowerCase())
  const [, after] = new RegExp(String.raw`^(?:[^,]{1,40}, )?(?:an? |the )?${bare}(.*)$`, 'is').exec(sentence.toLowerCase()) ?? []
  return after !== undefined && (STATES.test(after) || /^s?(?: \([^)]*\))?, (?:the|an?|also|or|i\.e\.|that is|in which|where) /i.test(after))
}

/** "Pain that persists is termed neuralgia", "we refer to this trade-off as the guardrail tax". */
function isCalled(sentence: string, subject: string): boolean {
  return new RegExp(String.raw`\b(?:termed|called|named|dubbed|known as|defined as|(?:refer(?:s|red)? to|denote[sd]?|define[sd]?)\b[^.;]{0,80} as|(?:call|term|name|dub)s? (?:this|these|it|them|such)\b[^.;]{0,40}?)(?: the| an?)? ["“‘']?${escapedForPattern(bareOf(subject))}`, 'i').test(sentence)
}

/** "A graph is observable if …" of an observable graph. */
function isCondition(sentence: string, subject: string): boolean {
  const [adjective, noun, ...rest] = bareOf(subject).replace(/s$/i, '').split(' ').map(escapedForPattern)
  return noun !== undefined && rest.length === 0 && new RegExp(String.raw`\b${noun}s? (?:is|are) (?:said to be |called )?${adjective},? (?:if|when|whenever)\b`, 'i').test(sentence)
}

/** "We propose FlatQuant (Fast …), a …", "a method called L-Mul", "L-Mul is a …": says outright what bears the name. */
export function introducesName(sentence: string, name: string): boolean {
  const own = escapedForPattern(bareOf(name))
  const called = String.raw`(?:propos|present|introduc|develop|design|describ|call|nam|term|dubb|releas)\w*\b[^.]{0,80}?(?<![\w-])${own}(?![\w-])`
  const stated = String.raw`(?:^|[\s(])${own}\)?(?: \([^)]*\))? ?(?:,|:|–|—)? ?(?:is|are|, which|an?|the first) (?:an?|the|one|new|novel|[\w-]+)\b`
  return new RegExp(`${called}|${stated}`, 'i').test(sentence) && !DANGLES.test(sentence)
}

/** "We propose delayed shrinking (DS) that …", "a rule called slow start, which …". */
function proposesAs(sentence: string, subject: string): boolean {
  return new RegExp(String.raw`\b(?:propos|introduc|call|nam|term|dubb)\w* (?:an? |the )?(?:novel |new )?${escapedForPattern(bareOf(subject))}(?: \([^)]*\))?,? (?:that|which|where|in which|an?|the)\b`, 'i').test(sentence)
}

function bareOf(subject: string): string {
  return subject.replace(/^(?:an?|the) /i, '')
}

/** "A tool developed for this purpose": nobody can tell for which. */
export const DANGLES = /(?<!^\S*)\b(?:for|to|with|by|of) (?:this|that|these|those|such an?) (?:purpose|end|aim|goal|task|reason|question|problem)s?\b/i

/** The subject as the paper spells it: "flatquant" may be the FlatQuant of its title. */
export function nameFor(subject: string, paper: Pick<Paper, 'title' | 'abstract'>): string {
  const bare = bareOf(subject)
  if (bare.includes(' ') || IS_NAME.test(bare)) return subject
  const written = new RegExp(String.raw`(?<![\p{L}\p{N}-])${escapedForPattern(bare)}(?![\p{L}\p{N}-])`, 'iu').exec(`${paper.title} ${paper.abstract}`)?.[0]
  return written !== undefined && IS_NAME.test(written) ? written : subject
}

