/** The questions that a library offers to begin with. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createExamples } from '../src/answering/examples.js'
import type { Answer, Ask } from '../src/answering/answer.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import type { Library } from '../src/library/library.js'
import { ANSWER, TIDES } from './http-server.js'

async function answerTo(footnote: Footnote, question: string): Promise<Answer | undefined> {
  for await (const event of footnote.ask({ question }, new AbortController().signal)) if (event.type === 'answer-end') return event.answer
  return undefined
}

describe('examples, over the starter library', () => {
  let folder: string
  let footnote: Footnote
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'footnote-examples-'))
    footnote = await compose(readConfig({ DATA_DIR: folder }), { log: { info() {}, warn() {} } })
  })
  afterAll(async () => {
    await footnote.close()
    await rm(folder, { recursive: true, force: true })
  })

  it('are three, and each is answered from as many papers as it says', async () => {
    const examples = await footnote.examples()
    expect(examples).toHaveLength(3)
    for (const { question, papers } of examples) {
      const answer = await answerTo(footnote, question)
      expect(answer?.answerable.verdict, question).toBe('answered')
      expect(answer?.citations.length, question).toBe(papers)
    }
  })

  it('after the library has changed, are made of what it holds then', async () => {
    const { papers } = await footnote.library.list({ limit: 100 })
    const [before] = await footnote.examples()
    await footnote.library.remove(papers.map(({ id }) => id))
    const after = await footnote.examples()
    expect(after.map(({ question }) => question)).not.toContain(before?.question)
  })
})

/** A library of titles, and an `ask` that answers what `answers` says. */
function over(titles: readonly string[], answers: (question: string) => boolean) {
  const papers = titles.map((title, i) => ({ ...TIDES, id: `title:${i}`, title }))
  const asked: string[] = []
  const state = { revision: 1 }
  const library = { status: async () => ({ papers: papers.length, digests: 0, model: 'fake@1', indexed: { vectors: 0, lexical: 0 }, ...state }), list: async () => ({ papers }) } as unknown as Pick<Library, 'list' | 'status'>
  const ask: Ask = async function* ({ question }) {
    asked.push(question)
    const paper = papers.find(({ title }) => question.includes(title.split(':')[0] as string)) ?? papers[0] ?? TIDES
    const citations = [paper, TIDES].map((cited, i) => ({ number: i + 1, paper: cited, quotes: [], similarity: 1 }))
    yield { type: 'answer-end', answer: { ...ANSWER, citations, answerable: { ...ANSWER.answerable, verdict: answers(question) ? 'answered' : 'related' } } }
  }
  return { find: createExamples({ library, ask }), asked, state }
}

const TITLES = ['TideNet: exact tides', 'MossMap: walls in the north', 'Errors of Harbour Gauges under Wind', 'Salt in Old Harbour Walls', 'Sea Ice near Harbour Walls', 'Lichens on Harbour Walls']

describe('examples', () => {
  it('of titles, ask what several share, what a name stands for, and of a subject', async () => {
    const { find } = over(TITLES, () => true)
    expect(await find()).toEqual([
      { question: 'Which papers are about harbour walls?', papers: 2 },
      { question: 'What does TideNet achieve?', papers: 2 },
      { question: 'What is known about Errors of Harbour Gauges under Wind?', papers: 2 },
    ])
  })

  it('that are not answered, are left out for others of their kind', async () => {
    const { find } = over(TITLES, (question) => !/TideNet|harbour walls/.test(question))
    expect((await find()).map(({ question }) => question)).toEqual(['What does MossMap achieve?', 'What is known about Errors of Harbour Gauges under Wind?', 'What is known about Salt in Old Harbour Walls?'])
    expect(await over(TITLES, () => false).find()).toEqual([])
    expect(await over([], () => true).find()).toEqual([])
  })

  it('are made once for each state of the library, for all who ask at the same time', async () => {
    const { find, asked, state } = over(TITLES, () => true)
    await Promise.all([find(), find()])
    const once = asked.length
    await find()
    expect(asked).toHaveLength(once)
    state.revision++
    await find()
    expect(asked).toHaveLength(2 * once)
  })
})
