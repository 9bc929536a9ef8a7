/** Papers by address, from catalogues that a local server plays in the shapes of their documentation, troubles included. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { createIngest, type IngestOptions } from '../src/ingest/ingest.js'
import { createSources, SOURCES, type Sources, type SourcesOptions } from '../src/ingest/sources.js'
import { isPrivateAddress } from '../src/ingest/sources/web.js'
import { createFakeEmbedder } from './fakes/embedder.js'
import { createFakeLibrary } from './fakes/library.js'

type Reply = (request: IncomingMessage, response: ServerResponse) => void
const ABSTRACT = 'We cool small networks. To our surprise 12% of their units fall silent.'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** A server that plays every catalogue, and what it was asked. */
async function play(reply: Reply, options: SourcesOptions = {}) {
  const asked: URL[] = []
  server = createServer((request, response) => {
    asked.push(new URL(request.url ?? '/', 'http://x'))
    reply(request, response)
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const waits: number[] = []
  const wait = async (ms: number) => void waits.push(ms)
  const sources = createSources({ urls: Object.fromEntries(SOURCES.map(({ prefix }) => [prefix, url])), keys: { s2: 'secret' }, wait, ...options })
  return { sources, asked, waits, url }
}

async function ingestFrom(sources: Sources, address: string, { limit, ...options }: IngestOptions & { readonly limit?: number } = {}) {
  const embedder = createFakeEmbedder()
  const library = createFakeLibrary(embedder.model)
  const { bytes, name, format } = sources.open(address, limit === undefined ? {} : { limit })
  const summary = await createIngest({ library, embedder })(bytes, { name, format, ...options })
  return { summary, papers: (await library.list({ limit: 1_000 })).papers }
}

const entry = (n: number) => `<entry><id>http://arxiv.org/abs/2401.${String(n).padStart(5, '0')}v2</id><published>2024-01-03T00:00:00Z</published>
  <title>Counting Sheep
  with Net number ${n}</title><summary>  ${ABSTRACT.replace('%', '\\%')} </summary><author><name>Ada Lovelace</name></author></entry>`
const feed = (entries: readonly string[], total = entries.length) =>
  `<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Query</title><opensearch:totalResults>${total}</opensearch:totalResults>\n${entries.join('\n')}\n</feed>\n`
const ERROR_ENTRY = '<entry><id>http://arxiv.org/api/errors#bad</id><title>Error</title><summary>incorrect id format for x</summary></entry>'
const send = (body: unknown): Reply => (_, response) => void response.end(typeof body === 'string' ? body : JSON.stringify(body))

describe('arxiv:', () => {
  it('of numbers, asks for them without version and stores the papers', async () => {
    const { sources, asked } = await play(send(feed([entry(1), entry(2)])))
    const { summary, papers } = await ingestFrom(sources, 'arxiv:2401.00001v2, 2401.00002')
    expect(asked[0]?.searchParams.get('id_list')).toBe('2401.00001,2401.00002')
    expect(summary).toMatchObject({ added: 2, rejectedCount: 0 })
    expect(papers[0]).toMatchObject({ id: 'arxiv:2401.00001', title: 'Counting Sheep with Net number 1', abstract: ABSTRACT, authors: ['Ada Lovelace'], year: 2024 })
  })

  it('of a search, pages at the pace that arXiv asks for until the limit is reached', async () => {
    const { sources, asked, waits } = await play((request, response) => {
      const { searchParams } = new URL(request.url ?? '', 'http://x')
      const [start, count] = [Number(searchParams.get('start')), Number(searchParams.get('max_results'))]
      response.end(feed(Array.from({ length: count }, (_, i) => entry(start + i + 1)), 5_000))
    })
    expect((await ingestFrom(sources, 'arxiv:cat:cs.CL AND KV cache', { limit: 250 })).summary).toMatchObject({ added: 250 })
    expect(asked.map(({ searchParams }) => [searchParams.get('start'), searchParams.get('max_results')])).toEqual([['0', '100'], ['100', '100'], ['200', '50']])
    expect(asked[0]?.searchParams.get('search_query')).toBe('cat:cs.CL AND KV cache')
    expect(waits.filter((ms) => ms > 2_000 && ms <= 3_000)).toHaveLength(2)
  })

  it('of words, asks for papers that hold all of them', async () => {
    const { sources, asked } = await play(send(feed([entry(1)])))
    await ingestFrom(sources, 'arxiv:counting sheep')
    expect(asked[0]?.searchParams.get('search_query')).toBe('all:counting AND all:sheep')
  })

  it('given an empty page in between, asks for it again', async () => {
    let call = 0
    const { sources, asked } = await play((_, response) => void response.end(++call === 2 ? feed([], 101) : call === 1 ? feed(Array.from({ length: 100 }, (_, i) => entry(i + 1)), 101) : feed([entry(101)], 101)))
    expect((await ingestFrom(sources, 'arxiv:sheep', { limit: 200 })).summary.added).toBe(101)
    expect(asked).toHaveLength(3)
  })

  it.each([
    ['says Error', feed([ERROR_ENTRY]), /arXiv refused “sheep”: incorrect id format for x/],
    ['finds nothing', feed([], 0), /has nothing for “sheep”/],
    ['sends a page of HTML', '<!doctype html><title>Down</title>', /something else than papers, beginning “<!doctype html>/],
    ['sends half a feed', feed([entry(1)]).slice(0, 300), /something else than papers/],
  ])('when arXiv %s, says so', async (_, body, message) => {
    const { sources } = await play(send(body))
    await expect(ingestFrom(sources, 'arxiv:sheep')).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringMatching(message) as string })
  })

  it('when it breaks off between pages, keeps what came before and says where it stopped', async () => {
    let call = 0
    const { sources } = await play((_, response) => void response.end(++call === 1 ? feed(Array.from({ length: 100 }, (_, i) => entry(i + 1)), 300) : '<html>'))
    const { summary } = await ingestFrom(sources, 'arxiv:sheep', { limit: 300 })
    expect(summary).toMatchObject({ added: 100, rejectedCount: 1 })
    expect(summary.rejected[0]?.message).toMatch(/something else than papers/)
  })
})

describe('other catalogues', () => {
  it.each([
    ['hf:2026-11-20', '/api/daily_papers', [{ paper: { id: '2401.00001', title: 'Cold nets', summary: ABSTRACT, authors: [{ name: 'Ada Brook' }], publishedAt: '2024-01-03T00:00:00.000Z' }, numComments: 1 }], { id: 'arxiv:2401.00001', url: 'https://huggingface.co/papers/2401.00001' }],
    ['hf:2401.00001', '/api/papers/2401.00001', { id: '2401.00001', title: 'Cold nets', summary: ABSTRACT, authors: [{ name: 'Ada Brook' }], publishedAt: '2024-01-03T00:00:00.000Z', upvotes: 3 }, { id: 'arxiv:2401.00001' }],
    ['doi:10.5555/Cold', '/works/10.5555%2Fcold', { status: 'ok', message: { DOI: '10.5555/Cold', title: ['Cold nets'], abstract: `<jats:title>Abstract</jats:title><jats:p>${ABSTRACT}</jats:p>`, author: [{ given: 'Ada', family: 'Brook' }], issued: { 'date-parts': [[2024, 1]] }, 'container-title': ['J. Cold'] } }, { id: 'doi:10.5555/cold', venue: 'J. Cold' }],
    ['openalex:W42', '/works/W42', { id: 'https://openalex.org/W42', display_name: 'Cold nets', doi: 'https://doi.org/10.5555/cold', publication_year: 2024, authorships: [{ author: { display_name: 'Ada Brook' } }], abstract_inverted_index: Object.fromEntries(ABSTRACT.split(' ').map((word, i) => [word, [i]])) }, { id: 'doi:10.5555/cold' }],
    ['openalex:cold nets', '/works', { meta: { count: 1, next_cursor: null }, results: [{ id: 'https://openalex.org/W42', title: 'Cold nets', ids: { pmid: 'https://pubmed.ncbi.nlm.nih.gov/42' }, publication_year: 2024, authorships: [{ author: { display_name: 'Ada Brook' } }], abstract_inverted_index: Object.fromEntries(ABSTRACT.split(' ').map((word, i) => [word, [i]])) }] }, { id: 'pmid:42' }],
    ['s2:ARXIV:2401.00001', '/graph/v1/paper/ARXIV%3A2401.00001', { paperId: 'f00', title: 'Cold nets', abstract: ABSTRACT, year: 2024, authors: [{ name: 'Ada Brook' }], externalIds: { ArXiv: '2401.00001', DOI: '10.5555/cold' } }, { id: 'arxiv:2401.00001', doi: '10.5555/cold' }],
    ['s2:cold nets', '/graph/v1/paper/search', { total: 1, offset: 0, data: [{ paperId: 'f00', title: 'Cold nets', abstract: ABSTRACT, year: 2024, authors: [{ name: 'Ada Brook' }], externalIds: {} }] }, {}],
  ])('%s comes in', async (address, path, body, facts) => {
    const { sources, asked } = await play(send(body))
    const { papers } = await ingestFrom(sources, address)
    expect(asked[0]?.pathname).toBe(path)
    expect(papers).toMatchObject([{ title: 'Cold nets', abstract: ABSTRACT, authors: ['Ada Brook'], year: 2024, ...facts }])
  })

  it('pubmed: of a search, looks for numbers and fetches their articles', async () => {
    const article = `<PubmedArticle><MedlineCitation><PMID>42</PMID><Article><ArticleTitle>Cold nets</ArticleTitle><Abstract><AbstractText Label="METHODS">${ABSTRACT}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>`
    const { sources, asked } = await play((request, response) => {
      const start = /retstart=0/.test(request.url ?? '')
      response.end(/esearch/.test(request.url ?? '') ? JSON.stringify({ esearchresult: { count: '1', idlist: start ? ['42'] : [] } }) : `<?xml version="1.0"?>\n<PubmedArticleSet>${article}</PubmedArticleSet>\n`)
    })
    expect((await ingestFrom(sources, 'pubmed:cold nets')).papers).toMatchObject([{ id: 'pmid:42', abstract: `METHODS: ${ABSTRACT}` }])
    expect(asked[1]?.searchParams.get('id')).toBe('42')
  })

  it('openalex: of a filter, follows its cursor', async () => {
    const work = (n: number) => ({ id: `W${n}`, title: `Cold nets number ${n}`, authorships: [], abstract_inverted_index: { Cold: [0], nets: [1] } })
    const { sources, asked } = await play((request, response) => {
      const first = /cursor=\*/.test(decodeURIComponent(request.url ?? ''))
      response.end(JSON.stringify({ meta: { count: 101, next_cursor: first ? 'next' : null }, results: first ? Array.from({ length: 100 }, (_, i) => work(i)) : [work(100)] }))
    })
    expect((await ingestFrom(sources, 'openalex:title.search:cold', { limit: 1_000 })).summary.added).toBe(101)
    expect(asked.map(({ searchParams }) => searchParams.get('filter'))).toEqual(['title.search:cold', 'title.search:cold'])
  })

  it('openalex, pubmed: send their key as a parameter, and no message shows it; one that takes none is named', async () => {
    const { sources, asked } = await play((_, response) => void response.writeHead(403).end(), { keys: { openalex: 'secret', pubmed: 'hidden' } })
    await expect(ingestFrom(sources, 'openalex:W42')).rejects.toThrow(/^(?!.*secret).*OpenAlex did not answer/)
    await expect(ingestFrom(sources, 'pubmed:42')).rejects.toThrow(/^(?!.*hidden).*PubMed did not answer/)
    expect(asked.map(({ searchParams }) => searchParams.get('api_key'))).toEqual(['secret', 'hidden'])
    expect(() => createSources({ keys: { arxiv: 'x' } })).toThrow(/SOURCE_KEYS has a key for “arxiv”, which takes none; keys are for openalex, s2, pubmed/)
  })

  it('s2: sends its key in the header, and nobody else gets it', async () => {
    const keys: unknown[] = []
    const { sources } = await play((request, response) => {
      keys.push(request.headers['x-api-key'])
      response.writeHead(404).end()
    })
    await expect(ingestFrom(sources, 's2:x y')).rejects.toThrow(/has nothing/)
    await expect(ingestFrom(sources, 'arxiv:x')).rejects.toThrow(/has nothing/)
    expect(keys).toEqual(['secret', undefined])
  })
})

describe('a catalogue in trouble', () => {
  it.each([
    ['429 with Retry-After', 429, { 'retry-after': '7' }, 7_000],
    ['503', 503, {}, 1_000],
  ])('by %s, is asked again after a while', async (_, status, headers, waited) => {
    let call = 0
    const { sources, waits } = await play((_request, response) => void (++call === 1 ? response.writeHead(status, headers).end() : response.end(feed([entry(1)]))))
    expect((await ingestFrom(sources, 'arxiv:sheep')).summary.added).toBe(1)
    expect(waits).toContain(waited)
  })

  it('that cuts its reply short, is asked again', async () => {
    let call = 0
    const { sources } = await play((_request, response) => {
      if (++call > 1) return void response.end(feed([entry(1)]))
      response.writeHead(200, { 'content-length': '5000' }).write(feed([entry(1)]).slice(0, 100), () => response.destroy())
    })
    expect((await ingestFrom(sources, 'arxiv:sheep')).summary.added).toBe(1)
  })

  it.each<[string, Reply, RegExp, number]>([
    ['stays busy', (_, response) => void response.writeHead(503).end(), /did not answer .*asked 5 times.*status 503/, 5],
    ['wants us back in an hour', (_, response) => void response.writeHead(429, { 'retry-after': '3600' }).end(), /try again in 60 minutes/, 1],
    ['sends without end', (_, response) => { const more = () => void (response.destroyed || response.write('x'.repeat(65_536), more)); more() }, /larger than 100000 bytes/, 1],
    ['says nothing', () => undefined, /no whole reply within 0\.1 s/, 5],
    ['sends us elsewhere', (_, response) => void response.writeHead(302, { location: 'http://192.0.2.1/secret' }).end(), /sends us elsewhere, to 192\.0\.2\.1, and we do not follow/, 1],
    ['sends us round', (request, response) => void response.writeHead(302, { location: request.url }).end(), /round in a circle/, 4],
    ['refuses', (_, response) => void response.writeHead(400).end(), /status 400/, 1],
  ])('that %s, is given up with a reason', async (_, reply, message, calls) => {
    const { sources, asked } = await play(reply, { maxBytes: 100_000, timeoutMs: 100 })
    await expect(ingestFrom(sources, 'arxiv:sheep')).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringMatching(message) as string })
    expect(asked).toHaveLength(calls)
  })

  it('that moved within its own host, is followed', async () => {
    const { sources } = await play((request, response) => void (request.url?.startsWith('/new') === true ? response.end(feed([entry(1)])) : response.writeHead(301, { location: '/new' }).end()))
    expect((await ingestFrom(sources, 'arxiv:sheep')).summary.added).toBe(1)
  })
})

describe('an address', () => {
  it('is told from a file', () => {
    const { isAddress } = createSources()
    expect(['arxiv:2401.01234', 'arXiv: sheep', 'doi:10.1/x', 'arxiv.jsonl', 'notes:x', './arxiv:x'].map(isAddress)).toEqual([true, true, true, false, false, false])
  })

  it('with nothing behind the colon, or of no catalogue, says what to write', () => {
    expect(() => createSources().open('arxiv: ')).toThrow(/Nothing stands behind “arxiv:”; write arxiv:2410\.00907/)
    expect(() => createSources().open('gopher:x')).toThrow(/begin with one of arxiv: hf: doi: openalex: s2: pubmed:/)
  })

  it('whose name leads into a private network, is not asked unless the settings name it', async () => {
    const { url } = await play(send('secret'))
    const port = new URL(url).port
    const arxivSite = SOURCES.find(({ prefix }) => prefix === 'arxiv')?.site as { url: string }
    const { url: before } = arxivSite
    try {
      arxivSite.url = `http://localhost:${port}`
      await expect(ingestFrom(createSources({ wait: async () => undefined }), 'arxiv:sheep')).rejects.toThrow(/localhost leads to a private address/)
    } finally {
      arxivSite.url = before
    }
  })

  it.each(['127.0.0.1', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fd00::1', '::ffff:127.0.0.1', '64:ff9b::7f00:1'])('%s is private', (address) => {
    expect(isPrivateAddress(address)).toBe(true)
  })

  it.each(['8.8.8.8', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8'])('%s is public', (address) => {
    expect(isPrivateAddress(address)).toBe(false)
  })
})

describe('enrichment', () => {
  const work = (title: string, facts: object) => ({ id: 'W1', title, publication_year: 2021, authorships: [{ author: { display_name: 'Ada Brook' } }], abstract_inverted_index: { Found: [0], text: [1] }, ...facts })
  const enrichAll = async (records: readonly object[], reply: Reply, options: SourcesOptions = {}, library = createFakeLibrary(createFakeEmbedder().model)) => {
    server?.close()
    const { sources, asked } = await play(reply, options)
    const embedder = createFakeEmbedder()
    const bytes = (async function* () { yield Buffer.from(records.map((record) => JSON.stringify(record)).join('\n')) })()
    const summary = await createIngest({ library, embedder })(bytes, { enrich: sources.enrich })
    return { summary, asked, papers: (await library.list({ limit: 100 })).papers }
  }

  it('of papers by arXiv number and DOI, asks for many at once, fills gaps and changes nothing', async () => {
    const { summary, papers, asked } = await enrichAll(
      [{ title: 'Mine', arxivId: '2401.00001' }, { title: 'My second', doi: '10.5555/B', abstract: 'My own words.', year: 1999 }, { title: 'Third of mine', doi: '10.5555/c' }, { title: 'Whole', abstract: 'All here.', authors: ['A B'], year: 2000, url: 'https://example.org/w' }],
      (request, response) => void response.end(request.url?.startsWith('/api/query') === true ? feed([entry(1)]) : JSON.stringify({ results: [work('Theirs', { doi: 'https://doi.org/10.5555/b' })] })),
    )
    expect(asked.map(({ searchParams }) => searchParams.get('id_list') ?? searchParams.get('filter'))).toEqual(['2401.00001', 'doi:10.5555/b|10.5555/c'])
    expect(papers).toMatchObject([
      { title: 'Mine', abstract: ABSTRACT, authors: ['Ada Lovelace'], year: 2024, arxivId: '2401.00001' },
      { title: 'My second', abstract: 'My own words.', authors: ['Ada Brook'], year: 1999 },
      { title: 'Whole', abstract: 'All here.', authors: ['A B'] },
    ])
    expect(summary).toMatchObject({ added: 3, rejectedCount: 1, withoutAbstract: 1 })
  })

  it('of a title alone, takes only a paper of the very same title', async () => {
    const titles = ['The silence of cooled networks: a study', 'Another one that nobody knows of']
    const { papers, asked } = await enrichAll(titles.map((title) => ({ title })), send({ results: [work('The Silence of Cooled Networks — A Study', { doi: '10.5555/s' }), work('The silence of other networks', {})] }))
    expect(papers).toMatchObject([{ title: titles[0], abstract: 'Found text', doi: '10.5555/s', authors: ['Ada Brook'] }])
    expect(asked[0]?.searchParams.get('filter')).toBe('title.search:The silence of cooled networks a study')
  })

  it('when a catalogue fails, goes on without it, says so, and leaves it alone after three failures', async () => {
    const failures: string[] = []
    const records = Array.from({ length: 300 }, (_, i) => ({ title: `Cold nets of kind ${i}`, doi: `10.5555/${i}`, abstract: `Kind ${i} is cold.` }))
    const { summary, asked } = await enrichAll(
      [{ title: 'Mine', arxivId: '2401.00001' }, ...records],
      (request, response) => void (request.url?.startsWith('/api/query') === true ? response.end(feed([entry(1)])) : response.writeHead(403).end()),
      { onEnrichFailure: ({ message }) => void failures.push(message) },
    )
    expect(summary).toMatchObject({ added: 301, rejectedCount: 0 })
    expect(failures).toEqual(Array(3).fill(expect.stringMatching(/OpenAlex did not answer .*status 403/)))
    expect(asked.filter(({ pathname }) => pathname === '/works')).toHaveLength(3)
  })

  it('in a second run, asks only for what is still open', async () => {
    const library = createFakeLibrary(createFakeEmbedder().model)
    const reply: Reply = (request, response) => void response.end(JSON.stringify({ results: decodeURIComponent(request.url ?? '').includes('10.5555/a') ? [work('Theirs', { doi: 'https://doi.org/10.5555/a' })] : [] }))
    const records = [{ title: 'Mine of clay', doi: '10.5555/a' }, { title: 'Yours of clay', doi: '10.5555/b' }]
    const filters = async () => (await enrichAll(records, reply, {}, library)).asked.map(({ searchParams }) => searchParams.get('filter'))
    expect(await filters()).toEqual(['doi:10.5555/a|10.5555/b'])
    expect(await filters()).toEqual(['doi:10.5555/b'])
    expect((await library.list({ limit: 9 })).papers).toMatchObject([{ title: 'Mine of clay', abstract: 'Found text' }])
  })
})
