/** Bounds how much work of one kind runs at once, so that a rush is told to wait and not slowed for all. */
import { FootnoteError } from '../errors.js'

export interface GateOptions {
  /** How many may run at once. */
  readonly running: number
  /** How many more may wait for their turn at least; beyond that `enter` fails with `overloaded`. */
  readonly waiting: number
  /** More may wait if, by the time that recent work took, their turn comes within this; 0, the default, for no more. */
  readonly patienceMs?: number
  /** What is run, for the message: `questions`. */
  readonly what: string
}

export interface Gate {
  /**
   * Resolves when it is one's turn, first come first served, with the function that hands the place on.
   * Fails with `overloaded` when too many wait, and with the signal's reason when it aborts first.
   */
  enter(signal: AbortSignal): Promise<() => void>
}

/** Whatever the work takes, more in a queue are only a burden. */
const MAX_WAITING = 1_000
/** What a piece of work is thought to take before any is done. */
const FIRST_GUESS_MS = 100
/** Weight of the latest piece in the running mean. */
const SMOOTHING = 0.1

export function createGate({ running, waiting, what, patienceMs = 0 }: GateOptions): Gate {
  const queue = new Set<() => void>()
  let inside = 0
  let meanMs = FIRST_GUESS_MS

  const mayWait = () => Math.max(waiting, Math.min(MAX_WAITING, Math.floor((patienceMs / meanMs) * running)))

  const leaveOnce = () => {
    const entered = performance.now()
    let left = false
    return () => {
      if (left) return
      left = true
      meanMs = Math.max(1, meanMs + SMOOTHING * (performance.now() - entered - meanMs))
      const [next] = queue
      if (next) next()
      else inside--
    }
  }

  function wait(signal: AbortSignal): Promise<() => void> {
    return new Promise((resolve, reject) => {
      const admit = () => {
        queue.delete(admit)
        signal.removeEventListener('abort', giveUp)
        resolve(leaveOnce())
      }
      const giveUp = () => {
        queue.delete(admit)
        reject(signal.reason as Error)
      }
      queue.add(admit)
      signal.addEventListener('abort', giveUp, { once: true })
    })
  }

  return {
    async enter(signal) {
      signal.throwIfAborted()
      if (inside < running) {
        inside++
        return leaveOnce()
      }
      if (queue.size >= mayWait()) {
        throw new FootnoteError('overloaded', `Too many ${what} are being worked on; try again in a few seconds.`, {
          retryAfterSeconds: 2,
        })
      }
      return wait(signal)
    },
  }
}
