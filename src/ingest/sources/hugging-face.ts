/** Fetches papers of the Hugging Face papers page: of a day, by number, or by search. */
import { arxivIdOf } from '../../papers/identity.js'
import { nothingFound, parseReply, strangeReply, withParameters, type Source } from './source.js'

const PAGE = 100

export const huggingFace: Source = {
  prefix: 'hf',
  site: { name: 'Hugging Face', url: 'https://huggingface.co', intervalMs: 500 },
  example: 'hf:2026-11-20',
  format: 'json',
  async *pages(site, { text, limit, signal }, ask) {
    const body = await ask(site, pathFor(text, limit), signal)
    const reply = body === undefined ? undefined : parseReply(site, body)
    if (body === undefined || (Array.isArray(reply) && reply.length === 0)) throw nothingFound(site, text)
    if (typeof reply !== 'object' || reply === null) throw strangeReply(site, body)
    yield Buffer.from(JSON.stringify(Array.isArray(reply) ? reply.slice(0, limit) : reply))
  },
}

function pathFor(text: string, limit: number): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return withParameters('api/daily_papers', { date: text, limit: Math.min(limit, PAGE) })
  const id = arxivIdOf(text)
  return id === undefined ? withParameters('api/papers/search', { q: text }) : `api/papers/${id}`
}
