/** Cleans what sources write, once and before anything else looks at it, so that quotes are exact. */
import { latexToText } from './latex.js'
import { decodeEntities, stripActive, stripTags, unmarkReferences } from './markup.js'

/**
 * What a reader cannot see and a language model can: lone surrogates, private use, controls, soft
 * hyphens, zero width and bidi characters, variation selectors, tags (Unicode 16, 23.2–23.9).
 */
const HIDDEN =
  /[\p{Cs}\p{Co}\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\uffff\ufffe\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu

/** A text without any of these is clean but for its ends. */
const SUSPECT = /[^\x20-\x7e]|[\\{}$&<`~]|[_^]\{|--| {2}|\dtimes|\[(?:\s?\^?\d|source|ref)|\][([]|!\[|script:/i

const ASCII = /^[\x20-\x7e]*$/
const EXTRA_SPACE = /\s{2,}|[^\S ]/g

/** Markup inside markup is rare beyond the second layer; more is an attack. */
const MAX_ROUNDS = 6

const TIMES = /(?<![\p{N}.])(?:(?<!\p{L})|(?<=\dtimes))(\d+(?:\.\d+)*)times(?!\p{L})(?=(\d?))/gu
const DOUBLE_QUOTES = /``([^`]{0,400}?)''/g
const SINGLE_QUOTES = /`([^`'\n]{1,200}(?:'\p{L}[^`'\n]{1,200})?)'(?![\p{L}\p{N}'])/gu
const EN_DASH = /(?<=[\p{L}\p{N})] ?)(?<!-)--(?!-)(?= ?[\p{L}\p{N}(])/gu
const EM_DASH = /(?<!-)---(?!-)/g

/**
 * One line of plain text, NFC: hidden characters, markup and LaTeX out, white space single. Whatever
 * it gives it leaves alone the second time: `cleanText(cleanText(x)) === cleanText(x)`. Linear in the
 * length of the text, and total: it never throws.
 *
 *     cleanText('A \\textit{118\\times} gain, 10.7times in 76\\(\\%\\)') // 'A 118× gain, 10.7× in 76%'
 */
export function cleanText(raw: string): string {
  if (!SUSPECT.test(raw)) return raw.trim()
  let text = visible(raw)
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const cleaned = SUSPECT.test(text) ? unmarked(text) : text
    if (cleaned === text) return text
    text = cleaned
  }
  return flattened(text)
}

/** NFC without hidden characters, and nothing else: lines, markup and markers stay. */
export function withoutHidden(text: string): string {
  return ASCII.test(text) ? text : text.normalize('NFC').replace(HIDDEN, '')
}

function visible(text: string): string {
  const known = ASCII.test(text) ? text : text.normalize('NFC').replace(HIDDEN, '')
  return known.replace(EXTRA_SPACE, ' ').trim()
}

function unmarked(text: string): string {
  const unescaped = text.includes('&') ? decodeEntities(text) : text
  const inert = /[<[【]|```|script:/i.test(unescaped) ? unmarkReferences(stripActive(unescaped)) : unescaped
  const untagged = inert.includes('<') ? stripTags(inert) : inert
  const plain = /[\\{}$~]/.test(untagged) ? latexToText(untagged) : untagged
  return visible(typography(plain))
}

function typography(text: string): string {
  let result = text
  if (result.includes('times')) {
    result = result.replace(TIMES, (_, figure: string, digit: string) => (digit === '' ? `${figure}×` : `${figure} × `))
  }
  if (result.includes('`')) result = result.replace(DOUBLE_QUOTES, '"$1"').replace(SINGLE_QUOTES, "'$1'")
  if (result.includes('--')) result = result.replace(EM_DASH, '—').replace(EN_DASH, '–')
  return result
}

/** The way out for text that keeps unfolding: without the characters that markup is made of. */
function flattened(text: string): string {
  return visible(typography(visible(text.replace(/[\\{}$&<`~[\]【】]/g, ' '))))
}
