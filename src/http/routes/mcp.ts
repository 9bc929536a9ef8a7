/** `POST /mcp`: the library as tools for agents, by MCP's streamable HTTP transport. */
import { Router } from 'express'
import { z } from 'zod'
import type { FootnoteError } from '../../errors.js'
import { jsonBody } from '../body.js'
import { documented } from '../documented.js'
import { onlyMethods } from '../errors.js'
import type { Gate } from '../gate.js'
import type { LinkTo } from '../links.js'
import { serveHttp } from '../mcp/protocol.js'
import type { RequireServices } from '../services.js'

export interface McpRouteOptions {
  readonly services: RequireServices
  readonly asks: Gate
  readonly searches: Gate
  readonly linkTo: LinkTo
}

export function mcpRoute({ services, asks, searches, linkTo }: McpRouteOptions): Router {
  const router = Router()
  router
    .route('/mcp')
    .post(...jsonBody(), (request, response) =>
      serveHttp(request, response, request.body, {
        services: services(),
        asks,
        searches,
        linkTo: (paper) => linkTo(paper, request),
        requestId: request.id as string,
        onFailure: (error) => (response.err = error instanceof Error ? error : new Error(String(error))),
      }),
    )
    .all(onlyMethods('POST'))
  return documented(router, {
    'POST /mcp': {
      summary: 'The tools search, fetch, ask, related and bibliography, by the Model Context Protocol',
      description: 'One JSON-RPC message in, one out; no sessions. `Accept` must name application/json and text/event-stream, as the protocol says.',
      body: JsonRpcMessage,
      reply: JsonRpcMessage,
      errorReply: JsonRpcMessage,
    },
  })
}

const JsonRpcMessage = z.looseObject({ jsonrpc: z.literal('2.0') })

/** An error of HTTP as JSON-RPC says it (jsonrpc.org, 5.1): of no message that was read. */
export function mcpError({ code, message }: FootnoteError) {
  return { jsonrpc: '2.0', id: null, error: { code: -32_000, message, data: { code } } }
}
