/** Sets questions apart before a model is adapted to a library, with the papers as they are without the answers. */
import { questionFrom } from '../../papers/self-questions.js'
import { sentences } from '../../papers/sentences.js'
import type { Random } from '../../text/random.js'
import type { TrainingPaper } from './corpus.js'

export interface LibraryPaper extends TrainingPaper {
  readonly id: string
}

export interface HeldOutQuestion {
  /** Made by rule of one sentence, or the title as it stands. */
  readonly kind: 'sentence' | 'title'
  readonly text: string
  /** The paper that it asks for. */
  readonly id: string
}

export interface HeldOut<Paper> {
  readonly questions: readonly HeldOutQuestion[]
  /** All papers in their order; those asked for lack the sentence or the title. */
  readonly papers: readonly Paper[]
}

/** Asked of each kind: at most so many, and at most this share of the papers. */
const MOST_OF_A_KIND = 200
const SHARE = 1 / 6
/** A paper that loses a sentence must still be one. */
const LEAST_SENTENCES = 3

/**
 * Half of the questions ask by a sentence and half by a title, each for another paper. What they are made of
 * stands in none of the papers returned: neither training on those nor searching them can meet it.
 */
export function holdOut<Paper extends LibraryPaper>(papers: readonly Paper[], random: Random): HeldOut<Paper> {
  const wanted = Math.min(MOST_OF_A_KIND, Math.max(1, Math.floor(papers.length * SHARE)))
  const questions: HeldOutQuestion[] = []
  const without = new Map<string, Paper>()
  for (const paper of random.shuffled(papers)) {
    if (questions.length === 2 * wanted) break
    const kind = questions.length % 2 === 0 ? 'sentence' : 'title'
    const taken = kind === 'sentence' ? takeSentence(paper, random) : takeTitle(paper)
    if (taken === undefined) continue
    questions.push({ kind, text: taken.question, id: paper.id })
    without.set(paper.id, taken.paper)
  }
  return { questions, papers: papers.map((paper) => without.get(paper.id) ?? paper) }
}

interface Taken<Paper> {
  readonly question: string
  readonly paper: Paper
}

function takeSentence<Paper extends LibraryPaper>(paper: Paper, random: Random): Taken<Paper> | undefined {
  const spans = sentences(paper.abstract)
  const span = spans[random.below(Math.max(1, spans.length))]
  if (span === undefined || spans.length < LEAST_SENTENCES) return undefined
  const { start, end } = span
  const question = questionFrom(paper.abstract.slice(start, end), random)
  if (question === undefined) return undefined
  const abstract = `${paper.abstract.slice(0, start)}${paper.abstract.slice(end)}`.trim()
  return { question: question.text, paper: { ...paper, abstract } }
}

/** Its first sentence takes the title's place. */
function takeTitle<Paper extends LibraryPaper>(paper: Paper): Taken<Paper> | undefined {
  const spans = sentences(paper.abstract)
  const [first] = spans
  if (first === undefined || spans.length < LEAST_SENTENCES) return undefined
  const title = paper.abstract.slice(first.start, first.end)
  return { question: paper.title, paper: { ...paper, title, abstract: paper.abstract.slice(first.end).trim() } }
}
