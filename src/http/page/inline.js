/** Reads emphasis, code and escapes within a block of Markdown; links and images stay the text that they are. */
/** @import { Fixed, Run, Span } from './markdown.js' */

const PUNCTUATION = /[!-/:-@[-`{-~]/

/** @param {string} text @param {Span} span @param {readonly Fixed[]} fixed @returns {Run[]} */
export function readInline(text, { start, end }, fixed) {
  /** @type {Run[]} */
  const runs = []
  const fixedAt = new Map(fixed.map((span) => [span.start, span]))
  /** Delimiters that do not close any more before the end, so that thousands of them cost no more than one. @type {Set<string>} */
  const endless = new Set()

  /** @param {number} from @param {number} to @param {string} style */
  function read(from, to, style) {
    for (let i = from; i < to; ) i = step(i, to, style)
  }

  /** Reads one thing at `i`; gives where the next one begins. @param {number} i @param {number} to @param {string} style @returns {number} */
  function step(i, to, style) {
    const span = fixedAt.get(i)
    if (span !== undefined && span.end <= to) {
      runs.push({ ...span, style: span.marker === undefined ? `${style} quoted`.trim() : '' })
      return span.end
    }
    const character = /** @type {string} */ (text[i])
    if (character === '\\' && i + 1 < to && PUNCTUATION.test(/** @type {string} */ (text[i + 1]))) {
      runs.push({ start: i, end: i + 2, text: /** @type {string} */ (text[i + 1]), style })
      return i + 2
    }
    return (character === '`' ? code(i, to, style) : character === '*' || character === '_' ? emphasis(i, to, style) : undefined) ?? plain(i, style)
  }

  /** @param {number} i @param {string} style */
  function plain(i, style) {
    const last = runs.at(-1)
    const character = /** @type {string} */ (text[i])
    if (last !== undefined && last.marker === undefined && last.style === style && last.end === i && last.text.length === last.end - last.start) {
      runs[runs.length - 1] = { ...last, end: i + 1, text: last.text + character }
    } else runs.push({ start: i, end: i + 1, text: character, style })
    return i + 1
  }

  /** @param {number} i @param {number} to @param {string} style */
  function code(i, to, style) {
    const ticks = lengthOfRun(text, i, to)
    const close = closing(i + ticks, to, '`'.repeat(ticks))
    if (close === undefined) return undefined
    runs.push({ start: i + ticks, end: close, text: text.slice(i + ticks, close), style: `${style} code`.trim() })
    return close + ticks
  }

  /** @param {number} i @param {number} to @param {string} style */
  function emphasis(i, to, style) {
    const character = /** @type {string} */ (text[i])
    const length = Math.min(3, lengthOfRun(text, i, to))
    const inside = i + length
    if (inside >= to || /\s/.test(/** @type {string} */ (text[inside])) || (character === '_' && /[\p{L}\p{N}]/u.test(text[i - 1] ?? ''))) return undefined
    const close = closing(inside, to, character.repeat(length))
    if (close === undefined) return undefined
    read(inside, close, `${style} ${['emphasis', 'strong', 'strong emphasis'][length - 1]}`.trim())
    return close + length
  }

  /** Where a delimiter closes that opened before `from`. @param {number} from @param {number} to @param {string} delimiter */
  function closing(from, to, delimiter) {
    if (endless.has(`${delimiter}${to}`)) return undefined
    for (let i = from; i < to; ) {
      const span = fixedAt.get(i)
      if (span !== undefined) i = span.end
      else if (text[i] === '\\' && delimiter[0] !== '`') i += 2
      else if (text[i] === delimiter[0]) {
        const length = lengthOfRun(text, i, to)
        if (i > from && length === delimiter.length && closes(i, length, delimiter)) return i
        i += length
      } else i++
    }
    endless.add(`${delimiter}${to}`)
    return undefined
  }

  /** @param {number} i @param {number} length @param {string} delimiter */
  function closes(i, length, delimiter) {
    if (delimiter[0] === '`') return true
    if (/\s/.test(/** @type {string} */ (text[i - 1]))) return false
    return delimiter[0] !== '_' || !/[\p{L}\p{N}]/u.test(text[i + length] ?? '')
  }

  read(start, end, '')
  return runs
}

/** How often the character at `i` is repeated. @param {string} text @param {number} i @param {number} to */
function lengthOfRun(text, i, to) {
  let end = i + 1
  while (end < to && text[end] === text[i]) end++
  return end - i
}
