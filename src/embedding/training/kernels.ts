/** The two inner loops of training as WebAssembly with SIMD: three times as fast as the same in JavaScript. */

/**
 * Loops over arrays of one memory. Every array must come from `allocate`; positions count numbers, not
 * bytes, and lengths are multiples of `LANES`.
 */
export interface Kernels {
  /** Zeros that the loops can reach; throws `RangeError` where the memory is used up. */
  allocate(length: number): Float32Array
  /** `out[o + i] += weight · from[f + i]` for i below `length`. */
  addScaled(out: Float32Array, o: number, from: Float32Array, f: number, weight: number, length: number): void
  /**
   * One step of Adam (Kingma and Ba 2015) for the row at `at` of table, mean and variance against `gradient`;
   * `stepSize` is the rate with its bias corrections.
   */
  adam(
    table: Float32Array, mean: Float32Array, variance: Float32Array, at: number, gradient: Float32Array, stepSize: number,
  ): void
}

/** Numbers that one turn of a loop handles: four vectors of four. */
export const LANES = 16

const PAGE = 65_536
const BYTES = Float32Array.BYTES_PER_ELEMENT
const MEAN_DECAY = 0.9
const VARIANCE_DECAY = 0.999
const EPSILON = 1e-8

export const ADAM = { MEAN_DECAY, VARIANCE_DECAY } as const

/** What we need of the standard's interface; the compiler knows it only together with a browser's. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer }
  readonly Module: new (code: Uint8Array) => object
  readonly Instance: new (module: object, imports: Record<string, object>) => { readonly exports: Record<string, unknown> }
}

type AddScaled = (out: number, from: number, weight: number, bytes: number) => void
type Adam = (table: number, mean: number, variance: number, gradient: number, stepSize: number, bytes: number) => void

/** Kernels with room for `capacity` numbers. */
export function createKernels(capacity: number): Kernels {
  const memory = new WebAssembly.Memory({ initial: Math.ceil((capacity * BYTES) / PAGE) })
  const { exports } = new WebAssembly.Instance(compiled(), { kernels: { memory } })
  const [addScaled, adam] = [exports.addScaled as AddScaled, exports.adam as Adam]
  let used = 0
  return {
    allocate(length) {
      const array = new Float32Array(memory.buffer, used, length)
      used += length * BYTES
      return array
    },
    addScaled(out, o, from, f, weight, length) {
      addScaled(out.byteOffset + o * BYTES, from.byteOffset + f * BYTES, weight, length * BYTES)
    },
    adam(table, mean, variance, at, gradient, stepSize) {
      const offset = at * BYTES
      adam(table.byteOffset + offset, mean.byteOffset + offset, variance.byteOffset + offset,
        gradient.byteOffset, stepSize, gradient.byteLength)
    },
  }
}

let cached: object | undefined
const compiled = () => (cached ??= new WebAssembly.Module(assemble()))

// The module is assembled here, from the names of the specification (WebAssembly 2.0), so that there is nothing to build.
type Code = readonly number[]

const I32 = 0x7f
const F32 = 0x7d
const V128 = 0x7b
const get = (local: number): Code => [0x20, local]
const set = (local: number): Code => [0x21, local]
const simd = (operation: number): Code => [0xfd, ...leb(operation)]
const splat = simd(0x13)
const sqrt = simd(0xe3)
const [add, subtract, multiply, divide] = [simd(0xe4), simd(0xe5), simd(0xe6), simd(0xe7)]
/** `align` is a hint; the addresses are multiples of four at least. */
const load = (address: number, offset: number): Code => [...get(address), ...simd(0x00), 2, ...leb(offset)]
const store = (offset: number): Code => [...simd(0x0b), 2, ...leb(offset)]
const four = (value: number): Code => [0x43, ...new Uint8Array(Float32Array.of(value).buffer), ...splat]
const advance = (local: number): Code => [...get(local), 0x41, ...leb(LANES * BYTES, true), 0x6a, ...set(local)]

/** Turns until the first of the `addresses` reaches `end`; the body sees each of its four offsets. */
function loop(addresses: readonly number[], end: number, body: (offset: number) => Code): Code {
  const turn = [0, 16, 32, 48].flatMap(body)
  return [
    ...get(addresses[0] as number), ...get(end), 0x6a, ...set(end),
    0x03, 0x40, ...turn, ...addresses.flatMap(advance),
    ...get(addresses[0] as number), ...get(end), 0x49, 0x0d, 0, 0x0b,
  ]
}

/** Parameters: out, from, weight, bytes; local 4 holds the weight four times. */
const ADD_SCALED: Code = [
  ...get(2), ...splat, ...set(4),
  ...loop([0, 1], 3, (offset) => [
    ...get(0), ...load(0, offset), ...load(1, offset), ...get(4), ...multiply, ...add, ...store(offset),
  ]),
]

/** Parameters: table, mean, variance, gradient, step size, bytes; locals 6–9: gradient, mean, variance, step. */
const ADAM_ROW: Code = [
  ...get(4), ...splat, ...set(9),
  ...loop([0, 1, 2, 3], 5, (offset) => [
    ...load(3, offset), ...set(6),
    ...load(1, offset), ...four(MEAN_DECAY), ...multiply, ...get(6), ...four(1 - MEAN_DECAY), ...multiply, ...add, ...set(7),
    ...load(2, offset), ...four(VARIANCE_DECAY), ...multiply,
    ...get(6), ...get(6), ...multiply, ...four(1 - VARIANCE_DECAY), ...multiply, ...add, ...set(8),
    ...get(1), ...get(7), ...store(offset),
    ...get(2), ...get(8), ...store(offset),
    ...get(0), ...load(0, offset),
    ...get(9), ...get(7), ...multiply, ...get(8), ...sqrt, ...four(EPSILON), ...add, ...divide, ...subtract, ...store(offset),
  ]),
]

function assemble(): Uint8Array {
  const functionType = (parameters: Code): Code => [0x60, ...list(parameters.map((type) => [type])), 0]
  const body = (vectors: number, code: Code): Code => sized([...list([[vectors, V128]]), ...code, 0x0b])
  const section = (id: number, content: Code): Code => [id, ...sized(content)]
  const text = (value: string): Code => sized([...new TextEncoder().encode(value)])
  return Uint8Array.from([
    0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, list([functionType([I32, I32, F32, I32]), functionType([I32, I32, I32, I32, F32, I32])])),
    ...section(2, list([[...text('kernels'), ...text('memory'), 0x02, 0x00, 0]])),
    ...section(3, list([[0], [1]])),
    ...section(7, list([[...text('addScaled'), 0x00, 0], [...text('adam'), 0x00, 1]])),
    ...section(10, list([body(1, ADD_SCALED), body(4, ADAM_ROW)])),
  ])
}

function list(items: readonly Code[]): Code {
  return [...leb(items.length), ...items.flat()]
}

function sized(content: Code): Code {
  return [...leb(content.length), ...content]
}

/** LEB128; a signed number needs its sixth bit clear, or it would read as negative. */
function leb(value: number, signed = false): Code {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    const last = rest < (signed ? 0x40 : 0x80)
    bytes.push((rest & 0x7f) | (last ? 0 : 0x80))
    if (last) return bytes
  }
}
