/** Estimates tokens, for limits and where a provider tells no count. */

/** Characters of a token, about. */
export const CHARACTERS_PER_TOKEN = 4

export function tokensOf(lengths: readonly number[]): number {
  return Math.ceil(lengths.reduce((sum, length) => sum + length, 0) / CHARACTERS_PER_TOKEN)
}
