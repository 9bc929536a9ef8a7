/** Tells where a claim says otherwise than its source in nearly the same words: denied, turned round, or mixed up. */
import { stem } from '../text/terms.js'
import { boundsFigure, deniedIn, distance, NEARBY, polesIn } from './poles.js'
import type { Pole } from './poles.js'
import { PREPOSITION } from './statement.js'
import type { Statement, Token } from './statement.js'
import { swapsClauses, swapsFigures } from './swaps.js'
import { poleOf } from './word-classes.js'

export function contradicts(claim: Statement, source: Statement): boolean {
  const roles = compareRoles(claim, source)
  return roles === 'contradiction' || isDenied(claim, source) || (roles === undefined && isTurned(claim, source)) || isNegatedForm(claim, source) || swapsFigures(claim, source) || swapsClauses(claim, source)
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
