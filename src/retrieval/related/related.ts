/** Finds papers related to other papers or to a text, and says why. */
import type { Embedder } from '../../embedding/embedder.js'
import { FootnoteError } from '../../errors.js'
import type { Library } from '../../library/library.js'
import type { Paper } from '../../papers/paper.js'
import { terms } from '../../text/terms.js'
import { minMax } from '../fusion.js'
import { artsIn, rarityIn, subjectnessIn, weightIn } from '../rarity.js'
import type { TermCounts } from '../rarity.js'
import type { FindRelated, NearDuplicate, RelatedPaper, RelatedWork } from '../retrieval.js'
import { dot, meanDirection } from '../vectors.js'
import { diversify, isSameWork, isTakenFrom, termSet } from './choose.js'
import { noticeOf } from './notice.js'
import { phrasesOf } from './phrases.js'
import type { Phrases } from './phrases.js'
import { rankRelated } from './rank.js'
import type { RankedCandidate } from './rank.js'
import { explain, readSeed } from './reasons.js'
import type { ReadSeed } from './reasons.js'
import { embedText, readSeeds } from './seed.js'
import type { Seed } from './seed.js'
import { strongestShared } from './shared-phrases.js'
import type { Telling } from './shared-phrases.js'

const DEFAULT_LIMIT = 10
/** Papers that are read beyond those wanted, since some turn out to be a seed in another version. */
const SPARE = 10
/** Candidates that are read, at least, and of these whose words are compared. */
const LOOKED_INTO = 80
const WORDS_READ = 40
/** What the most telling phrase that is shared may add to a relatedness of 0..1, and the power that leaves it to those who stand out: a rare subject does in its field. */
const SUBJECT = 0.2
const STANDING_OUT = 2
/** Papers that diversity chooses from, as a multiple of those wanted. */
const CHOICE = 5

const NONE_LET_THROUGH = 'The filter lets no paper through that could be listed; leave it out, or let more through.'

/** Rarity in the literature, ln 90, from which on a word of a title is a name, how many papers of the library have it at most, and where the other comes at the latest. */
const RARE_NAME = 4.5
const FEW = 10
const FIRST = 5

interface LibraryTelling extends Telling {
  /** How many papers of the library hold a term of the seeds. */
  readonly holdersOf: (term: string) => number
}

interface Read extends RankedCandidate {
  readonly vector: Float32Array
  readonly terms: ReadonlySet<string>
  readonly phrases: Phrases
}

export interface RelatedParts {
  readonly library: Library
  readonly embedder: Embedder
  /** Of terms, and of phrases. */
  readonly counts: TermCounts
  readonly phraseCounts: TermCounts
}

export function createFindRelated({ library, embedder, counts, phraseCounts }: RelatedParts): FindRelated {
  const [rarity, subjectness, weigh, arts] = [rarityIn(counts), subjectnessIn(counts), weightIn(counts), artsIn(phraseCounts)]
  return async ({ seeds: ids = [], not = [], text, limit = DEFAULT_LIMIT, diversity = 0, filter }, signal) => {
    refuseContradiction(ids, not)
    const seeds = [...(await readSeeds(library, [...new Set(ids)])), ...(text === undefined ? [] : [await embedText(embedder, text, signal)])]
    const direction = meanDirection(seeds.map(({ vectors }) => vectors.paper))
    if (direction === undefined) return withNotice({ results: [], duplicates: [] }, noticeOf([], seeds, rarity))
    const unwanted = await readSeeds(library, [...new Set(not)])
    const depth = Math.max(LOOKED_INTO, (diversity > 0 ? CHOICE * limit : limit) + SPARE)
    const ranked = await rankRelated(library, text === undefined ? weigh : rarity, { seeds, unwanted, filter, depth, signal })
    const readSeedTexts = seeds.map((seed) => readSeed(seed, weigh))
    const telling = await tellingIn(seeds)
    const looked = bySharedSubject(ranked.slice(0, Math.max(WORDS_READ, depth - (LOOKED_INTO - WORDS_READ))).map(withWords), readSeedTexts, telling)
    const repeats = withoutRepeats(looked, seeds)
    const [seed] = seeds
    const kept = seeds.length === 1 && seed !== undefined ? withNamesake(repeats.kept, seed, telling) : repeats.kept
    const chosen = diversify(kept, limit, diversity)
    const pasted = text === undefined ? undefined : termSet(seeds.at(-1)?.passage ?? '')
    const results = chosen.map((hit): RelatedPaper => ({
      paper: hit.paper,
      similarity: dot(direction, hit.vectors.paper),
      ...(pasted !== undefined && (isSameWork(pasted, hit.terms) || isTakenFrom(pasted, hit.terms)) ? { nearDuplicate: true as const } : {}),
      why: explain(hit, readSeedTexts, telling),
    }))
    const shown = new Set([...ids, ...results.map(({ paper }) => paper.id)])
    const notice = chosen.length === 0 && filter !== undefined ? NONE_LET_THROUGH : noticeOf(chosen.map(({ terms }, i) => ({ terms, similarity: results[i]?.similarity ?? 0 })), seeds, rarity)
    return withNotice({ results, duplicates: repeats.duplicates.filter(({ of }) => shown.has(of)) }, notice)
  }

  /** How rare the seeds' terms are in this library. */
  async function tellingIn(seeds: readonly Seed[]): Promise<LibraryTelling> {
    const all = [...new Set(seeds.flatMap(({ passage }) => terms(passage)))]
    const [frequencies, { papers }] = await Promise.all([library.documentFrequencies(all), library.status()])
    const holders = new Map(all.map((term, i) => [term, frequencies[i] as number]))
    const holdersOf = (term: string) => holders.get(term) ?? 0
    return { rarity, subjectness, weigh, arts, holdersOf, libraryRarity: (term) => Math.log((1 + papers) / (1 + holdersOf(term))) / Math.log(1 + papers) }
  }
}

const knownWords = new WeakMap<Paper, Pick<Read, 'phrases' | 'terms'>>()

/** The words of a paper that is in hand are read once: neighbours of neighbours are often the same. */
function withWords(candidate: RankedCandidate): Read {
  const { paper, vectors } = candidate
  const words = knownWords.get(paper) ?? { phrases: phrasesOf(paper.title, paper.abstract), terms: termSet(`${paper.title}. ${paper.abstract}`) }
  knownWords.set(paper, words)
  return { ...candidate, vector: vectors.paper, ...words }
}

/** The candidates again, in the order that the phrase which each shares with the seeds gives them: the same by which the reader is told why. */
function bySharedSubject(candidates: readonly Read[], seeds: readonly ReadSeed[], telling: Telling): Read[] {
  const subjects = minMax(candidates.map(({ phrases }) => seeds.reduce((sum, seed) => sum + (strongestShared(seed.phrases, phrases, telling)), 0)))
  return candidates
    .map((candidate, i) => ({ ...candidate, relatedness: candidate.relatedness + SUBJECT * (subjects[i] as number) ** STANDING_OUT }))
    .sort((a, b) => b.relatedness - a.relatedness || a.handle - b.handle)
}

/**
 * A paper whose title and abstract share with the seed's a word that is rare everywhere, and that few papers of the library have, comes
 * among the first: of two on spiking networks among a hundred papers, each is sought from the other.
 */
function withNamesake(ranked: readonly Read[], seed: Seed, { rarity, holdersOf }: LibraryTelling): Read[] {
  const names = new Map(subjectsOf(seed.title, seed.text).filter((term) => rarity(term) >= RARE_NAME && holdersOf(term) <= FEW).map((term) => [term, rarity(term)]))
  const nameIn = ({ paper }: Read) => Math.max(0, ...subjectsOf(paper.title, paper.abstract).map((term) => names.get(term) ?? 0))
  const rarest = Math.max(0, ...ranked.map(nameIn))
  const namesake = rarest === 0 ? undefined : ranked.find((one) => nameIn(one) === rarest)
  if (namesake === undefined || ranked.indexOf(namesake) < FIRST) return [...ranked]
  const others = ranked.filter((one) => one !== namesake)
  return [...others.slice(0, FIRST - 1), namesake, ...others.slice(FIRST - 1)]
}

/** Terms of a title that its abstract takes up. */
function subjectsOf(title: string, abstract: string): string[] {
  const inAbstract = termSet(abstract)
  return terms(title).filter((term) => inAbstract.has(term))
}

function withNotice(work: RelatedWork, notice: string | undefined): RelatedWork {
  return notice === undefined ? work : { ...work, notice }
}

function refuseContradiction(seeds: readonly string[], not: readonly string[]): void {
  const both = seeds.find((id) => not.includes(id))
  if (both !== undefined) throw new FootnoteError('invalid_request', `"${both}" stands in "seeds" and in "not"; leave it out of one of them.`)
}

/** Another version of a seed, or of a paper further up, is named but not shown again. */
function withoutRepeats(ranked: readonly Read[], seeds: readonly Seed[]): { readonly kept: readonly Read[]; readonly duplicates: readonly NearDuplicate[] } {
  const known = seeds.flatMap(({ id, passage }) => (id === undefined ? [] : [{ id, terms: termSet(passage) }]))
  const kept: Read[] = []
  const duplicates: NearDuplicate[] = []
  for (const hit of ranked) {
    const same = known.find((one) => isSameWork(one.terms, hit.terms))
    if (same === undefined) kept.push(hit)
    else duplicates.push({ id: hit.paper.id, title: hit.paper.title, of: same.id })
    known.push({ id: hit.paper.id, terms: hit.terms })
  }
  return { kept, duplicates }
}
