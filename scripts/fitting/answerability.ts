/** Fits the probability that a library answers, on libraries of several sizes and on three kinds of questions. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Embedder } from '../../src/embedding/embedder.js'
import { createIngest } from '../../src/ingest/ingest.js'
import { openLibrary } from '../../src/library/open.js'
import type { Paper } from '../../src/papers/paper.js'
import { selfQuestions } from '../../src/papers/self-questions.js'
import type { AnswerabilityWeights } from '../../src/retrieval/answerability.js'
import type { AnswerabilityFeatures } from '../../src/retrieval/retrieval.js'
import type { Retrieve } from '../../src/retrieval/retrieval.js'
import { createRandom } from '../../src/text/random.js'
import type { Random } from '../../src/text/random.js'
import { fitLogistic } from './logistic.js'
import type { Example } from './logistic.js'

export type RawPaper = Pick<Paper, 'title' | 'abstract'>

/** What a question is to the library it was asked of. */
export type Standing = 'answerable' | 'absent' | 'off-topic'

export interface Asked {
  readonly standing: Standing
  readonly question: string
  readonly features: AnswerabilityFeatures
}

export interface AnswerabilitySources {
  /** Papers to fill the libraries with. */
  readonly papers: readonly RawPaper[]
  /** Questions of people, each answered by the paper of that title. */
  readonly questions: readonly { readonly title: string; readonly question: string }[]
  readonly offTopic: readonly string[]
}

export interface AnswerabilityParts {
  readonly embedder: Embedder
  /** The product's retriever over a library. */
  readonly retrieverOver: (library: Awaited<ReturnType<typeof openLibrary>>) => Retrieve
}

/** Self-made questions a library, for and against. */
const SELF_QUESTIONS = 120

/**
 * Asks a library of `size` papers: half of the papers with questions are in it (answerable), the other half stays out
 * (absent). Papers of its own give more answerable questions, papers left out more absent ones.
 */
export async function askLibrary(size: number, seed: number, sources: AnswerabilitySources, { embedder, retrieverOver }: AnswerabilityParts): Promise<Asked[]> {
  const random = createRandom(seed)
  const asked = new Set(sources.questions.map(({ title }) => title))
  const wanted = random.shuffled([...asked]).slice(0, Math.min(asked.size, size))
  const inside = new Set(wanted.slice(0, Math.ceil(wanted.length / 2)))
  const others = random.shuffled(sources.papers.filter(({ title }) => !asked.has(title)))
  const kept = [...sources.papers.filter(({ title }) => inside.has(title)), ...others.slice(0, size - inside.size)]
  const left = others.slice(size, size + SELF_QUESTIONS)
  const cases: { standing: Standing; question: string }[] = [
    ...sources.questions.filter(({ title }) => wanted.includes(title)).map(({ title, question }) => ({ standing: inside.has(title) ? ('answerable' as const) : ('absent' as const), question })),
    ...random.shuffled(kept).slice(0, SELF_QUESTIONS).flatMap((paper) => selfQuestions(paper, 1, random).map(({ text }) => ({ standing: 'answerable' as const, question: text }))),
    ...left.flatMap((paper) => selfQuestions(paper, 1, random).map(({ text }) => ({ standing: 'absent' as const, question: text }))),
    ...swapNames(sources.questions.filter(({ title }) => inside.has(title)).map(({ question }) => question), random).map((question) => ({ standing: 'absent' as const, question })),
    ...sources.offTopic.map((question) => ({ standing: 'off-topic' as const, question })),
  ]
  const folder = await mkdtemp(join(tmpdir(), 'footnote-fit-'))
  const library = await openLibrary({ dataDir: folder, model: embedder.model, log: { info() {}, warn() {} } })
  try {
    await createIngest({ library, embedder })(lines(kept), { format: 'jsonl' })
    const retrieve = retrieverOver(library)
    const result: Asked[] = []
    for (const { standing, question } of cases) result.push({ standing, question, features: (await retrieve(question, { limit: 10 })).features })
    return result
  } finally {
    await library.close()
    await rm(folder, { recursive: true })
  }
}

const NAME = /(?<=\s)(?:[A-Z]+[\w-]*[A-Z0-9][\w-]*|[A-Z][a-z]+)(?=[\s?,.])/g

/** Each question that holds a name, with a name of another one in its place: near to the library, and not answered by it. */
function swapNames(questions: readonly string[], random: Random): string[] {
  const names = questions.flatMap((question) => question.match(NAME) ?? [])
  return questions.flatMap((question) => {
    const [own] = random.shuffled(question.match(NAME) ?? [])
    const other = names[random.below(names.length)]
    return own === undefined || other === undefined || question.includes(other) ? [] : [question.replace(own, other)]
  })
}

/** The two kinds of questions without an answer count the same, and together as much as those with one. */
export function fitAnswerability(asked: readonly Asked[], ridge: number): AnswerabilityWeights {
  const share: Record<Standing, number> = { answerable: 0.5, absent: 0.25, 'off-topic': 0.25 }
  const examples = asked.map(
    ({ standing, features }): Example<keyof AnswerabilityWeights> => ({
      features: { bias: 1, ...features },
      label: standing === 'answerable' ? 1 : 0,
      weight: (share[standing] * asked.length) / asked.filter((other) => other.standing === standing).length,
    }),
  )
  return fitLogistic(examples, { ridge })
}

async function* lines(papers: readonly RawPaper[]): AsyncGenerator<Uint8Array> {
  for (const { title, abstract } of papers) yield Buffer.from(`${JSON.stringify({ title, abstract })}\n`)
}
