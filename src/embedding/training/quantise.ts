/** Stores a table in a quarter of a byte a number: 12 MB instead of 197, and texts rank no worse for it. */

/** A table of `rows × dimensions` numbers, value = scale of the row × scale of the column × (code − `MIDDLE`). */
export interface QuantisedTable {
  readonly rows: number
  /** A multiple of `CODES_A_BYTE`. */
  readonly dimensions: number
  /** Byte j of a row holds the codes, 0 to 3, of columns j, j + dimensions/4 and so on, lowest bits first. */
  readonly codes: Uint8Array
  readonly rowScales: Float32Array
  readonly columnScales: Float32Array
}

export const CODE_BITS = 2
export const CODES_A_BYTE = 8 / CODE_BITS
const HIGHEST_CODE = 2 ** CODE_BITS - 1
/** The codes stand evenly about nothing: −1.5, −.5, .5 and 1.5 steps. */
export const MIDDLE = HIGHEST_CODE / 2
/** The step, in standard deviations, that loses least of a normal distribution (Max 1960, table II). */
const STEP = 0.9957

/**
 * Rounds every number to one of four. Columns are brought to equal spread first, so that a table whose
 * leading columns hold most of the variance loses no more than one where it is spread evenly.
 * Rows below `firstId` (special tokens) become zero.
 */
export function quantise(table: Float32Array, rows: number, dimensions: number, firstId: number): QuantisedTable {
  const columnScales = columnSpread(table, rows, dimensions, firstId)
  const rowScales = new Float32Array(rows)
  const width = dimensions / CODES_A_BYTE
  const codes = new Uint8Array(rows * width)
  for (let row = firstId; row < rows; row++) {
    let squares = 0
    for (let column = 0; column < dimensions; column++) {
      squares += ((table[row * dimensions + column] as number) / (columnScales[column] as number)) ** 2
    }
    const scale = STEP * Math.sqrt(squares / dimensions)
    if (scale === 0) continue
    rowScales[row] = scale
    for (let column = 0; column < dimensions; column++) {
      const steps = (table[row * dimensions + column] as number) / ((columnScales[column] as number) * scale)
      const code = Math.max(0, Math.min(HIGHEST_CODE, Math.round(steps + MIDDLE)))
      const at = row * width + (column % width)
      codes[at] = (codes[at] as number) | (code << (CODE_BITS * ((column / width) | 0)))
    }
  }
  return { rows, dimensions, codes, rowScales, columnScales }
}

/** The numbers that the codes stand for. */
export function dequantise({ rows, dimensions, codes, rowScales, columnScales }: QuantisedTable): Float32Array {
  const width = dimensions / CODES_A_BYTE
  const table = new Float32Array(rows * dimensions)
  for (let row = 0; row < rows; row++) {
    const scale = rowScales[row] as number
    for (let column = 0; column < dimensions; column++) {
      const byte = codes[row * width + (column % width)] as number
      const code = (byte >> (CODE_BITS * ((column / width) | 0))) & HIGHEST_CODE
      table[row * dimensions + column] = scale * (columnScales[column] as number) * (code - MIDDLE)
    }
  }
  return table
}

/** Root mean square of each column over directions of rows, so that long rows do not decide alone. */
function columnSpread(table: Float32Array, rows: number, dimensions: number, firstId: number): Float32Array {
  const squares = new Float64Array(dimensions)
  for (let row = firstId; row < rows; row++) {
    const start = row * dimensions
    let total = 0
    for (let i = 0; i < dimensions; i++) total += (table[start + i] as number) ** 2
    if (total === 0) continue
    for (let i = 0; i < dimensions; i++) squares[i] = (squares[i] as number) + (table[start + i] as number) ** 2 / total
  }
  return Float32Array.from(squares, (sum) => Math.sqrt(sum / rows) || 1)
}
