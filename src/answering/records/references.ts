/** Gives the references of papers that a conversation has named, as a list of literature has them. */
import { writeBibliography } from '../../papers/bibliography/bibliography.js'
import type { Paper } from '../../papers/paper.js'
import type { Retrieve } from '../../retrieval/retrieval.js'
import type { RecordField } from '../answer.js'
import { isTitle } from '../writing/phrasing.js'
import { said, sentence } from './record-lines.js'
import type { RecordOptions, SaidFromRecords } from './record-lines.js'

const CANDIDATES = 5

/** A line in APA style for each paper of these titles; nothing where none is here. What the library does not know is left out. */
export async function referencesOf(titles: readonly string[], { retrieve, filter, signal }: RecordOptions & { readonly retrieve: Retrieve }): Promise<SaidFromRecords | undefined> {
  const found = await Promise.all(titles.map(async (title) => (await retrieve(title, { limit: CANDIDATES, filter, signal })).papers.find(({ paper }) => isTitle(title, paper.title))))
  const papers = [...new Map(found.flatMap((ranked) => (ranked === undefined ? [] : [[ranked.paper.id, ranked.paper] as const]))).values()]
  return papers.length === 0 ? undefined : referenceLines(papers)
}

function referenceLines(papers: readonly Paper[]): SaidFromRecords {
  return said(papers.map((paper, i) => sentence(papers.length === 1 ? '' : `${i === 0 ? '' : '\n'}- `, referenceOf(paper), paper, fieldsOf(paper))), papers)
}

/** The first paragraph; what follows it lists what is missing. */
function referenceOf(paper: Paper): string {
  return writeBibliography([paper], 'apa').text.split('\n')[0] as string
}

function fieldsOf({ authors, year, venue }: Paper): RecordField[] {
  return ['title', ...(authors === undefined ? [] : ['authors' as const]), ...(year === undefined ? [] : ['year' as const]), ...(venue === undefined ? [] : ['venue' as const])]
}
