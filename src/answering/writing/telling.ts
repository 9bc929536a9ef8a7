/** Finds the sentence in which a paper says what a question of its kind asks for: the definition, the figure, the reason. */
import { isIn } from '../../retrieval/answerability.js'
import { terms } from '../../text/terms.js'
import { ASKS, ASKS_LIMIT, CUES, HOPES, LIES_AT } from '../evidence/cues.js'
import { howFarDefined, introduces, nameFor } from '../evidence/defining.js'
import type { Evidence, PaperEvidence } from '../evidence/evidence.js'
import { nameIn } from '../question/ellipsis.js'
import type { Question } from '../question/question.js'
import { readStatement } from '../statements/statement.js'
import { askedFigure, asksForNumber, fitsFigure, givesNumber, hasSort } from './asked-fact.js'
import { mainTitle } from './phrasing.js'
import { asksYesNo, verdictOf } from './polarity.js'

/** Asks for the long form, which stands before the short one in brackets. */
const STANDS_FOR = /\bwhat (?:does|do|did) (?:the )?(?:abbreviation |acronym )?["“]?([\p{L}\d-]+)["”]? stand for\b/iu

/** What a paper says it contributes. */
const CONTRIBUTES = /\b(?:we|the authors|this (?:paper|work|study|article|thesis|survey|review)|here)\b(?:,? \w+,?){0,2} (?:propose|present|introduce|develop|design|describe|devise|offer|provide|release|survey|review)s?\b|\b(?:is|are) (?:proposed|presented|introduced|developed)\b/i
/** What it looks at, and what it found. */
const STUDIES = /\b(?:we|the authors|this (?:paper|work|study|article|thesis|survey|review)|here)\b(?:,? \w+,?){0,4} (?:stud(?:y|ies)|investigate|examine|analy[sz]e|explore|address(?:es)?|consider|show|prove|demonstrate|find|argue|evaluate|compare|derive|establish|report|assess|use|extend|apply|characteri[sz]e|revisit|identify|formali[sz]e|construct|build|create|conduct|perform)s?\b|\b(?:aims?|purpose|objectives?|goal) (?:of (?:this|the present) (?:study|work|paper|review) )?(?:is|was|were) to\b|^To (?:evaluate|assess|determine|compare|investigate|examine|study|test)\b|\b(?:was|were) (?:found|shown|significantly|associated|more|less|as)\b/i

function finds(text: string): boolean {
  return /\d/.test(text) || CUES.finding.test(text)
}

/** So many words ask for one thing rather than for what there is on a subject. */
const SINGLE = 4

type Tells = (sentence: Evidence) => boolean

/** How good a sentence must be against the best one to lead because it says what was asked in its place. */
const NEARLY = 0.25
const HALF = 0.4
/** It says what was asked, however unlike the question it is. */
const LISTED = 0.12

/**
 * The sentence to quote first: the best, unless one that is nearly as good says what was asked in its place. Where
 * something is to be defined, that is the sentence that introduces it; in a list, the one in which a paper says what it
 * does about the subject, rather than the first, which says why the subject matters.
 */
export function leadOf(question: Question, paper: PaperEvidence): Evidence {
  if (question.kind === 'list' || (question.kind === 'open' && question.terms.length < SINGLE)) return belonging(question, paper)
  const best = paper.sentences[0] as Evidence
  const short = STANDS_FOR.exec(question.text)?.[1]
  const longForm = short === undefined ? undefined : paper.sentences.find(({ text }) => text.includes(`(${short})`))
  if (longForm !== undefined) return longForm
  for (const { tells, least, byPlace = false } of preferences(question, paper)) {
    const good = paper.sentences.filter(({ probability }) => probability >= best.probability * least)
    const found = (byPlace ? [...good].sort((a, b) => a.start - b.start) : good).find(tells)
    if (found !== undefined) return found
  }
  return best
}

interface Preference {
  readonly tells: Tells
  readonly least: number
  /** The first in the abstract rather than the most probable. */
  readonly byPlace?: true
}

/** What would be the best lead, next best and so on; a preference that the best sentence fulfils ends the search with it. */
function preferences(question: Question, paper: PaperEvidence): Preference[] {
  const { kind, subject } = question
  const { title } = paper.paper
  if (asksYesNo(question)) return [{ tells: (one) => verdictOf(question, one.text, paper.paper) !== undefined, least: LISTED }]
  if (kind === 'definition' && subject !== undefined) {
    const named = nameFor(subject, paper.paper)
    return [
      { tells: (one) => howFarDefined(one.text, named) === 1, least: LISTED, byPlace: true },
      { tells: (one) => howFarDefined(one.text, named) > 0, least: NEARLY, byPlace: true },
    ]
  }
  if (kind === 'figure') {
    return [
      { tells: (one) => askedFigure(question, one.text, title) !== undefined, least: HALF },
      { tells: (one) => !asksForNumber(question) || givesNumber(one.text), least: NEARLY },
    ]
  }
  if (kind === 'reason') return [{ tells: (one) => CUES.reason.test(one.text) && sharesTerm(question, one.text), least: HALF }]
  return []
}

/** What a sentence of a list gains that says what the paper does, or looks at, and loses that says what others did, or asks and hopes. */
const DOES = 0.6
const LOOKS_AT = 0.4
const OF_OTHERS = 0.35
const IDLE = 0.6
/** What a word of the subject counts that stands in the title alone. */
const BY_TITLE = 0.7

/** The sentence that shows best why a paper belongs in a list: it holds the subject, and says what the paper itself does about it. */
function belonging(question: Question, paper: PaperEvidence): Evidence {
  const asked = readStatement(question.text).keys
  const title = new Set(terms(paper.paper.title))
  const value = ({ text, probability, start }: Evidence) => {
    const held = new Set(terms(text))
    const { keys } = readStatement(text)
    const share = question.terms.reduce((sum, term) => sum + (isIn(held, term) ? 1 : isIn(title, term) ? BY_TITLE : 0), 0) / Math.max(1, question.terms.length)
    const said = [...asked].filter((key) => keys.has(key)).length / Math.max(1, asked.size)
    const does = contributes(text, paper) ? DOES : STUDIES.test(text) ? LOOKS_AT : start === 0 || CUES.beforehand.test(text) ? -OF_OTHERS : 0
    const idle = ASKS.test(text) || HOPES.test(text) || LIES_AT.test(text) ? IDLE : 0
    return share + (said + probability) / 2 + does - idle
  }
  const [best] = [...paper.sentences].map((one) => ({ one, value: value(one) })).sort((a, b) => b.value - a.value || a.one.start - b.one.start)
  return (best as { readonly one: Evidence }).one
}

/** Whether a sentence says that something is proposed, or begins with the name that the title gives it. */
function contributes(text: string, { paper }: PaperEvidence): boolean {
  const name = mainTitle(paper.title)
  return CONTRIBUTES.test(text) || (!name.includes(' ') && introduces(text, name) && nameIn(name) !== undefined)
}

function sharesTerm({ terms: wanted }: Question, text: string): boolean {
  const held = new Set(terms(text))
  return wanted.some(({ term, joined }) => held.has(term) || (joined !== undefined && held.has(joined)))
}

/** What kind of thing a sentence says, by which a further quote is introduced. */
export function roleOf(text: string): 'conclusion' | 'finding' | 'approach' | undefined {
  if (/^(?:in (?:conclusion|summary)|overall|(?:these|our|the) (?:results|findings|data) (?:suggest|indicate|show|demonstrate|support)|we conclude|conclusions?\b|it is concluded)/i.test(text)) return 'conclusion'
  if (CONTRIBUTES.test(text)) return 'approach'
  return CUES.finding.test(text) && !CUES.beforehand.test(text) && !CUES.limit.test(text) ? 'finding' : undefined
}

/** Whether a sentence gives what questions of this kind ask for. */
export function answersKind(question: Question, text: string): boolean {
  if (ASKS_LIMIT.test(question.text)) return CUES.limit.test(text)
  if (question.kind === 'reason') return CUES.reason.test(text)
  if (question.kind === 'method') return CUES.method.test(text)
  return question.kind === 'figure' ? hasSort(question) && fitsFigure(question, text) : finds(text) && !CUES.beforehand.test(text)
}
