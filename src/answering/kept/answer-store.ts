/** The `AnswerStore` port: answers kept for a while, so that they can be shown, replayed and checked again. */
import type { Filter } from '../../library/library.js'
import type { Answer } from '../answer.js'

/** An answer with what is needed to ask for it again. */
export interface KeptAnswer {
  readonly answer: Answer
  readonly filter?: Filter | undefined
  readonly maxPapers: number
  /** Of the library when it was answered. */
  readonly revision: number
}

export interface AnswerStore {
  /** Hexadecimal, made with the store: ids are derived with it, so that nobody can compute them from outside. */
  readonly secret: string
  /** Replaces what was kept under the same id. Drops what is too old, and the oldest while there is too much. */
  keep(kept: KeptAnswer): Promise<void>
  /** Nothing for an unknown id, or one that was kept for its time. */
  get(id: string): Promise<KeptAnswer | undefined>
  /** The latest answer with the same `fingerprintOf` its text; nothing as with `get`. */
  getByText(text: string): Promise<KeptAnswer | undefined>
  close(): Promise<void>
}

export interface Retention {
  readonly days: number
  /** Bytes of all answers together, as they are stored. */
  readonly maxBytes: number
  /** Milliseconds since 1970; the clock unless told. */
  readonly now?: () => number
}
