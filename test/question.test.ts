/** Questions: what kind of answer each asks for. */
import { describe, expect, it } from 'vitest'
import { readQuestion } from '../src/answering/question/question.js'

describe('readQuestion', () => {
  it.each([
    ['Which papers shrink the KV cache?', 'list'],
    ['What approaches exist for pruning at initialization?', 'list'],
    ['show me papers on federated learning', 'list'],
    ['Does this library have anything on graphene?', 'list'],
    ['Do you have papers about moss here?', 'list'],
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

describe('what a list is asked about', () => {
  it.each([
    ['Does this library have anything on dark matter?', 'dark matter'],
    ['Is there something about tides in this library?', 'tides'],
  ])('by %j, is %j', (text, subject) => {
    expect(readQuestion(text).subject).toBe(subject)
  })
})
