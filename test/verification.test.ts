/** Verification: a sentence is held against the quotes that it cites. */
import { describe, expect, it } from 'vitest'
import { verify } from '../src/answering/writing/verification.js'

const abstract = 'We propose FlashMix, a mixer for small devices. It reaches 91.4% on CIFAR-10 and saves 3.2 mJ. Training needs no labels.'
const cite = (text: string) => ({ title: 'FlashMix: A Mixer', abstract, quotes: [{ text, start: abstract.indexOf(text), end: abstract.indexOf(text) + text.length }] })
const result = cite('It reaches 91.4% on CIFAR-10 and saves 3.2 mJ.')

describe('verify', () => {
  it('a sentence that says what its quote says, supports it', () => {
    expect(verify('FlashMix reaches 91.4% on CIFAR-10.', [result]).verdict).toBe('supported')
  })

  it('a quotation with the title before it, supports it in full', () => {
    expect(verify('*FlashMix: A Mixer*: “It reaches 91.4% on CIFAR-10 and saves 3.2 mJ.”', [result])).toEqual({ verdict: 'supported', support: 1 })
  })

  it.each([
    ['another figure', 'FlashMix reaches 94.1% on CIFAR-10.'],
    ['a figure that is only part of the quoted one', 'FlashMix reaches 91% on CIFAR-10.'],
    ['another data set', 'FlashMix reaches 91.4% on CIFAR-100.'],
    ['an acronym that the quote lacks', 'FlashMix reaches 91.4% on CIFAR-10 with BERT.'],
    ['nothing of the quote', 'Whales sing longer songs in winter near the coast.'],
  ])('a sentence with %s, refuses it', (_, text) => {
    expect(verify(text, [result]).verdict).toBe('unsupported')
  })

  it('a sentence without sources, refuses it', () => {
    expect(verify('FlashMix reaches 91.4% on CIFAR-10.', []).verdict).toBe('unsupported')
  })

  it('a quote that does not stand at its offsets, refuses the sentence', () => {
    const forged = { ...result, quotes: [{ text: 'It reaches 99.9% on CIFAR-10.', start: 48, end: 77 }] }
    expect(verify('It reaches 99.9% on CIFAR-10.', [forged]).verdict).toBe('unsupported')
  })

  it('a quotation that differs from its quote by one letter, is held to its words instead', () => {
    expect(verify('*FlashMix*: “It reaches 91.5% on CIFAR-10 and saves 3.2 mJ.”', [result]).verdict).toBe('unsupported')
  })
})
