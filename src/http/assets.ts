/** The files of the web pages, read once, under an address that changes with what they hold. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import type { RequestHandler } from 'express'

const FOLDER = join(import.meta.dirname, 'page')

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Runs, loads and asks only what comes from this server, nothing that stands in the page itself. */
const OWN_ONLY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
]

/** What a library's page may do, which is served by us and makes markup of text. */
export const OWN_ONLY_POLICY = OWN_ONLY.join('; ')

/** What our pages may do: besides, no text may be made markup (Trusted Types, W3C). */
export const PAGE_POLICY = [...OWN_ONLY, "require-trusted-types-for 'script'", "trusted-types 'none'"].join('; ')

export interface Assets {
  /** `assets/5f1c…`, relative to the root of the server. */
  readonly path: string
  /** The names of the modules that run in a browser. */
  readonly modules: readonly string[]
  /** The chat page as it is written, with `{{assets}}` and `{{preloads}}` open. */
  readonly page: string
  readonly handler: RequestHandler
}

let read: Assets | undefined

/** Once for the process. */
export function readAssets(): Assets {
  return (read ??= readFolder())
}

function readFolder(): Assets {
  const files = new Map(
    readdirSync(FOLDER)
      .filter((name) => extname(name) in TYPES)
      .map((name) => [name, readFileSync(join(FOLDER, name))]),
  )
  const hash = createHash('sha256')
  for (const [name, body] of files) hash.update(name).update(body)
  const path = `assets/${hash.digest('hex').slice(0, 16)}`
  return {
    path,
    modules: [...files.keys()].filter((name) => extname(name) === '.js'),
    page: readFileSync(join(FOLDER, 'index.html'), 'utf8'),
    handler: serve(path, files),
  }
}

/** What has an address that changes with it can be kept for good. No routes, as none of this is to be called by hand. */
function serve(path: string, files: ReadonlyMap<string, Buffer>): RequestHandler {
  return (request, response, next) => {
    const name = request.path.startsWith(`/${path}/`) ? request.path.slice(path.length + 2) : ''
    const body = files.get(name)
    if (body === undefined || (request.method !== 'GET' && request.method !== 'HEAD')) next()
    else response.set({ 'content-type': TYPES[extname(name)], 'cache-control': 'public, max-age=31536000, immutable' }).send(body)
  }
}
