/** The tools for agents, used by the protocol's own client over both transports. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { afterEach, describe, expect, it } from 'vitest'
import type { Ask } from '../src/answering/answer.js'
import { ANSWER, MOSSES, TIDES, createServices, startServer } from './http-server.js'
import type { TestServer } from './http-server.js'

const open: (() => Promise<void>)[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()))
})

async function connect(transport: unknown): Promise<Client> {
  const client = new Client({ name: 'test', version: '1' })
  open.push(() => client.close())
  await client.connect(transport as Transport)
  return client
}

const connectTo = (server: TestServer) => connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`)))

/** The one text of a result, and its structure; the client has held it against the tool's output schema. */
async function call(client: Client, name: string, given: Record<string, unknown>) {
  const result = (await client.callTool({ name, arguments: given })) as CallToolResult
  const [content] = result.content
  return { text: content?.type === 'text' ? content.text : '', structured: result.structuredContent, isError: result.isError === true }
}

describe('an agent over HTTP', () => {
  it('learns of five tools that only read, each with a description and schemas in one piece', async () => {
    const client = await connectTo(await startServer())
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toEqual(['search', 'fetch', 'ask', 'related', 'bibliography'])
    for (const { description = '', annotations, inputSchema, outputSchema } of tools) {
      expect(description.length).toBeGreaterThan(60)
      expect(annotations).toMatchObject({ readOnlyHint: true, openWorldHint: false })
      expect([inputSchema.type, outputSchema?.type]).toEqual(['object', 'object'])
      expect(JSON.stringify([inputSchema, outputSchema])).not.toContain('$ref')
    }
    expect(tools[0]?.inputSchema.required).toEqual(['query'])
    expect(client.getServerVersion()).toMatchObject({ name: 'footnote', version: '0.0.0-test' })
    expect(client.getInstructions()).toMatch(/library of research papers/)
  })

  it('searches and fetches in the shapes that connectors want', async () => {
    const server = await startServer()
    const client = await connectTo(server)
    const found = await call(client, 'search', { query: 'tides' })
    const url = (id: string) => `${server.url}/p/${encodeURIComponent(id)}`
    const results = [TIDES, MOSSES].map(({ id, title }) => ({ id, title, url: url(id) }))
    expect(JSON.parse(found.text)).toEqual({ results })
    expect(found.structured).toEqual({ results })
    const fetched = await call(client, 'fetch', { id: TIDES.id })
    expect(JSON.parse(fetched.text)).toEqual({
      id: TIDES.id,
      title: TIDES.title,
      text: TIDES.abstract,
      url: url(TIDES.id),
      metadata: { authors: 'Ada Brook; Søren Østergård', year: '2021', doi: '10.5555/tides/7' },
    })
    expect(JSON.parse((await call(client, 'fetch', { id: MOSSES.id })).text)).toMatchObject({ metadata: { note: expect.stringContaining('digest') as string } })
  })

  it('asks, and gets the answer with what each number stands for', async () => {
    const server = await startServer()
    const { text, structured } = await call(await connectTo(server), 'ask', { question: ANSWER.question })
    const url = `${server.url}/p/${encodeURIComponent(TIDES.id)}`
    expect(text).toBe(`The mean error is 3.2 cm. [1]\n\nSources\n[1] ${TIDES.title} (2021), ${TIDES.id}, ${url}\n    “The mean error is 3.2 cm.”`)
    expect(structured).toMatchObject({ answer: ANSWER.answer, verdict: 'answered', citations: [{ number: 1, id: TIDES.id, url, quotes: ANSWER.citations[0]?.quotes }] })
  })

  it('asks of some years, and only those are asked', async () => {
    let filter: unknown
    const services = createServices()
    const ask: Ask = (request, signal) => ((filter = request.filter), services.ask(request, signal))
    const client = await connectTo(await startServer({ ...services, ask }))
    await call(client, 'ask', { question: 'x', fromYear: 2020 })
    expect(filter).toEqual({ year: { from: 2020 } })
  })

  it('finds related papers by id and by text, and writes references', async () => {
    const client = await connectTo(await startServer())
    const related = await call(client, 'related', { ids: [TIDES.id] })
    expect(related.structured).toMatchObject({ results: [{ id: MOSSES.id, sharedTerms: ['error'] }] })
    expect(related.text).toMatch(/^- Mosses on north walls \(title:00112233aabbccdd, http.*; shares error$/)
    expect((await call(client, 'related', { text: 'tides', limit: 1 })).structured).toMatchObject({ results: [{ id: TIDES.id }] })
    for (const filledIn of [{ ids: [], text: 'tides' }, { ids: [TIDES.id], not: [], text: ' ' }]) expect((await call(client, 'related', filledIn)).isError).toBe(false)
    const references = await call(client, 'bibliography', { ids: [TIDES.id], format: 'bibtex' })
    expect(references.text).toMatch(/^@\w+\{[^]*Brook/m)
    expect(references.structured).toMatchObject({ format: 'bibtex', entries: [{ id: TIDES.id }] })
  })

  it.each([
    ['fetch', { id: 'title:none' }, /no paper "title:none"; take ids from the results of search\.$/],
    ['bibliography', { ids: ['title:none', 'title:nix'] }, /no papers "title:none", "title:nix"; take ids from/],
    ['related', {}, /nothing to be related to; give "ids" \(from search\) or "text"/],
    ['search', { querry: 'x' }, /"query" is missing/],
    ['search', { query: 'x', limt: 3 }, /no field "limt"/],
    ['ask', { question: ' ' }, /"question" is blank/],
  ])('calling %s with %j, gets an error that says what to do', async (name, given, message) => {
    const { text, isError } = await call(await connectTo(await startServer()), name, given)
    expect(isError).toBe(true)
    expect(text).toMatch(message)
  })

  it('meeting a failure that nobody foresaw, is told where the cause is, and not the cause', async () => {
    const search = () => Promise.reject(new Error('secret path'))
    const server = await startServer(createServices({ search }))
    const { text, isError } = await call(await connectTo(server), 'search', { query: 'x' })
    expect([isError, text]).toEqual([true, expect.stringMatching(/its log has the cause under request id/)])
    expect(server.logged.find(({ err }) => err !== undefined)).toMatchObject({ err: { message: 'secret path' } })
  })

  it('that hangs up, stops the work', async () => {
    let stopped = () => {}
    let began = () => {}
    const aborted = new Promise<void>((resolve) => (stopped = resolve))
    const started = new Promise<void>((resolve) => (began = resolve))
    const ask: Ask = async function* (_request, signal) {
      began()
      signal.addEventListener('abort', stopped)
      await aborted
    }
    const client = await connectTo(await startServer(createServices({ ask })))
    const calling = client.callTool({ name: 'ask', arguments: { question: 'x' } }).catch(() => undefined)
    await started
    await client.close()
    await aborted
    await calling
  })

  it('calling a tool that there is not, learns which there are', async () => {
    const client = await connectTo(await startServer())
    await expect(client.callTool({ name: 'delete', arguments: {} })).rejects.toThrow(/no tool "delete"; there are search, fetch, ask/)
  })

  it('sending what is not JSON, or by GET, gets an error of JSON-RPC', async () => {
    const server = await startServer()
    for (const [reply, status] of [[await server.post('/mcp', '{'), 400], [await server.get('/mcp'), 405]] as const) {
      expect(reply.status).toBe(status)
      expect(await reply.json()).toMatchObject({ jsonrpc: '2.0', id: null, error: { data: { code: 'invalid_request' } } })
    }
  })
})

describe('an agent on this machine', () => {
  it('starts the server itself, which says nothing on standard output but the protocol, and stops with it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'footnote-mcp-'))
    open.push(() => rm(folder, { recursive: true, force: true }))
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, '../scripts/mcp.ts')],
      cwd: folder,
      env: { PATH: process.env['PATH'] ?? '', DATA_DIR: join(folder, 'data'), LOG_LEVEL: 'debug', PUBLIC_URL: 'https://papers.example/' },
      stderr: 'pipe',
    })
    const strays: unknown[] = []
    const client = await connect(transport)
    client.onerror = (error) => strays.push(error)
    const { structured, text } = await call(client, 'ask', { question: 'What accuracy does the one-timestep spiking VGG16 reach on CIFAR-10?' })
    expect(structured).toMatchObject({ verdict: 'answered' })
    expect(text).toMatch(/\[1\] .*https:\/\/papers\.example\/p\//)
    expect(strays).toEqual([])
    const pid = transport.pid as number
    await client.close()
    expect(() => process.kill(pid, 0)).toThrow()
  }, 60_000)
})
