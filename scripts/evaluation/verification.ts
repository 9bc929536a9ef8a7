/** Measures the check of sentences: which faithful claims it lets through, and which unfaithful ones. */
import { join } from 'node:path'
import { z } from 'zod'
import { createClaimCheck } from '../../src/answering/language-model/claim-check.js'
import type { PaperEvidence } from '../../src/answering/evidence/evidence.js'
import { BUNDLED_MODELS_DIR } from '../../src/compose.js'
import type { Embedder } from '../../src/embedding/embedder.js'
import { openEmbedder } from '../../src/embedding/open.js'
import { FootnoteError } from '../../src/errors.js'
import { sentences } from '../../src/papers/sentences.js'
import { readJsonLines } from './files.js'

/** What is wrong with a claim; `paraphrase` is right. */
const KINDS = ['paraphrase', 'figure', 'unit', 'name', 'swap', 'negation', 'direction', 'overclaim', 'scope', 'invention'] as const

const ItemSchema = z.object({
  split: z.enum(['dev', 'test']),
  title: z.string(),
  /** Where it is not our own, it is not in the file, but among the papers given. */
  abstract: z.string().optional(),
  claims: z.array(z.object({ text: z.string(), kind: z.enum(KINDS) })),
})
type Item = z.infer<typeof ItemSchema> & { readonly abstract: string }

export interface VerificationFigures {
  readonly claims: number
  readonly supported: number
  readonly weak: number
}

export interface VerificationReport {
  readonly kind: 'verification'
  readonly file: string
  readonly split: string
  readonly model: string
  readonly papers: number
  /** By what is wrong; `another paper`: a right claim that cites the wrong paper, the right one not being there. */
  readonly kinds: Readonly<Record<string, VerificationFigures>>
  /** Right claims that cite the wrong paper of two. */
  readonly reattributed: { readonly claims: number; readonly toTheRight: number }
  /** Claims that were judged otherwise than they should be; of the half that figures are reported of, nobody should look at them. */
  readonly misjudged: readonly string[]
  readonly words: readonly string[]
  readonly ingest?: undefined
}

export interface VerificationOptions {
  /** `dev` or `test`, which share no paper. */
  readonly split: string
  readonly model?: string | undefined
  /** JSON lines with the abstracts, by title, that the claims leave out. */
  readonly papers?: readonly string[] | undefined
}

/** Throws `invalid_request` where a file cannot be read, or an abstract is missing. */
export async function evaluateVerification(file: string, { split, model = 'footnote-static', papers = [] }: VerificationOptions): Promise<VerificationReport> {
  const abstracts = new Map((await Promise.all(papers.map(readJsonLines))).flat().map(({ title, abstract }) => [title, abstract]))
  const items = (await readJsonLines(file)).map((line, i) => readItem(line, `Line ${i + 1} of ${file}`, abstracts)).filter((item) => item.split === split)
  const embedder = await openEmbedder(model, { bundledFolder: BUNDLED_MODELS_DIR, cacheFolder: join(BUNDLED_MODELS_DIR, '.cache') })
  try {
    return { kind: 'verification', file, split, model: embedder.model.id, papers: items.length, ...(await measure(items, embedder)), words: [] }
  } finally {
    await embedder.close()
  }
}

function readItem(line: unknown, name: string, abstracts: ReadonlyMap<unknown, unknown>): Item {
  const result = ItemSchema.safeParse(line)
  if (!result.success) throw new FootnoteError('invalid_request', `${name} is no paper with claims; write {split, title, abstract?, claims: {text, kind}[]}.`, { cause: result.error })
  const abstract = result.data.abstract ?? abstracts.get(result.data.title)
  if (typeof abstract !== 'string') throw new FootnoteError('invalid_request', `${name} has no abstract, and none of --papers is called “${result.data.title}”; name the file that holds it.`)
  return { ...result.data, abstract }
}

async function measure(items: readonly Item[], embedder: Embedder): Promise<Pick<VerificationReport, 'kinds' | 'reattributed' | 'misjudged'>> {
  const kinds = new Map<string, { claims: number; supported: number; weak: number }>()
  const misjudged: string[] = []
  const reattributed = { claims: 0, toTheRight: 0 }
  for (const [i, item] of items.entries()) {
    const other = items[(i + 1) % items.length] as Item
    for (const { text, kind } of item.claims) {
      const { verdict } = (await check([item], text, embedder)).verified
      count(kinds, kind, verdict)
      if (item.split === 'dev' && (verdict === 'supported') !== (kind === 'paraphrase')) misjudged.push(`${kind}, ${verdict}: ${text}`)
      if (kind !== 'paraphrase') continue
      count(kinds, 'another paper', (await check([other], text, embedder)).verified.verdict)
      const { sources } = await check([other, item], text, embedder)
      reattributed.claims++
      if (sources[0]?.paperId === item.title && sources.length === 1) reattributed.toTheRight++
    }
  }
  return { kinds: Object.fromEntries(kinds), reattributed, misjudged }
}

function count(kinds: Map<string, { claims: number; supported: number; weak: number }>, kind: string, verdict: string): void {
  const figures = kinds.get(kind) ?? { claims: 0, supported: 0, weak: 0 }
  figures.claims++
  if (verdict === 'supported') figures.supported++
  if (verdict === 'weak') figures.weak++
  kinds.set(kind, figures)
}

/** As a model's sentence that cites the first of these papers. */
function check(items: readonly Item[], text: string, embedder: Embedder) {
  return createClaimCheck(items.map(evidenceOf), (texts, signal) => embedder.embedPassages(texts, signal))({ text, numbers: [1] }, new AbortController().signal)
}

function evidenceOf({ title, abstract }: Item): PaperEvidence {
  return {
    paper: { id: title, title, abstract, addedAt: '2026-01-01T00:00:00.000Z' },
    similarity: 1, relevance: 1, coverage: 1, titleCoverage: 1,
    sentences: sentences(abstract).map(({ start, end }) => ({ text: abstract.slice(start, end), start, end, probability: 1 })),
  }
}
