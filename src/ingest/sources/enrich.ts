/** Fills what a paper lacks (abstract, authors, year, link, …) from arXiv and OpenAlex, and changes nothing that is there. */
import { FootnoteError } from '../../errors.js'
import { isGenericTitle, titleKey } from '../../papers/identity.js'
import { arxivAtomReader } from '../formats/arxiv-atom.js'
import { jsonReader } from '../formats/json.js'
import { openText } from '../lines.js'
import { nameOf, type Reader } from '../reader.js'
import { readFacts, type Facts } from '../record.js'
import { withParameters } from './source.js'
import type { Ask, Site } from './web.js'

/** The same papers in the same order, with more facts where a catalogue has them; where it fails, as they were. */
export type Enrich = (papers: readonly Facts[], signal?: AbortSignal) => Promise<readonly Facts[]>

const IDS_A_REQUEST = 50
/** A site that has failed so often without a good reply in between is not asked again: each failure took its tries and waits. */
const GIVEN_UP_AFTER = 3
/** Results of a title search that are looked at. */
const TITLE_RESULTS = 5

interface Step {
  readonly site: Site
  readonly reader: Reader
  /** The request for these papers; each has an id of the kind. */
  readonly path: (ids: readonly string[]) => string
  readonly idOf: (paper: Facts) => string | undefined
}

export interface EnrichParts {
  readonly ask: Ask
  readonly arxiv: Site
  readonly openAlex: Site
  /** Told of each request that fails for good. */
  readonly onFailure?: ((error: FootnoteError) => void) | undefined
}

export function createEnrich({ ask, arxiv, openAlex, onFailure }: EnrichParts): Enrich {
  /** Requests to each site that failed one after the other. */
  const failures = new Map<string, number>()
  const byDoi = (ids: readonly string[]) => withParameters('works', { filter: `doi:${ids.join('|')}`, 'per-page': ids.length })
  const steps: readonly Step[] = [
    { site: arxiv, reader: arxivAtomReader, idOf: ({ arxivId }) => arxivId, path: (ids) => withParameters('api/query', { id_list: ids.join(','), max_results: ids.length }) },
    // A comma or a bar would end the value of a filter.
    { site: openAlex, reader: jsonReader, idOf: ({ doi }) => (/[,|]/.test(doi ?? '') ? undefined : doi), path: byDoi },
    { site: openAlex, reader: jsonReader, idOf: ({ pmid }) => pmid, path: (ids) => withParameters('works', { filter: `pmid:${ids.join('|')}`, 'per-page': ids.length }) },
  ]
  const fetchFacts = async ({ site, reader }: Pick<Step, 'site' | 'reader'>, path: string, signal?: AbortSignal) => {
    const failed = failures.get(site.url) ?? 0
    if (failed >= GIVEN_UP_AFTER) return []
    try {
      const body = await ask(site, path, signal)
      failures.set(site.url, 0)
      return body === undefined ? [] : await readReply(reader, body)
    } catch (error) {
      signal?.throwIfAborted()
      if (!(error instanceof FootnoteError)) throw error
      failures.set(site.url, failed + 1)
      onFailure?.(error)
      return []
    }
  }

  return async (papers, signal) => {
    let known = papers
    for (const step of steps) {
      const wanted = [...new Set(known.filter(isIncomplete).flatMap((paper) => step.idOf(paper) ?? []))]
      for (let start = 0; start < wanted.length; start += IDS_A_REQUEST) {
        const found = await fetchFacts(step, step.path(wanted.slice(start, start + IDS_A_REQUEST)), signal)
        const byId = new Map(found.flatMap((facts) => (step.idOf(facts) === undefined ? [] : [[step.idOf(facts) as string, facts]])))
        known = known.map((paper) => fill(paper, byId.get(step.idOf(paper) ?? '')))
      }
    }
    const filled: Facts[] = []
    for (const paper of known) {
      const asked = isIncomplete(paper) && paper.arxivId === undefined && paper.doi === undefined && paper.pmid === undefined && !isGenericTitle(paper.title)
      filled.push(asked ? fill(paper, await byTitle(paper)) : paper)
    }
    return filled

    /** A paper of the very same title, and of the same year if both are known, if there is only one such. */
    async function byTitle({ title, year }: Facts): Promise<Facts | undefined> {
      // The search takes commas, colons and bars for its own signs.
      const words = title.replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
      const found = await fetchFacts({ site: openAlex, reader: jsonReader }, withParameters('works', { filter: `title.search:${words}`, 'per-page': TITLE_RESULTS }), signal)
      const same = found.filter((facts) => titleKey(facts.title) === titleKey(title) && (year === undefined || facts.year === undefined || Math.abs(facts.year - year) <= 1))
      return same.find(({ abstract }) => abstract !== undefined) ?? same[0]
    }
  }
}

function isIncomplete({ abstract, authors, year, url, doi }: Facts): boolean {
  return abstract === undefined || authors === undefined || year === undefined || (url === undefined && doi === undefined)
}

/** What the paper itself says stands. */
function fill(paper: Facts, found: Facts | undefined): Facts {
  return found === undefined ? paper : { ...found, ...paper }
}

/** Records that cannot be read are passed over: what they would have filled stays open. */
async function readReply(reader: Reader, body: Buffer): Promise<Facts[]> {
  const facts: Facts[] = []
  const text = await openText((async function* () { yield body })(), { name: 'The reply' })
  for await (const reading of reader.read(text)) {
    if ('problem' in reading) continue
    try {
      facts.push(readFacts(reading.record, nameOf(reading)))
    } catch {
      continue
    }
  }
  return facts
}
