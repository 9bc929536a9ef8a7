/** Names what two texts have in common, as a researcher would say it: terms of art before lone words, and nothing where nothing tells. */
import type { Art, Arts, Rarity, Subjectness } from '../rarity.js'
import { isHollow, isName, phraseName, wordKey } from './phrases.js'
import type { Phrase, Phrases } from './phrases.js'

/** What decides whether a term tells anything. */
export interface Telling {
  readonly rarity: Rarity
  readonly subjectness: Subjectness
  /** Both in one (`weightIn`). */
  readonly weigh: Rarity
  readonly arts: Arts
  /** How rare a term is in this very library, 0 (in every paper) to 1. */
  readonly libraryRarity: (term: string) => number
}

export interface SharedPhrase {
  readonly text: string
  readonly stems: readonly string[]
  /** Rarity in the literature and in this library together, more for what is often said in both; no unit. */
  readonly value: number
}

const MOST = 5
/** Of value, as a share of the first, what is named beside it. */
const BESIDE = 0.3

/** Subjectness below which a phrase names no subject ("text prompt", "real world"), and for a phrase that is no term of art, each of its words. */
const LEAST_SUBJECT = 0.05
const LEAST_OF_WORDS = 0.075
/** Rarity (ln 25) below which a term of art is that of every second paper: "neural network". */
const LEAST_RARITY = 3.2
/** Of which nothing is special as a subject, and the most that counts. */
const USUAL_SUBJECT = 0.1
const MOST_SUBJECT = 1.5
/** Words are not met independently, so that the rarity of a phrase which nobody counted is less than their sum. */
const DEPENDENCE = 0.6
/** Rarity (ln 80) from which on such a phrase tells anything. */
const TELLING_PHRASE = 4.4

/** Rarity times subjectness (`weightIn`) and rarity from which on a lone word is a reason: in no title, in one, in both. */
const LONE_WORD = [
  { weight: 6.5, rarity: 4.5 },
  { weight: 5.2, rarity: 4 },
  { weight: 4.8, rarity: 3.4 },
] as const
/** Letters from the start that two words of one root share. */
const ROOT = 5
/** A word of the subject comes again, or stands in the title; "alleviate" and "worth" come once. */
const RECURS = 2
/** What a word tells, as a share of what a phrase of the same rarity does. */
const WORD_WORTH = 0.6
/** What the title of one of them adds. */
const IN_TITLE = 0.25
/** Least value, beside what is usual: "neural network" in a library of networks is none. */
const LEAST_VALUE = 3
/** A lone compound is often a mere adjective: by its ending, and by rarity times subjectness below this. */
const ADJECTIVE = /(?:based|driven|level|aware|scale|time|wise|grained|free|dimensional|term|end|world|art|source|efficient|quality|rich|headed?|wild|context)$/i
const LEAST_COMPOUND = 5.3
/** A lone word that is one must be a subject as much as a word of no title. */
const LONE_ADJECTIVE = /(?:al|ic|ive|ous|ary)$/i

/**
 * The phrases that both texts share and that matter, most telling first: terms of art, rare in the literature and in this
 * library. A lone word is named only if it is a subject by itself, and gives way to the phrase in which it mostly stands.
 * As the second text writes them.
 */
export function sharedPhrases(one: Phrases, other: Phrases, telling: Telling): SharedPhrase[] {
  return distinctPhrases(sharedBy(one, other, telling).filter(({ mine, phrase, value }) => value >= LEAST_VALUE && tells(mine, phrase, telling)))
}

/** Value of the most telling phrase that both share, be it too little to be named as a reason; 0 if there is none. */
export function strongestShared(one: Phrases, other: Phrases, telling: Telling): number {
  return Math.max(0, ...sharedBy(one, other, telling).map(({ value }) => value))
}

function sharedBy(one: Phrases, other: Phrases, telling: Telling): Candidate[] {
  const [explainedByOne, explainedByOther] = [one, other].map(byAcronym) as [Phrases, Phrases]
  return [...other].flatMap(([key, phrase]) => {
    const mine = one.get(key) ?? explainedByOne.get(key) ?? (phrase.acronym === undefined ? undefined : one.get(wordKey(phrase.acronym)))
    if (mine === undefined || explainedByOther.has(key)) return []
    // Of an acronym and its long form the form that says more.
    const said = mine.words > phrase.words ? { ...mine, inTitle: phrase.inTitle, count: phrase.count } : phrase
    return [{ mine, phrase: said, least: Math.min(mine.count, phrase.count), value: valueOf(mine, said, telling) }]
  })
}

function byAcronym(phrases: Phrases): Phrases {
  return new Map([...phrases.values()].flatMap((phrase) => (phrase.acronym === undefined ? [] : [[wordKey(phrase.acronym), phrase] as const])))
}

/** "continual learning (CL)" where the text explains it. */
function nameOf(phrase: Phrase): string {
  return phrase.acronym === undefined ? phraseName(phrase) : `${phraseName(phrase)} (${phrase.acronym})`
}

type Candidate = { readonly mine: Phrase; readonly phrase: Phrase; readonly least: number; readonly value: number }

function distinctPhrases(candidates: readonly Candidate[]): SharedPhrase[] {
  const chosen: Candidate[] = []
  const ordered = [...candidates].sort((a, b) => b.value - a.value || (phraseName(a.phrase) < phraseName(b.phrase) ? -1 : 1))
  for (const candidate of ordered) {
    if (chosen.length === MOST || candidate.value < BESIDE * (chosen[0]?.value ?? 0)) break
    const isPart = ordered.some((longer) => longer !== candidate && covers(longer.phrase, candidate.phrase) && longer.least >= candidate.least / 2)
    if (!isPart && !chosen.some(({ phrase }) => says(phrase, candidate.phrase) || says(candidate.phrase, phrase))) chosen.push(candidate)
  }
  return chosen.map(({ phrase, value }) => ({ text: nameOf(phrase), stems: phrase.stems, value }))
}

function valueOf(mine: Phrase, theirs: Phrase, telling: Telling): number {
  const { stems } = theirs
  if (stems.some((term) => /^(?:\d+|[ivx]+)$/.test(term)) || isHollow(stems[0] as string) || isHollow(stems.at(-1) as string) || !stems.some((term) => /\p{L}{2}/u.test(term))) return 0
  const worth = theirs.key.includes(' ') ? worthOfPhrase(mine, theirs, telling) : worthOfWord(mine, theirs, telling)
  const often = Math.sqrt(1 + Math.log(Math.min(mine.count, theirs.count)))
  const titles = 1 + (mine.inTitle ? IN_TITLE : 0) + (theirs.inTitle ? IN_TITLE : 0)
  return worth * often * titles * (0.3 + 0.7 * Math.max(...stems.map(telling.libraryRarity)))
}

function worthOfPhrase(mine: Phrase, theirs: Phrase, { rarity, subjectness, arts }: Telling): number {
  const art = arts(theirs.key)
  if (art !== undefined) return worthOfArt(art)
  if (!recursAnywhere(mine, theirs)) return 0
  const telling = theirs.stems.filter((term) => !isHollow(term))
  const sum = DEPENDENCE * telling.reduce((total, term) => total + rarity(term), 0)
  return Math.max(isNamed(mine, theirs) ? sum : 0, sum * subjectFactor(Math.max(0, ...telling.map(subjectness))), ...partsOf(theirs.key).map((part) => worthOfArt(arts(part))))
}

/** At least what a term of art says that stands in it: "video diffusion transformers". */
function partsOf(key: string): string[] {
  const words = key.split(' ')
  return words.flatMap((_, from) => words.slice(from + 1).map((_, more) => words.slice(from, from + 2 + more).join(' '))).filter((part) => part !== key)
}

function worthOfArt(art: Art | undefined): number {
  return art === undefined ? 0 : art.rarity * subjectFactor(art.subjectness)
}

function worthOfWord(mine: Phrase, theirs: Phrase, { weigh }: Telling): number {
  const name = phraseName(theirs)
  if (isName(name)) return WORD_WORTH * weigh(theirs.stems[0] as string)
  return name.length < 3 || !recursInBoth(mine, theirs) ? 0 : WORD_WORTH * weigh(theirs.stems[0] as string)
}

/** Whether it is a reason by itself. */
function tells(mine: Phrase, theirs: Phrase, { rarity, subjectness, weigh, arts }: Telling): boolean {
  if (!theirs.key.includes(' ')) {
    const name = phraseName(theirs)
    // "WS" is a piece of a formula, and "thermal" lacks its noun.
    if (name.length < 3) return false
    const least = LONE_WORD[isName(name) ? 1 : LONE_ADJECTIVE.test(name) ? 0 : Number(mine.inTitle) + Number(theirs.inTitle)] ?? LONE_WORD[0]
    return weigh(theirs.key) >= least.weight && rarity(theirs.key) >= least.rarity
  }
  const art = arts(theirs.key)
  const isCompound = theirs.words === 1
  if (isCompound && (ADJECTIVE.test(phraseName(theirs)) || (art === undefined ? !recursInBoth(mine, theirs) : worthOfArt(art) < LEAST_COMPOUND))) return false
  if (art !== undefined) return art.subjectness >= LEAST_SUBJECT && art.rarity >= LEAST_RARITY
  const telling = theirs.stems.filter((term) => !isHollow(term))
  return DEPENDENCE * telling.reduce((total, term) => total + rarity(term), 0) >= TELLING_PHRASE && (isNamed(mine, theirs) || telling.every((term) => subjectness(term) >= LEAST_OF_WORDS))
}

/** A phrase that has an acronym is a term to its authors. */
function isNamed(mine: Phrase, theirs: Phrase): boolean {
  return mine.acronym !== undefined || theirs.acronym !== undefined
}

function subjectFactor(subjectness: number): number {
  return Math.min(MOST_SUBJECT, Math.sqrt(subjectness / USUAL_SUBJECT))
}

function recursInBoth(mine: Phrase, theirs: Phrase): boolean {
  return [mine, theirs].every(({ count, inTitle }) => count >= RECURS || inTitle)
}

/** What is no term of art is one of these two texts, if either says it again or in its title. */
function recursAnywhere(mine: Phrase, theirs: Phrase): boolean {
  return [mine, theirs].some(({ count, inTitle }) => count >= RECURS || inTitle) || isName(phraseName(theirs))
}

function covers(longer: Phrase, shorter: Phrase): boolean {
  return longer.stems.length > shorter.stems.length && shorter.stems.every((term) => longer.stems.includes(term))
}

/** Also "Monte Carlo tree" and "Carlo tree search", "KV cache" and "key-value (KV)", "synapse" and "synaptic". */
function says(one: Phrase, other: Phrase): boolean {
  const sameRoot = one.key.length > ROOT && one.key.slice(0, ROOT) === other.key.slice(0, ROOT)
  return covers(one, other) || (sameRoot && one.words === 1 && other.words === 1) || one.stems.filter((term) => other.stems.includes(term)).length > 1 || (other.acronym !== undefined && one.stems.includes(wordKey(other.acronym)))
}
