/** What this server can do and what it holds, asked once and again after a change. */
import { getJson } from './api.js'

/** @typedef {{ papers: number, digests: number, model: string, modelChange?: { to: string, embedded: number, foundByWords?: number }, index: { complete: boolean }, versions: { footnote: string } }} Status */

/** @type {Promise<ReadonlySet<string>> | undefined} */
let endpoints

/** Whether the server answers to a method and path, `POST /v1/bibliography`; false where it cannot be asked. @param {string} endpoint */
export async function offers(endpoint) {
  endpoints ??= readEndpoints().catch(() => {
    endpoints = undefined
    return new Set()
  })
  return (await endpoints).has(endpoint)
}

/** @returns {Promise<ReadonlySet<string>>} */
async function readEndpoints() {
  /** @type {{ endpoints: { method: string, path: string }[] }} */
  const home = await getJson('.')
  return new Set(home.endpoints.map(({ method, path }) => `${method} ${path}`))
}

/** @returns {Promise<Status>} */
export function readStatus() {
  return getJson('v1/status')
}
