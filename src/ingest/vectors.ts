/** Makes the vectors that are stored beside a paper: of the whole, and of each sentence. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Embedder } from '../embedding/embedder.js'
import type { PaperVectors } from '../library/library.js'
import type { PaperDraft } from '../papers/paper.js'
import { sentences } from '../papers/sentences.js'

/** Texts embedded in one turn of the event loop: questions are answered between the turns. */
const TEXTS_A_TURN = 24

type Text = Pick<PaperDraft, 'title' | 'abstract'>

/** What is embedded for the whole paper: title and abstract, with a full stop between them. */
export function passageOf({ title, abstract }: Text): string {
  return /[.!?…]$/.test(title) ? `${title} ${abstract}` : `${title}. ${abstract}`
}

/** The vectors of each paper, in their order. */
export async function embedPapers(embedder: Embedder, papers: readonly Text[], signal?: AbortSignal): Promise<PaperVectors[]> {
  const spans = papers.map(({ abstract }) => sentences(abstract))
  const texts = papers.flatMap((paper, i) => [
    passageOf(paper),
    ...(spans[i] ?? []).map(({ start, end }) => paper.abstract.slice(start, end)),
  ])
  const vectors: Float32Array[] = []
  for (let start = 0; start < texts.length; start += TEXTS_A_TURN) {
    vectors.push(...(await embedder.embedPassages(texts.slice(start, start + TEXTS_A_TURN), signal)))
    await nextTurn()
  }
  let next = 0
  const take = () => vectors[next++] as Float32Array
  return spans.map((list) => ({ paper: take(), sentences: list.map((span) => ({ ...span, vector: take() })) }))
}
