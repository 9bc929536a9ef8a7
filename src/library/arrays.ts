/** Arrays of numbers that grow: what an index is made of when a paper must not cost an object. */

export type NumberArray = Int8Array | Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array

/** The array itself if it has `length` places, else a copy with room to spare; new places are 0. */
export function withRoom<A extends NumberArray>(array: A, length: number): A {
  if (length <= array.length) return array
  const larger = new (array.constructor as new (length: number) => A)(Math.max(length, Math.ceil(array.length * 1.5), 64))
  larger.set(array)
  return larger
}

/** The `count`-th largest of the first `length` values, which are put out of order; `count` ≤ `length`. */
export function nthLargest(values: Float64Array, length: number, count: number): number {
  const wanted = count - 1
  let low = 0
  let high = length - 1
  while (low < high) {
    const pivot = values[(low + high) >> 1] as number
    let i = low
    let j = high
    while (i <= j) {
      while ((values[i] as number) > pivot) i++
      while ((values[j] as number) < pivot) j--
      if (i > j) break
      const swapped = values[i] as number
      values[i++] = values[j] as number
      values[j--] = swapped
    }
    if (wanted <= j) high = j
    else if (wanted >= i) low = i
    else break
  }
  return values[wanted] as number
}
