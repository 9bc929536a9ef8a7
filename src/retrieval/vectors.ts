/** Arithmetic on unit vectors. */

/** The dot product, which is the cosine of two unit vectors. */
export function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** The mean direction, of unit length; undefined for no vectors or vectors that cancel out. */
export function meanDirection(vectors: readonly Float32Array[]): Float32Array | undefined {
  const first = vectors[0]
  if (first === undefined) return undefined
  const mean = new Float32Array(first.length)
  for (const vector of vectors) for (let i = 0; i < mean.length; i++) mean[i] = (mean[i] as number) + (vector[i] as number)
  const length = Math.sqrt(dot(mean, mean))
  return length > 0 ? mean.map((value) => value / length) : undefined
}
