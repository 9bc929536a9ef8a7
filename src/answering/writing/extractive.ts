/** Writes an answer out of word-for-word quotes, without a language model. */
import type { Rarity } from '../../retrieval/rarity.js'
import { askedFigure, asksForNumber, NUMBER } from './asked-fact.js'
import { asksForSeveral, bearing, passagesOf } from './choosing.js'
import { describes, leadOf, nameFor, roleOf } from './telling.js'
import type { Evidence, PaperEvidence } from '../evidence/evidence.js'
import { countOfPapers, isTitle, nameOf, quoting, remark } from './phrasing.js'
import { verdictOf } from './polarity.js'
import type { Verdict } from './polarity.js'
import type { Question } from '../question/question.js'
import { groupBySide } from './sides.js'
import type { Writer, WriteRequest, WrittenSentence } from './writer.js'

/** @param rarity of terms: what a paper must hold to bear on a list */
export function createExtractiveWriter(rarity: Rarity): Writer {
  return {
    name: 'extractive',
    async *write(request, signal) {
      for (const sentence of compose(request, rarity)) {
        if (signal.aborted) return
        yield sentence
      }
    },
  }
}

function compose(request: WriteRequest, rarity: Rarity): Iterable<WrittenSentence> {
  const { question, evidence } = request
  if (question.sides !== undefined) return writeSides(question.sides, evidence)
  const papers = introducedFirst(question, bearing(question, evidence, rarity))
  const [only] = papers
  if (only === undefined) return []
  if (asksForSeveral(question) && papers.length > 1) return writeList(question, papers)
  const verdicts = papers.map((paper) => verdictOf(question, leadOf(question, paper).text, paper.paper.title))
  if (verdicts.includes('yes') && verdicts.includes('no')) return writeConflict(question, papers, verdicts)
  return writeFact(question, papers, verdicts[0])
}

/** Where something is to be defined, a paper that introduces it goes before those that only mention it. */
function introducedFirst(question: Question, papers: readonly PaperEvidence[]): readonly PaperEvidence[] {
  const { kind, subject } = question
  if (kind !== 'definition' || subject === undefined) return papers
  const place = (paper: PaperEvidence) => (describes(leadOf(question, paper).text, nameFor(subject, paper)) ? 0 : 1)
  return [...papers].sort((a, b) => place(a) - place(b))
}

/** Papers that are pointed to beside the one that answers. */
const OTHERS_NAMED = 2

/** A thing by its bare name, "low-rank adaptation", rather than "the limits of it". */
const TERM = /^(?:an? )?(?!the\b)[\p{L}-]+(?: [\p{L}-]+){0,2}$/u

/** One paper answers, in a sentence or a few; others are pointed to. */
function* writeFact(question: Question, papers: readonly PaperEvidence[], verdict: Verdict | undefined): Generator<WrittenSentence> {
  const [paper, ...others] = papers as [PaperEvidence, ...PaperEvidence[]]
  const best = leadOf(question, paper)
  const figure = askedFigure(question, best.text, paper.paper.title)
  const subject = question.kind === 'definition' && question.subject !== undefined ? nameFor(question.subject, paper) : undefined
  const isDefined = subject !== undefined && describes(best.text, subject)
  const [lead, ...further] = passagesOf(question, paper, best, figure !== undefined || verdict !== undefined ? 0 : isDefined ? 1 : undefined)
  const lacking = lackingIn(question, { subject, isDefined, quotes: [lead, ...further].map(({ text }) => text) })
  if (lacking !== undefined) yield remark('', lacking)
  yield quoting(lacking === undefined ? '' : '\n\n', introduction(question, { name: nameOf(paper, papers), title: paper.paper.title, lead, verdict, figure, subject: isDefined ? subject : undefined, isAlone: papers.length === 1 }), paper, lead)
  for (const [i, next] of further.entries()) yield quoting(' ', furtherIntroduction(next.text, i), paper, next)
  for (const [i, other] of others.slice(0, OTHERS_NAMED).entries()) {
    const name = nameOf(other, papers)
    yield i === 0
      ? quoting('\n\n', `${name} bears on it as well: `, other, leadOf(question, other))
      : quoting(' ', `So does ${name}: `, other, leadOf(question, other))
  }
}

/** By what it says: a reader looks for the result, or for the way to it. */
function furtherIntroduction(text: string, index: number): string {
  const role = roleOf(text)
  if (role === 'conclusion') return 'It concludes: '
  if (role === 'finding') return index === 0 ? 'It finds: ' : 'It also finds: '
  return index === 0 ? 'It adds: ' : 'It also says: '
}

interface Said {
  readonly subject: string | undefined
  readonly isDefined: boolean
  readonly quotes: readonly string[]
}

/** What was asked for and is not said, before what comes nearest. */
function lackingIn(question: Question, { subject, isDefined, quotes }: Said): string | undefined {
  if (subject !== undefined && !isDefined && TERM.test(subject)) {
    return `No abstract here says outright what ${subject} ${/^\W*what are\b/i.test(question.text) ? 'are' : 'is'}; what comes nearest:`
  }
  return asksForNumber(question) && !quotes.some((text) => NUMBER.test(text)) ? 'No abstract here gives a figure for it; what comes nearest:' : undefined
}

const REASON = /\b(?:because|due to|since|caus\w+|owing to|leads? to|stems? from|attribut\w+|therefore|explain\w*)\b/i
const RESULT = /\d|\b(?:results?|show\w*|demonstrat\w+|achiev\w+|improv\w+|outperform\w+|reduc\w+|increas\w+|found|finds?|surpass\w*|exceeds?|beats?)\b/i

interface Lead {
  readonly name: string
  readonly title: string
  readonly lead: Evidence
  readonly verdict: Verdict | undefined
  readonly figure: string | undefined
  /** What the lead defines. */
  readonly subject: string | undefined
  readonly isAlone: boolean
}

/** What was asked first where the quote leaves no doubt about it; then who says it. */
function introduction(question: Question, { name, title, lead, verdict, figure, subject, isAlone }: Lead): string {
  if (verdict !== undefined) return `${verdict === 'yes' ? 'Yes' : 'No'}, according to ${name}: `
  if (figure !== undefined) return `${figure}, according to ${name}: `
  if (question.kind === 'list' && isAlone) return `One paper in this library bears on ${question.subject ?? 'this'}, ${name}: `
  if (subject !== undefined) return isTitle(subject, title) ? `${name} in its own words: ` : `${name} describes ${subject} as follows: `
  if (question.kind === 'reason' && REASON.test(lead.text)) return `${name} explains: `
  return `${name} ${RESULT.test(lead.text) ? 'reports' : 'says'}: `
}

/** Papers under one heading, each with its best sentence. */
function* writeList(question: Question, papers: readonly PaperEvidence[]): Generator<WrittenSentence> {
  yield remark('', `${countOfPapers(papers.length)} in this library bear on ${question.subject ?? 'this'}:`)
  for (const [i, paper] of papers.entries()) yield* listed(i === 0 ? '\n\n' : '\n', question, paper, papers)
}

function* listed(before: string, question: Question, paper: PaperEvidence, all: readonly PaperEvidence[]): Generator<WrittenSentence> {
  const lead = leadOf(question, paper)
  yield quoting(`${before}- `, `${nameOf(paper, all)}: `, paper, lead)
}

function* writeConflict(question: Question, papers: readonly PaperEvidence[], verdicts: readonly (Verdict | undefined)[]): Generator<WrittenSentence> {
  yield remark('', 'The papers in this library do not agree on it.')
  for (const [verdict, word] of [['yes', 'Yes'], ['no', 'No']] as const) {
    for (const [i, paper] of papers.entries()) {
      if (verdicts[i] === verdict) yield quoting('\n\n', `${word}, according to ${nameOf(paper, papers)}: `, paper, leadOf(question, paper))
    }
  }
}

/** A sentence on both sides if there is one, then each side under its name, or that nothing was found on it. */
function* writeSides(sides: readonly [string, string], evidence: readonly PaperEvidence[]): Generator<WrittenSentence> {
  const { both, each } = groupBySide(sides, evidence)
  const all = [...(both === undefined ? [] : [both.paper]), ...each.flatMap(({ found }) => found.map(({ paper }) => paper))]
  let opening = ''
  if (both !== undefined) {
    yield quoting(opening, `${nameOf(both.paper, all)} sets ${sides[0]} beside ${sides[1]}: `, both.paper, both.sentence)
    opening = '\n\n'
  }
  for (const { side, found } of each) {
    if (found.length === 0 && both === undefined) yield remark(opening, `Nothing was found in this library on ${side}.`)
    for (const [i, { paper, sentence }] of found.entries()) {
      yield quoting(i === 0 ? opening : ' ', `${i === 0 && !isTitle(side, paper.paper.title) ? `On ${side}, ` : ''}${nameOf(paper, all)} ${RESULT.test(sentence.text) ? 'reports' : 'says'}: `, paper, sentence)
    }
    opening = '\n\n'
  }
}
