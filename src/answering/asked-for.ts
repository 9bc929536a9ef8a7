/** Reads what thing a question asks for ("how many GPU days", "which optimizer"), and finds it beside figures. */
import { subjectTerms, terms } from '../text/terms.js'

const VERBS_AND_PREPOSITIONS = 'does|do|did|is|are|was|were|be|has|have|had|can|could|will|would|should|may|might|must|of|in|on|for|from|to|with|by|at|per|as|than|that|when|after|among|between|within|under|over|into|and|or'
const THING = new RegExp(
  String.raw`\b(?:how (?:many|much)|what|which|whose)\s+(?:(?:is|are|was|were)\s+)?(?:the\s+|an?\s+)?((?:(?!(?:${VERBS_AND_PREPOSITIONS})\b)[\p{L}\p{N}][\p{L}\p{N}'-]*\s*){1,4})`,
  'iu',
)

/** Stems of the thing that is asked for; none where the question names none. */
export function thingAskedFor(question: string): string[] {
  return subjectTerms(THING.exec(question)?.[1] ?? '').map(({ term }) => term)
}

const NUMBER = /\d|^(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|thousands?|millions?|billions?|half|third|quarter|twice|double|tenfold|single|no|none)$/i

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
