/** Packs unit vectors into one signed byte a dimension, the form in which they are stored and scanned. */
import type { Span } from '../papers/paper.js'
import type { PaperVectors, SentenceVector, StoredVectors } from './library.js'

const SPAN_BYTES = 8

/**
 * One byte a dimension: `round(127 · value / largest)`. No scale is kept, since a unit vector's scale is
 * what makes its length 1 again. Each value is off by at most largest/254 before that, so the cosine to
 * the original is at least 1 − d·(largest/254)²/2: above 0.9999 for the embeddings of a trained model.
 */
export function quantise(vector: Float32Array): Int8Array {
  const packed = new Int8Array(vector.length)
  quantiseInto(packed, 0, vector)
  return packed
}

/** Loops of plain arithmetic: `Int8Array.from` with a function takes ten times as long. */
function quantiseInto(packed: Int8Array, start: number, vector: Float32Array): void {
  let largest = 0
  for (let i = 0; i < vector.length; i++) {
    const value = vector[i] as number
    const size = value < 0 ? -value : value
    if (size > largest) largest = size
  }
  const factor = largest === 0 ? 0 : 127 / largest
  // Cut off after it was made positive, a number is rounded as by `Math.round`.
  for (let i = 0; i < vector.length; i++) packed[start + i] = (((vector[i] as number) * factor + 128.5) | 0) - 128
}

/** The unit vector of packed values; all zero if they are. */
export function restore(packed: Int8Array): Float32Array {
  const scale = unitScale(packed)
  const vector = new Float32Array(packed.length)
  for (let i = 0; i < packed.length; i++) vector[i] = (packed[i] as number) * scale
  return vector
}

/** What packed values are multiplied by to be of unit length; 0 if all are zero. */
export function unitScale(packed: Int8Array): number {
  let sum = 0
  for (let i = 0; i < packed.length; i++) sum += (packed[i] as number) * (packed[i] as number)
  return sum === 0 ? 0 : 1 / Math.sqrt(sum)
}

/** What is stored of a paper's vectors. */
export interface PackedVectors {
  readonly paper: Buffer
  /** Each sentence: start and end as 32-bit little-endian numbers, then its vector. */
  readonly sentences: Buffer
}

export function packVectors({ paper, sentences }: PaperVectors, dimensions: number): PackedVectors {
  const size = SPAN_BYTES + dimensions
  const bytes = Buffer.alloc(sentences.length * size)
  sentences.forEach(({ start, end, vector }, i) => {
    bytes.writeUInt32LE(start, i * size)
    bytes.writeUInt32LE(end, i * size + 4)
    quantiseInto(asBytes(bytes), i * size + SPAN_BYTES, vector)
  })
  return { paper: asBuffer(quantise(paper)), sentences: bytes }
}

/** Where the sentences stand whose vectors were packed; undefined if the bytes are not whole. */
export function packedSpans(sentences: Int8Array, dimensions: number): Span[] | undefined {
  const size = SPAN_BYTES + dimensions
  if (sentences.length % size !== 0) return undefined
  const view = new DataView(sentences.buffer, sentences.byteOffset, sentences.length)
  return Array.from({ length: sentences.length / size }, (_, i) => ({ start: view.getUint32(i * size, true), end: view.getUint32(i * size + 4, true) }))
}

/** What `packVectors` made; unpacked when it is first asked for. */
export function openVectors(packed: PackedVectors): StoredVectors {
  const paper = asBytes(packed.paper)
  const sentences = asBytes(packed.sentences)
  const dimensions = paper.length
  const spans = packedSpans(sentences, dimensions) ?? []
  const places = spans.map((_, i) => i * (SPAN_BYTES + dimensions) + SPAN_BYTES)
  const restoreAt = (place: number) => restore(sentences.subarray(place, place + dimensions))
  let wholePaper: Float32Array | undefined
  let wholeSentences: readonly SentenceVector[] | undefined
  return {
    spans,
    get paper() {
      return (wholePaper ??= restore(paper))
    },
    get sentences() {
      return (wholeSentences ??= spans.map((span, i) => ({ ...span, vector: restoreAt(places[i] as number) })))
    },
    compare: (vector) => ({ paper: packedCosine(vector, paper, 0), sentences: places.map((place) => packedCosine(vector, sentences, place)) }),
    centralities: () => centralities(sentences, places, dimensions),
  }
}

/** A sentence's cosines with all sentences add up to its product with their sum, and 1 of it is with itself. */
function centralities(packed: Int8Array, places: readonly number[], dimensions: number): number[] {
  const sum = new Float32Array(dimensions)
  for (const place of places) {
    const scale = unitScale(packed.subarray(place, place + dimensions))
    for (let i = 0; i < dimensions; i++) sum[i] = (sum[i] as number) + (packed[place + i] as number) * scale
  }
  return places.map((place) => (places.length > 1 ? (packedCosine(sum, packed, place) - 1) / (places.length - 1) : 0))
}

/** The product with a packed vector brought to unit length. */
function packedCosine(vector: Float32Array, packed: Int8Array, start: number): number {
  let product = 0
  let squares = 0
  for (let i = 0; i < vector.length; i++) {
    const value = packed[start + i] as number
    product += (vector[i] as number) * value
    squares += value * value
  }
  return squares === 0 ? 0 : product / Math.sqrt(squares)
}

/** The bytes of a stored vector as the signed numbers that they are. */
export function asBytes(buffer: Buffer | ArrayBuffer): Int8Array {
  if (buffer instanceof ArrayBuffer) return new Int8Array(buffer)
  return new Int8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

function asBuffer(packed: Int8Array): Buffer {
  return Buffer.from(packed.buffer, packed.byteOffset, packed.length)
}
