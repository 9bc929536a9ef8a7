/** Finds papers related to other papers or to a text, and says why. */
import type { Embedder } from '../../embedding/embedder.js'
import { FootnoteError } from '../../errors.js'
import type { Library, PaperVectors } from '../../library/library.js'
import type { Paper } from '../../papers/paper.js'
import { terms } from '../../text/terms.js'
import { minMax } from '../fusion.js'
import type { Rarity } from '../rarity.js'
import type { FindRelated, NearDuplicate, RelatedPaper, RelatedWork } from '../retrieval.js'
import { dot, meanDirection } from '../vectors.js'
import { diversify, isSameWork, isTakenFrom, termSet } from './choose.js'
import { noticeOf } from './notice.js'
import { phrasesOf, sharedPhrases } from './phrases.js'
import type { Phrases, Telling } from './phrases.js'
import { rankRelated } from './rank.js'
import type { RankedCandidate } from './rank.js'
import { explain, readSeed } from './reasons.js'
import type { ReadSeed } from './reasons.js'
import { embedText, readSeeds } from './seed.js'
import type { Seed } from './seed.js'

const DEFAULT_LIMIT = 10
/** Papers that are read beyond those wanted, since some turn out to be a seed in another version. */
const SPARE = 10
/** Candidates whose words are read. */
const LOOKED_INTO = 40
/** What the most telling phrase that is shared may add to a relatedness of 0..1: a rare subject stands out of its field. */
const SUBJECT = 0.2
/** Papers that diversity chooses from, as a multiple of those wanted. */
const CHOICE = 5

interface Read extends RankedCandidate {
  readonly paper: Paper
  readonly vectors: PaperVectors
  readonly vector: Float32Array
  readonly terms: ReadonlySet<string>
  readonly phrases: Phrases
}

export interface RelatedParts {
  readonly library: Library
  readonly embedder: Embedder
  readonly rarity: Rarity
}

export function createFindRelated({ library, embedder, rarity }: RelatedParts): FindRelated {
  return async ({ seeds: ids = [], not = [], text, limit = DEFAULT_LIMIT, diversity = 0, filter }, signal) => {
    refuseContradiction(ids, not)
    const seeds = [...(await readSeeds(library, [...new Set(ids)])), ...(text === undefined ? [] : [await embedText(embedder, text, signal)])]
    const direction = meanDirection(seeds.map(({ vectors }) => vectors.paper))
    if (direction === undefined) return withNotice({ results: [], duplicates: [] }, noticeOf([], seeds, rarity))
    const unwanted = await readSeeds(library, [...new Set(not)])
    const ranked = await rankRelated(library, rarity, { seeds, unwanted, filter, signal })
    const named = new Set([...seeds, ...unwanted].map(({ handle }) => handle))
    const others = ranked.filter(({ handle }) => !named.has(handle)).slice(0, Math.max(LOOKED_INTO, (diversity > 0 ? CHOICE * limit : limit) + SPARE))
    const readSeedTexts = seeds.map((seed) => readSeed(seed, rarity))
    const telling = await tellingIn(seeds)
    const looked = bySharedSubject(await read(others), readSeedTexts, telling)
    const { kept, duplicates } = withoutRepeats(looked, seeds)
    const chosen = diversify(kept, limit, diversity)
    const pasted = text === undefined ? undefined : termSet(seeds.at(-1)?.passage ?? '')
    const results = chosen.map((hit): RelatedPaper => ({
      paper: hit.paper,
      similarity: dot(direction, hit.vectors.paper),
      ...(pasted !== undefined && (isSameWork(pasted, hit.terms) || isTakenFrom(pasted, hit.terms)) ? { nearDuplicate: true as const } : {}),
      why: explain(hit, readSeedTexts, telling),
    }))
    const shown = new Set([...ids, ...results.map(({ paper }) => paper.id)])
    const notice = noticeOf(chosen.map(({ terms }, i) => ({ terms, similarity: results[i]?.similarity ?? 0 })), seeds, rarity)
    return withNotice({ results, duplicates: duplicates.filter(({ of }) => shown.has(of)) }, notice)
  }

  async function read(candidates: readonly RankedCandidate[]): Promise<Read[]> {
    const handles = candidates.map(({ handle }) => handle)
    const [papers, vectors] = await Promise.all([library.read(handles), library.vectors(handles)])
    return candidates.flatMap((candidate, i) => {
      const [paper, own] = [papers[i], vectors[i]]
      return paper === undefined || own === undefined ? [] : [{ ...candidate, paper, vectors: own, vector: own.paper, phrases: phrasesOf(paper.title, paper.abstract), terms: termSet(`${paper.title}. ${paper.abstract}`) }]
    })
  }

  /** How rare the seeds' terms are in this library. */
  async function tellingIn(seeds: readonly Seed[]): Promise<Telling> {
    const all = [...new Set(seeds.flatMap(({ passage }) => terms(passage)))]
    const [frequencies, { papers }] = await Promise.all([library.documentFrequencies(all), library.status()])
    const own = new Map(all.map((term, i) => [term, Math.log((1 + papers) / (1 + (frequencies[i] as number))) / Math.log(1 + papers)]))
    return { rarity, libraryRarity: (term) => own.get(term) ?? 1 }
  }
}

/** The candidates again, in the order that the phrase which each shares with the seeds gives them: the same by which the reader is told why. */
function bySharedSubject(candidates: readonly Read[], seeds: readonly ReadSeed[], telling: Telling): Read[] {
  const subjects = minMax(candidates.map(({ phrases }) => seeds.reduce((sum, seed) => sum + (sharedPhrases(seed.phrases, phrases, telling)[0]?.value ?? 0), 0)))
  return candidates
    .map((candidate, i) => ({ ...candidate, relatedness: candidate.relatedness + SUBJECT * (subjects[i] as number) }))
    .sort((a, b) => b.relatedness - a.relatedness || a.handle - b.handle)
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
