/** Splits a line of authors or of categories, as sources write them, into its entries. */

const INITIALS = /^(?:\p{Lu}\p{M}*\.?[\s-]?){1,4}$/u
const SUFFIX = /^(?:jr|sr|ii|iii|iv|ph\.?d|m\.?d)\.?$/i
const ARXIV_CATEGORY = /^[a-z]+(?:-[a-z]+)?(?:\.[A-Za-z]{2,}(?:-[a-z]+)?)?$/

/**
 * The authors of `A; B; C`, `A, B and C`, `Last, First; Last, First` or `Last, First and Last, First`, each as `First Last`.
 * Affiliations in parentheses and "et al." go; nothing is added.
 */
export function splitAuthors(line: string): string[] {
  const names = outsideParentheses(line).replace(/[,;]?\s*\bet al\.?/gi, '')
  const joined = names.split(/\sand\s/i)
  const parts = names.includes(';') ? names.split(';') : joined.every((part) => /^\s*[^\s,]+,[^,]+$/.test(part)) ? joined : splitCommas(names)
  return entries(parts).map(firstNameFirst)
}

/** The categories of `cs.LG,cs.AI`, `cs.LG cs.AI`, `Adult; Humans` or `High Energy Physics - Theory`. */
export function splitCategories(line: string): string[] {
  if (line.includes(';')) return entries(line.split(';').flatMap((part) => (isCodes(part) ? part.split(',') : [part])))
  const tokens = line.trim().split(/\s+/)
  if (tokens.length > 1 && tokens.every((token) => ARXIV_CATEGORY.test(token) && token.includes('.'))) return entries(tokens)
  return entries(line.split(','))
}

/** `Smith, J.` → `J. Smith`; a name without comma, or with a title behind it, stays. */
export function firstNameFirst(name: string): string {
  const parts = name.split(',').map((part) => part.trim()).filter((part) => part !== '')
  const [last, first, ...rest] = parts
  if (last === undefined || first === undefined || rest.length > 1) return name.trim()
  if (SUFFIX.test(first)) return parts.join(' ')
  return [first, last, ...rest].join(' ')
}

function splitCommas(names: string): string[] {
  const parts = names.split(/,\s*(?:and\s|&\s)?|\s+(?:and|&)\s+/i).map((part) => part.trim()).filter((part) => part !== '')
  if (parts.length === 2 && names.includes(',') && !/\s/.test(parts[0] as string) && !/\s(?:and|&)\s/i.test(names)) return [names]
  const paired = parts.length % 2 === 0 && parts.length > 0 && parts.every((part, i) => i % 2 === 0 || INITIALS.test(part))
  if (paired) return parts.flatMap((part, i) => (i % 2 === 0 ? [`${part}, ${parts[i + 1] as string}`] : []))
  return parts.reduce<string[]>((all, part) => {
    if (SUFFIX.test(part) && all.length > 0) all.push(`${all.pop() as string} ${part}`)
    else all.push(part)
    return all
  }, [])
}

function isCodes(text: string): boolean {
  return text.includes(',') && text.split(',').every((code) => ARXIV_CATEGORY.test(code.trim()))
}

function outsideParentheses(text: string): string {
  let depth = 0
  let result = ''
  for (const character of text) {
    if (character === '(') depth++
    else if (character === ')') depth = Math.max(0, depth - 1)
    else if (depth === 0) result += character
  }
  return result
}

function entries(parts: readonly string[]): string[] {
  return [...new Set(parts.map((part) => part.replace(/\s+/g, ' ').trim()).filter((part) => /[\p{L}\p{N}]/u.test(part)))]
}
