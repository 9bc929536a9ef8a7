/** Divides a map into regions and names each by what its papers say and others do not. */
import { createRandom } from '../../text/random.js'
import type { Rarity, Subjectness } from '../rarity.js'
import { isHollow, phrasesOf } from '../related/phrases.js'
import type { MapJob } from './map.js'

const ROUNDS = 30
const MOST_REGIONS = 36
const LABEL_PHRASES = 2
/** Of more papers than these the titles alone are read: they say enough, and a hundred times as quickly. */
const MOST_READ_WHOLE = 2_000
/** A title capitalises what it likes; how a word is spelt is seen in running text. */
const RUNNING_TEXT = 20
/** Share of a region's papers, and how many of them, that must say a phrase for it to name the region. */
const LEAST_SHARE = 0.04
const LEAST_PAPERS = 2
/** What a phrase of one, two or three words is worth: two say a subject best. */
const LENGTHS = [0.6, 2, 2.1] as const
/** Rarity (ln 8) and subjectness from which on a word names a subject; a phrase needs the half of either, and in its last word, which is its noun. */
const LEAST_RARITY = 2
const LEAST_SUBJECTNESS = 0.09
/** Rarity (ln 90) from which on a lone word is as distinct as it gets. */
const DISTINCT = 4.5
/** How many papers elsewhere a phrase is taken to have at least: what only few say is no name for many. */
const ELSEWHERE = 3
/** Power of the share of a region's papers: below 1, so that what sets a region apart comes before what most say. */
const COMMON = 0.7
/** Least worth of a second phrase, as a share of the first, and most of its papers that have the first as well. */
const SECOND = 0.5
const SAME_PAPERS = 0.6
/** A name ends in a noun: "self-supervised" and "qualitative and quantitative" name nothing. */
const ADJECTIVE = /(?:ed|al|ic|ive|ous|able|ible|ful|less|free|level|aware|wise|quality|head|end|efficient|low|high|robust|novel|based|driven|like|scale|time|ary|ly)$/i
const NOUN = /(?:retrieval|signal|removal|survival|trial|crystal|metal|material|animal|hospital|potential|interval|traffic|music|logic|topic|metric|clinic|magnetic|speed|seed|embed|bed|anomaly|assembly|family|supply|real-time|boundary|library|summary|vocabulary)$/i
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

/** A phrase of the papers that are drawn. */
interface Said {
  readonly stems: readonly string[]
  /** The papers that say it, and those whose titles do, by region. */
  readonly papers: Map<number, number[]>
  readonly titles: Map<number, number>
  readonly surfaces: Map<string, number>
}

/** What tells a subject from a word of the trade. */
export interface Naming {
  readonly rarity: Rarity
  readonly subjectness: Subjectness
}

/**
 * Phrases of one to three words that titles have, by how often a region's papers say them and how much oftener than the
 * others (after class-based tf-idf, Grootendorst 2022). No two regions get one name, a word that mostly stands in a phrase
 * gives way to the phrase, and the second phrase of a name speaks of other papers than the first.
 */
export function nameRegions(texts: MapJob['texts'], regions: readonly number[], naming: Naming): string[] {
  const sizes: number[] = []
  for (const region of regions) sizes[region] = (sizes[region] ?? 0) + 1
  const said = readPhrases(texts, regions)
  const candidates = sizes.flatMap((size, region) => candidatesOf(region, { size, papers: texts.length }, said, naming))
  const names = sizes.map((): Named[] => [])
  for (const candidate of candidates.sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1))) {
    const own = names[candidate.region] as Named[]
    const [first] = own
    if (own.length === LABEL_PHRASES || (first !== undefined && (candidate.value < SECOND * first.value || saysTheSame(first, candidate)))) continue
    if (names.some((others, region) => region !== candidate.region && others.some(({ stems }) => isPart(stems, candidate.stems) || isPart(candidate.stems, stems)))) continue
    own.push(candidate)
  }
  return names.map((own) => own.map(({ name }) => name).join(' · '))
}

function saysTheSame(first: Named, second: Named): boolean {
  const known = new Set(first.papers)
  return first.stems.some((stem) => second.stems.includes(stem)) || second.papers.filter((paper) => known.has(paper)).length > SAME_PAPERS * second.papers.length
}

/** Only what stands in two titles, or in one of a small library and elsewhere in an abstract. */
function readPhrases(texts: MapJob['texts'], regions: readonly number[]): Said[] {
  const all = new Map<string, Said>()
  texts.forEach(({ title }, paper) => {
    for (const [key, { stems, surfaces }] of phrasesOf(title, '')) {
      const entry = all.get(key) ?? { stems, papers: new Map<number, number[]>(), titles: new Map<number, number>(), surfaces: new Map<string, number>() }
      const region = regions[paper] as number
      entry.titles.set(region, (entry.titles.get(region) ?? 0) + 1)
      spell(entry, surfaces, 1)
      note(entry, region, paper)
      all.set(key, entry)
    }
  })
  texts.slice(0, MOST_READ_WHOLE).forEach(({ abstract }, paper) => {
    for (const [key, { surfaces }] of phrasesOf('', abstract)) {
      const entry = all.get(key)
      if (entry === undefined) continue
      spell(entry, surfaces, RUNNING_TEXT)
      if (texts.length <= MOST_READ_WHOLE) note(entry, regions[paper] as number, paper)
    }
  })
  return [...all.values()].filter(({ papers }) => papers.size > 1 || [...papers.values()].some((list) => list.length >= LEAST_PAPERS))
}

function note({ papers }: Said, region: number, paper: number): void {
  const list = papers.get(region) ?? []
  if (!list.includes(paper)) list.push(paper)
  papers.set(region, list)
}

function spell(entry: Said, surfaces: ReadonlyMap<string, number>, weight: number): void {
  for (const [surface, count] of surfaces) entry.surfaces.set(surface, (entry.surfaces.get(surface) ?? 0) + weight * count)
}

interface Named {
  readonly region: number
  readonly name: string
  readonly stems: readonly string[]
  readonly papers: readonly number[]
  readonly value: number
}

/** Phrases that could name a region. */
function candidatesOf(region: number, { size, papers }: { readonly size: number; readonly papers: number }, said: readonly Said[], naming: Naming): Named[] {
  const all = said.flatMap((one): Named[] => {
    const own = one.papers.get(region) ?? []
    if (own.length < Math.max(LEAST_PAPERS, LEAST_SHARE * size) || !isSubject(one.stems, naming)) return []
    const name = usualName(one.surfaces)
    if (ADJECTIVE.test(name) && !NOUN.test(name)) return []
    const elsewhere = [...one.papers].reduce((sum, [other, list]) => sum + (other === region ? 0 : list.length), 0)
    const lift = Math.log(((own.length + 1) / (size + 1)) / ((elsewhere + ELSEWHERE) / (papers - size + ELSEWHERE)))
    if (lift <= 0) return []
    const share = (own.length + (one.titles.get(region) ?? 0)) / size
    return [{ region, name, stems: one.stems, papers: own, value: share ** COMMON * lift * distinctness(one.stems, naming) }]
  })
  return all.filter((one) => !all.some((longer) => longer.stems.length > one.stems.length && isPart(one.stems, longer.stems) && longer.papers.length >= one.papers.length * MOSTLY))
}

function isSubject(stems: readonly string[], { rarity, subjectness }: Naming): boolean {
  const needed = stems.length === 1 ? 1 : 0.5
  if (stems.some((stem) => isHollow(stem) || /^\d+$/.test(stem) || stem.length < 2)) return false
  const last = stems.at(-1) as string
  const most = Math.max(...stems.map((stem) => rarity(stem)))
  return most >= LEAST_RARITY && subjectness(last) >= needed * LEAST_SUBJECTNESS && stems.every((stem) => subjectness(stem) >= needed * LEAST_SUBJECTNESS * 0.8) && (stems.length > 1 || rarity(last) >= LEAST_RARITY)
}

/** A word says less than a phrase, and the less the more often it is said of all sorts of things ("text", "cell"). */
function distinctness(stems: readonly string[], { rarity }: Naming): number {
  const length = LENGTHS[Math.min(stems.length, LENGTHS.length) - 1] as number
  return stems.length > 1 ? length : length * Math.min(1, rarity(stems[0] as string) / DISTINCT) ** 2
}

/** As it is mostly written. */
function usualName(surfaces: ReadonlyMap<string, number>): string {
  const [best] = [...surfaces].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? 1 : -1))
  return best?.[0] ?? ''
}

function isPart(shorter: readonly string[], longer: readonly string[]): boolean {
  return shorter.every((stem) => longer.includes(stem))
}
