/** Keeps conversations in this browser: bounded, versioned, and none the worse for what it cannot read. */
/** @import { Conversation, Exchange } from './types.js' */

const NAME = 'footnote.conversations'
const VERSION = 1
/** Most conversations, exchanges in one, and characters in all: browsers give 5 million to a site. */
const MOST_CONVERSATIONS = 20
const MOST_EXCHANGES = 100
const MOST_CHARACTERS = 2_000_000

/** Those that can be read, the latest first. @returns {Conversation[]} */
export function keptConversations() {
  try {
    const kept = /** @type {{ version?: unknown, conversations?: unknown } | null} */ (JSON.parse(localStorage.getItem(NAME) ?? 'null'))
    if (kept?.version !== VERSION || !Array.isArray(kept.conversations)) return []
    return /** @type {unknown[]} */ (kept.conversations).flatMap(readConversation).sort((a, b) => b.at - a.at)
  } catch {
    return []
  }
}

/** Keeps a conversation beside the others, and lets go of the oldest when there is no room. @param {Conversation} conversation */
export function keep(conversation) {
  const exchanges = conversation.exchanges.slice(-MOST_EXCHANGES).map(settled)
  const others = keptConversations().filter(({ id }) => id !== conversation.id)
  write([{ ...conversation, exchanges }, ...others].slice(0, MOST_CONVERSATIONS))
}

/** @param {string} id */
export function forget(id) {
  write(keptConversations().filter((conversation) => conversation.id !== id))
}

/** @param {readonly Conversation[]} conversations the first is kept longest */
function write(conversations) {
  for (let kept = conversations; ; kept = shortened(kept)) {
    const text = JSON.stringify({ version: VERSION, conversations: kept })
    if (text.length > MOST_CHARACTERS && kept.length > 0) continue
    try {
      localStorage.setItem(NAME, text)
      return
    } catch {
      // Full, or switched off; then nothing is kept, and the page goes on without.
      if (kept.length === 0) return
    }
  }
}

/** Without the oldest conversation, or the older half of the only one. @param {readonly Conversation[]} conversations @returns {readonly Conversation[]} */
function shortened(conversations) {
  const [only] = conversations
  if (only === undefined || conversations.length > 1) return conversations.slice(0, -1)
  const exchanges = only.exchanges.slice(Math.ceil(only.exchanges.length / 2))
  return exchanges.length === 0 ? [] : [{ ...only, exchanges }]
}

/** What is under way will not be, after a reload. @param {Exchange} exchange @returns {Exchange} */
function settled({ question, about, state, answer, failure }) {
  return { question, about, state: state === 'asking' ? 'stopped' : state, answer, failure }
}

/** @typedef {(value: unknown) => boolean} Test */

const isText = (/** @type {unknown} */ value) => typeof value === 'string'
/** @param {Test} test @returns {Test} */
const optional = (test) => (value) => value === undefined || test(value)
/** @param {Test} test @returns {Test} */
const listOf = (test) => (value) => Array.isArray(value) && value.every(test)
/** @param {Readonly<Record<string, Test>>} fields @returns {Test} */
const shape = (fields) => (value) => typeof value === 'object' && value !== null && Object.entries(fields).every(([name, test]) => test(/** @type {Record<string, unknown>} */ (value)[name]))

const NAMED = { id: isText, title: isText }
const isAnswer = shape({
  answer: isText,
  writer: isText,
  groundedness: Number.isFinite,
  claims: listOf(shape({ text: isText, start: Number.isInteger, end: Number.isInteger, citations: listOf(Number.isInteger), verdict: isText })),
  citations: listOf(shape({ number: Number.isInteger, paper: shape({ ...NAMED, abstract: isText, authors: optional(listOf(isText)) }), quotes: listOf(shape({ text: isText, start: Number.isInteger, end: Number.isInteger })) })),
  answerable: shape({ verdict: isText, probability: Number.isFinite, missingTerms: listOf(isText), nearest: listOf(shape(NAMED)) }),
  considered: listOf(shape(NAMED)),
  followUps: listOf(shape({ question: isText, papers: Number.isFinite })),
})
const isExchange = shape({
  question: isText,
  about: optional(shape({ ids: listOf(isText), label: isText })),
  state: (state) => state === 'answered' || state === 'stopped' || state === 'failed',
  answer: optional(isAnswer),
  failure: optional(shape({ code: isText, message: isText })),
})
const isConversation = shape({ id: isText, at: Number.isFinite, exchanges: listOf(() => true) })

/** Without the exchanges that cannot be read. @param {unknown} value @returns {Conversation[]} */
function readConversation(value) {
  if (!isConversation(value)) return []
  const { exchanges, ...rest } = /** @type {Conversation} */ (value)
  const whole = exchanges.filter((exchange) => isExchange(exchange) && (exchange.state !== 'answered' || exchange.answer !== undefined))
  return whole.length === 0 ? [] : [{ ...rest, exchanges: whole }]
}
