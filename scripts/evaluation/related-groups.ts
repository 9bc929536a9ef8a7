/** Counts how many papers of one group, drawn up by a reader, stand among one another's first neighbours. */
import { z } from 'zod'
import { FootnoteError } from '../../src/errors.js'
import { readJsonLines } from './files.js'
import { openForEvaluation } from './opened.js'
import type { IngestFigures, Opened, OpenOptions } from './opened.js'

const FIRST = 5
/** How far a paper is sought that is not among the first. */
const DEPTH = 50

const GroupSchema = z.strictObject({
  split: z.enum(['dev', 'test']),
  group: z.string(),
  /** How the titles of its papers begin. */
  titles: z.array(z.string()).min(2),
})

interface GroupFigures {
  readonly group: string
  readonly papers: number
  /** Ordered pairs of its papers, and those of which the second is among the first five neighbours of the first. */
  readonly pairs: number
  readonly met: number
  readonly missed: readonly { readonly seed: string; readonly other: string; readonly place: number | undefined }[]
}

export interface RelatedGroupsReport {
  readonly kind: 'related-groups'
  readonly file: string
  readonly split: string
  readonly model: string
  readonly papers: number
  readonly groups: readonly GroupFigures[]
  readonly ingest?: IngestFigures
  readonly words: readonly string[]
}

/** Fails with `invalid_request` when a line is no group, or the library lacks a paper of one. */
export async function evaluateRelatedGroups(file: string, split: string, options: OpenOptions): Promise<RelatedGroupsReport> {
  const groups = (await readJsonLines(file)).map((line, i) => readGroup(line, `Line ${i + 1} of ${file}`)).filter((one) => one.split === split)
  if (groups.length === 0) throw new FootnoteError('invalid_request', `${file} has no groups of the half "${split}"; use dev or test.`)
  const opened = await openForEvaluation(options)
  try {
    const figures: GroupFigures[] = []
    for (const { group, titles } of groups) figures.push(await measure(opened, group, titles))
    const { model, papers, ingest } = opened
    return { kind: 'related-groups', file, split, model, papers, groups: figures, ...(ingest === undefined ? {} : { ingest }), words: [] }
  } finally {
    await opened.close()
  }
}

function readGroup(line: unknown, name: string) {
  const result = GroupSchema.safeParse(line)
  if (result.success) return result.data
  throw new FootnoteError('invalid_request', `${name} is no group; write {"split": "dev"|"test", "group", "titles": [how each title begins, …]}.`, { cause: result.error })
}

async function measure({ footnote: { library, related } }: Opened, group: string, titles: readonly string[]): Promise<GroupFigures> {
  const papers = await Promise.all(titles.map(async (text) => {
    const paper = (await library.list({ text, limit: DEPTH })).papers.find(({ title }) => title.startsWith(text))
    if (paper === undefined) throw new FootnoteError('invalid_request', `The library has no paper whose title begins with "${text}"; give the file that it stands in with --papers.`)
    return { text, id: paper.id }
  }))
  const missed: GroupFigures['missed'][number][] = []
  for (const seed of papers) {
    const ids = (await related({ seeds: [seed.id], limit: DEPTH })).results.map(({ paper }) => paper.id)
    for (const other of papers) {
      const at = ids.indexOf(other.id)
      if (other !== seed && (at < 0 || at >= FIRST)) missed.push({ seed: seed.text, other: other.text, place: at < 0 ? undefined : at + 1 })
    }
  }
  const pairs = papers.length * (papers.length - 1)
  return { group, papers: papers.length, pairs, met: pairs - missed.length, missed }
}
