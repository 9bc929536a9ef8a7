/** Finds the part of a question that a thing may stand in for: a drug for a drug, a device for a device, what an answer names in one breath with it. */
import { kindOf } from '../../text/kinds.js'
import { isStopWord, subjectTerms } from '../../text/terms.js'
import { escapedForPattern } from '../../text/words.js'

/** "mibefradil and nifedipine", "ResNet18 (or MobileNet)", "fenfluramine versus methylphenidate" */
const TOGETHER = String.raw`(?: \p{L}+)?(?:[,/(] ?| (?:and|or|versus|vs\.?|than|with|to|over|against|from|compared (?:with|to)) )(?:(?:and|or|the|of|for|with|than) )*(?:\p{L}+ )?`

/**
 * The word of a question that something else is put in the place of: the only one of its kind, or the only one that the last
 * answer names together with it; nothing where none can be told.
 */
export function counterpartOf(other: string, question: string, said: string): string | undefined {
  const words = question.replace(/[?.!,;:]+(?=\s|$)/g, '').split(/\s+/)
  const name = other.replace(/^(?:the|an?) /i, '')
  const kind = kindOf(name.split(' ').at(-1) as string)
  const ofKind = kind === undefined ? [] : runsOf(words, (word) => kind.test(word) && word !== name)
  if (ofKind.length === 1) return ofKind[0]
  const content = words.filter((word) => !isStopWord(word.toLowerCase()) && subjectTerms(word).length > 0 && word !== name)
  const inOneBreath = content.filter((word) => new RegExp(`(?<![\\p{L}\\p{N}])(?:${escapedForPattern(word)}${TOGETHER}${escapedForPattern(name)}|${escapedForPattern(name)}${TOGETHER}${escapedForPattern(word)})(?![\\p{L}\\p{N}])`, 'iu').test(said))
  return inOneBreath.length === 1 ? inOneBreath[0] : undefined
}

/** Neighbouring words together: "Ascend NPUs". */
function runsOf(words: readonly string[], isPart: (word: string) => boolean): string[] {
  return words.reduce<string[][]>((runs, word) => (isPart(word) ? [...runs.slice(0, -1), [...(runs.at(-1) ?? []), word]] : [...runs, []]), [[]]).filter(({ length }) => length > 0).map((run) => run.join(' '))
}
