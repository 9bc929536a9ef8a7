/** Reads what papers are sought near: papers of the library, or a text as it was sent. */
import type { Embedder } from '../../embedding/embedder.js'
import { FootnoteError } from '../../errors.js'
import type { Handle, Library, PaperVectors, WeightedTerms } from '../../library/library.js'
import type { Span } from '../../papers/paper.js'
import { sentences } from '../../papers/sentences.js'
import { cleanText } from '../../text/clean.js'
import { terms } from '../../text/terms.js'
import type { Rarity } from '../rarity.js'

export interface Seed {
  /** Absent for a text. */
  readonly id?: string
  readonly handle?: Handle
  /** Empty for a text. */
  readonly title: string
  /** What quotes refer to: the abstract, or the text as sent. */
  readonly text: string
  /** Title and text as they are compared: cleaned. */
  readonly passage: string
  readonly vectors: PaperVectors
}

/** The weightiest terms of a seed that are searched for: more only slow the search down. */
const QUERY_TERMS = 40

/** Papers by id, in their order. Fails with `not_found` and names all that are missing. */
export async function readSeeds(library: Library, ids: readonly string[]): Promise<Seed[]> {
  const stored = await Promise.all(ids.map((id) => library.get(id)))
  const missing = ids.filter((_, i) => stored[i] === undefined)
  if (missing.length > 0) {
    throw new FootnoteError('not_found', `The library has no paper ${listed(missing)}; GET /v1/papers lists those that it has.`, { details: { ids: missing } })
  }
  const present = stored.flatMap((one) => one ?? [])
  const vectors = await library.vectors(present.map(({ handle }) => handle))
  return present.flatMap(({ handle, paper }, i) => {
    const own = vectors[i]
    return own === undefined ? [] : [{ id: paper.id, handle, title: paper.title, text: paper.abstract, passage: `${paper.title}. ${paper.abstract}`, vectors: own }]
  })
}

const MOST_NAMED = 5
const LONGEST_NAMED = 100

function listed(ids: readonly string[]): string {
  const named = ids.slice(0, MOST_NAMED).map((id) => `"${id.length <= LONGEST_NAMED ? id : `${id.slice(0, LONGEST_NAMED - 1)}…`}"`)
  return `${named.join(', ')}${ids.length > MOST_NAMED ? ` and ${ids.length - MOST_NAMED} others` : ''}`
}

/** A text is compared cleaned, as papers are, sentence by sentence, while its sentences keep their place in what was sent. */
export async function embedText(embedder: Embedder, text: string, signal?: AbortSignal): Promise<Seed> {
  const passage = cleanText(text)
  const spans = textSentences(text)
  const [paper, ...rest] = await embedder.embedPassages([passage, ...spans.map(({ start, end }) => cleanText(text.slice(start, end)))], signal)
  return { title: '', text, passage, vectors: { paper: paper as Float32Array, sentences: spans.map((span, i) => ({ ...span, vector: rest[i] as Float32Array })) } }
}

/** Sentences that do not run over a blank line, as a title and the abstract under it are two. */
export function textSentences(text: string): Span[] {
  const spans: Span[] = []
  let start = 0
  for (const gap of [...text.matchAll(/\n[^\S\n]*\n\s*/g), { index: text.length, 0: '' }]) {
    const offset = start
    spans.push(...sentences(text.slice(offset, gap.index)).map((span) => ({ start: span.start + offset, end: span.end + offset })))
    start = gap.index + gap[0].length
  }
  return spans
}

/** The seed's weightiest terms, each by its weight and how often it stands there. */
export function queryOf(seed: Seed, weigh: Rarity): WeightedTerms {
  return weighTerms(terms(seed.passage), weigh)
}

export function weighTerms(all: readonly string[], weigh: Rarity): WeightedTerms {
  const counts = new Map<string, number>()
  for (const term of all) counts.set(term, (counts.get(term) ?? 0) + 1)
  const weighed = [...counts].map(([term, count]) => [term, (1 + Math.log(count)) * weigh(term)] as const)
  return new Map(weighed.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, QUERY_TERMS))
}
