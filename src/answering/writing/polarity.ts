/** Says yes or no to a question where one sentence does so outright, and is silent everywhere else. */
import { stem, terms } from '../../text/terms.js'
import type { Paper } from '../../papers/paper.js'
import type { Question } from '../question/question.js'
import { contradicts, isNegatedBy } from '../statements/contradiction.js'
import { deniedIn } from '../statements/poles.js'
import { sameFigure } from '../statements/figures.js'
import { PREPOSITION, readStatement } from '../statements/statement.js'
import type { Statement, Token } from '../statements/statement.js'
import { poleOf } from '../statements/word-classes.js'

export type Verdict = 'yes' | 'no'

const AUXILIARY = /^\W*(?:(?:so|and|but|then|ok|or),? )*(is|are|was|were|do|does|did|can|could|should|has|have|had|will|would)\b/i
const OF_BEING = /^\W*(?:is|are|was|were)\b/i
/** Which of two is asked, or about how many: no yes or no. */
const NOT_PLAIN = /n['’]t\b|\b(?:not|or|how|wh(?:at|ich|y|om?|ere)|whether|if|because)\b/i
/** A word that makes the question narrower than its terms say: the sentence has to have it too, or one like it. */
const NARROWING: readonly RegExp[] = [
  /\b(?:only|solely|exclusively|just|alone)\b/i,
  /\b(?:all|every|always|each|entire(?:ly)?|complete(?:ly)?|full(?:y)?|never)\b/i,
  /\b(?:long|short)[- ]term\b/i,
  /\b(?:significant(?:ly)?|much|far|substantial(?:ly)?|dramatic(?:ally)?)\b/i,
]
/** Not said outright: as a possibility, an aim, a question, or of what others believe. */
const HEDGED = /\b(?:may|might|could(?! not)|should|would|possibl[ey]|potential(?:ly)?|perhaps|likely|seems?|appears?|whether|if|unclear|unknown|hypothesi\w+|assum\w+|suspect\w*|expect\w*|aims?|attempts?|try|goal|questions?|sometimes|believed|thought|until|unless|objectives?|purpose|seek\w*|sought|investigat\w*|examin\w+|explor\w+|assess\w*|claim\w*|so-called|than expected|partial(?:ly)?|propos\w+ to|intended|designed)\b/i
/** True here, and not there. */
const EXCEPTS = /\b(?:but not|except|only (?:if|when|where|in|for)|not always|elsewhere)\b/i
/** Of the work of others, unless the sentence names what was asked about. */
const OF_OTHERS = /^(?:\W*(?:however|although|while|yet|but),? )?(?:existing|previous|prior|traditional|conventional|other|most|many|current|earlier|some|recent)\b/i
/** Verbs that say nothing of their own beside their object. */
const VOID: ReadonlySet<string> = stems('have make give do get take perform run show work ever actually really any')
/** Verbs that may be missing where their object is denied: "training-free" for "needs training". */
const LIGHT: ReadonlySet<string> = new Set([...VOID, ...stems('need require use add introduce involve include rely employ contain apply help want more')])
/** "Eliminates the rise in latency", "prevents batch parallelism". */
const REVERSES = /^(?:avoid|prevent|eliminat|mitigat|remov|lack|offset|overcom|suppress|bypass|obviat|discard|preclud|forbid|free)\w*$/
/** As good as before: no harm, no loss and no gain. */
const LEVEL = /^(?:preserv|maintain|retain|keep|kept|equival|comparab|similar|same|lossless|match|unchang|unaffect|negligib)\w*$/
const FALLS: ReadonlySet<string> = new Set(['=worse', '=decrease', '=slower'])
/** Words within which one that reverses reaches. */
const REACH = 3

/** A word of the question, as the sentence has it. */
interface Met {
  readonly asked: Token
  readonly at: number
  /** Says the contrary there, by itself or by what stands before it. */
  readonly isTurned: boolean
}

/** Whether it can be answered by a yes or a no. */
export function asksYesNo({ text }: Question): boolean {
  return AUXILIARY.test(text) && !NOT_PLAIN.test(text)
}

/**
 * The verdict of a sentence on a yes-or-no question. Each word of the question must be met in it, by itself, by one of
 * the same meaning or by its contrary. The title may help out with what the question is about and with what stands
 * behind a preposition at its end; a verb such as "need" may be missing where its object is denied ("training-free"). A
 * word turned round makes a no. Nothing where doubt, an aim or the work of others speaks in that clause, nor where
 * question and sentence put the same words in other roles.
 */
export function verdictOf(question: Question, sentence: string, paper: Pick<Paper, 'title' | 'abstract'>): Verdict | undefined {
  if (!asksYesNo(question)) return undefined
  const asked = readStatement(question.text.replace(AUXILIARY, '').replace(/[\s?.!]+$/, ''))
  const said = readStatement(sentence)
  const content = asked.tokens.filter(({ key }) => key !== '')
  if (content.length < 2 || !asked.figures.every((figure) => said.figures.some((other) => sameFigure(figure, other)))) return undefined
  const core = coreOf(asked, content)
  const met = bestWindow(asked, { content, core }, said)
  const missing = content.filter((token) => !met.some((one) => one.asked === token))
  const isHelped = helpBy(paper, content, core)
  const end = met.findLast(({ asked: token }) => core.includes(token))
  if (end === undefined || end.asked !== core.at(-1) || !missing.every((token) => isLight(token) || isHelped(token))) return undefined
  const clause = clauseAround(said, met)
  if (EXCEPTS.test(sentence) || HEDGED.test(clause) || (OF_OTHERS.test(sentence) && missing.length > 0)) return undefined
  if (OF_BEING.test(question.text) && !isSaidToBe(said, end)) return undefined
  const turned = met.filter((one) => one.isTurned && !isHelped(one.asked))
  if (turned.length > 0) return turned.some(({ asked: token }) => !isLight(token)) ? 'no' : undefined
  if (missing.some((token) => isLight(token) && !VOID.has(stem(token.word)) && !isHelped(token)) || NARROWING.some((word) => word.test(question.text) && !word.test(sentence))) return undefined
  const [first] = met as [Met, ...Met[]]
  const between = said.tokens.slice(Math.min(first.at, end.at), Math.max(first.at, end.at))
  const isPassive = between.some(({ word }) => word === 'by')
  const isReversed = !OF_BEING.test(question.text) && first.asked === content[0] && first.at > end.at && !isPassive
  const isKeptFrom = between.some(({ word, key }) => REVERSES.test(word) && !asked.keys.has(key))
  return isReversed || isKeptFrom || contradicts(asked, said) || met.length * 2 <= content.length ? undefined : 'yes'
}

function isLight({ word }: Token): boolean {
  return LIGHT.has(stem(word))
}

function stems(words: string): Set<string> {
  return new Set(words.split(' ').map(stem))
}

/** Without what stands behind the last preposition: "… add parameters [to the transformer]". */
function coreOf({ tokens }: Statement, content: readonly Token[]): readonly Token[] {
  const preposition = tokens.findLastIndex(({ word }) => PREPOSITION.test(word))
  const core = content.filter((token) => preposition < 0 || token.start < (tokens[preposition] as Token).start)
  return core.length >= 2 ? core : content
}

/** What the question is about at its start, and behind its last preposition, may be named by the title; of names, by the abstract. */
function helpBy({ title, abstract }: Pick<Paper, 'title' | 'abstract'>, content: readonly Token[], core: readonly Token[]): (token: Token) => boolean {
  const ofTitle = new Set(terms(title))
  return (token) => {
    const place = core.indexOf(token)
    if (place >= Math.floor(core.length / 2)) return false
    const isNamed = token.isName && (place < 0 || content.indexOf(token) < content.length / 2)
    return ofTitle.has(stem(token.word)) || (isNamed && `${title} ${abstract}`.toLowerCase().includes(token.word.toLowerCase()))
  }
}

interface Asked {
  readonly content: readonly Token[]
  readonly core: readonly Token[]
}

/** Of all places where the last word of the core stands, the one with the others nearest to it. */
function bestWindow(asked: Statement, { content, core }: Asked, said: Statement): Met[] {
  const deniedHere = deniedIn(said, REACH)
  const deniedThere = deniedIn(asked)
  const places = content.map((token) => ({ token, found: placesOf(token, said, deniedHere, deniedThere.has(token)) })).filter(({ found }) => found.length > 0)
  const anchor = places.findLast(({ token }) => core.includes(token))
  if (anchor === undefined) return []
  const windows = anchor.found.map((end) => places.map(({ token, found }) => ({ asked: token, ...nearestTo(end.at, found) })))
  const width = (window: readonly Met[]) => Math.max(...window.map(({ at }) => at)) - Math.min(...window.map(({ at }) => at))
  return windows.reduce((best, window) => (width(window) < width(best) ? window : best))
}

type Place = Pick<Met, 'at' | 'isTurned'>

function nearestTo(at: number, places: readonly Place[]): Place {
  return places.reduce((best, place) => (Math.abs(place.at - at) < Math.abs(best.at - at) ? place : best))
}

function placesOf(asked: Token, said: Statement, denied: ReadonlySet<Token>, isDeniedThere: boolean): Place[] {
  const pole = poleOf(asked.word, asked.key)
  const standsThere = said.keys.has(asked.key)
  return said.tokens.flatMap((token, at) => {
    const other = poleOf(token.word.toLowerCase(), token.key)
    const isSame = token.key === asked.key || isForm(asked.word, token.word)
    const isOpposite = !isSame && ((pole !== undefined && other !== undefined && pole[0] === other[0] && pole[1] !== other[1]) || isNegatedBy(asked.word, token.word) || (!standsThere && FALLS.has(asked.key) && LEVEL.test(token.word)))
    // "The results show" is no cause of anything.
    if ((!isSame && !isOpposite) || (token.word === 'results' && !/^(?:in|from)$/.test(said.tokens[at + 1]?.word ?? ''))) return []
    const isDenied = denied.has(token) || said.tokens.slice(Math.max(0, at - REACH), at).some(({ word, key }, i, before) => REVERSES.test(word) && key !== asked.key && !before.slice(i).some((next) => CLAUSE_ENDS.test(next.word))) || said.tokens[at - 1]?.word === 'non'
    // Denied and its contrary: neither the one nor the other.
    if (isOpposite && isDenied) return []
    return [{ at, isTurned: (isOpposite || isDenied) !== isDeniedThere }]
  })
}

/** Letters that two forms of a word share at least. */
const SHARED = 6

/** "Representable" and "represented". */
function isForm(one: string, other: string): boolean {
  const [a, b] = [stem(one), stem(other)]
  return a === b || (a.length >= SHARED && b.startsWith(a)) || (b.length >= SHARED && a.startsWith(b))
}

const CLAUSE_ENDS = /^(?:[,;:]|that|which|but|while|whereas)$/

function clauseAround({ text, tokens }: Statement, met: readonly Met[]): string {
  const places = met.map(({ at }) => at)
  const start = tokens.findLastIndex(({ word }, i) => i < Math.min(...places) && CLAUSE_ENDS.test(word))
  const end = tokens.findIndex(({ word }, i) => i > Math.max(...places) && (word === 'and' || CLAUSE_ENDS.test(word)))
  const from = start < 0 ? 0 : (tokens[/^(?:that|which)$/.test(tokens[start]?.word ?? '') ? Math.max(0, start - REACH) : start]?.start ?? 0)
  return text.slice(from, tokens[end]?.start ?? text.length)
}

/** "X is Y", "X, a Y", "X emerges as Y". */
function isSaidToBe({ text, tokens }: Statement, { at }: Met): boolean {
  const before = text.slice(tokens[Math.max(0, at - REACH * 3)]?.start ?? 0, tokens[at]?.start)
  return /\b(?:is|are|was|were|be|been|being|remains?|remained|becomes?|proves?|emerges?|an?|as|found)\b/i.test(before)
}
