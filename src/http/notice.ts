/** What whoever reads a reply should know about the state of the library. */
import { foundByWordsNotice } from '../answering/answer.js'
import type { Services } from './services.js'

/** A field for a reply; none where nothing is to be said. */
export function noticeOf({ modelChange }: Pick<Services, 'modelChange'>): { readonly notice?: string } {
  const notice = foundByWordsNotice(modelChange?.()?.foundByWords ?? 0)
  return notice === '' ? {} : { notice }
}
