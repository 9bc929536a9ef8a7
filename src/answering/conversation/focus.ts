/** Tells what a conversation is about at a turn: the name, title or subject that "it" stands for. */
import { isGeneric, nameIn } from '../question/ellipsis.js'
import { readQuestion } from '../question/question.js'
import { subjectTerms } from '../../text/terms.js'

/** What a question may lean on. */
export interface Context {
  /** The last question, as it stands alone. */
  readonly topic: string
  /** Titles of the papers of the last answer by their numbers. */
  readonly papers: readonly string[]
  /** What earlier turns were about, the latest last: names, or titles between quotation marks. */
  readonly earlier: readonly string[]
  /** The last answer as it stands. */
  readonly said: string
}

/** What "it" means: what was to be defined, the name that was asked about, else the paper that answered first. */
export function focusOf({ topic, papers }: Pick<Context, 'topic' | 'papers'>): string | undefined {
  const { kind, subject } = readQuestion(topic)
  const title = /[“"]([^”"]+)[”"]/.exec(topic)?.[0]
  if (title !== undefined) return title
  if (kind === 'definition' && subject !== undefined) return subject.replace(/^an? /i, '')
  if (kind === 'list' && papers[0] !== undefined) return quoted(papers[0])
  return nameIn(topic) ?? (papers[0] === undefined ? subjectOf(topic) : quoted(papers[0]))
}

/** The subject words of a question, where it has no better name for its subject. */
export function subjectOf(topic: string): string | undefined {
  const words = subjectTerms(topic)
    .map(({ surface }) => surface)
    .filter((word) => !isGeneric(word))
  return readQuestion(topic).subject ?? (words.length === 0 ? undefined : words.slice(0, 8).join(' '))
}

/** What "the first", "both" and "the other" count: the sides of a comparison, the papers of a list, else what was talked about in turn. */
export function countedOf(context: Context): readonly string[] {
  const { papers, earlier } = context
  const sides = sidesOf(context)
  if (sides !== undefined) return sides
  if (papers.length >= 2) return papers.map(quoted)
  const focus = earlier.length > 0 || papers[0] === undefined ? focusOf(context) : quoted(papers[0])
  return focus === undefined ? earlier : [...earlier, focus]
}

/** The sides of a comparison by the titles that have them; nothing where the papers of the answer are two, one for each side. */
function sidesOf({ topic, papers }: Context): readonly string[] | undefined {
  const sides = readQuestion(topic).sides
  if (sides === undefined) return undefined
  const having = sides.map((side) => papers.filter((title) => title.toLowerCase().includes(side.toLowerCase())))
  if (papers.length === 2 && having.every(({ length }) => length < 2)) return undefined
  return sides.map((side, i) => (having[i]?.length === 1 ? quoted(having[i][0] as string) : side))
}

/** "ArCo" and the title that begins with it are one. */
export function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((name) => name.replace(/[“”"]/g, '').toLowerCase()) as [string, string]
  return a.startsWith(b) || b.startsWith(a)
}

export function quoted(title: string): string {
  return `“${title.replace(/[“”"]/g, '')}”`
}
