/** Holds cleaning to what papers contain, and to what nobody should send. */
import { describe, expect, it } from 'vitest'
import { cleanText } from '../src/text/clean.js'
import { createRandom } from '../src/text/random.js'

describe('cleanText, given LaTeX', () => {
  it.each([
    ['escaped signs', 'gains of 50\\% \\& 3\\_a', 'gains of 50% & 3_a'],
    ['a sign in a formula', 'reaches 76\\(\\%\\) here', 'reaches 76% here'],
    ['nested and unbalanced styles', 'by \\textbf{Whole \\textbf{Part} Codes for all', 'by Whole Part Codes for all'],
    ['styles that switch', 'the {\\em one} with $T_{\\rm eff}$', 'the one with T_eff'],
    ['a multiple', 'cost 118\\times lower', 'cost 118× lower'],
    ['a multiple without its backslash', 'is 10.7times faster, 8-10times', 'is 10.7× faster, 8-10×'],
    ['a product', '$1.6\\times 10^{-14}$ of $n\\times m$', '1.6 × 10^-14 of n × m'],
    ['words in times', 'sometimes three times', 'sometimes three times'],
    ['quotation marks', "a `teacher' says ``do not''", 'a \'teacher\' says "do not"'],
    ['accents', 'Sj{\\"o}strand, Poincar\\\'e, \\c{c}a, Erd\\H{o}s, \\v{S}, {\\o}re, na\\"{\\i}ve', 'Sjöstrand, Poincaré, ça, Erdős, Š, øre, naïve'],
    ['Greek and relations', '$\\alpha \\le \\beta_{0}$', 'α ≤ β_0'],
    ['a negated relation', '$x \\not\\in S$', 'x ∉ S'],
    ['powers', '10^{19} and I^2L, 10^{5}3', '10^19 and I^2L, 10^(5)3'],
    ['isotopes', 'the $^{133}$Cs clock', 'the 133Cs clock'],
    ['fractions', '2\\frac{1}{2} and $\\frac{n+1}{2}$', '2 1/2 and (n+1)/2'],
    ['functions', '$O(n \\log n)$, $x\\log n$', 'O(n log n), x log n'],
    ['currency', 'between $5 and $10 in all', 'between $5 and $10 in all'],
    ['escaped currency', 'under \\$30 for each $n$', 'under $30 for each n'],
    ['a sign between figures', 'PSR J0437$-$4715', 'PSR J0437-4715'],
    ['sets', '$\\{a, b\\}$', '{a, b}'],
    ['capitals kept by braces', '{BERT} for {T}urkish', 'BERT for Turkish'],
    ['citations', 'as shown \\cite[p. 3]{smith2020,doe} before', 'as shown before'],
    ['a citation that does not end', 'as \\cite{smith and 12 more', 'as smith and 12 more'],
    ['an unknown command', 'our \\method{Fast 3} is \\NP-hard', 'our Fast 3 is NP-hard'],
    ['several arguments', '\\pair{12}{34}', '12 34'],
    ['ties', 'Fig.~3 at 5~km, ~52 or 10~20', 'Fig. 3 at 5 km, ~52 or 10~20'],
    ['dashes', 'Navier--Stokes -- so', 'Navier–Stokes – so'],
    ['a backslash before a figure', 'for \\1,890 only', 'for 1,890 only'],
    ['a quotation escaped twice', 'he \\"only once\\" said', 'he "only once" said'],
  ])('turns %s into plain text', (_, raw, plain) => {
    expect(cleanText(raw)).toBe(plain)
  })
})

describe('cleanText, given markup', () => {
  it.each([
    ['inline tags', '<i>E. coli</i> in <b class="x">vivo</b>', 'E. coli in vivo'],
    ['powers', '10<sup>5</sup> cells, CO<sub>2</sub>', '10^5 cells, CO2'],
    ['JATS', '<jats:title>Aims</jats:title><jats:p>We ask.</jats:p><jats:p>So.</jats:p>', 'Aims: We ask. So.'],
    ['comparisons', 'if a <b and c> d, p<0.05, <K>', 'if a <b and c> d, p<0.05, <K>'],
    ['entities', 'p &lt; 0.05 &amp; caf&eacute; &#x201C;x&#8221; it&#146;s', 'p < 0.05 & café “x” it’s'],
    ['escaped tags', '&amp;lt;i&amp;gt;x&amp;lt;/i&amp;gt;', 'x'],
  ])('handles %s', (_, raw, plain) => {
    expect(cleanText(raw)).toBe(plain)
  })
})

describe('cleanText, given what would act in an answer', () => {
  it.each([
    ['an image', 'a ![chart](https://e.example/p.png?q) b', 'a chart b'],
    ['a link', 'at [our site](https://e.example/a) now', 'at our site (https://e.example/a) now'],
    ['a link that runs', 'an [offer](javascript:void) now', 'an offer now'],
    ['an address in brackets', 'at <https://e.example>', 'at https://e.example'],
    ['an index', 'of f[i](x)', 'of f[i] (x)'],
    ['a marker', 'as in [7], [1, 2] and [3-5]', 'as in (7), (1, 2) and (3-5)'],
    ['an interval', 'values in [0, 1] and in [1, 2]', 'values in [0, 1] and in [1, 2]'],
    ['a script', 'a <script>steal()</script> b', 'a b'],
    ['a tag cut off', 'a <img src=x onerror=y', 'a src=x onerror=y'],
    ['a comment', 'a <!-- say b --> c', 'a c'],
    ['a strange tag', 'a <source-9>b</source-9> c', 'a b c'],
    ['a token of chat models', 'a <|im_start|>b', 'a b'],
    ['comparisons that look like tags', 'if p <base rate and q> 3', 'if p <base rate and q> 3'],
  ])('makes of %s text that does nothing', (_, raw, plain) => {
    expect(cleanText(raw)).toBe(plain)
  })
})

describe('cleanText, given Unicode', () => {
  it('composes what is written apart', () => {
    expect(cleanText('Ange\u0301lique')).toBe('Ang\u00e9lique')
  })

  it.each(['\u200b', '\u200d', '\u2060', '\u00ad', '\ufeff', '\u202e', '\ufe0f', '\u{e0041}', '\ue000', '\u0007', '\ud800', '\udc00'])(
    'takes out %j, which no reader sees',
    (hidden) => {
      expect(cleanText(`in${hidden}visible`)).toBe('invisible')
    },
  )

  it('keeps what readers do see, beyond the first plane too', () => {
    expect(cleanText('𝑞 < ε, 论文 “naïve” – 10 µm')).toBe('𝑞 < ε, 论文 “naïve” – 10 µm')
  })

  it('makes one line of many, with single spaces', () => {
    expect(cleanText('  a\r\n b\t\u00a0c  ')).toBe('a b c')
  })
})

const PIECES = [
  '{', '}', '\\', '$', '^', '_', '~', '`', "'", '"', '&', '&amp;', '&lt;', '&gt;', '<', '>', 'i', 'sup', '/', 'B', ' ', '1', '23', '.',
  'times', '\\times', '\\frac', '\\textbf', '\\"', "\\'", '\\alpha', '\\cite{', '\\(', '\\%', '\\$', '\\not', '--', '---', '\u0301', '\u200b',
  '\ud800', '\u1fef', '\\sqrt', '[', ']', '\\{', '\\}', '\\href', 'é', '\\c', '<p>', '](', '![', '[1]', '[2,3]', 'http://x', '<!--', '-->', '</x>', '<x>', '\\log', '\\rm', '&#36;', '&#92;', '{,}', '\\unicode{x24}',
]

describe('cleanText, given anything', () => {
  it('changes nothing the second time', () => {
    const random = createRandom(5)
    for (let i = 0; i < 20_000; i++) {
      const raw = Array.from({ length: 1 + random.below(20) }, () => PIECES[random.below(PIECES.length)]).join('')
      const once = cleanText(raw)
      expect(cleanText(once), JSON.stringify(raw)).toBe(once)
    }
  })

  it('keeps every figure of a text with formulas, in order', () => {
    const random = createRandom(6)
    const shapes = ['$x_{#}$', '10^{#}', '\\frac{#}{#}', '#\\%', '{#}', '\\textbf{# of #}', '\\foo{#}{#}', '$#$', '\\(#\\times#\\)', '<b>#</b>', '#times', '\\$#', '\\sqrt{#}', '$^{#}$', '_{#}']
    for (let i = 0; i < 5_000; i++) {
      const raw = Array.from({ length: 6 }, () => shapes[random.below(shapes.length)]).join(random.below(2) ? ' ' : ' a ').replace(/#/g, () => String(10 + random.below(90)))
      const figures = (text: string) => text.match(/\d\d/g)?.join(' ')
      expect(figures(cleanText(raw)), raw).toBe(figures(raw))
    }
  })

  it.each(['{', '{a', '\\', '$', '$1', '{\\a', '\\frac', '\\textbf{', '`', '&amp;', '<', '<a ', '^{', '\\cite{', '1times', '~', 'a~', '\\not', '\\sqrt[', '\u0301', '[a](', '![', '<!--', '<img ', '[1,', '【', '<a href=', '</a>'])(
    'comes back from 50 kB of %j without growing it or the stack',
    (piece) => {
      const raw = piece.repeat(50_000 / piece.length)
      expect(cleanText(raw).length).toBeLessThanOrEqual(raw.length * 1.5)
    },
  )
})
