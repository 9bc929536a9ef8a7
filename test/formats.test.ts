/** What each format brings along in the wild: names, dates, titles, links and mistakes as real tools write them. */
import { parse as parseBibtex } from '@retorquere/bibtex-parser'
import { describe, expect, it } from 'vitest'
import { bibtexReader } from '../src/ingest/formats/bibtex.js'
import { csvReader } from '../src/ingest/formats/csv.js'
import { jsonReader } from '../src/ingest/formats/json.js'
import { jsonlReader } from '../src/ingest/formats/jsonl.js'
import { medlineReader } from '../src/ingest/formats/medline.js'
import { pubmedXmlReader } from '../src/ingest/formats/pubmed-xml.js'
import { risReader } from '../src/ingest/formats/ris.js'
import { chooseReader } from '../src/ingest/formats.js'
import { createIngest } from '../src/ingest/ingest.js'
import type { Reader } from '../src/ingest/reader.js'
import { createFakeEmbedder } from './fakes/embedder.js'
import { createFakeLibrary } from './fakes/library.js'
import { draftsOf, inChunks, PAPERS, readAll } from './contracts/reader.js'
import { FIXTURES } from './fixtures/formats.js'

const ABSTRACT = 'We cool small networks with water, and wait.'
const drafts = async (reader: Reader, text: string) => draftsOf(await readAll(reader, text))
const messages = async (reader: Reader, text: string) => (await readAll(reader, text)).flatMap((reading) => ('problem' in reading ? [reading.problem.message] : []))

describe('BibTeX', () => {
  it('resolves strings, inherits by crossref, and passes over what is no paper', async () => {
    const text = `@comment{jabref-meta: x;}\n@preamble{"\\newcommand{\\x}{y}"}\n@string(jc = {J. Cold}) @string{long = jc # " and Warm"}
      @inproceedings{a, title={A Child}, abstract={${ABSTRACT}}, crossref={p}, month=jan # "~5"}
      @article{b, title={A Second}, abstract={${ABSTRACT}}, journal=long, year=2001}
      @Proceedings{P, title={Proceedings of Parents}, year=1999}`
    expect(await drafts(bibtexReader, text)).toEqual([
      { title: 'A Second', abstract: ABSTRACT, venue: 'J. Cold and Warm', year: 2001 },
      { title: 'A Child', abstract: ABSTRACT, venue: 'Proceedings of Parents', year: 1999 },
    ])
    expect(await messages(bibtexReader, text)).toEqual([])
  })

  it('reads names of all conventions, accents, groups of capitals and escapes', async () => {
    const text = `@misc{a, title = "{T}he {BERT} of {\\"O}sterreich \\& {G}\\"odel's \\emph{best} {Cold Nets}", abstract = {It costs $5 and 12\\% of {\\O}re, $x^{2}$.},
      author = {van der Berg, Hans and Martin King and {Barnes and Noble, Inc.} and G{\\"o}del, K. and King, Jr., Martin L. and others},
      howpublished = {\\url{https://example.org/a\\_b}}, doi = {https://doi.org/10.5555/A\\_b}, date = {2020-03/2020-05}, eprint = {2401.00001v2}, eprinttype = {arXiv}}`
    expect(await drafts(bibtexReader, text)).toEqual([{
      title: "The BERT of Österreich & Gödel's best Cold Nets",
      abstract: 'It costs $5 and 12% of Øre, x^2.',
      authors: ['Hans van der Berg', 'Martin King', 'Barnes and Noble, Inc.', 'K. Gödel', 'Martin L. King Jr.'],
      year: 2020, url: 'https://example.org/a_b', doi: '10.5555/a_b', arxivId: '2401.00001',
    }])
  })

  it.each([
    ['braces that do not match', '@misc{a, title={x\n@misc{b, title={Good}, abstract={y}}', /^Line 1 begins an entry whose braces do not match/],
    ['strings that double each other', `@string{s0="${'x'.repeat(2_000)}"}\n${Array.from({ length: 40 }, (_, i) => `@string{s${i + 1} = s${i} # s${i}}`).join('\n')}`, /^Line 3 defines a string beyond/],
    ['joins without end', `@misc{a, title = s${' # s'.repeat(5_000)}}`, /joins more than 200/],
    ['braces of great depth', `@misc{a, title = ${'{'.repeat(99)}x${'}'.repeat(99)}}`, /braces 100 deep/],
    ['a field without a value', '@misc{a, title}', /“=” is missing behind “title”/],
  ])('given %s, says so', async (_, text, message) => {
    expect((await messages(bibtexReader, text))[0]).toMatch(message)
  })

  it('reads the fields that a parser of LaTeX people reads', async () => {
    const { record, file } = FIXTURES.find(({ reader }) => reader === bibtexReader) as (typeof FIXTURES)[number]
    const peer = parseBibtex(file(PAPERS.map(record)), { raw: true }).entries.map(({ fields }) => fields)
    const ours = (await readAll(bibtexReader, file(PAPERS.map(record)))).map((reading) => ('record' in reading ? reading.record : {}))
    expect(ours.map(({ doi, year, abstract }) => ({ doi, year, abstract }))).toEqual(peer.map(({ doi, year, abstract }) => ({ doi, year, abstract })))
    expect(ours.map(({ authors }) => (authors as { family?: string }[]).map(({ family }) => family))).toEqual(peer.map(({ author }) => author?.map(({ lastName }) => lastName)))
  })
})

describe('CSV', () => {
  it.each([
    ['Zotero', '"Key","Item Type","Publication Year","Author","Title","Publication Title","DOI","Url","Abstract Note","Manual Tags"\n', `"A1","journalArticle","2020","Doe, Jane; Roe, Rick","Cold","J. C","10.5555/x","https://example.org/","${ABSTRACT}","a; b"\n`],
    ['Scopus', '\ufeff"Authors","Author full names","Title","Year","Source title","DOI","Link","Abstract","Author Keywords"\n', `"Doe J.; Roe R.","Doe, Jane (57190000000); Roe, Rick (57200000000)","Cold","2020","J. C","10.5555/x","https://example.org/","${ABSTRACT}","a; b"\n`],
    ['Web of Science', 'PT\tAU\tAF\tTI\tSO\tDE\tAB\tPY\tDI\tUT\tUR\n'.replace('\tUR', '\turl'), `J\tDoe, J; Roe, R\tDoe, Jane; Roe, Rick\tCold\tJ. C\ta; b\t${ABSTRACT}\t2020\t10.5555/x\tWOS:1\thttps://example.org/\n`],
    ['Excel', 'sep=;\r\nTitle;Abstract;Authors;Year;Journal;DOI;URL;Keywords\r\n', `Cold;"${ABSTRACT}";Jane Doe, Rick Roe;2020;J. C;10.5555/x;https://example.org/;"a; b"\r\n`],
  ])('reads the columns of %s', async (_, header, row) => {
    expect(chooseReader(header + row, 'x').format).toBe('csv')
    expect(await drafts(csvReader, header + row)).toEqual([{ title: 'Cold', abstract: ABSTRACT, authors: ['Jane Doe', 'Rick Roe'], year: 2020, venue: 'J. C', doi: '10.5555/x', url: 'https://example.org/', categories: ['a', 'b'] }])
  })

  it('of a row that a quote runs away with, loses that row only', async () => {
    const rows = ['title,abstract', `One,"${ABSTRACT}"`, `"Two,${ABSTRACT.replace(',', '')}`, `Three,"${ABSTRACT}"`, `"Four ""4""","Two\nlines, and a comma."`]
    const text = rows.join('\n')
    expect((await drafts(csvReader, text)).map(({ title }) => title)).toEqual(['One', 'Three', 'Four "4"'])
    expect(await messages(csvReader, text)).toEqual([expect.stringMatching(/^Line 3 has a quote without its other half/)])
  })

  it('of a row with columns too few or too many, says how many', async () => {
    expect(await messages(csvReader, 'title,abstract,year\na,b\nc,d,2020,e\n')).toEqual([expect.stringMatching(/^Line 2 has 2 columns where the header has 3/), expect.stringMatching(/^Line 3 has 4 columns/)])
  })

  it('without a title column, told to be one, says what the header should be', async () => {
    await expect(readAll(csvReader, 'a,b\nc,d')).rejects.toThrow(/“a,b”, names no column “title”/)
  })

  it('reads a row of a million fields as one that is wrong', async () => {
    const text = `title,abstract\n${','.repeat(1_000_000)}x\nGood,"${ABSTRACT}"`
    expect(await messages(csvReader, text)).toEqual([expect.stringMatching(/^Line 2 has 1000001 columns/)])
    expect(await drafts(csvReader, text)).toEqual([{ title: 'Good', abstract: ABSTRACT }])
  })
})

describe('RIS and MEDLINE', () => {
  it('RIS reads old tags, fields over several lines, and joined files', async () => {
    const text = `TY - JOUR\nT1 - Cold\nA1 - Doe, J.\nY1 - 2001/03//\nN2 - We cool small networks\nwith water, and wait.\nJF - Old J\nM3 - doi: 10.5555/x\nER  - TY  - CHAP\nTI  - Second\nAB  - ${ABSTRACT}\nER  -`
    expect(await drafts(risReader, text)).toEqual([{ title: 'Cold', abstract: ABSTRACT, authors: ['J. Doe'], year: 2001, venue: 'Old J', doi: '10.5555/x' }, { title: 'Second', abstract: ABSTRACT }])
  })

  it('MEDLINE reads authors without full names, dates of seasons, and terms', async () => {
    const text = `PMID- 42\nTI  - Cold\nAU  - Doe JA\nAU  - Roe R\nDP  - 2001 Spring\nAB  - ${ABSTRACT}\nMH  - *Cold Temperature\nAID - 10.5555/x [doi]\nSO  - J. 2001.\n`
    expect(await drafts(medlineReader, text)).toEqual([{ title: 'Cold', abstract: ABSTRACT, authors: ['JA Doe', 'R Roe'], year: 2001, categories: ['Cold Temperature'], doi: '10.5555/x', pmid: '42' }])
  })
})

describe('XML', () => {
  it('never expands an entity that the document declares', async () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>
      <PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>&b;&f;</ArticleTitle></Article></MedlineCitation></PubmedArticle></PubmedArticleSet>`
    expect(await messages(pubmedXmlReader, bomb)).toEqual([expect.stringMatching(/^Record 1 \(line 2\) is not well-formed XML/)])
  })

  it('joins the parts of an abstract behind their labels, and keeps the sense of markup', async () => {
    const text = `<PubmedArticle><MedlineCitation><PMID>1</PMID><Article><ArticleTitle>On 10<sup>5</sup> <i>E. coli</i> &lt; all</ArticleTitle><Abstract><AbstractText Label="AIM">Why.</AbstractText><AbstractText Label="END">So.</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>`
    expect(await drafts(pubmedXmlReader, text)).toEqual([{ title: 'On 10^5 E. coli < all', abstract: 'AIM: Why. END: So.', pmid: '1' }])
  })
})

describe('JSON', () => {
  const found = { title: 'Cold', abstract: ABSTRACT }
  it.each<[string, object, object]>([
    ['CSL-JSON', { type: 'article-journal', title: 'Cold', abstract: ABSTRACT, author: [{ family: 'Doe', given: 'Jane' }, { literal: 'The Group, Inc.' }], issued: { 'date-parts': [[2020, 3]] }, 'container-title': 'J. C', DOI: '10.5555/x', note: 'PMID: 42' }, { authors: ['Jane Doe', 'The Group, Inc.'], year: 2020, venue: 'J. C', doi: '10.5555/x', pmid: '42' }],
    ['Zotero', { key: 'A', data: { itemType: 'journalArticle', title: 'Cold', abstractNote: ABSTRACT, creators: [{ creatorType: 'author', firstName: 'Jane', lastName: 'Doe' }, { creatorType: 'editor', lastName: 'No' }], date: '03/2020', DOI: '10.5555/x', tags: [{ tag: 'a' }] } }, { authors: ['Jane Doe'], year: 2020, doi: '10.5555/x', categories: ['a'] }],
    ['arXiv metadata', { id: '0704.0001', submitter: 'J', authors: 'J. Doe', title: 'Cold', abstract: `  ${ABSTRACT}\n`, categories: 'hep-ph cs.LG', 'journal-ref': null, versions: [{ version: 'v1', created: 'Mon, 2 Apr 2007 19:18:42 GMT' }], authors_parsed: [['Doe', 'Jane', '']] }, { authors: ['Jane Doe'], year: 2007, arxivId: '0704.0001', url: 'https://arxiv.org/abs/0704.0001' }],
    ['Semantic Scholar', { paperId: 'f0', title: 'Cold', abstract: ABSTRACT, year: 2020, authors: [{ authorId: '1', name: 'Jane Doe' }], externalIds: { DOI: '10.5555/X', PubMed: '42', ArXiv: '2401.00001' } }, { authors: ['Jane Doe'], doi: '10.5555/x', pmid: '42', arxivId: '2401.00001' }],
  ])('reads %s, in an array, in an object around it, over many lines and on one', async (_, record, facts) => {
    const forms = [JSON.stringify([record]), JSON.stringify({ meta: {}, results: [record] }), JSON.stringify({ total: 1, data: [record] }, undefined, 2)]
    for (const text of forms) expect(await drafts(jsonReader, text)).toMatchObject([{ ...found, ...facts }])
    expect(await drafts(jsonlReader, JSON.stringify(record))).toMatchObject([{ ...found, ...facts }])
    for (const text of forms) expect(chooseReader(text, 'x').format).toBe('json')
    expect(chooseReader(JSON.stringify(record, undefined, 2), 'x').format).toBe('json')
    expect(chooseReader(JSON.stringify(record), 'x').format).toBe('jsonl')
  })

  it('OpenAlex: puts an inverted abstract in order, and no place is too far', async () => {
    const work = { id: 'W1', title: 'Cold', authorships: [], abstract_inverted_index: { wait: [1], We: [0], lie: [2_000_000_000, -1, 0.5], '__proto__': ['x'] } }
    expect(await drafts(jsonReader, JSON.stringify([work]))).toEqual([{ title: 'Cold', abstract: 'We wait' }])
  })

  it('of an array whose record does not end, loses that record only', async () => {
    const records = ['{"title": "One", "abstract": "a b"}', '{"title": "Two, "abstract": "a b"}', '{"title": "Three", "abstract": "a b"', '{"title": "Four", "abstract": "a b"}']
    const text = `[\n${records.join(',\n')}\n]`
    expect((await drafts(jsonReader, text)).map(({ title }) => title)).toEqual(['One', 'Four'])
    expect(await messages(jsonReader, text)).toEqual([expect.stringMatching(/^Record 2 \(line 3\)/), expect.stringMatching(/^Record 3 \(line 4\) does not end before the next one begins/)])
  })
})

describe('the same paper', () => {
  it('in every format, is one paper with all its facts', async () => {
    const embedder = createFakeEmbedder()
    const library = createFakeLibrary(embedder.model)
    const ingest = createIngest({ library, embedder, now: () => new Date('2026-01-01') })
    for (const { record, file } of FIXTURES.toReversed()) await ingest(inChunks(Buffer.from(file(PAPERS.map(record)))))
    const { papers } = await library.list({ limit: 100 })
    expect(papers).toHaveLength(PAPERS.length)
    for (const [i, paper] of papers.entries()) expect(paper).toMatchObject(PAPERS[i] as object)
  })
})
