/** Measures how one sentence of a paper, or two of them, carry a claim in other words. */
import type { Paper } from '../../papers/paper.js'
import type { Claim, Quote } from '../answer.js'
import { sameFigure } from './figures.js'
import { KIN, objection } from './objection.js'
import { deniedIn } from './poles.js'
import { isDrug } from '../../text/kinds.js'
import { nameKey, readStatement } from './statement.js'
import type { Statement } from './statement.js'
import { hasSynonym } from './synonyms.js'

/** Support from which on a claim counts as carried, chosen on the development half of `test/data/claims.jsonl`. */
const SUPPORTED = 0.56
const WEAK = 0.5

export interface ReadSentence {
  readonly quote: Quote
  readonly statement: Statement
}

export interface ReadPaper {
  readonly id: string
  readonly title: Statement
  /** Names that stand for the paper's own subject: of its title, and what it introduces. */
  readonly ownNames: ReadonlySet<string>
  readonly sentences: readonly ReadSentence[]
  readonly keys: ReadonlySet<string>
}

/** Longer ones are no sentences, and would take long to read. */
const LONGEST_SENTENCE = 2_000

export function readPaper({ paper, sentences }: { readonly paper: Pick<Paper, 'id' | 'title'>; readonly sentences: readonly Quote[] }): ReadPaper {
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

export interface Carried {
  readonly quotes: readonly Quote[]
  readonly support: number
  readonly verdict: Claim['verdict']
  /** Says otherwise than the claim. */
  readonly isContrary: boolean
}

/** How one sentence carries the claim, with a second one where that has a figure or name that is missing; undefined if facts are missing all the same. */
export function carriedBy(claim: Statement, sentence: ReadSentence, paper: ReadPaper, similarity: number): Carried | undefined {
  const second = missingFacts(claim, sentence.statement, paper) === 0 ? undefined : secondFor(claim, sentence, paper)
  if (second === null) return undefined
  const chosen = second === undefined ? [sentence] : [sentence, second]
  const objections = chosen.map(({ statement }) => objection(claim, statement))
  const covered = coverage(claim, chosen, paper) * COVERAGE_SHARE + Math.max(0, similarity) * (1 - COVERAGE_SHARE)
  const support = Math.max(0, Math.min(1, covered) - (second === undefined ? 0 : SECOND_COSTS))
  const isUnsupported = support < WEAK || takesAnother(claim, chosen, paper) || isUnassigned(claim, chosen, paper) || deniesAlone(claim, chosen) || objections.includes('contradiction') || addsSomething(claim, chosen, paper)
  const verdict = isUnsupported ? 'unsupported' : support < SUPPORTED || objections[0] === 'overstated' ? 'weak' : 'supported'
  return { quotes: chosen.map(({ quote }) => quote), support, verdict, isContrary: objections.includes('contradiction') }
}

/**
 * Words that the whole paper lacks, where they may be the point: the name of a drug, behind a preposition of place ("in doctors"), within a
 * sentence that is otherwise a copy, or making up most of a clause.
 */
function addsSomething(claim: Statement, chosen: readonly ReadSentence[], { keys, title, ownNames }: ReadPaper): boolean {
  const isNew = (key: string) => !/^(?:[=#]|$)/.test(key) && !keys.has(key) && !title.keys.has(key) && !ownNames.has(key) && !chosen.some(({ statement }) => holds(statement, key))
  if (!claim.tokens.some(({ key }) => isNew(key))) return false
  if (claim.tokens.some(({ word, key }) => isNew(key) && isDrug(word))) return true
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

/** "Treated with placebo", which the paper speaks of elsewhere, where the sentence has "treated with enalapril". */
function takesAnother(claim: Statement, chosen: readonly ReadSentence[], { keys, ownNames }: ReadPaper): boolean {
  const said = objectsOf(claim)
  return said.some(({ preposition, key }) => {
    if (!keys.has(key) || ownNames.has(key) || chosen.some(({ statement }) => holds(statement, key))) return false
    return chosen.some(({ statement }) => objectsOf(statement).some((other) => other.preposition === preposition && !claim.keys.has(other.key) && !/^[=#]/.test(other.key)))
  })
}

/** "80% and 84% respectively": of what, is said in another sentence, which may name them in either order. */
function isUnassigned(claim: Statement, chosen: readonly ReadSentence[], { keys }: ReadPaper): boolean {
  return chosen.some(({ quote, statement }) => {
    if (!/\brespectively\b/i.test(quote.text) || !claim.figures.some((figure) => statement.figures.some((known) => sameFigure(figure, known)))) return false
    return claim.tokens.some(({ key }) => keys.has(key) && !statement.keys.has(key))
  })
}

const OBJECT_OF = /^(?:with|after|by|in|on|for|of|under|during)$/i

/** The first word behind each preposition. */
function objectsOf({ tokens }: Statement): { readonly preposition: string; readonly key: string }[] {
  return tokens.flatMap(({ word }, i) => {
    const next = OBJECT_OF.test(word) ? tokens.slice(i + 1, i + 4).find(({ key }) => key !== '') : undefined
    return next === undefined ? [] : [{ preposition: word.toLowerCase(), key: next.key }]
  })
}

const DENIES = /\b(?:not|no|never|cannot|without|nor|neither|none|hardly|rarely|unable|lack\w*|fail\w*|un(?:changed|affected|altered|related|necessary|able|likely|clear|known|touched)|in(?:significant|sufficient|dependent|accurate|effective|ability|capable|sensitive)\w*|\w+n['’]t|little|few|nothing|only|same|equal\w*|similar\w*|identical|comparable|free|eliminat\w*|remov\w*|avoid\w*|independent\w*|rather|instead|absen\w+|difficult|exclud\w*|zero|stop\w*|ceas\w*|less|fewer)\b/i

/** A denial that no word of the sentences bears out: what they do not say they do not deny either. */
function deniesAlone(claim: Statement, chosen: readonly ReadSentence[]): boolean {
  return /\b(?:not|no|never|cannot|neither|none|\w+n['’]t)\b/i.test(claim.text) && deniedIn(claim).size > 0 && !chosen.some(({ quote }) => DENIES.test(quote.text))
}

/** "It", "our method", "the model": named in a sentence before. */
const LEANS = /^(?:\W*(?:In|On|With|For|At|By|As)\b[^,]{0,60},\s*)?(?:It|They|This|These|We|Our|The)\b/i

/** The sentence that has what is missing; null where there is none, or where the first has another figure in its place. */
function secondFor(claim: Statement, first: ReadSentence, paper: ReadPaper): ReadSentence | null {
  const missing = claim.figures.filter((figure) => !first.statement.figures.some((known) => sameFigure(figure, known)))
  if (missing.some(({ unit }) => unit !== '' && first.statement.figures.some((known) => known.unit === unit))) return null
  const nameless = claim.names.filter((name) => !first.statement.keys.has(nameKey(name)) && !paper.ownNames.has(nameKey(name)) && !isAcronymOf(name, first.quote.text))
  // What the sentence says of another is not to be had for this one: by the other's name, or by a figure, unless it leans on what was named before.
  const isOfAnother = first.statement.names.some((name) => !claim.keys.has(nameKey(name)) && !paper.ownNames.has(nameKey(name)))
  if (nameless.length > 0 && (isOfAnother || (claim.figures.length > 0 && !LEANS.test(first.quote.text)))) return null
  // A sentence that gives this one another figure of the kind speaks against it.
  const differs = ({ statement }: ReadSentence) => nameless.length > 0 && statement.figures.some((known) => claim.figures.some(({ unit }) => unit === known.unit) && !claim.figures.some((figure) => sameFigure(figure, known)))
  // The figure of another subject is not this one's either.
  const strangers = claim.names.filter((name) => !paper.ownNames.has(nameKey(name)))
  const isOthers = ({ statement, quote }: ReadSentence) => missing.length > 0 && strangers.length > 0 && !strangers.some((name) => statement.keys.has(nameKey(name))) && !LEANS.test(quote.text)
  return paper.sentences.find((other) => other !== first && !differs(other) && !isOthers(other) && !overlaps(other.quote, first.quote) && missingFacts(claim, joinedStatement(first, other), paper) === 0) ?? null
}

const COVERAGE_SHARE = 0.75
const SECOND_COSTS = 0.05

/** Figures that the source does not have, and names that neither it nor its paper as a whole goes by. */
function missingFacts(claim: Statement, source: Pick<Statement, 'figures' | 'keys' | 'text'>, { ownNames, title }: ReadPaper): number {
  const figures = claim.figures.filter((figure) => ![...source.figures, ...title.figures].some((known) => sameFigure(figure, known)))
  const names = claim.names.filter((name) => !source.keys.has(nameKey(name)) && !ownNames.has(nameKey(name)) && !isAcronymOf(name, source.text))
  return figures.length + names.length + (claim.text.match(ADDRESS) ?? []).filter((address) => !source.text.includes(address)).length
}

const ADDRESS = /\b(?:[a-z][a-z+.-]{0,20}:\/\/|www\.)\S*[\p{L}\p{N}/]/giu

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
  if (keys.has(key) || keys.has(KIN.get(key) ?? '') || hasSynonym(key, keys)) return true
  if (key.startsWith('=') || key.length < COMMON_PREFIX) return false
  return [...keys].some((known) => !known.startsWith('=') && known.slice(0, COMMON_PREFIX) === key.slice(0, COMMON_PREFIX))
}

function overlaps(a: Quote, b: Quote): boolean {
  return a.start < b.end && b.start < a.end
}
