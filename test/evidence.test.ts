/** Evidence: the sentence that answers, with what it leans on, ranked by the weights that ship. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findEvidence, isClaim } from '../src/answering/evidence/evidence.js'
import { readQuestion } from '../src/answering/question/question.js'
import { readWeights } from '../src/answering/evidence/weights.js'
import { sentences } from '../src/papers/sentences.js'
import { readRarity } from '../src/retrieval/rarity.js'
import { comparable } from './fakes/library.js'

const index = join(import.meta.dirname, '../index')
const rarity = await readRarity(join(index, 'background/terms.tsv.gz'))
const { evidence: weights } = await readWeights(join(index, 'weights.json'))

/** With the same vector for every sentence, so that words alone decide. */
function ask(question: string, title: string, abstract: string) {
  const vector = Float32Array.of(1, 0)
  const vectors = comparable({ paper: vector, sentences: sentences(abstract).map((span) => ({ ...span, vector })) })
  const ranked = { paper: { id: 'p', title, abstract, addedAt: '' }, vectors, handle: 1, similarity: 1, relevance: 1, fused: 1, bm25: 1, dense: 1 }
  const [paper] = findEvidence(readQuestion(question), vector, [ranked], { rarity, weights })
  for (const { text, start, end } of paper?.sentences ?? []) expect(abstract.slice(start, end)).toBe(text)
  return paper?.sentences ?? []
}

const TIDES = 'Harbour masters need forecasts. TideNet is a recurrent network that forecasts water levels. It was trained on 14 harbours. It lowers the mean error to 3.2 cm because it sees the wind. We also discuss storms.'

describe('evidence', () => {
  it('for a figure, is the sentence that has the figure of what is asked', () => {
    expect(ask('How many harbours was TideNet trained on?', 'TideNet: water levels', TIDES)[0]?.text).toContain('14 harbours')
    expect(ask('What mean error does TideNet reach?', 'TideNet: water levels', TIDES)[0]?.text).toContain('3.2 cm')
  })

  it('that leans on what stands before, is quoted from the sentence that stands alone', () => {
    const [first] = ask('How many harbours was TideNet trained on?', 'TideNet: water levels', TIDES)
    expect(first?.text).toBe('TideNet is a recurrent network that forecasts water levels. It was trained on 14 harbours.')
    const [second] = ask('What mean error does TideNet reach?', 'TideNet: water levels', TIDES)
    expect(second?.text).toMatch(/^TideNet is a recurrent network .* It was trained .* It lowers .*wind\.$/)
  })

  it.each([
    ['Bars narrow the mouths of rivers. Moreover, these bars raise the tides of Porto.', 2],
    ['TideNet is trained on harbours. However, it misses the tides of Porto.', 2],
    ['Bars narrow the mouths of rivers. In addition, it is known that bars raise the tides of Porto.', 1],
    ['TideNet is trained on harbours. However, harbour models miss the tides of Porto.', 1],
  ])('behind a word that joins, leans on what stands before if it names nothing itself: %s', (abstract, sentencesQuoted) => {
    const found = ask('What about the tides of Porto?', 'Stones', abstract).find(({ text }) => text.includes('Porto'))
    expect(sentences(found?.text ?? '')).toHaveLength(sentencesQuoted)
  })

  it('that leans on nothing, as the first sentence or after others that lean, is quoted alone', () => {
    expect(ask('What weighs 7 kg?', 'Stones', 'It weighs 7 kg. It rolls. It stops. It sings at 440 Hz.').map(({ text }) => text)).toEqual(expect.arrayContaining(['It weighs 7 kg.', 'It sings at 440 Hz.']))
  })

  it('is what an abstract says before what its authors hope for and where their code lies, unless that is asked', () => {
    const abstract = 'TideNet lowers the error of water levels in harbours. We hope that TideNet for water levels will inspire future work. Code of TideNet for water levels is available at https://example.org/tidenet.'
    expect(ask('How does TideNet treat water levels?', 'TideNet: water levels', abstract)[0]?.text).toContain('lowers the error')
    expect(ask('Where is the code of TideNet available?', 'TideNet: water levels', abstract)[0]?.text).toContain('https://example.org')
  })

  it('is what an abstract says before what it asks, and no notice of whose it is', () => {
    const found = ask('What makes the tides of Porto higher?', 'Tides of Porto', 'What makes the tides of Porto higher than others? Tides are higher there because a bar lies before the mouth of the river. © 2013 Tides of Porto Ltd. All rights reserved.')
    expect(found.map(({ text }) => text)).toEqual(['Tides are higher there because a bar lies before the mouth of the river.', 'What makes the tides of Porto higher than others?'])
  })

  it('of an abstract, is every sentence once, best first, each with a probability', () => {
    const found = ask('Why is the error of TideNet low?', 'TideNet: water levels', TIDES)
    expect(found).toHaveLength(5)
    expect(found[0]?.text).toContain('because it sees the wind')
    const probabilities = found.map(({ probability }) => probability)
    expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a))
    for (const probability of probabilities) expect(probability > 0 && probability < 1).toBe(true)
  })
})

describe('a claim', () => {
  it.each(['Aspirin lowers the risk of stroke.', 'The gene is expressed in the liver', 'KV caches reduce latency in decoding'])('such as %j, is told from a question', (text) => {
    expect(isClaim(readQuestion(text))).toBe(true)
  })

  it.each(['Does aspirin lower the risk?', 'knowledge distillation for small models', 'Which gene is expressed?', 'BERTScore of GPT-4o for hazards'])('such as %j, is none', (text) => {
    expect(isClaim(readQuestion(text))).toBe(false)
  })
})
