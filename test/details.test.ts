/** Details that an abstract leaves out: what is measured of a question and a paper, and where the limit is set. */
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { agreementOf } from '../src/answering/declining/agreement.js'
import { askedForIn } from '../src/answering/declining/asked-detail.js'
import { judge } from '../src/answering/declining/decline.js'
import { isOfAsking } from '../src/answering/question/not-a-question.js'
import { readQuestion } from '../src/answering/question/question.js'
import { treeProbability } from '../src/retrieval/boosted-trees.js'
import { readRarity } from '../src/retrieval/rarity.js'
import type { Rarity } from '../src/retrieval/rarity.js'
import { DECLINED, setLimit } from '../scripts/fitting/answerability.js'
import { casesFor } from '../scripts/fitting/cases.js'
import { createRandom } from '../src/text/random.js'

let rarity: Rarity
beforeAll(async () => {
  rarity = await readRarity(join(import.meta.dirname, '../index/background/terms.tsv.gz'))
})

describe('the detail that is asked for', () => {
  it.each([
    ['thingTogether', 'What learning rate was used?', 'It was trained with a learning rate of 0.1.', 1],
    ['thingTogether', 'What learning rate was used?', 'The rate of learning birds is high.', 0],
    ['measureGiven', 'How old were the adults?', 'The adults were 23 years old.', 1],
    ['measureGiven', 'How old were the adults?', 'We asked 10 adults.', 0],
    ['superlative', 'Which model is the best?', 'We compare five models.', 0],
    ['superlative', 'Which model is the best?', 'TideNet outperforms four models.', 1],
    ['nameOfHead', 'Which sensor was used?', 'A sensor was used.', 0],
    ['nameOfHead', 'How many sensors were used?', 'A sensor was used.', 1],
  ] as const)('%s, of %j in %j, is %d', (name, question, text, expected) => {
    expect(askedForIn(question, [text])[name]).toBe(expected)
  })

  it('is the nearer to a name, the fewer words stand between', () => {
    const near = (text: string) => askedForIn('Which sensor was used?', [text]).nameOfHead
    expect(near('The sensor TideEye was used.')).toBeGreaterThan(near('The sensor that we used here in winter was built by TideEye.'))
  })
})

describe('how far a paper agrees with a question', () => {
  const agree = (question: string, abstract: string) => {
    const sentences = (abstract.match(/[^.]+\./g) ?? []).map((text) => ({ text: text.trim(), start: 0, end: 0, probability: 0.5 }))
    return agreementOf(readQuestion(question), { paper: { id: 'a', title: 'TideNet: water levels', abstract, addedAt: '' }, sentences }, rarity)
  }

  it('counts what it has in another form as said, and nothing else', () => {
    const abstract = 'TideNet utilises graphics processing units (GPUs) in harbours.'
    expect(agree('Does TideNet use GPUs?', abstract).unsaid).toBe(0)
    expect(agree('Does TideNet use barometers?', abstract).rarestUnsaid).toBeGreaterThan(5)
    expect(agree('Which optimizer does TideNet use?', abstract).unsaidThing).toBeGreaterThan(agree('Which optimizer does TideNet use?', `${abstract} The optimizer is Adam.`).unsaidThing)
  })

  it('tells a direction that is turned round from one that is kept', () => {
    const abstract = 'TideNet lowers the error of water levels.'
    expect(agree('Why does TideNet raise the error of water levels?', abstract)).toMatchObject({ presumes: 2, otherWay: 1, sameWay: 0 })
    expect(agree('Why does TideNet reduce the error of water levels?', abstract)).toMatchObject({ presumes: 2, otherWay: 0, sameWay: 1 })
    expect(agree('Does TideNet reduce the error?', abstract).presumes).toBe(0)
  })
})

describe('a question whose answer is improbable', () => {
  const abstract = 'TideNet lowers the error of water levels. It runs on GPUs in harbours.'
  const judged = (text: string) => {
    const paper = { id: 'a', title: 'Water levels of harbours', abstract, addedAt: '' }
    const evidence = [{ paper, similarity: 0.5, relevance: 0.5, coverage: 0.2, titleCoverage: 0, sentences: [{ text: abstract, start: 0, end: abstract.length, probability: 0.1 }] }]
    const features = { coverage: 0.2, sentenceCoverage: 0, coveredRarity: 0, missingRarity: 0, missingNames: 0, similarity: 0, sentenceSimilarity: 0, margin: 0, librarySize: 2 }
    const retrieval = { papers: [], features, missingTerms: [], questionVector: new Float32Array(1) }
    return judge({ question: readQuestion(text), retrieval, evidence }, { rarity, trees: { features: [], base: -5, trees: [] } })
  }

  it('and which names what a paper speaks of, is shown that paper', () => {
    const { answerable, beside } = judged('Which batch size was best for TideNet?')
    expect(answerable).toMatchObject({ verdict: 'related', reason: 'absent' })
    expect(beside?.remark).toContain('*Water levels of harbours*')
  })

  it('and which names nothing that a paper speaks of, is told no and shown nothing', () => {
    expect(judged('How do bees navigate across water?')).toMatchObject({ answerable: { verdict: 'none', reason: 'outside' } })
    expect(judged('How do bees navigate across water?').beside).toBeUndefined()
  })

  it('and whose missing thing is written twice, is told of it once', () => {
    expect(judged('How many TPUs did TideNet take?').beside?.remark).toMatch(/does not mention “TPUs”\.$/)
  })

  it.each([['took', true], ['people', true], ['exactly', true], ['biggest', true], ['cheaply', true], ['anomaly', false], ['whales', false], ['optimizer', false]])('does not name %j as missing: %s', (word, isEveryday) => {
    expect(isOfAsking(word)).toBe(isEveryday)
  })
})

describe('what npm run fit learns from', () => {
  const papers = Array.from({ length: 8 }, (_, i) => ({ title: `Net${i}Tide: harbour ${i}`, abstract: `Harbours need forecasts. Net${i}Tide forecasts water levels. It was trained on ${i + 10} harbours.` }))
  const questions = papers.map(({ title }, i) => ({ title, question: `How many harbours was Net${i}Tide trained on?`, sentences: [2] }))

  it('of a paper that lost the sentence which answers, says that it does not tell', () => {
    const { papers: kept, cases } = casesFor(8, { papers, questions, offTopic: ['How do I boil eggs?'] }, createRandom(3))
    const reduced = kept.filter(({ abstract }) => !abstract.includes('trained on'))
    expect(reduced.length).toBeGreaterThan(0)
    expect(reduced.length).toBeLessThan(kept.length)
    for (const one of cases.filter(({ title, question }) => title !== undefined && questions.some((own) => own.title === title && own.question === question))) {
      const paper = kept.find(({ title }) => title === one.title)
      expect(one.standing).toBe(paper === undefined ? 'absent' : reduced.includes(paper) ? 'untold' : 'answerable')
    }
  })

  it('sets the limit so that 3 % of the answerable lie below it', () => {
    const trees = { features: ['x'], base: 0, trees: [] }
    const unseen = Array.from({ length: 101 }, (_, i) => i / 101 + 0.001)
    const atLimit = unseen[Math.round(DECLINED * 100)] as number
    const moved = setLimit({ ...trees, base: Math.log(atLimit / (1 - atLimit)) }, unseen, 0.2)
    expect(treeProbability(moved, {})).toBeCloseTo(0.2, 1)
  })
})
