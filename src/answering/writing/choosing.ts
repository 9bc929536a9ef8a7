/** Chooses which papers an answer names, and which of their sentences it quotes. */
import { shareOf } from '../../retrieval/answerability.js'
import type { Rarity } from '../../retrieval/rarity.js'
import { terms } from '../../text/terms.js'
import type { Evidence, PaperEvidence } from '../evidence/evidence.js'
import { nameIn } from '../question/ellipsis.js'
import type { Question, QuestionKind } from '../question/question.js'
import { givesNumber } from './asked-fact.js'
import { isTitle, mainTitle } from './phrasing.js'
import { answersKind } from './telling.js'

/** A further sentence joins when it is at least this good, against the best one, and adds something that was asked for. */
const SECOND_SENTENCE = 0.1
const FURTHER_SENTENCES = 3
/** Where the leading sentence is of the kind that is asked for. */
const FURTHER_WHERE_SURE = 2
/** From here on it joins whatever it adds. */
const ALMOST_AS_GOOD = 0.4
/** A further paper, likewise. */
const SECOND_PAPER = 0.6
const LISTED_PAPER = 0.2
/** Share of the words of a subject that title and one sentence hold, against the paper that holds most. */
const HELD_TOGETHER = 0.7
/** Questions that ask for several papers rather than one fact. */
const WIDE: ReadonlySet<QuestionKind> = new Set(['list', 'comparison', 'open'])

export function asksForSeveral({ kind }: Question): boolean {
  return WIDE.has(kind)
}

/** Asks for several papers on one subject: each belongs to them or not. */
export function isList({ kind, terms, named, sides }: Question): boolean {
  return named.length === 0 && sides === undefined && (kind === 'list' || (kind === 'open' && terms.length <= LONGEST_SUBJECT))
}

/** A question of so many words asks for more than a subject. */
const LONGEST_SUBJECT = 4

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

/**
 * What is quoted of a paper that answers: the leading sentence, then what adds something asked for, in the order of the
 * abstract. Sentences that follow each other there are one quote.
 * @param most further sentences; none where the leading one says what was asked, and leaves no doubt of it
 */
export function passagesOf(question: Question, { sentences, paper }: PaperEvidence, lead: Evidence, most?: number): [Evidence, ...Evidence[]] {
  const greatest = sentences[0]?.probability ?? 0
  const isSure = answersKind(question, lead.text)
  const room = most ?? (isSure ? FURTHER_WHERE_SURE : FURTHER_SENTENCES)
  const further: Evidence[] = []
  for (const one of sentences) {
    if (further.length === room || one.probability < greatest * SECOND_SENTENCE) break
    const quoted = [lead, ...further]
    const mayHold = question.kind !== 'figure' || givesNumber(one.text)
    if (mayHold && !quoted.some((other) => overlap(one, other)) && (!isSure || one.probability >= greatest * ALMOST_AS_GOOD || adds(question, one, quoted))) further.push(one)
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

/** Holds a word of the question that no quote has yet, or is of the kind that is asked for where they are not. */
function adds(question: Question, { text }: Evidence, quoted: readonly Evidence[]): boolean {
  const held = new Set(quoted.flatMap((quote) => terms(quote.text)))
  const own = new Set(terms(text))
  if (question.terms.some(({ term }) => own.has(term) && !held.has(term))) return true
  return answersKind(question, text) && !quoted.some((quote) => answersKind(question, quote.text))
}

function best({ sentences }: PaperEvidence): number {
  return sentences[0]?.probability ?? 0
}

function overlap(a: Evidence, b: Evidence): boolean {
  return a.start < b.end && b.start < a.end
}
