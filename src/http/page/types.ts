/** The shapes of the wire as the page's modules name them; the compiler reads this file, no browser does. */
import type { Answer, Citation, Claim, Quote, Turn } from '../../answering/answer.js'
import type { Paper } from '../../papers/paper.js'

export type { Answer, Citation, Claim, Paper, Quote, Turn }

/** Papers that questions are kept to, and what the page calls them. */
export interface About {
  readonly ids: readonly string[]
  readonly label: string
}

/** What went wrong, in words for the reader; `retryAfterSeconds` where the server said when to come back. */
export interface Failure {
  readonly code: string
  readonly message: string
  readonly retryAfterSeconds?: number | undefined
}

/** What has arrived of an answer. */
export interface Arrived {
  readonly text: string
  readonly claims: readonly Claim[]
  readonly citations: readonly Citation[]
}

/** A question with what became of it. */
export interface Exchange {
  readonly question: string
  readonly about?: About | undefined
  readonly state: 'asking' | 'answered' | 'stopped' | 'failed'
  /** Present when `answered`. */
  readonly answer?: Answer | undefined
  /** What came before it was stopped or failed; not kept over a reload. */
  readonly arrived?: Arrived | undefined
  readonly failure?: Failure | undefined
}

export interface Conversation {
  readonly id: string
  /** When it was last added to, milliseconds since 1970. */
  readonly at: number
  readonly exchanges: readonly Exchange[]
}
