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
    const [name] = title.match(/^[A-Z][\w-]*[A-Z0-9][\w-]*(?=:)/) ?? []
    const found = STATEMENTS.map(([pattern, question]) => ({ question, thing: pattern.exec(abstract)?.[1] })).find(({ thing }) => thing !== undefined)
    return name === undefined || found === undefined ? [] : [found.question.replace('NAME', name).replace('THING', found.thing as string)]
  })
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
