/** Reads the little Markdown that answers use into blocks of runs, each of which knows where it stands in the answer. */
import { readInline } from './inline.js'

/**
 * A stretch of text in one style. `marker` makes it a citation marker: only those that follow a claim
 * and name what it cites are real, whatever else is in brackets is text.
 *
 * @typedef {{ readonly start: number, readonly end: number, readonly text: string, readonly style: string, readonly marker?: number }} Run
 *
 * @typedef {{ readonly kind: 'paragraph' | 'heading' | 'item' | 'code' | 'quotation', readonly start: number, readonly end: number,
 *   readonly label?: string, readonly level?: number, readonly runs: readonly Run[] }} Block
 *
 * @typedef {{ readonly start: number, readonly end: number }} Span
 * @typedef {Span & { readonly text: string, readonly marker?: number }} Fixed a span that no Markdown acts in: a quote word for word, or a marker
 */

const BREAK = /^\s*$/
const FENCE = /^\s{0,3}(```|~~~)/
const HEADING = /^\s{0,3}#{1,6}\s+/
const ITEM = /^(\s*)([-*+•]|\d{1,3}[.)])\s+/
const QUOTATION = /^\s{0,3}>\s?/

/** @param {string} text @param {readonly Fixed[]} fixed without overlap @returns {Block[]} */
export function readBlocks(text, fixed) {
  /** @type {Block[]} */
  const blocks = []
  /** @type {Omit<Block, 'runs'> | undefined} */
  let open
  const close = () => {
    if (open !== undefined) blocks.push({ ...open, runs: readInline(text, open, fixed) })
    open = undefined
  }
  let fence = ''
  for (const { start, end } of linesOf(text)) {
    const line = text.slice(start, end)
    const fenced = FENCE.exec(line)?.[1] ?? ''
    if (fence !== '') {
      if (fenced === fence) fence = ''
      else blocks.push({ kind: 'code', start, end, runs: [{ start, end, text: line, style: '' }] })
    } else if (fenced !== '') {
      close()
      fence = fenced
    } else if (BREAK.test(line)) {
      close()
    } else {
      const begun = beginning(line, start, end)
      if (open !== undefined && begun.kind === 'paragraph') open = { ...open, end }
      else {
        close()
        open = begun
        if (begun.kind === 'heading') close()
      }
    }
  }
  close()
  return blocks
}

/** What a line would open. @param {string} line @param {number} start @param {number} end @returns {Omit<Block, 'runs'>} */
function beginning(line, start, end) {
  const item = ITEM.exec(line)
  if (item !== null) return { kind: 'item', start: start + item[0].length, end, label: /\d/.test(item[2] ?? '') ? `${parseInt(item[2] ?? '', 10)}.` : '', level: Math.min(3, Math.floor((item[1] ?? '').length / 2)) }
  const heading = HEADING.exec(line)
  if (heading !== null) return { kind: 'heading', start: start + heading[0].length, end }
  const quotation = QUOTATION.exec(line)
  if (quotation !== null) return { kind: 'quotation', start: start + quotation[0].length, end }
  return { kind: 'paragraph', start: start + line.length - line.trimStart().length, end }
}

/** @param {string} text @returns {Span[]} */
function linesOf(text) {
  let start = 0
  return text.split('\n').map((line) => {
    const span = { start, end: start + line.length }
    start = span.end + 1
    return span
  })
}
