/** Bounds how long a stream may keep its reader waiting. */
import { FootnoteError } from '../../errors.js'

export interface Patience {
  /** Until the first part comes. */
  readonly firstMs: number
  /** From one part to the next. */
  readonly stallMs: number
  /** In all. */
  readonly totalMs: number
}

/**
 * The parts of a stream that is opened with a signal of its own. When a limit is passed, the signal is aborted and
 * `writer_failed` thrown, even if the stream does not heed its signal. The outer signal ends it without an error of ours.
 */
export async function* patiently<Part>(open: (signal: AbortSignal) => AsyncIterable<Part>, { firstMs, stallMs, totalMs }: Patience, signal: AbortSignal): AsyncGenerator<Part> {
  const own = new AbortController()
  const parts = open(AbortSignal.any([signal, own.signal]))[Symbol.asyncIterator]()
  const deadline = performance.now() + totalMs
  let limit = { ms: firstMs, setting: 'LLM_FIRST_TOKEN_TIMEOUT_MS' }
  try {
    for (;;) {
      const left = deadline - performance.now()
      const next = await within(parts.next(), left < limit.ms ? { ms: left, setting: 'LLM_TIMEOUT_MS' } : limit, signal)
      if (next.done === true) return
      yield next.value
      limit = { ms: stallMs, setting: 'LLM_STALL_TIMEOUT_MS' }
    }
  } finally {
    own.abort()
    // A generator that waits for a part ends only after that; nobody waits for it.
    void parts.return?.()?.then(undefined, () => undefined)
  }
}

function within<Value>(value: Promise<Value>, { ms, setting }: { readonly ms: number; readonly setting: string }, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new FootnoteError('writer_failed', `The language model was too slow; wait longer by ${setting}, or take a faster one.`)), Math.max(0, ms))
    const gone = () => reject(signal.reason as Error)
    const settle = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', gone)
    }
    if (signal.aborted) gone()
    signal.addEventListener('abort', gone, { once: true })
    value.then(resolve, reject).finally(settle)
  })
}
