/** Decides whether to answer, and says in plain words why not and what a person can do about it. */
import { namesIn } from '../../retrieval/answerability.js'
import type { BoostedTrees } from '../../retrieval/boosted-trees.js'
import type { Rarity } from '../../retrieval/rarity.js'
import type { Retrieval } from '../../retrieval/retrieval.js'
import type { Answerable, Nearest } from '../answer.js'
import { answerProbability, strongest } from './answerability.js'
import type { Judged } from './answerability.js'
import { asksForSeveral } from '../writing/choosing.js'
import type { Evidence, PaperEvidence } from '../evidence/evidence.js'
import { emphasised } from '../writing/markdown.js'
import { isNonsense, isNotAboutPapers, isOfAsking, isOfRecord, isPersonal, isTooVague } from '../question/not-a-question.js'
import { fullTitle, isTitle, listing, nameOf, quoting, remark } from '../writing/phrasing.js'
import { contraryIn } from './premise.js'
import { mentions, unnamedIn } from './unnamed.js'
import type { WrittenSentence } from '../writing/writer.js'

/**
 * From this probability on an answer is written: `npm run fit` sets the base of the trees so that 3 in a hundred of people's
 * answerable questions, put to libraries of several sizes, lie below it by trees that have not seen them. Who asks for several papers is served by near ones too,
 * unless no paper has a word of the subject.
 */
export const ANSWERED = 0.2
const ANSWERED_BY_SEVERAL = 0.1
/** Below it an answer says that it may be none: of such questions about half are answered. */
export const UNSURE = 0.4
/** Below this one the library has nothing near. */
const RELATED = 0.08

/** At most this probable is an answer where the paper says otherwise, or does not mention what is named. */
const BESIDE = 0.1

const NEAREST = 3
const MISSING_NAMED = 5

export type Reason = NonNullable<Answerable['reason']>

export interface JudgeOptions {
  readonly rarity: Rarity
  readonly trees: BoostedTrees
  /** Probability that a part of the question is answered, which is an answer too. */
  readonly partly?: number | undefined
}

export interface Judgement {
  readonly answerable: Answerable
  /** What to quote where nothing answers: it speaks against the question, or comes nearest. */
  readonly beside?: Beside | undefined
}

interface Beside {
  readonly paper: PaperEvidence
  readonly sentence: Evidence
  /** Why it is no answer; what introduces the quote. */
  readonly remark: string
  readonly introduction: string
}

/** `retrieval.papers` and `evidence` are of the same question. */
export function judge({ question, retrieval, evidence }: Omit<Judged, 'retrieval'> & { readonly retrieval: Retrieval }, { rarity, trees, partly = 0 }: JudgeOptions): Judgement {
  const probability = Math.max(partly, answerProbability({ question, retrieval, evidence }, { rarity, trees }))
  const missingTerms = retrieval.missingTerms.filter((term) => !isOfAsking(term))
  const judged = { probability, missingTerms, nearest: nearest(retrieval) }
  const because = (verdict: Answerable['verdict'], reason: Reason, advice: string, ofAnswer = probability): Judgement => ({ answerable: { verdict, ...judged, probability: ofAnswer, reason, suggestion: advice } })
  if (isNotAboutPapers(question.text)) return because('none', 'not-about-papers', 'Ask about what papers say: a method, a data set, a figure, a comparison.', 0)
  if (isOfRecord(question.text)) return because('none', 'not-about-papers', 'Authors, years and venues stand beside each source, where the library knows them; ask what a paper says.', 0)
  const isOfNamed = evidence.some(({ paper }) => question.named.some((title) => isTitle(title, paper.title)))
  if (!isOfNamed && isTooVague(question, rarity)) return because('none', 'too-vague', `Name the method, the data or the paper that you mean${example(retrieval)}.`, 0)
  const about = evidence.find((paper) => isAbout(question.text, paper))
  const holdsHalf = (strongest(evidence)?.coverage ?? 0) >= ABOUT
  const isNear = about !== undefined || (probability >= RELATED && (missingTerms.length === 0 || holdsHalf))
  const beside = besideAnswer(question, evidence, { rarity, isNear })
  if (beside !== undefined) return { ...because('related', beside.reason, beside.advice, Math.min(probability, BESIDE)), beside }
  if (probability >= neededFor(question, missingTerms)) return { answerable: { verdict: 'answered', ...judged } }
  const verdict = isNear ? 'related' : 'none'
  const reason = verdict === 'related' ? 'absent' : isNonsense(question, missingTerms, rarity) ? 'nonsense' : isPersonal(question.text) ? 'not-about-papers' : 'outside'
  const near = isNear && missingTerms.length === 0 ? nearTo(about ?? strongest(evidence), about !== undefined || holdsHalf) : undefined
  return { ...because(verdict, reason, suggestion({ ...retrieval, missingTerms }, reason)), ...(near === undefined ? {} : { beside: near }) }
}

/** The paper speaks of what the question speaks of; whether what it says is an answer is left to the reader, as one in ten is. */
function nearTo(paper: PaperEvidence | undefined, isOfSubject: boolean): Beside | undefined {
  const [sentence] = paper?.sentences ?? []
  if (paper === undefined || sentence === undefined || !isOfSubject) return undefined
  return { paper, sentence, remark: `${OPENINGS.absent} The abstract of ${nameOf(paper, [paper])} comes nearest, but does not seem to answer.`, introduction: 'It says: ' }
}

/** Share of the question that a title must hold for its paper to be the one that is meant. */
const IN_TITLE = 0.4

/** The question names a thing, such as TransMLA or CIFAR-10, of which the paper speaks, or much of it stands in the title. */
function isAbout(question: string, { paper: { title, abstract }, coverage, titleCoverage }: PaperEvidence): boolean {
  if (coverage >= ABOUT && titleCoverage >= IN_TITLE) return true
  return namesIn(question).some((name) => /^.+[\p{Lu}\d]/u.test(name) && /\p{L}/u.test(name) && mentions(`${title} ${abstract}`, name))
}

/** Asks whether the library has something at all: a word of it that no paper has answers that. */
const WHETHER_HELD = /^\W*(?:is|are) there (?:anything|something|any|an?|some)\b|\bdo(?:es)? (?:you|we|(?:the|this) library) have\b|^\W*(?:anything|something) (?:on|about)\b/i

function neededFor(question: Judged['question'], missingTerms: readonly string[]): number {
  const whetherHeld = WHETHER_HELD.test(question.text)
  if (missingTerms.length === 0) return whetherHeld || asksForSeveral(question) ? ANSWERED_BY_SEVERAL : ANSWERED
  return whetherHeld ? Infinity : ANSWERED
}

export function nearest({ papers }: Retrieval): Nearest[] {
  return papers.slice(0, NEAREST).map(({ paper, similarity }) => ({ id: paper.id, title: paper.title, similarity }))
}

/** Beside an answer, as it were, with what follows from it. */
interface Finding extends Beside {
  readonly reason: Reason
  readonly advice: string
}

/** Share of the question that the paper which answers best must hold to speak of the same, however improbable an answer is. */
const ABOUT = 0.5

function besideAnswer(question: Judged['question'], evidence: Judged['evidence'], { rarity, isNear }: { readonly rarity: Rarity; readonly isNear: boolean }): Finding | undefined {
  const paper = strongest(evidence)
  if (paper === undefined || !(isNear || paper.coverage >= ABOUT)) return undefined
  return contraryTo(question, paper) ?? unnamedBy(unnamedIn(question, paper, evidence, rarity), paper)
}

/** The paper says otherwise than the question takes for granted. */
function contraryTo({ text }: Judged['question'], paper: PaperEvidence): Finding | undefined {
  const contrary = contraryIn(text, paper)
  if (contrary === undefined) return undefined
  const { sentence, figures } = contrary
  const name = nameOf(paper, [paper])
  const found = { paper, sentence, reason: 'false-premise', advice: `Check what the question takes for granted against ${emphasised(fullTitle(paper.paper.title))}.` } as const
  if (figures.length === 0) return { ...found, remark: OPENINGS['false-premise'], introduction: `${name} says otherwise: ` }
  return { ...found, remark: `${OPENINGS['false-premise']} ${name} does not give ${quotedList(figures)}.`, introduction: 'It says: ' }
}

/** The paper does not mention what the question names. */
function unnamedBy(names: readonly string[], paper: PaperEvidence): Finding | undefined {
  const [sentence] = paper.sentences
  if (sentence === undefined || names.length === 0) return undefined
  const listed = quotedList(names)
  return {
    paper, sentence, reason: 'absent',
    remark: `${OPENINGS.absent} The abstract of ${nameOf(paper, [paper])} does not mention ${listed}.`,
    introduction: 'What comes nearest in it: ',
    advice: `Ask without ${listed}, or add papers on it with \`npm run ingest -- FILE\`.`,
  }
}

const OPENINGS: Readonly<Record<Reason, string>> = {
  outside: 'This library does not say.',
  absent: 'This library does not say.',
  'false-premise': 'This library does not say so.',
  nonsense: 'This library does not say.',
  'too-vague': 'Which method, data set or paper do you mean? As it stands, the question fits any of them.',
  'not-about-papers': 'I can only answer from the titles and abstracts of this library, with quotes; for this there is nothing to quote.',
}

/** What is said instead of an answer. */
export function* declining({ answerable, beside }: Judgement): Generator<WrittenSentence> {
  yield remark('', beside?.remark ?? declineText(answerable))
  if (beside !== undefined) yield quoting(' ', beside.introduction, beside.paper, beside.sentence)
}

/** A few sentences of the answer's text; they cite nothing. */
export function declineText({ verdict, reason = 'outside', missingTerms, nearest, suggestion = '' }: Answerable): string {
  const opening = OPENINGS[reason]
  if (reason === 'not-about-papers') return `${opening} ${suggestion}`
  const titles = listing(nearest.map(({ title }) => emphasised(fullTitle(title))))
  if (reason === 'too-vague') return nearest.length === 0 ? opening : `${opening} It might be about ${titles}, for instance.`
  if (reason === 'false-premise') return `${opening} ${suggestion}`
  const missing = missingTerms.length === 0 ? '' : ` No paper in it mentions ${quotedList(missingTerms.slice(0, MISSING_NAMED))}.`
  const near = nearest.length === 0 ? '' : ` The nearest ${nearest.length === 1 ? 'paper is' : 'papers are'} ${titles}.`
  return `${opening}${missing}${verdict === 'related' ? ' It does have something near it.' : ''}${near}`
}

function suggestion({ papers, missingTerms, features }: Retrieval, reason: Reason): string {
  if (papers.length === 0) return 'There is no paper to compare with: the filter lets none through, or the library is empty; ask without a filter, or add papers with `npm run ingest -- FILE`.'
  if (reason === 'nonsense') return 'Check the spelling: most of these words stand in no paper that is known here.'
  if (reason === 'not-about-papers') return 'Ask about what papers say: a method, a data set, a figure, a comparison.'
  if (features.coverage === 0) return 'Add papers on it with `npm run ingest -- FILE`.'
  if (missingTerms.length > 0) return `Ask without ${quotedList(missingTerms.slice(0, 3))}, or add papers on it with \`npm run ingest -- FILE\`.`
  return 'The abstract of the nearest paper leaves it out; its full text may say it.'
}

function example({ papers: [first] }: Retrieval): string {
  return first === undefined ? '' : `, for example ${emphasised(fullTitle(first.paper.title))}`
}

function quotedList(items: readonly string[]): string {
  return listing(items.map((item) => `“${item}”`))
}
