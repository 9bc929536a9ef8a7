/** Makes questions that a library does not answer out of questions that it does. */
import { isStopWord } from '../../src/text/terms.js'
import type { Random } from '../../src/text/random.js'
import type { RawPaper } from './answerability.js'

const NAME = /(?<=\s)(?:[A-Z]+[\w-]*[A-Z0-9][\w-]*|[A-Z][a-z]+)(?=[\s?,.])/g

/** Each question that holds a name, with a name of another one in its place: near to the library, and not answered by it. */
export function swapNames(questions: readonly string[], random: Random): string[] {
  const names = questions.flatMap((question) => question.match(NAME) ?? [])
  return questions.flatMap((question) => {
    const [own] = random.shuffled(question.match(NAME) ?? [])
    const other = names[random.below(names.length)]
    return own === undefined || other === undefined || question.includes(other) ? [] : [question.replace(own, other)]
  })
}

/** What a sentence says a method does, and what it then does not do. */
const STATEMENTS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:reduc|lower|cut|decreas|sav|shrink)\w*\s+(?:the\s+)?((?:[a-z-]+ ){0,2}[a-z-]{4,})/i, 'Why does NAME increase the THING?'],
  [/\b(?:improv|increas|rais|boost|enhanc)\w*\s+(?:the\s+)?((?:[a-z-]+ ){0,2}[a-z-]{4,})/i, 'Why does NAME reduce the THING?'],
  [/\bfaster(?: \w+){0,2} than\s+((?:[a-z-]+ ){0,2}[a-z-]{4,})/i, 'Why is NAME slower than THING?'],
  [/\b(?:outperform|surpass|beat)\w*\s+((?:[a-z-]+ ){0,2}[a-z-]{4,})/i, 'Why is NAME worse than THING?'],
  [/\b(?:without|no need for)\s+((?:[a-z-]+ ){0,2}[a-z-]{4,})/i, 'Why does NAME need THING?'],
]

/** At most one question a paper that takes the opposite of a statement for granted; none of a paper without a named method. */
export function falsePremises(papers: readonly RawPaper[]): string[] {
  return papers.flatMap(({ title, abstract }) => {
    const name = nameOf({ title, abstract })
    const found = STATEMENTS.map(([pattern, question]) => ({ question, thing: pattern.exec(abstract)?.[1] })).find(({ thing }) => thing !== undefined)
    return name === undefined || found === undefined ? [] : [found.question.replace('NAME', name).replace('THING', found.thing as string)]
  })
}

/** Figures and details that readers ask for, each with the word by which an abstract would give it. */
const FIGURES = [
  'parameters', 'GPUs', 'GPU hours', 'participants', 'patients', 'annotators', 'images', 'tokens', 'layers', 'epochs', 'samples', 'languages', 'users', 'nodes', 'qubits', 'experts', 'clients', 'attention heads',
  'sites', 'questions', 'tasks', 'steps', 'cases', 'features', 'iterations', 'hospitals', 'countries', 'videos', 'sentences',
]
const SCORES = ['accuracy', 'BLEU score', 'F1 score', 'AUC', 'PSNR', 'FID', 'perplexity', 'latency', 'throughput', 'learning rate', 'batch size', 'error rate', 'recall', 'mAP', 'precision', 'success rate', 'compression ratio', 'speedup', 'sensitivity', 'R2']
const THINGS = ['optimizer', 'loss function', 'GPU', 'programming language', 'hospital', 'country', 'university', 'base model', 'tokenizer', 'regularizer', 'sensor', 'software', 'robot', 'backbone', 'corpus']

const nameOf = ({ title }: RawPaper) => /^[A-Z][\w-]*[A-Z0-9][\w-]*(?=:)/.exec(title)?.[0]

/** A question for a detail of the paper's own method, and whether the abstract gives it; where it may or may not, no question is asked. */
export function detailQuestions(paper: RawPaper, count: number, random: Random): { readonly question: string; readonly told: boolean }[] {
  const name = nameOf(paper)
  if (name === undefined) return []
  const given = (thing: string) => new RegExp(String.raw`\d[\d.,]*\s?(?:[kMB]|%|million|billion)?(?: [a-z-]+){0,1} ${thing}|${thing}(?: \w+){0,3} \d`, 'i').test(paper.abstract)
  const mentioned = (thing: string) => new RegExp(String.raw`\b${last(thing).replace(/s$/, '')}`, 'i').test(`${paper.title} ${paper.abstract}`)
  const all = [
    ...FIGURES.map((thing) => ({ thing, question: `How many ${thing} does ${name} use?`, told: given(thing) })),
    ...SCORES.map((thing) => ({ thing, question: `What ${thing} does ${name} reach?`, told: given(thing) })),
    ...THINGS.map((thing) => ({ thing, question: `Which ${thing} was used for ${name}?`, told: false })),
  ].filter(({ thing, told }) => told || !mentioned(thing))
  const told = all.filter((one) => one.told)
  return [...random.shuffled(told), ...random.shuffled(all.filter((one) => !one.told))].slice(0, count).map(({ question, told: isTold }) => ({ question, told: isTold }))
}

function last(thing: string): string {
  return thing.split(' ').at(-1) as string
}

const WIDE_QUESTIONS = ['Which papers deal with SUBJECT?', 'What work is there on SUBJECT?', 'papers about SUBJECT', 'Which methods address SUBJECT?', 'Are there studies of SUBJECT?', 'What approaches to SUBJECT exist?', 'What is known about SUBJECT?']

/** A question for several papers, about two neighbouring words of a title; undefined where it has none. */
export function wideQuestion({ title }: RawPaper, random: Random): { readonly question: string; readonly subject: string } | undefined {
  const words = title.toLowerCase().match(/[a-z][a-z-]+/g) ?? []
  const pairs = words.slice(1).map((word, i) => [words[i] as string, word] as const).filter((pair) => pair.every((word) => word.length > 3 && !isStopWord(word)))
  const [pair] = random.shuffled(pairs)
  if (pair === undefined) return undefined
  const subject = pair.join(' ')
  return { subject, question: (WIDE_QUESTIONS[random.below(WIDE_QUESTIONS.length)] as string).replace('SUBJECT', subject) }
}
