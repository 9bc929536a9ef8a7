/** Speaks the Model Context Protocol (modelcontextprotocol.io, revision 2025-11-25) through its SDK. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Server } from '@modelcontextprotocol/sdk/server/index.js'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import { CallToolRequestSchema, ErrorCode, ListToolsRequestSchema, McpError } from '@modelcontextprotocol/sdk/types.js'
import type { CallToolResult, ListToolsResult } from '@modelcontextprotocol/sdk/types.js'
import { z } from 'zod'
import { toFootnoteError } from '../errors.js'
import { parse } from '../parse.js'
import { TOOLS } from './tools.js'
import type { ToolContext } from './tools.js'

export interface McpOptions extends Omit<ToolContext, 'signal'> {
  /** Under which the log has what went wrong. */
  readonly requestId: string
  /** Told of failures that nobody foresaw. */
  readonly onFailure: (error: unknown) => void
}

const INSTRUCTIONS =
  'A library of research papers. Use ask for a question that wants a cited answer, search and fetch to look for yourself, related for neighbours and bibliography for references. ' +
  'Cite only what these tools return; where the library does not answer, say so.'

const DEFINITIONS: ListToolsResult['tools'] = TOOLS.map(({ name, title, description, input, output }) => ({
  name,
  title,
  description,
  inputSchema: jsonSchema(input, 'input'),
  outputSchema: jsonSchema(output, 'output'),
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
}))

/** In one piece: not every client follows references. */
function jsonSchema(schema: z.ZodObject, io: 'input' | 'output') {
  return z.toJSONSchema(schema, { io, reused: 'inline' }) as { type: 'object' }
}

/** Answers one request over HTTP with JSON: no session is kept, so that any of several servers may answer the next. */
export async function serveHttp(request: IncomingMessage, response: ServerResponse, body: unknown, options: McpOptions): Promise<void> {
  const server = createServer(options)
  response.once('close', () => void server.close())
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true })
  // Its optional fields are declared without `undefined`, which our compiler holds against it.
  await server.connect(transport as Transport)
  await transport.handleRequest(request, response, body)
}

/** Serves the process that started this one, over standard input and output, until it closes them. */
export async function serveStdio(options: McpOptions): Promise<void> {
  const server = createServer(options)
  const closed = new Promise<void>((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve)
    server.onclose = resolve
  })
  await server.connect(new StdioServerTransport())
  await closed
  await server.close()
}

function createServer({ requestId, onFailure, ...context }: McpOptions): Server {
  const server = new Server({ name: 'footnote', title: 'Footnote', version: context.services.version }, { capabilities: { tools: {} }, instructions: INSTRUCTIONS })
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: DEFINITIONS }))
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal }): Promise<CallToolResult> => {
    const tool = TOOLS.find(({ name }) => name === params.name)
    if (tool === undefined) throw new McpError(ErrorCode.InvalidParams, `There is no tool "${params.name}"; there are ${TOOLS.map(({ name }) => name).join(', ')}.`)
    try {
      const { text, structured } = await tool.run(parse(tool.input, params.arguments ?? {}, 'The arguments'), { ...context, signal })
      return { content: [{ type: 'text', text }], structuredContent: structured }
    } catch (error) {
      const failure = toFootnoteError(error, requestId)
      if (failure.code === 'internal' && !signal.aborted) onFailure(error)
      return { content: [{ type: 'text', text: failure.message }], isError: true }
    }
  })
  return server
}
