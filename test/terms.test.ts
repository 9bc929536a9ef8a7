/** Terms: what meets what in a search. */
import { describe, expect, it } from 'vitest'
import { subjectTerms, terms } from '../src/text/terms.js'
import { fold, words } from '../src/text/words.js'

const meet = (a: string, b: string) => terms(a).some((term) => terms(b).includes(term))

describe('terms', () => {
  it.each([
    ['KV-cache', 'kvcache'],
    ['VGG-16', 'VGG16'],
    ['I^2L', 'I2L'],
    ['TGF-β', 'TGF-beta'],
    ['TGFβ', 'tgfbeta'],
    ['naïve', 'naive'],
    ['pruning', 'pruned'],
    ['eﬃcient', 'efficiency'],
    ['Größe', 'große'],
    ['ＬＬＭ', 'llm'],
    ['如何压缩语言模型？', '大型语言模型'],
    ['ニューラルネットワークの剪定', '剪定する'],
    ['Transformer模型', 'transformer'],
  ])('of %s and of %s, meet', (a, b) => {
    expect(meet(a, b)).toBe(true)
  })

  it.each([
    ['sparse', 'dense'],
    ['VGG16', 'VGG19'],
    ['how do I', 'how we do'],
    ['如何压缩语言模型？', '如何对图像进行分类'],
  ])('of %s and of %s, do not meet', (a, b) => {
    expect(meet(a, b)).toBe(false)
  })

  it('of a compound, give its parts and itself joined', () => {
    expect(terms('KV-cache')).toEqual(['kv', 'cach', 'kvcach'])
  })

  it('of function words alone, are none', () => {
    expect(terms('What about this, and how does it do that?')).toEqual([])
  })

  it('of other scripts, keep whole words', () => {
    expect(terms('изображение 画像')).toEqual(['изображение', '画像'])
    expect(terms('语言模型如何压缩')).toEqual(['语言', '模型', '压缩'])
  })

  it('of a chain of many parts, do not grow a joined monster', () => {
    expect(terms('a1-b2-c3-d4-e5-f6')).toEqual(['a1', 'b2', 'c3', 'd4', 'e5', 'f6'])
  })
})

describe('subjectTerms', () => {
  it('of a question, keep the words as folded and name the compound that each stands in', () => {
    expect(subjectTerms('Which papers shrink the KV-cache?')).toEqual([
      { surface: 'shrink', term: 'shrink' },
      { surface: 'kv', term: 'kv', joined: 'kvcach' },
      { surface: 'cache', term: 'cach', joined: 'kvcach' },
    ])
  })
})

describe('words', () => {
  it('of figures, split at the point, as in every text they are compared with', () => {
    expect(words('10.7× of L-Mul')).toEqual(['10', '7', 'of', 'l', 'mul'])
  })

  it('of 200 kB without a space, come back quickly', () => {
    expect(words('a'.repeat(200_000))).toHaveLength(1)
    expect(terms('b-'.repeat(100_000)).length).toBeGreaterThan(0)
    expect(terms('语言模型'.repeat(25_000))).toEqual(Array.from({ length: 25_000 }, () => ['语言', '模型']).flat())
  })
})

describe('fold', () => {
  it('of folded text, changes nothing', () => {
    const once = fold('DεpS, naïve ﬁne-tuning in μm²')
    expect(fold(once)).toBe(once)
  })
})
