/** Counts what becomes of each record of a source, and lists those that were rejected. */
import { FootnoteError } from '../errors.js'
import type { Place } from './reader.js'
import { lacksAbstract } from './record.js'

/** Rejected records that are listed; all are counted. */
export const MAX_REJECTED_LISTED = 1_000

interface Rejected {
  /** Where the record begins, from 1. */
  readonly line: number
  /** Which one it is, from 1, where several may share a line. */
  readonly record?: number
  readonly code: string
  readonly message: string
  /** Nothing else is wrong with it. */
  readonly missing?: 'abstract'
}

export interface IngestSummary {
  readonly added: number
  readonly updated: number
  readonly unchanged: number
  /** Records of a paper that was met in this source before; what they add is kept. */
  readonly duplicates: number
  /** The first thousand. */
  readonly rejected: readonly Rejected[]
  readonly rejectedCount: number
  /** How many of them lack an abstract and nothing else. */
  readonly withoutAbstract: number
  /** The signal stopped it; what is counted is stored. */
  readonly interrupted: boolean
  /** The source broke before its end, and the last of `rejected` says why; what is counted is stored. */
  readonly brokenOff: boolean
}

export interface IngestProgress extends Omit<IngestSummary, 'rejected' | 'interrupted' | 'brokenOff'> {
  /** The last line that has been dealt with. */
  readonly line: number
}

type Counts = Pick<IngestSummary, 'added' | 'updated' | 'unchanged' | 'duplicates'>
export type Tally = ReturnType<typeof createTally>

/** The tally of one source. */
export function createTally() {
  const rejected: Rejected[] = []
  let rejectedCount = 0
  let withoutAbstract = 0
  let counts: Counts = { added: 0, updated: 0, unchanged: 0, duplicates: 0 }
  const summary = (end: Pick<IngestSummary, 'interrupted' | 'brokenOff'>): IngestSummary => ({
    ...counts,
    // A missing abstract is noticed at the end of a batch, other failures at once.
    rejected: rejected.toSorted((one, other) => one.line - other.line || (one.record ?? 0) - (other.record ?? 0)),
    rejectedCount,
    withoutAbstract,
    ...end,
  })

  function reject({ line, number }: Place, error: FootnoteError): void {
    rejectedCount++
    const missing = lacksAbstract(error)
    if (missing) withoutAbstract++
    if (rejected.length >= MAX_REJECTED_LISTED) return
    const record = number === undefined ? {} : { record: number }
    rejected.push({ line, ...record, code: error.code, message: error.message, ...(missing ? { missing: 'abstract' } : {}) })
  }

  return {
    add(more: Counts) {
      counts = {
        added: counts.added + more.added,
        updated: counts.updated + more.updated,
        unchanged: counts.unchanged + more.unchanged,
        duplicates: counts.duplicates + more.duplicates,
      }
    },
    /** What `work` returns; undefined, and the record at this place rejected, if it fails with a `FootnoteError`. */
    guard<Result>(place: Place, work: () => Result): Result | undefined {
      try {
        return work()
      } catch (error) {
        if (!(error instanceof FootnoteError)) throw error
        reject(place, error)
        return undefined
      }
    },
    progress: (line: number): IngestProgress => ({ ...counts, rejectedCount, withoutAbstract, line }),
    summary,
    /** The same failure, saying what is stored nevertheless. */
    explain(error: unknown): unknown {
      const stored = counts.added + counts.updated
      if (!(error instanceof FootnoteError) || stored === 0) return error
      const message = `${error.message} ${stored} papers before that are stored; ingest the file again to add the rest.`
      return new FootnoteError(error.code, message, { cause: error, details: summary({ interrupted: true, brokenOff: false }) })
    },
  }
}
