/** Acronyms: harvested with their long forms, and quickly from any text. */
import { describe, expect, it } from 'vitest'
import { findAcronyms } from '../src/papers/acronyms.js'

describe('findAcronyms', () => {
  it.each([
    ['We shrink the key-value (KV) cache.', [{ short: 'KV', long: 'key-value' }]],
    ['Generative adversarial networks (GANs) and variational autoencoders (VAEs) differ.', [{ short: 'GAN', long: 'Generative adversarial networks' }, { short: 'VAE', long: 'variational autoencoders' }]],
    ['In mice (n = 12), the mechanistic target of rapamycin (mTOR) is active.', [{ short: 'mTOR', long: 'mechanistic target of rapamycin' }]],
    ['The target (of rapamycin) is a kinase of the large language model (LLM) (see below).', [{ short: 'LLM', long: 'large language model' }]],
    ['((((KV)))) (KV) and ()', []],
  ])('of %j, gives what is spelled out', (text, expected) => {
    expect(findAcronyms(text)).toEqual(expected)
  })

  it('of 400 kB of brackets, or without any, comes back at once', () => {
    expect(findAcronyms('a('.repeat(200_000))).toEqual([])
    expect(findAcronyms('word '.repeat(80_000))).toEqual([])
  })
})
