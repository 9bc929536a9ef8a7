/** Random numbers that are the same on every machine for the same seed. */

export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** A whole number from 0 to n − 1. */
  below(n: number): number
  /** The list in a random order; the list itself stays. */
  shuffled<T>(list: readonly T[]): T[]
}

/** SplitMix32 (after Steele et al. 2014): 32 bits of state, plenty for choosing samples and dropping words, not for secrets. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = state ^ (state >>> 16)
    mixed = Math.imul(mixed, 0x21f0aaad)
    mixed ^= mixed >>> 15
    mixed = Math.imul(mixed, 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4_294_967_296
  }
  const below = (n: number) => Math.floor(next() * n)
  return {
    next,
    below,
    shuffled(list) {
      const result = [...list]
      for (let i = result.length - 1; i > 0; i--) {
        const j = below(i + 1)
        ;[result[i], result[j]] = [result[j] as never, result[i] as never]
      }
      return result
    },
  }
}
