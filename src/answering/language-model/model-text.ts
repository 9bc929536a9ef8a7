/** Cuts a language model's stream into sentences with the numbers that they cite, however it was delivered. */
import { sentences } from '../../papers/sentences.js'
import { markersBeforeStop, takeMarkers, withoutMarkup } from './plain-text.js'

export interface ModelSentence {
  /** What stands before the sentence: a space, a new paragraph, a list item. */
  readonly before: string
  /** Plain text without markers. */
  readonly text: string
  /** As the model gave them: there may be no such source. */
  readonly numbers: readonly number[]
  /** Ends as sentences do; one that does not was cut off, if it is the last. */
  readonly isWhole: boolean
}

export interface SentenceReader {
  push(delta: string): ModelSentence[]
  /** What remains once nothing more will come. */
  end(): ModelSentence[]
}

const HEADING = /^#{1,6}$/
const LIST_ITEM = /^(?:[-*+•]|\d{1,2}[.)])$/
const SKIPPED_LINE = /^(?:```.*|~~~.*|-{3,}|={3,}|\*{3,}|_{3,}|\[\^?\w+\]:.*|\|?[-:|]{5,})$/
const WHOLE = /[.!?…。！？]["'”’»)\]]*$/
/** A line of its own in bold is a heading. */
const BOLD_LINE = /^\*\*[^*]+\*\*:?$/
const OPEN_BRACKET = /[[［【][^\]］】]*$/

/** No sentence is longer: what comes without an end is cut here, and will not be found supported. */
const MAX_SENTENCE = 1_200

/**
 * Works word by word, and a word is known once the white space behind it is, so that every way to cut the stream
 * into deltas gives the same sentences. A sentence is complete when the next word has begun another, as its
 * markers may follow its full stop. Headings, rules, code fences and what stands in `<think>` are left out.
 */
export function createSentenceReader(): SentenceReader {
  let pending = ''
  let buffer = ''
  let before = ''
  /** Line breaks since the last word; the text begins as a paragraph does. */
  let breaks = 2
  let skipsLine = false
  let thinks = false
  let hasBegun = false
  let isTable = false
  /** The first row of a table names its columns, and says nothing. */
  let isHeader = false

  return {
    push(delta) {
      pending += delta
      const found: ModelSentence[] = []
      for (let match = /^(\S*)(\s)/.exec(pending); match !== null; match = /^(\S*)(\s)/.exec(pending)) {
        pending = pending.slice(match[0].length)
        found.push(...read(match[1] as string))
        if (match[2] === '\n') endLine()
      }
      if (pending.length > MAX_SENTENCE) {
        found.push(...read(pending))
        pending = ''
      }
      return found
    },
    end() {
      const last = pending
      pending = ''
      return [...read(last), ...close(' ')]
    },
  }

  function endLine(): void {
    breaks++
    skipsLine = false
  }

  function read(given: string): ModelSentence[] {
    const word = withoutThoughts(given)
    if (word === '' || skipsLine) return []
    const found = breaks > 0 ? startLine(word) : []
    const isMark = breaks > 0 && (skipsLine || LIST_ITEM.test(word) || /^>+$/.test(word))
    if (breaks > 0 && !/^>+$/.test(word)) breaks = 0
    if (isMark) return found
    return [...found, ...append(word)]
  }

  /** Models that think aloud begin with it. */
  function withoutThoughts(word: string): string {
    if (!hasBegun && word.startsWith('<think>')) thinks = true
    if (word !== '') hasBegun = true
    if (!thinks) return word
    const end = word.indexOf('</think>')
    if (end < 0) return ''
    thinks = false
    return word.slice(end + '</think>'.length)
  }

  /** The first word of a line tells what the line is. */
  function startLine(word: string): ModelSentence[] {
    if (HEADING.test(word) || SKIPPED_LINE.test(word)) {
      skipsLine = true
      return close('\n\n')
    }
    if (word.startsWith('|')) return startRow()
    isTable = false
    if (LIST_ITEM.test(word)) return close('\n- ')
    if (breaks > 1 || BOLD_LINE.test(buffer) || buffer.startsWith('|')) return close('\n\n')
    return []
  }

  function startRow(): ModelSentence[] {
    const found = close('\n\n')
    isHeader = !isTable
    isTable = true
    return found
  }

  function append(word: string): ModelSentence[] {
    const found = endsBefore(word) || buffer.length > MAX_SENTENCE ? close(' ') : []
    buffer = buffer === '' ? word : `${buffer} ${word}`
    return found
  }

  /** Whether the sentence in the buffer is over and this word begins another. */
  function endsBefore(word: string): boolean {
    if (buffer === '' || OPEN_BRACKET.test(buffer) || /^(?:\\?\[|［|【|\((?:source|ref)|<sup>)/i.test(word)) return false
    const ready = markersBeforeStop(buffer)
    return sentences(`${ready} ${word}`).at(-1)?.start === ready.length + 1
  }

  /** Gives what is in the buffer, and says what will stand before the next sentence. */
  function close(next: string): ModelSentence[] {
    const raw = isHeader ? '' : markersBeforeStop(buffer)
    const opening = before
    buffer = ''
    isHeader = false
    const { text, numbers } = takeMarkers(raw)
    const plain = withoutMarkup(tableRow(text)).slice(0, MAX_SENTENCE)
    const isEmpty = !/[\p{L}\p{N}]/u.test(plain)
    before = isEmpty ? stronger(opening, next) : next
    return isEmpty ? [] : [{ before: opening, text: plain, numbers, isWhole: WHOLE.test(plain) }]
  }
}

/** Where nothing stands between two openings, the one that breaks the line holds. */
function stronger(first: string, second: string): string {
  return second === ' ' && first !== '' ? first : second
}

/** A row of a table, read from left to right. */
function tableRow(text: string): string {
  if (!text.startsWith('|')) return text
  return text
    .split('|')
    .map((cell) => cell.trim())
    .filter((cell) => cell !== '')
    .join(', ')
}
