/** Tells where a claim says otherwise than its source in nearly the same words: denied, turned round, or mixed up. */
import { stem } from '../../text/terms.js'
import { boundsFigure, deniedIn, distance, NEARBY, polesIn } from './poles.js'
import type { Pole } from './poles.js'
import { PREPOSITION } from './statement.js'
import type { Statement, Token } from './statement.js'
import { swapsClauses, swapsFigures } from './swaps.js'
import { isDenial, poleOf } from './word-classes.js'

export function contradicts(claim: Statement, source: Statement): boolean {
  return turnsRound(claim, source) || isNegatedForm(claim, source) || isNonForm(claim, source) || swapsFigures(claim, source) || swapsClauses(claim, source) || harmsWhatIsKept(claim, source) || harmsWhatIsKept(source, claim)
}

/** "Hurts fluency" of "while preserving linguistic fluency". */
function harmsWhatIsKept(one: Statement, other: Statement): boolean {
  const kept = objectsOf(other, '=keep')
  return objectsOf(one, '=worse').some((key) => kept.includes(key))
}

/** The two words of meaning behind a verb that is not denied. */
function objectsOf(statement: Statement, verb: string): string[] {
  const denied = deniedIn(statement)
  return statement.tokens.flatMap((token, i) => (token.key === verb && !denied.has(token) ? statement.tokens.slice(i + 1).filter(({ key }) => key !== '').slice(0, 2).map(({ key }) => key) : []))
}

/** Denies what the source affirms or the reverse, or has its direction or its sides the other way round. */
export function turnsRound(claim: Statement, source: Statement): boolean {
  const roles = compareRoles(claim, source)
  return roles === 'contradiction' || isDenied(claim, source) || (roles === undefined && isTurned(claim, source))
}

/** Some word is denied in one and affirmed in the other, and none is denied in both. */
function isDenied(claim: Statement, source: Statement): boolean {
  const inClaim = deniedKeys(claim)
  const inSource = deniedKeys(source)
  if (deniesTheSame(claim, source)) return false
  if (inClaim.length === 0 && inSource.some((key) => FINDING.has(key)) && polesIn(claim).length > 0 && polesIn(source).length === 0) return true
  return inSource.some((key) => affirms(claim, key, [...inClaim, ...perhapsDenied(claim)])) || inClaim.some((key) => affirms(source, key, [...inSource, ...perhapsDenied(source)]))
}

/** Words between a negation and which others stand: "without a separate human detection step" affirms no detection. */
const FAR_REACH = 4

function perhapsDenied(statement: Statement): string[] {
  return [...deniedIn(statement, FAR_REACH)].map(({ key }) => key)
}

/** What one denies the other does too. "The same" and "equal" deny a difference, but agree on nothing where something else is denied beside them. */
export function deniesTheSame(claim: Statement, source: Statement): boolean {
  return negatedKeys(claim).some((key) => deniedKeys(source).includes(key)) && negatedKeys(source).some((key) => deniedKeys(claim).includes(key))
}

/** Keys that a negation denies; where there is none, those of words that deny by themselves. */
function negatedKeys(statement: Statement): string[] {
  const denied = deniedKeys(statement)
  const negated = denied.filter((key) => statement.tokens.some((token) => token.key === key && !isDenial(token.word.toLowerCase())))
  return negated.length > 0 ? negated : denied
}

/** "No association", "did not differ": whoever reads a direction into it says otherwise. */
const FINDING: ReadonlySet<string> = new Set(['=relate', '=differ', '=change', 'effect', 'evid', 'influenc', 'signific'])

/** Keys that are denied wherever they stand. */
function deniedKeys(statement: Statement): string[] {
  const denied = deniedIn(statement)
  const affirmed = new Set(statement.tokens.filter((token) => !denied.has(token)).map(({ key }) => key))
  return [...new Set([...denied].map(({ key }) => key))].filter((key) => !affirmed.has(key))
}

function affirms({ keys }: Statement, key: string, denied: readonly string[]): boolean {
  return keys.has(key) && !denied.includes(key)
}

const NEGATING = /^(?:un(?=\p{L}{4})|(?:in|im|non|dis|de|ir|il)(?=\p{L}{5}))/u

/** "inaccurate" for "accurate", where the source has only the other form. */
export function isNegatedForm(claim: Statement, source: Statement): boolean {
  // What is denied besides is seen by what it denies.
  const stems = (statement: Statement, denied = deniedIn(statement)) => new Set(statement.tokens.filter((token) => !token.isName && !denied.has(token)).map(({ word }) => stem(word.toLowerCase())))
  const [said, known] = [stems(claim), stems(source)]
  const denies = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].some((one) => NEGATING.test(one) && !b.has(one) && b.has(one.replace(NEGATING, '')) && !a.has(one.replace(NEGATING, '')))
  return denies(said, known) || denies(known, said)
}

const NON = /(?<![\p{L}\p{N}])non[-‐‑]?(\p{L}{4,})/giu
const PLAIN_WORD = /(?<![\p{L}\p{N}]|\bnon[-‐‑])\p{L}{4,}/giu

/** "Gaussian" where the other says "non-Gaussian", which is a compound or a name to those who read words. */
function isNonForm(claim: Statement, source: Statement): boolean {
  const [said, known] = [nonWords(claim.text), nonWords(source.text)]
  const denies = (one: NonWords, other: NonWords) => [...one.denied].some((word) => other.plain.has(word) && !other.denied.has(word) && !one.plain.has(word))
  return denies(said, known) || denies(known, said)
}

interface NonWords {
  readonly denied: ReadonlySet<string>
  readonly plain: ReadonlySet<string>
}

function nonWords(text: string): NonWords {
  return {
    denied: new Set([...text.matchAll(NON)].map(([, word = '']) => stem(word.toLowerCase()))),
    plain: new Set([...text.matchAll(PLAIN_WORD)].map(([word]) => stem(word.toLowerCase()))),
  }
}

/** "Independent" beside "depend", either way round. */
export function isNegatedBy(one: string, other: string): boolean {
  const [a, b] = [stem(one.toLowerCase()), stem(other.toLowerCase())]
  return a !== b && (a.replace(NEGATING, '') === b || b.replace(NEGATING, '') === a)
}

/** A word of direction points the other way than the one that, in the source, stands nearest to what it speaks of. */
function isTurned(claim: Statement, source: Statement): boolean {
  const known = polesIn(source)
  return polesIn(claim).some(({ axis, sign, at }) => {
    const same = known.filter((pole) => pole.axis === axis && speaksOfTheSame(claim.tokens, at, source.tokens, pole.at))
    if (same.length === 0) return false
    const about = claim.tokens
      .map(({ word, key, isName }, i) => ({ key, isName, away: distance(claim.tokens, at, i), isPole: poleOf(word, key) !== undefined }))
      .filter(({ key, away, isPole }) => key !== '' && !isPole && away > 0 && away <= NEARBY && source.keys.has(key))
      .sort((a, b) => Number(a.isName) - Number(b.isName) || a.away - b.away)[0]
    const relevant = about === undefined ? same : nearest(same, source.tokens, about.key)
    return relevant.every((pole) => pole.sign !== sign)
  })
}

/** "With felt" and "without noise" do not speak of the same; other words of direction may. */
function speaksOfTheSame(claim: readonly Token[], at: number, source: readonly Token[], other: number): boolean {
  const objectOf = (tokens: readonly Token[], from: number) => (/^with(?:out)?$/i.test(tokens[from]?.word ?? '') ? objectFrom(tokens.slice(from + 1)).map(({ key }) => key).filter((key) => key !== '') : undefined)
  const [said, known] = [objectOf(claim, at), objectOf(source, other)]
  return said === undefined || known === undefined || said.some((key) => known.includes(key))
}

/** The poles that stand nearest to a word, wherever it stands. */
function nearest(poles: readonly Pole[], tokens: readonly Token[], key: string): Pole[] {
  const places = tokens.flatMap((token, i) => (token.key === key ? [i] : []))
  const away = (pole: Pole) => Math.min(...places.map((place) => distance(tokens, pole.at, place)))
  const least = Math.min(...poles.map(away))
  return poles.filter((pole) => away(pole) === least)
}

const BEATS = /^(?:outperform|exceed|beat|surpass|outrank|outdo)\w*$/
const TRAILS = /^(?:underperform|trail)\w*$/
const THAN = /^(?:than|instead)$/

interface Comparison {
  readonly left: ReadonlySet<string>
  readonly right: ReadonlySet<string>
  readonly pole: readonly [axis: number, sign: number] | undefined
}

/** "A is better than B", "A beats B", "B is beaten by A", "A instead of B": what stands on either side, and which way the comparison goes. */
function comparisonsIn(statement: Statement): Comparison[] {
  const { tokens } = statement
  const wordAt = (i: number) => tokens[i]?.word.toLowerCase() ?? ''
  const found = tokens.flatMap((_, i) => ([THAN, BEATS, TRAILS].some((pattern) => pattern.test(wordAt(i))) && !boundsFigure(statement, i) ? [i] : []))
  const last = tokens.findLastIndex(({ word }) => word === 'as')
  // "Four times as fast as": the figure has taken the first of the two.
  const isEqual = tokens.filter(({ word }) => word.toLowerCase() === 'as').length > 1 || (last > 0 && poleOf(wordAt(last - 1), tokens[last - 1]?.key ?? '') !== undefined)
  const equal = isEqual ? [last] : []
  return (found.length > 0 ? found : equal).map((middle) => {
    const isVerb = BEATS.test(wordAt(middle)) || TRAILS.test(wordAt(middle))
    const object = objectFrom(tokens.slice(middle + 1))
    const before = tokens.slice(0, middle)
    const pole = isVerb ? undefined : before.findLast(({ word, key }) => poleOf(word.toLowerCase(), key) !== undefined)
    const keysOf = (list: readonly Token[]) => new Set(list.filter((token) => token.key !== '' && token !== pole).map(({ key }) => key))
    const subject = keysOf([...before, ...tokens.slice(middle + 1).filter((token) => !object.includes(token))])
    const [left, right] = isVerb && wordAt(middle + 1) === 'by' ? [keysOf(object), keysOf(before)] : [subject, keysOf(object)]
    const isLevel = wordAt(middle) === 'instead' || wordAt(middle - 1) === 'rather'
    return { left, right, pole: isVerb ? poleOf('', TRAILS.test(wordAt(middle)) ? '=worse' : '=better') : pole === undefined || isLevel ? undefined : poleOf(pole.word.toLowerCase(), pole.key) }
  })
}

/** What is compared with: up to the next preposition or mark; "the mean of its parts" is one. */
function objectFrom(tokens: readonly Token[]): Token[] {
  const object: Token[] = []
  for (const token of tokens) {
    if (/^[,;:()]$/.test(token.word) || (object.some(({ key }) => key !== '') && token.word !== 'of' && PREPOSITION.test(token.word))) break
    object.push(token)
  }
  return object
}

/** `consistent` where both the sides and the direction are turned round; undefined where there is nothing to compare, or both stand as in the source. */
function compareRoles(claim: Statement, source: Statement): 'consistent' | 'contradiction' | undefined {
  const [said] = comparisonsIn(claim)
  if (said === undefined) return undefined
  const known = comparisonsIn(source).flatMap((comparison) => roleIn(said, comparison) ?? [])
  return known.length === 0 ? undefined : known.includes('consistent') ? 'consistent' : 'contradiction'
}

function roleIn(said: Comparison, known: Comparison): 'consistent' | 'contradiction' | undefined {
  const crosses = [...known.right].some((key) => said.left.has(key) && !said.right.has(key) && !known.left.has(key))
  const agrees = [...known.right].some((key) => said.right.has(key))
  if (crosses === agrees) return undefined
  const isOpposite = said.pole !== undefined && known.pole !== undefined && said.pole[0] === known.pole[0] && said.pole[1] !== known.pole[1]
  if (crosses !== isOpposite) return 'contradiction'
  return crosses ? 'consistent' : undefined
}
