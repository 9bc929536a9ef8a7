/** Fits the weights by which sentences are chosen, on labelled claims and on questions of ours. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { readQuestion } from '../../src/answering/question.js'
import type { Question } from '../../src/answering/question.js'
import { evidenceFeatures, readSentences } from '../../src/answering/sentence-features.js'
import type { EvidenceWeights } from '../../src/answering/sentence-features.js'
import type { Embedder } from '../../src/embedding/embedder.js'
import { sentences } from '../../src/papers/sentences.js'
import type { Rarity } from '../../src/retrieval/rarity.js'
import { fitLogistic, sigmoid } from './logistic.js'
import type { Example } from './logistic.js'

/** A question, an abstract, and which of its sentences answer. */
export interface EvidenceCase {
  readonly question: Question
  readonly title: string
  readonly abstract: string
  /** Indices of sentences. */
  readonly answers: readonly number[]
}

type Name = keyof EvidenceWeights

/** The features of each sentence of one case, with its label. */
export type CaseExamples = readonly Example<Name>[]

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

export async function examplesOf(cases: readonly EvidenceCase[], embedder: Embedder, rarity: Rarity): Promise<CaseExamples[]> {
  const result: CaseExamples[] = []
  for (const { question, title, abstract, answers } of cases) {
    const spans = sentences(abstract)
    const vectors = await embedder.embedPassages(spans.map(({ start, end }) => abstract.slice(start, end)))
    const paper = { id: '', title, abstract, addedAt: '' }
    const read = readSentences(paper, { paper: vectors[0] as Float32Array, sentences: spans.map((span, i) => ({ ...span, vector: vectors[i] as Float32Array })) })
    const features = evidenceFeatures(question, await embedder.embedQuestion(question.text), read, rarity)
    result.push(features.map((row, i) => ({ features: row, label: answers.includes(i) ? 1 : 0 })))
  }
  return result
}

/** Each set counts the same in all, however many cases it has. */
export function fitEvidence(sets: readonly (readonly CaseExamples[])[], ridge: number): EvidenceWeights {
  const total = Math.max(...sets.map((set) => set.length))
  return fitLogistic(sets.flatMap((set) => set.flatMap((examples) => examples.map((example) => ({ ...example, weight: total / set.length })))), { ridge })
}

/** Share of the cases with an answering sentence among the first k. */
export function hitRate(cases: readonly CaseExamples[], weights: EvidenceWeights, k: number): number {
  const hits = cases.filter((examples) =>
    [...examples]
      .map(({ features, label }) => ({ label, probability: sigmoid((Object.keys(weights) as Name[]).reduce((sum, name) => sum + weights[name] * features[name], 0)) }))
      .sort((a, b) => b.probability - a.probability)
      .slice(0, k)
      .some(({ label }) => label === 1),
  )
  return hits.length / cases.length
}
