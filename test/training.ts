/** Made-up papers for training tests: fields of invented words, by rule, so that they can be learned in seconds. */
import { createRandom } from '../src/embedding/training/random.js'

const SYLLABLES = ['ba', 'de', 'ki', 'lo', 'mu', 'na', 'pe', 'ri', 'so', 'tu', 'va', 'xe'] as const

/** `papers` of ten fields in turn; those of a field share its words. */
export function madeUpPapers(papers: number, seed = 7): { title: string, abstract: string, field: number }[] {
  const random = createRandom(seed)
  const word = () => Array.from({ length: 3 }, () => SYLLABLES[random.below(SYLLABLES.length)]).join('')
  const fields = Array.from({ length: 10 }, () => Array.from({ length: 30 }, word))
  const common = Array.from({ length: 20 }, word)
  return Array.from({ length: papers }, (_, at) => {
    const field = at % fields.length
    const own = fields[field] as string[]
    const phrase = (length: number) =>
      Array.from({ length }, (_, i) => (i % 3 === 2 ? common : own)[random.below(i % 3 === 2 ? 20 : 30)]).join(' ')
    const sentence = () => `We ${phrase(9)}.`
    return { title: `On ${phrase(5)}`, abstract: Array.from({ length: 5 }, sentence).join(' '), field }
  })
}
