/** Random numbers for training, the same from the same seed, so that training twice gives the same bytes twice. */
import { createRandom as createUniform } from '../../text/random.js'
import type { Random as Uniform } from '../../text/random.js'

export interface Random extends Uniform {
  /** Standard normal (Box and Muller 1958). */
  normal(): number
}

export function createRandom(seed: number): Random {
  const uniform = createUniform(seed)
  return { ...uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform.next())) * Math.cos(2 * Math.PI * uniform.next()) }
}

/** Shuffles in place (Fisher and Yates) and returns the same array. */
export function shuffle<T extends Uint32Array>(items: T, random: Random): T {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.below(last + 1)
    const kept = items[last] as number
    items[last] = items[other] as number
    items[other] = kept
  }
  return items
}
