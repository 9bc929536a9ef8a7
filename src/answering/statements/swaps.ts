/** Tells where a claim gives to one thing what its source says of another: figures and clauses mixed up. */
import { PREPOSITION } from './statement.js'
import type { Statement, Token } from './statement.js'
import { poleOf } from './word-classes.js'

/** A figure of the claim stands, in the source, with the words of another figure of its kind. */
export function swapsFigures(claim: Statement, source: Statement): boolean {
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
export function swapsClauses(claim: Statement, source: Statement): boolean {
  const clauses = clausesOf(source)
  if (clauses.length < 2 || clausesOf(claim).length > 1) return false
  const [subject = '', ...rest] = [...claim.keys]
  if (namesOfAnother(claim, clauses)) return true
  const poles = claim.tokens.filter(({ word, key }) => poleOf(word, key) !== undefined).map(({ key }) => key)
  return clauses.some((own, i) =>
    clauses.some((other, j) => {
      if (i === j || !own.includes(subject) || other.includes(subject)) return false
      const elsewhere = rest.filter((key) => other.includes(key) && !own.includes(key))
      return elsewhere.length > 0 && elsewhere.length >= rest.length * MOSTLY && (!claim.keys.has(other[0] as string) || (isThan(claim, other[0] as string) && poles.length > 0 && poles.every((key) => other.includes(key))))
    }),
  )
}

/** "RPC has lower latency than RDMA", where the clause on RDMA has the lower latency. */
function isThan({ tokens }: Statement, key: string): boolean {
  const than = tokens.findIndex(({ word }) => word === 'than')
  return than >= 0 && tokens.slice(than).some((token) => token.key === key)
}

/** Nearly all is said in the clause of its subject, but for a name that stands in another: "A favoured C" of "A favoured B, while D favoured C". */
function namesOfAnother({ tokens }: Statement, clauses: readonly string[][]): boolean {
  const keys = [...new Set(tokens.filter(({ key }) => key !== '').map(({ key }) => key))]
  const [own, ...others] = clauses.filter((clause) => clause.includes(keys[0] as string))
  if (own === undefined || others.length > 0 || keys.filter((key) => own.includes(key)).length < keys.length * NEARLY) return false
  return tokens.some(({ key, isName }) => isName && !own.includes(key) && clauses.some((clause) => clause.includes(key)))
}

const NEARLY = 0.6

function clausesOf({ tokens }: Statement): string[][] {
  const clauses: string[][] = [[]]
  for (const [i, { word, key }] of tokens.entries()) {
    // "While preserving fluency" has the subject of the clause before.
    if (CLAUSE.test(word) && !/ing$/.test(tokens[i + 1]?.word ?? '')) clauses.push([])
    if (key !== '') clauses.at(-1)?.push(key)
  }
  return clauses.filter((clause) => clause.length > 0)
}
