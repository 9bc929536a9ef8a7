/** Pauses long work now and then, so that others have their turn of the event loop. */
import { setImmediate as nextTurn } from 'node:timers/promises'

/** A search waits this long at each of its steps. */
const SLICE_MS = 5

export interface Pauses {
  /** To be awaited after each piece of the work: goes on at once, or after the others where the work has gone on for `SLICE_MS`. */
  ifDue(): Promise<void> | undefined
}

export function createPauses(): Pauses {
  let end = performance.now() + SLICE_MS
  return {
    ifDue() {
      if (performance.now() < end) return undefined
      return nextTurn().then(() => void (end = performance.now() + SLICE_MS))
    },
  }
}
