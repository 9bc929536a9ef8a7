/** The OpenAPI document, held against the routes that there are and against what they really reply. */
import { AjvJsonSchemaValidator } from '@modelcontextprotocol/sdk/validation/ajv'
import type { Express, IRouter } from 'express'
import type { JsonSchemaType } from '@modelcontextprotocol/sdk/validation'
import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { createApp } from '../src/http/app.js'
import { ANSWER, MOSSES, NOTHING_INGESTED, TIDES, createServices, startServer } from './http-server.js'

interface Layer {
  readonly handle: unknown
  readonly route?: { readonly path: string; readonly methods: Readonly<Record<string, boolean>> }
}

/** `GET /v1/papers/{id}`, for every route that Express knows. */
function routesOf(router: IRouter | Express): string[] {
  const { stack } = ('router' in router ? router.router : router) as unknown as { readonly stack: readonly Layer[] }
  return stack.flatMap(({ route, handle }) => {
    if (route === undefined) return typeof handle === 'function' && 'stack' in handle ? routesOf(handle as unknown as IRouter) : []
    const path = route.path.replace(/[*:](\w+)/g, '{$1}')
    return Object.keys(route.methods).filter((method) => method !== '_all').map((method) => `${method.toUpperCase()} ${path}`)
  })
}

type Schema = Readonly<Record<string, unknown>>
interface Content { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }
interface Document {
  readonly openapi: string
  readonly components: Schema
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string; readonly responses: Readonly<Record<string, Content>> }>>>>
}

/** Services made anew for each request: what one removes is there for the next. */
async function open() {
  const server = await startServer(() => createServices({ ingest: async () => NOTHING_INGESTED }))
  const document = (await (await server.get('/openapi.json')).json()) as Document
  return { server, document }
}

/** Asserts that the reply is one that the document promises, of this status and type. */
async function expectPromised(document: Document, method: string, path: string, reply: Response): Promise<void> {
  const promised = document.paths[path]?.[method.toLowerCase()]?.responses[String(reply.status)]
  expect(promised, `${method} ${path} gives ${reply.status}`).toBeDefined()
  const type = reply.headers.get('content-type')?.split(';')[0] ?? ''
  const schema = promised?.content?.[type]?.schema
  if (promised?.content === undefined) return expect(await reply.text()).toBe('')
  expect(schema, `${method} ${path} gives ${type}`).toBeDefined()
  const body: unknown = type === 'application/json' ? await reply.json() : await reply.text()
  const valid = new AjvJsonSchemaValidator().getValidator({ ...schema, components: document.components } as JsonSchemaType)(body)
  expect(valid.errorMessage, `${method} ${path}`).toBeUndefined()
}

/** A good request of each operation that needs more than its path. */
const BODIES: Readonly<Record<string, { readonly type?: string; readonly body: string }>> = {
  'POST /v1/ask': { body: JSON.stringify({ question: ANSWER.question }) },
  'POST /v1/chat/completions': { body: JSON.stringify({ model: 'footnote', messages: [{ role: 'user', content: 'How exact are the tides?' }] }) },
  'POST /api/chat': { body: JSON.stringify({ messages: [{ role: 'user', parts: [{ type: 'text', text: 'How exact are the tides?' }] }] }) },
  'POST /mcp': { body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list' }) },
  'POST /v1/search': { body: JSON.stringify({ query: 'tides' }) },
  'POST /v1/related': { body: JSON.stringify({ seeds: [TIDES.id] }) },
  'POST /v1/draft': { body: JSON.stringify({ text: 'Tides are measured in harbours.' }) },
  'POST /v1/bibliography': { body: JSON.stringify({ ids: [TIDES.id] }) },
  'POST /v1/papers': { type: 'application/x-ndjson', body: '{"title":"a","abstract":"b"}\n' },
}

/** Where the id is not a paper's, by what it is of. */
const GOOD_IDS: Readonly<Record<string, string>> = { answers: ANSWER.id, models: 'footnote' }

describe('the OpenAPI document', () => {
  it('holds each route that there is, and no other', async () => {
    const { document } = await open()
    const described = Object.entries(document.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`))
    const routes = routesOf(createApp(() => undefined, { log: pino({ level: 'silent' }) }))
    expect(routes.length).toBeGreaterThan(10)
    expect(described.sort()).toEqual(routes.sort())
  })

  it('promises what each route really replies, to a good request and to a bad one', async () => {
    const { server, document } = await open()
    expect(document.openapi).toBe('3.1.0')
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods).map((name) => name.toUpperCase())) {
        const { type = 'application/json', body } = BODIES[`${method} ${path}`] ?? {}
        const send = (id: string, sent?: string) =>
          server.get(path.replace('{id}', encodeURIComponent(id)), {
            method,
            headers: { accept: 'application/json, text/event-stream', ...(sent === undefined ? {} : { 'content-type': type }) },
            ...(sent === undefined ? {} : { body: sent }),
          })
        const [, , section] = path.split('/')
        const reply = await send(GOOD_IDS[section ?? ''] ?? MOSSES.id, body)
        expect([200, 204], `${method} ${path}`).toContain(reply.status)
        await expectPromised(document, method, path, reply)
        if (path.includes('{id}')) await expectPromised(document, method, path, await send('title:none'))
        if (type === 'application/json' && body !== undefined) await expectPromised(document, method, path, await send('', '{"wrong":'))
      }
    }
  }, 60_000)

  it('gives every operation a name of its own, for generated clients', async () => {
    const { document } = await open()
    const names = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId))
    expect(new Set(names).size).toBe(names.length)
    expect(names).toContain('postV1Ask')
  })

  it('is shown by a page that may fetch nothing from elsewhere', async () => {
    const { server } = await open()
    const page = await server.get('/docs')
    const html = await page.text()
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'self'; /)
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string).filter((part) => !part.startsWith('data:'))
    expect(parts).toHaveLength(3)
    for (const part of parts) expect((await fetch(new URL(part, page.url))).status).toBe(200)
  })

  it('at /docs/, is shown at /docs, whose parts are found', async () => {
    const { server } = await open()
    expect((await server.get('/docs/')).url).toBe(`${server.url}/docs`)
  })
})
