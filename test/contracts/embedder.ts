/** What every embedder owes, whatever model it holds: the suite that each of them runs. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Embedder } from '../../src/embedding/embedder.js'

const TROUBLE: readonly (readonly [string, string])[] = [
  ['nothing', ''],
  ['white space alone', ' \n\t '],
  ['punctuation alone', '… ?! ()'],
  ['function words alone', 'what is it that they do'],
  ['one word', 'pruning'],
  ['2,000 characters', 'attention is costly '.repeat(100)],
  ['one word of 2,000 letters', 'x'.repeat(2_000)],
  ['words that nobody wrote before', 'zqxjkv wvvkqz blorptangle'],
  ['accents, ligatures, Greek', 'naïve eﬃcient TGF-β1 Poincaré'],
  ['other scripts', '稀疏注意力 разреженное внимание انتباه'],
  ['emoji and a lone surrogate', '🧪 👩‍🔬 \ud83d'],
  ['LaTeX', '$\\mathcal{O}(n \\log n)$ \\textbf{fast}'],
  ['names of special tokens', '[CLS] [SEP] [PAD] [UNK]'],
]

/** Runs the suite against the embedder that `create` gives. */
export function testEmbedder(name: string, create: () => Promise<Embedder>): void {
  describe(`${name}, as an embedder`, () => {
    let embedder: Embedder
    beforeAll(async () => {
      embedder = await create()
    })
    afterAll(() => embedder.close())

    it('model, when asked, tells its name, its size and weights that add up', () => {
      const { id, dimensions, searchDimensions, fusion } = embedder.model
      expect(id).toMatch(/^\S+@\S+$/)
      expect(dimensions).toBeGreaterThan(0)
      expect(searchDimensions).toBeGreaterThan(0)
      expect(searchDimensions).toBeLessThanOrEqual(dimensions)
      expect(fusion.bm25 + fusion.dense + fusion.bestSentence).toBeCloseTo(1)
    })

    it.each(TROUBLE)('embed, when given %s, returns a finite unit vector', async (_, text) => {
      const vectors = [await embedder.embedQuestion(text), ...(await embedder.embedPassages([text]))]
      expect(vectors).toHaveLength(2)
      for (const vector of vectors) {
        expect(vector).toBeInstanceOf(Float32Array)
        expect(vector).toHaveLength(embedder.model.dimensions)
        expect(vector.every(Number.isFinite)).toBe(true)
        expect(similarity(vector, vector)).toBeCloseTo(1, 5)
      }
    })

    it('embedPassages, when given nothing, returns nothing', async () => {
      expect(await embedder.embedPassages([])).toEqual([])
    })

    it('embedPassages, when asked twice, returns the same bytes', async () => {
      const texts = ['Sparse attention is cheap.', 'Dense retrieval finds papers.']
      expect(await embedder.embedPassages(texts)).toEqual(await embedder.embedPassages(texts))
    })

    it('embedPassages, when given many, returns for each what it returns for it alone', async () => {
      const texts = [...TROUBLE.map(([, text]) => text), ...Array.from({ length: 200 }, (_, i) => `finding ${i} of the trial`)]
      const together = await embedder.embedPassages(texts)
      expect(together).toHaveLength(texts.length)
      for (const [at, text] of texts.entries()) {
        const [alone] = await embedder.embedPassages([text])
        expect(similarity(together[at] as Float32Array, alone as Float32Array)).toBeCloseTo(1, 5)
      }
    })

    it('embedPassages, when a caller changes a vector, is not affected', async () => {
      const [first, second] = await embedder.embedPassages(['one text', 'another'])
      first?.fill(0)
      expect(similarity(second as Float32Array, second as Float32Array)).toBeCloseTo(1, 5)
      expect((await embedder.embedPassages(['one text']))[0]?.some((value) => value !== 0)).toBe(true)
    })

    it('embed, when several run at once, mixes nothing up', async () => {
      const texts = Array.from({ length: 20 }, (_, i) => `paper ${'very '.repeat(i)}long`)
      const alone = await embedder.embedPassages(texts)
      const atOnce = await Promise.all(texts.map(async (text) => (await embedder.embedPassages([text]))[0]))
      atOnce.forEach((vector, at) =>
        expect(similarity(vector as Float32Array, alone[at] as Float32Array)).toBeCloseTo(1, 5))
    })

    it('embed, when already cancelled, rejects with the reason', async () => {
      const signal = AbortSignal.abort(new Error('the reader hung up'))
      await expect(embedder.embedPassages(['text'], signal)).rejects.toThrow('the reader hung up')
      await expect(embedder.embedQuestion('text', signal)).rejects.toThrow('the reader hung up')
    })
  })
}

/** Cosine of two unit vectors. */
export function similarity(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] as number), 0)
}
