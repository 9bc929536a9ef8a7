/** Looks into a stream of bytes without losing any, and unpacks gzip. */
import { Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { FootnoteError } from '../errors.js'

export type Bytes = AsyncIterable<Uint8Array>

/** Holds back at least `size` bytes, or all there are, to be looked at first. */
export async function peek(source: Bytes, size: number): Promise<{ readonly head: Buffer; readonly bytes: Bytes }> {
  const iterator = source[Symbol.asyncIterator]()
  const chunks: Uint8Array[] = []
  let failure: { readonly cause: unknown } | undefined
  for (let length = 0; length < size; ) {
    try {
      const next = await iterator.next()
      if (next.done === true) break
      chunks.push(next.value)
      length += next.value.length
    } catch (cause) {
      // What came before the break is still to be read.
      if (length === 0) throw cause
      failure = { cause }
      break
    }
  }
  return { head: Buffer.concat(chunks).subarray(0, size), bytes: rejoin(chunks, iterator, failure) }
}

async function* rejoin(chunks: readonly Uint8Array[], rest: AsyncIterator<Uint8Array>, failure?: { readonly cause: unknown }): Bytes {
  try {
    yield* chunks
    if (failure !== undefined) throw failure.cause
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value
  } finally {
    await rest.return?.()
  }
}

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b
}

/** Text packs to a fifth, lists in XML to a thirtieth; what unpacks to more than this, and so many times its size, was made to keep us busy. */
const SUSPECT_BYTES = 64 * 2 ** 20
const SUSPECT_TIMES = 100

/**
 * Fails where the packed bytes are damaged or cut short, what came before that having been given by then; with
 * `invalid_request` where they unpack to a hundred times their size.
 */
export async function* gunzip(source: Bytes): Bytes {
  const input = Readable.from(source, { objectMode: false })
  const output = createGunzip()
  input.on('error', (error) => output.destroy(error))
  input.pipe(output)
  try {
    let unpacked = 0
    for await (const chunk of output as AsyncIterable<Uint8Array>) {
      unpacked += chunk.length
      if (unpacked > SUSPECT_BYTES && unpacked > SUSPECT_TIMES * output.bytesWritten) {
        throw new FootnoteError('invalid_request', `What is gzipped unpacks to more than ${SUSPECT_TIMES} times its size; send it unpacked.`)
      }
      yield chunk
    }
  } finally {
    input.destroy()
    output.destroy()
  }
}
