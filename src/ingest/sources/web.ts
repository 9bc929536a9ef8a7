/** Asks public catalogues over HTTP: politely, with limits, and never an address inside our own network. */
import { lookup as lookUpName, type LookupAddress, type LookupOptions } from 'node:dns'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import { BlockList, isIPv6 } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { FootnoteError, messageOf } from '../../errors.js'

export interface Site {
  /** What messages call it. */
  readonly name: string
  /** `https://export.arxiv.org`; addresses behind it start there. */
  readonly url: string
  /** The address was configured by hand, and may lie in a private network. */
  readonly configured: boolean
  /** Least time between two requests, as the site asks for. */
  readonly intervalMs: number
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>
  /** Added to each request's query; messages do not show them. */
  readonly parameters?: Readonly<Record<string, string>>
}

export interface WebOptions {
  /** Longest wait for one reply, body included. */
  readonly timeoutMs?: number
  /** Largest reply. */
  readonly maxBytes?: number
  /** Waits; tests pass one that does not. */
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>
  /** Who asks: catalogues want a name, and an address to write to. */
  readonly userAgent?: string
}

/** The body of a good reply; undefined if the site has nothing at this path (404). */
export type Ask = (site: Site, path: string, signal?: AbortSignal) => Promise<Buffer | undefined>

const MAX_TRIES = 5
const MAX_REDIRECTS = 3
const FIRST_PAUSE_MS = 1_000
/** A site that wants us to wait longer is left alone, and the person told. */
const LONGEST_PAUSE_MS = 120_000

/** Not to be reached by a name that somebody else's DNS gives us (RFC 6890, IANA special-purpose registries). */
const PRIVATE = new BlockList()
for (const [net, bits] of [['0.0.0.0', 8], ['10.0.0.0', 8], ['100.64.0.0', 10], ['127.0.0.0', 8], ['169.254.0.0', 16], ['172.16.0.0', 12], ['192.0.0.0', 24], ['192.168.0.0', 16], ['198.18.0.0', 15], ['224.0.0.0', 3]] as const) {
  PRIVATE.addSubnet(net, bits, 'ipv4')
}
for (const [net, bits] of [['::', 127], ['64:ff9b::', 96], ['fc00::', 7], ['fe80::', 10], ['ff00::', 8]] as const) PRIVATE.addSubnet(net, bits, 'ipv6')

/** Whether an address is one of a private, local or special network. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return PRIVATE.check(mapped, 'ipv4')
  return isIPv6(address) ? PRIVATE.check(address, 'ipv6') : PRIVATE.check(address, 'ipv4')
}

/** What went wrong with one try, and whether another may go better. */
class TryError extends Error {
  constructor(
    message: string,
    readonly retry: boolean,
    readonly waitMs?: number,
  ) {
    super(message)
  }
}

/**
 * Requests to one site follow each other at its interval. Busy sites, broken connections and cut replies are
 * tried again, later each time, or when the site says (`Retry-After`, RFC 9110, 10.2.3). Fails with
 * `invalid_request` that names the site when that does not help.
 */
export function createAsk({ timeoutMs = 60_000, maxBytes = 32 * 1024 * 1024, wait = pause, userAgent = 'Footnote' }: WebOptions = {}): Ask {
  const nextAt = new Map<string, number>()
  const last = new Map<string, Promise<unknown>>()

  const once = async (site: Site, path: string, signal?: AbortSignal): Promise<Buffer | undefined> => {
    await wait(Math.max(0, (nextAt.get(site.url) ?? 0) - Date.now()), signal)
    try {
      return await fetchBody(site, addressOf(site, path), { timeoutMs, maxBytes, userAgent, signal })
    } finally {
      nextAt.set(site.url, Date.now() + site.intervalMs)
    }
  }
  const patiently = async (site: Site, path: string, signal?: AbortSignal): Promise<Buffer | undefined> => {
    for (let tries = 1; ; tries++) {
      try {
        return await once(site, path, signal)
      } catch (error) {
        signal?.throwIfAborted()
        if (!(error instanceof TryError)) throw error
        const waitMs = error.waitMs ?? FIRST_PAUSE_MS * 2 ** (tries - 1)
        if (!error.retry || tries === MAX_TRIES || waitMs > LONGEST_PAUSE_MS) throw gaveUp(site, error, tries)
        await wait(waitMs, signal)
      }
    }
  }
  return (site, path, signal) => {
    const turn = (last.get(site.url) ?? Promise.resolve()).then(() => patiently(site, path, signal))
    last.set(site.url, turn.catch(() => undefined))
    return turn
  }
}

function addressOf({ url, parameters = {} }: Site, path: string): URL {
  const address = new URL(path, `${url}/`)
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value)
  return address
}

async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (ms > 0) await sleep(ms, undefined, { signal })
}

function gaveUp({ name, url }: Site, cause: TryError, tries: number): FootnoteError {
  const when = cause.waitMs !== undefined && cause.waitMs > LONGEST_PAUSE_MS ? `try again in ${Math.ceil(cause.waitMs / 60_000)} minutes` : 'check the network and the address, or try again later'
  return new FootnoteError('invalid_request', `${name} did not answer (${url}, ${tries === 1 ? 'asked once' : `asked ${tries} times`}): ${cause.message}; ${when}.`, { cause })
}

interface Limits {
  readonly timeoutMs: number
  readonly maxBytes: number
  readonly userAgent: string
  readonly signal: AbortSignal | undefined
}

async function fetchBody(site: Site, first: URL, limits: Limits): Promise<Buffer | undefined> {
  const time = AbortSignal.timeout(limits.timeoutMs)
  const signal = limits.signal === undefined ? time : AbortSignal.any([time, limits.signal])
  let url = first
  try {
    for (let redirects = 0; ; redirects++) {
      const response = await send(site, url, limits.userAgent, signal)
      const location = response.headers.location
      if (response.statusCode === undefined || response.statusCode < 300 || response.statusCode >= 400 || location === undefined) return await bodyOf(response, limits.maxBytes)
      response.destroy()
      const target = new URL(location, url)
      if (target.host !== url.host || (url.protocol === 'https:' && target.protocol !== 'https:')) throw new TryError(`it sends us elsewhere, to ${target.host}, and we do not follow`, false)
      if (redirects === MAX_REDIRECTS) throw new TryError('it sends us round in a circle', false)
      url = target
    }
  } catch (error) {
    if (time.aborted) throw new TryError(`no whole reply within ${limits.timeoutMs / 1_000} s`, true)
    if (error instanceof TryError || limits.signal?.aborted === true) throw error
    throw new TryError(messageOf(error), true)
  }
}

function send(site: Site, url: URL, userAgent: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp
    const headers = { 'user-agent': userAgent, accept: '*/*', ...site.headers }
    request(url, { headers, signal, agent: false, ...(site.configured ? {} : { lookup: lookUpPublic }) }, resolve).once('error', reject).end()
  })
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void

/** The connection goes to the very address that was checked: a name that changes its mind meanwhile does not help an attacker. */
function lookUpPublic(name: string, options: LookupOptions, found: Found): void {
  lookUpName(name, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return found(error, [])
    const allowed = addresses.filter(({ address }) => !isPrivateAddress(address))
    const [first] = allowed
    if (first === undefined) return found(new TryError(`${name} leads to a private address`, false), [])
    if (options.all === true) found(null, allowed)
    else found(null, first.address, first.family)
  })
}

async function bodyOf(response: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  const { statusCode = 0, headers } = response
  if (statusCode === 404) {
    response.destroy()
    return undefined
  }
  if (statusCode !== 200) {
    response.destroy()
    const busy = statusCode === 429 || statusCode >= 500
    throw new TryError(`status ${statusCode}`, busy, retryAfter(headers['retry-after']))
  }
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > maxBytes) throw new TryError(`the reply is larger than ${maxBytes} bytes`, false)
    chunks.push(chunk)
  }
  if (!response.complete) throw new TryError('the reply was cut short', true)
  return Buffer.concat(chunks)
}

/** In milliseconds; seconds or a date. */
function retryAfter(value: string | undefined): number | undefined {
  if (value === undefined) return undefined
  const ms = /^\d+$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - Date.now()
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined
}
