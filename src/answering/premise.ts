/** Finds what a question takes for granted and a paper says the other way round: "why does it need more energy?" */
import { isStopWord, stem } from '../text/terms.js'
import { words } from '../text/words.js'

/** Words that say the opposite of each other. */
const OPPOSITES: readonly (readonly [one: string, other: string])[] = [
  ['increase raise enlarge grow more higher greater larger lengthen double expand inflate', 'decrease reduce lower cut shrink less fewer smaller save drop fall diminish shorten halve lessen spare eliminate remove near-zero'],
  ['improve better gain best outperform beat surpass exceed strengthen benefit boost enhance raise', 'degrade worse harm hurt lose worst underperform fail suffer weaken sacrifice drop'],
  ['fast faster quick quicker accelerate speed speedup speeds', 'slow slower delay slowdown slows'],
  ['need require depend demand rely use add involve', 'without no avoid drop remove free omit lack skip unnecessary spare instead discard'],
  ['stable robust consistent reliable', 'unstable fragile inconsistent unreliable'],
  ['precise accurate exact', 'imprecise inaccurate limited'],
]
const SIDES = OPPOSITES.map((pair) => pair.map((side) => new Set(side.split(' ').map(stem))) as [Set<string>, Set<string>])
const DENIALS: ReadonlySet<string> = new Set(['not', 'no', 'never', 'without', 'neither', 'nor', 'cannot', 'hardly'])

/** Words between a direction and what goes in it, and between a denial and what it denies. */
const REACH = 5
const DENIAL_REACH = 2

export interface Opposed {
  /** As the question has it: "more … energy". */
  readonly asked: string
  /** As the sentence has it: "reduce … energy". */
  readonly said: string
}

/** Questions that take their statement for granted; "does it need more energy?" does not. */
const PRESUMES = /^\W*(?:why|how (?!many|much|well|is|are|can|could|should|do (?:you|we|i)\b)|what (?:makes|causes|explains|is the reason)|by how much|how much)\b/i

/** The first statement that the question takes for granted in one direction, and the sentence makes in the other. */
export function opposedIn(question: string, sentence: string): Opposed | undefined {
  if (!PRESUMES.test(question)) return undefined
  const said = directionsOf(sentence)
  for (const one of directionsOf(question)) {
    // A sentence that says both of the same thing compares two; it contradicts neither.
    const alike = said.filter(({ pair, about }) => pair === one.pair && about.stem === one.about.stem)
    const [other] = alike
    if (other !== undefined && alike.every(({ side }) => side !== one.side)) return { asked: phrase(one), said: phrase(other) }
  }
  return undefined
}

interface Direction {
  readonly pair: number
  readonly side: 0 | 1
  readonly word: string
  /** What goes in the direction: the next word that names something. */
  readonly about: { readonly stem: string; readonly word: string }
}

function directionsOf(text: string): Direction[] {
  const all = words(text).map((word) => ({ word, stem: stem(word) }))
  return all.flatMap(({ word, stem: direction }, at) =>
    SIDES.flatMap(([one, other], pair): Direction[] => {
      const side = one.has(direction) ? 0 : other.has(direction) ? 1 : undefined
      if (side === undefined) return []
      const isDenied = !DENIALS.has(word) && all.slice(Math.max(0, at - DENIAL_REACH), at).some((before) => DENIALS.has(before.word))
      const about = all.slice(at + 1, at + 1 + REACH).find((next) => next.word.length > 2 && !isStopWord(next.word) && !SIDES.some(([a, b]) => a.has(next.stem) || b.has(next.stem)))
      return about === undefined ? [] : [{ pair, side: isDenied ? (side === 0 ? 1 : 0) : side, word: isDenied ? `not ${word}` : word, about }]
    }),
  )
}

function phrase({ word, about }: Direction): string {
  return `${word} … ${about.word}`
}
