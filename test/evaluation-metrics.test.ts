/** Tests the measures of an evaluation against values computed by hand. */
import { describe, expect, it } from 'vitest'
import { auroc, bootstrapInterval, ndcg, quantile, recall, reciprocalRank } from '../scripts/evaluation/metrics.js'
import type { Rankings } from '../scripts/evaluation/parts.js'
import { compareInWords, difference, worth } from '../scripts/evaluation/summary.js'

const grades = new Map([['a', 2], ['b', 1], ['c', 0]])

describe('ndcg', () => {
  it('of a graded ranking, is the discounted gain over the best possible', () => {
    // (1/log2 2 + 2/log2 4) / (2/log2 2 + 1/log2 3) = (1 + 1) / (2 + 0.63093)
    expect(ndcg(['b', 'x', 'a'], grades, 10)).toBeCloseTo(2 / 2.63093, 5)
  })

  it('at k and at k + 1, counts the one at k + 1 only in the second', () => {
    expect(ndcg(['x', 'a'], grades, 1)).toBe(0)
    // The best of two: 2 + 0.63093; found: 2 / log2 3.
    expect(ndcg(['x', 'a'], grades, 2)).toBeCloseTo(1.26186 / 2.63093, 5)
  })

  it('of the ideal ranking, is 1; where nothing is relevant, is 0', () => {
    expect(ndcg(['a', 'b'], grades, 10)).toBe(1)
    expect(ndcg(['a'], new Map([['a', 0]]), 10)).toBe(0)
  })
})

describe('recall', () => {
  it('of the first k, is their share of the relevant, and grade 0 is not relevant', () => {
    expect(recall(['c', 'b', 'a'], grades, 2)).toBe(0.5)
    expect(recall(['c', 'b', 'a'], grades, 3)).toBe(1)
  })

  it('where nothing is relevant, is 0', () => {
    expect(recall(['a'], new Map(), 1)).toBe(0)
  })
})

describe('reciprocalRank', () => {
  it('of a ranking, looks for the first relevant one', () => {
    expect(reciprocalRank(['c', 'x', 'b', 'a'], grades)).toBeCloseTo(1 / 3)
    expect(reciprocalRank(['x'], grades)).toBe(0)
  })
})

describe('auroc', () => {
  it('with ties, counts them half', () => {
    // Pairs: 3>1, 3>2, 2>1 are won, 2=2 is half: 3.5 of 4.
    expect(auroc([3, 2], [1, 2])).toBe(3.5 / 4)
    expect(auroc([5, 5], [5, 5, 5])).toBe(0.5)
  })

  it('of values that separate, is 1 or 0; without negatives, is not a number', () => {
    expect(auroc([0.8, 0.9], [0.1])).toBe(1)
    expect(auroc([0.1], [0.8, 0.9])).toBe(0)
    expect(auroc([1], [])).toBeNaN()
  })
})

describe('intervals', () => {
  it('of equal values, have no width; of others, hold the mean', () => {
    expect(bootstrapInterval([0.5, 0.5, 0.5])).toEqual([0.5, 0.5])
    const [low, high] = bootstrapInterval([0, 1, 0, 1, 1, 0, 1, 0])
    expect(low).toBeLessThan(0.5)
    expect(high).toBeGreaterThan(0.5)
  })

  it('quantile, at the ends, gives the least and the greatest', () => {
    expect([quantile([3, 1, 2], 0), quantile([3, 1, 2], 0.5), quantile([3, 1, 2], 1)]).toEqual([1, 2, 3])
  })
})

describe('what a part is worth', () => {
  const right = ['a', 'b']
  const wrong = ['b', 'a']
  const rankings: Rankings = { lexical: wrong, expanded: wrong, dense: wrong, bestSentence: right, fused: right, reranked: right }
  const cases = Array.from({ length: 20 }, () => ({ rankings, grades: new Map([['a', 1]]) }))

  it('of a part that is always right, is its gain over the other, in points', () => {
    expect(difference(cases, 'fused', 'lexical', 'MRR@100')).toEqual({ mean: 0.5, low: 0.5, high: 0.5 })
    expect(worth(cases, 'MRR@100')).toEqual([
      'Lexical + expansion and lexical do not differ in MRR@100.',
      'Best sentence is better than dense by 50.0 points of MRR@100 (95 % interval 50.0 to 50.0).',
      'Reranked and fused do not differ in MRR@100.',
      'Reranked is better than lexical by 50.0 points of MRR@100 (95 % interval 50.0 to 50.0).',
      'Of the parts alone, best sentence has the highest mean. Reranked and best sentence do not differ in MRR@100.',
    ])
  })

  it('where the interval holds zero, is called unclear; below zero, a loss', () => {
    expect(compareInWords({ mean: 0.01, low: -0.01, high: 0.03 }, 'one', 'other', 'MRR')).toMatch(/no clear difference/)
    expect(compareInWords({ mean: -0.1, low: -0.2, high: -0.05 }, 'one', 'other', 'MRR')).toBe('One is worse than other by 10.0 points of MRR (95 % interval -20.0 to -5.0).')
  })
})
