/** Judges pieces of LaTeX by themselves: what is a word, a term, a tie, or a formula rather than an amount of money. */

/** The longest formula that we believe to be one. */
const MAX_FORMULA = 1_000

const WORD_IN_BRACES = /^[\p{L}\p{N}][\p{L}\p{N}.+-]{0,39}$/u
const ONE_TERM = /^[-+−±]?(?:[\p{L}\p{N}.∞]{1,24}|[^\s\p{L}\p{N}()[\]{}^_])$/u
const ALPHANUMERIC_END = /[\p{L}\p{N}]$/u

/** One word, which braces only keep together: `{BERT}`. */
export function isWord(content: string): boolean {
  return content.length <= 40 && /\p{L}/u.test(content) && WORD_IN_BRACES.test(content)
}

/** In brackets, unless it is one term that what follows cannot run into: `10^{5}3` is not `10^53`. */
export function bracketed(content: string, following = ''): string {
  const joins = ALPHANUMERIC_END.test(content.slice(-1)) && (/\d$/.test(content.slice(-1)) ? /^\d/ : /^\p{L}/u).test(following)
  return content.length <= 26 && ONE_TERM.test(content) && !joins ? content : `(${content})`
}

/** A tie, `Fig.~3` or `3~km`, is a space; before a figure alone the sign means "about", between two it means "to". */
export function isTie(text: string, at: number): boolean {
  const before = text[at - 1] ?? ' '
  const after = text[at + 1] ?? ' '
  return /[\p{L}.,)\]]/u.test(before) ? /\S/.test(after) : /[\d}$%]/.test(before) && /[\p{L}\\]/u.test(after)
}

/** `x2013` and `8211` → –; anything else stays. */
export function codePoint(content: string): string {
  const code = /^x[0-9a-f]{1,6}$/i.test(content) ? Number.parseInt(content.slice(1), 16) : /^\d{2,7}$/.test(content) ? Number(content) : NaN
  return code <= 0x10ffff ? String.fromCodePoint(code) : content
}

/** What `\not` strikes through: `=` → ≠. */
export function negated(content: string): string {
  return content === '' ? '¬' : `${content.slice(0, 1)}\u0338${content.slice(1)}`.normalize('NFC')
}

/** Index of the next `$` that is not escaped, near enough to close a formula; −1 if there is none. */
export function closingDollar(text: string, start: number): number {
  const limit = Math.min(text.length, start + MAX_FORMULA)
  for (let at = start; at < limit; at++) {
    if (text[at] === '\\') at++
    else if (text[at] === '$') return at
  }
  return -1
}

/** Whether what stands between two `$` is no amount of money: the rule of Pandoc (tex_math_dollars), and no prose after a figure. */
export function isFormula(text: string, start: number, end: number): boolean {
  const content = text.slice(start, end)
  if (content.trim() === '') return true
  const isShort = content.length <= 12 && !/^\d/.test(content)
  if (/\d/.test(text[end + 1] ?? '') && !isShort && !/[\\^_={]/.test(content)) return false
  if (/^\d/.test(content)) {
    const words = content.replace(/\\[a-zA-Z]+|\{[^{}]*\}/g, '')
    if (/\s[a-z]{2,}\b/i.test(words)) return false
  }
  if (/^\s|\s$/.test(content)) return /[\\^_=<>{}]/.test(content) || content.trim().length <= 3
  return true
}
