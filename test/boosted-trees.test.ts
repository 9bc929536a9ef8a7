/** Boosted trees: they learn what no line can tell apart, the same each time, and read back as they were written. */
import { describe, expect, it } from 'vitest'
import { growTrees } from '../scripts/fitting/boosted-trees.js'
import { BoostedTreesSchema, treeProbability } from '../src/retrieval/boosted-trees.js'
import { createRandom } from '../src/text/random.js'

const random = createRandom(3)
/** Positive where exactly one of two values is high; the third is noise. */
const examples = Array.from({ length: 400 }, () => {
  const [a, b, noise] = [random.next(), random.next(), random.next()]
  return { features: { a, b, noise }, label: (a > 0.5 !== b > 0.5 ? 1 : 0) as 0 | 1 }
})
const trees = growTrees(examples, { trees: 80, rate: 0.1, runs: 2 })

describe('boosted trees', () => {
  it('tell apart what needs two features at once', () => {
    const right = examples.filter(({ features, label }) => treeProbability(trees, features) > 0.5 === (label === 1))
    expect(right.length / examples.length).toBeGreaterThan(0.95)
    expect(treeProbability(trees, { a: 0.9, b: 0.1, noise: 0.5 })).toBeGreaterThan(0.8)
    expect(treeProbability(trees, { a: 0.9, b: 0.9, noise: 0.5 })).toBeLessThan(0.2)
  })

  it('of the same examples, are the same, and survive being written and read', () => {
    expect(growTrees(examples, { trees: 80, rate: 0.1, runs: 2 })).toEqual(trees)
    expect(BoostedTreesSchema.parse(JSON.parse(JSON.stringify(trees)))).toEqual(trees)
  })

  it('count an example that weighs more as that many', () => {
    const twice = examples.slice(0, 100).map((example) => ({ ...example, weight: 2 }))
    const value = { a: 0.9, b: 0.1, noise: 0.5 }
    expect(treeProbability(growTrees([...twice, ...examples.slice(100)], { trees: 10 }), value)).not.toBe(treeProbability(growTrees(examples, { trees: 10 }), value))
  })

  it.each([[{ features: ['a'], base: 0, trees: [[0, 1, 2]] }], [{ features: ['a'], base: 0, trees: ['x'] }], [{ features: ['a'], trees: [] }]])('of the shape %j, are refused', (shape) => {
    expect(BoostedTreesSchema.safeParse(shape).success).toBe(false)
  })
})
