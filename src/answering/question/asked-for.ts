/** Reads what thing a question asks for ("how many GPU days", "which optimizer"), and finds it beside figures. */
import { subjectTerms, terms } from '../../text/terms.js'
import type { Term } from '../../text/terms.js'
import { figuresOf } from '../statements/figures.js'
import { readStatement } from '../statements/statement.js'

const VERBS_AND_PREPOSITIONS = 'take|takes|took|taken|participated?|need|needs|needed|use|uses|used|contain|contains|hold|holds|get|gets|got|suffice|remain|remained|exist|existed|join|joined|happen|happens|happened|does|do|did|is|are|was|were|be|has|have|had|can|could|will|would|should|may|might|must|of|in|on|for|from|to|with|by|at|per|as|than|that|when|after|among|between|within|under|over|into|and|or'
const THING = new RegExp(
  String.raw`\b(?:how (?:many|much)|what|which|whose)\s+(?:(?:is|are|was|were)\s+)?(?:the\s+|an?\s+)?((?:(?!(?:${VERBS_AND_PREPOSITIONS})\b)[\p{L}\p{N}][\p{L}\p{N}'-]*\s*){1,4})`,
  'iu',
)

/** Stems of the thing that is asked for; none where the question names none. */
export function thingAskedFor(question: string): string[] {
  return thingIn(question).map(({ term }) => term)
}

function thingIn(question: string): Term[] {
  return subjectTerms(THING.exec(question)?.[1] ?? '')
}

/** What "how many" is asked of, without what describes it: "annotators", "hours". */
function countedIn(question: string): Term | undefined {
  return /\bhow many\b/i.test(question) ? thingIn(question).at(-1) : undefined
}

/** The things that are counted, where they are things rather than a unit of measure. */
export function countedThing(question: string): Term | undefined {
  const counted = countedIn(question)
  return counted === undefined || figuresOf(`2 ${counted.surface}`)[0]?.unit !== '' ? undefined : counted
}

const NUMBER = /\d|^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|billions?|half|third|quarter|twice|double|tenfold|single|no|none)$/i

/** Words that may stand between a count and what it counts: "1,066 aligned Chinese-English semantic examples". */
const COUNTED_WITHIN = 4

/** Whether a text counts the things that a question asks the number of: 1 if a plain number stands before one of them, or nothing is to be counted. */
export function countOfThing(question: string, text: string): number {
  const thing = countedIn(question)?.term
  if (thing === undefined) return 1
  const tokens = text.split(/[\s‐‑-]+/)
  const isCounted = tokens.some((token, i) => terms(token).includes(thing) && tokens.slice(Math.max(0, i - COUNTED_WITHIN), i).some((before) => isCount(before)))
  return isCounted ? 1 : 0
}

function isCount(token: string): boolean {
  return !/[%×]|\dx$/.test(token) && NUMBER.test(token.replace(/[^\p{L}\p{N}]+/gu, ''))
}

/** Share of the units that a question asks in ("hours", "GB") in which a text has a figure; 1 where it asks in none. */
export function unitsGiven(question: string, text: string): number {
  const asked = unitsAsked(question)
  if (asked.length === 0) return 1
  const given = new Set(readStatement(text).figures.map(({ unit }) => unit))
  return asked.filter((unit) => given.has(unit)).length / asked.length
}

/** A question is held against a hundred sentences, one after the other. */
let lastAsked: { readonly question: string; readonly units: readonly string[] } = { question: '', units: [] }

function unitsAsked(question: string): readonly string[] {
  if (question === lastAsked.question) return lastAsked.units
  const units = (question.match(/\p{L}{2,}/gu) ?? []).map((word) => figuresOf(`2 ${word}`)[0]?.unit ?? '').filter((unit) => unit !== '')
  lastAsked = { question, units }
  return units
}

/** Words between which a figure and what it measures may stand with nothing to do with each other. */
const FAR = 12

/** 1 / (1 + words between a figure and the nearest of the wanted stems / 4), 0 where none is near. */
export function figureNearness(text: string, wanted: ReadonlySet<string>): number {
  const tokens = text.split(/\s+/)
  const figures = tokens.flatMap((token, i) => (NUMBER.test(token.replace(/[^\p{L}\p{N}]+/gu, '')) ? [i] : []))
  if (figures.length === 0) return 0
  let nearest = Infinity
  tokens.forEach((token, i) => {
    if (!terms(token).some((term) => wanted.has(term))) return
    for (const figure of figures) nearest = Math.min(nearest, Math.abs(figure - i))
  })
  return nearest > FAR ? 0 : 1 / (1 + nearest / 4)
}
