/** Bounds how much work of one kind runs at once, so that a rush is told to wait and not slowed for all. */
import { FootnoteError } from '../errors.js'

export interface GateOptions {
  /** How many may run at once. */
  readonly running: number
  /** How many more may wait for their turn; beyond that `enter` fails with `overloaded`. */
  readonly waiting: number
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

export function createGate({ running, waiting, what }: GateOptions): Gate {
  const queue = new Set<() => void>()
  let inside = 0

  const leaveOnce = () => {
    let left = false
    return () => {
      if (left) return
      left = true
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
      if (queue.size >= waiting) {
        throw new FootnoteError('overloaded', `Too many ${what} are being worked on; try again in a few seconds.`, {
          retryAfterSeconds: 2,
        })
      }
      return wait(signal)
    },
  }
}
