/** The web pages as the server sends them, and what their modules make of an answer. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Citation, Claim } from '../src/answering/answer.js'
import { createDraft } from '../src/answering/writing/draft.js'
import { findMarkers, readAnswer } from '../src/http/page/markers.js'
import { createServices, expectError, startServer, TIDES } from './http-server.js'

const HTML = { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } }

describe('GET /', () => {
  it('asked by a browser, is a page that may run and load only what this server sends', async () => {
    const server = await startServer()
    const page = await server.get('/', HTML)
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('vary')).toMatch(/accept/i)
    expect(page.headers.get('cache-control')).toBe('no-cache')
    const policy = page.headers.get('content-security-policy') ?? ''
    expect(policy).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'/)
    expect(policy).not.toMatch(/unsafe|http|\*/)
  })

  it('asked for JSON, lists what the server does', async () => {
    const server = await startServer()
    const reply = await server.get('/', { headers: { accept: 'application/json' } })
    expect(await reply.json()).toMatchObject({ name: 'Footnote', endpoints: expect.arrayContaining([expect.objectContaining({ path: '/v1/ask' })]) })
  })

  it('while the library is still being opened, is the page all the same', async () => {
    const server = await startServer(() => undefined)
    expect((await server.get('/', HTML)).status).toBe(200)
  })

  it('holds nothing that runs or styles in the page itself, and no address of another server', async () => {
    const server = await startServer()
    const html = await (await server.get('/', HTML)).text()
    expect(html).not.toMatch(/<style|style=|\son\w+=|javascript:|https?:|{{/)
    expect(html.match(/<script[^>]*>/g)).toEqual([expect.stringMatching(/^<script type="module" src="assets\/[0-9a-f]{16}\/main\.js">$/)])
  })
})

describe('the files of the page', () => {
  const addresses = async (url: string) => {
    const html = await (await fetch(url, HTML)).text()
    return [...html.matchAll(/(?:href|src)="([^"#]+\.\w+)"/g)].map((match) => new URL(match[1] as string, url).href)
  }

  it('are all there, of their type, and kept for good', async () => {
    const server = await startServer()
    const all = [...(await addresses(`${server.url}/`)), ...(await addresses(`${server.url}/p/${TIDES.id}`))]
    expect(all.length).toBeGreaterThan(20)
    for (const address of all) {
      const reply = await fetch(address)
      expect(reply.status, address).toBe(200)
      expect(reply.headers.get('content-type'), address).toMatch(/^(?:text\/javascript|text\/css|image\/svg\+xml)/)
      expect(reply.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      await reply.arrayBuffer()
    }
  })

  it('import only modules that are there', async () => {
    const server = await startServer()
    const modules = (await addresses(`${server.url}/`)).filter((address) => address.endsWith('.js'))
    const sources = await Promise.all(modules.map(async (address) => ({ address, text: await (await fetch(address)).text() })))
    const imported = sources.flatMap(({ address, text }) => [...text.matchAll(/^import .* from '([^']+)'/gm)].map((match) => new URL(match[1] as string, address).href))
    expect(imported.length).toBeGreaterThan(20)
    expect(imported.filter((address) => !modules.includes(address))).toEqual([])
  })

  it('of other names, and from outside the folder, are not found', async () => {
    const server = await startServer()
    const [address] = await addresses(`${server.url}/`)
    for (const name of ['index.html', 'types.ts', 'tsconfig.json', '..%2fapp.ts', 'constructor']) {
      await expectError(await fetch(new URL(name, address)), 'not_found', /nothing at/)
    }
  })
})

describe('the page of a paper', () => {
  it('shows its text escaped, and links where its source is', async () => {
    const server = await startServer()
    const page = await server.get(`/p/${TIDES.id}`)
    const html = await page.text()
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(html).toContain('>Tides in &lt;small&gt; harbours &amp; bays</h1>')
    expect(html).toContain('A &quot;quick&quot; method')
    expect(html).toContain('href="https://doi.org/10.5555/tides/7"')
  })

  it('leads back to the server\'s root, however many slashes the id has', async () => {
    const server = await startServer()
    for (const id of [TIDES.id, encodeURIComponent(TIDES.id)]) {
      const url = `${server.url}/p/${id}`
      const html = await (await fetch(url)).text()
      const home = /class="wordmark" href="([^"]+)"/.exec(html)?.[1] ?? ''
      expect(new URL(home, url).pathname).toBe('/')
    }
  })

  it('with hostile facts, runs nothing and links to nothing that runs', async () => {
    const paper = { ...TIDES, url: 'javascript:alert(1)', title: '<script>alert(1)</script>', authors: ['"><img src=x>'] }
    const library = { ...createServices().library, get: async () => ({ handle: 1, paper }) }
    const server = await startServer(createServices({ library }))
    const html = await (await server.get(`/p/${TIDES.id}`)).text()
    expect(html.replace(/<script type="module" src="[./]*assets\/[0-9a-f]+\/paper-page\.js">/, '')).not.toMatch(/<script|<img|javascript:/)
  })

  it('of an unknown paper, is the same error as elsewhere', async () => {
    const server = await startServer()
    await expectError(await server.get('/p/arxiv:1'), 'not_found', /no paper "arxiv:1"/)
  })
})

/** An answer as Footnote's own draft puts it together, of sentences that quote one paper each. */
function draftOf(quotes: readonly string[]) {
  const papers = quotes.map((text, i) => ({ ...TIDES, id: `title:${i}`, title: `Paper ${i}`, abstract: text }))
  const draft = createDraft(papers.map((paper) => ({ paper, similarity: 0.5, sentences: [] })) as unknown as Parameters<typeof createDraft>[0])
  for (const [i, { id, abstract }] of papers.entries()) draft.add({ before: i === 0 ? '' : '\n\n', text: `*Paper ${i}*: “${abstract}”`, sources: [{ paperId: id, quotes: [{ text: abstract, start: 0, end: abstract.length }] }] })
  return draft
}

const textOf = (blocks: ReturnType<typeof readAnswer>) => blocks.map(({ runs }) => runs.filter(({ marker }) => marker === undefined).map(({ text }) => text).join(''))
const markersOf = (blocks: ReturnType<typeof readAnswer>) => blocks.flatMap(({ runs }) => runs.flatMap(({ marker }) => marker ?? []))

describe('an answer on the page', () => {
  it('shows quotes word for word, whatever Markdown and markers they hold', () => {
    const quotes = ['A *starred* _word_ in `code` and ![x](http://x/y.png) [7] stays [1][2].', 'So does A*B*C and __init__ [link](javascript:1) [9]']
    const draft = draftOf(quotes)
    const blocks = readAnswer(draft.text, draft)
    expect(textOf(blocks).map((text) => text.trimEnd())).toEqual(quotes.map((quote, i) => `Paper ${i}: “${quote}”`))
    expect(markersOf(blocks)).toEqual([1, 2])
  })

  it('of any sentences, has as many markers as its claims cite, and every quote whole', () => {
    const sentence = fc.string({ unit: fc.constantFrom('a', 'é', ' ', '*', '_', '`', '[1]', '[2]', '\\', '(', '#', '-', '𝒜', 'ب') , minLength: 1, maxLength: 40 }).map((text) => text.trim()).filter((text) => text !== '')
    fc.assert(
      fc.property(fc.uniqueArray(sentence, { minLength: 1, maxLength: 4 }), (quotes) => {
        const draft = draftOf(quotes)
        const blocks = readAnswer(draft.text, draft)
        expect(markersOf(blocks)).toEqual(draft.claims.flatMap(({ citations }) => citations))
        expect(textOf(blocks).join('\n')).toContain(quotes[0])
      }),
    )
  })

  it('knows a marker by the claim before it alone', () => {
    const claims = [{ text: 'It rained.', start: 0, end: 10, citations: [1], verdict: 'supported', support: 1 }] as Claim[]
    expect(findMarkers('It rained. [1] See [1] and [2].', claims)).toEqual([{ start: 11, end: 14, text: '[1]', marker: 1 }])
    expect(findMarkers('It rained. [7]', claims)).toEqual([])
    expect(findMarkers('It rained.', claims)).toEqual([])
  })

  it('reads paragraphs, lists, headings, code and emphasis, and leaves links and images as text', () => {
    const none: Citation[] = []
    const read = (text: string) => readAnswer(text, { claims: [], citations: none }).map(({ kind, label, runs }) => [kind, ...(label ? [label] : []), ...runs.map(({ text, style }) => (style === '' ? text : `${style}(${text})`))].join('|'))
    expect(read('One *two* **three** `four`\nfive\n\n- six\n- seven\n\n1. eight\n\n# Nine\n\n```\na *b*\n```\n\n> ten')).toEqual([
      'paragraph|One |emphasis(two)| |strong(three)| |code(four)|\nfive', 'item|six', 'item|seven', 'item|1.|eight', 'heading|Nine', 'code|a *b*', 'quotation|ten',
    ])
    expect(read('[text](http://x) ![i](data:x) <b>bold</b> snake_case_name 2 * 3 * 4 \\*plain\\*')).toEqual(['paragraph|[text](http://x) ![i](data:x) <b>bold</b> snake_case_name 2 * 3 * 4 |*|plain|*'])
  })

  it('of thousands of open asterisks and ticks, is read in a moment', () => {
    const text = '*a `b __c '.repeat(4_000)
    expect(textOf(readAnswer(text, { claims: [], citations: [] })).join('').length).toBeGreaterThan(10_000)
  })
})
