/** Reads the phrases of a text, in words that a reader would use: "KV cache" rather than "kv". */
import { findAcronyms } from '../../papers/acronyms.js'
import { isStopWord, stem } from '../../text/terms.js'
import { fold } from '../../text/words.js'

/** A run of one to three words of a text; a compound is one word, and is never cut: "few-shot learning" is no "shot learning". */
export interface Phrase {
  /** Stems of all its words, with spaces between. */
  readonly key: string
  /** How many words or compounds it runs over. */
  readonly words: number
  /** Stems, with what stands between them left out. */
  readonly stems: readonly string[]
  count: number
  inTitle: boolean
  /** Its acronym, as the text explains it: `CL`; where that stands, the phrase is meant. */
  acronym?: string
  /** As written, with how often; where the place alone explains a capital, in lower case. */
  readonly surfaces: Map<string, number>
}

export type Phrases = ReadonlyMap<string, Phrase>

/** A word, or a compound. */
interface Token {
  /** Stems of all its parts: `few-shot` is not `one-shot`. */
  readonly key: string
  /** Of those that carry a subject; of a compound without such, its own. */
  readonly stems: readonly string[]
  readonly isStop: boolean
  readonly start: number
  readonly end: number
}

const LONGEST = 3
const WORD = /[\p{L}\p{N}]+/gu
const COMPOUND = /[\p{L}\p{N}]+(?:[-‐‑][\p{L}\p{N}]+)*/gu
const ADDRESS = /https?:\/\/\S+|www\.\S+|(?<![\w.-])[\w.-]+\.(?:com|org|io|ai|net)\b\S*/g
/** Words that join a name: "mixture of experts", "pruning at initialization". */
const JOINING = new Set(['of', 'for', 'at', 'in', 'to', 'and', 'with'])
/** "Growth of bacterial" lacks its noun. */
const ADJECTIVE = /(?:al|ic|ous|ive|ary)$/i
/** Said of any work, in titles too: nobody calls two papers related by them. */
const HOLLOW = new Set('comprehens code novel effici effect approach framework paradigm improv compar benchmark state challeng prior comparison method cost varieti practic perspect hurt usag definit reduc consist scale multipl'.split(' '))

export function isHollow(stem: string): boolean {
  return HOLLOW.has(stem)
}

/** All phrases of a title and what follows it, by their stems. A phrase does not run over punctuation, and begins and ends with a subject word. */
export function phrasesOf(title: string, rest: string): Phrases {
  const text = `${title}. ${rest}`
  const plain = text.replace(ADDRESS, (address) => '.'.repeat(address.length))
  const tokens = tokensOf(plain)
  const phrases = new Map<string, Phrase>()
  tokens.forEach((first, i) => {
    if (first.isStop) return
    const inTitle = first.start < title.length
    const startsSentence = /(?:^|[.:?!]\s+["'(“]?)$/.test(plain.slice(Math.max(0, first.start - 4), first.start))
    for (let n = 1; n <= LONGEST; n++) {
      const run = tokens.slice(i, i + n)
      const last = run.at(-1) as Token
      if (run.length < n || (n > 1 && !follows(plain, run[n - 2] as Token, last))) break
      if (last.isStop || run.slice(1, -1).some((token) => token.isStop && !JOINING.has(plain.slice(token.start, token.end).toLowerCase()))) continue
      if (run.slice(1, -1).some((token) => token.isStop) && ADJECTIVE.test(plain.slice(last.start, last.end))) continue
      if (new Set(run.map((token) => token.key)).size < n) continue
      const key = run.map((token) => token.key).join(' ')
      const phrase = phrases.get(key) ?? { key, words: n, stems: run.filter(({ isStop }) => !isStop).flatMap((token) => token.stems), count: 0, inTitle: false, surfaces: new Map<string, number>() }
      const surface = uncapitalised(plain.slice(first.start, last.end), inTitle, startsSentence)
      phrase.count++
      phrase.inTitle ||= inTitle
      phrase.surfaces.set(surface, (phrase.surfaces.get(surface) ?? 0) + 1)
      phrases.set(key, phrase)
    }
  })
  for (const { short, long } of findAcronyms(text)) takeAcronym(phrases, short, long)
  return phrases
}

/** The key of a single word. */
export function wordKey(word: string): string {
  return stem(fold(word))
}

function takeAcronym(phrases: Map<string, Phrase>, short: string, long: string): void {
  const key = wordKey(short)
  const longKey = tokensOf(long).map((token) => token.key).join(' ')
  // The rule takes "supervised learning" for SSL where "semi-supervised learning" stands, as a compound is never cut.
  const phrase = phrases.get(longKey) ?? [...phrases.values()].find((one) => one.key.endsWith(` ${longKey}`) && one.words === longKey.split(' ').length)
  const abbreviated = phrases.get(key)
  if (phrase === undefined || abbreviated === undefined || phrase === abbreviated) return
  phrase.acronym = short
  phrase.count += abbreviated.count
  phrase.inTitle ||= abbreviated.inTitle
  phrases.delete(key)
}

function lower(word: string): string {
  return /^\p{Lu}\p{Ll}+$/u.test(word) ? word.toLowerCase() : word
}

/** "Federated learning" at the start of a sentence and "Federated Learning" in a title are "federated learning"; "KV cache" is not "kv cache". */
function uncapitalised(surface: string, inTitle: boolean, startsSentence: boolean): string {
  if (inTitle) return surface.replace(WORD, lower)
  return startsSentence && !/[\s-]\p{Lu}\p{Ll}/u.test(surface) ? surface.replace(/^[\p{L}\p{N}]+/u, lower) : surface
}

/** A compound is a word however little its parts say: "once-for-all". */
function tokensOf(text: string): Token[] {
  return [...text.matchAll(COMPOUND)].map(({ 0: compound, index }) => {
    const parts = (compound.match(WORD) ?? []).map(fold)
    const telling = parts.filter((part) => !isStopWord(part))
    const stems = telling.length > 0 ? telling.map(stem) : [stem(parts.join(''))]
    return { key: parts.map(stem).join(' '), stems, isStop: parts.length === 1 && telling.length === 0, start: index, end: index + compound.length }
  })
}

function follows(text: string, before: Token, after: Token): boolean {
  return /^(?:\s|[–/])$/.test(text.slice(before.end, after.start))
}

/** The spelling with the fewest capitals, so that the start of a sentence is not taken for a name; then the most frequent. */
export function phraseName({ surfaces }: Pick<Phrase, 'surfaces'>): string {
  const capitals = (text: string) => text.match(/\p{Lu}/gu)?.length ?? 0
  const [best] = [...surfaces].sort((a, b) => capitals(a[0]) - capitals(b[0]) || b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return best?.[0] ?? ''
}

/** A capital or a digit behind the first letter: `ImageNet`, `KV`, `top1` is none. */
export function isName(surface: string): boolean {
  return /\p{L}.*\p{Lu}/u.test(surface)
}
