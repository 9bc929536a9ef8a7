/** Knows an answer again by its text, in whichever dialect a chat client has received it. */
import { createHash } from 'node:crypto'
import { withoutThoughts } from '../conversation/turns.js'

/** What the dialects put behind an answer or into it: a list of sources, the addresses of links. */
const SOURCES = /\n\s*\**Sources\**:?\s*\n(?![\s\S]*\n\s*\**Sources\**:?\s*\n)[\s\S]*$/
const ADDRESS = /\]\([^()\s]{0,2000}\)/g

/** Hexadecimal, of the letters and digits alone, as clients touch up the rest; empty for a text that has none. */
export function fingerprintOf(text: string): string {
  const said = withoutThoughts(text).replace(SOURCES, '').replace(ADDRESS, ']').normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
  return said === '' ? '' : createHash('sha256').update(said).digest('hex')
}
