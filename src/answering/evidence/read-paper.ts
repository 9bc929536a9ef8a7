/** Reads an abstract once for all that is asked of it: its sentences with their terms, and which of them lean on another. */
import type { StoredVectors } from '../../library/library.js'
import type { Paper, Span } from '../../papers/paper.js'
import { paperTerms } from '../../retrieval/paper-terms.js'
import { LEANS, LEANS_BEHIND } from './cues.js'

export interface ReadSentence extends Span {
  readonly index: number
  readonly text: string
  readonly terms: readonly string[]
  /** Begins with a word that stands for something said before. */
  readonly leans: boolean
  /** The same, or behind a word that joins it to the sentence before: it is not to be quoted alone. */
  readonly refersBack: boolean
}

export interface ReadPaper {
  readonly title: string
  readonly titleTerms: ReadonlySet<string>
  /** Of title and sentences together. */
  readonly allTerms: ReadonlySet<string>
  readonly sentences: readonly ReadSentence[]
  readonly vectors: StoredVectors
}

const known = new WeakMap<Paper, ReadPaper>()

/** Made once of a paper that is in hand, whatever it is asked. */
export function readSentences(paper: Paper, vectors: StoredVectors): ReadPaper {
  const before = known.get(paper)
  if (before?.vectors === vectors) return before
  const made = read(paper, vectors)
  known.set(paper, made)
  return made
}

function read(paper: Paper, vectors: StoredVectors): ReadPaper {
  const { title, sentences, all } = paperTerms(paper, vectors.spans)
  return {
    title: paper.title,
    titleTerms: title,
    allTerms: all,
    sentences: vectors.spans.map(({ start, end }, index) => {
      const text = paper.abstract.slice(start, end)
      return { index, start, end, text, terms: sentences[index] as readonly string[], leans: LEANS.test(text), refersBack: LEANS.test(text) || LEANS_BEHIND.test(text) }
    }),
    vectors,
  }
}
