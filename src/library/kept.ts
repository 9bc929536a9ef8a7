/** Keeps what was read of the last few papers, since one question leads to the same ones several times. */
import type { Handle } from './library.js'

/** About 15 kB each, and six times as much where a vector was unpacked. */
const MOST_KEPT = 256

/**
 * Reads many at a time, as `read` does, but asks it only for those that it has not read of late; all is read anew once
 * the library has changed. What it gives for one paper is the same object each time.
 */
export function createKept<Value>(read: (handles: readonly Handle[]) => (Value | undefined)[], revision: () => number): (handles: readonly Handle[]) => (Value | undefined)[] {
  const kept = new Map<Handle, Value>()
  let of = -1
  return (handles) => {
    const now = revision()
    if (now !== of) kept.clear()
    of = now
    const missing = handles.filter((handle) => !kept.has(handle))
    const found = new Map(read(missing).map((value, i) => [missing[i] as Handle, value]))
    return handles.map((handle) => {
      const value = found.get(handle) ?? kept.get(handle)
      if (value !== undefined) keep(handle, value)
      return value
    })
  }

  /** As the last one of all; the one that was asked for longest ago goes. */
  function keep(handle: Handle, value: Value): void {
    kept.delete(handle)
    kept.set(handle, value)
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value as Handle)
  }
}
