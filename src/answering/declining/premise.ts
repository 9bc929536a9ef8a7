/** Finds what a question takes for granted and a paper denies: "why does it need more energy?", "by how much does A beat B?" */
import { isNegatedForm, turnsRound } from '../statements/contradiction.js'
import type { Evidence, PaperEvidence } from '../evidence/evidence.js'
import { sameFigure } from '../statements/figures.js'
import { deniedIn } from '../statements/poles.js'
import { readStatement } from '../statements/statement.js'
import type { Statement } from '../statements/statement.js'

const AUXILIARY = 'does|do|did|is|are|was|were|can|could|has|have|had|must|should|will|would'
/** Asks for a cause, a way or an extent of what it states; "does it need more energy?" states nothing. */
const PRESUMES = new RegExp(
  String.raw`^\W*(?:(?:why|by how much|how much(?: [\w-]+){1,3}?|what (?:makes|causes|explains|lets|allows|is the reason(?: that| why)?))(?: (?:${AUXILIARY}))?|how (?:exactly )?(?:does|do|did|has|have|had|must)) (?!(?:you|we|i)\b)`,
  'i',
)
/** Asks for a thing: what it says of the thing may be denied outright, but a direction in it may be a part of its name. */
const NAMES = new RegExp(String.raw`^\W*(?:(?:on|in|with|for|by|to|from|at) )?(?:what|which|when|where|how many|how long)\b(?: kinds? of| sort of)?((?: (?!(?:${AUXILIARY})\b)[\w-]+){0,5}?) (?:${AUXILIARY})\b`, 'i')

/** Ways to say a comparison or a loss for which there is one word. */
const PLAINLY: readonly (readonly [RegExp, string])[] = [
  [/\b(?:falls?|fell|lags?|lies?|stays?) behind\b|\b(?:lose|loses|lost) (?:to|against)\b/gi, 'worse than'],
  [/\b(?:gives?|gave|giving) up\b|\bat the (?:cost|expense) of\b/gi, 'sacrifice'],
  [/\b(?:throws?|threw) away\b/gi, 'discard'],
  [/\b(?:leaves?|left) out\b/gi, 'neglect'],
  [/\b(?:doubl|tripl)(?:es?|ed|ing) (?=the|its|their)\b/gi, 'increase '],
  [/\bhalv(?:es?|ed|ing) (?=the|its|their)\b/gi, 'decrease '],
]

interface Premise {
  /** As the question has it, without the words that ask. */
  readonly statement: Statement
  readonly isStrong: boolean
  /** For a cause: whoever asks how, or how much, may be answered by a sentence on something else. */
  readonly asksWhy: boolean
}

/** "How does noise affect speech?" is answered by "not at all". */
const ASKS_WHETHER = /^\W*how\b.*\b(?:affect|influence|impact|change|relate|compare|differ|vary|depend|interact)\b/i

/** Undefined for a question that takes nothing for granted. */
function premiseOf(question: string): Premise | undefined {
  // A title between quotation marks names the paper; its words state nothing.
  const plain = plainly(question.replace(/[“"][^”"]{3,}[”"]/g, 'it')).replace(/\?\s*$/, '.')
  if (ASKS_WHETHER.test(plain)) return undefined
  const strong = PRESUMES.exec(plain)
  if (strong !== null) return { statement: withoutConditions(readStatement(plain.slice(strong[0].length))), isStrong: true, asksWhy: /^\W*(?:why|what)\b/i.test(plain) }
  const named = NAMES.exec(plain)
  return named === null ? undefined : { statement: readStatement(`${plain.slice(named[0].length).replace(/\.$/, '')}${named[1] ?? ''}.`), isStrong: false, asksWhy: false }
}

/** 2 where a question states what it asks the cause, way or extent of, 1 where it states something of a thing asked for, 0 where nothing. */
export function presumes(question: string): 0 | 1 | 2 {
  const premise = premiseOf(question)
  return premise === undefined ? 0 : premise.isStrong ? 2 : 1
}

/** "With high thresholds", "before training": under which something happens, not what happens. */
const CONDITIONS: ReadonlySet<string> = new Set(['=large', '=small', '=earlier', '=later', 'before', 'after', 'above', 'below', 'top', 'bottom', 'first', 'last'])

function withoutConditions(statement: Statement): Statement {
  return { ...statement, tokens: statement.tokens.filter(({ key, word }) => !CONDITIONS.has(key) && !CONDITIONS.has(word)) }
}

function plainly(text: string): string {
  return PLAINLY.reduce((plain, [pattern, replacement]) => plain.replace(pattern, replacement), text)
}

/** Words of the premise, apart from those of direction, that a sentence must share to speak of the same. */
const SHARED = 2

/** Sentences that answer best, which are held against a premise beside the one that shares most of its words. */
const BEST = 2

/** The sentence that says otherwise: the one that shares most of the words of the premise, or one of those that answer best. */
function denialOf({ statement, isStrong, asksWhy }: Premise, sentences: readonly Evidence[]): Evidence | undefined {
  if (isStrong && deniedIn(statement).size > 0) return undefined
  const subject = [...statement.keys].filter((key) => !key.startsWith('='))
  const read = sentences.map((sentence) => ({ sentence, source: readStatement(plainly(sentence.text)) })).map((one) => ({ ...one, shared: subject.filter((key) => one.source.keys.has(key)).length }))
  const most = Math.max(SHARED, ...read.map(({ shared }) => shared))
  const says = (source: Statement) => (isStrong ? turnsRound(statement, source) || isNegatedForm(statement, source) || isSetAside(statement, source) : isRuledOut(statement, source, read.map((one) => one.source)))
  const nearest = read.find(({ shared }) => shared === most)
  const best = asksWhy ? read.slice(0, BEST).filter(({ shared }) => shared > 0) : []
  return [...(nearest === undefined ? [] : [nearest]), ...best].find(({ source }) => says(source))?.sentence
}

const SETS_ASIDE = /\b(?:unlike|instead of|rather than|in contrast to|as opposed to)\s+([^,.;]+)/giu

/** "Unlike approaches that rely on …": what others do, and this one does not. */
function isSetAside({ keys }: Statement, { text }: Statement): boolean {
  if (![...DEEDS].some((deed) => keys.has(deed))) return false
  return [...text.matchAll(SETS_ASIDE)].some(([, others = '']) => [...readStatement(others).keys].some((key) => !DEEDS.has(key) && !key.startsWith('=') && keys.has(key)))
}

/** "Without requiring …", "training-free": the deed, which the premise has, is denied, and nowhere in the paper affirmed. */
function isRuledOut(statement: Statement, source: Statement, all: readonly Statement[]): boolean {
  const deeds = keysIn(statement, 'affirmed').filter((key) => DEEDS.has(key))
  const denied = keysIn(source, 'denied')
  return deeds.some((key) => denied.includes(key) && !all.some((one) => keysIn(one, 'affirmed').includes(key)))
}

function keysIn(statement: Statement, how: 'affirmed' | 'denied'): string[] {
  const denied = deniedIn(statement)
  return statement.tokens.filter((token) => denied.has(token) === (how === 'denied')).map(({ key }) => key)
}

const DEEDS: ReadonlySet<string> = new Set(['=need', '=use', 'reli', 'depend', 'train', 'retrain', 'finetun', 'pretrain', 'label', 'annot', 'supervis'])

/** What a paper says against a question: the sentence, and the figures of the question that the paper does not have, if it is these. */
interface Contrary {
  readonly sentence: Evidence
  readonly figures: readonly string[]
}

/** Undefined where the question takes nothing for granted, or nothing speaks against it. */
export function contraryIn(question: string, { paper, sentences }: Pick<PaperEvidence, 'paper' | 'sentences'>): Contrary | undefined {
  const premise = premiseOf(question)
  if (premise === undefined) return undefined
  const denial = denialOf(premise, sentences)
  return denial === undefined ? unheardOf(premise, paper.title, sentences) : { sentence: denial, figures: [] }
}

/** Figures with a unit that the premise has and the paper has not, though it has others of the kind. */
function unheardOf({ statement, isStrong }: Premise, title: string, sentences: readonly Evidence[]): Contrary | undefined {
  const figures = isStrong ? statement.figures.filter(({ unit }) => unit !== '') : []
  if (figures.length === 0) return undefined
  const read = sentences.map((sentence) => ({ sentence, figures: readStatement(sentence.text).figures }))
  const known = [...readStatement(title).figures, ...read.flatMap((one) => one.figures)]
  const unheard = figures.filter((figure) => !known.some((other) => sameFigure(figure, other) || sameFigure(other, figure)))
  const instead = read.find((one) => one.figures.some(({ unit }) => unheard.some((figure) => figure.unit === unit)))
  return instead === undefined ? undefined : { sentence: instead.sentence, figures: unheard.map(({ start, end }) => statement.text.slice(start, end).trim()) }
}
