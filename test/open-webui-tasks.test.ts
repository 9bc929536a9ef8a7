/** Open WebUI's background tasks: answered from the conversation, in the JSON that each wants, without the library. */
import { describe, expect, it } from 'vitest'
import { createServices, startServer } from './http-server.js'

const CONVERSATION = `<chat_history>
USER: Which papers shrink the KV cache of long-context models?
They may also prune tokens.
ASSISTANT: - *Caches that forget*: “We title it so.” [1]
- *A \\*star\\* of tags*: “Half the cache is enough.” [2]
USER: How much do they save?
ASSISTANT: *Caches that forget*: “It saves 48%.” [1]
</chat_history>`

const prompt = (what: string, json: string) => `### Task:\n${what}\n### Output:\nJSON format: ${json}\n### Chat History:\n${CONVERSATION}`

/** Asks a server whose library nobody may ask. */
async function reply(content: string, headers: Record<string, string> = {}, before: object[] = []) {
  const forbidden = () => {
    throw new Error('The library was asked.')
  }
  const server = await startServer(createServices({ ask: forbidden, search: forbidden }))
  const body = { model: 'footnote', messages: [...before, { role: 'user', content }], stream: false }
  const whole = (await (await server.post('/v1/chat/completions', body, { headers })).json()) as { choices: { message: { content: string } }[] }
  const text = whole.choices[0]?.message.content
  const streamed = await (await server.post('/v1/chat/completions', { ...body, stream: true }, { headers })).text()
  const deltas = [...streamed.matchAll(/^data: (\{.*\})$/gm)].map((match) => (JSON.parse(match[1] as string) as { choices: { delta: { content?: string } }[] }).choices[0]?.delta.content ?? '')
  expect(deltas.join('')).toBe(text)
  return text ?? ''
}

const TITLE = { title: 'Which papers shrink the KV cache of long-context models' }
const FOLLOW_UPS = { follow_ups: ['What else does “Caches that forget” report?'] }
const QUERIES = { queries: [expect.stringMatching(/^How much do “Caches that forget” .*save\?$/) as string] }

describe('a background task', () => {
  it.each([
    ['a title', 'Write a short title for the conversation.', '{ "title": "..." }', TITLE],
    ['tags', 'Sort the conversation under tags.', '{ "tags": ["...", "..."] }', { tags: ['KV cache', 'long-context models', 'prune tokens', 'shrink'] }],
    ['follow-ups', 'Think of follow-up questions on its title and tags.', '{ "follow_ups": ["..."] }', FOLLOW_UPS],
    ['queries', 'Say what to look up.', '{ "queries": ["..."] }', QUERIES],
    ['a picture', 'Describe an image of it.', '{ "prompt": "..." }', { prompt: 'How much do they save?' }],
  ])('that wants %s, gets it in its JSON', async (_what, instruction, json, expected) => {
    expect(JSON.parse(await reply(prompt(instruction, json)))).toEqual(expected)
  })

  it.each([
    ['title_generation', TITLE],
    ['follow_up_generation', FOLLOW_UPS],
    ['query_generation', QUERIES],
    ['function_calling', { tool_calls: [] }],
  ])('named %s by its header, is known whatever its prompt says', async (task, expected) => {
    expect(JSON.parse(await reply(`Please.\n${CONVERSATION}`, { 'x-openwebui-task': task }))).toEqual(expected)
  })

  it('that wants an emoji, gets one and no JSON', async () => {
    expect(await reply('How does she look?', { 'x-openwebui-task': 'emoji_generation' })).toMatch(/^\p{Emoji}$/u)
  })

  it.each([
    ['The long-con', { text: 'text' }],
    ['What does it prun', { text: 'e' }],
    ['Nothing like it xyz', { text: '' }],
    ['', { text: '' }],
  ])('that completes "%s", goes on with a word of the conversation or not at all', async (typed, expected) => {
    expect(JSON.parse(await reply(`${prompt('Complete the text in <text>.', '{ "text": "..." }')}\n<type>General</type>\n<text>${typed}</text>`))).toEqual(expected)
  })

  it('without a conversation in it, is answered from the messages before it', async () => {
    const before = [{ role: 'user', content: 'What holds mosses?' }, { role: 'assistant', content: 'Walls.' }]
    expect(JSON.parse(await reply('### Task:\nGive it a title.', {}, before))).toEqual({ title: 'What holds mosses' })
  })

  it('of an empty conversation, is answered all the same', async () => {
    for (const [task, expected] of [['title_generation', { title: 'Papers' }], ['tags_generation', { tags: [] }], ['query_generation', { queries: [] }], ['follow_up_generation', { follow_ups: [] }]] as const) {
      expect(JSON.parse(await reply('x', { 'x-openwebui-task': task }))).toEqual(expected)
    }
  })

  it.each([
    ['title_generation', '?'],
    ['autocomplete_generation', '<text>'],
    ['tags_generation', '<chat_history>'],
    ['query_generation', 'and '],
    ['follow_up_generation', '*a'],
  ])('%s of 200 kB of "%s", is answered in linear time', async (task, hostile) => {
    const long = `${hostile.repeat(200_000 / hostile.length)}x`
    expect(await reply('x', { 'x-openwebui-task': task }, [{ role: 'user', content: long }])).toMatch(/^\{/)
    expect(await reply(long, { 'x-openwebui-task': task })).toMatch(/^\{/)
  })

  it('with a long first question, cuts its title at a word', async () => {
    const title = (JSON.parse(await reply('### Task:\nGive it a title.', {}, [{ role: 'user', content: 'word '.repeat(40) }])) as { title: string }).title
    expect(title).toMatch(/^(?:word )+word…$/)
    expect(title.length).toBeLessThanOrEqual(61)
  })
})

describe('a question of a person', () => {
  it('that opens with "### Task:" and asks for nothing known, is asked', async () => {
    const questions: string[] = []
    const services = createServices()
    const server = await startServer({ ...services, ask: (request, signal) => (questions.push(request.question), services.ask(request, signal)) })
    for (const content of ['### Task: Which papers shrink caches?', 'Give it a title.']) {
      await (await server.post('/v1/chat/completions', { messages: [{ role: 'user', content }] }, { headers: { 'x-openwebui-task': 'unheard_of' } })).text()
    }
    expect(questions).toEqual(['### Task: Which papers shrink caches?', 'Give it a title.'])
  })
})
