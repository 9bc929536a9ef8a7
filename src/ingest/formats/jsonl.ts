/** Reads JSON Lines: one record a line, `{"title": …, "abstract": …}`, in our names or in those of a known source. */
import { FootnoteError } from '../../errors.js'
import type { Line, Reader, Reading } from '../reader.js'
import { toRecord } from './json.js'

export const jsonlReader: Reader = {
  format: 'jsonl',
  aliases: ['ndjson', 'arxiv-metadata'],
  extensions: ['jsonl', 'ndjson', 'jsonlines'],
  mediaTypes: ['application/x-ndjson', 'application/ndjson', 'application/jsonl', 'application/jsonlines', 'application/x-jsonlines'],
  recognises: (head) => /^\s*\{/.test(head) || head.split('\n').some((line) => /^\{\s*"/.test(line)),
  async *read({ lines }) {
    for await (const line of lines) {
      const reading = readLine(line)
      if (reading !== undefined) yield reading
    }
  },
}

function readLine(line: Line): Reading | undefined {
  if ('problem' in line) return line
  if (line.text.trim() === '') return undefined
  try {
    return { line: line.line, record: toRecord(JSON.parse(line.text), line) }
  } catch (error) {
    return { line: line.line, problem: error instanceof FootnoteError ? error : unreadable(line, error) }
  }
}

function unreadable(line: Line & { readonly text: string }, cause: unknown): FootnoteError {
  const half = !line.text.trimEnd().endsWith('}')
  const message = half
    ? `Line ${line.line} holds half a record: it does not end in "}"; write each record on one line, whole.`
    : `Line ${line.line} is not valid JSON (${cause instanceof Error ? cause.message.slice(0, 120) : 'unknown'}); correct it, or delete the line.`
  return new FootnoteError('invalid_request', message, { cause })
}
