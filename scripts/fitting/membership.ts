/** Grows the trees that tell which papers belong in a list, from lists of which every member is known. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { findEvidence } from '../../src/answering/evidence/evidence.js'
import { membershipFeatures } from '../../src/answering/evidence/membership.js'
import type { MembershipFeatures } from '../../src/answering/evidence/membership.js'
import type { EvidenceWeights } from '../../src/answering/evidence/sentence-features.js'
import { RETRIEVED_FOR_SEVERAL, searchedText } from '../../src/answering/gather.js'
import { readQuestion } from '../../src/answering/question/question.js'
import type { Embedder } from '../../src/embedding/embedder.js'
import { openFile } from '../../src/ingest/file.js'
import { createIngest } from '../../src/ingest/ingest.js'
import { openLibrary } from '../../src/library/open.js'
import { titleKey } from '../../src/papers/identity.js'
import type { BoostedTrees } from '../../src/retrieval/boosted-trees.js'
import { treeProbability } from '../../src/retrieval/boosted-trees.js'
import type { Rarity } from '../../src/retrieval/rarity.js'
import type { Retrieve } from '../../src/retrieval/retrieval.js'
import { cleanText } from '../../src/text/clean.js'
import { growTrees } from './boosted-trees.js'

/** A question with all that a careful reader would name, and what may be named as well and is not learned from. */
export interface LabelledList {
  readonly question: string
  readonly titles: readonly string[]
  readonly also?: readonly string[]
}

interface Candidate {
  readonly list: string
  readonly isMember: boolean
  readonly features: MembershipFeatures
}

export interface MembershipParts {
  readonly embedder: Embedder
  readonly rarity: Rarity
  readonly evidence: EvidenceWeights
  readonly retrieverOver: (library: Awaited<ReturnType<typeof openLibrary>>) => Retrieve
}

/** The candidates of each list among the papers of a file, in any format that ingest reads. */
export async function candidatesOf(lists: readonly LabelledList[], papers: string, { embedder, rarity, evidence, retrieverOver }: MembershipParts): Promise<Candidate[]> {
  const folder = await mkdtemp(`${tmpdir()}/footnote-fit-`)
  const library = await openLibrary({ dataDir: folder, model: embedder.model, log: { info() {}, warn() {} } })
  try {
    const { name, bytes } = await openFile(papers)
    await createIngest({ library, embedder })(bytes, { name })
    const retrieve = retrieverOver(library)
    const candidates: Candidate[] = []
    for (const { question: text, titles, also = [] } of lists) {
      const question = readQuestion(text)
      const { papers: ranked, questionVector } = await retrieve(searchedText(question), { limit: RETRIEVED_FOR_SEVERAL })
      const features = membershipFeatures(question, ranked, findEvidence(question, questionVector, ranked, { rarity, weights: evidence }), rarity)
      const isOf = (named: readonly string[], title: string) => named.some((one) => titleKey(cleanText(one)) === titleKey(title))
      for (const [i, { paper }] of ranked.entries()) {
        if (!isOf(also, paper.title)) candidates.push({ list: text, isMember: isOf(titles, paper.title), features: features[i] as MembershipFeatures })
      }
    }
    return candidates
  } finally {
    await library.close()
    await rm(folder, { recursive: true })
  }
}

/** Each tree asks one thing: with so few lists, deeper ones learn the lists by heart. */
export function fitMembership(candidates: readonly Candidate[]): BoostedTrees {
  return growTrees(candidates.map(({ isMember, features }) => ({ features, label: isMember ? 1 : 0 })), { trees: 200, depth: 1, rate: 0.08, runs: 1 })
}

/** Share of those taken that are members, and of the members that are taken, by trees that have not seen the list. */
export function membershipFigures(candidates: readonly Candidate[], folds: number, limit: number): { readonly precision: number; readonly recall: number } {
  const lists = [...new Set(candidates.map(({ list }) => list))]
  const foldOf = ({ list }: Candidate) => lists.indexOf(list) % folds
  const unseen = Array.from({ length: folds }, (_, fold) => fitMembership(candidates.filter((one) => foldOf(one) !== fold)))
  const taken = candidates.filter((one) => treeProbability(unseen[foldOf(one)] as BoostedTrees, one.features) >= limit)
  const right = taken.filter(({ isMember }) => isMember).length
  return { precision: right / taken.length, recall: right / candidates.filter(({ isMember }) => isMember).length }
}
