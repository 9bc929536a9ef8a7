/** Decides who may use the interfaces: by key where there is one, and from which web pages. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { isIP } from 'node:net'
import cors from 'cors'
import type { Request, RequestHandler } from 'express'
import { FootnoteError } from '../errors.js'

/** What a key protects and the rate limit covers: all but pages, their parts, and the questions of orchestrators. */
export const PROTECTED_PATHS = ['/v1', '/api', '/mcp', '/metrics'] as const

export function isProtected(path: string): boolean {
  return PROTECTED_PATHS.some((prefix) => path === prefix || path.startsWith(`${prefix}/`))
}

/** Lets those in that show one of these keys, as `Authorization: Bearer KEY` or `x-api-key: KEY`; others get 401. */
export function requireKey(keys: readonly string[]): RequestHandler {
  const known = keys.map(digest)
  return (request, response, next) => {
    const given = keyOf(request)
    // Digests are of one length, and all are compared, so that time tells nothing of a key.
    if (given !== undefined && known.filter((key) => timingSafeEqual(key, digest(given))).length > 0) return next()
    response.set('www-authenticate', 'Bearer')
    throw new FootnoteError(
      'unauthorized',
      given === undefined ? 'This server asks for a key; send "authorization: Bearer KEY" with one of its API_KEY.' : 'This key is none of the server\'s; check it against its API_KEY.',
    )
  }
}

const digest = (key: string) => createHash('sha256').update(key).digest()

function keyOf({ headers }: Request): string | undefined {
  const bearer = /^bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
  const other = headers['x-api-key']
  return bearer ?? (typeof other === 'string' ? other : undefined)
}

/** Lets pages of these origins read replies (WHATWG Fetch, CORS); `*` is every page. */
export function allowOrigins(origins: readonly string[]): RequestHandler {
  return cors({
    origin: origins.includes('*') ? '*' : [...origins],
    exposedHeaders: ['retry-after', 'x-request-id', 'x-vercel-ai-ui-message-stream', 'mcp-session-id', 'mcp-protocol-version'],
    maxAge: 600,
  })
}

export interface PageOptions {
  readonly corsOrigins: readonly string[]
  readonly publicUrl: string | undefined
  /** The server listens on this machine alone, so that only names of this machine lead to it. */
  readonly localOnly: boolean
}

/**
 * Keeps pages of strangers, open in a browser on this machine, from using a server that asks for no key: those of
 * another origin, and those whose name was made to lead here (DNS rebinding; MCP 2025-11-25, transports, security).
 */
export function refuseForeignPages({ corsOrigins, publicUrl, localOnly }: PageOptions): RequestHandler {
  const own = publicUrl === undefined ? undefined : new URL(publicUrl)
  return (request, response, next) => {
    const host = request.host as string | undefined
    const { origin } = request.headers
    const isKnownHost = !localOnly || host === undefined || host === own?.host || isLocalName(host)
    const isKnownOrigin = origin === undefined || origin === own?.origin || corsOrigins.includes('*') || corsOrigins.includes(origin) || isHostOf(origin, host)
    if (isKnownHost && isKnownOrigin) return next()
    response.status(403)
    throw new FootnoteError(
      'unauthorized',
      isKnownHost
        ? `Pages of ${origin} may not use this server; set CORS_ORIGINS to let them, or PUBLIC_URL if that is the server's own address.`
        : `This server is not known as ${host}; set PUBLIC_URL to the address under which people reach it, or API_KEY.`,
    )
  }
}

function isHostOf(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase()
}

/** An address, `localhost`, or a name that only a local network gives out: none that a stranger can register. */
function isLocalName(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return isIP(name.replace(/^\[|\]$/g, '')) !== 0 || !name.includes('.') || /\.(?:localhost|local|internal|lan|home\.arpa)$/.test(name)
}
