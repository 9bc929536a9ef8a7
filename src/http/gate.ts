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
   * Does the work when it is its turn, first come first served. Fails as the work does, with `overloaded` when too
   * many wait, and with the signal's reason when that aborts before the turn comes.
   */
  run<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result>
}

/** Whatever the work takes, more in a queue are only a burden. */
const MAX_WAITING = 1_000
/** What a piece of work is thought to take before any is done. */
const FIRST_GUESS_MS = 100
/** Weight of the latest piece in the running mean. */
const SMOOTHING = 0.1

/** The gates of what everybody may ask for: apart, so that nobody who looks for a paper waits for language models. */
export function createGates({ running, patienceMs }: Pick<GateOptions, 'running' | 'patienceMs'>): { readonly asks: Gate; readonly searches: Gate } {
  const bounds = { running, waiting: running, ...(patienceMs === undefined ? {} : { patienceMs }) }
  return { asks: createGate({ ...bounds, what: 'questions' }), searches: createGate({ ...bounds, what: 'searches' }) }
}

export function createGate({ running, waiting, what, patienceMs = 0 }: GateOptions): Gate {
  const queue = new Set<() => void>()
  let inside = 0
  let meanMs = FIRST_GUESS_MS

  const mayWait = () => Math.max(waiting, Math.min(MAX_WAITING, Math.floor((patienceMs / meanMs) * running)))

  function leave(enteredAt: number): void {
    meanMs = Math.max(1, meanMs + SMOOTHING * (performance.now() - enteredAt - meanMs))
    const [next] = queue
    if (next) next()
    else inside--
  }

  /** Resolves when a place is handed on. */
  function wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const admit = () => {
        queue.delete(admit)
        signal.removeEventListener('abort', giveUp)
        resolve()
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
    async run(signal, work) {
      signal.throwIfAborted()
      if (inside < running) inside++
      else if (queue.size < mayWait()) await wait(signal)
      else throw new FootnoteError('overloaded', `Too many ${what} are being worked on; try again in a few seconds.`, { retryAfterSeconds: 2 })
      const enteredAt = performance.now()
      try {
        return await work()
      } finally {
        leave(enteredAt)
      }
    },
  }
}
