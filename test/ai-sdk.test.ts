/** The AI SDK's dialect, read by the SDK's own transport and stream reader. */
import { once } from 'node:events'
import { DefaultChatTransport, readUIMessageStream } from 'ai'
import type { UIMessage } from 'ai'
import { describe, expect, it, vi } from 'vitest'
import type { Ask, AskRequest } from '../src/answering/answer.js'
import { FootnoteError } from '../src/errors.js'
import { ANSWER, TIDES, answerAtOnce, createServices, startServer } from './http-server.js'
import type { TestServer } from './http-server.js'

const userMessage = (text: string): UIMessage => ({ id: 'u1', role: 'user', parts: [{ type: 'text', text }] })

/** Sends as `useChat` does; gives every state of the message that the reader sees. */
async function chat(server: TestServer, messages: UIMessage[], options: { readonly signal?: AbortSignal; readonly body?: object } = {}) {
  const transport = new DefaultChatTransport({ api: `${server.url}/api/chat` })
  const stream = await transport.sendMessages({ chatId: 'c1', trigger: 'submit-message', messageId: undefined, messages, abortSignal: options.signal, body: options.body ?? {} })
  return { transport, states: readUIMessageStream({ stream, terminateOnError: true }) }
}

async function lastOf(states: AsyncIterable<UIMessage>): Promise<UIMessage> {
  let last: UIMessage | undefined
  for await (const state of states) last = structuredClone(state)
  return last as UIMessage
}

describe('the AI SDK', () => {
  it('reads an answer with its text, sources, citations, follow-ups and metadata', async () => {
    const ask: Ask = async function* (request, signal) {
      for await (const event of answerAtOnce(request, signal)) {
        yield event.type === 'answer-end' ? { ...event, answer: { ...event.answer, model: 'm', followUps: [{ question: 'How large?', papers: 2 }] } } : event
      }
    }
    const { states } = await chat(await startServer(createServices({ ask })), [userMessage(ANSWER.question)])
    const { role, parts, metadata } = await lastOf(states)
    expect(role).toBe('assistant')
    expect(parts.map(({ type }) => type)).toEqual(['step-start', 'text', 'source-document', 'data-citation', 'data-follow-ups'])
    const [, text, source, citation, followUps] = parts as unknown as Record<string, unknown>[]
    expect(text).toMatchObject({ text: ANSWER.answer, state: 'done' })
    expect(source).toMatchObject({ sourceId: TIDES.id, title: TIDES.title, mediaType: 'text/plain', providerMetadata: { footnote: { number: 1, id: TIDES.id } } })
    expect(citation).toMatchObject({ id: 'citation-1', data: { ...ANSWER.citations[0], url: expect.stringContaining('/p/doi%3A') as string, markers: [{ start: 26, end: 29 }] } })
    expect(ANSWER.answer.slice(26, 29)).toBe('[1]')
    expect(followUps).toMatchObject({ data: [{ question: 'How large?', papers: 2 }] })
    expect(metadata).toEqual({ answerId: ANSWER.id, verdict: 'answered', probability: 0.9, groundedness: 1, writer: 'extractive', model: 'm' })
  })

  it('reads a paper that has an address as a link', async () => {
    const paper = { ...TIDES, url: 'https://tides.example/7' }
    const citations = ANSWER.citations.map((citation) => ({ ...citation, paper }))
    const ask: Ask = async function* () {
      yield { type: 'sources', citations }
      yield { type: 'answer-end', answer: { ...ANSWER, citations } }
    }
    const { states } = await chat(await startServer(createServices({ ask })), [userMessage('x')])
    expect((await lastOf(states)).parts).toContainEqual(expect.objectContaining({ type: 'source-url', url: 'https://tides.example/7', title: TIDES.title }))
  })

  it('sends a conversation, of which the text becomes the history, and settings of ours', async () => {
    let got: AskRequest | undefined
    const ask: Ask = (request, signal) => ((got = request), answerAtOnce(request, signal))
    const server = await startServer(createServices({ ask }))
    const first = await lastOf((await chat(server, [userMessage('What of tides?')])).states)
    const messages = [{ id: 's', role: 'system' as const, parts: [{ type: 'text' as const, text: 'Be brief.' }] }, userMessage('What of tides?'), first, userMessage('How exact?')]
    await lastOf((await chat(server, messages, { body: { footnote: { maxPapers: 2 } } })).states)
    expect(got).toEqual({
      question: 'How exact?',
      history: [{ role: 'user', content: 'What of tides?' }, { role: 'assistant', content: ANSWER.answer }],
      maxPapers: 2,
    })
  })

  it('that stops, stops the work', async () => {
    let stopped = () => {}
    const aborted = new Promise<void>((resolve) => (stopped = resolve))
    const ask: Ask = async function* (_request, signal) {
      yield { type: 'text-delta', text: 'The' }
      yield { type: 'sources', citations: ANSWER.citations }
      if (!signal.aborted) await once(signal, 'abort')
      stopped()
    }
    const server = await startServer(createServices({ ask }))
    const controller = new AbortController()
    const { states } = await chat(server, [userMessage('x')], { signal: controller.signal })
    await expect(
      (async () => {
        for await (const { parts } of states) if (parts.some(({ type }) => type === 'data-citation')) controller.abort()
      })(),
    ).rejects.toThrow(/abort/i)
    await aborted
    await vi.waitFor(() => expect(server.logged).toHaveLength(1), 20_000)
    expect(server.logged.filter(({ level }) => (level as number) >= 50)).toEqual([])
  })

  it('meeting a failure, shows its message, before the first byte and after it', async () => {
    const early: Ask = async function* () {
      throw new FootnoteError('overloaded', 'Try again later.')
    }
    const late: Ask = async function* () {
      yield { type: 'text-delta', text: 'The' }
      throw new FootnoteError('writer_failed', 'The model is down.')
    }
    await expect(chat(await startServer(createServices({ ask: early })), [userMessage('x')])).rejects.toThrow(/^Try again later\.$/)
    const { states } = await chat(await startServer(createServices({ ask: late })), [userMessage('x')])
    await expect(lastOf(states)).rejects.toThrow('The model is down.')
  })

  it('with nothing to ask, is told what is wrong in plain words', async () => {
    const server = await startServer()
    await expect(chat(server, [])).rejects.toThrow('"messages" has 0 entries; at least 1 are allowed.')
    await expect(chat(server, [userMessage(' ')])).rejects.toThrow('The last user message has no text; ask something in words.')
  })

  it('wanting to resume, learns that there is nothing', async () => {
    const server = await startServer()
    const { transport } = await chat(server, [userMessage('x')])
    expect(await transport.reconnectToStream({ chatId: 'c1' })).toBeNull()
  })

  it('gets the headers by which it knows the stream, and a last line that ends it', async () => {
    const server = await startServer()
    const reply = await server.post('/api/chat', { id: 'c1', messages: [userMessage('x')] })
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8', 'x-vercel-ai-ui-message-stream': 'v1', 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no',
    })
    expect(await reply.text()).toMatch(/^data: \{"type":"start"\}\n\n[^]*\n\ndata: \[DONE\]\n\n$/)
  })
})
