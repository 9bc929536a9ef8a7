/** Chooses which papers an answer names, and which of their sentences it quotes. */
import { shareOf } from '../../retrieval/answerability.js'
import type { Rarity } from '../../retrieval/rarity.js'
import { subjectTerms, terms } from '../../text/terms.js'
import type { Evidence, PaperEvidence } from '../evidence/evidence.js'
import { nameIn } from '../question/ellipsis.js'
import type { Question, QuestionKind } from '../question/question.js'
import { isTitle, mainTitle } from './phrasing.js'

/**
 * A further sentence joins when it is at least this good, against the best one. Of the questions of `npm run fit`, by trees
 * that have not seen their papers, a right sentence is then quoted for 95 %, with 2.1 sentences an answer; for 88 % with
 * 1.3 at 0.4 and two further sentences at most. Lower still, hardly one in twenty that join is right.
 */
const SECOND_SENTENCE = 0.1
const FURTHER_SENTENCES = 3
/** Where the first says the very figure, or yes or no, what else is said is seldom wanted. */
const BESIDE_PLAIN = 0.4
/** A further paper, likewise. */
const SECOND_PAPER = 0.6
const LISTED_PAPER = 0.2
/** Share of the words of a subject that title and one sentence hold, against the paper that holds most. */
const HELD_TOGETHER = 0.7
/** A sentence that introduces what is to be defined leads, if it is at least this good, against the best one. */
const INTRODUCING = 0.25

/** Questions that ask for several papers rather than one fact. */
const WIDE: ReadonlySet<QuestionKind> = new Set(['list', 'comparison', 'open'])

export function asksForSeveral({ kind }: Question): boolean {
  return WIDE.has(kind)
}

/** The papers that bear on the question: those that it names by title, else the best and those that come near it. */
export function bearing(question: Question, evidence: readonly PaperEvidence[], rarity: Rarity): PaperEvidence[] {
  const wide = asksForSeveral(question)
  const quotable = evidence.filter(({ sentences }) => sentences.length > 0)
  const named = quotable.filter(({ paper }) => isNamed(question.text, paper.title) || question.named.some((title) => isTitle(title, paper.title)))
  if (named.length > 0) return named.length > 1 && PICKS.test(question.text) ? picked(question, named, rarity) : named
  if (question.named.length > 0) return quotable
  const ranked = quotable
    .map((paper) => ({ paper, held: wide ? heldTogether(question, paper, rarity) : 1, value: (paper.relevance + paper.coverage + (wide ? paper.titleCoverage : 0)) * (0.5 + best(paper)) }))
    .sort((a, b) => b.value - a.value)
  const top = ranked[0]?.value ?? 0
  const most = Math.max(...ranked.map(({ held }) => held))
  const kept = ranked
    .filter(({ held, value }) => (wide ? value >= top * LISTED_PAPER && held >= most * HELD_TOGETHER : value >= top * SECOND_PAPER))
    .map(({ paper }) => paper)
  return wide ? kept : ofTheNamed(question.text, kept)
}

/** Where the question names a work, and the first paper speaks of it, others that do not are none of its business. */
function ofTheNamed(question: string, papers: readonly PaperEvidence[]): PaperEvidence[] {
  const name = nameIn(question)?.toLowerCase()
  const holds = ({ paper }: PaperEvidence) => name === undefined || `${paper.title} ${paper.abstract}`.toLowerCase().includes(name)
  return papers[0] !== undefined && holds(papers[0]) ? papers.filter(holds) : [...papers]
}

/** Asks for some of the papers that it names: "Which of “A” and “B” needs no training?" */
const PICKS = /^\W*(?:and |so )?(?:which|what|who|(?:do|does|is|are|did|has|have|can) (?:any|one|either|some))\b/i

/** Those that hold most of what is asked beside their names. */
function picked(question: Question, papers: readonly PaperEvidence[], rarity: Rarity): PaperEvidence[] {
  const held = papers.map((paper) => ({ paper, held: heldTogether(question, paper, rarity) })).sort((a, b) => b.held - a.held)
  const most = held[0]?.held ?? 0
  return held.filter((one) => one.held >= most * HELD_TOGETHER).map(({ paper }) => paper)
}

/** Share of the subject, by the rarity of its words, that the title and one sentence of a paper hold together. */
function heldTogether({ terms: wanted }: Question, { paper, sentences }: PaperEvidence, rarity: Rarity): number {
  const title = terms(paper.title)
  return Math.max(...sentences.map(({ text }) => shareOf(wanted, new Set([...title, ...terms(text)]), rarity)))
}

/** Whether a question holds the main title, if that is long enough not to stand there by chance. */
export function isNamed(question: string, title: string): boolean {
  const main = mainTitle(title)
  return main.split(' ').length >= 3 && question.toLowerCase().includes(main.toLowerCase())
}

/** Words from the start of a sentence within which stands what it is about. */
const SENTENCE_SUBJECT = 8

/** Whether a sentence is about the subject from its start: "L-Mul approximates …", "The algorithm, L-Mul, …". */
export function introduces(sentence: string, subject: string): boolean {
  const start = new Set(terms(sentence.split(/\s+/).slice(0, SENTENCE_SUBJECT).join(' ')))
  return subjectTerms(subject).every(({ term, joined }) => start.has(term) || (joined !== undefined && start.has(joined)))
}

/** A word with a capital or a digit inside is the name of one thing, which whoever speaks of it from the start describes. */
const IS_NAME = /^\S*(?:\p{L}\p{Lu}|\d|-\p{Lu})\S*$/u
/** Behind the subject, and what it is called for short in brackets. */
const STATES = /^(?:e?s)?(?: \([^)]*\))?,? (?:(?:is|are)\b(?! \w+ed\b)|refers?\b|means?\b|denotes?\b|represent\b|form\b|provide\b|(?!is\b|was\b|has\b|does\b)[a-z]+s\b)/i

/** Whether a sentence says what the subject is: "Federated learning (FL) is …", "A heddle lifts …"; of a name, whether it begins with it. */
export function describes(sentence: string, subject: string): boolean {
  if (IS_NAME.test(subject)) return introduces(sentence, subject)
  const bare = subject.replace(/^(?:an?|the) /i, '').replace(/s$/i, '').toLowerCase()
  const [, after] = new RegExp(String.raw`^(?:an? |the )?${escapedForPattern(bare)}(.*)$`, 'is').exec(sentence.toLowerCase()) ?? []
  return after !== undefined && STATES.test(after)
}

function escapedForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Asks for the long form, which stands before the short one in brackets. */
const STANDS_FOR = /\bwhat (?:does|do|did) (?:the )?(?:abbreviation |acronym )?["“]?([\p{L}\d-]+)["”]? stand for\b/iu

/** What a paper says it contributes. */
const CONTRIBUTES = /\b(?:we|the authors|this (?:paper|work|study|article))\b(?:\s\w+)? (?:propose|present|introduce|develop|design|describe)s?\b/i

/**
 * The sentence to quote first: the best, unless one that is nearly as good says what was asked in its place. Where
 * something is to be defined, that is the sentence that introduces it; in a list, the one in which a paper says what it
 * does about the subject, rather than the first, which says why the subject matters.
 */
export function leadOf(question: Question, paper: PaperEvidence): Evidence {
  const lead = paper.sentences[0] as Evidence
  const { kind, subject } = question
  const good = paper.sentences.filter(({ probability }) => probability >= lead.probability * INTRODUCING)
  const inOrder = [...good].sort((a, b) => a.start - b.start)
  const short = STANDS_FOR.exec(question.text)?.[1]
  const longForm = short === undefined ? undefined : paper.sentences.find(({ text }) => text.includes(`(${short})`))
  if (longForm !== undefined) return longForm
  if (kind === 'definition' && subject !== undefined) return inOrder.find(({ text }) => describes(text, subject)) ?? inOrder.find(({ text }) => introduces(text, subject)) ?? lead
  if (kind !== 'list' || contributes(lead.text, paper)) return lead
  const onSubject = (one: Evidence) => sharesTerm(question, one.text)
  const later = lead.start === 0 ? good.slice(1).find(onSubject) : undefined
  return inOrder.find((one) => contributes(one.text, paper) && onSubject(one)) ?? later ?? lead
}

/** Whether a sentence says that something is proposed, or begins with the name that the title gives it. */
function contributes(text: string, { paper }: PaperEvidence): boolean {
  const name = mainTitle(paper.title)
  return CONTRIBUTES.test(text) || (!name.includes(' ') && introduces(text, name))
}

function sharesTerm({ terms: wanted }: Question, text: string): boolean {
  const held = new Set(terms(text))
  return wanted.some(({ term, joined }) => held.has(term) || (joined !== undefined && held.has(joined)))
}

/** Without one, a sentence cannot say how many. */
const FIGURE = /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|billions?|half|third|quarter|twice|double|triple|tenfold|single|no|all)\b/i

/**
 * What is quoted of a paper that answers: the leading sentence, then at most three others (one where the first is plain) in the order of the abstract.
 * Sentences that follow each other there are one quote.
 * @param isPlain the leading sentence says what was asked, and leaves no doubt of it
 */
export function passagesOf({ kind }: Question, { sentences, paper }: PaperEvidence, lead: Evidence, isPlain: boolean): [Evidence, ...Evidence[]] {
  const least = (sentences[0]?.probability ?? 0) * (isPlain ? BESIDE_PLAIN : SECOND_SENTENCE)
  const further: Evidence[] = []
  for (const one of sentences) {
    if (further.length === (isPlain ? 1 : FURTHER_SENTENCES) || one.probability < least) break
    const mayHold = kind !== 'figure' || FIGURE.test(one.text)
    if (mayHold && ![lead, ...further].some((other) => overlap(one, other))) further.push(one)
  }
  const passages: [Evidence, ...Evidence[]] = [lead]
  for (const next of further.sort((a, b) => a.start - b.start)) {
    const at = passages.findIndex(({ end }) => end <= next.start && paper.abstract.slice(end, next.start).trim() === '')
    const before = passages[at]
    if (before === undefined) passages.push(next)
    else passages[at] = { ...before, end: next.end, text: paper.abstract.slice(before.start, next.end) }
  }
  return passages
}

function best({ sentences }: PaperEvidence): number {
  return sentences[0]?.probability ?? 0
}

function overlap(a: Evidence, b: Evidence): boolean {
  return a.start < b.end && b.start < a.end
}
