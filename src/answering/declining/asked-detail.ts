/** Looks for the very detail that a question asks for: the figure of that thing, a name for it, a measure of that kind. */
import { stem, terms } from '../../text/terms.js'
import { figureNearness, thingAskedFor } from '../question/asked-for.js'

/** Each is 1 where the question does not ask for such a detail. */
export interface AskedFor {
  /** The last two words of the thing asked for ("learning rate") stand side by side in a sentence. */
  readonly thingTogether: number
  /** How near a figure stands to the thing itself, whatever describes it. */
  readonly figureOfHead: number
  /** How near a name that the question does not hold stands to the thing. */
  readonly nameOfHead: number
  /** A sentence has a measure of the kind asked for: an age for "how old", a time for "how long". */
  readonly measureGiven: number
  /** What is the most, the best or the first of its kind is asked for, and a sentence says what is. */
  readonly superlative: number
}

const MEASURES: readonly (readonly [RegExp, RegExp])[] = [
  [/\bhow old\b|\bwhat age\b/i, /\d[\d.,]*[\s-]*(?:years?|yrs?|months?|Gyr|Myr|billion|million)\b|\bage[ds]?\b[^.]{0,20}\d/i],
  [/\bhow (?:long|soon|quick(?:ly)?)\b|\bwhen\b/i, /\d[\d.,]*[\s-]*(?:[nmμ]?s|sec(?:ond)?s?|min(?:ute)?s?|h|hours?|days?|weeks?|months?|years?|tokens?|words?|k|K|pages?|characters?|m|cm|mm|km|met(?:er|re)s?)\b|\b(?:1[89]|20)\d\d\b/],
  [/\bhow far\b|\bwhat distance\b/i, /\d[\d.,]*\s?(?:[kMG]?pc|[cmk]?m|met(?:er|re)s?|kilomet(?:er|re)s?|miles?|light|AU)\b/i],
  [/\bhow (?:hot|cold|warm)\b|\bwhat temperature\b|\bat which temperature\b/i, /\d[\d.,]*\s?(?:m?K|°|degrees|C)\b/],
  [/\bhow (?:expensive|cheap)\b|\bcosts?\b.*\b(?:dollars?|euros?)\b|\bwhat .*\bcost\b/i, /[$€£]\s?\d|\d[\d.,]*\s?(?:dollars?|euros?|USD|cents?)\b/i],
  [/\bhow fast\b|\bwhat speed\b/i, /\d[\d.,]*\s?(?:ms|s|fps|Hz|[×x]|times|per second|m\/s|km\/h|°\/s|degrees)|\/s\b|faster/i],
]

const SUPERLATIVE = /\b(?:best|worst|most|least|first|last|(?!interest|forest|test|request|suggest|latest|harvest|invest|manifest|rest|nest|quest|guest|west)[a-z]{3,}est)\b/i
const OUTSTANDING = /\b(?:best|worst|most|least|first|last|highest|lowest|largest|smallest|fastest|strongest|outperform\w*|surpass\w*|state[- ]of[- ]the[- ]art|superior|[a-z]{3,}est)\b/i
const NAME = /^(?=.*\p{L})(?:\p{L}*\p{Lu}.*[\p{Lu}\d].*|\p{Lu}\p{Ll}+.*)$/u
const NAMED = /^\W*(?:(?:on|in|with|for|by|to|from|at|of|under) )?(?:which|what|whose)\b/i
const NEAR = 12

export function askedForIn(question: string, sentences: readonly string[]): AskedFor {
  const thing = thingAskedFor(question)
  const head = thing.at(-1)
  const greatest = (of: (text: string) => number) => Math.max(0, ...sentences.map(of))
  const asksFigure = /\bhow (?:many|much)\b/i.test(question)
  const measure = MEASURES.find(([asked]) => asked.test(question))
  return {
    thingTogether: thing.length < 2 ? 1 : greatest((text) => Number(hasPair(terms(text), thing.slice(-2)))),
    figureOfHead: head === undefined ? 1 : greatest((text) => figureNearness(text, new Set([head]))),
    nameOfHead: head === undefined || asksFigure || !NAMED.test(question) ? 1 : greatest((text) => nameNearness(text, head, question)),
    measureGiven: measure === undefined ? 1 : greatest((text) => Number(measure[1].test(text))),
    superlative: SUPERLATIVE.test(question) ? greatest((text) => Number(OUTSTANDING.test(text))) : 1,
  }
}

function hasPair(words: readonly string[], [one, other]: readonly string[]): boolean {
  return words.some((word, i) => word === one && words[i + 1] === other)
}

/** 1 / (1 + words between the thing and the nearest name / 4), 0 where none is near. */
function nameNearness(text: string, head: string, question: string): number {
  const words = text.split(/[\s,;:()]+/).filter((word) => word !== '')
  const asked = question.toLowerCase()
  const names = words.flatMap((word, i) => (i > 0 && NAME.test(word) && !asked.includes(word.toLowerCase()) ? [i] : []))
  const places = words.flatMap((word, i) => (word.split(/[-‐‑/]/).some((part) => stem(part.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '')) === head) ? [i] : []))
  const away = Math.min(Infinity, ...places.flatMap((place) => names.map((name) => Math.abs(place - name))))
  return away > NEAR ? 0 : 1 / (1 + away / 4)
}
