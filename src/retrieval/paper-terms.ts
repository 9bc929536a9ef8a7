/** The terms of a paper that is in hand, title and sentence by sentence, made once. */
import type { Paper, Span } from '../papers/paper.js'
import { terms } from '../text/terms.js'

export interface PaperTerms {
  readonly title: ReadonlySet<string>
  /** In the order of the sentences. */
  readonly sentences: readonly (readonly string[])[]
  /** Of title and sentences together. */
  readonly all: ReadonlySet<string>
}

const known = new WeakMap<Paper, PaperTerms>()

/** @param spans the sentences of its abstract, always the same ones of one paper */
export function paperTerms(paper: Paper, spans: readonly Span[]): PaperTerms {
  const before = known.get(paper)
  if (before !== undefined) return before
  const title = new Set(terms(paper.title))
  const sentences = spans.map(({ start, end }) => terms(paper.abstract.slice(start, end)))
  const made = { title, sentences, all: new Set([...title, ...sentences.flat()]) }
  known.set(paper, made)
  return made
}
