/** Titles in answers: shown as they are, whatever they are made of. */
import { describe, expect, it } from 'vitest'
import { declineText } from '../src/answering/declining/decline.js'
import { createExtractiveWriter } from '../src/answering/writing/extractive.js'
import { emphasised, inert, withoutMarkdown } from '../src/answering/writing/markdown.js'
import { readQuestion } from '../src/answering/question/question.js'

const TITLE = '<img src=x onerror=alert(1)> `A*` in [brackets](javascript:x) with_lines'
const ESCAPED = '*\\<img src=x onerror=alert(1)> \\`A\\*\\` in \\[brackets\\](javascript:x) with\\_lines*'

describe('a title full of markup', () => {
  it('in an answer, acts as none', async () => {
    const paper = { id: 'title:1', title: TITLE, abstract: 'It is 3.', addedAt: '2026-01-01T00:00:00.000Z' }
    const sentences = [{ text: 'It is 3.', start: 0, end: 8, probability: 1 }]
    const evidence = [{ paper, similarity: 1, relevance: 1, coverage: 1, titleCoverage: 1, sentences }]
    const written: string[] = []
    const request = { question: readQuestion('How much is it?'), evidence, history: [] }
    for await (const { text } of createExtractiveWriter(() => 1).write(request, new AbortController().signal)) written.push(text)
    expect(written).toEqual([`${ESCAPED} reports: “It is 3.”`])
  })

  it('among the nearest, acts as none', () => {
    const nearest = [{ id: 'title:1', title: TITLE, similarity: 1 }]
    expect(declineText({ verdict: 'none', probability: 0, missingTerms: [], nearest })).toContain(`The nearest paper is ${ESCAPED}.`)
  })

  it('on a terminal, is what it was', () => {
    expect(withoutMarkdown(emphasised(TITLE))).toBe(TITLE)
  })
})

describe('what a paper says', () => {
  it.each([
    ['it has [7] and [1, 2] and [3#a]', 'it has \\[7] and \\[1, 2] and \\[3#a]'],
    ['![x](https://evil.example/a.png) [y][z]', '![x\\](https://evil.example/a.png) [y\\][z]'],
    ['[z]: https://evil.example', '[z\\]: https://evil.example'],
    ['<script>alert(1)</script> <!-- x -->', '\\<script>alert(1)\\</script> \\<!-- x -->'],
    ['`code`', '\\`code\\`'],
    ['\\[7] stays, \\\\[7] does not act', '\\[7] stays, \\\\\\[7] does not act'],
    ['p < 0.05 [95% CI 1.2–3.4], x*y, a_b, [CI] > 3', 'p < 0.05 [95% CI 1.2–3.4], x*y, a_b, [CI] > 3'],
  ])('%s, as Markdown, acts as nothing', (said, shown) => {
    expect(inert(said)).toBe(shown)
    expect(inert(shown)).toBe(shown)
  })
})
