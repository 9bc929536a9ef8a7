/** Writes an answer out of word-for-word quotes, without a language model. */
import type { Rarity } from '../../retrieval/rarity.js'
import { askedFigure, asksForNumber, givesNumber } from './asked-fact.js'
import { asksForSeveral, bearing, passagesOf } from './choosing.js'
import { leadOf, roleOf } from './telling.js'
import { describes, nameFor } from '../evidence/defining.js'
import type { Evidence, PaperEvidence } from '../evidence/evidence.js'
import { onlyOne, writeList } from './listing.js'
import { isTitle, nameOf, quoting, remark } from './phrasing.js'
import { verdictOf } from './polarity.js'
import type { Verdict } from './polarity.js'
import type { Question } from '../question/question.js'
import { aspectOf, covers, groupBySide, shareSaid } from './sides.js'
import type { SideEvidence } from './sides.js'
import type { Half, Writer, WriteRequest, WrittenSentence } from './writer.js'

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
  const { question, evidence, listed, halves, isUnsure = false } = request
  if (halves !== undefined) return writeHalves(halves, rarity)
  const papers = introducedFirst(question, listed === undefined ? bearing(question, evidence, rarity) : evidence)
  const verdicts = papers.map((paper) => verdictOf(question, leadOf(question, paper).text, paper.paper))
  if (question.sides !== undefined && verdicts[0] === undefined) return writeSides(question.text, question.sides, evidence)
  const [only] = papers
  if (only === undefined) return []
  if (asksForSeveral(question) && papers.length > 1) return writeList(question, papers, listed)
  if (verdicts.includes('yes') && verdicts.includes('no')) return writeConflict(question, papers, verdicts)
  return writeFact(question, papers, { verdict: verdicts[0], isUnsure, isSure: listed?.isSure })
}

/** Each half in one sentence, the second from the paper of the first where that speaks of it; what one quote answers is said once. */
function* writeHalves(halves: readonly Half[], rarity: Rarity): Generator<WrittenSentence> {
  let first: PaperEvidence | undefined
  let said = ''
  for (const { question, evidence } of halves) {
    const papers = introducedFirst(question, bearing(question, evidence, rarity))
    const paper = papers.find((one) => one.paper.id === first?.paper.id) ?? papers[0]
    if (paper === undefined) continue
    const lead = leadOf(question, paper)
    if (said.includes(lead.text)) continue
    for (const [i, sentence] of [...writeFact(question, [paper], { verdict: verdictOf(question, lead.text, paper.paper), isUnsure: false, isBrief: true })].entries()) yield i === 0 && said !== '' ? { ...sentence, before: '\n\n' } : sentence
    said += lead.text
    first ??= paper
  }
}

/** Where something is to be defined, a paper that introduces it goes before those that only mention it. */
function introducedFirst(question: Question, papers: readonly PaperEvidence[]): readonly PaperEvidence[] {
  const { kind, subject } = question
  if (kind !== 'definition' || subject === undefined) return papers
  const place = (paper: PaperEvidence) => (describes(leadOf(question, paper).text, nameFor(subject, paper.paper)) ? 0 : 1)
  return [...papers].sort((a, b) => place(a) - place(b))
}

/** Papers that are pointed to beside the one that answers. */
const OTHERS_NAMED = 2

/** A thing by its bare name, "low-rank adaptation", rather than "the limits of it". */
const TERM = /^(?:an? )?(?!the\b)[\p{L}-]+(?: [\p{L}-]+){0,2}$/u

/** One paper answers, in a sentence or a few; others are pointed to. */
function* writeFact(question: Question, papers: readonly PaperEvidence[], { verdict, isUnsure, isSure = true, isBrief = false }: { readonly verdict: Verdict | undefined; readonly isUnsure: boolean; readonly isSure?: boolean | undefined; readonly isBrief?: boolean }): Generator<WrittenSentence> {
  const [paper, ...others] = papers as [PaperEvidence, ...PaperEvidence[]]
  const best = leadOf(question, paper)
  const figure = askedFigure(question, best.text, paper.paper.title)
  const subject = question.kind === 'definition' && question.subject !== undefined ? nameFor(question.subject, paper.paper) : undefined
  const isDefined = subject !== undefined && describes(best.text, subject)
  const [lead, ...further] = passagesOf(question, paper, best, isBrief || figure !== undefined || verdict !== undefined ? 0 : isDefined || question.says !== undefined ? 1 : undefined)
  const lacking = lackingIn(question, { subject, isDefined, quotes: [lead, ...further].map(({ text }) => text), isUnsure: isUnsure && figure === undefined && verdict === undefined })
  if (lacking !== undefined) yield remark('', lacking)
  yield quoting(lacking === undefined ? '' : '\n\n', introduction(question, { name: nameOf(paper, papers), title: paper.paper.title, lead, verdict, figure, subject: isDefined ? subject : undefined, isOnly: papers.length === 1 ? isSure : undefined }), paper, lead)
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
  readonly isUnsure: boolean
}

/** What was asked for and is not said, before what comes nearest. */
function lackingIn(question: Question, { subject, isDefined, quotes, isUnsure }: Said): string | undefined {
  if (subject !== undefined && !isDefined && TERM.test(subject)) {
    return `No abstract here says outright what ${subject} ${/^\W*what are\b/i.test(question.text) ? 'are' : 'is'}; what comes nearest:`
  }
  if (asksForNumber(question) && !quotes.some(givesNumber)) return 'No abstract here gives a figure for it; what comes nearest:'
  return isUnsure ? 'No abstract here answers this for certain; what comes nearest:' : undefined
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
  /** The only paper: whether that is sure. */
  readonly isOnly: boolean | undefined
}

/** What was asked first where the quote leaves no doubt about it; then who says it. */
function introduction(question: Question, { name, title, lead, verdict, figure, subject, isOnly }: Lead): string {
  if (verdict !== undefined) return `${verdict === 'yes' ? 'Yes' : 'No'}, according to ${name}: `
  if (figure !== undefined) return `${figure}, according to ${name}: `
  if (question.says !== undefined && isOnly !== undefined) return onlyOne(question, name, isOnly)
  if (subject !== undefined) return isTitle(subject, title) ? `${name} in its own words: ` : `${name} describes ${subject} as follows: `
  if (question.kind === 'reason' && REASON.test(lead.text)) return `${name} explains: `
  return `${name} ${RESULT.test(lead.text) ? 'reports' : 'says'}: `
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
function* writeSides(question: string, sides: readonly [string, string], evidence: readonly PaperEvidence[]): Generator<WrittenSentence> {
  const { both, each } = groupBySide(sides, evidence, question)
  const aspect = aspectOf(question, sides)
  const isSaid = ({ sentence }: SideEvidence) => shareSaid(aspect, sentence.text) > 0
  const all = [...(both === undefined ? [] : [both.paper]), ...each.flatMap(({ found }) => found.map(({ paper }) => paper))]
  let opening = ''
  let before = both?.paper.paper.id
  if (both !== undefined) {
    yield quoting(opening, `${nameOf(both.paper, all)} sets ${sides[0]} beside ${sides[1]}: `, both.paper, both.sentence)
    opening = '\n\n'
  }
  for (const { side, found } of each) {
    if (found.length === 0 && both === undefined) yield remark(opening, `The papers found for this say nothing on ${side}.`)
    if (aspect.size > 0 && both === undefined && found.length > 0 && !found.some(isSaid)) {
      yield remark(opening, `On ${side} no abstract here says what was asked; what comes nearest:`)
      opening = ' '
    }
    for (const [i, { paper, sentence }] of found.filter((one, _, all) => isSaid(one) || !all.some(isSaid)).entries()) {
      const on = i === 0 && !isTitle(side, paper.paper.title) && covers(`${paper.paper.title} ${sentence.text}`, side) ? `On ${side}, ` : ''
      const who = paper.paper.id !== before ? nameOf(paper, all) : on === '' ? 'It' : 'it'
      yield quoting(i === 0 ? opening : ' ', `${on}${who} ${RESULT.test(sentence.text) ? 'reports' : 'says'}: `, paper, sentence)
      before = paper.paper.id
    }
    opening = '\n\n'
  }
}
