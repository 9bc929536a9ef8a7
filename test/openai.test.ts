/** The OpenAI dialect, as the real SDK, UIs and providers of other libraries meet it. */
import { createOpenAI } from '@ai-sdk/openai'
import { createOpenAICompatible } from '@ai-sdk/openai-compatible'
import { ChatOpenAI } from '@langchain/openai'
import { generateText, streamText } from 'ai'
import OpenAI from 'openai'
import { describe, expect, it, vi } from 'vitest'
import { once } from 'node:events'
import type { Answer, Ask, AskRequest, Citation } from '../src/answering/answer.js'
import { FootnoteError } from '../src/errors.js'
import { CompletionReplySchema, OpenAiErrorSchema } from '../src/http/dialects/openai-body.js'
import { ANSWER, MOSSES, TIDES, answerAtOnce, createServices, startServer } from './http-server.js'
import type { TestServer } from './http-server.js'

const QUESTION = 'How exact are the tides?'
const MESSAGES = [{ role: 'user' as const, content: QUESTION }]
const TIDES_PAGE = `/p/${encodeURIComponent(TIDES.id)}`

/** Two papers, the first cited twice, with an astral character, and brackets in a quote that mark nothing. */
const FIRST: Citation = { number: 1, paper: TIDES, similarity: 0.8, quotes: [{ text: 'The mean error is 3.2 cm.', start: 33, end: 58 }] }
const SECOND: Citation = {
  number: 2,
  paper: { ...MOSSES, url: 'https://moss.example/a_(b)' },
  similarity: 0.6,
  quotes: [{ text: 'Mosses cover 61% of north walls.', start: 0, end: 32 }],
}
const SENTENCES = [
  { lead: '', text: '𝔐 “an error [2] of 3.2 cm”', numbers: [1] },
  { lead: '\n\n', text: 'Mosses cover 61%', numbers: [2, 1] },
]
const LONG_ANSWER = SENTENCES.map(({ lead, text, numbers }) => `${lead}${text} ${numbers.map((number) => `[${number}]`).join('')}`).join('')

/** Each citation comes right before the text that first uses it; the first gains a quote on the way. */
const answerInSteps: Ask = async function* (request) {
  const again = { ...FIRST, quotes: [...FIRST.quotes, { text: 'We measure tides in 14 harbours.', start: 0, end: 32 }] }
  const known = [[FIRST], [again, SECOND]]
  let at = 0
  const claims: Answer['claims'] = []
  for (const [i, { lead, text, numbers }] of SENTENCES.entries()) {
    yield { type: 'sources', citations: known[i] as Citation[] }
    const delta = `${lead}${text} ${numbers.map((number) => `[${number}]`).join('')}`
    yield { type: 'text-delta', text: delta }
    const claim = { text, start: at + lead.length, end: at + lead.length + text.length, citations: numbers, verdict: 'supported' as const, support: 1 }
    claims.push(claim)
    at += delta.length
    yield { type: 'claim', claim }
  }
  const followUps = [{ question: 'How large are harbours?', papers: 1 }]
  yield { type: 'answer-end', answer: { ...ANSWER, question: request.question, answer: LONG_ANSWER, claims, citations: [again, SECOND], followUps } }
}

function clientOf({ url }: TestServer) {
  return new OpenAI({ baseURL: `${url}/v1`, apiKey: 'none', maxRetries: 0 })
}

async function chunksOf(server: TestServer, body: object, headers: Record<string, string> = {}) {
  const reply = await server.post('/v1/chat/completions', { model: 'footnote', messages: MESSAGES, stream: true, ...body }, { headers })
  const lines = (await reply.text()).split('\n\n').filter((line) => line !== '')
  expect(lines.at(-1)).toBe('data: [DONE]')
  return lines.slice(0, -1).map((line) => JSON.parse(line.replace(/^data: /, '')) as Chunk)
}

interface Chunk {
  readonly choices: readonly { readonly delta: { readonly content?: string; readonly annotations?: readonly Annotation[] }; readonly finish_reason: string | null }[]
  readonly event?: { readonly type: string; readonly data: { readonly source: { readonly id: string }; readonly document: readonly string[] } }
  readonly usage?: unknown
}
interface Annotation { readonly url_citation: { readonly start_index: number; readonly end_index: number; readonly url: string; readonly title: string } }

describe('the openai SDK', () => {
  it('asking for a whole completion, gets text, annotations at their markers, usage and the sources of other dialects', async () => {
    const server = await startServer(createServices({ ask: answerInSteps }))
    const completion = await clientOf(server).chat.completions.create({ model: 'footnote', messages: MESSAGES })
    CompletionReplySchema.parse(completion)
    const { message, finish_reason } = completion.choices[0] as (typeof completion.choices)[0]
    expect([message.content, finish_reason]).toEqual([LONG_ANSWER, 'stop'])
    const cited = (message.annotations ?? []).map(({ url_citation: { start_index, end_index, url, title } }) => [LONG_ANSWER.slice(start_index, end_index), url, title])
    expect(cited).toEqual([
      ['[1]', server.url + TIDES_PAGE, TIDES.title],
      ['[2]', 'https://moss.example/a_%28b%29', MOSSES.title],
      ['[1]', server.url + TIDES_PAGE, TIDES.title],
    ])
    expect(completion.usage).toEqual({ prompt_tokens: 6, completion_tokens: Math.ceil(LONG_ANSWER.length / 4), total_tokens: 6 + Math.ceil(LONG_ANSWER.length / 4) })
    expect(completion).toMatchObject({
      citations: [server.url + TIDES_PAGE, 'https://moss.example/a_%28b%29'],
      search_results: [
        { title: TIDES.title, url: server.url + TIDES_PAGE, date: '2021', snippet: 'The mean error is 3.2 cm.' },
        { title: MOSSES.title, url: 'https://moss.example/a_%28b%29', snippet: 'Mosses cover 61% of north walls.' },
      ],
      related_questions: ['How large are harbours?'],
      footnote: { answer: ANSWER.id, verdict: 'answered' },
    })
  })

  it('streaming, gets the same text and annotations, a last chunk that says stop, and usage if it wants it', async () => {
    const server = await startServer(createServices({ ask: answerInSteps }))
    const stream = clientOf(server).chat.completions.stream({ model: 'footnote', messages: MESSAGES, stream_options: { include_usage: true } })
    const deltas: string[] = []
    stream.on('content', (delta) => deltas.push(delta))
    const { choices, usage } = await stream.finalChatCompletion()
    expect(choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: LONG_ANSWER } })
    expect(deltas.length).toBeGreaterThan(1)
    expect(usage?.total_tokens).toBe(6 + Math.ceil(LONG_ANSWER.length / 4))
  })

  it('streaming, leaves usage out if it does not want it, and has a choice in every chunk', async () => {
    const server = await startServer(createServices({ ask: answerInSteps }))
    const chunks = await chunksOf(server, {})
    expect(chunks.every(({ choices, usage }) => choices.length === 1 && usage === undefined)).toBe(true)
    expect(chunks.flatMap(({ choices }) => choices[0]?.finish_reason ?? [])).toEqual(['stop'])
    const content = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
    const annotations = chunks.flatMap(({ choices }) => choices[0]?.delta.annotations ?? [])
    expect(annotations.map(({ url_citation: { start_index, end_index } }) => content.slice(start_index, end_index))).toEqual(['[1]', '[2]', '[1]'])
  })

  it('asking for two, gets the answer twice', async () => {
    const server = await startServer()
    const client = clientOf(server)
    const { choices } = await client.chat.completions.create({ model: 'footnote', messages: MESSAGES, n: 2 })
    expect(choices.map(({ index, message }) => [index, message.content])).toEqual([[0, ANSWER.answer], [1, ANSWER.answer]])
    const stream = client.chat.completions.stream({ model: 'footnote', messages: MESSAGES, n: 2 })
    expect((await stream.finalChatCompletion()).choices.map(({ message }) => message.content)).toEqual([ANSWER.answer, ANSWER.answer])
  })

  it('that aborts, stops the work', async () => {
    let stopped = () => {}
    const aborted = new Promise<void>((resolve) => (stopped = resolve))
    const ask: Ask = async function* (_request, signal) {
      yield { type: 'sources', citations: ANSWER.citations }
      if (!signal.aborted) await once(signal, 'abort')
      stopped()
    }
    const server = await startServer(createServices({ ask }))
    const stream = await clientOf(server).chat.completions.create({ model: 'footnote', messages: MESSAGES, stream: true })
    for await (const _ of stream) stream.controller.abort()
    await aborted
    await vi.waitFor(() => expect(server.logged).toHaveLength(1), 20_000)
    expect(server.logged.filter(({ level }) => (level as number) >= 50)).toEqual([])
  })

  it('asking for a model that there is not, gets the error that it knows, and the models that there are', async () => {
    const server = await startServer()
    const client = clientOf(server)
    const error = await client.chat.completions.create({ model: 'gpt-5', messages: MESSAGES }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(OpenAI.NotFoundError)
    expect(error).toMatchObject({ status: 404, code: 'not_found', param: 'model', type: 'invalid_request_error', message: expect.stringContaining('footnote:links') })
    const models = await client.models.list()
    expect(models.data.map(({ id, object }) => [id, object])).toEqual([['footnote', 'model'], ['footnote:extractive', 'model'], ['footnote:links', 'model']])
    expect((await client.models.retrieve('footnote:links')).id).toBe('footnote:links')
    await expect(client.models.retrieve('gpt-5')).rejects.toBeInstanceOf(OpenAI.NotFoundError)
  })

  it('meeting a failure before the first byte and after it, throws an error with its message', async () => {
    const early: Ask = async function* () {
      throw new FootnoteError('overloaded', 'Try again later.', { retryAfterSeconds: 2 })
    }
    const late: Ask = async function* () {
      yield { type: 'sources', citations: ANSWER.citations }
      throw new FootnoteError('writer_failed', 'The model is down.')
    }
    for (const [ask, message] of [[early, /Try again later/], [late, /The model is down/]] as const) {
      const client = clientOf(await startServer(createServices({ ask })))
      await expect(client.chat.completions.stream({ model: 'footnote', messages: MESSAGES }).finalChatCompletion()).rejects.toThrow(message)
    }
  })
})

describe('a request in OpenAI\'s shape', () => {
  /** What the answering floor was asked. */
  async function asked(body: object): Promise<AskRequest> {
    let got: AskRequest | undefined
    const ask: Ask = (request, signal) => ((got = request), answerAtOnce(request, signal))
    const reply = await (await startServer(createServices({ ask }))).post('/v1/chat/completions', body)
    expect(await reply.json()).toMatchObject({ object: 'chat.completion' })
    return got as AskRequest
  }

  it('with every role, parts, pictures and parameters that we do not know, asks the last user message after its history', async () => {
    const request = await asked({
      model: 'footnote:extractive',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'developer', content: [{ type: 'text', text: 'Be kind.' }] },
        { role: 'user', content: [{ type: 'text', text: 'What of' }, { type: 'image_url', image_url: { url: 'data:,' } }, { type: 'text', text: 'mosses?' }] },
        { role: 'assistant', content: null, tool_calls: [{ id: 't', type: 'function', function: { name: 'f', arguments: '{}' } }] },
        { role: 'tool', content: 'nothing', tool_call_id: 't' },
        { role: 'assistant', content: '- *Mosses*: they cover\u200b walls. [1]\n- *Tides* [2]\n' },
        { role: 'user', content: QUESTION },
        { role: 'assistant', content: 'The' },
      ],
      temperature: 0, top_p: 1, max_tokens: 1, stop: ['\n'], seed: 1, user: 'u', tools: [], tool_choice: 'none', response_format: { type: 'text' },
      logit_bias: {}, presence_penalty: 0, parallel_tool_calls: true, stream: null, stream_options: null, n: null, metadata: {}, store: false, x_unknown: [1],
      footnote: { maxPapers: 3, filter: { year: { from: 2020 } } },
    })
    expect(request).toEqual({
      question: QUESTION,
      history: [{ role: 'user', content: 'What of mosses?' }, { role: 'assistant', content: '- *Mosses*: they cover walls. [1]\n- *Tides* [2]' }],
      maxPapers: 3,
      filter: { year: { from: 2020 } },
      writer: 'extractive',
    })
  })

  it('with a longer history than we keep, asks with its end', async () => {
    const turns = Array.from({ length: 80 }, (_, i) => ({ role: i % 2 === 0 ? 'user' : 'assistant', content: i === 79 ? 'x'.repeat(20_000) : `turn ${i}` }))
    const { history = [] } = await asked({ messages: [...turns, ...MESSAGES] })
    expect([history.length, history[0]?.content, history.at(-1)?.content.length]).toEqual([50, 'turn 30', 10_000])
  })

  it.each([
    ['no user message', { messages: [{ role: 'system', content: 'x' }] }, 'messages', /no user message/],
    ['a picture alone', { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }] }, 'messages', /has no text/],
    ['too long a question', { messages: [{ role: 'user', content: 'x'.repeat(2_001) }] }, 'messages', /has 2001 characters; at most 2000/],
    ['no messages', { model: 'footnote' }, 'messages', /"messages" is missing/],
    ['an unknown role', { messages: [{ role: 'robot', content: 'x' }] }, 'messages[0].role', /"messages\[0\].role" is "robot"/],
    ['content of another kind', { messages: [{ role: 'user', content: 7 }] }, 'messages[0].content', /must be a string, or an array of parts/],
    ['too many choices', { messages: MESSAGES, n: 17 }, 'n', /"n" is 17; it must be at most 16/],
    ['an unknown setting of ours', { messages: MESSAGES, footnote: { maxPaper: 1 } }, 'footnote', /did you mean "maxPapers"\?/],
  ])('with %s, is refused in OpenAI\'s shape', async (_what, body, param, message) => {
    const reply = await (await startServer()).post('/v1/chat/completions', body)
    const { error } = OpenAiErrorSchema.parse(await reply.json())
    expect([reply.status, error.type, error.code, error.param]).toEqual([400, 'invalid_request_error', 'invalid_request', param])
    expect(error.message).toMatch(message)
  })

  it('that is not JSON, or by another method, is refused in OpenAI\'s shape', async () => {
    const server = await startServer()
    const replies = [await server.post('/v1/chat/completions', '{'), await server.get('/v1/chat/completions'), await server.post('/v1/models', {})]
    expect(replies.map(({ status }) => status)).toEqual([400, 405, 405])
    for (const reply of replies) OpenAiErrorSchema.parse(await reply.json())
  })
})

describe('Open WebUI', () => {
  const sourcesOf = (chunks: readonly Chunk[]) => chunks.flatMap(({ event }) => event ?? [])

  it('gets each source before the text that uses it, numbered as they come, with quotes and similarity, and no annotation that would count as one more', async () => {
    const server = await startServer(createServices({ ask: answerInSteps }))
    for (const headers of [{ 'x-openwebui-chat-id': 'c' }, { 'user-agent': 'Python/3.12 aiohttp/3.13.2' }]) {
      const chunks = await chunksOf(server, {}, headers as unknown as Record<string, string>)
      const page = { source: TIDES.id, name: TIDES.title, url: server.url + TIDES_PAGE }
      const sources = sourcesOf(chunks)
      expect(sources[0]).toEqual({
        type: 'source',
        data: { source: { id: TIDES.id, name: TIDES.title, url: page.url }, document: ['The mean error is 3.2 cm.'], metadata: [page], distances: [0.8] },
      })
      // The paper that is cited again brings its new quote alone, under the id that it has.
      expect(sources.map(({ data }) => [data.source.id, data.document])).toEqual([
        [TIDES.id, ['The mean error is 3.2 cm.']],
        [TIDES.id, ['We measure tides in 14 harbours.']],
        [MOSSES.id, ['Mosses cover 61% of north walls.']],
      ])
      const order = chunks.map(({ event, choices }) => (event === undefined ? (choices[0]?.delta.content ?? '') : `<${event.data.source.id}>`)).join('')
      const [first = '', second = ''] = LONG_ANSWER.split(/(?=\n\n)/)
      expect(order).toBe(`<${TIDES.id}>${first}<${TIDES.id}><${MOSSES.id}>${second}`)
      expect(chunks.flatMap(({ choices }) => choices[0]?.delta.annotations ?? [])).toEqual([])
    }
  })

  it('not recognised, gets all sources before any annotation, so that numbers stay', async () => {
    const chunks = await chunksOf(await startServer(createServices({ ask: answerInSteps })), {})
    const annotated = chunks.findIndex(({ choices }) => choices[0]?.delta.annotations !== undefined)
    expect(annotated).toBeGreaterThan(chunks.findLastIndex(({ event }) => event !== undefined))
  })
})

describe('the model footnote:links', () => {
  it('writes markers as links, the brackets of a quote as they are, and a list of sources', async () => {
    const server = await startServer(createServices({ ask: answerInSteps }))
    const completion = await clientOf(server).chat.completions.create({ model: 'footnote:links', messages: MESSAGES })
    const { content = '', annotations = [] } = completion.choices[0]?.message ?? {}
    const page = server.url + TIDES_PAGE
    expect(content).toBe(
      `𝔐 “an error [2] of 3.2 cm” [[1]](${page})\n\nMosses cover 61% [[2]](https://moss.example/a_%28b%29)[[1]](${page})\n\n**Sources**\n\n` +
        `1. [Tides in \\<small> harbours & bays](${page}), Ada Brook, Søren Østergård, 2021\n2. [Mosses on north walls](https://moss.example/a_%28b%29)`,
    )
    expect(annotations.map(({ url_citation: { start_index, end_index } }) => content?.slice(start_index, end_index))).toEqual([
      `[[1]](${page})`, '[[2]](https://moss.example/a_%28b%29)', `[[1]](${page})`,
    ])
    expect((await chunksOf(server, { model: 'footnote:links' })).map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(content)
  })
})

describe('the providers of the AI SDK', () => {
  it('@ai-sdk/openai, generates and streams the text with its sources', async () => {
    const server = await startServer(createServices({ ask: answerInSteps }))
    const model = createOpenAI({ baseURL: `${server.url}/v1`, apiKey: 'none' }).chat('footnote')
    const urls = [server.url + TIDES_PAGE, 'https://moss.example/a_%28b%29', server.url + TIDES_PAGE]
    const whole = await generateText({ model, prompt: QUESTION, maxRetries: 0 })
    expect(whole.text).toBe(LONG_ANSWER)
    expect(whole.sources.map((source) => source.sourceType === 'url' && source.url)).toEqual(urls)
    const stream = streamText({ model, prompt: QUESTION, maxRetries: 0 })
    expect(await stream.text).toBe(LONG_ANSWER)
    expect((await stream.sources).map((source) => source.sourceType === 'url' && source.url)).toEqual(urls)
    expect((await stream.usage).outputTokens).toBe(Math.ceil(LONG_ANSWER.length / 4))
    expect(await stream.finishReason).toBe('stop')
  })

  it('@ai-sdk/openai-compatible, generates and streams the text', async () => {
    const server = await startServer(createServices({ ask: answerInSteps }))
    const model = createOpenAICompatible({ name: 'footnote', baseURL: `${server.url}/v1` })('footnote')
    expect((await generateText({ model, prompt: QUESTION, maxRetries: 0 })).text).toBe(LONG_ANSWER)
    expect(await streamText({ model, prompt: QUESTION, maxRetries: 0 }).text).toBe(LONG_ANSWER)
  })
})

describe("LangChain's ChatOpenAI", () => {
  it('invokes and streams the text', async () => {
    const server = await startServer(createServices({ ask: answerInSteps }))
    const model = new ChatOpenAI({ model: 'footnote', apiKey: 'none', maxRetries: 0, configuration: { baseURL: `${server.url}/v1` } })
    expect((await model.invoke(QUESTION)).content).toBe(LONG_ANSWER)
    let streamed = ''
    for await (const { text } of await model.stream(QUESTION)) streamed += text
    expect(streamed).toBe(LONG_ANSWER)
  })
})
