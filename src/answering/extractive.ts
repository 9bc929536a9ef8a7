/** Writes an answer out of word-for-word quotes, without a language model. */
import type { Evidence, PaperEvidence } from './evidence.js'
import { emphasised } from './markdown.js'
import type { QuestionKind } from './question.js'
import type { Writer, WriteRequest, WrittenSentence } from './writer.js'

/** Questions that ask for several papers rather than one fact. */
const WIDE: ReadonlySet<QuestionKind> = new Set(['list', 'comparison', 'open'])

/** A further sentence or paper joins when it is at least this good, against the best one. */
const SECOND_SENTENCE = 0.4
const SECOND_PAPER = 0.6
const LISTED_PAPER = 0.35
/** A listed paper holds at least this share of what the best covered one holds of the question. */
const LISTED_COVERAGE = 0.6

const MAX_SENTENCES_PER_PAPER = 3

export function createExtractiveWriter(): Writer {
  return {
    name: 'extractive',
    async *write(request, signal) {
      const listed = WIDE.has(request.question.kind)
      const papers = choosePapers(request, listed)
      for (const [i, paper] of papers.entries()) {
        if (signal.aborted) return
        yield* writePaper(paper, { index: i, listed: listed && papers.length > 1 })
      }
    },
  }
}

/** The paper that answers best leads; others follow in order while they come near it. */
function choosePapers({ evidence }: WriteRequest, listed: boolean): PaperEvidence[] {
  const ranked = evidence
    .filter(({ sentences }) => sentences.length > 0)
    .map((paper) => ({ paper, value: (paper.relevance + paper.coverage + (listed ? paper.titleCoverage : 0)) * (0.5 + best(paper)) }))
    .sort((a, b) => b.value - a.value)
  const top = ranked[0]?.value ?? 0
  const covered = Math.max(...ranked.map(({ paper }) => paper.coverage))
  return ranked
    .filter(({ paper, value }) => (listed ? value >= top * LISTED_PAPER && paper.coverage >= covered * LISTED_COVERAGE : value >= top * SECOND_PAPER))
    .map(({ paper }) => paper)
}

function* writePaper(paper: PaperEvidence, { index, listed }: { readonly index: number; readonly listed: boolean }): Generator<WrittenSentence> {
  const lead = paper.sentences[0] as Evidence
  const opening = listed ? (index === 0 ? '- ' : '\n- ') : index === 0 ? '' : '\n\n'
  yield sentence(`${opening}`, `${emphasised(paper.paper.title)}: “${lead.text}”`, paper, lead)
  let written = [lead]
  if (index > 0 || listed) return
  for (const next of paper.sentences.slice(1)) {
    if (written.length >= MAX_SENTENCES_PER_PAPER) return
    if (next.probability < lead.probability * SECOND_SENTENCE) return
    if (written.some((earlier) => overlap(earlier, next))) continue
    yield sentence(' ', `“${next.text}”`, paper, next)
    written = [...written, next]
  }
}

function sentence(before: string, text: string, { paper }: PaperEvidence, { start, end, text: quoted }: Evidence): WrittenSentence {
  return { before, text, sources: [{ paperId: paper.id, quotes: [{ text: quoted, start, end }] }] }
}

function best({ sentences }: PaperEvidence): number {
  return sentences[0]?.probability ?? 0
}

function overlap(a: Evidence, b: Evidence): boolean {
  return a.start < b.end && b.start < a.end
}
