/** Says so where nothing that was found is near: a list that is never empty would look like an answer. */
import { subjectTerms } from '../../text/terms.js'
import { shareOf } from '../answerability.js'
import type { Rarity } from '../rarity.js'
import type { Seed } from './seed.js'

/**
 * A result is near when it has one or the other: a cosine with the bundled model as the neighbours of nine papers in ten have
 * it and those of four foreign abstracts in five have not; or this share of the seed's words, by rarity, which counts for a short text.
 */
const NEAR = 0.2
const HELD = 0.25

export interface Found {
  readonly terms: ReadonlySet<string>
  readonly similarity: number
}

/** For people; undefined where something is near, or where the library holds nothing but the seeds. */
export function noticeOf(found: readonly Found[], seeds: readonly Seed[], rarity: Rarity): string | undefined {
  const isText = seeds.every(({ id }) => id === undefined)
  if (found.length === 0) return isText ? 'Nothing in this library is near this text: neither its words nor their meaning are known here.' : undefined
  const similarity = Math.max(...found.map((one) => one.similarity))
  const held = Math.max(...seeds.flatMap(({ passage }) => found.map(({ terms }) => shareOf(subjectTerms(passage), terms, rarity))))
  if (held > 0 && (similarity >= NEAR || held >= HELD)) return undefined
  const what = isText ? 'this text' : seeds.length === 1 ? 'this paper' : 'these'
  const words = held > 0 ? `has a similarity of ${similarity.toFixed(2)}` : `shares no word with ${seeds.length === 1 ? 'it' : 'them'}`
  return `Nothing in this library is near ${what}: even the nearest paper ${words}. What is listed is only the least far.`
}
