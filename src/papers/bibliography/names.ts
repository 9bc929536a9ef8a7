/** Takes the name of an author apart, as a reference list needs it. */

export interface Name {
  /** Without particle: `Beethoven`. */
  readonly family: string
  /** `Ludwig`, `J. P.`; absent for a name of one word. */
  readonly given?: string
  /** `van`, `de la`: stands before the family name and does not sort. */
  readonly particle?: string
  /** `Jr.`, `III`. */
  readonly suffix?: string
}

/** A group has one name, which is never turned round. */
export interface GroupName {
  readonly literal: string
}

const SUFFIX = /^(?:jr|sr)\.?$|^(?:ii|iii|iv)$/i
const GROUP = /\b(?:collaborations?|consortium|consortia|team|group|network|project|initiative|institute|university|committee|society|association|organi[sz]ation|foundation|investigators|laborator(?:y|ies)|inc\.?|ltd\.?)$/i
/** Scripts that put the family name first and write it without a space. */
const UNSPACED = /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+$/u

/**
 * A name written `First Last`, `Last, First` or `Last, Jr., First`. The last word is the family name, small words before
 * it its particle, as BibTeX takes them (Patashnik 1988, "BibTeXing", 4). Names of one word and of groups stay whole.
 *
 *     parseName('Ludwig van Beethoven') // { family: 'Beethoven', given: 'Ludwig', particle: 'van' }
 */
export function parseName(text: string): Name | GroupName {
  const name = text.replace(/\s+/g, ' ').trim()
  const parts = name.split(',').map((part) => part.trim())
  if (GROUP.test(name) || /^The\s|\sand\s|&/.test(name) || (parts.length === 1 && (!name.includes(' ') || UNSPACED.test(name)))) return { literal: name }
  if (parts.length > 3 || parts.some((part) => part === '')) return { literal: name }
  if (parts.length === 1) return fromWords(name.split(' '))
  const [family = '', second = '', third] = parts
  if (third === undefined && SUFFIX.test(second)) return fromWords([...family.split(' '), second])
  const [suffix, given] = third === undefined ? [undefined, second] : [second, third]
  return { ...withParticle(family.split(' ')), given, ...(suffix === undefined ? {} : { suffix }) }
}

function fromWords(words: readonly string[]): Name | GroupName {
  const last = words.at(-1) as string
  const suffix = words.length > 2 && SUFFIX.test(last) ? last : undefined
  const own = suffix === undefined ? words : words.slice(0, -1)
  const start = own.findIndex((word, i) => i > 0 && i < own.length - 1 && isParticle(word))
  const at = start < 0 ? own.length - 1 : start
  if (at === 0) return { literal: words.join(' ') }
  return { ...withParticle(own.slice(at)), given: own.slice(0, at).join(' '), ...(suffix === undefined ? {} : { suffix }) }
}

function withParticle(words: readonly string[]): Pick<Name, 'family' | 'particle'> {
  const first = words.findIndex((word, i) => !isParticle(word) || i === words.length - 1)
  return first <= 0 ? { family: words.join(' ') } : { particle: words.slice(0, first).join(' '), family: words.slice(first).join(' ') }
}

function isParticle(word: string): boolean {
  return /^\p{Ll}[\p{Ll}'’]*$/u.test(word)
}

/** `Jean-Paul` → `J.-P.`, `J. P.` → `J. P.`. */
export function initials(given: string): string {
  return given
    .split(/\s+/)
    .map((word) => word.split(/[-‐‑]/).filter((part) => part !== '').map((part) => `${firstLetter(part)}.`).join('-'))
    .join(' ')
}

/** `J.P.` has two. */
function firstLetter(part: string): string {
  const letters = part.split('.').filter((letter) => letter !== '').map((letter) => String.fromCodePoint(letter.codePointAt(0) as number).toUpperCase())
  return letters.length > 1 && part.replace(/\./g, '').length === letters.length ? letters.join('. ') : (letters[0] ?? part)
}
