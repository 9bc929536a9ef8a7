/** Turns what is left of LaTeX in an abstract into plain text, in one pass over it. */
import { bracketed, closingDollar, codePoint, isFormula, isTie, isWord, negated } from './latex-pieces.js'
import { ACCENTS, FUNCTIONS, LETTERS, REFERENCES, SECOND_ARGUMENT, SPACES, STYLES, SYMBOLS } from './latex-symbols.js'

/** Deeper braces are dropped without a look at what they hold: the stack must not grow with the text. */
const MAX_DEPTH = 40
/** The longest list of citations that we believe to be one. */
const MAX_REFERENCE = 300

const PLAIN = /[^\\{}$^_~]+/y
const COMMAND = /\\([a-zA-Z]+)\*?/y
const ALPHANUMERIC_START = /^[\p{L}\p{N}]/u
const PUNCTUATION: Readonly<Record<string, string>> = {
  ',': ' ', ';': ' ', ':': ' ', ' ': ' ', '\\': ' ', '>': ' ', '!': '', '-': '', '/': '', '@': '', '(': '', ')': '', '[': '', ']': '', '|': '‖',
}

/**
 * The text with commands replaced by what they stand for, formulas without their `$`, and groups
 * without their braces. Currency stays (`$5 and $10`), as do braces that were meant to be seen.
 * A command that we do not know leaves its arguments, or its name if it has none. No figure is lost,
 * except in citations and labels. Linear in the length of the text.
 */
export function latexToText(text: string): string {
  let at = 0
  let depth = 0
  let formulaEnd = -1

  /** Reads to the brace that closes this group, or to the end. */
  function readGroup(): { readonly content: string; readonly closed: boolean } {
    let content = ''
    while (at < text.length) {
      if (text[at] === '}') {
        at++
        if (depth > 0) return { content, closed: true }
        continue
      }
      content = readNext(content)
    }
    return { content, closed: false }
  }

  /** Adds what comes next to the text so far. */
  function readNext(before: string): string {
    const plain = match(PLAIN)
    if (plain !== undefined) return before + plain[0]
    const character = text[at] as string
    if (character === '\\') return readCommand(before)
    if (character === '{') return before + readBraces()
    if (character === '^' || character === '_') return readScript(before, character)
    at++
    if (character === '$') return before + readDollar()
    return before + (isTie(text, at - 1) || at <= formulaEnd ? ' ' : '~')
  }

  function nested(): { readonly content: string; readonly closed: boolean } {
    at++
    if (depth >= MAX_DEPTH) return { content: '', closed: false }
    depth++
    const group = readGroup()
    depth--
    return group
  }

  function readBraces(): string {
    const inFormula = at < formulaEnd
    const startsWithCommand = text[at + 1] === '\\' && !/[{}]/.test(text[at + 2] ?? '')
    const { content, closed } = nested()
    const invisible = !closed || inFormula || startsWithCommand || content.length <= 1 || isWord(content)
    return invisible ? content : `{${content}}`
  }

  function readDollar(): string {
    if (at - 1 === formulaEnd) {
      if (text[at] === '$') at++
      return ''
    }
    if (at - 1 < formulaEnd) return ''
    const doubled = text[at] === '$'
    const start = doubled ? at + 1 : at
    const end = closingDollar(text, start)
    if (end === -1 || !isFormula(text, start, end)) return '$'
    at = start
    formulaEnd = end
    return ''
  }

  function readScript(before: string, mark: string): string {
    const preceding = text.slice(Math.max(0, at - 5), at)
    at++
    if (text[at] !== '{' && text[at] !== '\\') return before + mark
    const content = readArgument().trim()
    if (content === '') return before
    if (mark === '^' && content === '∘') return `${before}°`
    if (/^[′″†‡*⋆]+$/.test(content)) return before + content
    // The mass number before an element, `$^{133}$Cs`, is part of the name.
    if (mark === '^' && /^\d{1,3}(?:,\d{1,3})*$/.test(content) && /(?:^|[\s(,/])[${}]{0,4}$/.test(preceding) && /^[$}\s]{0,2}[A-Z]/.test(text.slice(at, at + 3))) {
      return before + content
    }
    return before + mark + bracketed(content, text.slice(at, at + 2).replace(/^[$}]/, ''))
  }

  /** A group, a command with its arguments, or one character. */
  function readArgument(): string {
    skipSpace()
    if (text[at] === '{') return nested().content
    if (text[at] === '\\') {
      if (depth >= MAX_DEPTH) {
        at++
        return ''
      }
      depth++
      const result = readCommand('')
      depth--
      return result
    }
    if (at >= text.length || text[at] === '}' || text[at] === '$') return ''
    const character = String.fromCodePoint(text.codePointAt(at) as number)
    at += character.length
    return character
  }

  function readCommand(before: string): string {
    const preceding = text[at - 1] ?? ''
    const command = match(COMMAND)
    if (command === undefined) return readPunctuation(before)
    // `2\frac{1}{2}` is not `21/2`.
    const apart = /[\p{L}\p{N}}]/u.test(preceding) ? ' ' : ''
    const name = command[1] as string
    const symbol = SYMBOLS.get(name)
    if (name === 'times') return before + times()
    if (symbol !== undefined) {
      skipEmptyGroup()
      return before + symbol
    }
    if (SPACES.has(name)) return `${before} `
    if (ACCENTS.has(name) && at >= formulaEnd) {
      const accented = readAccent(ACCENTS.get(name) as string)
      if (accented !== undefined) return before + accented
    }
    if (LETTERS.has(name) && at >= formulaEnd) {
      skipEmptyGroup()
      skipSpace()
      return before + (LETTERS.get(name) as string)
    }
    if (REFERENCES.has(name) || SECOND_ARGUMENT.has(name)) return before + readReference(name)
    if (/^[dtc]?frac$|^nicefrac$/.test(name)) return before + apart + fraction()
    if (name === 'sqrt') return before + root()
    if (name === 'binom' || name === 'tbinom' || name === 'dbinom') return `${before}(${readArgument()} choose ${readArgument()})`
    if (name === 'textsuperscript') return `${before}^${bracketed(readArgument(), text.slice(at, at + 1))}`
    if (name === 'footnote') return `${before} (${readArgument()})`
    if (name === 'unicode') return before + codePoint(readArgument())
    if (name === 'not') return before + negated(readArgument())
    return before + readUnknown(name, apart)
  }

  function readUnknown(name: string, apart: string): string {
    const afterName = at
    skipSpace()
    if (text[at] === '{') {
      let result = FUNCTIONS.has(name) ? `${apart}${name} ${nested().content}` : nested().content
      while (text[at] === '{' && at >= formulaEnd) result += ` ${nested().content}`
      return result
    }
    if (STYLES.has(name)) return ''
    at = afterName
    return `${apart}${name}${ALPHANUMERIC_START.test(text[at] ?? '') ? ' ' : ''}`
  }

  function readPunctuation(before: string): string {
    const character = text[at + 1] ?? ''
    at += 2
    if (ACCENTS.has(character) && at >= formulaEnd) {
      const atWordStart = !/[\p{L}{]/u.test(text[at - 3] ?? '')
      // `\"only one\"` is a quotation that was escaped twice.
      const quotation = character === '"' && atWordStart && /[a-z]/.test(text[at] ?? '')
      const accented = quotation ? undefined : readAccent(ACCENTS.get(character) as string)
      if (accented !== undefined) return before + accented
    }
    return before + (PUNCTUATION[character] ?? character)
  }

  /** The accented letter, if there is one; otherwise nothing is read. */
  function readAccent(accent: string): string | undefined {
    const found = /^\s?(?:\{\s*)?(?:\\([ij])(?![a-zA-Z])\s?(?:\{\})?|(\p{L}))(\s*\})?/u.exec(text.slice(at, at + 12))
    if (found === null) return undefined
    const braced = found[0].includes('{') && !found[0].endsWith('{}')
    if (braced !== (found[3] !== undefined)) {
      if (braced) return undefined
      found[0] = found[0].slice(0, -(found[3] as string).length)
    }
    const composed = `${found[1] ?? found[2] ?? ''}${accent}`.normalize('NFC')
    if (composed.length !== 1) return undefined
    at += found[0].length
    return composed
  }

  function readReference(name: string): string {
    if (text[at] === '[') {
      const end = text.slice(at, at + MAX_REFERENCE).indexOf(']')
      if (end !== -1) at += end + 1
    }
    if (text[at] !== '{') return ''
    const end = text.slice(at, at + MAX_REFERENCE).indexOf('}')
    // Without its end we cannot know what is reference and what is text: keep it all.
    if (end === -1) return ''
    at += end + 1
    if (name === 'begin') at += (/^(?:\[[a-z]\])?\s?\{[lcrp|@ ]{1,20}\}/.exec(text.slice(at, at + 30))?.[0] ?? '').length
    return SECOND_ARGUMENT.has(name) ? readArgument() : ''
  }

  function fraction(): string {
    const above = readArgument()
    const below = readArgument()
    const result = below === '' ? above : `${bracketed(above)}/${bracketed(below)}`
    return ALPHANUMERIC_START.test(text[at] ?? '') ? `${result} ` : result
  }

  function root(): string {
    const index = /^\[([^\]{}]{1,10})\]/.exec(text.slice(at, at + 12))
    if (index === null) return `√${bracketed(readArgument(), text.slice(at, at + 1))}`
    at += index[0].length
    return `${bracketed(readArgument())}^(1/${index[1] as string})`
  }

  /** `10.7×` faster, but `2 × 3`. */
  function times(): string {
    skipEmptyGroup()
    return /^\s*(?:\d|\\[a-zA-Z{]|[a-zA-Z](?![a-zA-Z]))/.test(text.slice(at, at + 8)) ? ' × ' : '×'
  }

  function match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = at
    const found = pattern.exec(text)
    if (found === null) return undefined
    at = pattern.lastIndex
    return found
  }

  function skipSpace(): void {
    while (text[at] === ' ') at++
  }

  function skipEmptyGroup(): void {
    if (text[at] === '{' && text[at + 1] === '}') at += 2
  }

  return readGroup().content
}
