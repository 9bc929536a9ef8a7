/** The Express application: what every request passes, and the routes. */
import express from 'express'
import type { Express, RequestHandler } from 'express'
import { rateLimit } from 'express-rate-limit'
import helmet from 'helmet'
import type { Logger } from 'pino'
import { FootnoteError } from '../errors.js'
import { PROTECTED_PATHS, allowOrigins, refuseForeignPages, requireKey } from './access.js'
import { readAssets } from './assets.js'
import { operationsOf } from './documented.js'
import type { Operations } from './documented.js'
import { DIALECTS } from './dialects/index.js'
import { replyWithErrors, unknownRoute } from './errors.js'
import { createGate, createGates } from './gate.js'
import { createLinkTo } from './links.js'
import { requestLog } from './log.js'
import { createMetrics } from './metrics.js'
import { answersRoute } from './routes/answers.js'
import { bibliographyRoute } from './routes/bibliography.js'
import { dialectRoute } from './routes/dialects.js'
import { docsRoutes } from './routes/docs.js'
import { draftRoute } from './routes/draft.js'
import { examplesRoute } from './routes/examples.js'
import { homeRoute } from './routes/home.js'
import { mcpError, mcpRoute } from './routes/mcp.js'
import { mapRoutes } from './routes/map.js'
import { pageRoute } from './routes/page.js'
import { paperRoutes } from './routes/papers.js'
import { relatedRoutes } from './routes/related.js'
import { searchRoute } from './routes/search.js'
import { healthRoutes, statusRoute } from './routes/status.js'
import type { RequireServices, Services } from './services.js'

export interface AppOptions {
  readonly log: Logger
  /** Requests a minute and address to all that a key protects; 0 = no limit. Default 600. */
  readonly rateLimitPerMinute?: number
  /** Questions worked on at once, and searches, default 16; at least as many again wait for their turn. */
  readonly maxRunningAsks?: number
  /** More wait if their turn is likely to come within this; default 30 s. */
  readonly patienceMs?: number
  /** How long an upload of papers may be silent, default 30 s. */
  readonly uploadSilenceMs?: number
  /** Under which people reach the server, for links to papers without one; by default the name that the request used. */
  readonly publicUrl?: string | undefined
  /** Any of which opens what is protected; none = open to whoever reaches the server, but not to pages of strangers. */
  readonly apiKeys?: readonly string[]
  /** Whose pages may use the server from a browser; `*` = all. */
  readonly corsOrigins?: readonly string[]
  /** Whether the server listens on this machine alone; default false. */
  readonly localOnly?: boolean
  /** How many proxies stand in front, whose `X-Forwarded-For` is believed; default 0. */
  readonly trustedProxies?: number
  /** Aborts when the process is told to stop: `/readyz` says so, and uploads end with the batch in hand and the signal's reason. */
  readonly stop?: AbortSignal
}

/**
 * The application that serves these services. They may arrive late: while `services` gives undefined,
 * `/` and `/healthz` answer and everything else is `not_ready`.
 */
export function createApp(services: () => Services | undefined, options: AppOptions): Express {
  const { log, rateLimitPerMinute = 600, maxRunningAsks = 16, patienceMs = 30_000, uploadSilenceMs = 30_000 } = options
  const { publicUrl, apiKeys = [], corsOrigins = [], localOnly = false, trustedProxies = 0, stop = new AbortController().signal } = options
  const stopping = () => stop.aborted
  const metrics = createMetrics(services)
  const { asks, searches } = createGates({ running: maxRunningAsks, patienceMs })
  const uploads = { gate: createGate({ running: 1, waiting: 4, what: 'uploads' }), silenceMs: uploadSilenceMs, stop }
  const ready: RequireServices = () => {
    const open = services()
    if (!open) throw new FootnoteError('not_ready', 'The library is being opened; try again in a second.', { retryAfterSeconds: 1 })
    return metrics.watch(open)
  }

  const assets = readAssets()
  const linkTo = createLinkTo(publicUrl)
  const operations = (): Operations => operationsOf([...routers, ...open])
  const open = [healthRoutes(ready, stopping), homeRoute(assets, operations), metrics.router]
  const routers = [
    ...DIALECTS.map((dialect) => dialectRoute(dialect, { services: ready, gate: asks, linkTo })),
    mcpRoute({ services: ready, asks, searches, linkTo }),
    answersRoute(ready, searches),
    searchRoute(ready, searches),
    relatedRoutes(ready, searches),
    draftRoute(ready, asks),
    bibliographyRoute(ready, searches),
    paperRoutes(ready, searches, uploads),
    statusRoute(ready),
    examplesRoute(ready),
    pageRoute(ready, assets),
    mapRoutes(ready, searches, assets),
    docsRoutes(ready, operations),
  ]

  const app = express()
  app.set('query parser', 'simple')
  app.set('trust proxy', trustedProxies)
  app.use(requestLog(log), metrics.observe, securityHeaders(), closeWhen(stopping))
  if (corsOrigins.length > 0) app.use(allowOrigins(corsOrigins))
  if (rateLimitPerMinute > 0) app.use([...PROTECTED_PATHS], limitRate(rateLimitPerMinute))
  app.use([...PROTECTED_PATHS], apiKeys.length > 0 ? requireKey(apiKeys) : refuseForeignPages({ corsOrigins, publicUrl, localOnly }))
  app.use(open, assets.handler)
  app.use((_request, _response, next) => {
    ready()
    next()
  })
  app.use(routers)
  app.use(unknownRoute())
  for (const { path, companions = [], errorBody } of DIALECTS) app.use([path, ...companions.map((companion) => companion.path)], replyWithErrors(errorBody))
  app.use('/mcp', replyWithErrors(mcpError))
  app.use(replyWithErrors())
  return app
}

/** HSTS is left to whoever ends TLS in front of us: it would bind their whole domain. */
function securityHeaders(): RequestHandler {
  return helmet({
    strictTransportSecurity: false,
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { defaultSrc: ["'none'"], baseUri: ["'none'"], formAction: ["'none'"], frameAncestors: ["'none'"] },
    },
  })
}

/** On the way out, kept-alive connections are told to go elsewhere after this reply. */
function closeWhen(stopping: () => boolean): RequestHandler {
  return (_request, response, next) => {
    if (stopping()) response.set('connection', 'close')
    next()
  }
}

function limitRate(perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: 60_000,
    limit: perMinute,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    handler: (_request, response, next) => {
      const retryAfterSeconds = Number(response.getHeader('retry-after')) || 60
      next(
        new FootnoteError('rate_limited', `More than ${perMinute} requests in a minute; try again in ${retryAfterSeconds} s.`, {
          retryAfterSeconds,
        }),
      )
    },
  })
}
