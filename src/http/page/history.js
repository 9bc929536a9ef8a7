/** What was said before, as the server wants it: the last exchanges, no longer than a request may be. */
/** @import { Exchange, Turn } from './types.js' */

const MOST_EXCHANGES = 10
const MOST_CHARACTERS_OF_ANSWER = 4_000
/** A body may have 256 kB; a character takes up to three bytes. */
const MOST_CHARACTERS = 40_000

/** @param {readonly Exchange[]} exchanges @returns {Turn[]} */
export function historyOf(exchanges) {
  /** @type {Turn[]} */
  let turns = []
  for (const { question, answer } of exchanges.filter(({ answer }) => answer !== undefined).slice(-MOST_EXCHANGES).reverse()) {
    /** @type {Turn[]} */
    const longer = [
      { role: 'user', content: question },
      { role: 'assistant', content: /** @type {NonNullable<typeof answer>} */ (answer).answer.slice(0, MOST_CHARACTERS_OF_ANSWER) },
      ...turns,
    ]
    if (longer.reduce((sum, { content }) => sum + content.length, 0) > MOST_CHARACTERS) break
    turns = longer
  }
  return turns
}
