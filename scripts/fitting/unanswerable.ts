/** Makes questions that a library does not answer out of questions that it does. */
import { isStopWord } from '../../src/text/terms.js'
import type { Random } from '../../src/text/random.js'
import type { RawPaper } from './cases.js'

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

/** What a sentence says a method does, and questions that take that for granted, or the opposite. */
const STATEMENTS: readonly (readonly [RegExp, said: string, opposite: string])[] = [
  [/\b(?:reduc|lower|cut|decreas|sav|shrink)\w*\s+(?:the\s+)?((?:[a-z-]+ ){0,2}[a-z-]{4,})/i, 'Why does NAME reduce the THING?', 'Why does NAME increase the THING?'],
  [/\b(?:improv|increas|rais|boost|enhanc)\w*\s+(?:the\s+)?((?:[a-z-]+ ){0,2}[a-z-]{4,})/i, 'How does NAME improve the THING?', 'Why does NAME reduce the THING?'],
  [/\bfaster(?: \w+){0,2} than\s+((?:[a-z-]+ ){0,2}[a-z-]{4,})/i, 'Why is NAME faster than THING?', 'Why is NAME slower than THING?'],
  [/\b(?:outperform|surpass|beat)\w*\s+((?:[a-z-]+ ){0,2}[a-z-]{4,})/i, 'By how much does NAME outperform THING?', 'Why is NAME worse than THING?'],
  [/\b(?:without|no need for)\s+((?:[a-z-]+ ){0,2}[a-z-]{4,})/i, 'Why does NAME work without THING?', 'Why does NAME need THING?'],
]

/** At most two questions a paper, one that takes what it says for granted and one the opposite; none of a paper without a named method. */
export function premiseQuestions(papers: readonly RawPaper[]): { readonly question: string; readonly told: boolean }[] {
  return papers.flatMap(({ title, abstract }) => {
    const name = nameOf({ title })
    const found = STATEMENTS.map(([pattern, said, opposite]) => ({ said, opposite, thing: pattern.exec(abstract)?.[1] })).find(({ thing }) => thing !== undefined)
    if (name === undefined || found?.thing === undefined) return []
    const filled = (question: string) => question.replace('NAME', name).replace('THING', found.thing as string)
    return [{ question: filled(found.said), told: true }, { question: filled(found.opposite), told: false }]
  })
}

/** Words that point one way, and the other. */
const TURNS: readonly (readonly [string, string])[] = [
  ['more', 'less'], ['higher', 'lower'], ['faster', 'slower'], ['better', 'worse'], ['larger', 'smaller'], ['longer', 'shorter'], ['fewer', 'more'], ['best', 'worst'], ['increase', 'decrease'], ['increases', 'decreases'],
  ['improve', 'degrade'], ['improves', 'degrades'], ['raise', 'lower'], ['reduce', 'increase'], ['reduces', 'increases'], ['cut', 'raise'], ['gain', 'loss'], ['outperform', 'lose to'], ['beat', 'lose to'], ['avoid', 'require'],
  ['need', 'avoid'], ['without', 'with'], ['strong', 'weak'], ['high', 'low'], ['low', 'high'], ['small', 'large'], ['large', 'small'], ['early', 'late'], ['easy', 'hard'], ['hard', 'easy'], ['prevent', 'cause'], ['succeed', 'fail'],
]

/** Each question that takes a direction for granted, turned round; what asks "how much", "what" or "which" often names a direction that it does not presume. */
export function turnDirections(questions: readonly string[]): string[] {
  return questions.flatMap((question) => {
    if (!/^(?:why|by how much|how (?:does|do|did|has|have))\b/i.test(question)) return []
    const found = TURNS.find(([word]) => new RegExp(String.raw`\b${word}\b`).test(question))
    return found === undefined ? [] : [question.replace(new RegExp(String.raw`\b${found[0]}\b`), found[1])]
  })
}

/** Questions about one named method put to another one: what is a detail of the one is seldom told of the other. */
export function transplanted(questions: readonly { readonly title: string; readonly question: string }[], random: Random): { readonly title: string; readonly question: string }[] {
  const named = questions.flatMap(({ title, question }) => {
    const name = nameOf({ title })
    return name !== undefined && question.includes(name) ? [{ title, question, name }] : []
  })
  const names = new Map(named.map(({ title, name }) => [title, name]))
  const others = random.shuffled([...names])
  const known = new Set(questions.map(({ question }) => question))
  return named.flatMap(({ title, question, name }, i) => {
    const [otherTitle, otherName] = others[i % Math.max(1, others.length)] ?? []
    if (otherTitle === undefined || otherName === undefined || otherTitle === title) return []
    const moved = question.replace(name, otherName)
    return known.has(moved) ? [] : [{ title: otherTitle, question: moved }]
  })
}

/** Figures and details that readers ask for, each with the word by which an abstract would give it. */
const FIGURES = [
  'parameters', 'GPUs', 'GPU hours', 'participants', 'patients', 'annotators', 'images', 'tokens', 'layers', 'epochs', 'samples', 'languages', 'users', 'nodes', 'qubits', 'experts', 'clients', 'attention heads',
  'sites', 'questions', 'tasks', 'steps', 'cases', 'features', 'iterations', 'hospitals', 'countries', 'videos', 'sentences',
]
const SCORES = ['accuracy', 'BLEU score', 'F1 score', 'AUC', 'PSNR', 'FID', 'perplexity', 'latency', 'throughput', 'learning rate', 'batch size', 'error rate', 'recall', 'mAP', 'precision', 'success rate', 'compression ratio', 'speedup', 'sensitivity', 'R2']
const THINGS = ['optimizer', 'loss function', 'GPU', 'programming language', 'hospital', 'country', 'university', 'base model', 'tokenizer', 'regularizer', 'sensor', 'software', 'robot', 'backbone', 'corpus']

const nameOf = ({ title }: Pick<RawPaper, 'title'>) => /^[A-Z][\w-]*[A-Z0-9][\w-]*(?=:)/.exec(title)?.[0]

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
