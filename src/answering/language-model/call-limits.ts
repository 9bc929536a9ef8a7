/** Decides whether a language model may be called: not while it keeps failing, and not beyond the day's tokens. */
import { FootnoteError } from '../../errors.js'

export interface CallLimits {
  /**
   * Leave for one call that takes at most so many tokens. Throws `writer_failed` while the model is left alone, and
   * `rate_limited` when the day's tokens are spent; both say when to ask again.
   */
  enter(mostTokens: number): Call
}

export interface Call {
  /** Tells how the call ended; the first word counts. A call that its reader gave up is neither. */
  succeeded(tokens: number): void
  failed(tokens: number, retryAfterSeconds?: number): void
  abandoned(tokens: number): void
}

export interface CallLimitOptions {
  /** Tokens of prompts and answers a day (UTC), counted in this process from its start; 0 for no limit. */
  readonly tokensPerDay: number
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/** After so many failures in a row the model is left alone for a while; then one call tries, and decides. */
const FAILURES = 3
const REST_MS = 30_000
/** A provider that asks for a longer rest is asked again after this all the same. */
const MAX_REST_MS = 600_000
const DAY_MS = 86_400_000

/** A circuit breaker (Nygard 2007, Release It!) and a budget. */
export function createCallLimits({ tokensPerDay, now = Date.now }: CallLimitOptions): CallLimits {
  let failures = 0
  let restsUntil = 0
  let isTrying = false
  let day = 0
  let spent = 0

  return {
    enter(mostTokens) {
      const isTrial = passBreaker()
      try {
        spend(mostTokens)
      } catch (error) {
        if (isTrial) isTrying = false
        throw error
      }
      return open(mostTokens, isTrial)
    },
  }

  function passBreaker(): boolean {
    if (failures < FAILURES && restsUntil === 0) return false
    const wait = restsUntil - now()
    if (wait > 0 || isTrying) {
      throw new FootnoteError('writer_failed', 'The language model has failed several times and is left alone for a while.', { retryAfterSeconds: Math.max(1, Math.ceil(wait / 1_000)) })
    }
    isTrying = true
    return true
  }

  function spend(tokens: number): void {
    const today = Math.floor(now() / DAY_MS)
    if (today !== day) {
      day = today
      spent = 0
    }
    if (tokensPerDay > 0 && spent + tokens > tokensPerDay) {
      const seconds = Math.ceil(((today + 1) * DAY_MS - now()) / 1_000)
      throw new FootnoteError('rate_limited', 'The tokens that the language model may use today are spent; raise LLM_TOKENS_PER_DAY, or ask again tomorrow (UTC).', { retryAfterSeconds: seconds })
    }
    spent += tokens
  }

  function open(reserved: number, isTrial: boolean): Call {
    const since = day
    let isOpen = true
    const settle = (tokens: number, then: () => void) => {
      if (!isOpen) return
      isOpen = false
      if (isTrial) isTrying = false
      if (since === day) spent += tokens - reserved
      then()
    }
    return {
      succeeded: (tokens) =>
        settle(tokens, () => {
          failures = 0
          restsUntil = 0
        }),
      failed: (tokens, retryAfterSeconds = 0) =>
        settle(tokens, () => {
          failures++
          const rest = Math.min(MAX_REST_MS, Math.max(retryAfterSeconds * 1_000, failures >= FAILURES ? REST_MS : 0))
          if (rest > 0) restsUntil = now() + rest
        }),
      abandoned: (tokens) => settle(tokens, () => undefined),
    }
  }
}
