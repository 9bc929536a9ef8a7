/** A language model's stream becomes plain sentences with numbers, however it is cut and whatever it is decorated with. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSentenceReader } from '../src/answering/language-model/model-text.js'
import { takeMarkers, withoutMarkup } from '../src/answering/language-model/plain-text.js'

function read(...deltas: string[]) {
  const reader = createSentenceReader()
  return [...deltas.flatMap((delta) => reader.push(delta)), ...reader.end()]
}

const sentencesOf = (text: string) => read(text).map(({ text, numbers }) => [text, numbers])

describe('reading a stream', () => {
  it('takes each sentence with the markers inside and behind it', () => {
    expect(sentencesOf('It saves 3.5 mJ, e.g. on phones [1]. Others disagree. [2] Both, it is said, agree [1][2]! Nobody knows [7].')).toEqual([
      ['It saves 3.5 mJ, e.g. on phones.', [1]],
      ['Others disagree.', [2]],
      ['Both, it is said, agree!', [1, 2]],
      ['Nobody knows.', [7]],
    ])
  })

  it('gives a sentence as soon as the next has begun, and not before its markers', () => {
    const reader = createSentenceReader()
    expect(reader.push('It is so. ')).toEqual([])
    expect(reader.push('[1] ')).toEqual([])
    expect(reader.push('Then ').map(({ text, numbers }) => [text, numbers])).toEqual([['It is so.', [1]]])
  })

  it('keeps lists and paragraphs, and leaves out headings, rules, fences and thoughts', () => {
    const text = '<think>First [3].\n\nThen.</think>## Findings\n\nTwo do:\n- **One** is fast [1].\n2. Two is slow [2].\n\n---\n```json\nEnd of it [1].\n```'
    expect(read(`${text}`).map(({ before, text }) => before + text)).toEqual(['\n\nTwo do:', '\n- One is fast.', '\n- Two is slow.', '\n\nEnd of it.'])
  })

  it('reads a row of a table from left to right, and leaves out the one that names the columns', () => {
    expect(sentencesOf('| A | Speed |\n|---|---|\n| B | 4.2 ms [1] |\n')).toEqual([['B, 4.2 ms', [1]]])
    expect(sentencesOf('|A|Speed|\n| --- | --- |\n|B|4.2 ms [1]|\n|C|5 ms|\n\nSo it is. [2]')).toEqual([['B, 4.2 ms', [1]], ['C, 5 ms', []], ['So it is.', [2]]])
  })

  it('says of a sentence without an end that it is not whole', () => {
    expect(read('It is so [1]. It is al').map(({ isWhole }) => isWhole)).toEqual([true, false])
  })

  it.each(['', ' ', '\n\n', '[1]', '...', '<think>', '```', '|', '- ', '**', '###'])('of %j, makes nothing', (text) => {
    expect(read(text)).toEqual([])
  })

  it('without white space, cuts before memory fills', () => {
    expect(read(...Array.from({ length: 500 }, () => 'x'.repeat(100))).every(({ text }) => text.length <= 1_200)).toBe(true)
  })

  it('gives the same sentences under every cut into deltas', () => {
    const pieces = fc.constantFrom('It is so', '. ', '.', ' ', '\n', '\n\n', '- ', '[1]', '[', ']', '2', ', ', '[Source 3]', '【4】', '(Source 1)', '**', '|', '```', '# ', '<think>', '</think>', 'e.g. ', '93.05%', 'The ', '![a](http://b)', '🙂', '\u200b', '<b>', '`')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (parts, sizes) => {
        const text = parts.join('')
        const deltas: string[] = []
        for (let at = 0; at < text.length; ) {
          const size = sizes[deltas.length % sizes.length] as number
          deltas.push(text.slice(at, at + size))
          at += size
        }
        expect(read(...deltas)).toEqual(read(text))
      }),
      { numRuns: 2_000, seed: 4 },
    )
  })
})

describe('markers', () => {
  it.each([
    ['so [1].', 'so.', [1]],
    ['so [1, 2].', 'so.', [1, 2]],
    ['so [1][3].', 'so.', [1, 3]],
    ['so [1-3].', 'so.', [1, 2, 3]],
    ['so [2–3; 5].', 'so.', [2, 3, 5]],
    ['so [Source 1].', 'so.', [1]],
    ['so (Sources 1 and 2).', 'so.', [1, 2]],
    ['so 【1】.', 'so.', [1]],
    ['so 【4†source】.', 'so.', [4]],
    ['so [^1].', 'so.', [1]],
    ['so \\[1\\].', 'so.', [1]],
    ['so [[1]](https://a.example).', 'so.', [1]],
    ['so <sup>2</sup>.', 'so.', [2]],
    ['L-Mul[1]cuts it', 'L-Mul cuts it', [1]],
    ['values in [0, 1] here', 'values in [0, 1] here', []],
    ['since [2021] it', 'since [2021] it', []],
    ['of array[i]', 'of array[i]', []],
    ['so [1-900].', 'so.', [1, 900]],
  ])('in %j leave %j and %j', (text, rest, numbers) => {
    expect(takeMarkers(text)).toEqual({ text: rest, numbers })
  })
})

describe('markup', () => {
  it.each([
    ['**bold** and *soft* and __both__ and `code`', 'bold and soft and both and code'],
    ['a [link](https://x.example/?q=1) here', 'a link here'],
    ['![pixel](https://x.example/?q=secret) here', 'here'],
    ['[![a](http://b)](http://c) here', 'here'],
    ['a [ref][1] here', 'a ref here'],
    ['<img src=x onerror=alert(1)>a <a href="http://b">b</a> <script>c</script>', 'a b'],
    ['p < 0.05, n<3 and a<b', 'p < 0.05, n<3 and a< b'],
    ['W_q and snake_case_name and 2*3*4', 'W_q and snake_case_name and 2*3*4'],
    ['$93.05\\%$ of \\textbf{it}', '93.05% of it'],
    ['in\u200bvis\u{e0041}ible', 'invisible'],
  ])('of %j leaves %j', (text, plain) => {
    expect(withoutMarkup(text)).toBe(plain)
  })

  it('however it is nested, leaves no link, image or tag', () => {
    const pieces = fc.constantFrom('[', ']', '(', ')', '![', '](', '<', '>', 'a', 'img', ' ', 'http://x', '`', '\\', '<b', '/>', '*', '!')
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
        expect(withoutMarkup(parts.join(''))).not.toMatch(/\]\(|!\[[^\]]*\][([]|<[a-z/!]/i)
      }),
      { numRuns: 5_000, seed: 5 },
    )
  })
})
