/** Gives a new library its first papers, so that there is something to ask about. */
import type { Library } from '../library/library.js'
import { openFile } from './file.js'
import type { Ingest } from './ingest.js'
import type { IngestSummary } from './tally.js'

export interface StarterParts {
  readonly library: Pick<Library, 'status'>
  readonly ingest: Ingest
  /** `index/starter-library.jsonl`. */
  readonly path: string
}

/**
 * Loads the starter papers into a library that never held a paper; does nothing, and returns
 * undefined, if it did: who has emptied a library does not want them back. All or none are stored.
 * Fails with `invalid_request` if the file is missing.
 */
export async function loadStarter({ library, ingest, path }: StarterParts): Promise<IngestSummary | undefined> {
  const { papers, revision } = await library.status()
  if (papers > 0 || revision > 0) return undefined
  const { bytes, name } = await openFile(path)
  return ingest(bytes, { name, format: 'jsonl' })
}
