/** Finds the sentence in which a paper says what a question of its kind asks for: the definition, the figure, the reason. */
import { subjectTerms, terms } from '../../text/terms.js'
import type { Evidence, PaperEvidence } from '../evidence/evidence.js'
import { nameIn } from '../question/ellipsis.js'
import type { Question } from '../question/question.js'
import { askedFigure, fitsFigure, hasSort } from './asked-fact.js'
import { mainTitle } from './phrasing.js'
import { verdictOf } from './polarity.js'

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
const STATES = /^(?:e?s)?(?: \([^)]*\))?,? (?:(?:is|are)\b(?! \w+ed\b)|refers?\b|means?\b|denotes?\b|represent\b|form\b|provide\b|(?!(?:is|was|has|does|remains|[a-z]+(?:ties|ions|ments|ers|ors|ics|isms)|methods|models|systems|networks|measures|techniques|problems|tasks|effects|states|patterns|levels|rates|schemes|frameworks|strategies|approaches|features|patients|studies|gaps|bounds|tools)\b)[a-z]+s\b)/i

/** Whether a sentence says what the subject is: "Federated learning (FL) is …", "A heddle lifts …"; of a name, whether it begins with it. */
export function describes(sentence: string, subject: string): boolean {
  if (IS_NAME.test(subject)) return introducesName(sentence, subject) || introduces(sentence, subject)
  if (proposesAs(sentence, subject)) return true
  const bare = bareOf(subject).replace(/s$/i, '').toLowerCase()
  const [, after] = new RegExp(String.raw`^(?:an? |the )?${escapedForPattern(bare)}(.*)$`, 'is').exec(sentence.toLowerCase()) ?? []
  return after !== undefined && STATES.test(after)
}

/** "We propose FlatQuant (Fast …), a …", "a method called L-Mul", "L-Mul is a …": says outright what bears the name. */
function introducesName(sentence: string, name: string): boolean {
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

export function escapedForPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}

/** Asks for the long form, which stands before the short one in brackets. */
const STANDS_FOR = /\bwhat (?:does|do|did) (?:the )?(?:abbreviation |acronym )?["“]?([\p{L}\d-]+)["”]? stand for\b/iu

/** "A tool developed for this purpose": nobody can tell for which. */
const DANGLES = /(?<!^\S*)\b(?:for|to|with|by|of) (?:this|that|these|those|such an?) (?:purpose|end|aim|goal|task|reason|question|problem)s?\b/i

/** What a paper says it contributes. */
const CONTRIBUTES = /\b(?:we|the authors|this (?:paper|work|study|article|thesis|survey|review)|here)\b(?:,? \w+,?){0,2} (?:propose|present|introduce|develop|design|describe|devise|offer|provide|release|survey|review)s?\b|\b(?:is|are) (?:proposed|presented|introduced|developed)\b/i
/** What it looks at, and what it found. */
const STUDIES = /\b(?:we|the authors|this (?:paper|work|study|article|thesis|survey|review)|here)\b(?:,? \w+,?){0,2} (?:stud(?:y|ies)|investigate|examine|analy[sz]e|explore|address(?:es)?|consider|show|prove|demonstrate|find|argue|evaluate|compare|derive|establish|report|assess|use|extend|apply|characteri[sz]e|revisit|identify|formali[sz]e|construct|build|create|conduct|perform)s?\b|\b(?:aims?|purpose|objectives?|goal) (?:of (?:this|the present) (?:study|work|paper|review) )?(?:is|was|were) to\b|^To (?:evaluate|assess|determine|compare|investigate|examine|study|test)\b|\b(?:was|were) (?:found|shown|significantly|associated|more|less|as)\b/i

const REASON = /\b(?:because|due to|since|caus\w+|owing to|leads? to|result(?:s|ing)? in|stems? from|attribut\w+|therefore|thereby|as a result|explain\w*|linked to|so that)\b/i
const METHOD = /\b(?:by (?:\w+ly )?(?!improv|increas|reduc|achiev|outperform|up\b)\w+ing|via|consists? of|based on|combin\w+|replac\w+|integrat\w+|incorporat\w+|leverag\w+|splits?|rout\w+|employ\w*|utili[sz]\w+|introduc\w+|propos\w+|first\b.{0,80}\bthen|two[- ]stage|is trained|learns?)\b/i
const LIMIT = /\b(?:limit\w*|drawbacks?|challeng\w+|problems?|difficult\w*|shortcomings?|weakness\w*|disadvantages?|suffer\w*|fail\w*|costs?|expensive|however|seldom|rarely|bottlenecks?|hinder\w*|struggl\w*|restrict\w*|overhead|inefficien\w*|lacks?|unable|cannot|risks?|degrad\w*|bias\w*)\b/i
const ASKS_LIMIT = /\b(?:limit(?:s|ations?)?|drawbacks?|challenges?|weakness(?:es)?|shortcomings?|disadvantages?|downsides?|problems?|difficult(?:y|ies)|pitfalls?|risks?|side effects?)\b/i
const ASKS_OUTCOME = /^\W*what (?:is|are|was|were) the (?:[\w-]+ ){0,2}(?:effects?|impacts?|influence|outcomes?|benefits?|advantages?|efficacy|effectiveness|results?|role|findings?)\b/i
/** Of what was known before, or why the subject matters. */
const BACKGROUND = /^(?:recent(?:ly)?\b|in recent|existing|traditional|conventional|despite|although|while|many|most|several|previous|prior|current)|\b(?:has|have) (?:been|become|emerged|gained|attracted|shown|achieved)\b|\bremains? (?:a|an|high|unclear|unknown|poor|difficult|challenging)|\b(?:is|are) (?:widely|commonly|typically|often|an important|one of|increasingly)\b|\bwe (?:seek|aim|ask)\b/i
const FOUND = String.raw`\b(?:results?|show(?:s|ed|n)?|demonstrat\w+|achiev\w+|improv\w+|outperform\w+|reduc\w+|increas\w+|decreas\w+|lower\w*|rais\w+|prevent\w*|found|finds?|surpass\w*|exceeds?|beats?|effective|significant\w*|associated|conclu\w+|suggest\w*|superior|comparable|useful)\b`
const FINDS = new RegExp(String.raw`\d|${FOUND}`, 'i')
const IS_FINDING = new RegExp(FOUND, 'i')

type Tells = (sentence: Evidence) => boolean

/** How good a sentence must be against the best one to lead because it says what was asked in its place. */
const NEARLY = 0.25
const HALF = 0.4
/** Of a list every paper has to say what it does, whichever of its sentences is most like the question. */
const LISTED = 0.12

/**
 * The sentence to quote first: the best, unless one that is nearly as good says what was asked in its place. Where
 * something is to be defined, that is the sentence that introduces it; in a list, the one in which a paper says what it
 * does about the subject, rather than the first, which says why the subject matters.
 */
export function leadOf(question: Question, paper: PaperEvidence): Evidence {
  const best = paper.sentences[0] as Evidence
  const short = STANDS_FOR.exec(question.text)?.[1]
  const longForm = short === undefined ? undefined : paper.sentences.find(({ text }) => text.includes(`(${short})`))
  if (longForm !== undefined) return longForm
  for (const { tells, least, byPlace = false } of preferences(question, paper, best)) {
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
function preferences(question: Question, paper: PaperEvidence, best: Evidence): Preference[] {
  const { kind, subject, text } = question
  const { title } = paper.paper
  if (kind === 'list' || kind === 'open') return toldInList(question, paper, best)
  if (ASKS_LIMIT.test(text)) return [{ tells: (one) => LIMIT.test(one.text) && sharesTerm(question, one.text), least: LISTED }]
  if (ASKS_OUTCOME.test(text)) return pastBackground(question, best)
  if (kind === 'definition' && subject !== undefined) {
    return [
      { tells: (one) => IS_NAME.test(nameFor(subject, paper)) && introducesName(one.text, subject), least: LISTED, byPlace: true },
      { tells: (one) => describes(one.text, nameFor(subject, paper)) && !DANGLES.test(one.text), least: NEARLY, byPlace: true },
      { tells: (one) => introduces(one.text, subject) && !DANGLES.test(one.text), least: NEARLY, byPlace: true },
    ]
  }
  if (kind === 'figure') return [{ tells: (one) => askedFigure(question, one.text, title) !== undefined, least: NEARLY }, { tells: (one) => fitsFigure(question, one.text), least: NEARLY }]
  if (kind === 'yes-no') return [{ tells: (one) => verdictOf(question, one.text, title) !== undefined, least: NEARLY }, ...pastBackground(question, best)]
  if (kind === 'reason') return [{ tells: (one) => REASON.test(one.text) && sharesTerm(question, one.text), least: HALF }]
  if (kind === 'method') return [{ tells: (one) => METHOD.test(one.text) && !BACKGROUND.test(one.text), least: LISTED }]
  return pastBackground(question, best)
}

/** Whoever asks what follows from something is not served by why it matters. */
function pastBackground(question: Question, best: Evidence): Preference[] {
  if (!BACKGROUND.test(best.text)) return []
  return [{ tells: (one) => FINDS.test(one.text) && !BACKGROUND.test(one.text) && sharesTerm(question, one.text), least: HALF }]
}

function toldInList(question: Question, paper: PaperEvidence, best: Evidence): Preference[] {
  const onSubject = (one: Evidence) => sharesTerm(question, one.text)
  const isItsSubject = sharesTerm(question, paper.paper.title)
  return [
    { tells: (one) => contributes(one.text, paper) && onSubject(one), least: NEARLY, byPlace: true },
    { tells: (one) => one === best && STUDIES.test(one.text), least: 1 },
    // Where the paper is about the subject, whatever it proposes tells of it.
    { tells: (one) => contributes(one.text, paper) && isItsSubject, least: 0, byPlace: true },
    { tells: (one) => STUDIES.test(one.text) && (onSubject(one) || isItsSubject), least: LISTED },
    ...(best.start === 0 || BACKGROUND.test(best.text) ? [{ tells: (one: Evidence) => one !== best && onSubject(one) && !BACKGROUND.test(one.text), least: NEARLY }] : []),
  ]
}

/** The subject as the paper spells it: "flatquant" may be the FlatQuant of its title. */
export function nameFor(subject: string, { paper }: PaperEvidence): string {
  const bare = bareOf(subject)
  if (bare.includes(' ') || IS_NAME.test(bare)) return subject
  const written = new RegExp(String.raw`(?<![\p{L}\p{N}-])${escapedForPattern(bare)}(?![\p{L}\p{N}-])`, 'iu').exec(`${paper.title} ${paper.abstract}`)?.[0]
  return written !== undefined && IS_NAME.test(written) ? written : subject
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
  return IS_FINDING.test(text) && !BACKGROUND.test(text) && !LIMIT.test(text) ? 'finding' : undefined
}

/** Whether a sentence gives what questions of this kind ask for. */
export function answersKind(question: Question, text: string): boolean {
  if (ASKS_LIMIT.test(question.text)) return LIMIT.test(text)
  if (question.kind === 'reason') return REASON.test(text)
  if (question.kind === 'method') return METHOD.test(text)
  return question.kind === 'figure' ? hasSort(question) && fitsFigure(question, text) : FINDS.test(text) && !BACKGROUND.test(text)
}
