/** Reads a condition on the papers that were listed: "only since 2020", "and by Chen?", "nothing before 2010". */
import { readRecordQuestion } from '../records/record-question.js'

/** "Any from 2013?", "and by Chen?", "only since 2020" */
const CONDITION = /^\W*(?:(?:and|but|so|ok|just|please) )*(?:(?:are|is) there )?(?:(?:any|anything|some|which|only|just|show me|limit (?:it|that|this|them) to|restrict (?:it|that|this|them) to|those|the)\b ?)*(?:(?:ones?|papers?|works?|of (?:them|these|those|the papers)) )*(?:(?:that|which) )?(?:(?:are|were|is|was) )?((?:(?:published|written) )?(?:from|since|before|after|in|until|by) \S.*?)(?: only| please)?\W*$/i
/** "Nothing before 2010" is since 2010. */
const EXCLUDED: readonly (readonly [RegExp, string])[] = [
  [/^\W*(?:(?:but|and|please) )*(?:nothing|none|no(?:t)?(?: (?:papers?|ones?|anything))?) (?:before|older than|earlier than|from before) (?=\d{4})|^\W*(?:only |just )?(?:(?:papers|ones) )?(?:newer|later|more recent) than (?=\d{4})/i, 'since '],
  [/^\W*(?:(?:but|and|please) )*(?:nothing|none|no(?:t)?(?: (?:papers?|ones?|anything))?) (?:after|newer than|later than|since) (?=\d{4})|^\W*(?:only |just )?(?:(?:papers|ones) )?(?:older|earlier) than (?=\d{4})/i, 'until '],
]

/** The papers on the subject that a condition on their records lets through; nothing where it is no such condition. */
export function narrowed(question: string, subject: string): string | undefined {
  const plain = EXCLUDED.reduce((text, [pattern, preposition]) => text.replace(pattern, preposition), question)
  const condition = CONDITION.exec(plain)?.[1]
  if (condition === undefined || readRecordQuestion(`papers ${condition}`)?.kind !== 'papers') return undefined
  return `Which papers ${condition} deal with ${subject}?`
}
