/** Prints the report on answers as a whole. */
import type { AnswerQualityReport } from './answer-quality.js'
import { percent, table } from './table.js'

export function answerQuality({ answerable, unanswerable, calibration, risk, facts, citations, evidence, answers }: AnswerQualityReport): string[] {
  const kinds = Object.entries(unanswerable).map(([kind, { questions, declined, related, auroc }]) => [kind, String(questions), percent(declined), percent(related), auroc?.toFixed(3) ?? '–'])
  return [
    'Declining',
    ...table(['', 'questions', 'declined', 'something near shown', 'AUROC'], [['answerable', String(answerable.questions), percent(answerable.declined), '', ''], ...kinds]),
    `The probability as a forecast: calibration error ${calibration.error.toFixed(3)}, Brier ${calibration.brier.toFixed(3)}`,
    `Wrong answers if only the surest are given: ${risk.map(({ coverage, wrong }) => `${percent(wrong)} of the first ${percent(coverage)}`).join(', ')}`,
    '',
    `Expected words in the quotes, ${facts.questions} questions`,
    ...table(['', 'any quote', 'first quote'], [
      ['answers', percent(facts.quoted), percent(facts.inFirstQuote)],
      ['first three sentences of the first paper', percent(facts.firstThreeSentences), ''],
      ['first sentence of the first three papers', percent(facts.firstSentenceOfThree), ''],
    ]),
    '',
    `Claims carried by what they cite: ${percent(citations.recall)} of ${citations.claims}; citations that carry their claim: ${percent(citations.precision)}; figures that stand in what is cited: ${percent(citations.figures)}`,
    `Quotes equal to the stored abstract at their offsets: ${answers.quotes - answers.wrongQuotes} of ${answers.quotes}`,
    '',
    ...(evidence === undefined ? [] : evidenceTable(evidence)),
    `A whole answer takes ${answers.latencyMs.p50.toFixed(1)} ms (p50), ${answers.latencyMs.p99.toFixed(1)} ms (p99)`,
    '',
  ]
}

function evidenceTable({ cases, chosen, firstThree, mostCovered }: NonNullable<AnswerQualityReport['evidence']>): string[] {
  const row = (name: string, { hits, f1 }: typeof chosen) => [name, ...hits.map(percent), percent(f1)]
  return [
    `Sentences for a claim of SciFact validation, its abstract given, ${cases} pairs`,
    ...table(['', 'one right in 1', 'in 2', 'in 3', 'F1'], [row('chosen', chosen), row('first three of the abstract', firstThree), row('three that hold most of the claim', mostCovered)]),
    '',
  ]
}
