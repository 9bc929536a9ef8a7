/** The language model's stream becomes whole sentences with their sources, however it is cut. */
import { describe, expect, it } from 'vitest'
import { splitStream } from '../src/answering/langchain.js'
import type { PaperEvidence } from '../src/answering/evidence.js'

const evidence = ['a', 'b'].map((id): PaperEvidence => ({
  paper: { id, title: id, abstract: `Abstract of ${id}.`, addedAt: '2026-01-01T00:00:00Z' },
  similarity: 0.5,
  relevance: 1,
  coverage: 1,
  titleCoverage: 1,
  sentences: [{ text: `Abstract of ${id}.`, start: 0, end: 14, probability: 0.9 }],
}))

async function* cut(text: string, size: number) {
  for (let i = 0; i < text.length; i += size) yield text.slice(i, i + size)
}

async function read(text: string, size: number) {
  const result: (readonly [string, readonly string[]])[] = []
  for await (const { text: sentence, sources } of splitStream(cut(text, size), evidence)) result.push([sentence, sources.map(({ paperId }) => paperId)])
  return result
}

describe('splitStream', () => {
  const text = 'It saves 3.5 mJ, e.g. on phones [1]. Others disagree. [2] Both, it is said, agree [1][2]! Nobody knows [7].'
  const expected = [
    ['It saves 3.5 mJ, e.g. on phones.', ['a']],
    ['Others disagree.', ['b']],
    ['Both, it is said, agree!', ['a', 'b']],
    ['Nobody knows.', []],
  ]

  it.each([1, 2, 3, 5, 8, 13, 1000])('with deltas of %i characters, gives the same sentences', async (size) => {
    expect(await read(text, size)).toEqual(expected)
  })

  it('when the model says that there is no answer, gives nothing', async () => {
    expect(await read('NO ANSWER', 3)).toEqual([])
    expect(await read('', 3)).toEqual([])
  })
})
