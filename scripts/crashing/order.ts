/** What a process that will be killed is told to do. */
import { LIBRARY_FILE } from '../../src/library/schema.js'
import type { Batch } from './batches.js'

export const KINDS = ['ingest', 'delete', 're-embed', 'backup', 'migration'] as const
export type Kind = (typeof KINDS)[number]

export interface Order {
  readonly kind: Kind
  readonly folder: string
  /** Below it are the backups. */
  readonly backups: string
  readonly round: number
  /** What may be removed. */
  readonly batches: readonly Batch[]
}

/** A format to come, whose migration takes long enough to be killed in. */
export const LATER_FILE = {
  ...LIBRARY_FILE,
  version: LIBRARY_FILE.version + 3,
  migrations: [
    ...(LIBRARY_FILE.migrations ?? []),
    'ALTER TABLE records ADD COLUMN length INTEGER',
    'UPDATE records SET length = length(paper)',
    'CREATE TABLE words AS SELECT handle, paper || paper AS text FROM records; CREATE INDEX words_by_text ON words (text)',
  ],
}
