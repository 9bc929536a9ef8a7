/** The words of our own that stand between quotes: they introduce, count and name papers, and claim nothing. */
import { stem } from '../../text/terms.js'
import type { Evidence, PaperEvidence } from '../evidence/evidence.js'
import { emphasised } from './markdown.js'
import type { WrittenSentence } from './writer.js'

const FRAME = 'according adds along bear bears both comes compares concludes describes explains finds follows found frame library likewise method nearest nothing numbers otherwise paper papers report reports saying says side sides two well works writes yes one'

/** Stems of the words that introduce a quotation; a check of what is claimed passes over them. */
export const CONNECTING: ReadonlySet<string> = new Set(FRAME.split(' ').map(stem))

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve']

/** "five", "13". */
export function inWords(count: number): string {
  return NUMBERS[count]?.toLowerCase() ?? count.toLocaleString('en')
}

/** "Three papers", "13 papers". */
export function countOfPapers(count: number): string {
  return `${NUMBERS[count] ?? count.toLocaleString('en')} ${count === 1 ? 'paper' : 'papers'}`
}

/** "one, two and three". */
export function listing(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

/** "1 paper", "5,000 papers". */
export function countOf(count: number, noun: string): string {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`
}

/** A main title of one word must be a name, such as "TransMLA" or "PDP", to stand for the whole. */
const NAME = /^(?=.*[A-Z\d].*[A-Z\d]|.*[a-z][A-Z\d])[^\s]+$/
const LEAST_WORDS = 3

/** The main title in emphasis, or the whole title where the main one would not tell which paper is meant. */
export function nameOf({ paper }: PaperEvidence, all: readonly PaperEvidence[]): string {
  const main = mainTitle(paper.title)
  const isAmbiguous = all.some((other) => other.paper.id !== paper.id && mainTitle(other.paper.title) === main)
  return emphasised(isAmbiguous ? fullTitle(paper.title) : main)
}

/** Whether a paper is named by its title or its main title. */
export function isTitle(named: string, title: string): boolean {
  const plain = (text: string) => text.replace(/[“”"]/g, '').toLowerCase()
  return [title, fullTitle(title), mainTitle(title)].some((one) => plain(one) === plain(named))
}

/** Without the full stop that some catalogues put behind titles: a sentence has its own. */
export function fullTitle(title: string): string {
  return title.replace(/\.$/, '')
}

/** What stands before the first colon, if it can stand alone. */
export function mainTitle(title: string): string {
  const whole = fullTitle(title)
  const [main = whole] = whole.split(/: /, 1)
  return NAME.test(main) || main.split(' ').length >= LEAST_WORDS ? main : whole
}

export function quoting(before: string, introduction: string, { paper }: PaperEvidence, { text, start, end }: Evidence): WrittenSentence {
  return { before, text: `${introduction}“${text}”`, sources: [{ paperId: paper.id, quotes: [{ text, start, end }] }] }
}

export function remark(before: string, text: string): WrittenSentence {
  return { before, text, sources: [], isRemark: true }
}
