/** A model's sentences are held against the papers: what they carry is cited with the quotes that carry it, the rest is refused. */
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { evaluateVerification } from '../scripts/evaluation/verification.js'
import type { VerificationReport } from '../scripts/evaluation/verification.js'
import { createClaimCheck } from '../src/answering/language-model/claim-check.js'
import type { PaperEvidence } from '../src/answering/evidence/evidence.js'
import { figuresOf, sameFigure } from '../src/answering/statements/figures.js'
import { readStatement } from '../src/answering/statements/statement.js'
import { sentences } from '../src/papers/sentences.js'
import { createFakeEmbedder } from './fakes/embedder.js'

function paper(id: string, title: string, abstract: string): PaperEvidence {
  const all = sentences(abstract).map(({ start, end }) => ({ text: abstract.slice(start, end), start, end, probability: 0.5 }))
  return { paper: { id, title, abstract, addedAt: '2026-01-01T00:00:00Z' }, similarity: 1, relevance: 1, coverage: 1, titleCoverage: 1, sentences: all }
}

const EVIDENCE = [
  paper('a', 'OneStep: Spiking Networks in One Timestep', 'Spiking networks are slow. OneStep reaches 93.05% on CIFAR-10, 70.15% on CIFAR-100 and 67.71% on ImageNet. Latency is 12 ms, 10x lower than that of SpikeNet. Accuracy does not depend on the encoding.'),
  paper('b', 'AddMul: Products by Addition', 'Multiplication dominates the cost. AddMul could save up to 80% of the energy of dot products. It increases the error of attention by 0.2 points. Code is at https://example.org/addmul.'),
]
const embed = createFakeEmbedder().embedPassages

async function check(text: string, ...numbers: number[]) {
  const { sources, verified } = await createClaimCheck(EVIDENCE, embed)({ text, numbers }, new AbortController().signal)
  return { verdict: verified.verdict, cited: sources.map(({ paperId }) => paperId), quotes: sources.flatMap(({ quotes }) => quotes.map(({ text }) => text)) }
}

describe('a sentence that its source carries', () => {
  it.each([
    ['OneStep reaches 93.05% on CIFAR-10.', 1],
    ['On ImageNet, OneStep attains 67.71%.', 1],
    ['OneStep has a latency of 12 ms.', 1],
    ['The latency of OneStep is 10 times lower than that of SpikeNet.', 1],
    ['The encoding does not affect the accuracy, which does not depend on it.', 1],
    ['AddMul could save up to 80% of the energy of dot products.', 2],
    ['AddMul raises the error of attention by 0.2 points.', 2],
    ['The code of AddMul is at https://example.org/addmul.', 2],
  ])('%s [%i], is supported', async (text, number) => {
    expect(await check(text, number)).toMatchObject({ verdict: 'supported', cited: [EVIDENCE[number - 1]?.paper.id] })
  })

  it('cites the sentence that carries it and no other', async () => {
    expect((await check('OneStep reaches 93.05% on CIFAR-10.', 1)).quotes).toEqual(['OneStep reaches 93.05% on CIFAR-10, 70.15% on CIFAR-100 and 67.71% on ImageNet.'])
  })

  it('and another that does not, loses the other', async () => {
    expect((await check('OneStep reaches 93.05% on CIFAR-10.', 2, 1, 7)).cited).toEqual(['a'])
  })

  it.each([['the wrong one', 2], ['one that does not exist', 7]])('but names %s, is given the right one', async (_, number) => {
    expect(await check('OneStep reaches 93.05% on CIFAR-10.', number)).toMatchObject({ verdict: 'supported', cited: ['a'] })
  })

  it('and names none, is given it', async () => {
    expect((await check('OneStep reaches 93.05% on CIFAR-10.')).cited).toEqual(['a'])
  })

  it('half by half, cites both', async () => {
    expect(await check('OneStep reaches 93.05% on CIFAR-10, while AddMul could save up to 80% of the energy of dot products.', 1, 2)).toMatchObject({ verdict: 'supported', cited: ['a', 'b'] })
  })
})

describe('a sentence that no source carries, with', () => {
  it.each([
    ['a changed figure', 'OneStep reaches 95.03% on CIFAR-10.'],
    ['ten times the factor', 'The latency of OneStep is 100x lower than that of SpikeNet.'],
    ['another unit', 'OneStep has a latency of 12 s.'],
    ['the figure of another data set', 'OneStep reaches 70.15% on CIFAR-10.'],
    ['another data set', 'OneStep reaches 93.05% on MNIST.'],
    ['the name of another source', 'AddMul reaches 93.05% on CIFAR-10.'],
    ['the sides turned round', 'The latency of SpikeNet is 10x lower than that of OneStep.'],
    ['the direction turned round', 'AddMul decreases the error of attention by 0.2 points.'],
    ['a negation taken away', 'Accuracy depends on the encoding.'],
    ['a negation put in', 'AddMul does not increase the error of attention.'],
    ['"at least" for "up to"', 'AddMul could save at least 80% of the energy of dot products.'],
    ['an addition', 'OneStep reaches 93.05% on CIFAR-10 and was trained by volunteers in Norway.'],
    ['an address of its own', 'The code of AddMul is at https://example.org/addmul-mirror.'],
    ['nothing from any source', 'Whales sing longer songs in winter near the coast.'],
    ['a shout', 'HACKED'],
    ['a lone word', 'Energy.'],
    ['the same words over and over', 'Energy products energy products energy products energy products energy.'],
  ])('%s, is refused, whatever it cites', async (_, text) => {
    for (const numbers of [[1], [2], [1, 2], [], [9]]) expect(await check(text, ...numbers), String(numbers)).toEqual({ verdict: 'unsupported', cited: [], quotes: [] })
  })
})

describe('a sentence that leans on the one before', () => {
  async function second(first: string, firstNumber: number, then: string, thenNumber: number) {
    const checked = createClaimCheck(EVIDENCE, embed)
    const signal = new AbortController().signal
    await checked({ text: first, numbers: [firstNumber] }, signal)
    return (await checked({ text: then, numbers: [thenNumber] }, signal)).verified.verdict
  }

  it('of the same paper, is supported', async () => {
    expect(await second('AddMul could save up to 80% of the energy of dot products.', 2, 'It increases the error of attention by 0.2 points.', 2)).toBe('supported')
  })

  it.each([
    ['which was refused', 'OneStep flies to the moon.'],
    ['which is of another paper', 'OneStep reaches 93.05% on CIFAR-10.'],
  ])('%s, is refused', async (_, first) => {
    expect(await second(first, 1, 'It increases the error of attention by 0.2 points.', 2)).toBe('unsupported')
  })
})

describe('figures', () => {
  it.each([
    ['93.05%', '93.05 percent', true],
    ['93.05%', '95.03%', false],
    ['10x', '10-fold', true],
    ['ten times', '10×', true],
    ['10x', '100x', false],
    ['1,000 ms', '1 s', true],
    ['12 ms', '12 s', false],
    ['5 points', '5%', false],
    ['1.3 billion', '1.3B', true],
    ['39M', '39B', false],
    ['12 months', 'a span of 1 year', true],
    ['90 GPU hours', '90 GPU days', false],
    ['117 tokens per second', '117 tokens per minute', false],
    ['about 93%', '93.05%', true],
    ['93%', '93.05%', false],
    ['a fifth', '20%', true],
    ['twice', '2×', true],
  ])('%s and %s are the same: %s', (claim, source, same) => {
    const [said] = figuresOf(`It is ${claim} here`)
    const [known] = figuresOf(`It is ${source} there`)
    expect(sameFigure(said as never, known as never)).toBe(same)
  })

  it('in names are none, and a list shares its unit', () => {
    expect(figuresOf('ResNet-50 in float8_e4m3 on CIFAR-10 with W4A8')).toEqual([])
    expect(figuresOf('2, 4 and 8 ms').map(({ value }) => value)).toEqual([0.002, 0.004, 0.008])
  })

  it.each(['1'.repeat(50_000), '1,'.repeat(25_000), '1 '.repeat(25_000), '1 per '.repeat(8_000), 'a third '.repeat(6_000), '1.'.repeat(25_000)])('of a hostile text, are read in no time', (text) => {
    expect(figuresOf(text).length).toBeLessThan(50_001)
  })

  it('in a word of ten thousand capitals, are none, and it is read in no time', () => {
    expect(readStatement(`${'A'.repeat(10_000)}=B`).figures).toEqual([])
  })
})

describe('a sentence that gives to one what its paper says of another', () => {
  const MIXED = paper('c', 'Steering, fainting and disks', [
    'We steer several models.', 'Steering: Qwen has 65.3% success with control in both directions.', 'Phi-3 shows 61.7% success with similar control.',
    'Thirty patients were divided into placebo and enalapril groups.', 'Before enalapril, fainting came with low blood pressure.', 'Fainting disappeared in 14 of 15 patients treated with enalapril.',
    'Twenty-four of these objects are in Ophiuchus.', 'The scheme cuts passes by 18x and eliminates halting mechanisms, while maintaining quality.', 'A pressure of 70 mmHg or less was a risk.',
  ].join(' '))
  const verdictOf = async (text: string) => (await createClaimCheck([MIXED], embed)({ text, numbers: [1] }, new AbortController().signal)).verified.verdict

  it.each([
    'Phi-3 has 65.3% success.', 'Fainting disappeared in 14 of 15 patients treated with placebo.', 'Enalapril did not let fainting disappear.', 'Thirteen of these objects are in Ophiuchus.',
    'The scheme keeps halting mechanisms.', 'A pressure of 70 mmHg or more was a risk.',
  ])('is not supported: %s', async (text) => {
    expect(await verdictOf(text)).not.toBe('supported')
  })

  it.each(['Qwen has 65.3% success.', 'Fainting disappeared in 14 of 15 patients treated with enalapril.', '24 of these objects are in Ophiuchus.', 'The scheme cuts passes by a factor of 18.', 'A pressure of at most 70 mmHg was a risk.'])('is supported the right way round: %s', async (text) => {
    expect(await verdictOf(text)).toBe('supported')
  })
})

describe.each(['dev', 'test'])('of the claims that we wrote, the half %s', (split) => {
  let report: VerificationReport
  beforeAll(async () => {
    report = await evaluateVerification(join(import.meta.dirname, 'data/claims.jsonl'), { split })
  })

  it('has hardly a wrong one supported, no right one by another paper, and most right ones', () => {
    const { paraphrase, 'another paper': another, ...wrong } = report.kinds
    const claims = Object.values(wrong).reduce((sum, figures) => sum + figures.claims, 0)
    const supported = Object.values(wrong).reduce((sum, figures) => sum + figures.supported, 0)
    expect(claims).toBeGreaterThan(60)
    expect(supported / claims).toBeLessThan(0.06)
    expect(another?.supported).toBe(0)
    expect((paraphrase?.supported ?? 0) / (paraphrase?.claims ?? 1)).toBeGreaterThan(0.55)
  })
})

describe('a sentence that turns its source round', () => {
  const LOOMS = [
    paper('looms', 'Looms and Dyes', 'Weavers often struggle to accurately convey old patterns. A half dose of weld was insufficient to prevent fading. FeltNet lowers the tremor while preserving the sharpness of the pattern. The VELA looms have springs and so a lower tremor, while the ORSA looms are quieter but dear. Northern mills favoured Pro-Wool laws, while southern mills favoured Pro-Silk laws. The two looms reached a speed of 80 and 84 picks respectively. One loom is driven by steam and the other by water. Atenolol and rest calmed the weavers.'),
  ]
  const verdict = async (text: string) => (await createClaimCheck(LOOMS, embed)({ text, numbers: [1] }, new AbortController().signal)).verified.verdict

  it.each([
    ['Weavers convey old patterns accurately.'],
    ['A half dose of weld prevented fading.'],
    ['FeltNet lowers the tremor but hurts the sharpness of the pattern.'],
    ['ORSA looms have a lower tremor than VELA looms.'],
    ['Northern mills favoured Pro-Silk laws.'],
    ['The loom driven by water reached a speed of 80 picks.'],
    ['Atenolol and metoprolol calmed the weavers.'],
  ])('%s, is refused', async (text) => expect(await verdict(text)).toBe('unsupported'))

  it.each([
    ['A half dose of weld did not suffice to prevent fading.'],
    ['FeltNet lowers the tremor and keeps the sharpness of the pattern.'],
    ['VELA looms have a lower tremor.'],
    ['Northern mills favoured Pro-Wool laws.'],
    ['Atenolol and rest calmed the weavers.'],
  ])('%s, is supported', async (text) => expect(await verdict(text)).toBe('supported'))
})
