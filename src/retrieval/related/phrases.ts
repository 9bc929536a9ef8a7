/** Names what two texts have in common, in words that a reader would use: "KV cache" rather than "kv". */
import { isStopWord, stem } from '../../text/terms.js'
import { fold } from '../../text/words.js'
import type { Rarity, Subjectness } from '../rarity.js'

/** A run of one to three words of a text; a compound is one word, and is never cut: "few-shot learning" is no "shot learning". */
interface Phrase {
  /** Stems, with what stands between them left out. */
  readonly stems: readonly string[]
  count: number
  inTitle: boolean
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
    for (let n = 1; n <= LONGEST; n++) {
      const run = tokens.slice(i, i + n)
      const last = run.at(-1) as Token
      if (run.length < n || (n > 1 && !follows(plain, run[n - 2] as Token, last))) break
      if (last.isStop || run.slice(1, -1).some((token) => token.isStop && !JOINING.has(plain.slice(token.start, token.end).toLowerCase()))) continue
      if (new Set(run.map((token) => token.key)).size < n) continue
      const key = run.map((token) => token.key).join(' ')
      const phrase = phrases.get(key) ?? { stems: run.filter(({ isStop }) => !isStop).flatMap((token) => token.stems), count: 0, inTitle: false, surfaces: new Map<string, number>() }
      const inTitle = first.start < title.length
      const surface = uncapitalised(plain.slice(first.start, last.end), inTitle, /(?:^|[.:?!]\s+["'(“]?)$/.test(plain.slice(Math.max(0, first.start - 4), first.start)))
      phrase.count++
      phrase.inTitle ||= inTitle
      phrase.surfaces.set(surface, (phrase.surfaces.get(surface) ?? 0) + 1)
      phrases.set(key, phrase)
    }
  })
  return phrases
}

/** "Federated learning" at the start of a sentence and "Federated Learning" in a title are "federated learning"; "KV cache" is not "kv cache". */
function uncapitalised(surface: string, inTitle: boolean, startsSentence: boolean): string {
  const lower = (word: string) => (/^\p{Lu}\p{Ll}+$/u.test(word) ? word.toLowerCase() : word)
  if (inTitle) return surface.replace(WORD, lower)
  return startsSentence ? surface.replace(/^[\p{L}\p{N}]+/u, lower) : surface
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

/** What decides whether a term tells anything. */
export interface Telling {
  readonly rarity: Rarity
  readonly subjectness: Subjectness
  /** Both in one (`weightIn`). */
  readonly weigh: Rarity
  /** How rare a term is in this very library, 0 (in every paper) to 1. */
  readonly libraryRarity: (term: string) => number
}

const MOST = 6
/** A word of the subject comes again, stands in the title, or is a name; "alleviate" and "worth" come once. */
const RECURS = 2

/** Rarity in the literature at large from which on a word, or the words of a phrase together, tell a subject: ln 20, and ln 80. */
const TELLING_WORD = 3
const TELLING_PHRASE = 4.4
/** Words of a phrase are not met independently, so its rarity is less than their sum. */
const DEPENDENCE = 0.75
/** Subjectness below which no word of a phrase names a subject ("overall performance"), and below which its last word names nothing; of what is usual, and the most that counts. */
const LEAST_SUBJECT = 0.075
const LEAST_NOUN = 0.025
const USUAL_SUBJECT = 0.1
const MOST_SUBJECT = 1.5
/** What the title of one of them adds. */
const IN_TITLE = 0.25

export interface SharedPhrase {
  readonly text: string
  /** Rarity in the literature and in this library together, more for what is often said in both; no unit. */
  readonly value: number
}

/**
 * The phrases that both texts share and that matter, most telling first: rare in the literature and in this library, and
 * said again in one of the texts. A word that mostly stands in a shared phrase gives way to the phrase. As the second text writes them.
 */
export function sharedPhrases(one: Phrases, other: Phrases, telling: Telling): SharedPhrase[] {
  const shared = [...other].flatMap(([key, phrase]) => {
    const mine = one.get(key)
    return mine === undefined ? [] : [{ phrase, least: Math.min(mine.count, phrase.count), recurs: recurs(mine, phrase), value: valueOf(mine, phrase, telling) }]
  })
  const worth = shared.filter(({ value }) => value > 0)
  const recurring = worth.filter((one) => one.recurs)
  return distinctPhrases(recurring.length > 0 ? recurring : worth)
}

type Candidate = { readonly phrase: Phrase; readonly least: number; readonly value: number }

function distinctPhrases(candidates: readonly Candidate[]): SharedPhrase[] {
  const chosen: Candidate[] = []
  const ordered = [...candidates].sort((a, b) => b.value - a.value || (phraseName(a.phrase) < phraseName(b.phrase) ? -1 : 1))
  for (const candidate of ordered) {
    if (chosen.length === MOST) break
    const isPart = ordered.some((longer) => longer !== candidate && covers(longer.phrase, candidate.phrase) && longer.least >= candidate.least / 2)
    if (!isPart && !chosen.some(({ phrase }) => covers(phrase, candidate.phrase) || covers(candidate.phrase, phrase) || runsOver(phrase, candidate.phrase))) chosen.push(candidate)
  }
  return chosen.map(({ phrase, value }) => ({ text: phraseName(phrase), value }))
}

/** A lone word must come again on either side; a phrase or a name, on one. */
function recurs(mine: Phrase, theirs: Phrase): boolean {
  if (theirs.stems.length === 1 && !isName(phraseName(theirs))) return [mine, theirs].every(({ count, inTitle }) => count >= RECURS || inTitle)
  return Math.max(mine.count, theirs.count) >= RECURS || mine.inTitle || theirs.inTitle || isName(phraseName(theirs))
}

/** A capital or a digit behind the first letter: `ImageNet`, `KV`, `top1` is none. */
function isName(surface: string): boolean {
  return /\p{L}.*\p{Lu}/u.test(surface)
}

function valueOf(mine: Phrase, theirs: Phrase, { rarity, subjectness, libraryRarity }: Telling): number {
  const { stems } = theirs
  const telling = stems.filter((term) => !HOLLOW.has(term) && /\p{L}{2}/u.test(term))
  if (telling.length === 0 || HOLLOW.has(stems[0] as string) || HOLLOW.has(stems.at(-1) as string)) return 0
  if (stems.length === 1 && theirs.surfaces.size > 0 && phraseName(theirs).length < 3 && !isName(phraseName(theirs))) return 0
  if (stems.some((term) => /^(?:\d+|[ivx]+)$/.test(term))) return 0
  const sum = telling.reduce((total, term) => total + rarity(term), 0)
  if (sum < (stems.length === 1 ? TELLING_WORD : TELLING_PHRASE)) return 0
  const subject = Math.max(...telling.map(subjectness))
  if (subject < LEAST_SUBJECT || subjectness(stems.at(-1) as string) < LEAST_NOUN) return 0
  const often = Math.sqrt(1 + Math.log(Math.min(mine.count, theirs.count)))
  const titles = 1 + (mine.inTitle ? IN_TITLE : 0) + (theirs.inTitle ? IN_TITLE : 0)
  return Math.min(MOST_SUBJECT, Math.sqrt(subject / USUAL_SUBJECT)) * often * titles * (stems.length === 1 ? sum : DEPENDENCE * sum) * (0.3 + 0.7 * Math.max(...telling.map(libraryRarity)))
}

function covers(longer: Phrase, shorter: Phrase): boolean {
  return longer.stems.length > shorter.stems.length && shorter.stems.every((term) => longer.stems.includes(term))
}

/** "Monte Carlo tree" and "Carlo tree search". */
function runsOver(one: Phrase, other: Phrase): boolean {
  return one.stems.filter((term) => other.stems.includes(term)).length > 1
}

/** The spelling with the fewest capitals, so that the start of a sentence is not taken for a name; then the most frequent. */
function phraseName({ surfaces }: Pick<Phrase, 'surfaces'>): string {
  const capitals = (text: string) => text.match(/\p{Lu}/gu)?.length ?? 0
  const [best] = [...surfaces].sort((a, b) => capitals(a[0]) - capitals(b[0]) || b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
  return best?.[0] ?? ''
}
