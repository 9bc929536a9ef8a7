/** The `Source` port: papers of a public catalogue by an address such as `arxiv:2410.00907`. */
import { FootnoteError } from '../../errors.js'
import type { Ask, Site } from './web.js'

export interface Query {
  /** What stands behind the prefix. */
  readonly text: string
  /** Most papers wanted. */
  readonly limit: number
  readonly signal?: AbortSignal | undefined
}

export interface Source {
  /** `arxiv`, without the colon. */
  readonly prefix: string
  readonly site: Omit<Site, 'configured' | 'headers' | 'parameters'>
  /** An address to show to people. */
  readonly example: string
  /** Where the site wants a key, if it takes one: in a header, or in a parameter of each request. */
  readonly key?: { readonly header: string } | { readonly parameter: string }
  /** The name of the reader for its replies. */
  readonly format: string
  /** The replies, whole, page by page: together they are a text in `format`. */
  pages(site: Site, query: Query, ask: Ask): AsyncIterable<Buffer>
}

/** The reply as JSON. Fails with `invalid_request` if it is anything else. */
export function parseReply(site: Site, body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (cause) {
    throw strangeReply(site, body, cause)
  }
}

export function strangeReply({ name, url }: Site, body: Buffer, cause?: unknown): FootnoteError {
  const start = body.subarray(0, 60).toString('utf8').replace(/\s+/g, ' ').trim()
  return new FootnoteError('invalid_request', `${name} (${url}) answered with something else than papers, beginning “${start}”; is its address right?`, { cause })
}

export function nothingFound({ name }: Site, text: string): FootnoteError {
  return new FootnoteError('invalid_request', `${name} has nothing for “${text}”; check the number, or search for other words.`)
}

/** `path?a=1&b=2`; members that are undefined are left out. */
export function withParameters(path: string, parameters: Readonly<Record<string, string | number | undefined>>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)] as [string, string]]))
  return `${path}?${new URLSearchParams(given).toString()}`
}
