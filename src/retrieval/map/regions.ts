/** Divides a map into regions and names each by what its papers say and others do not. */
import { createRandom } from '../../text/random.js'
import { isHollow, phraseName, phrasesOf } from '../related/phrases.js'
import type { MapJob } from './map.js'

const ROUNDS = 30
const MOST_REGIONS = 24
const LABEL_PHRASES = 2
/** Share of a region's papers, and how many of them, that must say a phrase for it to name the region. */
const LEAST_SHARE = 0.12
const LEAST_PAPERS = 2
/** What a phrase of one, two or more words is worth: two say a subject best; and one word that titles do not have. */
const LENGTHS = [0.7, 1.5, 1.6] as const
const LONE_WORD = 0.3
/** Least worth of a second phrase, as a share of the first. */
const SECOND = 0.5
/** A name ends in a noun: "self-supervised" and "qualitative and quantitative" name nothing. */
const ADJECTIVE = /(?:ed|al|ic|ive|ous|able|ible|ful|less|free|level|aware|wise|quality|head|end|efficient|low|high|robust|novel)$/i
const NOUN = /(?:retrieval|signal|removal|survival|trial|crystal|metal|material|animal|hospital|potential|interval|traffic|music|logic|topic|metric|clinic|magnetic|speed|seed|embed|bed)$/i
/** Share of a word's papers from which on the phrase that it stands in says it better. */
const MOSTLY = 0.4

function regionCount(papers: number): number {
  return Math.max(1, Math.min(MOST_REGIONS, Math.round(0.9 * Math.sqrt(papers))))
}

/** k-means in the plane from well spread places (Arthur and Vassilvitskii 2007), so that a region is one piece. */
export function divide(positions: readonly (readonly [number, number])[], seed: number): number[] {
  const centres = spread(positions, regionCount(positions.length), seed)
  let assigned = positions.map(() => 0)
  for (let round = 0; round < ROUNDS; round++) {
    const next = positions.map((place) => nearest(place, centres))
    if (round > 0 && next.every((one, i) => one === assigned[i])) break
    assigned = next
    centres.forEach((_, c) => {
      const members = positions.filter((_, i) => assigned[i] === c)
      if (members.length > 0) centres[c] = [0, 1].map((axis) => members.reduce((sum, place) => sum + (place[axis] as number), 0) / members.length) as [number, number]
    })
  }
  const used = [...new Set(assigned)].sort((a, b) => a - b)
  return assigned.map((one) => used.indexOf(one))
}

function spread(positions: readonly (readonly [number, number])[], count: number, seed: number): (readonly [number, number])[] {
  const random = createRandom(seed)
  const centres = [positions[random.below(positions.length)] as readonly [number, number]]
  while (centres.length < count) {
    const distances = positions.map((place) => squared(place, centres[nearest(place, centres)] as readonly [number, number]))
    let left = random.next() * distances.reduce((sum, one) => sum + one, 0)
    const chosen = distances.findIndex((one) => (left -= one) <= 0)
    centres.push(positions[Math.max(0, chosen)] as readonly [number, number])
  }
  return centres
}

function nearest(place: readonly [number, number], centres: readonly (readonly [number, number])[]): number {
  return centres.reduce((best, centre, i) => (squared(place, centre) < squared(place, centres[best] as readonly [number, number]) ? i : best), 0)
}

function squared(a: readonly [number, number], b: readonly [number, number]): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
}

interface Said {
  /** In how many papers of each region, and in how many titles. */
  readonly byRegion: Map<number, number>
  readonly inTitles: Map<number, number>
  readonly surfaces: Map<string, number>
  readonly stems: readonly string[]
  papers: number
}

/**
 * Class-based tf-idf (Grootendorst 2022) over phrases of one to three words, counted once a paper and twice where they stand in
 * its title. No two regions get one name, and a word that mostly stands in a phrase gives way to the phrase.
 */
export function nameRegions(texts: MapJob['texts'], regions: readonly number[]): string[] {
  const said = new Map<string, Said>()
  texts.forEach(({ title, abstract }, i) => {
    for (const [key, phrase] of phrasesOf(title, abstract)) {
      const entry = said.get(key) ?? { byRegion: new Map<number, number>(), inTitles: new Map<number, number>(), surfaces: new Map<string, number>(), stems: phrase.stems, papers: 0 }
      entry.papers++
      const region = regions[i] as number
      entry.byRegion.set(region, (entry.byRegion.get(region) ?? 0) + 1)
      if (phrase.inTitle) entry.inTitles.set(region, (entry.inTitles.get(region) ?? 0) + 1)
      for (const [surface, count] of phrase.surfaces) entry.surfaces.set(surface, (entry.surfaces.get(surface) ?? 0) + count)
      said.set(key, entry)
    }
  })
  const sizes = new Map<number, number>()
  for (const region of regions) sizes.set(region, (sizes.get(region) ?? 0) + 1)
  const candidates = Array.from({ length: sizes.size }, (_, region) => candidatesOf(region, sizes.get(region) ?? 1, texts.length, said))
  const names = new Map<number, Named[]>()
  for (const candidate of candidates.flat().sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1))) {
    const own = names.get(candidate.region) ?? []
    const isTaken = [...names.values()].flat().some(({ stems, region }) => (region === candidate.region ? stems.some((stem) => candidate.stems.includes(stem)) : isPart(stems, candidate.stems) || isPart(candidate.stems, stems)))
    if (own.length < LABEL_PHRASES && !isTaken && candidate.value >= SECOND * (own[0]?.value ?? 0)) names.set(candidate.region, [...own, candidate])
  }
  return candidates.map((_, region) => (names.get(region) ?? []).map(({ name }) => name).join(' · '))
}

interface Named {
  readonly region: number
  readonly name: string
  readonly stems: readonly string[]
  readonly value: number
}

/** Phrases that could name a region. */
function candidatesOf(region: number, size: number, papers: number, said: ReadonlyMap<string, Said>): Named[] {
  const all = [...said.values()].flatMap((one) => {
    const here = one.byRegion.get(region) ?? 0
    const name = phraseName(one)
    if (here < Math.max(LEAST_PAPERS, LEAST_SHARE * size) || one.stems.some((stem) => isHollow(stem) || /^\d+$/.test(stem) || stem.length < 2) || (ADJECTIVE.test(name) && !NOUN.test(name))) return []
    const length = one.stems.length === 1 && !isTitleWord(one, region) ? LONE_WORD : (LENGTHS[Math.min(one.stems.length, LENGTHS.length) - 1] as number)
    return [{ region, name, stems: one.stems, here, value: ((here + (one.inTitles.get(region) ?? 0)) / size) * Math.log((1 + papers) / one.papers) * length }]
  })
  return all.filter((one) => !all.some((longer) => longer !== one && longer.stems.length > one.stems.length && isPart(one.stems, longer.stems) && longer.here >= one.here * MOSTLY))
}

/** A word names a subject where several titles have it. */
function isTitleWord({ inTitles }: Said, region: number): boolean {
  return (inTitles.get(region) ?? 0) >= LEAST_PAPERS
}

function isPart(shorter: readonly string[], longer: readonly string[]): boolean {
  return shorter.every((stem) => longer.includes(stem))
}
