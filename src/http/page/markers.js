/** Tells what Markdown may not touch in an answer: quotes word for word, and the real citation markers. */
import { readBlocks } from './markdown.js'
/** @import { Block, Fixed, Span } from './markdown.js' */
/** @import { Citation, Claim } from './types.js' */

/**
 * @param {string} text an answer, or what has arrived of it
 * @param {{ claims: readonly Claim[], citations: readonly Citation[] }} known
 * @returns {Block[]}
 */
export function readAnswer(text, { claims, citations }) {
  const markers = findMarkers(text, claims)
  const quotes = joined(findQuotes(text, citations)).filter(({ start, end }) => !markers.some((marker) => marker.start < end && marker.end > start))
  return readBlocks(text, [...quotes, ...markers])
}

/** Where the cited words stand in the answer: they are shown as they are, asterisks and brackets too. @param {string} text @param {readonly Citation[]} citations @returns {Span[]} */
function findQuotes(text, citations) {
  const wanted = new Set(citations.flatMap(({ quotes }) => quotes.map((quote) => quote.text)).filter((quote) => quote !== ''))
  return [...wanted].flatMap((quote) => {
    /** @type {Span[]} */
    const found = []
    for (let start = text.indexOf(quote); start >= 0; start = text.indexOf(quote, start + quote.length)) found.push({ start, end: start + quote.length })
    return found
  })
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
      const span = { start: at, end: at + opened.length + 1, marker }
      at = span.end
      return citations.includes(marker) ? [span] : []
    })
  })
}

/** Quotes that overlap are one stretch. @param {readonly Span[]} spans @returns {Span[]} */
function joined(spans) {
  /** @type {Span[]} */
  const stretches = []
  for (const span of spans.toSorted((a, b) => a.start - b.start)) {
    const last = stretches.at(-1)
    if (last === undefined || span.start >= last.end) stretches.push(span)
    else stretches[stretches.length - 1] = { start: last.start, end: Math.max(last.end, span.end) }
  }
  return stretches
}
