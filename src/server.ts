/** The process: listens at once, opens the library, and serves until it is told to stop. */
import { join } from 'node:path'
import { pino } from 'pino'
import type { Logger } from 'pino'
import { compose } from './compose.js'
import { readConfig } from './config.js'
import { FootnoteError } from './errors.js'
import { createApp } from './http/app.js'
import { listen } from './http/listen.js'
import type { Services } from './http/services.js'
import { holdAlone } from './library/sqlite.js'
import { watchFolder } from './watch.js'
import type { FolderWatch } from './watch.js'

/** How long accepted requests may take to finish once we are told to stop, and how long the process may. */
const REQUEST_GRACE_MS = 9_000
const STOP_LIMIT_MS = 10_000
const SECOND_SERVER = 'another server has this library open; both serve it, and each sees within seconds what the other adds'

/** By which nobody but this machine reaches us. */
const LOCAL_HOSTS: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost'])

async function main(): Promise<void> {
  const config = readConfig()
  const log = pino({ level: config.LOG_LEVEL })
  dieOf('unhandledRejection', log)
  dieOf('uncaughtException', log)

  let services: Services | undefined
  let watch: FolderWatch | undefined
  let letGo: (() => void) | undefined
  const stop = new AbortController()
  const app = createApp(() => services, {
    log,
    rateLimitPerMinute: config.RATE_LIMIT_PER_MINUTE,
    maxRunningAsks: config.MAX_RUNNING_ASKS,
    publicUrl: config.PUBLIC_URL,
    apiKeys: config.API_KEY,
    corsOrigins: config.CORS_ORIGINS,
    trustedProxies: config.TRUSTED_PROXIES,
    localOnly: LOCAL_HOSTS.has(config.HOST),
    stop: stop.signal,
  })
  const server = await listen(app, { host: config.HOST, port: config.PORT })
  const opening = compose(config, { log, live: true })
  onStopSignal(log, async () => {
    stop.abort(new FootnoteError('not_ready', 'The server is stopping; ask another one.', { retryAfterSeconds: 5 }))
    await server.stop(REQUEST_GRACE_MS)
    const footnote = await opening
    await watch?.close()
    await footnote.close()
    letGo?.()
  })
  log.info({ url: server.url }, 'listening')
  const footnote = await opening
  services = footnote
  if (stop.signal.aborted) return
  letGo = holdAlone(join(config.DATA_DIR, 'server.lock'))
  if (letGo === undefined) log.warn({ folder: config.DATA_DIR }, SECOND_SERVER)
  if (config.WATCH_DIR !== undefined) watch = await watchFolder({ folder: config.WATCH_DIR, ingest: footnote.ingest, log })
  await announce(services, server.url, log)
}

/** A person at a terminal gets a line to try; a log collector gets the facts. */
async function announce({ library }: Services, url: string, log: Logger): Promise<void> {
  const { papers, model } = await library.status()
  log.info({ url, papers, model }, 'ready')
  if (!process.stdout.isTTY) return
  process.stdout.write(
    `\nFootnote answers at ${url} from ${papers} papers. Open it in a browser, or try:\n\n` +
      `  curl -s ${url}/v1/ask -H 'content-type: application/json' -d '{"question":"Which papers shrink the KV cache?"}'\n\n`,
  )
}

/** Stops once and exits with 0; at the second signal, or when stopping takes too long, exits at once with 1. */
function onStopSignal(log: Logger, stop: () => Promise<void>): void {
  let since: number | undefined
  const handle = (signal: NodeJS.Signals) => {
    if (since !== undefined) {
      // npm passes on the Ctrl-C that the terminal has sent us already: that is one wish, not two.
      if (performance.now() - since > 500) process.exit(1)
      return
    }
    since = performance.now()
    log.info({ signal }, 'stopping')
    setTimeout(() => {
      log.error(`Not everything ended within ${STOP_LIMIT_MS / 1_000} s; leaving without it.`)
      process.exit(1)
    }, STOP_LIMIT_MS).unref()
    stop().then(() => process.exit(0), (error: unknown) => die(error, log))
  }
  process.on('SIGTERM', handle)
  process.on('SIGINT', handle)
}

/** What nobody handles may have left anything half done; the next process starts from what is on disk. */
function dieOf(event: 'unhandledRejection' | 'uncaughtException', log: Logger): void {
  process.on(event, (error: unknown) => die(error, log))
}

/** Our own errors tell a person what to change; of any other, the log gets all there is. */
function die(error: unknown, log: Logger): never {
  if (error instanceof FootnoteError) process.stderr.write(`${error.message}\n`)
  else log.fatal({ err: error }, 'stopped by an unforeseen error')
  process.exit(1)
}

main().catch((error: unknown) => die(error, pino()))
