/** Picks the figure that was asked for out of a quote, where the quote leaves no doubt which one it is. */
import { namesIn } from '../../retrieval/answerability.js'
import { subjectTerms, terms } from '../../text/terms.js'
import { fold } from '../../text/words.js'
import { namesOf, rowsOf } from './coordination.js'
import { nameIn } from '../question/ellipsis.js'
import type { Question } from '../question/question.js'

/** A figure with its sign, range and unit, as it stands in the text. */
const FIGURE = /(?<![\p{L}\p{N}.,^_-]|[^%]\/)[~≈$]?\d+(?:[.,]\d+)*(?:\s?[–-]\s?\d+(?:[.,]\d+)*)?(?:\s?(?:%|×|percent\b|percentage points\b|points\b|times\b|fold\b|ms\b|s\b|GB\b|MB\b|kB\b|dB\b|FPS\b|hours?\b|days?\b|years?\b|patients\b|million\b|billion\b)|[xX]\b|[KMB]\b)?(?![\p{L}\p{N}])/gu
/** Says that the figure behind it is a bound, or not exact, and goes wherever the figure goes. */
const QUALIFIER = /(?:\b(?:up to|about|approximately|around|roughly|nearly|almost|over|more than|greater than|at least|at most|less than|fewer than|under|below|above|as much as|as little as|as low as|as high as|an average of)|[<>≤≥])\s?$/i

interface Sort {
  readonly asked: RegExp
  /** What the figure must look like. */
  readonly figure: RegExp
  /** What must stand in its clause, where the question says it by a word that figures do not. */
  readonly measure?: RegExp
}

/** The first that the question matches decides. */
const SORTS: readonly Sort[] = [
  { asked: /\bhow fast\b/i, figure: /[×xX]$|times$|fold$|FPS$|ms$/, measure: /\b(?:FPS|speed\w*|faster|accelerat\w+|latency|throughput|runtime)\b/i },
  { asked: /\b(?:how many times|how much faster|speed-?ups?|by what factor)\b/i, figure: /[×xX]$|times$|fold$|%$|percent$/ },
  { asked: /\bcompression (?:ratio|rate|factor)|\bhow (?:much|far)\b.*\bcompress/i, figure: /[×xX]$|times$|fold$|%$|percent$/ },
  { asked: /\b(?:percent(?:age)?|accurac(?:y|ies)|share|fraction|(?<!\b(?:frame|learning|sampling|heart|data|bit|sample|refresh|clock) )rate)\b/i, figure: /%$|percent(?:age points)?$|points$/ },
  { asked: /\bhow (?:long|many (?:hours|days|years))\b/i, figure: /(?:hours?|days?|years?|ms|s)$/ },
  { asked: /\bhow much\b/i, figure: /[%×xX]$|percent$|times$|fold$/ },
]

function sortOf({ kind, text }: Question): Sort | undefined {
  return kind === 'figure' ? SORTS.find(({ asked }) => asked.test(text)) : undefined
}

/** A figure, or a word for one. */
const NUMBER = /\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|dozens?|hundreds?|thousands?|millions?|billions?|half|third|quarter|twice|double|triple|halv\w+|tenfold|single|no|none|all)\b/i

/** Whether a text has a number that is no year. */
export function givesNumber(text: string): boolean {
  return NUMBER.test(text.replace(/\b(?:19|20)\d\d\b/g, ' '))
}

/** "How strongly" may be answered in words. */
export function asksForNumber({ kind, text }: Question): boolean {
  return kind === 'figure' && /\bhow (?:much|many|fast|large|big|long|accurate)\b|\b(?:what|which) (?:[\w-]+ ){0,2}(?:accuracy|percentage|share|fraction|speed-?up|ratio|rate|number|score|perplexity|f1|auc)\b/i.test(text)
}

/** Words for what is measured: a figure in the clause of one is no figure of another. */
const MEASURES: readonly RegExp[] = [
  /\baccurac\w+|\btop-[15]\b/i, /\bmemory\b/i, /\benergy\b/i, /\b(?:latency|speed\w*|faster|throughput|runtime|accelerat\w+|FPS)\b/i, /\b(?:parameters?|params)\b/i, /\b(?:FLOPs|computation\w*|compute)\b/i,
  /\b(?:error|loss)\b/i, /\b(?:cost|price)\b/i, /\bcompress\w*\b/i, /\bsparsity\b/i, /\bperplexity\b/i, /\b(?:mortality|deaths?|survival)\b/i, /\b(?:recall|sensitivity)\b/i, /\b(?:precision|specificity)\b/i, /\b(?:F1|AUC|AUROC|mAP|BLEU|FID|PSNR|SSIM)\b/i,
  /\btraining time\b/i, /\bhallucinat\w+/i,
]

/** Asks how far something changes, rather than where it stands. */
const ASKS_CHANGE = /\b(?:how much|by what|by how much|how many times|speed-?ups?|factor|improve\w*|reduc\w*|sav(?:e|es|ed|ing|ings)|gains?|lower\w*|cut|drop\w*|increase\w*|decrease\w*|faster|compression)\b/i
const CHANGED_BEFORE = /\b(?:by|of) (?:up to |about |approximately |around |nearly |almost |over |more than |at least |an average of )?$/i
const CHANGE_AFTER = /^(?: \w+){0,2} (?:improvements?|increase|gains?|drop|reduction|decrease|higher|lower|less|fewer|more|better|worse|faster|slower|savings?|decline)\b/i
const VERB_OF_CHANGE = /\b(?:improv|increas|decreas|reduc|lower|drop|rais|boost|cut|gain|sav|exceed|outperform|surpass)\w*\b[^,;]*$/i

/** Another thing is spoken of from here on. */
const BESIDE_OTHERS = /\b(?:than|compared (?:to|with)|versus|vs\.?|over|against|unlike|outperform\w*|surpass\w*|exceed\w*|beat\w*|better|worse|baselines?|from|while|whereas)\b/i
const DENIED = /\b(?:not|no|never|neither|nor|without|cannot|fails?|failed|previous(?:ly)?|prior|expected|target(?:ed)?|would|required?|might|may)\b/i
const CLAUSE_END = /[,;:]\s|\s(?:and|while|whereas|but|with|when|which)\s/gi

interface Figure {
  readonly text: string
  readonly start: number
  readonly end: number
}

/** Whether the question tells what its figure must look like: "how fast" does, "how many parameters" does not. */
export function hasSort(question: Question): boolean {
  return sortOf(question) !== undefined
}

/** Whether a sentence has a figure of the sort that is asked for, whichever it is. */
export function fitsFigure(question: Question, sentence: string): boolean {
  const sort = sortOf(question)
  const figures = figuresIn(sentence)
  if (sort === undefined) return givesNumber(sentence)
  return figures.some(({ text, start, end }) => sort.figure.test(text) || (sort.measure?.test(clauseAround(sentence, start, end)) ?? false))
}

/**
 * The only figure of the quote that fits the question, or the one that stands against the only name or word that the
 * question shares with that part of it ("93.05% on CIFAR-10", also in a row of figures and a row of names); nothing
 * where more than one would do, where the figure may measure something else or belong to another thing, or is denied.
 * @param title of the paper: a sentence of "our method" is of what it names
 */
export function askedFigure(question: Question, quote: string, title = ''): string | undefined {
  const sort = sortOf(question)
  if (sort === undefined) return undefined
  const askedText = question.text.toLowerCase()
  const figures = figuresIn(quote)
  const fitting = figures.filter(({ text }) => sort.figure.test(text) && !askedText.includes(text.toLowerCase()))
  const rows = rowsOf(fitting, quote)
  const figure = fitting.length === 1 ? fitting[0] : (onlyOf(boundBy(question, rows, quote)) ?? onlyOf(rows.filter((row) => row.some((one) => isOfMeasure(question, quote, one, true))).flat()))
  if (figure === undefined || !namesIn(question.text).every((name) => holds(`${title} ${quote}`, name)) || !isOfMeasure(question, quote, figure, false) || !isOfThing(question, quote, figure, title) || !isOfSort(question.text, quote, figure)) return undefined
  const [qualifier = ''] = QUALIFIER.exec(quote.slice(0, figure.start)) ?? []
  return capitalised(`${qualifier}${figure.text}`)
}

function figuresIn(text: string): Figure[] {
  return [...text.matchAll(FIGURE)].map((match) => ({ text: match[0].trim(), start: match.index, end: match.index + match[0].length }))
}

function onlyOf(figures: readonly Figure[]): Figure | undefined {
  return figures.length === 1 ? figures[0] : undefined
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function holds(text: string, name: string): boolean {
  return fold(text).replace(/[^a-z0-9]/g, '').includes(fold(name).replace(/[^a-z0-9]/g, ''))
}

function boundBy(question: Question, rows: readonly (readonly Figure[])[], quote: string): Figure[] {
  return rows.flatMap((row) => {
    const [figure] = row
    if (row.length === 1 && figure !== undefined) return isNamed(question, nameAfter(quote.slice(figure.end))) ? row : []
    const names = namesOf(row, quote)
    return row.filter((_, i) => isNamed(question, names?.[i]))
  })
}

/** What stands with the figure between two commas or conjunctions. */
function clauseAround(text: string, start: number, end: number): string {
  const before = [...text.slice(0, start).matchAll(CLAUSE_END)].at(-1)
  const [after] = [...text.slice(end).matchAll(CLAUSE_END)]
  return text.slice(before === undefined ? 0 : before.index, after === undefined ? text.length : end + after.index)
}

/** The clause of the figure speaks of the measure that is asked for, or of none; the sentence does where the question names one. */
function isOfMeasure(question: Question, quote: string, { start, end }: Figure, inClause: boolean): boolean {
  const { text } = question
  const own = sortOf(question)?.measure
  const asked = [...MEASURES.filter((measure) => measure.test(text)), ...(own === undefined ? [] : [own])]
  const clause = clauseAround(quote, start, end)
  if (asked.length === 0) return !inClause && !MEASURES.some((measure) => measure.test(clause) && !measure.test(text))
  if (asked.some((measure) => measure.test(clause))) return true
  return !inClause && !MEASURES.some((measure) => measure.test(asked.some((one) => one.test(quote)) ? clause : quote))
}

/** Not of another thing that the sentence sets beside it, and not denied. */
function isOfThing({ text }: Question, quote: string, { start, end }: Figure, title: string): boolean {
  if (DENIED.test(clauseAround(quote, start, end))) return false
  const name = nameIn(text)
  if (name === undefined) return true
  const at = quote.toLowerCase().indexOf(name.toLowerCase())
  if (at >= 0) return !BESIDE_OTHERS.test(quote.slice(0, at)) && (at > end ? !BESIDE_OTHERS.test(quote.slice(end, at)) : !/\b(?:than|whereas|while|unlike)\b/i.test(quote.slice(at, start)))
  return title.toLowerCase().includes(name.toLowerCase()) && /\b(?:we|our|it|its|the proposed|this (?:method|approach|model|framework|scheme))\b/i.test(quote.slice(0, start))
}

/** A change where a change is asked for; a level, "reaches 91%", where a level is, and not how far it rose. */
function isOfSort(question: string, quote: string, { start, end }: Figure): boolean {
  if (ASKS_CHANGE.test(question)) return true
  const before = quote.slice(0, start)
  return !CHANGE_AFTER.test(quote.slice(end)) && !(CHANGED_BEFORE.test(before) && /\bby\b[^,;]*$/i.test(before)) && !(VERB_OF_CHANGE.test(before) && /\b(?:by|of)\b\s*\S*\s?$/i.test(before))
}

/** What follows a figure up to the next comma or "and". */
const nameAfter = (following: string) => /^ (?:on|for|in|with|of|at) ([^,;.]*?)(?=,|;|\.(?:\s|$)|\band\b|\bwith\b|$)/.exec(following)?.[1]

/** The question names all of it; a word of the question may be written together with others ("top1" has "top"). */
function isNamed(question: Question, name: string | undefined): boolean {
  if (name === undefined) return false
  const asked = subjectTerms(question.text).flatMap(({ term, joined }) => (joined === undefined ? [term] : [term, joined]))
  const own = terms(name)
  return own.length > 0 && own.every((term) => asked.some((one) => one === term || (/^\p{L}{3,}$/u.test(term) && one.includes(term))))
}
