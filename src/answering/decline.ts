/** Says in plain words that the library does not answer a question, and what a person can do about it. */
import type { Retrieval } from '../retrieval/retrieval.js'
import type { Answerable, Nearest } from './answer.js'
import { emphasised } from './markdown.js'

/**
 * From this probability on an answer is written: of the questions of `npm run fit` a few in a hundred of the answerable lie
 * below it, and of the off-topic above. Below the second one the library has nothing near.
 */
export const ANSWERED = 0.4
export const RELATED = 0.08

const NEAREST = 3

export function judge(retrieval: Retrieval): Answerable {
  const { probability, missingTerms } = retrieval
  const verdict = probability >= ANSWERED ? 'answered' : probability >= RELATED ? 'related' : 'none'
  const judged: Answerable = { verdict, probability, missingTerms: [...missingTerms], nearest: nearest(retrieval) }
  return verdict === 'answered' ? judged : { ...judged, suggestion: suggestion(retrieval) }
}

export function nearest({ papers }: Retrieval): Nearest[] {
  return papers.slice(0, NEAREST).map(({ paper, similarity }) => ({ id: paper.id, title: paper.title, similarity }))
}

/** One sentence or two of the answer's text; cites nothing. */
export function declineText({ verdict, missingTerms, nearest }: Answerable): string {
  const missing = missingTerms.length === 0 ? '' : ` No paper in it mentions ${listing(missingTerms.slice(0, 5).map((term) => `“${term}”`))}.`
  const near = nearest.length === 0 ? '' : ` The nearest ${nearest.length === 1 ? 'paper is' : 'papers are'} ${listing(nearest.map(({ title }) => emphasised(title)))}.`
  if (verdict === 'related') return `This library does not say.${missing} It does have something near it.${near}`
  return `This library does not say.${missing}${near}`
}

function suggestion({ papers, missingTerms, features }: Retrieval): string {
  if (papers.length === 0) return 'The library has no paper to compare with; add papers with `npm run ingest -- FILE`.'
  if (features.coverage === 0) return 'Add papers on it with `npm run ingest -- FILE`.'
  if (missingTerms.length > 0) return `Ask without ${listing(missingTerms.slice(0, 3).map((term) => `“${term}”`))}, or add papers on it with \`npm run ingest -- FILE\`.`
  return 'Name the method, the data or the figure that you look for, or add papers on it with `npm run ingest -- FILE`.'
}

function listing(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}
