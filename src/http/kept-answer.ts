/** Finds an answer that was kept, or says why there is none. */
import type { KeptReply } from '../answering/answer.js'
import { FootnoteError } from '../errors.js'
import type { Services } from './services.js'

/** The answer with this id; fails with `not_found`. */
export async function requireAnswer({ answers }: Pick<Services, 'answers'>, id: string, signal: AbortSignal): Promise<KeptReply> {
  if (answers === undefined) throw new FootnoteError('not_found', 'This server keeps no answers; set ANSWERS_KEPT_DAYS to keep them.')
  const kept = await answers.find(id, signal)
  if (kept === undefined) throw new FootnoteError('not_found', `There is no answer "${id.slice(0, 100)}"; it may have been kept for its time. Ask again with POST /v1/ask.`)
  return kept
}
