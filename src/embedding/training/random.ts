/** A seeded source of random numbers, so that training twice gives the same bytes twice. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** A whole number in [0, limit). */
  below(limit: number): number
  /** Standard normal (Box and Muller 1958). */
  normal(): number
}

/** SplitMix32 (after Steele et al. 2014): 32 bits of state are plenty for shuffling and dropping words. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296
  }
  return {
    next,
    below: (limit) => Math.floor(next() * limit),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  }
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
