/** Finds the sentences of the papers that carry a claim in a model's own words, or none. */
import { dot } from '../retrieval/vectors.js'
import type { Quote } from './answer.js'
import { KIN, objection } from './contradiction.js'
import type { PaperEvidence } from './evidence.js'
import { sameFigure } from './figures.js'
import type { ModelSentence } from './model-text.js'
import { nameKey, readStatement } from './statement.js'
import type { Statement } from './statement.js'
import type { Verified } from './verification.js'
import type { Source } from './writer.js'

/** Unit vectors of texts, in their order. */
export type EmbedTexts = (texts: readonly string[], signal: AbortSignal) => Promise<Float32Array[]>

export interface CheckedClaim {
  readonly sources: readonly Source[]
  readonly verified: Verified
}

export type CheckClaim = (sentence: Pick<ModelSentence, 'text' | 'numbers'>, signal: AbortSignal) => Promise<CheckedClaim>

/** Support from which on a claim counts as carried, chosen on the development half of `test/data/claims.jsonl`. */
export const SUPPORTED = 0.62
const WEAK = 0.5

const REFUSED: CheckedClaim = { sources: [], verified: { verdict: 'unsupported', support: 0 } }

/** A sentence with such a beginning speaks of what the one before it spoke of. */
const LEANS = /^(?:It|They|This|These|Those|That|Its|Their|Such|He|She|Here|Thus|Therefore|Hence|However|Moreover|Furthermore|Additionally|Similarly|In addition|In contrast|By contrast|The (?:latter|former|method|approach|model|authors|same|others?))\b/

/**
 * Checks the sentences of one answer in their order. A cited paper stays if one or two of its sentences carry the
 * claim; if none does, the paper that does is cited instead; if there is none, the claim is unsupported. A sentence that leans on
 * one that was refused, or on one that cites other papers, is refused with it.
 */
export function createClaimCheck(evidence: readonly PaperEvidence[], embed: EmbedTexts): CheckClaim {
  const papers = evidence.map(readPaper)
  const vectors = new Map<string, Float32Array>()
  let before: CheckedClaim | undefined

  return async (sentence, signal) => {
    const checked = await check(sentence, signal)
    before = checked
    return checked
  }

  async function check({ text, numbers }: Parameters<CheckClaim>[0], signal: AbortSignal): Promise<CheckedClaim> {
    const claim = readStatement(text)
    if (!saysSomething(claim)) return REFUSED
    const [vector] = await embed([text], signal)
    const cited = [...new Set(numbers)].flatMap((number) => papers[number - 1] ?? [])
    const others = papers.filter((paper) => !cited.includes(paper))
    const supports = await Promise.all(cited.map((paper) => support(claim, vector, paper, signal)))
    const carrying = supports.filter(({ verified }) => verified.verdict === 'supported')
    const found = carrying.length > 0 ? carrying : ((await byClauses(text, cited, signal)) ?? [await elsewhere(claim, vector, others, signal)])
    const weak = supports.filter(({ verified }) => verified.verdict === 'weak')
    if (found[0] === REFUSED && weak.length > 0) return leansRightly(text, weak) ? joined(weak) : REFUSED
    return leansRightly(text, found) ? joined(found) : REFUSED
  }

  /** "A does this, while B does that", each half by a paper of its own. */
  async function byClauses(text: string, cited: readonly ReadPaper[], signal: AbortSignal): Promise<CheckedClaim[] | undefined> {
    const clauses = text.split(CLAUSES).filter((clause) => readStatement(clause).keys.size > 1)
    if (clauses.length < 2 || cited.length < 2) return undefined
    const found: CheckedClaim[] = []
    for (const clause of clauses) {
      const [vector] = await embed([clause], signal)
      const best = await elsewhere(readStatement(clause), vector, cited, signal)
      if (best === REFUSED) return undefined
      found.push(best)
    }
    return found
  }

  async function elsewhere(claim: Statement, vector: Float32Array | undefined, others: readonly ReadPaper[], signal: AbortSignal): Promise<CheckedClaim> {
    const all = await Promise.all(others.map((paper) => support(claim, vector, paper, signal)))
    return all.filter(({ verified }) => verified.verdict === 'supported').sort((a, b) => b.verified.support - a.verified.support)[0] ?? REFUSED
  }

  async function support(claim: Statement, vector: Float32Array | undefined, paper: ReadPaper, signal: AbortSignal): Promise<CheckedClaim> {
    const missing = paper.sentences.filter(({ quote }) => !vectors.has(quote.text)).map(({ quote }) => quote.text)
    const embedded = missing.length === 0 ? [] : await embed(missing, signal)
    missing.forEach((text, i) => vectors.set(text, embedded[i] as Float32Array))
    const near = (text: string) => (vector === undefined ? 0 : dot(vector, vectors.get(text) as Float32Array))
    return bestOf(paper.sentences.map((sentence) => carriedBy(claim, sentence, paper, near(sentence.quote.text))), paper.id)
  }

  function leansRightly(text: string, found: readonly CheckedClaim[]): boolean {
    if (!LEANS.test(text) || before === undefined) return true
    return found.some(({ sources }) => sources.some(({ paperId }) => before?.sources.some((source) => source.paperId === paperId)))
  }
}

const LEAST_WORDS = 2
const MOST_REPETITION = 3

/** Not a lone word, and not the same few words over and over. */
function saysSomething({ tokens, keys, figures }: Statement): boolean {
  return keys.size + figures.length >= LEAST_WORDS && tokens.filter(({ key }) => key !== '').length <= keys.size * MOST_REPETITION
}

const CLAUSES = /\s*(?:;|,?\s+(?:while|whereas|but)|,\s*and)\s+/

interface ReadSentence {
  readonly quote: Quote
  readonly statement: Statement
}

interface ReadPaper {
  readonly id: string
  readonly title: Statement
  /** Names that stand for the paper's own subject: of its title, and what it introduces. */
  readonly ownNames: ReadonlySet<string>
  readonly sentences: readonly ReadSentence[]
  readonly keys: ReadonlySet<string>
}

/** Longer ones are no sentences, and would take long to read. */
const LONGEST_SENTENCE = 2_000

function readPaper({ paper, sentences }: PaperEvidence): ReadPaper {
  const title = readStatement(paper.title)
  const read = sentences.filter(({ text }) => text.length <= LONGEST_SENTENCE).map(({ text, start, end }) => ({ quote: { text, start, end }, statement: readStatement(text) }))
  const introducing = read.filter(({ statement }) => statement.keys.has('=propose'))
  return {
    id: paper.id,
    title,
    ownNames: new Set([title, ...introducing.map(({ statement }) => statement)].flatMap(({ names }) => names.map(nameKey))),
    sentences: read,
    keys: new Set(read.flatMap(({ statement }) => [...statement.keys])),
  }
}

interface Carried {
  readonly quotes: readonly Quote[]
  readonly support: number
  readonly verdict: Verified['verdict']
}

/** How one sentence carries the claim, with a second one where that has a figure or name that is missing; undefined if facts are missing all the same. */
function carriedBy(claim: Statement, sentence: ReadSentence, paper: ReadPaper, similarity: number): Carried | undefined {
  const second = missingFacts(claim, sentence.statement, paper) === 0 ? undefined : secondFor(claim, sentence, paper)
  if (second === null) return undefined
  const chosen = second === undefined ? [sentence] : [sentence, second]
  const objections = chosen.map(({ statement }) => objection(claim, statement))
  const covered = coverage(claim, chosen, paper) * COVERAGE_SHARE + Math.max(0, similarity) * (1 - COVERAGE_SHARE)
  const support = Math.max(0, Math.min(1, covered) - (second === undefined ? 0 : SECOND_COSTS))
  const isUnsupported = support < WEAK || objections.includes('contradiction') || addsSomething(claim, chosen, paper)
  const verdict = isUnsupported ? 'unsupported' : support < SUPPORTED || objections[0] === 'overstated' ? 'weak' : 'supported'
  return { quotes: chosen.map(({ quote }) => quote), support, verdict }
}

/**
 * Words that the whole paper lacks, where they may be the point: behind a preposition of place ("in doctors"), within a
 * sentence that is otherwise a copy, or making up most of a clause.
 */
function addsSomething(claim: Statement, chosen: readonly ReadSentence[], { keys, title, ownNames }: ReadPaper): boolean {
  const isNew = (key: string) => !/^(?:[=#]|$)/.test(key) && !keys.has(key) && !title.keys.has(key) && !ownNames.has(key) && !chosen.some(({ statement }) => holds(statement, key))
  if (!claim.tokens.some(({ key }) => isNew(key))) return false
  const isPlace = claim.tokens.some(({ key }, i) => isNew(key) && claim.tokens.slice(Math.max(0, i - 2), i).some(({ word }) => PLACE.test(word)))
  return isPlace || isCopy(claim, chosen, isNew) || claim.text.split(CLAUSE).map(readStatement).some((clause) => isMostlyNew(clause, isNew))
}

const CLAUSE = /(?:,| and| while| whereas| but|;)\s+/
const COPIED = 0.6

/** The words that are not new stand in the order of the source, most of them side by side as there. */
function isCopy(claim: Statement, chosen: readonly ReadSentence[], isNew: (key: string) => boolean): boolean {
  const known = new Set(chosen.flatMap(({ statement }) => pairsOf(statement)))
  const pairs = pairsOf(claim).filter((pair) => !pair.split(' ').some(isNew))
  return pairs.length > 1 && pairs.filter((pair) => known.has(pair)).length >= pairs.length * COPIED
}

function pairsOf({ tokens, figures }: Statement): string[] {
  const sequence = [...tokens.filter(({ key }) => key !== ''), ...figures.map(({ start, value, unit }) => ({ start, key: `#${value}${unit}` }))].sort((a, b) => a.start - b.start).map(({ key }) => key)
  return sequence.slice(1).map((key, i) => `${sequence[i]} ${key}`)
}

function isMostlyNew({ keys }: Statement, isNew: (key: string) => boolean): boolean {
  const added = [...keys].filter(isNew).length
  return added > 1 && added * 2 >= keys.size
}

const PLACE = /^(?:in|among|on|for)$/i

/** The sentence that has what is missing; null where there is none, or where the first has another figure in its place. */
function secondFor(claim: Statement, first: ReadSentence, paper: ReadPaper): ReadSentence | null {
  const missing = claim.figures.filter((figure) => !first.statement.figures.some((known) => sameFigure(figure, known)))
  if (missing.some(({ unit }) => unit !== '' && first.statement.figures.some((known) => known.unit === unit))) return null
  return paper.sentences.find((other) => other !== first && !overlaps(other.quote, first.quote) && missingFacts(claim, joinedStatement(first, other), paper) === 0) ?? null
}

const COVERAGE_SHARE = 0.75
const SECOND_COSTS = 0.05

/** Figures that the source does not have, and names that neither it nor its paper as a whole goes by. */
function missingFacts(claim: Statement, source: Pick<Statement, 'figures' | 'keys' | 'text'>, { ownNames, title }: ReadPaper): number {
  const figures = claim.figures.filter((figure) => ![...source.figures, ...title.figures].some((known) => sameFigure(figure, known)))
  const names = claim.names.filter((name) => !source.keys.has(nameKey(name)) && !ownNames.has(nameKey(name)) && !isAcronymOf(name, source.text))
  return figures.length + names.length + (claim.text.match(ADDRESS) ?? []).filter((address) => !source.text.includes(address)).length
}

const ADDRESS = /\b(?:[a-z][a-z+.-]*:\/\/|www\.)\S*[\p{L}\p{N}/]/giu

function joinedStatement(a: ReadSentence, b: ReadSentence): Pick<Statement, 'figures' | 'keys' | 'text'> {
  return {
    text: `${a.quote.text} ${b.quote.text}`,
    figures: [...a.statement.figures, ...b.statement.figures],
    keys: new Set([...a.statement.keys, ...b.statement.keys]),
  }
}

/** `LLMs` for "large language models". */
function isAcronymOf(name: string, text: string): boolean {
  const letters = name.replace(/s$/, '').toLowerCase()
  if (!/^\p{Lu}{2,6}s?$/u.test(name)) return false
  const initials = (text.match(/\p{L}+/gu) ?? []).map((word) => (word[0] as string).toLowerCase()).join('')
  return initials.includes(letters)
}

/** A word that the paper says elsewhere, but not here, hints at a mix-up more than a word of the model's own. */
const DISPLACED = 1.6
const NAME = 1.5
/** What the title says is what the paper is about, and not what it found. */
const TITLE = 0.6

/** Share of the claim's content that the sentences, and the title for what it names, say. */
function coverage(claim: Statement, chosen: readonly ReadSentence[], { title, ownNames, keys }: ReadPaper): number {
  let held = 0
  let all = 0
  const seen = new Set<string>()
  for (const { key, isName } of claim.tokens) {
    if (key === '' || seen.has(key)) continue
    seen.add(key)
    const isHeld = chosen.some(({ statement }) => holds(statement, key)) || ownNames.has(key)
    const weight = (isName ? NAME : 1) * (!isHeld && keys.has(key) ? DISPLACED : 1)
    all += weight
    if (isHeld) held += weight
    else if (title.keys.has(key)) held += weight * TITLE
  }
  const figures = claim.figures.length
  return all + figures === 0 ? 0 : (held + figures) / (all + figures)
}

const COMMON_PREFIX = 5

function holds({ keys }: Statement, key: string): boolean {
  if (keys.has(key) || keys.has(KIN.get(key) ?? '')) return true
  if (key.startsWith('=') || key.length < COMMON_PREFIX) return false
  return [...keys].some((known) => !known.startsWith('=') && known.slice(0, COMMON_PREFIX) === key.slice(0, COMMON_PREFIX))
}

/** The sentence that says most of the claim decides: if it says otherwise, no other can carry the claim. */
function bestOf(carried: readonly (Carried | undefined)[], paperId: string): CheckedClaim {
  const [best] = carried.filter((one) => one !== undefined).sort((a, b) => b.support - a.support || a.quotes.length - b.quotes.length)
  if (best === undefined || best.verdict === 'unsupported') return REFUSED
  return { sources: [{ paperId, quotes: best.quotes }], verified: { verdict: best.verdict, support: best.support } }
}

/** Cited together; as sure as the weakest that is kept. */
function joined(found: readonly CheckedClaim[]): CheckedClaim {
  const [first = REFUSED, ...rest] = found
  const sources = new Map<string, Source>()
  for (const { sources: own } of found) for (const source of own) sources.set(source.paperId, { paperId: source.paperId, quotes: [...(sources.get(source.paperId)?.quotes ?? []), ...source.quotes] })
  const weakest = rest.reduce((least, one) => (one.verified.support < least.verified.support ? one : least), first)
  return { sources: [...sources.values()], verified: weakest.verified }
}

function overlaps(a: Quote, b: Quote): boolean {
  return a.start < b.end && b.start < a.end
}
