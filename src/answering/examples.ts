/** Finds questions to begin with: made of this library's own titles, and kept only if it answers them. */
import type { Library } from '../library/library.js'
import type { Paper } from '../papers/paper.js'
import { fold } from '../text/words.js'
import { isStopWord } from '../text/terms.js'
import type { Answer, Ask } from './answer.js'

export interface Example {
  readonly question: string
  /** How many papers its answer cites. */
  readonly papers: number
}

/** Up to three, none where no question is answered; made once for each state of the library. */
export type FindExamples = () => Promise<readonly Example[]>

/** A question, with the papers that must be among those its answer cites: the one it was made of, or several on a subject. */
interface Candidate {
  readonly question: string
  readonly about?: string
  readonly atLeast: number
}

const WANTED = 3
/** Titles that are looked at, and questions of a kind that are tried: a library of any size costs the same. */
const TITLES = 100
const TRIES = 6
/** A subject is one that several titles share, and not what all of them are about. */
const SHARED_BY = 3
const SHARED_AT_MOST = 0.12

/** `MiniCache: …`: a name that a title gives to what it presents. */
const NAME = /^([A-Z][\w-]*[A-Z0-9][\w-]*): /
/** A title that can stand as the object of a question: no sentence, no slogan, something of something. */
const SUBJECT = /^(?!.*\b(?:is|are|was|were|be|do|does|can|need|needs|matters?|makes?|helps?|how|what|why|when|you|your|we|it|all|not|this|that)\b)(?=.*\b(?:of|for|in|with|on|under|by|from|to|between)\b)[^:;?!.$]{15,75}$/i
const OPENING = /^(?:an?|the|on|towards?|notes? on|(?:a )?study (?:of|on)) /i

export function createExamples({ library, ask }: { readonly library: Pick<Library, 'list' | 'status'>; readonly ask: Ask }): FindExamples {
  let made: { readonly revision: number; readonly examples: Promise<readonly Example[]> } | undefined
  return async () => {
    const { revision } = await library.status()
    if (made?.revision === revision) return made.examples
    const examples = find()
    made = { revision, examples }
    // What failed once is tried again by the next who asks.
    examples.catch(() => {
      if (made?.examples === examples) made = undefined
    })
    return examples
  }

  async function find(): Promise<readonly Example[]> {
    const { papers } = await library.list({ limit: TITLES })
    const kinds = [sharedSubjects(papers), names(papers), subjects(papers)].map((candidates) => answered(candidates.slice(0, TRIES)))
    const found: Example[] = []
    // One of each kind, as far as there are; then further ones in turn.
    for (let done = 0; found.length < WANTED && done < kinds.length; ) {
      done = 0
      for (const kind of kinds) {
        const { value, done: over } = await kind.next()
        if (over) done++
        else if (found.length < WANTED) found.push(value)
      }
    }
    return found
  }

  async function* answered(candidates: readonly Candidate[]): AsyncGenerator<Example, undefined> {
    for (const { question, about, atLeast } of candidates) {
      const answer = await answerTo(question)
      if (answer?.answerable.verdict !== 'answered' || answer.citations.length < atLeast) continue
      if (about === undefined || answer.citations[0]?.paper.id === about) yield { question, papers: answer.citations.length }
    }
  }

  async function answerTo(question: string): Promise<Answer | undefined> {
    for await (const event of ask({ question, writer: 'extractive' }, new AbortController().signal)) if (event.type === 'answer-end') return event.answer
    return undefined
  }
}

/** Pairs of words with which several titles end a phrase, what the most share first: `Which papers are about continual learning?` */
function sharedSubjects(papers: readonly Paper[]): Candidate[] {
  const shared = new Map<string, { readonly surface: string; count: number }>()
  for (const { title } of papers) {
    const pairs = new Map(wordPairs(title).map((surface) => [fold(surface), surface]))
    for (const [folded, surface] of pairs) {
      const known = shared.get(folded)
      if (known === undefined) shared.set(folded, { surface, count: 1 })
      else known.count++
    }
  }
  return [...shared.values()]
    .filter(({ count }) => count >= SHARED_BY && count <= Math.max(SHARED_BY, papers.length * SHARED_AT_MOST))
    .sort((a, b) => b.count - a.count)
    .map(({ surface }) => ({ question: `Which papers are about ${uncapitalised(surface)}?`, atLeast: 2 }))
}

/** `KV cache compression for large language models`: cache compression, language models; "large language" is but a part of something. */
function wordPairs(title: string): string[] {
  const stretches = title.match(/[\p{L}\p{N}-]+(?: [\p{L}\p{N}-]+)*/gu) ?? []
  return stretches.flatMap((stretch) => {
    const words = stretch.split(' ')
    const tells = (word: string | undefined) => word !== undefined && word.length > 2 && !isStopWord(fold(word))
    return words.flatMap((word, i) => (tells(word) && tells(words[i + 1]) && !tells(words[i + 2]) ? [`${word} ${words[i + 1]}`] : []))
  })
}

function names(papers: readonly Paper[]): Candidate[] {
  return papers.flatMap(({ id, title }) => {
    const name = NAME.exec(title)?.[1]
    return name === undefined ? [] : [{ question: `What does ${name} achieve?`, about: id, atLeast: 1 }]
  })
}

function subjects(papers: readonly Paper[]): Candidate[] {
  return papers.filter(({ title }) => SUBJECT.test(title)).map(({ id, title }) => ({ question: `What is known about ${asObject(title)}?`, about: id, atLeast: 1 }))
}

/** `A universal model of networks` → `universal model of networks`; `Errors of Harbour Gauges` stays as it is. */
function asObject(title: string): string {
  const rest = title.replace(OPENING, '')
  return /^\p{Lu}\p{Ll}/u.test(rest) && !/ \p{Lu}\p{Ll}/u.test(rest) ? rest.charAt(0).toLowerCase() + rest.slice(1) : rest
}

/** `Vision-Language Models`, `GPU Kernels` → `vision-language models`, `GPU kernels`: words with a capital or figure within stay as they are. */
function uncapitalised(text: string): string {
  return text.replace(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu, (word) => (/^\p{Lu}[\p{Ll}-]*$/u.test(word) ? word.toLowerCase() : word))
}
