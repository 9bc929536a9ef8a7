import { describe, expect, it } from 'vitest'
import { defines } from '../src/answering/evidence/defining.js'
import { readQuestion } from '../src/answering/question/question.js'

describe('whether a sentence defines a thing', () => {
  it.each([
    ['Warp drift is the slow turning of threads on a loom.', 'warp drift'],
    ['In weaving, warp drift is the slow turning of threads.', 'warp drift'],
    ['Warp drift, the process of threads turning, has gained interest.', 'warp drift'],
    ['Turning that lasts after the loom has stopped is termed warp drift (WD).', 'warp drift'],
    ['We refer to this loss of tension as the warp drift.', 'the warp drift'],
    ['A loom is silent if no thread touches its frame.', 'a silent loom'],
    ['We introduce Softloom, a loom that damps its own frame.', 'Softloom'],
  ])('%j says what it is', (sentence, subject) => {
    expect(defines(sentence, subject)).toBe(true)
  })

  it.each([
    ['We measured warp drift in forty looms.', 'warp drift'],
    ['Warp drift was observed in forty looms.', 'warp drift'],
    ['Experiments show substantial gains in warp drift, mostly for weak looms.', 'warp drift'],
    ['A silent loom costs more.', 'warp drift'],
  ])('%j only uses it', (sentence, subject) => {
    expect(defines(sentence, subject)).toBe(false)
  })
})

describe('what a question wants defined', () => {
  it.each([
    ["what's warp drift?", 'warp drift'],
    ['What exactly are "heddles"?', 'heddles'],
    ['what does warp drift mean', 'warp drift'],
    ["What do they mean by 'warp drift' in the study?", 'warp drift'],
    ['define warp drift', 'warp drift'],
  ])('of %j is %j', (text, subject) => {
    expect(readQuestion(text)).toMatchObject({ kind: 'definition', subject })
  })

  it.each(['What is the tension of the warp?', "What is Softloom's price?"])('of %j is nothing: it asks for a property', (text) => {
    expect(readQuestion(text).subject).toBeUndefined()
  })
})
