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
    ['It ebbs. © 2010 Tide Press Inc. All rights reserved.', ['It ebbs.', '© 2010 Tide Press Inc. All rights reserved.']],
    ['It ebbs. (c)2010 Tide Press. (c) it does.', ['It ebbs.', '(c)2010 Tide Press. (c) it does.']],
    ['We use vitamin C. The effect is large.', ['We use vitamin C.', 'The effect is large.']],
    ['It rose. mRNA fell. p53 stayed.', ['It rose.', 'mRNA fell.', 'p53 stayed.']],
    ['Let $x. y$ hold. $f(x)$ grows.', ['Let $x. y$ hold.', '$f(x)$ grows.']],
    ['We grew E. coli and S. aureus. B. subtilis died. C. elegans did not.', ['We grew E. coli and S. aureus.', 'B. subtilis died.', 'C. elegans did not.']],
    ['See No. 5 in Vol. 3, pp. 4. Dr. Smith, J. R. R. Tolkien et al. (Eq. (3)) agree.', ['See No. 5 in Vol. 3, pp. 4.', 'Dr. Smith, J. R. R. Tolkien et al. (Eq. (3)) agree.']],
    ['So say Smith et al. The rate in the U.S. We count.', ['So say Smith et al.', 'The rate in the U.S.', 'We count.']],
    ['See Proc. Natl. Acad. Sci. 2016, 113 and J. Math. Phys. 48 (2007). We extend it.', ['See Proc. Natl. Acad. Sci. 2016, 113 and J. Math. Phys. 48 (2007).', 'We extend it.']],
    ['It is .85 vs. .80 (p < .05), ca. 5%. Run torch.Tensor of v2.0.1 at www.example.org.', ['It is .85 vs. .80 (p < .05), ca. 5%.', 'Run torch.Tensor of v2.0.1 at www.example.org.']],
    ['It gains efficiency.This work shows it (by 3%).Code is at https://a.b/Is.We', ['It gains efficiency.', 'This work shows it (by 3%).', 'Code is at https://a.b/Is.We']],
    ['Aims. We look. Methods. We look twice. 1. One look. Results show it.', ['Aims. We look.', 'Methods. We look twice.', '1. One look.', 'Results show it.']],
    ['\\textbf{We} gain 3.4\\%. $\\mathcal{L}. x$ is small, i.e. 1e-5. (It was.) [1] Done.', ['\\textbf{We} gain 3.4\\%.', '$\\mathcal{L}. x$ is small, i.e. 1e-5.', '(It was.)', '[1] Done.']],
    ['We test the heart.; To rest is best (in all).; It rose by 3%.; Then it fell.', ['We test the heart.', 'To rest is best (in all).', 'It rose by 3%.', 'Then it fell.']],
    ['By mouth, i.v.; We see Smith et al.; Brook; cats, dogs etc.; All ate.', ['By mouth, i.v.; We see Smith et al.; Brook; cats, dogs etc.; All ate.']],
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

  it.each(['.', '. ', '.)', 'a. ', '("', '! A'])('of 100,000 times "%s", come back in linear time, whatever follows', (hostile) => {
    for (const end of ['', 'x']) expect(sentences(hostile.repeat(100_000) + end).length).toBeGreaterThan(0)
  })
})
