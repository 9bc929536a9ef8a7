/** Reads a paper's id from a path, and finds the paper. */
import { FootnoteError } from '../errors.js'
import type { Paper } from '../papers/paper.js'
import type { Services } from './services.js'

/**
 * The `*id` of a path. Ids hold slashes (`doi:10.1000/x`, `arxiv:cond-mat/0109253`), so one may be
 * percent-encoded or stand as it is.
 */
export function paperId(parameters: { readonly id?: string | readonly string[] }): string {
  const { id = '' } = parameters
  return typeof id === 'string' ? id : id.join('/')
}

/** The paper with this id; fails with `not_found`. */
export async function requirePaper(library: Services['library'], id: string): Promise<Paper> {
  const stored = await library.get(id)
  if (!stored) throw unknownPaper(id)
  return stored.paper
}

export function unknownPaper(id: string): FootnoteError {
  const shown = id.length <= 100 ? id : `${id.slice(0, 99)}…`
  return new FootnoteError('not_found', `The library has no paper "${shown}"; GET /v1/papers lists those that it has.`)
}
