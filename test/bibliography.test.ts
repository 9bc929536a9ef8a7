/** Bibliographies: what goes in comes back through the parsers that people's tools are made of, and nothing is invented. */
import { parse as parseBibtex } from '@retorquere/bibtex-parser'
import { Cite } from '@citation-js/core'
import '@citation-js/plugin-bibtex'
import '@citation-js/plugin-csl'
import '@citation-js/plugin-ris'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BIBLIOGRAPHY_FORMATS, writeBibliography } from '../src/papers/bibliography/bibliography.js'
import { citationKeys } from '../src/papers/bibliography/keys.js'
import { initials, parseName } from '../src/papers/bibliography/names.js'
import type { Paper } from '../src/papers/paper.js'
import { BibliographyReplySchema } from '../src/http/schemas.js'
import { ANSWER, MOSSES, TIDES, bodyOf, createServices, expectError, startServer } from './http-server.js'

const paper = (facts: Partial<Paper>): Paper => ({ id: 'title:0', title: 'A title', abstract: 'We measure it.', addedAt: '2026-01-02T03:04:05.000Z', ...facts })
const ACCENTED = paper({
  id: 'doi:10.5555/a_b(1)<2>',
  title: 'Éléments of x^2 & {braces} at 50% for "quotes" — KV_cache #1 ~ C:\\dir, $5 } { Größe',
  authors: ['Ludwig van Beethoven', 'Søren Østergård', 'The ATLAS Collaboration', 'John Smith Jr.', 'Jean-Paul Sartre', '张伟', 'María José de la Cruz', 'Simon and Schuster'],
  year: 2020,
  venue: 'Annals of R&D {Part_2}',
  doi: '10.5555/a_b(1)<2>',
})
const PREPRINT = paper({ id: 'arxiv:2405.14366', title: 'MiniStore: KV Cache Compression', arxivId: '2405.14366', categories: ['Adult', 'cs.CL'], authors: ['Ada Brook'], year: 2024 })

const readBibtex = (text: string) => parseBibtex(text, { english: false, sentenceCase: false })
const text = (papers: readonly Paper[], format: (typeof BIBLIOGRAPHY_FORMATS)[number]) => writeBibliography(papers, format).text

describe('bibtex', () => {
  it('of a paper full of signs, comes back letter for letter', () => {
    const { entries, errors } = readBibtex(text([ACCENTED], 'bibtex'))
    expect(errors).toEqual([])
    expect(entries[0]).toMatchObject({
      type: 'article',
      fields: {
        title: ACCENTED.title,
        journal: ACCENTED.venue,
        year: '2020',
        doi: ACCENTED.doi,
        author: [
          { lastName: 'Beethoven', firstName: 'Ludwig', prefix: 'van' },
          { lastName: 'Østergård', firstName: 'Søren' },
          { name: 'The ATLAS Collaboration' },
          { lastName: 'Smith', firstName: 'John', suffix: 'Jr.' },
          { lastName: 'Sartre', firstName: 'Jean-Paul' },
          { name: '张伟' },
          { lastName: 'Cruz', firstName: 'María José', prefix: 'de la' },
          { name: 'Simon and Schuster' },
        ],
      },
    })
  })

  it('of any title, even with unbalanced braces and commands, comes back as it went in, and so does the entry after it', () => {
    const sign = fc.constantFrom('{', '}', '\\', '$', '^', '_', '&', '%', '#', '~', '"', '@', "'", ',', '=', ' ', 'a', 'B', 'é', 'ß', '1', '<', '\\textbf', '\\end')
    fc.assert(
      fc.property(fc.array(sign, { minLength: 1, maxLength: 24 }), (signs) => {
        // The parser takes two marks for a curly quote, and trims: neither is the writer's doing.
        const title = `T${signs.join('').replace(/''|``/g, "'")}e`.replace(/\s+/g, ' ')
        const { entries, errors } = readBibtex(text([paper({ title }), PREPRINT], 'bibtex'))
        expect(errors).toEqual([])
        expect(entries.map(({ fields }) => fields.title)).toEqual([title, PREPRINT.title])
      }),
      { numRuns: 80, seed: 11 },
    )
  })

  it('is read the same by a second parser', () => {
    const [item] = new Cite(text([ACCENTED], 'bibtex'), { forceType: '@bibtex/text' }).data
    expect(item).toMatchObject({ type: 'article-journal', DOI: ACCENTED.doi, 'container-title': ACCENTED.venue, author: [{ family: 'Beethoven', given: 'Ludwig' }, { family: 'Østergård' }, { family: 'The ATLAS Collaboration' }, { family: 'Smith' }, {}, {}, { family: 'Cruz' }, {}] })
    expect(String(item?.title).replace(/<\/?span[^>]*>/g, '')).toBe(ACCENTED.title)
  })

  it('of a preprint, names arXiv by its own fields and no journal', () => {
    expect(readBibtex(text([PREPRINT], 'bibtex')).entries[0]).toMatchObject({
      type: 'misc', fields: { eprint: '2405.14366', archiveprefix: 'arXiv', primaryclass: 'cs.CL', url: 'https://arxiv.org/abs/2405.14366' },
    })
    expect(text([PREPRINT], 'bibtex')).not.toMatch(/journal|doi/)
  })

  it('of proceedings, gives the book', () => {
    expect(readBibtex(text([paper({ venue: 'Proceedings of the Harbour Symposium' })], 'bibtex')).entries[0]).toMatchObject({ type: 'inproceedings', fields: { booktitle: 'Proceedings of the Harbour Symposium' } })
  })

  it.each([
    ['MiniStore: KV Cache and T5', '{MiniStore}: {KV} Cache and {T5}'],
    ['A survey of Bayesian methods: The second part', 'A survey of {Bayesian} methods: The second part'],
    ['Vitamin C and I', 'Vitamin {C} and I'],
    ['The Quick Harbour Report', 'The Quick Harbour Report'],
  ])('of the title "%s", protects the capitals that a style must keep', (title, written) => {
    expect(text([paper({ title })], 'bibtex')).toContain(`title = {${written}}`)
  })
})

describe('ris and csl-json', () => {
  const people = [{ family: 'Beethoven', given: 'Ludwig' }, { family: 'Østergård', given: 'Søren' }, {}, { family: 'Smith', given: 'John' }, { family: 'Sartre' }, {}, { family: 'Cruz' }, {}]

  it('ris, of a paper full of signs, comes back', () => {
    const [item] = new Cite(text([ACCENTED, PREPRINT], 'ris'), { forceType: '@ris/file' }).data
    const author = people.map((person, i) => (i === 0 ? { family: 'van Beethoven', given: 'Ludwig' } : i === 6 ? { family: 'de la Cruz' } : person))
    expect(item).toMatchObject({ title: ACCENTED.title, 'container-title': ACCENTED.venue, DOI: ACCENTED.doi, author, issued: { 'date-parts': [[2020]] }, abstract: ACCENTED.abstract })
  })

  it('ris, of facts with line breaks, begins no tag of its own', () => {
    const lines = text([paper({ title: 'One\r\nER  - \nTY  - BOOK', authors: ['A\nAU  - B C'] })], 'ris').split('\r\n')
    expect(lines.filter((line) => /^(?:TY|ER) {2}-/.test(line))).toHaveLength(2)
    expect(lines.join('')).not.toContain('\n')
  })

  it('csl-json, of a paper full of signs, comes back', () => {
    const data = new Cite(JSON.parse(text([ACCENTED, PREPRINT], 'csl-json'))).data
    expect(data[0]).toMatchObject({ id: expect.stringMatching(/^beethoven2020/) as string, title: ACCENTED.title, DOI: ACCENTED.doi, author: people, 'container-title': ACCENTED.venue })
    expect(data[0]?.author?.[0]).toMatchObject({ 'non-dropping-particle': 'van' })
    expect(data[1]).toMatchObject({ type: 'article', publisher: 'arXiv', number: 'arXiv:2405.14366' })
  })
})

describe('apa', () => {
  it('of several authors, writes initials, an ampersand and the link', () => {
    expect(text([{ ...TIDES, venue: 'Harbour Letters' }], 'apa')).toBe('Brook, A., & Østergård, S. (2021). Tides in <small> harbours & bays. Harbour Letters. https://doi.org/10.5555/tides/7\n')
  })

  it('of 20 authors, names all; of 21, nineteen and the last', () => {
    const authors = Array.from({ length: 21 }, (_, i) => `Ada Name${String.fromCharCode(97 + i)}`)
    expect(text([paper({ authors: authors.slice(0, 20) })], 'apa')).toMatch(/Names, A\., & Namet, A\. \(n\.d\.\)/)
    expect(text([paper({ authors })], 'apa')).toMatch(/Names, A\., … Nameu, A\. \(n\.d\.\)/)
  })

  it('without authors and year, puts the title first and says what it does not know', () => {
    expect(text([MOSSES], 'apa')).toBe(
      'Mosses on north walls. (n.d.).\n\n[The library does not know: Mosses on north walls: authors, year, venue, link.]\n\n[Held as a digest in other words, not as the abstract: Mosses on north walls.]\n',
    )
  })
})

describe('what is missing', () => {
  it.each(BIBLIOGRAPHY_FORMATS)('in %s, is named, and neither invented nor left as an empty field', (format) => {
    const bibliography = writeBibliography([MOSSES], format)
    expect(bibliography.entries).toEqual([{ id: MOSSES.id, key: 'mossesnorthwalls', missing: ['authors', 'year', 'venue', 'link'] }])
    for (const field of ['authors', 'year', 'venue', 'link']) expect(bibliography.text).toContain(field)
    expect(bibliography.text).not.toMatch(/unknown|undefined|anonymous|\{\}|2026/i)
    expect(bibliography.text).toContain('digest')
    expect(bibliography.text).not.toContain(MOSSES.abstract)
  })
})

describe('keys', () => {
  const namesakes = ['x', 'y', 'z'].map((id) => paper({ id, title: 'Tides again', authors: ['Søren Łukasz'], year: 2021 }))

  it('of papers that would share one, are each paper\'s own, in any order and any company', () => {
    const [x, y, z] = namesakes as [Paper, Paper, Paper]
    const keys = citationKeys(namesakes)
    expect(new Set(keys.values()).size).toBe(3)
    expect(keys.get('x')).toMatch(/^lukasz2021tides[a-z]{2}$/)
    expect(citationKeys([z, y, x]).get('x')).toBe(keys.get('x'))
    expect(citationKeys([x, z]).get('x')).toBe(keys.get('x'))
    expect(citationKeys([x]).get('x')).toBe('lukasz2021tides')
  })

  it('of papers by one author of one year whose titles begin alike, are the same alone and in company', () => {
    const [north, south] = ['Tides of the north coast', 'Tides in southern harbours'].map((title, i) => paper({ id: `t${i}`, title, authors: ['Ada Brook'], year: 2021 })) as [Paper, Paper]
    expect(citationKeys([north]).get('t0')).toBe('brook2021tidesnorthcoast')
    expect([...citationKeys([south, north])]).toEqual([['t1', 'brook2021tidessouthernharbours'], ['t0', 'brook2021tidesnorthcoast']])
  })

  it('of a thousand namesakes, stay different', () => {
    const many = Array.from({ length: 1000 }, (_, i) => paper({ id: `p${i}` }))
    expect(new Set(citationKeys(many).values()).size).toBe(1000)
  })

  it.each([
    [{ title: 'The 3D of it', authors: [] }, 'paper3d'],
    [{ title: '気候の研究', authors: ['山田 太郎'], year: 2019 }, 'paper2019'],
    [{ title: 'On The Of', authors: ['Ada Brook'] }, 'brookontheof'],
    [{ title: 'β-Carotene in A. thaliana', authors: ['Jürgen Groß'], year: 2001 }, 'gross2001betacarotenethaliana'],
  ])('of %j, are letters and digits', (facts, key) => {
    expect(citationKeys([paper(facts)]).get('title:0')).toBe(key)
  })
})

describe('names', () => {
  it.each([
    ['Brook, Ada', { family: 'Brook', given: 'Ada' }],
    ['de la Cruz, María', { family: 'Cruz', particle: 'de la', given: 'María' }],
    ['Smith, Jr., John', { family: 'Smith', given: 'John', suffix: 'Jr.' }],
    ['Martin Luther King III', { family: 'King', given: 'Martin Luther', suffix: 'III' }],
    ['Plato', { literal: 'Plato' }],
    ['Harbour Study Group', { literal: 'Harbour Study Group' }],
    ['bell hooks', { family: 'hooks', given: 'bell' }],
  ])('%s is taken apart', (name, parts) => {
    expect(parseName(name)).toEqual(parts)
  })

  it.each([['Jean-Paul', 'J.-P.'], ['J. P.', 'J. P.'], ['J.P.', 'J. P.'], ['ada maria', 'A. M.'], ['Øyvind', 'Ø.']])('%s has the initials %s', (given, expected) => {
    expect(initials(given)).toBe(expected)
  })
})

describe('POST /v1/bibliography', () => {
  it.each([
    ['bibtex', 'application/x-bibtex'],
    ['ris', 'application/x-research-info-systems'],
    ['csl-json', 'application/vnd.citationstyles.csl+json'],
    ['apa', 'text/plain'],
  ])('in %s, gives the text under its own type', async (format, type) => {
    const server = await startServer()
    const reply = await server.post('/v1/bibliography', { ids: [TIDES.id, MOSSES.id, TIDES.id], format })
    expect([reply.status, reply.headers.get('content-type')]).toEqual([200, `${type}; charset=utf-8`])
    const written = await reply.text()
    expect(written.split('Mosses on north walls').length).toBeGreaterThan(1)
    expect(written.split('10.5555/tides/7').length).toBeGreaterThan(1)
  })

  it('when JSON is asked for, gives keys and missing fields beside the text', async () => {
    const server = await startServer()
    const reply = await server.post('/v1/bibliography', { ids: [TIDES.id] }, { headers: { accept: 'application/json' } })
    expect(await bodyOf(reply, BibliographyReplySchema)).toMatchObject({ format: 'bibtex', entries: [{ id: TIDES.id, key: 'brook2021tidessmallharbours', missing: ['venue'] }] })
  })

  it('of an answer, gives the papers that it cites, one that has gone since included', async () => {
    const services = createServices()
    const gone = { ...ANSWER, citations: [...ANSWER.citations, { number: 2, paper: paper({ id: 'gone', title: 'Ebbs of old', authors: ['Ada Brook'], year: 1999 }), quotes: [], similarity: 0.5 }] }
    const server = await startServer({ ...services, answers: { find: async (id) => (id === ANSWER.id ? gone : undefined) } })
    const reply = await server.post('/v1/bibliography', { answer: ANSWER.id }, { headers: { accept: 'application/json' } })
    expect((await bodyOf(reply, BibliographyReplySchema)).entries.map(({ id }) => id)).toEqual(gone.citations.map((citation) => citation.paper.id))
  })

  it('of an answer that is not there or cites nothing, or of papers and an answer at once, says what is wrong', async () => {
    const server = await startServer({ ...createServices(), answers: { find: async (id) => (id === 'hello' ? { ...ANSWER, citations: [] } : undefined) } })
    await expectError(await server.post('/v1/bibliography', { answer: 'nope' }), 'not_found', /no answer "nope"/)
    await expectError(await server.post('/v1/bibliography', { answer: 'hello' }), 'invalid_request', /"hello" cites no paper/)
    for (const body of [{}, { ids: [TIDES.id], answer: 'nope' }]) await expectError(await server.post('/v1/bibliography', body), 'invalid_request', /either papers by "ids" or one answer by "answer"/)
  })

  it('of papers that are not there, names each', async () => {
    const server = await startServer(createServices())
    await expectError(await server.post('/v1/bibliography', { ids: [TIDES.id, 'arxiv:1', 'arxiv:2'] }), 'not_found', /no papers "arxiv:1", "arxiv:2"/)
    await expectError(await server.post('/v1/bibliography', { ids: ['arxiv:1'] }), 'not_found', /no paper "arxiv:1"/)
    await expectError(await server.post('/v1/bibliography', { ids: [] }), 'invalid_request', /"ids" has 0 entries/)
    await expectError(await server.post('/v1/bibliography', { ids: [TIDES.id], format: 'docx' }), 'invalid_request', /"docx"; use "bibtex" or "ris"/)
  })
})
