/** Takes a question apart that asks two things: "What is MiniCache and how much memory does it save?" */
import { subjectTerms } from '../../text/terms.js'
import { nameIn } from './ellipsis.js'

const ASKING = 'what|which|who|whose|where|when|why|how'
/** The second half asks in words of its own, behind a comma or "and". */
const TWO = new RegExp(String.raw`^\W*((?:(?:on|in|by|at|to|with|for|under|from) )?(?:${ASKING}|is|are|do|does|did|can)\b.*?),? and ((?:(?:on|in|by|at|to|with|for|under|from) )?(?:${ASKING}|is|are|do|does|did|can|has|have|was|were)\b .+)$`, 'i')
/** "…, and how?" asks no second thing. */
const SHORTEST = 3

/** Two questions, the second with the name that the first is about; none where one thing is asked. */
export function halvesOf(text: string): readonly string[] {
  const [, one = '', other = ''] = TWO.exec(text.replace(/[?.!\s]+$/, '')) ?? []
  if (other.split(/\s+/).length < SHORTEST || subjectTerms(one).length === 0 || subjectTerms(other).length === 0) return []
  const name = nameIn(one)
  return [`${one}?`, name === undefined || other.includes(name) ? `${other}?` : `${other.replace(/\b(?:it|they)\b/i, name).replace(/\b(?:its|their)\b/i, `${name}'s`)}${/\b(?:it|they|its|their)\b/i.test(other) ? '' : ` of ${name}`}?`]
}
