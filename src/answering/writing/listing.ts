/** Writes a list: how many papers belong in it as far as one can tell, and of each the sentence that says why. */
import type { PaperEvidence } from '../evidence/evidence.js'
import { inSingular } from '../question/listed.js'
import type { Question } from '../question/question.js'
import { emphasised, escaped } from './markdown.js'
import { countOfPapers, inWords, listing, mainTitle, nameOf, quoting, remark } from './phrasing.js'
import { leadOf } from './telling.js'
import type { Listed, WrittenSentence } from './writer.js'

/** Papers that are named behind a list, for want of room in it. */
const BEYOND_NAMED = 5
/** Of so many that were retrieved beyond the list, there may be more that were not. */
const MANY = 15
const TERSE = 4

/** Papers under one heading, each with the sentence by which it belongs; those that it has no room for are named. */
export function* writeList(question: Question, papers: readonly PaperEvidence[], listed: Listed = { beyond: [], isSure: true }): Generator<WrittenSentence> {
  const { order } = question
  const isByYear = order !== undefined && papers.some(({ paper }) => paper.year !== undefined)
  yield remark('', `${heading(question, papers.length, listed)}${isByYear ? `, the ${order} first` : ''}:`)
  for (const [i, paper] of papers.entries()) {
    const year = isByYear ? paper.paper.year : undefined
    const item = quoting(`${i === 0 ? '\n\n' : '\n'}- `, `${nameOf(paper, papers)}${year === undefined ? '' : ` (${year})`}: `, paper, leadOf(question, paper))
    yield year === undefined ? item : { ...item, record: ['year'], verified: { verdict: 'supported', support: 1 } }
  }
  const { beyond } = listed
  if (beyond.length > 0) yield further(beyond)
  if (question.denied !== undefined) yield remark('\n\n', SILENCE)
}

/** Behind a list of what is denied. */
const SILENCE = 'Only papers whose abstracts say so are named; of the others, silence is no answer.'

function further(beyond: Listed['beyond']): WrittenSentence {
  const rest = beyond.length - BEYOND_NAMED
  return remark('\n\n', `Further ones: ${listing([...beyond.slice(0, BEYOND_NAMED).map(({ title }) => emphasised(mainTitle(title))), ...(rest > 0 ? [`${inWords(rest)} more`] : [])])}.`)
}

/** "Three papers in this library use contrastive learning"; no number where it is in doubt and all are shown. */
function heading(question: Question, shown: number, { beyond, isSure }: Listed): string {
  const says = saysOf(question)
  if (question.extreme !== undefined) return `No abstract compares them all, so none is known to be the ${question.extreme}; these papers give figures${question.subject === undefined ? '' : ` for ${escaped(question.subject)}`}`
  if (question.denied !== undefined) return `These papers in this library ${says}, as their abstracts say${beyond.length > 0 ? ` (${inWords(shown)} of ${inWords(shown + beyond.length)})` : ''}`
  const all = shown + beyond.length
  if (beyond.length === 0) return `${isSure ? countOfPapers(all) : 'These papers'} in this library ${says}`
  const count = beyond.length >= MANY ? `At least ${all} papers` : isSure ? countOfPapers(all) : `About ${inWords(all)} papers`
  return `${count} in this library ${says}; ${inWords(shown)} of them`
}

/** What is said of one paper that is all that belongs: "One paper in this library bears on tides, *Spring tides*: ". */
export function onlyOne(question: Question, name: string, isSure: boolean): string {
  const says = inSingular(saysOf(question))
  return isSure ? `One paper in this library ${says}, ${name}: ` : `${name} ${says}: `
}

function saysOf({ kind, text, says }: Question): string {
  if (says !== undefined) return escaped(says)
  const bare = text.replace(/[\s?.!]+$/, '')
  // A few words that ask nothing are themselves the subject: "quantization".
  return kind === 'open' && bare.split(/\s+/).length <= TERSE ? `bear on ${escaped(bare)}` : 'bear on this'
}
