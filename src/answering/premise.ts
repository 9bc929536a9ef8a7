/** Finds what a question takes for granted and the paper says the other way round: "why does it need more energy". */
import { isStopWord, stem } from '../text/terms.js'
import { words } from '../text/words.js'

/** Words that say the opposite of each other, by stem. */
const OPPOSITES: readonly (readonly [up: string, down: string])[] = [
  ['increase raise enlarge grow more higher greater larger worsen add double expand', 'decrease reduce lower cut shrink less fewer lower smaller save drop fall diminish remove spare eliminate'],
  ['improve better gain best outperform beat surpass exceed strengthen benefit', 'degrade worse harm hurt lose worst underperform fail suffer weaken sacrifice'],
  ['fast faster quick quicker accelerate speed speedup', 'slow slower delay slowdown'],
  ['need require depend demand rely', 'without no avoid need-not free drop unnecessary'],
  ['stable robust consistent', 'unstable fragile inconsistent'],
]
const SIDES = OPPOSITES.map((pair) => pair.map((side) => new Set(side.split(' ').map(stem))) as [Set<string>, Set<string>])

/** Words between a direction and what goes in it. */
const REACH = 5

export interface Opposed {
  /** As the question has it: "more energy". */
  readonly asked: string
  /** As the sentence has it: "save 95% of the energy". */
  readonly said: string
}

/** Questions that take their statement for granted; "does it need more energy?" does not. */
const PRESUMES = /^\W*(?:why|how (?!many|much|well|is|are|can|should|do (?:you|we|i)\b)|what (?:makes|causes|explains|is the reason)|by how much|how much)\b/i

/** The first statement that the question takes for granted in one direction, and the sentence makes in the other. */
export function opposedIn(question: string, sentence: string): Opposed | undefined {
  if (!PRESUMES.test(question)) return undefined
  const asked = directionsOf(question)
  const said = directionsOf(sentence)
  for (const one of asked) {
    for (const other of said) if (one.pair === other.pair && one.side !== other.side && one.about.stem === other.about.stem) return { asked: phrase(one), said: phrase(other) }
  }
  return undefined
}

interface Direction {
  readonly pair: number
  readonly side: 0 | 1
  readonly word: string
  /** Stands beside it. */
  readonly about: { readonly stem: string; readonly word: string }
}

function directionsOf(text: string): Direction[] {
  const all = words(text).map((word) => ({ word, stem: stem(word) }))
  return all.flatMap(({ word, stem: direction }, at) =>
    SIDES.flatMap(([up, down], pair) => {
      const side = up.has(direction) ? 0 : down.has(direction) ? 1 : undefined
      if (side === undefined) return []
      const beside = all.slice(at + 1, at + 1 + REACH).filter((other) => other.word.length > 3 && !isStopWord(other.word) && !SIDES.some(([a, b]) => a.has(other.stem) || b.has(other.stem)))
      return beside.map((about): Direction => ({ pair, side, word, about }))
    }),
  )
}

function phrase({ word, about }: Direction): string {
  return `${word} … ${about.word}`
}
