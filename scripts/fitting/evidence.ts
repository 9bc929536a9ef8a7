/** Grows the trees by which sentences are chosen: one set on labelled claims, one on questions of ours. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isClaim } from '../../src/answering/evidence/evidence.js'
import { readQuestion } from '../../src/answering/question/question.js'
import type { Question } from '../../src/answering/question/question.js'
import { readSentences } from '../../src/answering/evidence/read-paper.js'
import { sentenceFeatures } from '../../src/answering/evidence/sentence-features.js'
import type { EvidenceWeights, SentenceFeatures } from '../../src/answering/evidence/sentence-features.js'
import type { Embedder } from '../../src/embedding/embedder.js'
import { openVectors, packVectors } from '../../src/library/vector-codec.js'
import { sentences } from '../../src/papers/sentences.js'
import type { Rarity } from '../../src/retrieval/rarity.js'
import { growTrees } from './boosted-trees.js'
import type { Example } from './boosted-trees.js'

/** A question, an abstract, and which of its sentences answer. */
export interface EvidenceCase {
  readonly question: Question
  readonly title: string
  readonly abstract: string
  /** Indices of sentences. */
  readonly answers: readonly number[]
}

/** The features of each sentence of one case, with its label. */
export interface CaseExamples {
  readonly title: string
  /** Whether the product holds it against the abstract as a claim. */
  readonly claim: boolean
  readonly sentences: readonly Example<keyof SentenceFeatures>[]
}

/** SciFact's claims with their rationale sentences (Wadden et al. 2020); claims whose abstract is split otherwise are left out. */
export async function readSciFactCases(folder: string, part: 'train' | 'validation'): Promise<EvidenceCase[]> {
  const lines = async <T>(file: string) => (await readFile(join(folder, file), 'utf8')).split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T)
  const corpus = new Map((await lines<{ _id: string; title: string; text: string }>('corpus.jsonl')).map((document) => [document._id, document]))
  const claims = await lines<{ query: string; evidence: { doc_id: string | number; sentences: number[] }[] }>(`scifact_claims_${part}.jsonl`)
  return claims.flatMap(({ query, evidence }) => {
    const byDocument = new Map<string, Set<number>>()
    for (const { doc_id, sentences } of evidence) byDocument.set(String(doc_id), new Set([...(byDocument.get(String(doc_id)) ?? []), ...sentences]))
    return [...byDocument].flatMap(([id, answers]) => {
      const document = corpus.get(id)
      if (document === undefined || Math.max(...answers) >= sentences(document.text).length) return []
      return [{ question: readQuestion(query), title: document.title, abstract: document.text, answers: [...answers] }]
    })
  })
}

/**
 * A copy of each case with a sentence in the question's own words that answers nothing: the question itself, what authors hope, or
 * where code lies. Few abstracts that we asked about have such sentences, and all the more must be learned of them.
 */
export function withDecoys(cases: readonly EvidenceCase[]): EvidenceCase[] {
  return cases.map(({ question, title, abstract, answers }, i) => {
    const subject = question.terms.map(({ surface }) => surface).join(' ')
    const decoys = [
      `${question.text.charAt(0).toUpperCase()}${question.text.slice(1).replace(/[?.!]*$/, '?')}`,
      `We hope that ${subject} will inspire future work.`,
      `Code for ${subject} is available at https://example.org/code.`,
    ]
    const decoy = decoys[i % decoys.length] as string
    return i % 2 === 0 ? { question, title, abstract: `${abstract} ${decoy}`, answers } : { question, title, abstract: `${decoy} ${abstract}`, answers: answers.map((sentence) => sentence + 1) }
  })
}

export async function examplesOf(cases: readonly EvidenceCase[], embedder: Embedder, rarity: Rarity): Promise<CaseExamples[]> {
  const result: CaseExamples[] = []
  for (const { question, title, abstract, answers } of cases) {
    const spans = sentences(abstract)
    const vectors = await embedder.embedPassages(spans.map(({ start, end }) => abstract.slice(start, end)))
    const paper = { id: '', title, abstract, addedAt: '' }
    const ofSentences = spans.map((span, i) => ({ ...span, vector: vectors[i] as Float32Array }))
    const read = readSentences(paper, openVectors(packVectors({ paper: vectors[0] as Float32Array, sentences: ofSentences })))
    const features = sentenceFeatures(question, await embedder.embedQuestion(question.text), read, rarity)
    result.push({ title, claim: isClaim(question), sentences: features.map((row, i) => ({ features: row, label: answers.includes(i) ? 1 : 0 })) })
  }
  return result
}

const FOLDS = 5

/** Cases of one paper are in the same fold. */
export function foldOf(title: string): number {
  return [...title].reduce((hash, letter) => (hash * 31 + (letter.codePointAt(0) as number)) % 1_000_003, 7) % FOLDS
}

const grow = (cases: readonly CaseExamples[]) => growTrees(cases.flatMap(({ sentences }) => sentences))

/** Trees grown on everything, and for each fold the trees for questions that have not seen its papers. */
export interface FittedEvidence {
  readonly final: EvidenceWeights
  readonly withoutFold: readonly EvidenceWeights[]
}

export function fitEvidence({ claims, questions }: Readonly<Record<'claims' | 'questions', readonly CaseExamples[]>>): FittedEvidence {
  const claimTrees = grow(claims)
  const withoutFold = Array.from({ length: FOLDS }, (_, fold) => ({ claims: claimTrees, questions: grow(questions.filter(({ title }) => foldOf(title) !== fold)) }))
  return { final: { claims: claimTrees, questions: grow(questions) }, withoutFold }
}

/** From this probability on a sentence is chosen; the best one always, and three at most. */
const CHOSEN = 0.3
const MOST_CHOSEN = 3

export interface EvidenceFigures {
  /** Share of the cases with an answering sentence among the first one, two and three. */
  readonly hits: readonly number[]
  /** Of the sentences chosen, against those labelled, over all cases. */
  readonly f1: number
}

/** `probabilityOf` judges one sentence of a case. */
export function evidenceFigures(cases: readonly CaseExamples[], probabilityOf: (one: CaseExamples, features: SentenceFeatures) => number): EvidenceFigures {
  const ranked = cases.map((one) =>
    one.sentences.map(({ features, label }) => ({ label, probability: probabilityOf(one, features as SentenceFeatures) })).sort((a, b) => b.probability - a.probability),
  )
  const chosen = ranked.flatMap((sentences) => sentences.filter(({ probability }, i) => i === 0 || (i < MOST_CHOSEN && probability >= CHOSEN)))
  const right = chosen.filter(({ label }) => label === 1).length
  const labelled = ranked.flat().filter(({ label }) => label === 1).length
  return {
    hits: [1, 2, 3].map((k) => ranked.filter((sentences) => sentences.slice(0, k).some(({ label }) => label === 1)).length / ranked.length),
    f1: (2 * right) / (chosen.length + labelled),
  }
}
