/** Sorts evidence by the two sides of a comparison. */
import { subjectTerms, terms } from '../../text/terms.js'
import type { Evidence, PaperEvidence } from '../evidence/evidence.js'

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

export function groupBySide(sides: readonly [string, string], evidence: readonly PaperEvidence[]): BySide {
  const [one, other] = sides
  const both = evidence
    .flatMap((paper) => paper.sentences.filter(({ text }) => sides.every((side) => covers(text, side)) || sides.every((side) => covers(paper.paper.title, side))).map((sentence) => ({ paper, sentence })))
    .sort((a, b) => Number(COMPARES.test(b.sentence.text)) - Number(COMPARES.test(a.sentence.text)) || b.sentence.probability - a.sentence.probability)[0]
  const isSetAgainst = both !== undefined && sides.every((side) => covers(both.sentence.text, side)) && COMPARES.test(both.sentence.text)
  const used = new Set(both === undefined ? [] : [both.paper.paper.id])
  const quoted = new Set(both === undefined ? [] : [both.sentence.text])
  const each = sides.map((side) => {
    const all = evidence.flatMap((paper) => sideOf(paper, side, side === one ? other : one))
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

/** The sentence of a paper on one side: one that names it, or the best of a paper whose title names it. */
function sideOf(paper: PaperEvidence, side: string, other: string): SideEvidence[] {
  const inTitle = covers(paper.paper.title, side) && !covers(paper.paper.title, other)
  const naming = paper.sentences.find(({ text }) => covers(text, side) && !covers(text, other))
  const sentence = naming ?? (inTitle ? (paper.sentences.find(({ text }) => !covers(text, other)) ?? paper.sentences[0]) : undefined)
  return sentence === undefined ? [] : [{ paper, sentence }]
}
