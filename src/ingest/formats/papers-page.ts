/** Reads the text of a Hugging Face papers page: its chrome, then titles and abstracts in turn. */
import { FootnoteError } from '../../errors.js'
import type { Line, Reader, Reading } from '../reader.js'

const CHROME =
  /^(?:new|get trending papers in your email inbox!?|subscribe|trending papers|(?:daily|weekly|monthly|trending)|by\s?ak(?: and the research community)?|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}(?:, \d{4})?|submitted by|\d{1,6}|·|-)$/i

/** An abstract has at least this many characters; no title has as many. */
const MIN_ABSTRACT = 300
/** Shorter ones are told from titles by their full stop. */
const MIN_SENTENCE = 80

type TextLine = Extract<Line, { readonly text: string }>

export const papersPageReader: Reader = {
  format: 'papers-page',
  extensions: [],
  mediaTypes: [],
  recognises,
  async *read({ lines }) {
    let title: TextLine | undefined
    for await (const line of lines) {
      if ('problem' in line) {
        yield line
        continue
      }
      if (line.text.trim() === '' || (title === undefined && CHROME.test(line.text.trim()))) continue
      if (isAbstract(line.text)) {
        yield title === undefined ? withoutTitle(line) : record(title, line)
        title = undefined
      } else {
        if (title !== undefined) yield withoutAbstract(title)
        title = line
      }
    }
    if (title !== undefined) yield withoutAbstract(title)
  },
}

function recognises(head: string): boolean {
  const lines = head.split('\n').map((line) => line.trim()).filter((line) => line !== '')
  if (lines.slice(0, 10).some((line) => /^get trending papers in your email inbox/i.test(line))) return true
  const paper = lines.findIndex(isAbstract)
  return paper > 0 && !isAbstract(lines[paper - 1] as string) && !/^[[{<@%]/.test(lines[0] as string)
}

function isAbstract(line: string): boolean {
  const text = line.trim()
  return text.length >= MIN_ABSTRACT || (text.length >= MIN_SENTENCE && text.endsWith('.'))
}

function record(title: TextLine, abstract: TextLine): Reading {
  return { line: title.line, record: { title: title.text, abstract: abstract.text } }
}

function withoutAbstract({ line, text }: TextLine): Reading {
  const message = `Line ${line} is a title without an abstract, “${text.trim().slice(0, 60)}”; put the abstract on the next line, or delete the title.`
  return { line, problem: new FootnoteError('invalid_request', message) }
}

function withoutTitle({ line, text }: TextLine): Reading {
  const message = `Line ${line} is an abstract without a title, “${text.trim().slice(0, 60)}…”; put the title on a line before it, or delete it.`
  return { line, problem: new FootnoteError('invalid_request', message) }
}
