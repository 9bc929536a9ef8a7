/** Questions about the records: who wrote a paper, when, how many there are; each answer is read from a record, or says what it lacks. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AnswerSchema } from '../src/answering/answer.js'
import type { Turn } from '../src/answering/answer.js'
import { lastAnswer } from '../src/answering/answer.js'
import { isSamePerson } from '../src/answering/records/record-lines.js'
import { readRecordQuestion } from '../src/answering/records/record-question.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'

const PAPERS = [
  { title: 'TideNet: forecasting harbours', abstract: 'We introduce TideNet, a network that forecasts the tide in harbours. TideNet errs by 4 cm in Porto.', authors: ['Ada M. Potter', 'Li Chen'], year: 2023, venue: 'Coasts' },
  { title: 'Moss carpets under snow', abstract: 'Moss carpets keep the soil of harbours warm under snow. We measured them for nine winters.', authors: ['Jiří Novák', 'Wei Cheng'], year: 2019 },
  { title: 'Pruning of apple trees', abstract: 'Pruning of apple trees in winter raises the yield by 12%.', authors: ['Li Chen'], year: 2024 },
  { title: 'Pruning of vines', abstract: 'Pruning of vines in spring lowers the yield of grapes by 3%.', authors: ['Bo Olsen'], year: 2024 },
  { title: 'Harbours of the north', abstract: 'Harbours of the north freeze for five weeks a year.' },
  { title: 'Gauges for locks', abstract: 'We design a gauge with three floats for locks, and call it LockGauge.', authors: ['Ida Berg'] },
]

const folder = mkdtempSync(join(tmpdir(), 'footnote-records-'))
let footnote: Footnote

beforeAll(async () => {
  footnote = await compose({ ...readConfig({}), DATA_DIR: folder }, { log: { info() {}, warn() {} }, starter: false })
  const lines = PAPERS.map((paper) => `${JSON.stringify(paper)}\n`).join('')
  await footnote.ingest((async function* () { yield Buffer.from(lines) })(), { name: 'papers.jsonl' })
})
afterAll(async () => {
  await footnote.close()
  rmSync(folder, { recursive: true })
})

async function ask(question: string, history: Turn[] = [], filter = {}) {
  return lastAnswer(footnote.ask({ question, history, filter }, new AbortController().signal))
}

describe('a question about a record', () => {
  it.each([
    ['Who wrote TideNet?', 'Ada M. Potter and Li Chen, according to the record of *TideNet*. [1]'],
    ['who introduced TideNet', 'Ada M. Potter and Li Chen, according to the record of *TideNet*. [1]'],
    ['When was “Moss carpets under snow” published?', '2019, according to the record of *Moss carpets under snow*. [1]'],
    ['In which journal was TideNet published?', 'Coasts, according to the record of *TideNet*. [1]'],
    ['Who wrote the paper on apple trees?', 'Li Chen, according to the record of *Pruning of apple trees*. [1]'],
    ['papers by Chen', 'Two papers by Chen are in this library:\n\n- *Pruning of apple trees* (2024), by Li Chen [1]\n- *TideNet: forecasting harbours* (2023), by Ada M. Potter and Li Chen [2]'],
    ['What has A. Potter written?', 'One paper by A. Potter is in this library:\n\n- *TideNet: forecasting harbours* (2023), by Ada M. Potter and Li Chen [1]'],
    ['Which papers were published before 2020?', 'One paper up to 2019 is in this library:\n\n- *Moss carpets under snow* (2019), by Jiří Novák and Wei Cheng [1]'],
    ['How many papers mention harbours?', 'Three papers in this library mention “harbours” in title or abstract:\n\n'],
    ['How many papers from 2024 are about pruning?', 'Two papers from 2024 in this library mention “pruning” in title or abstract:\n\n'],
    ['What are the newest papers?', 'The newest papers in this library are from 2024:\n\n'],
    ['papers by A. M. Potter', 'One paper by A. M. Potter is in this library:'],
    ['papers by chen', 'Two papers by Chen are in this library:\n\n- *Pruning of apple trees*'],
    ['papers by Novak', 'One paper by Novak is in this library:\n\n- *Moss carpets under snow*'],
    ['papers by Li Chen and Ada Potter', 'One paper by Li Chen and Ada Potter is in this library:\n\n- *TideNet: forecasting harbours*'],
    ['Which papers are by Chen et al.?', 'Two papers by Chen are in this library:'],
    ['papers in Coasts', 'One paper in Coasts is in this library:\n\n- *TideNet: forecasting harbours* (2023)'],
    ['Which papers were published in Coasts in 2023?', 'One paper in Coasts from 2023 is in this library:'],
    ['List the two newest papers on pruning', 'The newest two papers that mention “pruning” in this library, the newest first:\n\n- *Pruning of '],
    ['List the three newest papers on harbours', 'The newest two papers that mention “harbours” in this library, the newest first:\n\n- *TideNet: forecasting harbours* (2023), by Ada M. Potter and Li Chen [1]\n- *Moss carpets under snow* (2019)'],
    ['What is the oldest paper on harbours?', 'The oldest paper that mentions “harbours” in this library is from 2019 (of one more the year is not known):\n\n- *Moss carpets under snow* (2019)'],
  ])('%j, is answered from it', async (question, start) => {
    const answer = await ask(question)
    expect(AnswerSchema.parse(answer).answer.slice(0, start.length)).toBe(start)
    expect(answer).toMatchObject({ writer: 'records', answerable: { verdict: 'answered' } })
    expect(answer.citations.map(({ number }) => number)).toEqual(answer.citations.map((_, i) => i + 1))
    for (const claim of answer.claims) {
      const [cited] = answer.citations.filter(({ number }) => claim.citations.includes(number))
      expect(claim.record?.length).toBeGreaterThan(0)
      for (const field of claim.record ?? []) {
        const value = [cited?.paper[field] ?? 'absent'].flat()
        expect(value.some((one) => claim.text.includes(String(one)))).toBe(true)
      }
    }
  })

  it.each([
    ['What do papers in Coasts say about harbours?', 'Only the one paper in Coasts was asked.'],
    ['Which papers deal with pruning since 2024?', 'Only the two papers since 2024 were asked.'],
    ['papers on pruning from 2024', 'Only the two papers from 2024 were asked.'],
    ['List the papers on harbours from before 2020', 'Only the one paper up to 2019 was asked.'],
  ])('%j, is asked of the papers that it names alone', async (question, scope) => {
    expect((await ask(question)).answer.endsWith(`\n\n${scope}`)).toBe(true)
  })

  it.each([
    ['papers at NeurIPS 2024 on pruning', 'This library has no paper at NeurIPS from 2024. It knows the year and venue of 1 of its 6 papers.'],
    ['papers by nobody', ''],
    ['Which papers deal with harbours in Porto?', ''],
  ])('%j, of a venue that is one for sure alone says that it has none', async (question, text) => {
    const { answer } = await ask(question)
    if (text === '') expect(answer).not.toMatch(/^This library has no paper/)
    else expect(answer).toBe(text)
  })

  it.each([
    ['Ada Potter', 'Potter AM', true],
    ['Potter', 'Potter, Ada', true],
    ['A. Potter', 'Potter, Ada', true],
    ['B. Potter', 'Potter AM', false],
    ['Chen', 'Cheng L', false],
    ['Novák', 'J. Novak', true],
    ['Li', 'Li Chen', false],
  ])('takes %j and %j for one person: %j', (asked, author, same) => {
    expect(isSamePerson(asked, author)).toBe(same)
  })

  it.each([
    ['Who wrote Harbours of the north?', 'This library does not know who wrote *Harbours of the north*: its record names no authors.'],
    ['When was “Harbours of the north” published?', 'This library does not know when *Harbours of the north* was published: its record gives no year.'],
    ['Where was Moss carpets under snow published?', 'This library does not know where *Moss carpets under snow* was published: its record names no venue.'],
    ['Who wrote Zebra stripes and flies?', 'This library has no paper called “Zebra stripes and flies”.'],
    ['papers by Ada Lovelace', 'This library has no paper by Ada Lovelace. It knows the authors of 5 of its 6 papers.'],
    ['Which papers are from 1990?', 'This library has no paper from 1990. It knows the year of 4 of its 6 papers.'],
    ['How many papers mention volcanoes?', 'No paper in this library mentions “volcanoes” in title or abstract.'],
  ])('%j, where the record or the paper is missing, says so', async (question, start) => {
    const { answer, answerable, citations } = await ask(question)
    expect(answer.slice(0, start.length)).toBe(start)
    expect(answerable.verdict).not.toBe('answered')
    expect(citations).toEqual([])
  })

  it('with conditions on papers, asks these alone, and says so', async () => {
    const { answer, citations, standaloneQuestion } = await ask('What do papers by Chen since 2024 say about pruning?')
    expect(citations.map(({ paper }) => paper.title)).toEqual(['Pruning of apple trees'])
    expect(answer).toContain('“Pruning of apple trees in winter raises the yield by 12%.” [1]')
    expect(answer.endsWith('\n\nOnly the one paper by Chen since 2024 was asked.')).toBe(true)
    expect(standaloneQuestion).toBe('What do papers by Chen since 2024 say about pruning?')
  })

  it('takes no name for another that begins like it', async () => {
    expect((await ask('papers by Cheng')).citations.map(({ paper }) => paper.title)).toEqual(['Moss carpets under snow'])
  })

  it('keeps to the filter of the request', async () => {
    expect((await ask('papers by Chen', [], { year: { to: 2023 } })).citations.map(({ paper }) => paper.title)).toEqual(['TideNet: forecasting harbours'])
    expect((await ask('papers by Chen', [], { authors: ['potter'] })).citations.map(({ paper }) => paper.title)).toEqual(['TideNet: forecasting harbours'])
    expect((await ask('How many papers mention harbours?', [], { venue: 'coasts' })).answer).toContain('One paper in this library mentions')
  })

  it('of several papers, tells of each what is known', async () => {
    expect((await ask('Who wrote “TideNet”, “Pruning of vines” and “Harbours of the north”?')).answer).toBe(
      '- *TideNet*: Ada M. Potter and Li Chen [1]\n- *Pruning of vines*: Bo Olsen [2]\n\nThe authors of *Harbours of the north* are not known here.',
    )
    expect((await ask('Which of “TideNet”, “Pruning of vines” and “Harbours of the north” is newest?')).answer).toContain('*Pruning of vines* (2024)')
    expect((await ask('Which of “TideNet” and “Pruning of vines” is older?')).answer).toContain('*TideNet: forecasting harbours* (2023)')
  })

  it('as a follow-up, is about the paper that was cited', async () => {
    const first = await ask('Which paper is about moss?')
    const history: Turn[] = [{ role: 'user', content: 'Which paper is about moss?' }, { role: 'assistant', content: first.answer }]
    expect((await ask('Who wrote it?', history)).answer).toContain('Jiří Novák and Wei Cheng')
  })
})

describe('what is asked of abstracts', () => {
  it.each([
    'How many studies were included in the meta-analysis?', 'How many papers were included in the review?', 'How many papers on falls of the old were reviewed?', 'When was the drug given?', 'What do the authors conclude?',
    'Which papers reduce memory by Low Rank?', 'papers by method', 'What data from 2019 was used?', 'Which papers shrink the KV cache?', 'Who was included in the trial?',
    'Does training on papers improve the model?', 'What is the latest accuracy on ImageNet?', 'How many papers do the authors use for training?',
    'How many papers on knowledge graphs were surveyed?', 'What was tested in the mapping study of LLMs?', 'Which explanation by Casiulis et al. does the comment reject?',
  ])('%j, is no question about records', (text) => {
    expect(readRecordQuestion(text)).toBeUndefined()
  })
})

describe('who made a thing', () => {
  it('that a paper names as its own, wrote the paper', async () => {
    expect((await ask('Who invented LockGauge?')).answer).toBe('Ida Berg, according to the record of *Gauges for locks*, which speaks of “LockGauge”. [1]')
  })

  it.each(['Who invented floats?', 'Who invented locks?', 'Who invented the gauge?', 'Who introduced three floats?'])('%j, is not who wrote of it', async (question) => {
    expect((await ask(question)).answer).not.toMatch(/Berg/)
  })
})
