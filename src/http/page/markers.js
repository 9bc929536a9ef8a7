/** Tells what Markdown may not touch in an answer: quotes word for word, and the real citation markers. */
import { readBlocks } from './markdown.js'
/** @import { Block, Fixed } from './markdown.js' */
/** @import { Citation, Claim } from './types.js' */

/**
 * @param {string} text an answer, or what has arrived of it
 * @param {{ claims: readonly Claim[], citations: readonly Citation[] }} known
 * @returns {Block[]}
 */
export function readAnswer(text, { claims, citations }) {
  const markers = findMarkers(text, claims)
  const quotes = joined(text, findQuotes(text, citations)).filter(({ start, end }) => !markers.some((marker) => marker.start < end && marker.end > start))
  return readBlocks(text, [...quotes, ...markers])
}

/** Where the cited words stand in the answer: they are shown as they are, asterisks and brackets too. @param {string} text @param {readonly Citation[]} citations @returns {Fixed[]} */
function findQuotes(text, citations) {
  const wanted = new Set(citations.flatMap(({ quotes }) => quotes.map((quote) => quote.text)).filter((quote) => quote !== ''))
  return [...wanted].flatMap((quote) => Array.from(text.matchAll(asWritten(quote)), ({ 0: { length }, index }) => ({ start: index, end: index + length, text: quote })))
}

/** The quote as the server may have written it: with a backslash before what could act as Markdown. @param {string} quote */
function asWritten(quote) {
  return new RegExp(quote.replace(/[\\^$.*+?()[\]{}|<`_]/g, (character) => (/[\\*_[\]<`]/.test(character) ? `\\\\?\\${character}` : `\\${character}`)), 'g')
}

/** Without the backslashes that keep Markdown from acting. @param {string} text */
export function unescaped(text) {
  return text.replace(/\\([\\*_[\]<`])/g, '$1')
}

/** The markers that stand right behind their claims. @param {string} text @param {readonly Claim[]} claims @returns {Fixed[]} */
export function findMarkers(text, claims) {
  return claims.flatMap(({ start, end, citations }) => {
    if (end <= start) return []
    const behind = /\s?((?:\[\d+\])+)/y
    behind.lastIndex = end
    const match = behind.exec(text)
    if (match === null) return []
    let at = behind.lastIndex - /** @type {string} */ (match[1]).length
    return /** @type {string} */ (match[1]).split(']').slice(0, -1).flatMap((opened) => {
      const marker = Number(opened.slice(1))
      const span = { start: at, end: at + opened.length + 1, text: `${opened}]`, marker }
      at = span.end
      return citations.includes(marker) ? [span] : []
    })
  })
}

/** Quotes that overlap are one stretch. @param {string} text @param {readonly Fixed[]} spans @returns {Fixed[]} */
function joined(text, spans) {
  /** @type {Fixed[]} */
  const stretches = []
  for (const span of spans.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = stretches.at(-1)
    if (last === undefined || span.start >= last.end) stretches.push(span)
    else if (span.end > last.end) stretches[stretches.length - 1] = { start: last.start, end: span.end, text: unescaped(text.slice(last.start, span.end)) }
  }
  return stretches
}
