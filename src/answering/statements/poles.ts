/** Reads which way the words of a sentence point, and which of them it denies. */
import type { Statement, Token } from './statement.js'
import { isDenial, poleOf } from './word-classes.js'

const NEGATION = /^(?:not|little|few|no|never|cannot|without|nor|neither|none|hardly|rarely|barely|scarcely|unable|lack|lacks|lacked|\w+n['’]t)$/
const SCOPE_ENDS = /^(?:[,;:()]|but|because|although|while|whereas)$/
const PRONOUN = /^(?:it|them|this|these|those)$/
/** "Struggles to convey", "insufficient to prevent". */
const UNABLE = /^(?:fail\w*|struggl\w*|insufficient|difficult|hard)$/
/** "Eliminates the need for". */
const REMOVES = /^(?:remov|eliminat|obviat|avoid|bypass|alleviat)\w*$/
/** Content words that a negation reaches. */
const REACH = 2

/** The tokens that are denied. @param reach content words that a negation reaches */
export function deniedIn({ text, tokens }: Statement, reach = REACH): ReadonlySet<Token> {
  const denied = new Set<Token>(tokens.filter(({ word }) => isDenial(word.toLowerCase())))
  // What is denied twice is affirmed: "not unchanged".
  const deny = (token: Token) => (denied.has(token) ? denied.delete(token) : denied.add(token))
  tokens.forEach((token, i) => {
    const word = token.word.toLowerCase()
    if (/^(?:nothing|nobody)$/.test(word)) tokens.slice(0, i).filter(({ key }) => key !== '').slice(-1).forEach(deny)
    if (word === 'free' && isSuffix(text, token, tokens[i - 1])) deny(tokens[i - 1] as Token)
    const isCue = (REMOVES.test(word) && tokens.slice(i + 1, i + 3).some((next) => next.word === 'need')) || (NEGATION.test(word) ? !(word === 'not' && tokens[i + 1]?.word === 'only') && !(/^(?:little|few)$/.test(word) && tokens[i - 1]?.word === 'a') : UNABLE.test(word) && tokens[i + 1]?.word === 'to')
    if (!isCue) return
    let left = reach
    for (const next of tokens.slice(i + 1)) {
      if (left === 0 || SCOPE_ENDS.test(next.word) || (reach > REACH && next.word === 'and') || (word === 'without' && PRONOUN.test(next.word))) break
      if (next.key === '') continue
      deny(next)
      left--
    }
    // "Overfitting does not occur": the verb says nothing of its own, so what is denied stands before it.
    if (left === reach && /^(?:not|\w+n['’]t)$/.test(word) && /^\w/.test(tokens[i + 1]?.word ?? '')) tokens.slice(0, i).filter(({ key }) => key !== '').slice(-1).forEach(deny)
  })
  return denied
}

/** "Training-free". */
function isSuffix(text: string, { start }: Token, before: Token | undefined): boolean {
  return before !== undefined && before.start + before.word.length === start - 1 && /[-‐‑]/.test(text[start - 1] as string)
}

export interface Pole {
  readonly axis: number
  readonly sign: number
  /** Index of its token. */
  readonly at: number
}

export function polesIn(statement: Statement): Pole[] {
  const denied = deniedIn(statement)
  return statement.tokens.flatMap((token, at) => {
    const pole = poleOf(token.word.toLowerCase(), token.key)
    if (pole === undefined || boundsFigure(statement, at)) return []
    return [{ axis: pole[0], sign: denied.has(token) ? -pole[1] : pole[1], at }]
  })
}

/** "more than 64": a bound of the figure behind it, no comparison. */
export function boundsFigure({ tokens, figures }: Statement, at: number): boolean {
  const than = tokens[at]?.word === 'than' ? tokens[at] : tokens[at + 1]
  return than?.word === 'than' && figures.some(({ start }) => start > than.start && start <= than.start + 'than '.length)
}

/** Words within which one speaks of another; words that a clause apart speaks of are this much farther away. */
const CLAUSE_DISTANCE = 6
export const NEARBY = 8

export function distance(tokens: readonly Token[], from: number, to: number): number {
  const between = tokens.slice(Math.min(from, to) + 1, Math.max(from, to))
  return Math.abs(from - to) + CLAUSE_DISTANCE * between.filter(({ word }) => /^(?:[,;:()]|and|while|whereas|but)$/.test(word)).length
}

