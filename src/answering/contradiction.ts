/** Tells where a claim says otherwise than its source in nearly the same words: denied, turned round, mixed up, or overstated. */
import type { Statement, Token } from './statement.js'
import { stem } from '../text/terms.js'
import { isDenial, poleOf } from './word-classes.js'

/** A `contradiction` is not what the source says; `overstated` is more than it says. */
export type Objection = 'contradiction' | 'overstated'

export function objection(claim: Statement, source: Statement): Objection | undefined {
  const roles = compareRoles(claim, source)
  if (roles === 'contradiction' || isDenied(claim, source) || (roles === undefined && isTurned(claim, source)) || isNegatedForm(claim, source) || swapsFigures(claim, source) || swapsClauses(claim, source)) return 'contradiction'
  return overstates(claim, source)
}

const NEGATION = /^(?:not|little|few|no|never|cannot|without|nor|neither|none|hardly|rarely|barely|scarcely|unable|lack|lacks|lacked|\w+n['’]t)$/
const SCOPE_ENDS = /^(?:[,;:()]|but|because|although|while|whereas)$/
const PRONOUN = /^(?:it|them|this|these|those)$/
/** Content words that a negation reaches. */
const REACH = 2

/** Places of the tokens that are denied. */
function deniedIn({ tokens }: Statement): ReadonlySet<Token> {
  const denied = new Set<Token>(tokens.filter(({ word }) => isDenial(word.toLowerCase())))
  // What is denied twice is affirmed: "not unchanged".
  const deny = (token: Token) => (denied.has(token) ? denied.delete(token) : denied.add(token))
  tokens.forEach((token, i) => {
    const word = token.word.toLowerCase()
    if (/^(?:nothing|nobody)$/.test(word)) tokens.slice(0, i).filter(({ key }) => key !== '').slice(-1).forEach(deny)
    const isCue = NEGATION.test(word) ? !(word === 'not' && tokens[i + 1]?.word === 'only') && !(/^(?:little|few)$/.test(word) && tokens[i - 1]?.word === 'a') : /^fail/.test(word) && tokens[i + 1]?.word === 'to'
    if (!isCue) return
    let left = REACH
    for (const next of tokens.slice(i + 1)) {
      if (left === 0 || SCOPE_ENDS.test(next.word) || (word === 'without' && PRONOUN.test(next.word))) break
      if (next.key === '') continue
      deny(next)
      left--
    }
  })
  return denied
}

/** Some word is denied in one and affirmed in the other, and none is denied in both. */
function isDenied(claim: Statement, source: Statement): boolean {
  const inClaim = deniedKeys(claim)
  const inSource = deniedKeys(source)
  if (inClaim.some((key) => inSource.includes(key))) return false
  if (inClaim.length === 0 && inSource.some((key) => FINDING.has(key)) && polesIn(claim).length > 0 && polesIn(source).length === 0) return true
  return inSource.some((key) => affirms(claim, key, inClaim)) || inClaim.some((key) => affirms(source, key, inSource))
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

const NEGATING = /^(?:in|un|im|non|dis|de|ir|il)(?=\p{L}{5})/u

/** "inaccurate" for "accurate", where the source has only the other form. */
function isNegatedForm(claim: Statement, source: Statement): boolean {
  const stems = ({ tokens }: Statement) => new Set(tokens.filter(({ isName }) => !isName).map(({ word }) => stem(word.toLowerCase())))
  const [said, known] = [stems(claim), stems(source)]
  const denies = (a: ReadonlySet<string>, b: ReadonlySet<string>) => [...a].some((one) => NEGATING.test(one) && !b.has(one) && b.has(one.replace(NEGATING, '')) && !a.has(one.replace(NEGATING, '')))
  return denies(said, known) || denies(known, said)
}

interface Pole {
  readonly axis: number
  readonly sign: number
  /** Index of its token. */
  readonly at: number
}

function polesIn(statement: Statement): Pole[] {
  const denied = deniedIn(statement)
  return statement.tokens.flatMap((token, at) => {
    const pole = poleOf(token.word.toLowerCase(), token.key)
    if (pole === undefined || boundsFigure(statement, at)) return []
    return [{ axis: pole[0], sign: denied.has(token) ? -pole[1] : pole[1], at }]
  })
}

/** "more than 64": a bound of the figure behind it, no comparison. */
function boundsFigure({ tokens, figures }: Statement, at: number): boolean {
  const than = tokens[at]?.word === 'than' ? tokens[at] : tokens[at + 1]
  return than?.word === 'than' && figures.some(({ start }) => start > than.start && start <= than.start + 'than '.length)
}

/** Words that a clause apart speaks of are this much farther away. */
const CLAUSE_DISTANCE = 6
const NEARBY = 8

function distance(tokens: readonly Token[], from: number, to: number): number {
  const between = tokens.slice(Math.min(from, to) + 1, Math.max(from, to))
  return Math.abs(from - to) + CLAUSE_DISTANCE * between.filter(({ word }) => /^(?:[,;:()]|and|while|whereas|but)$/.test(word)).length
}

/** A word of direction points the other way than the one that, in the source, stands nearest to what it speaks of. */
function isTurned(claim: Statement, source: Statement): boolean {
  const known = polesIn(source)
  return polesIn(claim).some(({ axis, sign, at }) => {
    const same = known.filter((pole) => pole.axis === axis)
    if (same.length === 0) return false
    const about = claim.tokens
      .map(({ word, key }, i) => ({ key, away: distance(claim.tokens, at, i), isPole: poleOf(word, key) !== undefined }))
      .filter(({ key, away, isPole }) => key !== '' && !isPole && away > 0 && away <= NEARBY && source.keys.has(key))
      .sort((a, b) => a.away - b.away)[0]
    const relevant = about === undefined ? same : nearest(same, source.tokens, about.key)
    return relevant.every((pole) => pole.sign !== sign)
  })
}

/** The poles that stand nearest to a word, wherever it stands. */
function nearest(poles: readonly Pole[], tokens: readonly Token[], key: string): Pole[] {
  const places = tokens.flatMap((token, i) => (token.key === key ? [i] : []))
  const away = (pole: Pole) => Math.min(...places.map((place) => distance(tokens, pole.at, place)))
  const least = Math.min(...poles.map(away))
  return poles.filter((pole) => away(pole) === least)
}

const PREPOSITION = /^(?:with|at|for|by|in|on|of|from|after|under|per|to)$/
/** More of something good is better: "a gain in accuracy" for "improves accuracy". */
export const KIN: ReadonlyMap<string, string> = new Map([['=increase', '=better'], ['=better', '=increase'], ['=decrease', '=worse'], ['=worse', '=decrease']])

/** A direction that the source has no word for, though the claim's point may be just that. */
function isUnheardOf(claim: Statement, { at }: Pole, source: Statement): boolean {
  const key = claim.tokens[at]?.key as string
  return KIN.has(key) && !source.keys.has(key) && !source.keys.has(KIN.get(key) as string) && !polesIn(source).some(({ axis }) => axis === poleOf('', key)?.[0])
}

const THAN = /^(?:than|outperforms?|outperformed|exceeds?|beats?|surpass(?:es)?|instead)$/

interface Comparison {
  readonly left: ReadonlySet<string>
  readonly right: ReadonlySet<string>
  readonly pole: readonly [axis: number, sign: number] | undefined
}

/** "A is better than B", "A instead of B": what stands on either side, and which way the comparison goes. */
function comparisonIn(statement: Statement): Comparison | undefined {
  const { tokens } = statement
  const at = tokens.findIndex(({ word }, i) => THAN.test(word.toLowerCase()) && !boundsFigure(statement, i))
  const equal = tokens.filter(({ word }) => word.toLowerCase() === 'as').length > 1 ? tokens.findLastIndex(({ word }) => word === 'as') : -1
  const middle = at >= 0 ? at : equal
  if (middle < 0) return undefined
  const right = objectFrom(tokens.slice(middle + 1))
  const before = tokens.slice(0, middle)
  const pole = before.findLast(({ word, key }) => poleOf(word.toLowerCase(), key) !== undefined)
  const keysOf = (list: readonly Token[]) => new Set(list.filter((token) => token.key !== '' && token !== pole).map(({ key }) => key))
  return {
    left: keysOf([...before, ...tokens.slice(middle + 1).filter((token) => !right.includes(token))]),
    right: keysOf(right),
    pole: pole === undefined || tokens[middle]?.word === 'instead' || tokens[middle - 1]?.word === 'rather' ? undefined : poleOf(pole.word.toLowerCase(), pole.key),
  }
}

/** What is compared with: up to the next preposition or mark. */
function objectFrom(tokens: readonly Token[]): Token[] {
  const object: Token[] = []
  for (const token of tokens) {
    if (/^[,;:()]$/.test(token.word) || (object.some(({ key }) => key !== '') && PREPOSITION.test(token.word))) break
    object.push(token)
  }
  return object
}

/** `consistent` also where both the sides and the direction are turned round; undefined where there is nothing to compare. */
function compareRoles(claim: Statement, source: Statement): 'consistent' | 'contradiction' | undefined {
  const said = comparisonIn(claim)
  const known = comparisonIn(source)
  if (said === undefined || known === undefined) return undefined
  const crosses = [...known.right].some((key) => said.left.has(key) && !said.right.has(key) && !known.left.has(key))
  const agrees = [...known.right].some((key) => said.right.has(key))
  if (crosses === agrees) return undefined
  const isOpposite = said.pole !== undefined && known.pole !== undefined && said.pole[0] === known.pole[0] && said.pole[1] !== known.pole[1]
  return crosses === isOpposite ? 'consistent' : 'contradiction'
}

/** A figure of the claim stands, in the source, with the words of another figure of its kind. */
function swapsFigures(claim: Statement, source: Statement): boolean {
  return claim.figures.some((figure) => {
    const own = source.figures.find(({ value, unit }) => value === figure.value && (unit === figure.unit || figure.unit === ''))
    if (own === undefined) return false
    const said = new Set(wordsWith(claim, figure.segment, claim.figures.length > 1))
    return source.figures
      .filter(({ value, unit, segment }) => unit === own.unit && value !== own.value && segment !== own.segment)
      .some((other) => isOthers(said, source, own.segment, other.segment))
  })
}

/** The words of a segment with its figures and names; in a sentence with one figure those of the whole. */
function wordsWith({ tokens, figures }: Statement, segment: number, isCut: boolean): string[] {
  const inside = (at: number) => !isCut || at === segment
  return [...tokens.filter((token) => token.key !== '' && inside(token.segment)).map(({ key }) => key), ...figures.filter((figure) => inside(figure.segment)).map(({ value, unit }) => `#${value}${unit}`)]
}

function isOthers(said: ReadonlySet<string>, source: Statement, own: number, other: number): boolean {
  let mine = wordsWith(source, own, true)
  let theirs = wordsWith(source, other, true)
  const only = (list: readonly string[], than: readonly string[]) => list.filter((key) => !than.includes(key) && !key.startsWith('#'))
  if (only(mine, theirs).length === 0 && only(theirs, mine).length === 0) {
    mine = [...mine, ...wordsWith(source, own - 1, true)]
    theirs = [...theirs, ...wordsWith(source, other - 1, true)]
  }
  const [mineOnly, theirsOnly] = [only(mine, theirs), only(theirs, mine)]
  const hitsTheirs = theirsOnly.filter((key) => said.has(key))
  if (hitsTheirs.length === 0) return false
  if (!mineOnly.some((key) => said.has(key))) return true
  const attached = only(attachedTo(source, other, other < own), mine).filter((key) => !key.startsWith('='))
  if (attached.length > 0 && attached.filter((key) => said.has(key)).length >= attached.length * MOSTLY) return true
  return standInSamePlace(source, { own, other, hitsTheirs, missed: mineOnly.filter((key) => !said.has(key)) })
}

const MOSTLY = 0.6

/** What a figure's segment says of it alone: before the first figure stands what holds for the others too. */
function attachedTo(source: Statement, segment: number, isEarlier: boolean): string[] {
  const from = isEarlier ? Math.max(...source.figures.filter((figure) => figure.segment === segment).map(({ end }) => end)) : 0
  return source.tokens.filter((token) => token.segment === segment && token.key !== '' && token.start >= from).map(({ key }) => key)
}

/** A word of the other segment where the own one has another word: both names, or both behind the same preposition. */
function standInSamePlace(
  { tokens }: Statement,
  { own, other, hitsTheirs, missed }: { readonly own: number; readonly other: number; readonly hitsTheirs: readonly string[]; readonly missed: readonly string[] },
): boolean {
  const placed = (segment: number, keys: readonly string[]) =>
    tokens.flatMap((token, i) => (token.segment === segment && keys.includes(token.key) ? [token.isName ? 'name' : (lastPreposition(tokens, i) ?? 'none')] : []))
  const theirs = placed(other, hitsTheirs)
  return placed(own, missed).some((place) => place !== 'none' && theirs.includes(place))
}

function lastPreposition(tokens: readonly Token[], before: number): string | undefined {
  return tokens.slice(Math.max(0, before - 2), before).findLast(({ word }) => PREPOSITION.test(word))?.word
}

const CLAUSE = /^(?:while|whereas|but|although|though|;)$/

/** Says of the subject of one clause what another clause says of its own. */
function swapsClauses(claim: Statement, source: Statement): boolean {
  const clauses = clausesOf(source)
  if (clauses.length < 2 || clausesOf(claim).length > 1) return false
  const [subject = '', ...rest] = [...claim.keys]
  return clauses.some((own, i) =>
    clauses.some((other, j) => {
      if (i === j || !own.includes(subject) || other.includes(subject)) return false
      const elsewhere = rest.filter((key) => other.includes(key) && !own.includes(key))
      return elsewhere.length > 0 && elsewhere.length >= rest.length * MOSTLY && !claim.keys.has(other[0] as string)
    }),
  )
}

function clausesOf({ tokens }: Statement): string[][] {
  const clauses: string[][] = [[]]
  for (const { word, key } of tokens) {
    if (CLAUSE.test(word)) clauses.push([])
    if (key !== '') clauses.at(-1)?.push(key)
  }
  return clauses.filter((clause) => clause.length > 0)
}

const CAUSAL = /\b(?:caus\w+|prevent\w*|leads? to|led to|results? in|resulted in|driv(?:es?|en)|drove|stops?|stopped|cures?|prov(?:es?|ed|en)|because of|slows?|protects?)\b/i
const ASSOCIATED = /\b(?:associat\w+|correlat\w+|linked|related|relationship|predict\w*|risk factor)\b/i
const HEDGED = /\b(?:may|might|could|can|suggest\w*|possib\w+|potential\w*|likely|appear\w*|seem\w*|propos\w+ to|hypothes\w+|whether|unclear|debated|believed|thought to|expected|aims?|would)\b/i
const WIDE = /\b(?:all|always|never|only|best|largest|smallest|fastest|most accurate|nobody|no one|at all|entirely|completely|guarantee\w*|prov(?:e|es|ed|en)|perfect\w*|state[- ]of[- ]the[- ]art)\b/gi

/** Asked, not found. */
const AIM = /^(?:OBJECTIVES?|AIMS?|PURPOSE|BACKGROUND)\b|\b(?:unclear|unknown|not (?:well |yet |fully )?(?:known|understood)|remains? (?:open|controversial)|(?:sought|aim(?:s|ed)?|objective (?:is|was)|wanted) to|(?:aim|purpose|goal) of this|we (?:ask|asked|investigated?|examined?|reviewed|assess(?:ed)?|tested|explored?) (?:whether|if|the (?:association|effect|relation\w*|role|influence)))\b|^To (?:determine|investigate|examine|assess|evaluate|test|explore|compare)\b/i

function overstates(claim: Statement, source: Statement): Objection | undefined {
  const bounded = claim.figures.map((figure) => [figure.hedge, source.figures.find(({ value, unit }) => value === figure.value && unit === figure.unit)?.hedge ?? ''] as const)
  if (bounded.some(([said, known]) => (said === 'at least' && known === 'at most') || (said === 'at most' && known === 'at least'))) return 'contradiction'
  if (CAUSAL.test(claim.text) && ASSOCIATED.test(source.text) && !CAUSAL.test(source.text)) return 'contradiction'
  if (AIM.test(source.text) && !AIM.test(claim.text)) return 'overstated'
  if (polesIn(claim).some((pole) => isUnheardOf(claim, pole, source))) return 'overstated'
  const wide = claim.text.match(WIDE) ?? []
  if (wide.some((word) => !new RegExp(`\\b${word}\\b`, 'i').test(source.text))) return 'contradiction'
  if (bounded.some(([said, known]) => said === '' && known === 'at most')) return 'overstated'
  return HEDGED.test(source.text) && !HEDGED.test(claim.text) && CAUSAL.test(claim.text) ? 'overstated' : undefined
}
