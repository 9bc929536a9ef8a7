/** Sorts evidence by the two sides of a comparison. */
import { subjectTerms, terms } from '../../text/terms.js'
import { CUES } from '../evidence/cues.js'
import type { Evidence, PaperEvidence } from '../evidence/evidence.js'
import { readStatement } from '../statements/statement.js'

export interface SideEvidence {
  readonly paper: PaperEvidence
  readonly sentence: Evidence
}

export interface BySide {
  /** The best sentence that speaks of both. */
  readonly both?: SideEvidence
  /** In the order of the sides; a paper stands under both only where nothing else is found on the second, with another sentence. */
  readonly each: readonly { readonly side: string; readonly found: readonly SideEvidence[] }[]
}

/** Says how two things stand to each other. */
const COMPARES = /\b(?:than|compar\w+|versus|vs|better|worse|higher|lower|more|less|fewer|faster|slower|outperform\w*|surpass\w*|exceed\w*|superior|inferior|equal\w*|similar\w*|same|differ\w*|whereas|while|unlike|within)\b/i

const PAPERS_PER_SIDE = 2
/** A second paper on a side is at least this relevant, against the first. */
const SECOND_PAPER = 0.5

/** Whether a text holds every subject word of another. */
export function covers(text: string, words: string): boolean {
  const held = new Set(terms(text))
  return subjectTerms(words).every(({ term, joined }) => held.has(term) || (joined !== undefined && held.has(joined)))
}

/** @param question its words beside the sides say in what they are compared: a sentence on that goes before others */
export function groupBySide(sides: readonly [string, string], evidence: readonly PaperEvidence[], question = ''): BySide {
  const [one, other] = sides
  const aspect = aspectOf(question, sides)
  const both = evidence
    .flatMap((paper) => paper.sentences.filter(({ text }) => sides.every((side) => covers(text, side)) || sides.every((side) => covers(paper.paper.title, side))).map((sentence) => ({ paper, sentence })))
    .sort((a, b) => Number(COMPARES.test(b.sentence.text)) - Number(COMPARES.test(a.sentence.text)) || shareSaid(aspect, b.sentence.text) - shareSaid(aspect, a.sentence.text) || b.sentence.probability - a.sentence.probability)[0]
  const isSetAgainst = both !== undefined && sides.every((side) => covers(both.sentence.text, side)) && COMPARES.test(both.sentence.text)
  const used = new Set(both === undefined ? [] : [both.paper.paper.id])
  const quoted = new Set(both === undefined ? [] : [both.sentence.text])
  const each = sides.map((side) => {
    const all = evidence.flatMap((paper) => sideOf(paper, { side, other: side === one ? other : one, aspect }))
    const fresh = all.filter(({ paper }) => !used.has(paper.paper.id))
    // What is set side by side answers: a paper that only mentions one of them adds nothing to it.
    const unquoted = all.filter(({ sentence }) => !quoted.has(sentence.text))
    const found = isSetAgainst ? unquoted.filter(({ paper, sentence }) => used.has(paper.paper.id) && COMPARES.test(sentence.text)).slice(0, 1) : fresh.length > 0 ? fresh : unquoted
    const [first] = found
    const kept = found.filter(({ paper }) => first !== undefined && paper.relevance >= first.paper.relevance * SECOND_PAPER).slice(0, PAPERS_PER_SIDE)
    for (const { paper, sentence } of kept) {
      used.add(paper.paper.id)
      quoted.add(sentence.text)
    }
    return { side, found: kept }
  })
  return { ...(both === undefined ? {} : { both }), each }
}

interface Side {
  readonly side: string
  readonly other: string
  readonly aspect: ReadonlySet<string>
}

/** The sentence of a paper on one side: one that names it, or any of a paper that is about it; of these the one that says most of the aspect. */
function sideOf({ paper, sentences, ...rest }: PaperEvidence, { side, other, aspect }: Side): SideEvidence[] {
  const inTitle = covers(paper.title, side) && !covers(paper.title, other)
  const alone = sentences.filter(({ text }) => !covers(text, other))
  const naming = alone.filter(({ text }) => covers(text, side))
  const own = inTitle || naming.some(({ text }) => CUES.contribution.test(text)) ? alone : naming
  const onAspect = own.filter(({ text }) => shareSaid(aspect, text) > 0).sort((a, b) => shareSaid(aspect, b.text) - shareSaid(aspect, a.text) || b.probability - a.probability)[0]
  const sentence = onAspect ?? naming[0] ?? (inTitle ? (alone[0] ?? sentences[0]) : undefined)
  return sentence === undefined ? [] : [{ paper: { paper, sentences, ...rest }, sentence }]
}

/** In what the sides are compared, by classes of meaning: "faster" is of speed. Empty where the question does not say. */
export function aspectOf(question: string, sides: readonly [string, string]): ReadonlySet<string> {
  const ofSides = new Set(sides.flatMap((side) => [...readStatement(side).keys, ...terms(side)]))
  return new Set([...readStatement(question).keys].filter((key) => !ofSides.has(key) && !OF_COMPARING.has(key)))
}

/** Says that things are compared, and not in what. */
const OF_COMPARING: ReadonlySet<string> = new Set(readStatement('compare compared comparison differ difference relation between versus vs better worse more less which what how each does').keys)

/** Share of the aspect that a text says; 0 where there is none. */
export function shareSaid(aspect: ReadonlySet<string>, text: string): number {
  const { keys } = readStatement(text)
  return aspect.size === 0 ? 0 : [...aspect].filter((key) => keys.has(key)).length / aspect.size
}
