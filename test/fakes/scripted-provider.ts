/** A language model's provider on loopback that does what it is told, in OpenAI's, Ollama's or Anthropic's format. */
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface ProviderRequest {
  readonly path: string
  readonly authorization: string | undefined
  /** The whole of what was sent, as JSON text. */
  readonly body: string
  /** Resolves when the connection has gone, whoever ended it. */
  readonly gone: Promise<void>
}

export type Script = (response: ServerResponse, request: ProviderRequest) => Promise<void> | void

export interface ScriptedProvider {
  /** With `/v1`, as an OpenAI-compatible server is set up. */
  readonly url: string
  /** Without. */
  readonly origin: string
  readonly requests: readonly ProviderRequest[]
  /** What the next requests get. */
  script: Script
  stop(): Promise<void>
}

export async function startProvider(script: Script): Promise<ScriptedProvider> {
  const requests: ProviderRequest[] = []
  const server = createServer((request, response) => {
    void readBody(request).then(async (body) => {
      const gone = new Promise<void>((resolve) => response.once('close', resolve))
      const received = { path: request.url ?? '', authorization: request.headers.authorization, body, gone }
      requests.push(received)
      await provider.script(response, received)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider: ScriptedProvider = {
    url: `${origin}/v1`,
    origin,
    requests,
    script,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return provider
}

async function readBody(request: IncomingMessage): Promise<string> {
  let body = ''
  for await (const chunk of request) body += String(chunk)
  return body
}

/** One event of OpenAI's chat completions. */
export function openAiChunk(content: string, finish: string | null = null): string {
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'scripted', choices: [{ index: 0, delta: { role: 'assistant', content }, finish_reason: finish }] })}\n\n`
}

function begin(response: ServerResponse, type = 'text/event-stream'): void {
  response.writeHead(200, { 'content-type': type })
}

function pieces(text: string, size: number): string[] {
  return Array.from({ length: Math.ceil(text.length / size) }, (_, i) => text.slice(i * size, (i + 1) * size))
}

const USAGE = `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'scripted', choices: [], usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 } })}\n\n`

/** Says all of it, a few characters a chunk, and ends as it should. */
export function says(text: string, { size = 7, finish = 'stop' }: { readonly size?: number; readonly finish?: string } = {}): Script {
  return (response) => {
    begin(response)
    for (const piece of pieces(text, size)) response.write(openAiChunk(piece))
    response.end(`${openAiChunk('', finish)}${USAGE}data: [DONE]\n\n`)
  }
}

/** Says this and then nothing more, with the connection open. */
export function stallsAfter(text: string): Script {
  return (response) => {
    begin(response)
    response.flushHeaders()
    for (const piece of pieces(text, 7)) response.write(openAiChunk(piece))
  }
}

/** Says this and drops the connection. */
export function diesAfter(text: string): Script {
  return async (response) => {
    begin(response)
    for (const piece of pieces(text, 7)) response.write(openAiChunk(piece))
    await new Promise((resolve) => setTimeout(resolve, 50))
    response.destroy()
  }
}

/** Says this and ends the stream in good order, without a word that it is the end. */
export function endsEarlyAfter(text: string): Script {
  return (response) => {
    begin(response)
    response.end(openAiChunk(text))
  }
}

export function fails(status: number, body: string, headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' }): Script {
  return (response) => void response.writeHead(status, headers).end(body)
}

/** Sends these bytes as the body of a good reply. */
export function sends(bytes: string, type = 'text/event-stream'): Script {
  return (response) => {
    begin(response, type)
    response.end(bytes)
  }
}

/** Says the same for ever, as fast as it is read. */
export function neverEnds(text: string): Script {
  return (response) => {
    begin(response)
    const more = () => {
      while (!response.destroyed && response.write(openAiChunk(text)));
    }
    response.on('drain', more)
    more()
  }
}

/** Ollama's format: a line of JSON for each piece. */
export function saysAsOllama(text: string): Script {
  return (response) => {
    begin(response, 'application/x-ndjson')
    const line = (content: string, more: object) => `${JSON.stringify({ model: 'scripted', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content }, ...more })}\n`
    for (const piece of pieces(text, 7)) response.write(line(piece, { done: false }))
    response.end(line('', { done: true, done_reason: 'stop', prompt_eval_count: 100, eval_count: 20 }))
  }
}

/** Anthropic's format: named events. */
export function saysAsAnthropic(text: string): Script {
  return (response) => {
    begin(response)
    const event = (type: string, data: object) => `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`
    response.write(event('message_start', { message: { id: 'm', type: 'message', role: 'assistant', model: 'scripted', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 100, output_tokens: 1 } } }))
    response.write(event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }))
    for (const piece of pieces(text, 7)) response.write(event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: piece } }))
    response.write(event('content_block_stop', { index: 0 }))
    response.write(event('message_delta', { delta: { stop_reason: 'end_turn', stop_sequence: null }, usage: { output_tokens: 20 } }))
    response.end(event('message_stop', {}))
  }
}
