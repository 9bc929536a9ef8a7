/** Puts verified sentences together into an answer whose citations are numbered in order of first use. */
import type { AnswerEvent, Citation, Claim, Quote } from '../answer.js'
import type { PaperEvidence } from '../evidence/evidence.js'
import { inert } from './markdown.js'
import { verify } from './verification.js'
import type { Source, WrittenSentence } from './writer.js'

export interface Draft {
  /** The events by which the sentence goes out; none when it is unsupported, which its claim then says. */
  add(sentence: WrittenSentence): AnswerEvent[]
  /** Text that speaks of the library rather than of a paper, and cites nothing. */
  say(text: string): AnswerEvent[]
  readonly text: string
  readonly citations: readonly Citation[]
  readonly claims: readonly Claim[]
}

/** A paper that may be cited. */
type Citable = Pick<PaperEvidence, 'paper' | 'similarity'>

export function createDraft(evidence: readonly Citable[]): Draft {
  const papers = new Map(evidence.map((paper) => [paper.paper.id, paper]))
  const citations: Citation[] = []
  const claims: Claim[] = []
  let text = ''

  function add({ before, text: sentence, sources, isRemark, record, verified }: WrittenSentence): AnswerEvent[] {
    if (isRemark === true) return say(`${text === '' ? before.trimStart() : before}${sentence}`)
    const known = sources.filter(({ paperId }) => papers.has(paperId))
    const { verdict, support } = verified ?? verify(sentence, known.map(({ paperId, quotes }) => ({ ...paperOf(paperId), quotes })))
    const lead = text === '' ? before.trimStart() : before
    const start = text.length + lead.length
    if (verdict === 'unsupported') {
      claims.push({ text: sentence, start, end: start, citations: [], verdict, support })
      return []
    }
    const isNews = known.some(hasNews)
    const numbers = known.map(cite)
    // What a paper says must not act, nor look like a marker, wherever the answer is shown as Markdown.
    const shown = inert(sentence)
    const claim: Claim = { text: shown, start, end: start + shown.length, citations: numbers, verdict, support, ...(record === undefined ? {} : { record: [...record] }) }
    const delta = `${lead}${shown} ${numbers.map((number) => `[${number}]`).join('')}`
    claims.push(claim)
    text += delta
    const news: AnswerEvent[] = isNews ? [{ type: 'sources', citations: [...citations] }] : []
    return [...news, { type: 'text-delta', text: delta }, { type: 'claim', claim }]
  }

  function say(said: string): AnswerEvent[] {
    text += said
    return [{ type: 'text-delta', text: said }]
  }

  function paperOf(id: string) {
    return (papers.get(id) as Citable).paper
  }

  function hasNews({ paperId, quotes }: Source): boolean {
    const earlier = citations.find(({ paper }) => paper.id === paperId)?.quotes ?? []
    return earlier.length === 0 || union(earlier, quotes).length > earlier.length
  }

  /** The number of the paper, with the quotes added to what it is cited for already. */
  function cite({ paperId, quotes }: Source): number {
    const index = citations.findIndex(({ paper }) => paper.id === paperId)
    const { paper, similarity } = papers.get(paperId) as Citable
    const earlier = citations[index]
    const number = earlier?.number ?? citations.length + 1
    citations[number - 1] = { number, paper, similarity, quotes: union(earlier?.quotes ?? [], quotes) }
    return number
  }

  return {
    add,
    say,
    get text() {
      return text
    },
    citations,
    claims,
  }
}

function union(earlier: readonly Quote[], later: readonly Quote[]): Quote[] {
  return [...earlier, ...later.filter((quote) => !earlier.some(({ start, end }) => start === quote.start && end === quote.end))]
}
