/** Sentences: where an abstract may be cut, and that nothing gets lost. */
import { describe, expect, it } from 'vitest'
import { sentences } from '../src/papers/sentences.js'
import { createRandom } from '../src/text/random.js'

const split = (text: string) => sentences(text).map(({ start, end }) => text.slice(start, end))

describe('sentences', () => {
  it.each<[string, string[]]>([
    ['We follow Smith et al. (2020). It works.', ['We follow Smith et al. (2020).', 'It works.']],
    ['Several, e.g. Adam, i.e. A, vs. SGD (cf. Sec. 2). Done.', ['Several, e.g. Adam, i.e. A, vs. SGD (cf. Sec. 2).', 'Done.']],
    ['It is 3.5 times faster. See Fig. 3 of J. K. Smith.', ['It is 3.5 times faster.', 'See Fig. 3 of J. K. Smith.']],
    ['Code: https://a.b/c.d?e=f. We release it.', ['Code: https://a.b/c.d?e=f.', 'We release it.']],
    ['Does it? Yes! "Really?" It does.', ['Does it?', 'Yes!', '"Really?"', 'It does.']],
    ['We use vitamin C. The effect is large.', ['We use vitamin C.', 'The effect is large.']],
    ['It rose. mRNA fell. p53 stayed.', ['It rose.', 'mRNA fell.', 'p53 stayed.']],
    ['Let $x. y$ hold. $f(x)$ grows.', ['Let $x. y$ hold.', '$f(x)$ grows.']],
    ['これは文です。次の文です。', ['これは文です。', '次の文です。']],
    ['No full stop at the end', ['No full stop at the end']],
    ['', []],
    ['   ', []],
  ])('of %j, split where a reader would', (text, expected) => {
    expect(split(text)).toEqual(expected)
  })

  it('of any text, are in order, trimmed, and hold every character that is not white space', () => {
    const random = createRandom(3)
    const alphabet = ['. ', '! ', '? ', 'A', 'b', ' ', 'e.g. ', '3.', '(', ')', '"', '\n', '𝒜', 'é', '。', 'et al. ', '…', '\u00a0']
    for (let round = 0; round < 2000; round++) {
      const text = Array.from({ length: random.below(40) }, () => alphabet[random.below(alphabet.length)]).join('')
      const spans = sentences(text)
      let last = 0
      for (const { start, end } of spans) {
        expect(start).toBeGreaterThanOrEqual(last)
        expect(end).toBeGreaterThan(start)
        expect(text.slice(start, end).trim()).toBe(text.slice(start, end))
        last = end
      }
      expect(split(text).join('').replace(/\s/g, '')).toBe(text.replace(/\s/g, ''))
    }
  })

  it('of 100 kB of full stops or brackets, come back quickly', () => {
    for (const hostile of ['.', '. ', '.)', 'a. ', '("', '! A']) expect(() => sentences(hostile.repeat(50_000))).not.toThrow()
  })
})
