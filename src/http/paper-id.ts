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

/** These papers, in their order; fails with `not_found` and names all that are not there. */
export async function requirePapers(library: Services['library'], ids: readonly string[]): Promise<Paper[]> {
  const stored = await Promise.all(ids.map((id) => library.get(id)))
  const missing = ids.filter((_, i) => stored[i] === undefined)
  if (missing.length > 1) {
    throw new FootnoteError('not_found', `The library has no papers ${missing.slice(0, 5).map(shown).join(', ')}${missing.length > 5 ? ` and ${missing.length - 5} others` : ''}; GET /v1/papers lists those that it has.`, {
      details: { ids: missing },
    })
  }
  return stored.map((one, i) => {
    if (one === undefined) throw unknownPaper(ids[i] as string)
    return one.paper
  })
}

export function unknownPaper(id: string): FootnoteError {
  return new FootnoteError('not_found', `The library has no paper ${shown(id)}; GET /v1/papers lists those that it has.`)
}

function shown(id: string): string {
  return `"${id.length <= 100 ? id : `${id.slice(0, 99)}…`}"`
}
