/** How a question is read that is misspelt, or says how it wants to be answered. */
import { describe, expect, it } from 'vitest'
import { withoutManner } from '../src/answering/question/manner.js'
import { spelled, spellingNotice } from '../src/answering/question/spelling.js'
import { stem } from '../src/text/terms.js'

describe('a misspelt word', () => {
  const library = new Set(['cache', 'flatquant', 'quantization', 'pruning', 'prunes', 'tinted', 'tinned', 'sharding', 'whales'].map(stem))
  const literature = new Set(['compression', 'parrots', 'does', 'work'].map(stem))
  const parts = {
    rarity: (term: string) => (library.has(term) || literature.has(term) ? 5 : 12),
    documentFrequencies: (stems: readonly string[]) => Promise.resolve(stems.map((one) => (library.has(one) ? 1 : 0))),
  }

  it.each([
    ['two letters swapped', 'KV cahce compression', 'KV cache compression', [{ written: 'cahce', read: 'cache' }]],
    ['two letters of a name swapped', 'How does FlatQaunt work?', 'How does flatquant work?', [{ written: 'FlatQaunt', read: 'flatquant' }]],
    ['a letter left out', 'What is quantzation?', 'What is quantization?', [{ written: 'quantzation', read: 'quantization' }]],
    ['a letter too many', 'quanttization?', 'quantization?', [{ written: 'quanttization', read: 'quantization' }]],
    ['two words', 'cahce prunning', 'cache pruning', [{ written: 'cahce', read: 'cache' }, { written: 'prunning', read: 'pruning' }]],
  ])('with %s, is read as the word of the library', async (_, text, read, taken) => {
    expect(await spelled(text, parts)).toEqual({ text: read, taken })
  })

  it.each([
    ['that the literature knows', 'parrots'],
    ['of a name with another letter', 'How does FlatQuans work?'],
    ['near to two words', 'tinned tinced'],
    ['that is short', 'cach'],
    ['with a digit', 'cache2'],
    ['near to none', 'snorbelize'],
    ['in another script', 'кэшэшэ'],
  ])('%s, stays as it is', async (_, text) => {
    expect(await spelled(text, parts)).toEqual({ text, taken: [] })
  })

  it('near to a word that far more papers have than any other it could be, is read as that', async () => {
    const papers: Readonly<Record<string, number>> = { learn: 60, lean: 2, tint: 5, tin: 3 }
    const common = { rarity: (term: string) => (papers[term] === undefined ? 12 : 5), documentFrequencies: (stems: readonly string[]) => Promise.resolve(stems.map((one) => papers[one] ?? 0)) }
    expect(await spelled('reinforced lerning', { ...common, rarity: (term) => (term === 'reinforc' ? 5 : common.rarity(term)) })).toEqual({ text: 'reinforced learning', taken: [{ written: 'lerning', read: 'learning' }] })
    expect((await spelled('tinced', common)).taken).toEqual([])
  })

  it('is named beside what it was read as', () => {
    expect(spellingNotice([{ written: 'cahce', read: 'cache' }])).toBe('Read “cahce” as “cache”: no paper here has “cahce”.')
    expect(spellingNotice([])).toBe('')
  })
})

describe('how an answer is wanted', () => {
  it.each([
    ['ELI5 how FlatQuant works', 'how FlatQuant works'],
    ['ELI5: L-Mul?', 'L-Mul?'],
    ['Can you explain L-Mul simply?', 'explain L-Mul?'],
    ['Could you please tell me what L-Mul is, in simple terms?', 'tell me what L-Mul is?'],
    ['Explain briefly how L-Mul works', 'Explain how L-Mul works'],
    ['explain KV caches like I’m five', 'explain KV caches'],
    ['Do you know which papers prune tokens?', 'which papers prune tokens?'],
    ['tl;dr of FlatQuant', 'of FlatQuant'],
  ])('%j, is asked as %j', (question, plain) => {
    expect(withoutManner(question)).toBe(plain)
  })

  it.each(['Does simply scaling the data help?', 'Can you prune a ViT without training?', 'How short is a brief burst?', 'ELI5', 'Do you know?'])('%j, stays as it is', (question) => {
    expect(withoutManner(question)).toBe(question)
  })
})
