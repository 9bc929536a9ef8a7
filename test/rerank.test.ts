/** Tests the order that was learned for the first candidates, and what it is learned from. */
import { describe, expect, test } from 'vitest'
import { fitListwise } from '../scripts/fitting/listwise.js'
import type { List } from '../scripts/fitting/listwise.js'
import { locateTerms } from '../src/retrieval/locate-terms.js'
import { NO_RERANKING, rerank } from '../src/retrieval/rerank.js'
import type { RerankWeights } from '../src/retrieval/rerank.js'
import { rerankFeatures } from '../src/retrieval/rerank-features.js'
import type { RerankCandidate } from '../src/retrieval/rerank-features.js'
import { subjectTerms, terms } from '../src/text/terms.js'

const rarity = (term: string) => (term.length > 4 ? 6 : 3)

function candidate(title: string, abstract = '', facts: Partial<RerankCandidate> = {}): RerankCandidate {
  return { paper: { title, abstract }, dense: 0.3, similarity: 0.4, fused: 0.5, ...facts }
}

const HONEY = candidate('Honey against coughing in children', 'A spoon of honey at bedtime shortens the nights that children cough.', { fused: 0.4 })
const BEES = candidate('Bees and their flowers', 'Honey is stored. We follow bees over a summer. Many children watched.', { fused: 0.9 })
const TIDES = candidate('Tides of the northern coast', 'Water comes and goes twice a day.', { fused: 0.1 })
const QUESTION = 'Does honey help children who cough?'

const only = (weights: Partial<RerankWeights>): RerankWeights => ({ ...NO_RERANKING, fused: 0, ...weights })
const featuresOf = (question: string, ...candidates: RerankCandidate[]) => rerankFeatures(question, candidates, rarity)

describe('rerank', () => {
  test('rerank, without learned weights, keeps the order of the fused values', () => {
    expect(rerank(QUESTION, [BEES, HONEY, TIDES], { rarity, weights: NO_RERANKING }).map(({ paper }) => paper)).toEqual([BEES.paper, HONEY.paper, TIDES.paper])
  })

  test('rerank, when a paper holds the words of the question close together, puts it before one that scatters them', () => {
    const ranked = rerank(QUESTION, [BEES, HONEY, TIDES], { rarity, weights: { ...NO_RERANKING, proximity: 4 } })
    expect(ranked.map(({ paper }) => paper.title)).toEqual([HONEY.paper.title, BEES.paper.title, TIDES.paper.title])
    expect(ranked.map(({ relevance }) => relevance)).toEqual([...ranked.map(({ relevance }) => relevance)].sort((a, b) => b - a))
    expect([ranked[0]?.relevance, ranked[2]?.relevance]).toEqual([1, 0])
  })

  test('rerank, when candidates do not differ, keeps their order', () => {
    const twins = Array.from({ length: 5 }, () => candidate('Twins')).map((twin, i) => ({ ...twin, handle: i }))
    expect(rerank('twins', twins, { rarity, weights: only({ telling: 1, titleCoverage: 1 }) }).map(({ handle }) => handle)).toEqual([0, 1, 2, 3, 4])
  })

  test('rerank, asked twice, gives the same', () => {
    const ask = () => rerank(QUESTION, [BEES, HONEY, TIDES], { rarity, weights: { ...NO_RERANKING, telling: 2, bigrams: 1 } })
    expect(ask()).toEqual(ask())
  })

  test.each(['', '?', 'of the and', '什么是蜂蜜', 'σ → β', '\ud83d', 'honey '.repeat(40), 'a-b-c-d-e-f'])('rerank, asked %j, gives finite values for every candidate', (question) => {
    const candidates = [HONEY, BEES, candidate(''), candidate('蜂蜜 и мёд', '\ud83d\udc1d')]
    for (const row of rerankFeatures(question, candidates, rarity)) for (const value of Object.values(row)) expect(Number.isFinite(value)).toBe(true)
    expect(rerank(question, candidates, { rarity, weights: only({ telling: 1 }) })).toHaveLength(4)
  })

  test('rerank, without candidates, gives none', () => {
    expect(rerank(QUESTION, [], { rarity, weights: NO_RERANKING })).toEqual([])
  })
})

describe('rerankFeatures', () => {
  test('rerankFeatures, of a paper that holds more of the question, gives no less of every share', () => {
    const [more, less] = featuresOf(QUESTION, HONEY, BEES)
    for (const name of ['telling', 'titleCoverage', 'windowTelling', 'titleAsked', 'bigrams', 'proximity'] as const) expect(more?.[name]).toBeGreaterThan(less?.[name] as number)
  })

  test('rerankFeatures, where the words have other endings, capitals, accents or hyphens, finds them', () => {
    const [paper] = featuresOf('KV-cache pruning for naïve decoders β', candidate('Pruned kv caches', 'NAIVE decoder of TGF-beta.'))
    expect(paper).toMatchObject({ telling: 1, titleCoverage: 0.5 })
    expect(featuresOf('the KVcache', candidate('A KVcache'))[0]?.titleCoverage).toBe(1)
    expect(featuresOf('a KV-cache', candidate('A KVcache'))[0]?.titleCoverage).toBe(1)
  })

  test('rerankFeatures, when words stand 29 and 30 words apart, counts them as one window and as two', () => {
    const apart = (words: number) => candidate('', `honey ${'so '.repeat(words - 1)}cough`)
    expect(featuresOf('honey cough', apart(29))[0]?.windowTelling).toBe(1)
    expect(featuresOf('honey cough', apart(30))[0]?.windowTelling).toBe(0.5)
  })

  test('rerankFeatures, of words of other stems that begin alike, counts those that the paper has no other way', () => {
    expect(featuresOf('methyltransferase activity', candidate('', 'Methylated tails of active genes.'))[0]).toMatchObject({ nearly: 0.5 })
    expect(featuresOf('methyltransferase activity', candidate('', 'A methyltransferase leaves methylated tails; an active one.'))[0]).toMatchObject({ nearly: 0 })
    expect(featuresOf('methyl groups', candidate('', 'Methods grow.'))[0]).toMatchObject({ nearly: 0 })
  })

  test('rerankFeatures, of words with one between them, calls them side by side; with two it does not', () => {
    expect(featuresOf('cough honey', candidate('', 'honey for cough'))[0]).toMatchObject({ bigrams: 1, proximity: 0.5 })
    expect(featuresOf('cough honey', candidate('', 'honey for a cough'))[0]).toMatchObject({ bigrams: 0, proximity: 1 / 3 })
  })

  test('rerankFeatures, of cosines, tells how far each paper is behind the best, and its place', () => {
    const rows = featuresOf('tides', candidate('a', '', { dense: 0.5, similarity: 0.5 }), candidate('b', '', { dense: 0.75, similarity: 0.75 }))
    expect(rows).toMatchObject([{ dense: -0.25, bestSentence: -0.25, densePlace: Math.log(2) }, { dense: 0, bestSentence: 0, densePlace: 0 }])
  })
})

describe('locateTerms', () => {
  test('locateTerms, of any word of a text, finds it as often as the text has its stem', () => {
    const text = 'Skies dying, ties tied: we were using, used and reused agencies. Relational rates of hopping, hoped-for flies; x is an axis, y too. Éclairs, naïveté, TGF-β2 at 10.5 °C; Ångström-scale ions and ion. 大型语言模型如何压缩: BERT模型の圧縮, 语言.'
    const all = terms(text)
    for (const { term, joined } of subjectTerms(text)) {
      const [located] = locateTerms({ count: 1, indices: new Map([[term, [0]]]) }, [{ title: '', abstract: text }])
      expect([term, joined, located?.counts[0]]).toEqual([term, joined, all.filter((other) => other === term).length])
    }
  })
})

describe('fitListwise', () => {
  const list = (...values: [number, number, boolean][]): List<'good' | 'noise'> => ({ weight: 1, rows: values.map(([good, noise, isRelevant]) => ({ features: { good, noise }, isRelevant })) })

  test('fitListwise, when one feature tells the relevant papers, leans on it and not on the other', () => {
    const weights = fitListwise([list([1, 0, true], [0, 1, false], [0, 0, false]), list([1, 1, true], [0, 0, false]), list([0, 0, false], [1, 0, true])], 0.1)
    expect(weights.good).toBeGreaterThan(1)
    expect(Math.abs(weights.noise)).toBeLessThan(weights.good / 3)
  })

  test('fitListwise, when no list has a relevant paper, learns nothing', () => {
    expect(fitListwise([list([1, 0, false], [0, 1, false])], 1)).toEqual({ good: 0, noise: 0 })
  })
})
