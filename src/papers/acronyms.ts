/** Harvests acronyms with their long forms: "key-value (KV) cache", "GAN (generative adversarial network)". */

export interface Acronym {
  /** As written: `KV`, `mTOR`, `T2I`. */
  readonly short: string
  /** As written, without the brackets. */
  readonly long: string
}

/** How much is looked at before a bracket, and what may stand in it, in characters. */
const LEAST_BEFORE = 4
const MOST_BEFORE = 160
const LEAST_INSIDE = 2
const MOST_INSIDE = 12
const SHORT_FORM = /^[A-Za-z0-9][\w./-]{1,9}$/

/**
 * The pairs of a text, by the rule of Schwartz and Hearst (2003): each letter of the short form is
 * met, from right to left, in the words before the bracket, the first letter at the start of a word.
 * Only short forms with two capitals are taken, and a plural "s" is left off.
 */
export function findAcronyms(text: string): Acronym[] {
  const found: Acronym[] = []
  for (const { before, inside } of bracketed(text)) {
    const short = inside.trim().replace(/(?<=[A-Z])s$/, '')
    if (!SHORT_FORM.test(short) || (short.match(/[A-Z]/g)?.length ?? 0) < 2) continue
    const long = longForm(short, before.trimEnd())
    if (long !== undefined) found.push({ short, long })
  }
  return found
}

/** Short brackets without brackets inside, with what stands before them up to the last bracket. */
function* bracketed(text: string): Generator<{ readonly before: string; readonly inside: string }> {
  const brackets = Array.from(text.matchAll(/[()]/g), ({ index }) => index)
  for (const [i, open] of brackets.entries()) {
    const close = brackets[i + 1] ?? open
    const length = close - open - 1
    if (text[open] !== '(' || text[close] !== ')' || length < LEAST_INSIDE || length > MOST_INSIDE) continue
    const before = text.slice(Math.max((brackets[i - 1] ?? -1) + 1, open - MOST_BEFORE), open)
    if (before.length >= LEAST_BEFORE) yield { before, inside: text.slice(open + 1, close) }
  }
}

function longForm(short: string, before: string): string | undefined {
  const most = Math.min(short.length + 5, short.length * 2)
  const words = before.split(/\s+/).slice(-most).join(' ')
  const letters = short.toLowerCase().replace(/[^a-z0-9]/g, '')
  let position = words.length - 1
  for (let i = letters.length - 1; i >= 0; i--) {
    const letter = letters[i] as string
    while (position >= 0 && (words[position]?.toLowerCase() !== letter || (i === 0 && /[\p{L}\p{N}]/u.test(words[position - 1] ?? ' ')))) position--
    if (position < 0) return undefined
    position--
  }
  const long = words.slice(position + 1)
  return long.length > short.length && !long.includes(short) ? long : undefined
}
