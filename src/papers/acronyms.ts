/** Harvests acronyms with their long forms: "key-value (KV) cache", "GAN (generative adversarial network)". */

export interface Acronym {
  /** As written: `KV`, `mTOR`, `T2I`. */
  readonly short: string
  /** As written, without the brackets. */
  readonly long: string
}

const BRACKETED = /([^()]{4,160})\(([^()]{2,12})\)/g
const SHORT_FORM = /^[A-Za-z0-9][\w./-]{1,9}$/

/**
 * The pairs of a text, by the rule of Schwartz and Hearst (2003): each letter of the short form is
 * met, from right to left, in the words before the bracket, the first letter at the start of a word.
 * Only short forms with two capitals are taken, and a plural "s" is left off.
 */
export function findAcronyms(text: string): Acronym[] {
  const found: Acronym[] = []
  for (const [, before = '', inside = ''] of text.matchAll(BRACKETED)) {
    const short = inside.trim().replace(/(?<=[A-Z])s$/, '')
    if (!SHORT_FORM.test(short) || (short.match(/[A-Z]/g)?.length ?? 0) < 2) continue
    const long = longForm(short, before.trimEnd())
    if (long !== undefined) found.push({ short, long })
  }
  return found
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
