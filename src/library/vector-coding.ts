/** The two ways in which a unit vector is stored: a byte a number, and half a byte. */

/** Writes and reads one vector at a place among bytes. No scale is lost: a unit vector's scale is what makes its length 1. */
export interface VectorCoding {
  bytes(dimensions: number): number
  write(bytes: Buffer, place: number, vector: Float32Array): void
  /** Adds the vector, of unit length, to a sum of as many numbers, which it returns; nothing where all numbers are zero. */
  addTo(sum: Float32Array, bytes: Buffer, place: number): Float32Array
  /** The cosine to a unit vector; 0 where all numbers are zero. */
  cosine(vector: Float32Array, bytes: Buffer, place: number): number
}

/**
 * One byte a number: `round(127 · value / largest)`. Each value is off by at most largest/254, so the cosine to
 * the original is at least 1 − d·(largest/254)²/2: above 0.9999 for the embeddings of a trained model.
 */
export const BYTES: VectorCoding = {
  bytes: (dimensions) => dimensions,
  write(bytes, place, vector) {
    const [largest = 0] = largestOfBlocks(vector, vector.length)
    const factor = largest === 0 ? 0 : 127 / largest
    // Cut off after it was made positive, a number is rounded as by `Math.round`.
    for (let i = 0; i < vector.length; i++) bytes[place + i] = (((vector[i] as number) * factor + 128.5) | 0) - 128
  },
  addTo(sum, bytes, place) {
    let squares = 0
    for (let i = 0; i < sum.length; i++) squares += signed(bytes[place + i] as number) ** 2
    const scale = squares === 0 ? 0 : 1 / Math.sqrt(squares)
    for (let i = 0; i < sum.length; i++) sum[i] = (sum[i] as number) + signed(bytes[place + i] as number) * scale
    return sum
  },
  cosine(vector, bytes, place) {
    let product = 0
    let squares = 0
    for (let i = 0; i < vector.length; i++) {
      const value = signed(bytes[place + i] as number)
      product += (vector[i] as number) * value
      squares += value * value
    }
    return squares === 0 ? 0 : product / Math.sqrt(squares)
  },
}

/** Numbers that share a scale: the leading dimensions of a rotated table are many times as large as the last ones. */
const BLOCK = 32
const SCALE_BYTES = 4
/** Numbers of a block are stored as −7 … 7 times its scale, with 8 added. */
const LEVELS = 7
const ZERO = 8
/** Cut off, a level with this added is rounded to the nearest. */
const ROUNDED = ZERO + 0.5

/**
 * Half a byte a number: blocks scaled by their largest number (Dettmers et al. 2021, arXiv:2110.02861) and rounded to
 * the nearest level. First the scale for all as a 32-bit float, then a byte a block for its share of that, then the
 * numbers, of each pair the first in the lower half. The cosine to the original is 0.996 for the embeddings of a trained model.
 */
export const NIBBLES: VectorCoding = {
  bytes: (dimensions) => numbersAt(dimensions) + Math.ceil(dimensions / 2),
  write(bytes, place, vector) {
    const sizes = largestOfBlocks(vector, BLOCK)
    const [largest = 0] = largestOfBlocks(sizes, sizes.length)
    let at = place + numbersAt(vector.length)
    let squares = 0
    for (let block = 0; block < sizes.length; block++) {
      // Rounded up, so that no number needs more than the last level.
      const share = largest === 0 ? 0 : Math.ceil((255 * (sizes[block] as number)) / largest)
      const factor = share === 0 ? 0 : (LEVELS * 255) / (share * largest)
      const end = Math.min((block + 1) * BLOCK, vector.length)
      const even = end - (end & 1)
      bytes[place + SCALE_BYTES + block] = share
      let ofBlock = 0
      for (let i = block * BLOCK; i < even; i += 2) {
        const low = ((vector[i] as number) * factor + ROUNDED) | 0
        const high = ((vector[i + 1] as number) * factor + ROUNDED) | 0
        ofBlock += (low - ZERO) * (low - ZERO) + (high - ZERO) * (high - ZERO)
        bytes[at++] = low | (high << 4)
      }
      if (even < end) {
        const low = ((vector[even] as number) * factor + ROUNDED) | 0
        ofBlock += (low - ZERO) * (low - ZERO)
        bytes[at++] = low | (ZERO << 4)
      }
      squares += share * share * ofBlock
    }
    bytes.writeFloatLE(squares === 0 ? 0 : 1 / Math.sqrt(squares), place)
  },
  addTo(sum, bytes, place) {
    const scale = bytes.readFloatLE(place)
    let share = place + SCALE_BYTES
    let at = place + numbersAt(sum.length)
    for (let start = 0; start < sum.length; start += BLOCK) {
      const end = Math.min(start + BLOCK, sum.length)
      const step = scale * (bytes[share++] as number)
      for (let i = start; i < end; i += 2) {
        const pair = bytes[at++] as number
        sum[i] = (sum[i] as number) + ((pair & 15) - ZERO) * step
        if (i + 1 < end) sum[i + 1] = (sum[i + 1] as number) + ((pair >> 4) - ZERO) * step
      }
    }
    return sum
  },
  cosine(vector, bytes, place) {
    let share = place + SCALE_BYTES
    let at = place + numbersAt(vector.length)
    let product = 0
    for (let start = 0; start < vector.length; start += BLOCK) {
      const end = Math.min(start + BLOCK, vector.length)
      let first = 0
      let second = 0
      let third = 0
      let fourth = 0
      // Four sums at once: a sum waits for its last addition, and the processor could do four meanwhile.
      let i = start
      for (; i + 4 <= end; i += 4) {
        const pair = bytes[at++] as number
        const next = bytes[at++] as number
        first += ((pair & 15) - ZERO) * (vector[i] as number)
        second += ((pair >> 4) - ZERO) * (vector[i + 1] as number)
        third += ((next & 15) - ZERO) * (vector[i + 2] as number)
        fourth += ((next >> 4) - ZERO) * (vector[i + 3] as number)
      }
      for (; i < end; i += 2) {
        const pair = bytes[at++] as number
        first += ((pair & 15) - ZERO) * (vector[i] as number)
        if (i + 1 < end) second += ((pair >> 4) - ZERO) * (vector[i + 1] as number)
      }
      product += (bytes[share++] as number) * (first + second + third + fourth)
    }
    return product * bytes.readFloatLE(place)
  },
}

/** How far from the start of a vector its numbers begin. */
function numbersAt(dimensions: number): number {
  return SCALE_BYTES + Math.ceil(dimensions / BLOCK)
}

/** All bits of a 32-bit float but its sign. */
const SIZE_BITS = 0x7fffffff

/**
 * The size of the largest number of each block of so many. Sizes of floats are ordered as their bits are, and whole
 * numbers are compared without a branch, which would be guessed wrong several times a block.
 */
function largestOfBlocks(vector: Float32Array, block: number): Float32Array {
  const bits = new Int32Array(vector.buffer, vector.byteOffset, vector.length)
  const largest = new Int32Array(Math.ceil(vector.length / block))
  for (let at = 0; at < largest.length; at++) {
    const end = Math.min((at + 1) * block, vector.length)
    let size = 0
    for (let i = at * block; i < end; i++) {
      const more = ((bits[i] as number) & SIZE_BITS) - size
      size += more & ~(more >> 31)
    }
    largest[at] = size
  }
  return new Float32Array(largest.buffer)
}

function signed(byte: number): number {
  return byte < 128 ? byte : byte - 256
}
