/** Reads the files of an evaluation, and says plainly which one is wrong. */
import { readFile } from 'node:fs/promises'
import { gunzipSync } from 'node:zlib'
import { FootnoteError } from '../../src/errors.js'

/** A text file, gzipped if it is called `.gz`. Fails with `invalid_request` when it cannot be read. */
export async function readText(path: string): Promise<string> {
  try {
    const bytes = await readFile(path)
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  } catch (cause) {
    throw new FootnoteError('invalid_request', `${path} cannot be read; check the path.`, { cause })
  }
}

/** The objects of a JSON Lines file. Fails with `invalid_request` at the first line that is none. */
export async function readJsonLines(path: string): Promise<Readonly<Record<string, unknown>>[]> {
  const lines = (await readText(path)).split('\n')
  return lines.flatMap((line, i) => (line.trim() === '' ? [] : [parseLine(line, `Line ${i + 1} of ${path}`)]))
}

function parseLine(line: string, name: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>
  } catch (cause) {
    throw new FootnoteError('invalid_request', `${name} is not valid JSON; correct it, or delete the line.`, { cause })
  }
  throw new FootnoteError('invalid_request', `${name} is not a JSON object; write one object a line.`)
}
