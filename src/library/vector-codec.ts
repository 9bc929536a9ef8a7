/** Packs the vectors of a paper and of its sentences into the bytes that the store keeps. */
import type { Span } from '../papers/paper.js'
import type { PaperVectors, SentenceVector, StoredVectors } from './library.js'
import { BYTES, NIBBLES } from './vector-coding.js'
import type { VectorCoding } from './vector-coding.js'

const SPAN_BYTES = 8

/** How many bits a number of a sentence's vector has: 8 where a library of version 1 wrote it. */
export type SentenceBits = 4 | 8
const CODINGS: Readonly<Record<SentenceBits, VectorCoding>> = { 4: NIBBLES, 8: BYTES }

/** What is stored of a paper's vectors. */
export interface PackedVectors {
  /** A byte a number: it is one of ten, and decides which papers are candidates at all. */
  readonly paper: Buffer
  /** Each sentence: start and end as 32-bit little-endian numbers, then its vector. */
  readonly sentences: Buffer
  readonly bits: SentenceBits
}

export function packVectors({ paper, sentences }: PaperVectors): PackedVectors {
  const size = SPAN_BYTES + NIBBLES.bytes(paper.length)
  const bytes = Buffer.alloc(sentences.length * size)
  sentences.forEach(({ start, end, vector }, i) => {
    bytes.writeUInt32LE(start, i * size)
    bytes.writeUInt32LE(end, i * size + 4)
    NIBBLES.write(bytes, i * size + SPAN_BYTES, vector)
  })
  const packed = Buffer.alloc(BYTES.bytes(paper.length))
  BYTES.write(packed, 0, paper)
  return { paper: packed, sentences: bytes, bits: 4 }
}

/** Where the sentences stand whose vectors were packed; undefined if the bytes are not whole. */
export function packedSpans({ paper, sentences, bits }: PackedVectors): Span[] | undefined {
  const size = SPAN_BYTES + CODINGS[bits].bytes(paper.length)
  if (sentences.length % size !== 0) return undefined
  return Array.from({ length: sentences.length / size }, (_, i) => ({ start: sentences.readUInt32LE(i * size), end: sentences.readUInt32LE(i * size + 4) }))
}

/** What `packVectors` made; unpacked when it is first asked for. */
export function openVectors(packed: PackedVectors): StoredVectors {
  const { paper, sentences } = packed
  const coding = CODINGS[packed.bits]
  const dimensions = paper.length
  const spans = packedSpans(packed) ?? []
  const places = spans.map((_, i) => i * (SPAN_BYTES + coding.bytes(dimensions)) + SPAN_BYTES)
  let wholePaper: Float32Array | undefined
  let wholeSentences: readonly SentenceVector[] | undefined
  return {
    spans,
    get paper() {
      return (wholePaper ??= BYTES.addTo(new Float32Array(dimensions), paper, 0))
    },
    get sentences() {
      return (wholeSentences ??= spans.map((span, i) => ({ ...span, vector: coding.addTo(new Float32Array(dimensions), sentences, places[i] as number) })))
    },
    compare: (vector) => ({ paper: BYTES.cosine(vector, paper, 0), sentences: places.map((place) => coding.cosine(vector, sentences, place)) }),
    centralities() {
      // A sentence's cosines with all sentences add up to its product with their sum, and 1 of it is with itself.
      const sum = new Float32Array(dimensions)
      for (const place of places) coding.addTo(sum, sentences, place)
      return places.map((place) => (places.length > 1 ? (coding.cosine(sum, sentences, place) - 1) / (places.length - 1) : 0))
    },
  }
}

/** The bytes of a stored paper's vector as the signed numbers that they are. */
export function asNumbers(paper: Buffer): Int8Array {
  return new Int8Array(paper.buffer, paper.byteOffset, paper.length)
}

/** A vector as `packVectors` packs that of a paper. */
export function quantise(vector: Float32Array): Int8Array {
  const packed = Buffer.alloc(vector.length)
  BYTES.write(packed, 0, vector)
  return asNumbers(packed)
}
