/** Gives the address under which a person finds a cited paper. */
import type { Request } from 'express'
import type { Paper } from '../papers/paper.js'

export type LinkTo = (paper: Paper, request: Request) => string

/** A name, a name with a port, or an address in brackets (RFC 9110, 7.2): nothing that could end a link or begin another. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i

/** Links by `publicUrl`, or by the name under which the request reached us if that is one. */
export function createLinkTo(publicUrl: string | undefined): LinkTo {
  return (paper, request) => linkTo(paper, publicUrl ?? originOf(request))
}

/**
 * The paper's own address if it is of the web, else that of the page which the server at `origin` has of it; with
 * nothing in it that would end a Markdown link.
 */
export function linkTo(paper: Paper, origin: string): string {
  const own = paper.url === undefined || !URL.canParse(paper.url) ? undefined : new URL(paper.url)
  if (own?.protocol === 'https:' || own?.protocol === 'http:') return linkable(own.href)
  return linkable(`${origin.replace(/\/+$/, '')}/p/${encodeURIComponent(paper.id)}`)
}

function originOf(request: Request): string {
  const host = request.host as string | undefined
  return `${request.protocol}://${host !== undefined && HOST.test(host) ? host : `localhost:${request.socket.localPort}`}`
}

function linkable(url: string): string {
  return url.replace(/[()<>\s]/g, (character) => `%${character.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`)
}
