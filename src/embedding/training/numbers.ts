/** Lists of numbers that grow in typed arrays: a quarter of a million papers do not fit in plain ones. */

export interface NumberList<T extends Uint16Array | Uint32Array> {
  readonly length: number
  push(value: number): void
  /** A view of what is there; it stays as it is when the list grows. */
  view(): T
}

/** A growing list; `create` makes an array of a given length, for example `(n) => new Uint32Array(n)`. */
export function createNumberList<T extends Uint16Array | Uint32Array>(create: (length: number) => T): NumberList<T> {
  let values = create(1024)
  let length = 0
  return {
    get length() {
      return length
    },
    push(value) {
      if (length === values.length) {
        const grown = create(length * 2)
        grown.set(values)
        values = grown
      }
      values[length++] = value
    },
    view: () => values.subarray(0, length) as T,
  }
}
