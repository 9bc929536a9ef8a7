/** The hot loop of a static model, in AssemblyScript: adds up the weighted rows of a text's tokens to a unit vector. */

/** A byte of a row holds the 2-bit codes of four columns that lie a quarter of the row apart; see `quantise.ts`. */
const CODES_A_BYTE = 4
const CODE_BITS = 2
const MIDDLE: f32 = 1.5

/**
 * Writes to `out` the vector of `dimensions` numbers, a multiple of 64: Σ weight · (code − MIDDLE) · scale of the column,
 * of unit length. All arguments but `count` and `dimensions` are places in memory: of the table of codes, of a 32-bit row
 * number and of a weight for each token, and of a scale for each column. Nothing that the rows hold makes a sum of zero:
 * its numbers come out as NaN.
 */
export function pool(codes: usize, rows: usize, weights: usize, count: i32, dimensions: i32, columns: usize, out: usize): void {
  const width = dimensions / CODES_A_BYTE
  let total: f32 = 0
  for (let i = 0; i < count; i++) total += load<f32>(weights + (i << 2))
  const middle = f32x4.splat(total * MIDDLE)
  let squares = f32x4.splat(0)
  for (let byte = 0; byte < width; byte += 16) {
    for (let code = 0; code < CODES_A_BYTE; code++) {
      let first = f32x4.splat(0)
      let second = first
      let third = first
      let fourth = first
      const shift = code * CODE_BITS
      for (let i = 0; i < count; i++) {
        const row = codes + load<u32>(rows + (i << 2)) * width
        const packed = i32x4.shr_u(v128.load(row + byte), shift)
        const weight = v128.load32_splat(weights + (i << 2))
        first = f32x4.add(first, f32x4.mul(weight, codeOf(packed, 0)))
        second = f32x4.add(second, f32x4.mul(weight, codeOf(packed, 8)))
        third = f32x4.add(third, f32x4.mul(weight, codeOf(packed, 16)))
        fourth = f32x4.add(fourth, f32x4.mul(weight, codeOf(packed, 24)))
      }
      const at = (code * width + byte) << 2
      squares = f32x4.add(squares, finish(first, scaled(second, 8), scaled(third, 16), scaled(fourth, 24), middle, columns + at, out + at))
    }
  }
  normalise(out, dimensions, squares)
}

/** The code at this bit of each 32-bit lane, times 2^bit: a power of two costs no precision, and a shift each time would cost time. */
// @ts-ignore: decorator
@inline
function codeOf(packed: v128, bit: i32): v128 {
  return f32x4.convert_i32x4_s(v128.and(packed, i32x4.splat(3 << bit)))
}

// @ts-ignore: decorator
@inline
function scaled(sum: v128, bit: i32): v128 {
  return f32x4.mul(sum, f32x4.splat(1 / <f32>(1 << bit)))
}

/** Sixteen sums, whose lanes stand four columns apart, brought into order, to their level and their scale; returns their squares. */
// @ts-ignore: decorator
@inline
function finish(first: v128, second: v128, third: v128, fourth: v128, middle: v128, columns: usize, out: usize): v128 {
  const low = v128.shuffle<i32>(first, second, 0, 4, 1, 5)
  const high = v128.shuffle<i32>(first, second, 2, 6, 3, 7)
  const nextLow = v128.shuffle<i32>(third, fourth, 0, 4, 1, 5)
  const nextHigh = v128.shuffle<i32>(third, fourth, 2, 6, 3, 7)
  let squares = put(v128.shuffle<i64>(low, nextLow, 0, 2), middle, columns, out)
  squares = f32x4.add(squares, put(v128.shuffle<i64>(low, nextLow, 1, 3), middle, columns + 16, out + 16))
  squares = f32x4.add(squares, put(v128.shuffle<i64>(high, nextHigh, 0, 2), middle, columns + 32, out + 32))
  return f32x4.add(squares, put(v128.shuffle<i64>(high, nextHigh, 1, 3), middle, columns + 48, out + 48))
}

// @ts-ignore: decorator
@inline
function put(sum: v128, middle: v128, columns: usize, out: usize): v128 {
  const value = f32x4.mul(f32x4.sub(sum, middle), v128.load(columns))
  v128.store(out, value)
  return f32x4.mul(value, value)
}

// @ts-ignore: decorator
@inline
function normalise(out: usize, dimensions: i32, squares: v128): void {
  const sum = f32x4.extract_lane(squares, 0) + f32x4.extract_lane(squares, 1) + f32x4.extract_lane(squares, 2) + f32x4.extract_lane(squares, 3)
  const scale = f32x4.splat(1 / sqrt<f32>(sum))
  for (let at = 0; at < dimensions << 2; at += 16) v128.store(out + at, f32x4.mul(v128.load(out + at), scale))
}
