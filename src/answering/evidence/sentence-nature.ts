/** Tells what a sentence is in its abstract, whatever is asked: where it stands, and what kind of thing it says. */
import { CUES, PARTS, partsOf } from './cues.js'
import type { AbstractPart } from './cues.js'
import type { ReadPaper } from './read-paper.js'

export const FIGURE = /\d+(?:[.,]\d+)*/g

/** What one sentence is, whatever is asked. */
export interface Nature {
  /** Share of the sentence's terms that stand in the title. */
  readonly titleOverlap: number
  /** 0 for the first sentence, 1 for the last. */
  readonly position: number
  readonly isFirst: number
  readonly isLast: number
  /** Sentences of the abstract. */
  readonly count: number
  /** Mean cosine to the other sentences. */
  readonly centrality: number
  readonly leans: number
  /** ln(1 + words / 10). */
  readonly length: number
  /** ln(1 + figures). */
  readonly figures: number
  readonly background: number
  readonly contribution: number
  readonly result: number
  readonly comparison: number
  readonly inBackground: number
  readonly inMethods: number
  readonly inResults: number
  readonly inConclusion: number
}

const natures = new WeakMap<ReadPaper, Nature[]>()

/** In the order of the sentences; made once of a paper that is in hand. */
export function naturesOf(paper: ReadPaper): Nature[] {
  const made = natures.get(paper) ?? readNatures(paper)
  natures.set(paper, made)
  return made
}

function readNatures({ titleTerms, sentences, vectors }: ReadPaper): Nature[] {
  const parts = partsOf(sentences.map(({ text }) => text))
  const count = sentences.length
  const centralities = vectors.centralities()
  return sentences.map(({ text, terms, leans }, i) => ({
    titleOverlap: terms.filter((term) => titleTerms.has(term)).length / Math.max(1, terms.length),
    position: count > 1 ? i / (count - 1) : 0,
    isFirst: flag(i === 0),
    isLast: flag(i === count - 1),
    count,
    centrality: centralities[i] as number,
    leans: flag(leans),
    length: Math.log1p(text.split(' ').length / 10),
    figures: Math.log1p(text.match(FIGURE)?.length ?? 0),
    background: flag(CUES.background.test(text)),
    contribution: flag(CUES.contribution.test(text)),
    result: flag(CUES.result.test(text)),
    comparison: flag(CUES.comparison.test(text)),
    ...inParts(parts[i]),
  }))
}

function inParts(part: AbstractPart | undefined): Pick<Nature, 'inBackground' | 'inMethods' | 'inResults' | 'inConclusion'> {
  const [inBackground = 0, inMethods = 0, inResults = 0, inConclusion = 0] = PARTS.map((other) => flag(part === other))
  return { inBackground, inMethods, inResults, inConclusion }
}

/** As trees take it. */
export function flag(condition: boolean): number {
  return condition ? 1 : 0
}
