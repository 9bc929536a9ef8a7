/** Reads the messages of a chat client as a question with what was said before. */
import type { AskRequest, Turn } from '../../answering/answer.js'
import { FootnoteError } from '../../errors.js'
import { cleanText } from '../../text/clean.js'
import type { z } from 'zod'
import { AskBodySchema, MAX_QUESTION_LENGTH, MAX_TURN_LENGTH, MAX_TURNS, cleanTurn } from '../schemas.js'

/** What a chat client may ask of us beyond its own protocol, in a field `footnote` of its body. */
export const SettingsSchema = AskBodySchema.pick({ filter: true, maxPapers: true, writer: true })

export interface ChatMessage {
  readonly role: string
  readonly text: string
}

/**
 * The last user message is the question, the user's and the assistant's earlier ones are the history: the
 * latest of them, cut where they are longer than a turn may be, as no client can do anything about that.
 */
export function toQuestion(messages: readonly ChatMessage[], settings: z.output<typeof SettingsSchema> = {}): AskRequest {
  const index = messages.findLastIndex(({ role }) => role === 'user')
  if (index < 0) throw wrong('There is no user message; the last one is the question.')
  const question = cleanText((messages[index] as ChatMessage).text)
  if (question === '') throw wrong('The last user message has no text; ask something in words.')
  if (question.length > MAX_QUESTION_LENGTH) {
    throw wrong(`The last user message has ${question.length} characters; at most ${MAX_QUESTION_LENGTH} are allowed.`)
  }
  const history = messages
    .slice(0, index)
    .flatMap(({ role, text }): Turn[] => (role === 'user' || role === 'assistant' ? [cleanTurn({ role, content: text.slice(0, MAX_TURN_LENGTH) })] : []))
    .filter(({ content }) => content !== '')
    .slice(-MAX_TURNS)
  return { question, ...(history.length === 0 ? {} : { history }), ...settings }
}

function wrong(message: string): FootnoteError {
  return new FootnoteError('invalid_request', message, { details: [{ field: 'messages', message }] })
}
