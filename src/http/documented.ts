/** Keeps what a route takes and gives beside the route, where the OpenAPI document finds it. */
import type { Router } from 'express'
import type { z } from 'zod'
import type { ErrorCode } from '../errors.js'

/** What the document says of one method of one path. */
export interface Operation {
  /** One line: what the caller gets. */
  readonly summary: string
  readonly description?: string
  readonly query?: z.ZodObject
  /** Of the JSON body; or of other bodies, by their content type. */
  readonly body?: z.ZodType | ByContentType
  /** Of the JSON reply; or of others by their content type; absent: 204, without a body. */
  readonly reply?: z.ZodType | ByContentType
  /** Failures of this route beside those that every route of its kind has. */
  readonly errors?: readonly ErrorCode[]
  /** Of an error, where it is not `{ error: { code, message, details? } }`. */
  readonly errorReply?: z.ZodType | ByContentType
}

export type ByContentType = Readonly<Record<string, z.ZodType>>

/** `GET /v1/papers/{id}`: a method, and a path as OpenAPI writes it. */
export type OperationName = `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`
export type Operations = Readonly<Record<OperationName, Operation>>

const operationsOfRouter = new WeakMap<Router, Operations>()

/**
 * The router, known to the OpenAPI document from now on by these operations; a test holds them against its routes.
 *
 *     return documented(router, {
 *       'POST /v1/search': { summary: 'The papers that bear on a query', body: SearchBodySchema, reply: SearchReplySchema },
 *     })
 */
export function documented(router: Router, operations: Operations): Router {
  operationsOfRouter.set(router, operations)
  return router
}

/** Of these routers, in their order. */
export function operationsOf(routers: readonly Router[]): Operations {
  return Object.assign({}, ...routers.map((router) => operationsOfRouter.get(router))) as Operations
}
