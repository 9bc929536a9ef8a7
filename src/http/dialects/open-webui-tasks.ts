/** Answers what Open WebUI asks a model in the background, out of the conversation itself. */
import { standaloneQuestion } from '../../answering/conversation/conversation.js'
import type { Turn } from '../../answering/answer.js'
import { withoutMarkdown } from '../../answering/writing/markdown.js'
import { isStopWord } from '../../text/terms.js'
import { MAX_TURN_LENGTH } from '../schemas.js'
import type { ChatMessage } from './conversation.js'

type Task = 'title' | 'tags' | 'follow_ups' | 'queries' | 'prompt' | 'text' | 'emoji' | 'tools'

const TASK_OF_HEADER: Readonly<Record<string, Task>> = {
  title_generation: 'title',
  tags_generation: 'tags',
  follow_up_generation: 'follow_ups',
  query_generation: 'queries',
  image_prompt_generation: 'prompt',
  autocomplete_generation: 'text',
  emoji_generation: 'emoji',
  function_calling: 'tools',
}

/** The field of the JSON that the prompt asks for, else a word of what it asks for; the first that is met decides. */
const TASK_OF_PROMPT: readonly (readonly [RegExp, Task])[] = [
  [/["'](?:follow_ups)["']\s*:|follow-?up/i, 'follow_ups'],
  [/["'](?:tags)["']\s*:|\btags\b/i, 'tags'],
  [/["'](?:queries)["']\s*:|\bquer(?:y|ies)\b/i, 'queries'],
  [/["'](?:title)["']\s*:|\btitle\b/i, 'title'],
  [/<text>|autocomplet/i, 'text'],
  [/["'](?:prompt)["']\s*:|image/i, 'prompt'],
]

const MAX_TITLE = 60
/** A word that is being typed is no longer. */
const MAX_WORD = 100
const MAX_TAGS = 4
const MAX_FOLLOW_UPS = 3

/**
 * The reply to a background task, in the JSON that it wants; undefined for a question. Tasks are known by the
 * header `X-OpenWebUI-Task`, or as a last message that opens with `### Task:` and asks for something known.
 */
export function replyToTask(messages: readonly ChatMessage[], header: string | readonly string[] | undefined): string | undefined {
  const prompt = messages.at(-1)?.text ?? ''
  const task = TASK_OF_HEADER[String(header)] ?? (prompt.trimStart().startsWith('### Task:') ? taskOf(prompt) : undefined)
  return task === undefined ? undefined : perform(task, prompt, readHistory(messages, prompt))
}

/** Asked for before the conversation, which may speak of titles and tags too. */
function taskOf(prompt: string): Task | undefined {
  const instructions = prompt.split('<chat_history>', 1)[0] as string
  return TASK_OF_PROMPT.find(([pattern]) => pattern.test(instructions))?.[1]
}

function perform(task: Task, prompt: string, history: readonly Turn[]): string {
  const questions = history.filter(({ role }) => role === 'user').map(({ content }) => content)
  switch (task) {
    case 'title':
      return JSON.stringify({ title: titleOf(questions[0] ?? '') })
    case 'tags':
      return JSON.stringify({ tags: tagsOf(questions) })
    case 'follow_ups':
      return JSON.stringify({ follow_ups: followUpsOf(history) })
    case 'queries': {
      const last = history.findLastIndex(({ role }) => role === 'user')
      return JSON.stringify({ queries: last < 0 ? [] : [standaloneQuestion((history[last] as Turn).content, history.slice(0, last)).question] })
    }
    case 'prompt':
      return JSON.stringify({ prompt: questions.at(-1) ?? '' })
    case 'text':
      return JSON.stringify({ text: completionOf(prompt, history) })
    case 'emoji':
      return '📄'
    case 'tools':
      return JSON.stringify({ tool_calls: [] })
  }
}

/** Inside the prompt (`USER: …` and `ASSISTANT: …`), else the messages before it. */
function readHistory(messages: readonly ChatMessage[], prompt: string): Turn[] {
  const inside = elementAt(prompt, 'chat_history', prompt.indexOf('<chat_history>'))
  if (inside === undefined) {
    return messages.slice(0, -1).flatMap(({ role, text }): Turn[] => (role === 'user' || role === 'assistant' ? [turn(role, text)] : []))
  }
  const turns = inside.split(/^(USER|ASSISTANT): /m).slice(1)
  return turns.flatMap((role, i): Turn[] => (i % 2 === 0 ? [turn(role === 'USER' ? 'user' : 'assistant', turns[i + 1] as string)] : []))
}

/** Cut as those of a question are. */
function turn(role: Turn['role'], text: string): Turn {
  return { role, content: text.slice(0, MAX_TURN_LENGTH).trim() }
}

/** What stands between `<name>`, at this place, and `</name>`. By a pattern, many that never close would take quadratic time. */
function elementAt(text: string, name: string, at: number): string | undefined {
  const start = at + name.length + 2
  const end = at < 0 ? -1 : text.indexOf(`</${name}>`, start)
  return end < 0 ? undefined : text.slice(start, end)
}

/** The first question, as far as a whole word fits. */
function titleOf(question: string): string {
  const line = (question.split('\n', 1)[0] as string).slice(0, 2 * MAX_TITLE).replace(/[\s?.!]+$/, '')
  if (line === '') return 'Papers'
  return line.length <= MAX_TITLE ? line : `${line.slice(0, MAX_TITLE).replace(/\s+\S*$/, '')}…`
}

/** Words that stand together with no stop word between them: "KV cache", "long-context models"; longer ones first. */
function tagsOf(questions: readonly string[]): string[] {
  const runs: string[][] = [[]]
  for (const token of questions.join('\n').match(/[\p{L}\p{N}-]+|[^\s\p{L}\p{N}-]/gu) ?? []) {
    if (/[\p{L}\p{N}]/u.test(token) && !isStopWord(token.toLowerCase())) runs.at(-1)?.push(token)
    else runs.push([])
  }
  const tags = runs.filter(({ length }) => length > 0).sort((a, b) => Math.min(b.length, 2) - Math.min(a.length, 2))
  return [...new Set(tags.map((run) => run.slice(0, 3).join(' ')))].slice(0, MAX_TAGS)
}

/** Of the papers that the last answer names; none where it names none. */
function followUpsOf(history: readonly Turn[]): string[] {
  const answer = history.findLast(({ role }) => role === 'assistant')?.content ?? ''
  const titles = [...answer.matchAll(/(?<![\\*])\*((?:\\.|[^*\\\n]){8,})\*/g)].map((match) => withoutMarkdown(match[1] as string))
  return [...new Set(titles)].slice(0, MAX_FOLLOW_UPS).map((title) => `What else does “${title}” report?`)
}

/** The rest of the word that is being typed, if the conversation holds that word; else nothing. */
function completionOf(prompt: string, history: readonly Turn[]): string {
  const typed = elementAt(prompt, 'text', prompt.lastIndexOf('<text>')) ?? ''
  const begun = /[\p{L}\p{N}-]{3,}$/u.exec(typed.slice(-MAX_WORD))?.[0].toLowerCase()
  if (begun === undefined) return ''
  const words = history.flatMap(({ content }) => content.match(/[\p{L}\p{N}-]+/gu) ?? [])
  return words.find((word) => word.length > begun.length && word.toLowerCase().startsWith(begun))?.slice(begun.length) ?? ''
}
