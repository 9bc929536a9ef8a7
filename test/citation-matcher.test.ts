/** The matcher that holds answers against their citations: it must catch what an honest answer never does. */
import { describe, expect, it } from 'vitest'
import type { Answer } from '../src/answering/answer.js'
import { matchCitations } from '../scripts/evaluation/citation-matcher.js'
import { calibrationError, riskAtCoverage } from '../scripts/evaluation/metrics.js'
import { ANSWER } from './http-server.js'

const QUOTE = 'The mean error of the tides is 3.2 cm in SoundBay harbour.'
const saying = (text: string, quotes: readonly string[] = [QUOTE]): Answer => ({
  ...ANSWER,
  claims: [{ text, start: 0, end: text.length, citations: quotes.map((_, i) => i + 1), verdict: 'supported', support: 1 }],
  citations: quotes.map((quote, i) => ({ number: i + 1, paper: { id: `p${i}`, title: 'Tides', abstract: quote, addedAt: '' }, similarity: 1, quotes: [{ text: quote, start: 0, end: quote.length }] })),
})

describe('the matcher', () => {
  it('of a claim in words of its quote, finds it carried', () => {
    expect(matchCitations([saying('In SoundBay the mean error of tides is 3.2 cm.')])).toEqual({ claims: 1, recall: 1, precision: 1, figures: 1 })
  })

  it.each(['The mean error of the tides is 3.5 cm.', 'In SandBay the mean error of the tides is 3.2 cm.', 'Whales gather every winter near volcanic islands.'])('of %j, finds it not carried', (text) => {
    expect(matchCitations([saying(text)]).recall).toBe(0)
  })

  it('of a citation that adds nothing, counts it against precision', () => {
    expect(matchCitations([saying('The mean error of tides is 3.2 cm.', [QUOTE, 'Mosses cover walls.'])])).toMatchObject({ recall: 1, precision: 0.5 })
  })

  it('of a claim without a citation, finds it not carried; of no claims, gives nothing', () => {
    expect(matchCitations([saying('The mean error is 3.2 cm.', [])]).recall).toBe(0)
    expect(matchCitations([])).toEqual({ claims: 0, recall: null, precision: null, figures: null })
  })
})

describe('the measures of a decision', () => {
  const sure = [0.9, 0.8, 0.2, 0.1].map((probability) => ({ probability, right: probability > 0.5 }))
  it('risk at coverage, counts the wrong among the surest', () => {
    expect([0.25, 0.5, 1].map((coverage) => riskAtCoverage(sure, coverage))).toEqual([0, 0, 0.5])
  })

  it('calibration error, is what each probability is off by', () => {
    expect(calibrationError(sure)).toBeCloseTo((0.1 + 0.2 + 0.2 + 0.1) / 4)
    expect(calibrationError(Array.from({ length: 10 }, (_, i) => ({ probability: 0.5, right: i % 2 === 0 })))).toBeCloseTo(0.5)
  })
})
