/** Turns a text into the stemmed terms that the lexical index is keyed by. */
import { stemmer } from 'stemmer'
import { fold, NON_ASCII, segments } from './words.js'

/**
 * Words that carry grammar rather than a subject. In a library of a hundred abstracts a rare function
 * word ("do", "how", "I") would otherwise count as a strong match.
 */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `a about above after again against all also although always am among an and any are as at be because been
  before being below between both but by can cannot could did do does doing done down during each either else
  etc ever every few for from further get gets give given gives had has have having he hence her here hers him
  his how however i if in instead into is it its itself just let like made make makes many may me might more
  most much must my need needs neither never no nor not now of off often on once one only or other others our
  out over own per perhaps please put quite rather really same say says she should show shows since so some
  still such tell than that the their them then there therefore these they thing this those though through
  thus to too under until up upon us use used uses using very via was way we well were what when where whether
  which while who whom whose why will with within without would yet you your
  s t d ll re ve don doesn didn isn aren wasn weren won wouldn couldn shouldn can
  paper papers study studies article articles author authors
  的 了 是 在 和 与 及 或 对 中 有 吗 呢 什么 如何 怎么 怎样 为什么 哪些 哪个 论文
  の は か を に て と も て から まて よう とのように する した いる ある これ それ この その について 何 論文`.split(/\s+/),
)

const COMPOUND = /[\p{L}\p{N}]+(?:[-^/'’‐‑–_][\p{L}\p{N}]+)*/gu
/** The same of folded text in plain letters, at half the time. */
const PLAIN_COMPOUND = /[a-z0-9]+(?:[-^/'_][a-z0-9]+)*/g
const JOINT = /[-^/'’‐‑–_]/

const MAX_CACHED_STEMS = 200_000
const stems = new Map<string, string>()

/** Porter's stem (Porter 1980) of a folded word; words with a digit or of another script stay whole. */
export function stem(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  const result = word.length > 2 && /^[a-z]+$/.test(word) ? stemmer(word) : word
  if (stems.size >= MAX_CACHED_STEMS) stems.clear()
  stems.set(word, result)
  return result
}

export function isStopWord(word: string): boolean {
  return STOP_WORDS.has(word)
}

/** A word as written, or the part of a compound: the term that it gives, and the compound's own. */
export interface Term {
  readonly surface: string
  readonly term: string
  /** `kvcach` for both parts of `KV-cache`; a text that has it has the part too. */
  readonly joined?: string
}

/**
 * The terms of a text in their order, with repetitions and without stop words. A compound gives its
 * parts and itself joined, so that `KV-cache` meets `KV cache`, and `VGG-16` meets `VGG16`:
 *
 *     terms('Pruning VGG-16') // prune, vgg, 16, vgg16
 */
export function terms(text: string): string[] {
  const result: string[] = []
  for (const parts of compounds(text)) {
    for (const part of parts) if (!STOP_WORDS.has(part)) result.push(stem(part))
    const joined = join(parts)
    if (joined !== undefined) result.push(joined)
  }
  return result
}

/** The distinct subject words of a text with the terms they stand for, in their order. */
export function subjectTerms(text: string): Term[] {
  const found = new Map<string, Term>()
  for (const parts of compounds(text)) {
    const joined = join(parts)
    for (const part of parts) {
      const term = stem(part)
      if (STOP_WORDS.has(part) || found.has(term)) continue
      found.set(term, joined === undefined ? { surface: part, term } : { surface: part, term, joined })
    }
  }
  return [...found.values()]
}

/** Each word, or compound, of the text in its parts. */
function compounds(text: string): (readonly string[])[] {
  const folded = fold(text)
  if (!NON_ASCII.test(folded)) return (folded.match(PLAIN_COMPOUND) ?? []).map((compound) => (JOINT.test(compound) ? compound.split(JOINT) : [compound]))
  return (folded.match(COMPOUND) ?? []).flatMap((compound) => {
    const parts = compound.split(JOINT)
    const words = parts.flatMap(segments)
    return words.length === parts.length ? [parts] : words.map((word) => [word])
  })
}

/** Longer chains are lists or paths, not names. */
function join(parts: readonly string[]): string | undefined {
  if (parts.length < 2 || parts.length > 4) return undefined
  const joined = parts.join('')
  return STOP_WORDS.has(joined) ? undefined : stem(joined)
}
