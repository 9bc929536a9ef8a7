/** Knows the catalogues that papers can be fetched from, and opens an address such as `arxiv:2410.00907` like a file. */
import { FootnoteError } from '../errors.js'
import type { SourceFile } from './file.js'
import { arxiv } from './sources/arxiv.js'
import { crossref } from './sources/crossref.js'
import { createEnrich, type Enrich } from './sources/enrich.js'
import { huggingFace } from './sources/hugging-face.js'
import { openAlex } from './sources/openalex.js'
import { pubmed } from './sources/pubmed.js'
import { semanticScholar } from './sources/semantic-scholar.js'
import type { Query, Source } from './sources/source.js'
import { createAsk, type Site, type WebOptions } from './sources/web.js'

export const SOURCES: readonly Source[] = [arxiv, huggingFace, crossref, openAlex, semanticScholar, pubmed]
/** `arxiv`, `hf`, `doi`, … */
export const SOURCE_NAMES: readonly string[] = SOURCES.map(({ prefix }) => prefix)

/** A search brings this many papers unless told otherwise. */
export const DEFAULT_LIMIT = 100

export interface SourcesOptions extends WebOptions {
  /** Addresses to ask instead of the public ones, by prefix; these may lie in a private network. */
  readonly urls?: Readonly<Partial<Record<string, string>>>
  /** Keys by prefix, sent to sites that take one. */
  readonly keys?: Readonly<Partial<Record<string, string>>>
  /** Told when a catalogue fails while papers are enriched, which go on without it. */
  readonly onEnrichFailure?: (error: FootnoteError) => void
}

export interface Sources {
  /** Whether a word names papers of a catalogue rather than a file. */
  isAddress(word: string): boolean
  /** What is behind an address, fetched as it is read. Fails with `invalid_request` if it is none, or nothing stands behind the colon. */
  open(address: string, options?: Partial<Pick<Query, 'limit' | 'signal'>>): SourceFile & { readonly format: string }
  readonly enrich: Enrich
}

export function createSources({ urls = {}, keys = {}, onEnrichFailure, ...web }: SourcesOptions = {}): Sources {
  const ask = createAsk(web)
  const keyless = Object.keys(keys).find((prefix) => SOURCES.find((source) => source.prefix === prefix)?.key === undefined)
  if (keyless !== undefined) {
    const taking = SOURCES.filter(({ key }) => key !== undefined).map(({ prefix }) => prefix)
    throw new FootnoteError('invalid_request', `SOURCE_KEYS has a key for “${keyless}”, which takes none; keys are for ${taking.join(', ')}.`)
  }
  const siteOf = ({ prefix, site, key: place }: Source): Site => {
    const key = keys[prefix]
    return {
      ...site,
      url: (urls[prefix] ?? site.url).replace(/\/+$/, ''),
      configured: urls[prefix] !== undefined,
      ...(key === undefined || place === undefined ? {} : 'header' in place ? { headers: { [place.header]: key } } : { parameters: { [place.parameter]: key } }),
    }
  }
  return {
    isAddress: (word) => find(word) !== undefined,
    open(address, { limit = DEFAULT_LIMIT, signal } = {}) {
      const source = find(address)
      const text = address.slice(address.indexOf(':') + 1).trim()
      if (source === undefined) throw new FootnoteError('invalid_request', `“${address.slice(0, 60)}” names no catalogue; begin with one of ${SOURCE_NAMES.map((name) => `${name}:`).join(' ')}.`)
      if (text === '') throw new FootnoteError('invalid_request', `Nothing stands behind “${source.prefix}:”; write ${source.example}, for instance, or words to search for.`)
      return { name: address, size: 0, format: source.format, bytes: separated(source.pages(siteOf(source), { text, limit, signal }, ask)) }
    },
    enrich: createEnrich({ ask, arxiv: siteOf(arxiv), openAlex: siteOf(openAlex), onFailure: onEnrichFailure }),
  }
}

function find(address: string): Source | undefined {
  const prefix = /^([a-z0-9]+):/i.exec(address)?.[1]?.toLowerCase()
  return SOURCES.find((source) => source.prefix === prefix)
}

/** One text of all replies, in which each begins a line. */
async function* separated(pages: AsyncIterable<Buffer>): AsyncGenerator<Uint8Array> {
  for await (const page of pages) {
    yield page
    yield Buffer.from('\n')
  }
}
