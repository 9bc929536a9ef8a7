/** Finds names in a question ("on CIFAR-10 with ResNet"), and things to be counted, that a paper does not mention: what it says of others is no answer. */
import { namesIn } from '../../retrieval/answerability.js'
import type { Rarity } from '../../retrieval/rarity.js'
import { stem, terms } from '../../text/terms.js'
import type { Term } from '../../text/terms.js'
import { fold, words } from '../../text/words.js'
import { countedThing } from '../question/asked-for.js'
import type { PaperEvidence } from '../evidence/evidence.js'
import type { Question, QuestionKind } from '../question/question.js'
import { readStatement } from '../statements/statement.js'
import { meaningOf } from '../statements/word-classes.js'

/** Questions for one fact; whoever asks for several papers is served by those that hold a part. */
const OF_ONE_FACT: ReadonlySet<QuestionKind> = new Set(['figure', 'name', 'method', 'reason', 'yes-no'])
/** A word with a capital only at its start may be an adjective; rarer than this (one abstract of 400) it is a name. */
const RARE = 6

/** What the paper lacks, as written; none where another one of the papers has it all. */
export function unnamedIn({ text, kind, named }: Question, best: PaperEvidence, all: readonly PaperEvidence[], rarity: Rarity): string[] {
  if (!OF_ONE_FACT.has(kind) || named.length > 0) return []
  const names = wholeNames(text.replace(/['’]s\b/g, '')).map((name) => ({ name, parts: name.split(/[\s-]/).filter((part) => isName(part, rarity)) }))
  const counted = countedThing(text)
  const lacking = ({ paper }: PaperEvidence) => {
    const whole = `${paper.title} ${paper.abstract}`
    const unnamed = names.filter(({ parts }) => parts.some((part) => !mentions(whole, part))).map(({ name }) => name)
    const isNamed = counted === undefined || speaksOf(whole, counted) || unnamed.some((name) => name.toLowerCase() === counted.surface)
    return isNamed ? unnamed : [...unnamed, counted.surface]
  }
  return all.some((paper) => lacking(paper).length === 0) ? [] : lacking(best)
}

/** In this word, or in one of its class: people may be participants. */
function speaksOf(text: string, { term, surface }: Term): boolean {
  return new Set(terms(text)).has(term) || readStatement(text).keys.has(meaningOf(surface))
}

/** "AG News": names side by side are one. */
function wholeNames(text: string): string[] {
  return namesIn(text).reduce<string[]>((names, name) => {
    const before = names.at(-1)
    return before !== undefined && text.includes(`${before} ${name}`) ? [...names.slice(0, -1), `${before} ${name}`] : [...names, name]
  }, [])
}

/** A capital or a digit within, or a rare word. */
function isName(part: string, rarity: Rarity): boolean {
  return /^\p{L}.*[\p{Lu}\p{N}]/u.test(part) || (/^\p{Lu}\p{Ll}{2,}$/u.test(part) && rarity(stem(fold(part))) >= RARE)
}

/** Letters: shorter names stand within other words too. */
const SHORT = 3

/** `ResNet50` where `ResNet-50` stands, `CNN` for `CNNs`, and `MNLI` where "multi-genre natural language inference" does. */
export function mentions(text: string, name: string): boolean {
  const plain = joined(name).replace(/(?<=.{2})s$/, '')
  if (plain.length > SHORT ? joined(text).includes(plain) : words(text).some((word) => word.startsWith(plain) && /^(?:s|\d.*)?$/.test(word.slice(plain.length)))) return true
  return /^\p{Lu}{2,6}s?$/u.test(name) && isInitialised(plain, (text.match(/\p{L}+/gu) ?? []).map((word) => fold(word[0] as string)))
}

/** Whether the letters begin words that follow each other; of a longer row of letters a word here and there may be left out. */
function isInitialised(letters: string, initials: readonly string[]): boolean {
  return new RegExp([...letters].join(letters.length > 3 ? '.?' : '')).test(initials.join(''))
}

function joined(text: string): string {
  return fold(text).replace(/[^\p{L}\p{N}]/gu, '')
}
