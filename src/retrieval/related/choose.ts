/** Chooses what to show of a ranking: nothing twice, and as various as was asked. */
import { terms } from '../../text/terms.js'
import { minMax } from '../fusion.js'
import { dot } from '../vectors.js'

/** Share of their distinct terms that two texts have in common from which on they are one work in two versions. */
const SAME_WORK = 0.65
/** Share of a pasted text's terms that a paper holds from which on the text was taken from it. */
const TAKEN_FROM = 0.9
const LEAST_TERMS = 12

export function termSet(text: string): ReadonlySet<string> {
  return new Set(terms(text))
}

export function isSameWork(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  if (Math.min(one.size, other.size) < LEAST_TERMS) return false
  const shared = sharedCount(one, other)
  return shared / (one.size + other.size - shared) >= SAME_WORK
}

export function isTakenFrom(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return part.size >= LEAST_TERMS && sharedCount(part, whole) / part.size >= TAKEN_FROM
}

function sharedCount(one: ReadonlySet<string>, other: ReadonlySet<string>): number {
  let count = 0
  for (const term of one) if (other.has(term)) count++
  return count
}

/**
 * Maximal marginal relevance (Carbonell and Goldstein 1998): the next is the one with the best mix of its place in the
 * ranking and its distance from those chosen already. `diversity` 0 keeps the ranking, 1 looks at the distance alone.
 *
 * @param ranked best first, with their relatedness and unit vectors
 */
export function diversify<Item extends { readonly relatedness: number; readonly vector: Float32Array }>(ranked: readonly Item[], limit: number, diversity: number): Item[] {
  if (diversity === 0) return ranked.slice(0, limit)
  const relatedness = minMax(ranked.map((item) => item.relatedness))
  const nearest = new Array<number>(ranked.length).fill(0)
  const left = new Set(ranked.keys())
  const chosen: Item[] = []
  while (chosen.length < limit && left.size > 0) {
    const worth = (i: number) => (1 - diversity) * (relatedness[i] as number) - diversity * (nearest[i] as number)
    const next = chosen.length === 0 ? 0 : [...left].reduce((best, i) => (worth(i) > worth(best) ? i : best))
    const item = ranked[next] as Item
    chosen.push(item)
    left.delete(next)
    for (const i of left) nearest[i] = Math.max(nearest[i] as number, dot(item.vector, (ranked[i] as Item).vector))
  }
  return chosen
}
