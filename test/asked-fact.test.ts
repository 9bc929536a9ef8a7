/** Which figure of a quote is the one asked for: wrong ones are worse than none. */
import { describe, expect, it } from 'vitest'
import { askedFigure } from '../src/answering/writing/asked-fact.js'
import { readQuestion } from '../src/answering/question/question.js'

const THREE = 'Felt reaches an accuracy of 91.2%, 74.5% and 60.1% on LOOM-10, LOOM-100 and MillNet, respectively, with one spring.'

describe('the figure asked for', () => {
  it.each([
    ['What accuracy does Felt reach on LOOM-10?', THREE, '91.2%'],
    ['What accuracy does Felt reach on LOOM-100?', THREE, '74.5%'],
    ['What accuracy does Felt reach on MillNet?', THREE, '60.1%'],
    ['What is the accuracy of Felt on MillNet?', 'Felt reaches 91%/60% on LOOM-10/MillNet.', '60%'],
    ['What is the accuracy of Felt on LOOM-10?', 'On LOOM-10 and MillNet, Felt reaches an accuracy of 91% and 60%, respectively.', '91%'],
    ['What is the accuracy of Felt on MillNet?', 'On LOOM-10 and MillNet, Felt reaches an accuracy of 91% and 60%, respectively.', '60%'],
    ['What accuracy does Felt reach on MillNet?', 'Felt reaches 91% on LOOM-10 and 60% on MillNet.', '60%'],
    ['What percentage of threads breaks in iron looms?', 'Threads break in 12% and 30% of wooden and iron looms.', '30%'],
    ['By what percentage does Felt lower noise?', 'Felt lowers tremor and noise by 41% and 7%.', '7%'],
  ])('of %j in a row of figures, is the one of the same place', (question, quote, figure) => {
    expect(askedFigure(readQuestion(question), quote)).toBe(figure)
  })

  it.each([
    ['What accuracy does Felt reach?', THREE],
    ['What accuracy does Felt reach on ThreadNet?', THREE],
    ['What accuracy does Felt reach on LOOM-10 and MillNet?', THREE],
    ['What accuracy does Felt reach on LOOM-10?', 'Felt reaches 91%, 74% and 60% on LOOM-10 and MillNet.'],
    ['What accuracy does Felt reach on LOOM-10?', 'Felt reaches 91% and 74% with two springs and one, on LOOM-100.'],
    ['What accuracy does Felt reach on LOOM-100?', 'Felt and cork reach 91% and 60% on LOOM-10 and 70% and 50% on LOOM-100.'],
  ])('of %j where the quote does not tell which, is none', (question, quote) => {
    expect(askedFigure(readQuestion(question), quote)).toBeUndefined()
  })

  it.each([
    ['How much memory does Felt save?', 'Felt raises throughput by 5x, and reduces the memory by 41%, with the same accuracy.', '41%'],
    ['What compression ratio does Felt reach?', 'Felt achieves a compression ratio of up to 5.02x, and raises throughput by 5x.', 'Up to 5.02x'],
    ['How fast is Felt?', 'Felt weaves at more than 139 FPS.', 'More than 139 FPS'],
    ['How fast is Felt?', 'Felt achieves up to 60X speedup and 130X energy saving.', 'Up to 60X'],
    ['How much energy does Felt save?', 'Felt could save 80% of the energy.', '80%'],
    ['What accuracy does FeltNet reach?', 'Our method reaches an accuracy of about 91%.', 'About 91%'],
  ])('of %j is the one of the measure asked for, with its bounds', (question, quote, figure) => {
    expect(askedFigure(readQuestion(question), quote, 'FeltNet: pads')).toBe(figure)
  })

  it.each([
    ['another measure', 'What accuracy does Felt reach?', 'Felt reduces memory by 41% at the same accuracy.'],
    ['a change instead of a level', 'What accuracy does Felt reach?', 'Felt improves accuracy by 4.7%.'],
    ['a difference', 'What accuracy does Felt reach?', 'Felt has 10% higher accuracy.'],
    ['another system', 'What accuracy does CorkNet reach?', 'FeltNet reaches an accuracy of 91%, better than CorkNet.'],
    ['another system that is outdone', 'What accuracy does CorkNet reach?', 'FeltNet outperforms CorkNet with an accuracy of 91%.'],
    ['a denial', 'What accuracy does Felt reach?', 'Felt does not reach an accuracy of 91%.'],
    ['what came before', 'What accuracy does Felt reach?', 'Felt surpasses the previous accuracy of 91%.'],
    ['a range', 'What accuracy does Felt reach?', 'Felt raises the accuracy from 61% to 97%.'],
    ['another place', 'What accuracy does Felt reach on LOOM-10?', 'Felt reaches an accuracy of 91%.'],
    ['a rate of other things', 'What frame rate does Felt reach?', 'Felt reaches 91% of the quality.'],
    ['nobody named', 'What accuracy does FeltNet reach?', 'CorkNet reaches an accuracy of 91%.'],
  ])('where the figure is of %s, is none', (_, question, quote) => {
    expect(askedFigure(readQuestion(question), quote)).toBeUndefined()
  })
})
