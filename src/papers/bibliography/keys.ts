/** Gives each paper the key by which a manuscript cites it. */
import { createHash } from 'node:crypto'
import { fold } from '../../text/words.js'
import { isStopWord } from '../../text/terms.js'
import type { Paper } from '../paper.js'
import { parseName } from './names.js'

/** With fewer, a first namesake would have to be told apart when a second comes in, and a key that a manuscript has must stay. */
const WORDS = 3
const SUFFIX_LENGTH = 2

/**
 * The key of each paper: `brook2021tidesnorthernharbours`, family name of the first author, year, three telling words of the
 * title, so that it does not depend on which other papers are asked for, are added later or are removed. ASCII letters and digits
 * only. Papers that agree in all of this each get letters drawn from their own id behind it (`…kq`), never a count.
 */
export function citationKeys(papers: readonly Paper[]): Map<string, string> {
  const sharing = new Map<string, Set<string>>()
  for (const paper of papers) {
    const key = bareKey(paper)
    sharing.set(key, (sharing.get(key) ?? new Set()).add(paper.id))
  }
  return new Map([...sharing].flatMap(([key, ids]) => (ids.size === 1 ? [[[...ids][0] as string, key] as const] : suffixed(key, [...ids]))))
}

function suffixed(key: string, ids: readonly string[]): (readonly [string, string])[] {
  const letters = ids.map(lettersOf)
  let length = SUFFIX_LENGTH
  while (new Set(letters.map((one) => one.slice(0, length))).size < ids.length) length++
  return ids.map((id, i) => [id, `${key}${(letters[i] as string).slice(0, length)}`])
}

/** 32 letters that no other id shares. */
function lettersOf(id: string): string {
  return [...createHash('sha256').update(id).digest()].map((byte) => String.fromCharCode(97 + (byte % 26))).join('')
}

function bareKey({ authors, year, title }: Paper): string {
  const first = authors?.[0] === undefined ? undefined : parseName(authors[0])
  const name = first === undefined ? '' : plain('family' in first ? first.family : first.literal)
  const subject = titleWords(title).slice(0, WORDS)
  const key = name === '' ? `${subject.join('')}${year ?? ''}` : `${name}${year ?? ''}${subject.join('')}`
  // BibTeX keys may begin with a digit; TeX editors and pandoc want a letter.
  return /^[a-z]/.test(key) ? key : `paper${key}`
}

function titleWords(title: string): string[] {
  const all = fold(title).split(/[^\p{L}\p{N}]+/u).map(plain).filter((word) => word !== '')
  const telling = all.filter((word) => !isStopWord(word) && word.length > 1)
  return telling.length > 0 ? telling : all
}

/** What `fold` has no ASCII letter for. */
const LETTERS: Readonly<Record<string, string>> = { ø: 'o', đ: 'd', ł: 'l', ß: 'ss', æ: 'ae', œ: 'oe', ð: 'd', þ: 'th', ı: 'i', ħ: 'h' }

function plain(text: string): string {
  return fold(text).replace(/[øđłßæœðþıħ]/g, (letter) => LETTERS[letter] ?? '').replace(/[^a-z0-9]/g, '')
}
