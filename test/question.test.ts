/** Questions: what kind of answer each asks for, and what a follow-up is about. */
import { describe, expect, it } from 'vitest'
import { standaloneQuestion } from '../src/answering/conversation.js'
import { readQuestion } from '../src/answering/question.js'

describe('readQuestion', () => {
  it.each([
    ['Which papers shrink the KV cache?', 'list'],
    ['What approaches exist for pruning at initialization?', 'list'],
    ['show me papers on federated learning', 'list'],
    ['How much can L-Mul cut the energy of tensor multiplications?', 'figure'],
    ['What accuracy does the one-timestep spiking VGG16 reach on CIFAR-10?', 'figure'],
    ['By what factor is inference faster?', 'figure'],
    ['Is LoRA better than full fine-tuning?', 'comparison'],
    ['LoRA vs. adapters', 'comparison'],
    ['Why do spiking networks save energy?', 'reason'],
    ['What is a supernet?', 'definition'],
    ['How are manuscripts transcribed with few labels?', 'method'],
    ['On which dataset was it tested?', 'name'],
    ['Does quantization hurt accuracy?', 'yes-no'],
    ['knowledge distillation', 'open'],
  ])('of %j, is of kind %s', (text, kind) => {
    expect(readQuestion(text).kind).toBe(kind)
  })
})

describe('standaloneQuestion', () => {
  const history = [
    { role: 'user', content: 'What does L-Mul approximate?' },
    { role: 'assistant', content: 'Floating point multiplication [1].' },
  ] as const

  it('without a history, is the question', () => {
    expect(standaloneQuestion('How much energy does it save?', [])).toBe('How much energy does it save?')
  })

  it('of a follow-up with a pronoun, brings the subject along', () => {
    expect(standaloneQuestion('How much energy does it save?', history)).toBe('How much energy does it save? (l mul approximate)')
  })

  it('of a question on something else, stays as it is', () => {
    const question = 'Which papers prune vision transformers?'
    expect(standaloneQuestion(question, history)).toBe(question)
  })
})
