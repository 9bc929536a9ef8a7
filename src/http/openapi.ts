/** Makes the OpenAPI 3.1 document out of what the routes say of themselves. */
import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi'
import type { ResponseConfig, RouteConfig } from '@asteasolutions/zod-to-openapi'
import { z } from 'zod'
import type { ErrorCode } from '../errors.js'
import { isProtected } from './access.js'
import type { ByContentType, Operation, OperationName, Operations } from './documented.js'
import { STATUS_OF_CODE } from './errors.js'
import { ErrorReplySchema } from './schemas.js'

const ABOUT =
  'Answers questions about a library of papers; every sentence can be checked against a quote from an abstract. ' +
  'Offsets count UTF-16 code units, as JavaScript strings do. Where the server has an API_KEY, /v1, /api, /mcp and /metrics ask for it.'

/** @param version Footnote's own. */
export function createDocument(operations: Operations, version: string) {
  const registry = new OpenAPIRegistry()
  registry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' })
  registry.registerComponent('securitySchemes', 'apiKey', { type: 'apiKey', in: 'header', name: 'x-api-key' })
  for (const [name, operation] of Object.entries(operations)) registry.registerPath(route(name as OperationName, operation))
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: 'Footnote', version, description: ABOUT, license: { name: 'MIT' } },
    // Relative to the document itself (OpenAPI 3.1, 4.8.5): it is right behind any proxy.
    servers: [{ url: '.' }],
  })
}

function route(name: OperationName, operation: Operation): RouteConfig {
  const [method = '', path = ''] = name.split(' ')
  const { summary, description, query, body, reply } = operation
  const parameters = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string)
  return {
    method: method.toLowerCase() as RouteConfig['method'],
    path,
    operationId: operationId(method, path),
    tags: [tagOf(path)],
    summary,
    ...(description === undefined ? {} : { description }),
    ...(isProtected(path) ? { security: [{}, { bearer: [] }, { apiKey: [] }] } : {}),
    request: {
      ...(parameters.length === 0 ? {} : { params: z.object(Object.fromEntries(parameters.map((parameter) => [parameter, z.string()]))) }),
      ...(query === undefined ? {} : { query }),
      ...(body === undefined ? {} : { body: { required: true, content: contentOf(body) } }),
    },
    responses: {
      ...(reply === undefined ? { 204: { description: 'Done' } } : { 200: { description: summary, content: contentOf(reply) } }),
      ...failures(path, operation),
    },
  }
}

/** `postV1Ask`, `getV1PapersIdRelated`: what generated clients call the function. */
function operationId(method: string, path: string): string {
  const words = path.split(/\W+/).filter((word) => word !== '')
  return method.toLowerCase() + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('')
}

function tagOf(path: string): string {
  if (/^\/(?:v1\/chat|v1\/models|api|mcp)\b/.test(path)) return 'Dialects'
  if (/^\/v1\b/.test(path)) return 'Native'
  return 'Pages and operation'
}

function contentOf(schema: z.ZodType | ByContentType): Record<string, { schema: z.ZodType }> {
  const byType = schema instanceof z.ZodType ? { 'application/json': schema } : schema
  return Object.fromEntries(Object.entries(byType).map(([type, one]) => [type, { schema: one }]))
}

/** By status; what any route of this kind may fail with, and what this one names. */
function failures(path: string, { query, body, errors = [], errorReply = ErrorReplySchema }: Operation): Record<string, ResponseConfig> {
  const codes = new Set<ErrorCode>([
    ...(body === undefined ? [] : (['invalid_request', 'too_large', 'unsupported_format'] as const)),
    ...(query === undefined ? [] : (['invalid_request'] as const)),
    ...(isProtected(path) ? (['unauthorized', 'rate_limited', 'not_ready'] as const) : []),
    ...errors,
  ])
  const byStatus = new Map<number, string[]>()
  for (const code of codes) byStatus.set(STATUS_OF_CODE[code], [...(byStatus.get(STATUS_OF_CODE[code]) ?? []), code])
  return Object.fromEntries([...byStatus].sort(([a], [b]) => a - b).map(([status, names]) => [status, { description: names.join(', '), content: contentOf(errorReply) }]))
}
