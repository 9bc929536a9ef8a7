/** Fuses several ways of ranking the same papers into one. */

/**
 * Values scaled to 0..1 over one list of candidates; all 0 when they do not differ. Min-max before a
 * convex sum beats reciprocal rank fusion when one of the rankings is much the weaker (Bruch, Gai and
 * Ingber 2023, arXiv:2210.11934).
 */
export function minMax(values: readonly number[]): number[] {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (value < low) low = value
    if (value > high) high = value
  }
  const range = high - low
  return values.map((value) => (range > 0 ? (value - low) / range : 0))
}

/** The convex sum of the scaled rankings; the weights should add up to 1. */
export function fuse(rankings: readonly { readonly values: readonly number[]; readonly weight: number }[]): number[] {
  const length = rankings[0]?.values.length ?? 0
  const fused = new Array<number>(length).fill(0)
  for (const { values, weight } of rankings) {
    const scaled = minMax(values)
    for (let i = 0; i < length; i++) fused[i] = (fused[i] as number) + weight * (scaled[i] as number)
  }
  return fused
}
