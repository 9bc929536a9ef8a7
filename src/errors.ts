/** The one error family: every failure that a caller can act on carries a code and a cure. */

export type ErrorCode =
  | 'invalid_request'
  | 'unauthorized'
  | 'not_found'
  | 'too_large'
  | 'unsupported_format'
  | 'rate_limited'
  | 'writer_failed'
  | 'not_ready'
  | 'overloaded'
  | 'storage_full'
  | 'internal'

export interface FootnoteErrorOptions {
  readonly details?: unknown
  readonly cause?: unknown
  /** When a retry may succeed; sent as `Retry-After`. */
  readonly retryAfterSeconds?: number
}

/**
 * A failure named by its code. The message names the culprit and the cure, for example
 * `Line 412 of papers.jsonl has no title; add one, or delete the line.`
 */
export class FootnoteError extends Error {
  override readonly name = 'FootnoteError'
  readonly code: ErrorCode
  readonly details: unknown
  readonly retryAfterSeconds: number | undefined

  constructor(code: ErrorCode, message: string, options: FootnoteErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.details = options.details
    this.retryAfterSeconds = options.retryAfterSeconds
  }
}

/** What a caught thing says of itself. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Whether a write failed for lack of room: on the disk, in a quota, or below a limit on the size of files (errno(3)). */
export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOSPC', 'EDQUOT', 'EFBIG'].includes(String(error.code))
}
