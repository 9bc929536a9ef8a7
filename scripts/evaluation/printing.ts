/** Prints the reports of an evaluation as tables for people. */
import type { AnswerQualityReport } from './answer-quality.js'
import type { Abstention, AnswerFigures } from './answers.js'
import type { BuriedReport } from './buried.js'
import type { JudgedReport } from './judged.js'
import type { FollowUpReport } from './follow-ups.js'
import { SAID } from './drafts.js'
import type { DraftReport } from './drafts.js'
import type { ListReport } from './lists.js'
import type { IngestFigures } from './opened.js'
import type { OwnLibraryReport } from './own-library.js'
import { answerQuality } from './printing-answers.js'
import { percent, table } from './table.js'
import { PARTS } from './parts.js'
import type { KindFigures, QuestionFileReport } from './question-file.js'
import { RELATED_PARTS } from './related.js'
import type { RelatedReport } from './related.js'
import type { RelatedGroupsReport } from './related-groups.js'
import { PART_NAMES } from './summary.js'
import type { VerdictReport } from './verdicts.js'
import type { VerificationReport } from './verification.js'
import type { Estimate, Latency, Measure, PartFigures, SearchLatency } from './summary.js'

export type Report = JudgedReport | OwnLibraryReport | QuestionFileReport | BuriedReport | AnswerQualityReport | RelatedReport | RelatedGroupsReport | VerificationReport | DraftReport | FollowUpReport | ListReport | VerdictReport

/** Values of measures are printed times 100, as the field prints them. */
export function print(report: Report): string {
  const blocks = [...heading(report), ...body(report), ...ingestLine(report.ingest), ...report.words.map((sentence) => `· ${sentence}`)]
  return `${blocks.join('\n')}\n`
}

function heading({ papers, model, ...report }: Report): string[] {
  const names = { judged: 'Judged set', 'own-library': 'The library, by questions made from it', questions: 'Questions of a file', buried: 'Papers hidden among many', answers: 'Answers', related: 'Related work, by example', 'related-groups': 'Related work, by groups', verification: 'Claims to check', draft: 'Sentences of a draft', 'follow-ups': 'Conversations', lists: 'Lists', verdicts: 'Yes-or-no questions' }
  const source = 'set' in report ? ` ${report.set}, ${report.split}` : 'file' in report ? ` ${report.file}` : ''
  return [`${names[report.kind]}${source}: ${papers} papers, model ${model}`, '']
}

function body(report: Report): string[] {
  switch (report.kind) {
    case 'judged':
      return [...partTable(`${report.queries} queries; × 100, with bootstrap 95 % intervals`, report.parts), ...missingLine(report.relevantMissing), ...latencyTable(report.latencyMs)]
    case 'own-library':
      return [
        ...partTable(`${report.questions.sentence} questions made of a sentence`, report.sentence),
        ...partTable(`${report.questions.title} titles as questions (the title is part of what is searched)`, report.title),
        ...abstentionTable(report.abstention),
        ...answerLines(report.answers),
        ...latencyTable(report.latencyMs, report.answers.latencyMs),
      ]
    case 'questions':
      return [
        ...kindTable(report.kinds),
        ...Object.entries(report.parts).flatMap(([kind, figures]) => partTable(`${kind} questions`, figures)),
        ...aurocTable(report.auroc),
        ...answerLines(report.answers),
        ...report.faults.map((fault) => `! ${fault}`),
      ]
    case 'answers':
      return answerQuality(report)
    case 'related':
      return relatedTables(report)
    case 'related-groups':
      return groupTable(report)
    case 'verification':
      return verificationTable(report)
    case 'draft':
      return draftTable(report)
    case 'buried':
      return [
        ...(report.description === undefined ? [] : partTable(`${report.questions.description} descriptions`, report.description)),
        ...(report.factual === undefined ? [] : partTable(`${report.questions.factual} factual questions`, report.factual)),
        ...report.missing.map((title) => `! “${title}” is not in the library`),
        ...latencyTable(report.latencyMs),
      ]
    case 'lists':
      return listLines(report)
    case 'verdicts':
      return verdictLines(report)
    case 'follow-ups':
      return followUpLines(report)
  }
}

function relatedTables({ topics, halves, unwanted, quotes }: RelatedReport): string[] {
  return [
    ...Object.entries(topics).flatMap(([rule, { examples, figures }]) => [
      `${examples} papers, those of one topic by ${rule}; × 100, with bootstrap 95 % intervals`,
      ...table(['', 'recall@10', 'nDCG@20'], RELATED_PARTS.map((part) => [part, withInterval(figures[part]['recall@10']), withInterval(figures[part]['nDCG@20'])])),
      '',
    ]),
    `${halves.asked} first halves of abstracts asked of ${halves.among} second ones: the other half first, × 100`,
    ...table(['', 'first'], RELATED_PARTS.map((part) => [part, withInterval(halves.first[part])])),
    '',
    `One of the first neighbours not wanted, ${unwanted.asked} times: places that the first ten go down, mean`,
    ...table(['', 'places'], [['those nearer to it than to the seed', places(unwanted.pulledDown)], ['the others', places(unwanted.others)]]),
    '',
    `Pairs equal to the stored abstracts at their offsets: ${quotes.pairs - quotes.wrong} of ${quotes.pairs}${quotes.wrong > 0 ? ' — A FAULT: every one must be' : ''}`,
    '',
  ]
}

function groupTable({ groups }: RelatedGroupsReport): string[] {
  const sum = (of: 'pairs' | 'met') => groups.reduce((total, group) => total + group[of], 0)
  const rows = groups.map(({ group, papers, pairs, met }) => [group, String(papers), `${met} of ${pairs}`])
  const missed = groups.flatMap((group) => group.missed.map(({ seed, other, place }) => `! ${group.group}: ${seed} → ${other} ${place === undefined ? 'is not among the first' : `at place ${place}`}`))
  return [
    'Ordered pairs of a group, the second among the first five neighbours of the first',
    ...table(['', 'papers', 'pairs'], [...rows, ['all', '', `${sum('met')} of ${sum('pairs')}`]]),
    '',
    `Whole groups: ${groups.filter(({ missed }) => missed.length === 0).length} of ${groups.length}`,
    '',
    ...missed,
  ]
}

function verdictLines({ decided, undecided, misjudged }: VerdictReport): string[] {
  return [
    `Of ${decided.questions} questions that the abstracts decide: led by the right word ${decided.right}, by the wrong one ${decided.wrong}, by none ${decided.silent}`,
    `Of ${undecided.questions} that they do not: led by a yes or a no ${undecided.wrong}`,
    '',
    ...misjudged.map((one) => `! ${one}`),
  ]
}

function places({ mean, low, high }: Estimate): string {
  return `${mean.toFixed(1)} (${low.toFixed(1)}–${high.toFixed(1)})`
}

function verificationTable({ kinds, reattributed, misjudged }: VerificationReport): string[] {
  const rows = Object.entries(kinds).map(([kind, { claims, supported, weak }]) => [kind, String(claims), percent(supported / claims), percent(weak / claims)])
  const wrong = Object.entries(kinds).filter(([kind]) => kind !== 'paraphrase' && kind !== 'another paper').map(([, figures]) => figures)
  const sum = (of: 'claims' | 'supported' | 'weak') => wrong.reduce((total, figures) => total + figures[of], 0)
  rows.push(['all that are wrong', String(sum('claims')), percent(sum('supported') / sum('claims')), percent(sum('weak') / sum('claims'))])
  return [
    'By what is wrong with them; a paraphrase is right',
    ...table(['', 'claims', 'supported', 'weak'], rows),
    '',
    `Of ${reattributed.claims} right claims that cite the wrong of two papers, ${reattributed.toTheRight} were given the right one`,
    '',
    ...misjudged.map((claim) => `! ${claim}`),
  ]
}

function draftTable({ said, precision, right, sentences, misjudged }: DraftReport): string[] {
  const rows = Object.entries(said).map(([kind, counts]) => [kind, ...SAID.map((name) => String(counts[name]))])
  const share = ({ said, right }: { readonly said: number; readonly right: number }) => `${right} of ${said} (${percent(said === 0 ? undefined : right / said)})`
  return [
    'What each is, and what was said of it',
    ...table(['', ...SAID], rows),
    '',
    `Right: ${right} of ${sentences} (${percent(right / sentences)})`,
    `Called supported and so by the paper named: ${share(precision.supported)}; called contradicted: ${share(precision.contradicted)}`,
    '',
    ...misjudged.map((sentence) => `! ${sentence}`),
  ]
}

function followUpLines({ byKind, missed }: FollowUpReport): string[] {
  const rows = Object.entries(byKind).map(([kind, { questions, resolved }]) => [kind, String(questions), `${(100 * resolved).toFixed(1)} %`])
  const lines = missed.map(({ turns, question, standaloneQuestion }) => `! “${turns.at(-1) ?? ''}” “${question}” became “${standaloneQuestion}”`)
  return [...table(['follow-ups', 'number', 'understood'], rows), '', ...lines]
}

function listLines({ lists, short, whole, faulty }: ListReport): string[] {
  const row = (name: string, { precision, recall, f1 }: ListReport['whole']) => [name, percent(precision), percent(recall), percent(f1)]
  const faults = faulty.flatMap(({ question, wrong, missing }) => [`! ${question}`, ...wrong.map((title) => `    should not: ${title}`), ...missing.map((title) => `    missing: ${title}`)])
  return [`Papers cited in ${lists} lists against those that belong there, means`, ...table(['', 'precision', 'recall', 'F1'], [row('five at most', short), row('as many as may be cited', whole)]), '', ...faults]
}

function partTable(title: string, figures: PartFigures): string[] {
  const measures = Object.keys(figures.fused) as Measure[]
  const rows = PARTS.map((part) => [PART_NAMES[part], ...measures.map((measure) => withInterval(figures[part][measure]))])
  return [title, ...table(['', ...measures], rows), '']
}

function kindTable(kinds: QuestionFileReport['kinds']): string[] {
  const columns: readonly [string, keyof KindFigures][] = [
    ['right first', 'first'], ['in first 10', 'inTen'], ['cited', 'cited'], ['expected: first quote', 'inFirstQuote'],
    ['any quote', 'inAnyQuote'], ['declined', 'declined'], ['of these related', 'related'],
  ]
  const rows = Object.entries(kinds).map(([kind, figures]) => [kind, String(figures.questions), ...columns.map(([, name]) => percent(figures[name]))])
  return ['By kind', ...table(['', 'questions', ...columns.map(([label]) => label)], rows), '']
}

function abstentionTable({ auroc, answeredAlthough, declined }: Abstention): string[] {
  const rows = Object.keys(auroc).map((kind) => [kind, auroc[kind]?.toFixed(3) ?? '–', percent(answeredAlthough[kind])])
  return ['Declining', ...table(['', 'AUROC', 'answered although'], rows), `answerable questions declined: ${percent(declined)}`, '']
}

function aurocTable(auroc: QuestionFileReport['auroc']): string[] {
  const against = Object.keys(Object.values(auroc)[0] ?? {})
  if (against.length === 0) return []
  const rows = Object.entries(auroc).map(([kind, values]) => [kind, ...against.map((other) => values[other]?.toFixed(3) ?? '–')])
  return ['AUROC of the probability to be answerable, against', ...table(['', ...against], rows), '']
}

function answerLines({ answers, quotes, wrongQuotes }: AnswerFigures): string[] {
  const right = quotes - wrongQuotes
  return [`Quotes equal to the stored abstract at their offsets: ${right} of ${quotes} in ${answers} answers${wrongQuotes > 0 ? ' — A FAULT: every one must be' : ''}`, '']
}

function latencyTable(latencies: SearchLatency, answer?: Latency): string[] {
  const row = (name: string, { p50, p99 }: Latency) => [name, p50.toFixed(1), p99.toFixed(1)]
  const rows = [row('search as a whole', latencies.search), row('embedding the question', latencies.embedding), row('lexical, 500 hits', latencies.lexical), row('nearest, 500 hits', latencies.nearest)]
  return ['Milliseconds, one question at a time', ...table(['', 'p50', 'p99'], answer === undefined ? rows : [...rows, row('a whole answer', answer)]), '']
}

function missingLine(missing: number): string[] {
  return missing === 0 ? [] : [`${missing} relevant documents have no title or no text and are not in the library; they count as not found`, '']
}

function ingestLine(ingest: IngestFigures | undefined): string[] {
  if (ingest === undefined) return []
  const { added, duplicates, rejected, seconds, papersPerSecond } = ingest
  return [`Ingest: ${added} papers in ${seconds.toFixed(1)} s, ${papersPerSecond.toFixed(0)} a second; ${duplicates} duplicates, ${rejected} rejected`, '']
}

function withInterval(estimate: Estimate | undefined): string {
  if (estimate === undefined) return '–'
  const times100 = (value: number) => (100 * value).toFixed(1)
  return `${times100(estimate.mean)} (${times100(estimate.low)}–${times100(estimate.high)})`
}
