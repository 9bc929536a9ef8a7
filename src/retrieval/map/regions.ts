/** Divides a map into regions and names each by what its papers say and others do not. */
import { createRandom } from '../../text/random.js'
import type { Arts, Rarity, Subjectness } from '../rarity.js'
import { isHollow, phrasesOf } from '../related/phrases.js'
import type { MapJob } from './map.js'

const ROUNDS = 30
const MOST_REGIONS = 36
const LABEL_PHRASES = 2
/** Papers of a region that are read to name it. */
const MOST_READ = 80
/** A title capitalises what it likes; how a word is spelt is seen in running text. */
const RUNNING_TEXT = 20
/** Share of a region's papers, and how many of them, that must say a phrase for it to name the region. */
const LEAST_SHARE = 0.06
const LEAST_PAPERS = 2
/** What a word is worth, a phrase, and a term of art; and of a term of art the least subjectness, and what is usual. */
const WORD = 0.4
const PHRASE = 1.2
const ART = 2.2
const LEAST_OF_ART = 0.12
const USUAL = 0.15
/** Rarity (ln 8) and subjectness from which on a word names a subject; a phrase needs the half of either, and in its last word, which is its noun. */
const LEAST_RARITY = 2
const LEAST_SUBJECTNESS = 0.09
/** Rarity (ln 90) from which on a lone word is as distinct as it gets. */
const DISTINCT = 4.5
/** How many papers elsewhere a phrase is taken to have at least: what only few say is no name for many. */
const ELSEWHERE = 3
/** Power of the share of a region's papers: below 1, so that what sets a region apart comes before what most say. */
const COMMON = 0.85
/** Least worth of a second phrase, as a share of the first, and most of its papers that have the first as well. */
const SECOND = 0.5
const SAME_PAPERS = 0.6
/** Least share of the second phrase's papers that lie beside one of the first's. */
const ONE_SUBJECT = 0.5
/** A name ends in a noun: "self-supervised" and "qualitative and quantitative" name nothing. */
const ADJECTIVE = /(?:ed|al|ic|ive|ous|able|ible|ful|less|free|level|aware|wise|quality|head|end|efficient|low|high|robust|novel|based|driven|like|scale|time|ary|ly|blind|preserving|shot|mass|order|large language)$|^(?:non|high|low|multi)-[\p{L}]+$/iu
const NOUN = /(?:retrieval|signal|removal|survival|trial|crystal|metal|material|animal|hospital|potential|interval|traffic|music|logic|topic|metric|clinic|magnetic|speed|seed|embed|bed|anomaly|assembly|family|supply|boundary|library|summary|vocabulary)$/i
/** Share of a phrase's papers where the same word comes next, from which on it is cut off: "multimodal large". */
const GOES_ON = 0.6
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
      if (members.length > 0) centres[c] = centreOf(members)
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

function centreOf(places: Divided['positions']): readonly [number, number] {
  const mean = (axis: 0 | 1) => places.reduce((sum, place) => sum + place[axis], 0) / places.length
  return [mean(0), mean(1)]
}

function nearest(place: readonly [number, number], centres: readonly (readonly [number, number])[]): number {
  return centres.reduce((best, centre, i) => (squared(place, centre) < squared(place, centres[best] as readonly [number, number]) ? i : best), 0)
}

function squared(a: readonly [number, number], b: readonly [number, number]): number {
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2
}

/** A phrase of the papers that are drawn. */
interface Said {
  /** Stems of all words, with spaces between. */
  readonly key: string
  readonly stems: readonly string[]
  /** The papers that say it, and those whose titles do, by region. */
  readonly papers: Map<number, number[]>
  readonly titles: Map<number, number>
  readonly surfaces: Map<string, number>
}

export interface Divided {
  readonly positions: readonly (readonly [number, number])[]
  /** The region of each paper. */
  readonly regions: readonly number[]
}

/** What tells a subject from a word of the trade. */
export interface Naming {
  readonly rarity: Rarity
  readonly subjectness: Subjectness
  readonly arts: Arts
}

/**
 * Phrases of one to three words that titles have, by how often a region's papers say them and how much oftener than the
 * others (after class-based tf-idf, Grootendorst 2022). No two regions get one name, a word that mostly stands in a phrase
 * gives way to the phrase, and the second phrase of a name speaks of other papers than the first.
 */
export function nameRegions(job: Pick<MapJob, 'texts' | 'neighbours'>, { positions, regions }: Divided, naming: Naming): string[] {
  const read = core(positions, regions)
  const sizes: number[] = []
  for (const row of read) sizes[regions[row] as number] = (sizes[regions[row] as number] ?? 0) + 1
  const said = readPhrases(job.texts, { read, regions }, naming)
  const candidates = sizes.flatMap((size, region) => candidatesOf(region, { size, papers: read.length }, said, naming))
  const names = sizes.map((): Named[] => [])
  for (const candidate of candidates.sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1))) {
    const own = names[candidate.region] as Named[]
    const [first] = own
    if (own.length === LABEL_PHRASES || (first !== undefined && (candidate.value < SECOND * first.value || saysTheSame(first, candidate) || !isOfOneSubject(first, candidate, job.neighbours)))) continue
    if (names.some((others, region) => region !== candidate.region && others.some(({ stems }) => isPart(stems, candidate.stems) || isPart(candidate.stems, stems)))) continue
    own.push(candidate)
  }
  return names.map((own) => own.map(({ name }) => name).join(' · '))
}

/** Of each region the papers nearest to its centre, where its name will stand. */
function core(positions: Divided['positions'], regions: readonly number[]): number[] {
  const members: number[][] = []
  regions.forEach((region, row) => (members[region] ??= []).push(row))
  return members.flatMap((rows) => {
    const centre = centreOf(rows.map((row) => positions[row] as readonly [number, number]))
    const away = (row: number) => squared(positions[row] as readonly [number, number], centre)
    return rows.sort((a, b) => away(a) - away(b) || a - b).slice(0, MOST_READ)
  })
}

function saysTheSame(first: Named, second: Named): boolean {
  const known = new Set(first.papers)
  return first.stems.some((stem) => second.stems.includes(stem)) || second.papers.filter((paper) => known.has(paper)).length > SAME_PAPERS * second.papers.length
}

/** Whether enough papers of the second phrase say the first as well, or have one that says it among their neighbours: a region may hold two subjects, a name must not. */
function isOfOneSubject(first: Named, second: Named, neighbours: MapJob['neighbours']): boolean {
  const known = new Set(first.papers)
  return second.papers.filter((paper) => (neighbours[paper] ?? []).some((near) => known.has(near))).length >= ONE_SUBJECT * second.papers.length
}

/** What stands in a title, and terms of art in an abstract. */
function readPhrases(texts: MapJob['texts'], { read, regions }: { readonly read: readonly number[]; readonly regions: readonly number[] }, { arts }: Naming): Said[] {
  const all = new Map<string, Said>()
  const entryOf = (key: string, stems: readonly string[]) => {
    const entry = all.get(key) ?? { key, stems, papers: new Map<number, number[]>(), titles: new Map<number, number>(), surfaces: new Map<string, number>() }
    all.set(key, entry)
    return entry
  }
  for (const row of read) {
    const region = regions[row] as number
    for (const [key, { stems, surfaces }] of phrasesOf(texts[row]?.title ?? '', '')) {
      const entry = entryOf(key, stems)
      entry.titles.set(region, (entry.titles.get(region) ?? 0) + 1)
      spell(entry, surfaces, 1)
      note(entry, region, row)
    }
  }
  for (const row of read) {
    for (const [key, { stems, surfaces }] of phrasesOf('', texts[row]?.abstract ?? '')) {
      if (!all.has(key) && arts(key) === undefined) continue
      const entry = entryOf(key, stems)
      spell(entry, surfaces, RUNNING_TEXT)
      note(entry, regions[row] as number, row)
    }
  }
  const kept = [...all.values()].filter(({ papers }) => papers.size > 1 || [...papers.values()].some((list) => list.length >= LEAST_PAPERS))
  const goesOn = new Map<string, number>()
  for (const one of kept) goesOn.set(one.key.replace(/ [^ ]+$/, ''), Math.max(goesOn.get(one.key.replace(/ [^ ]+$/, '')) ?? 0, count(one)))
  return kept.filter((one) => !one.key.includes(' ') || (goesOn.get(one.key) ?? 0) < GOES_ON * count(one))
}

function count({ papers }: Said): number {
  return [...papers.values()].reduce((sum, list) => sum + list.length, 0)
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
    return [{ region, name, stems: one.stems, papers: own, value: share ** COMMON * lift * distinctness(one, naming) }]
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

/** A term of art says a subject best, and the better the rarer; a word says less than a phrase, and the less the more often it is said of all sorts of things ("text", "cell"). */
function distinctness({ key, stems }: Said, { rarity, arts }: Naming): number {
  const art = arts(key)
  if (art !== undefined) return art.subjectness < LEAST_OF_ART ? 0 : ART * Math.min(1, art.rarity / DISTINCT) ** 2 * Math.min(1.3, Math.sqrt(art.subjectness / USUAL))
  return stems.length > 1 ? PHRASE : WORD * Math.min(1, rarity(stems[0] as string) / DISTINCT) ** 2
}

/** As it is mostly written. */
function usualName(surfaces: ReadonlyMap<string, number>): string {
  const [best] = [...surfaces].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? 1 : -1))
  return best?.[0] ?? ''
}

function isPart(shorter: readonly string[], longer: readonly string[]): boolean {
  return shorter.every((stem) => longer.includes(stem))
}
