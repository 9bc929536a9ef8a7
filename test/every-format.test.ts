/** A folder of files as reference managers and catalogues write them, through the command that a person types. */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PaperDraft } from '../src/papers/paper.js'
import { FIXTURES } from './fixtures/formats.js'

const run = promisify(execFile)
const SHARED: PaperDraft = {
  title: 'Silent units in cooled networks of reeds',
  abstract: 'We cool small networks of reeds with water and find that 12% of their units fall silent. The rest work on. Warm water wakes half of the silent ones.',
  authors: ['Ada Brook', 'Søren Østergård'],
  year: 2024,
  venue: 'Journal of Cold Things',
  categories: ['networks', 'cold'],
  url: 'https://example.org/reeds?a=1&b=2',
  doi: '10.5555/reeds_1',
  arxivId: '2403.00017',
  pmid: '38000001',
}
/** One that stands in a single file, so that no file may be passed over. */
const only = (where: string): PaperDraft => ({
  title: `What ${where} alone knows of reeds`,
  abstract: `Only the file of ${where} tells of this reed. It bends in the wind of the marsh and does not break, however long the storm lasts. When the wind dies it stands up again, a little lower than before.`,
  // PubMed's own files have a number for each.
  ...(where === 'medline' ? { pmid: '38000002' } : where === 'pubmed-xml' ? { pmid: '38000003' } : {}),
})
const inverted = (text: string) => {
  const places: Record<string, number[]> = {}
  text.split(' ').forEach((word, place) => (places[word] ??= []).push(place))
  return places
}
const nameParts = (SHARED.authors ?? []).map((name) => ({ given: name.split(' ')[0] ?? '', family: name.split(' ')[1] ?? '' }))

/** Shapes of JSON as each catalogue or tool gives them, for a paper with all facts or with none. */
const SHAPES: Readonly<Record<string, (paper: PaperDraft) => object>> = {
  'zotero-api': ({ title, abstract, year, venue, url, doi }) => ({
    key: 'ABCD1234', version: 7, library: { type: 'user', id: 1 },
    data: { itemType: 'journalArticle', title, abstractNote: abstract, creators: nameParts.map(({ given, family }) => ({ creatorType: 'author', firstName: given, lastName: family })), date: String(year ?? ''), publicationTitle: venue ?? '', url: url ?? '', DOI: doi ?? '', tags: [{ tag: 'networks' }, { tag: 'cold', type: 1 }] },
  }),
  'csl': ({ title, abstract, year, venue, url, doi, pmid }) => ({ id: 'brook2024', type: 'article-journal', title, abstract, author: nameParts, issued: { 'date-parts': [[year ?? 2024, 3, 1]] }, 'container-title': venue, URL: url, DOI: doi, PMID: pmid, language: 'en' }),
  'openalex': ({ title, abstract, year, venue, doi, pmid }) => ({
    id: 'https://openalex.org/W4390000001', title, display_name: title, publication_year: year ?? 2024, doi: doi && `https://doi.org/${doi}`, ids: pmid === undefined ? {} : { pmid: `https://pubmed.ncbi.nlm.nih.gov/${pmid}` },
    authorships: (SHARED.authors ?? []).map((name) => ({ author: { display_name: name } })), primary_location: { source: { display_name: venue ?? null } }, abstract_inverted_index: inverted(abstract),
  }),
  'semantic-scholar': ({ title, abstract, year, venue, doi, arxivId, pmid }) => ({ paperId: 'f'.repeat(40), title, abstract, year: year ?? null, venue: venue ?? '', authors: (SHARED.authors ?? []).map((name, i) => ({ authorId: String(i), name })), externalIds: { DOI: doi, ArXiv: arxivId, PubMed: pmid, CorpusId: 7 } }),
  'hugging-face': ({ title, abstract, arxivId = '2403.99999' }) => ({ paper: { id: arxivId, title, summary: abstract, authors: (SHARED.authors ?? []).map((name) => ({ name, hidden: false })), publishedAt: '2024-03-01T00:00:00.000Z', upvotes: 3 }, numComments: 1, title }),
}

const JABREF = (papers: readonly PaperDraft[]) =>
  `% Encoding: UTF-8\n\n@String{jct = "Journal of Cold Things"}\n\n${papers.map(({ title, abstract, doi, arxivId }, i) => `@Article{Brook2024${i},\n  author        = {Brook, Ada and {\\O}sterg{\\aa}rd, S{\\o}ren},\n  date          = {2024-03},\n  journaltitle  = jct,\n  title         = {{${title}}},\n  doi           = {${doi ?? ''}},\n  eprint        = {${arxivId ?? ''}},\n  eprinttype    = {arxiv},\n  abstract      = {${abstract.replaceAll('%', '\\%')}},\n  groups        = {reeds},\n  file          = {:Brook2024.pdf:PDF},\n}`).join('\n\n')}\n\n@Comment{jabref-meta: databaseType:biblatex;}\n`

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'footnote-formats-'))
  const files = join(folder, 'papers')
  await mkdir(join(files, 'catalogues'), { recursive: true })
  for (const { reader, record, file } of FIXTURES) await writeFile(join(files, `${reader.format}.export`), file([record(SHARED), record(only(reader.format))]))
  for (const [name, shape] of Object.entries(SHAPES)) {
    const text = JSON.stringify({ total: 2, data: [shape(SHARED), shape(only(name))] }, undefined, 1)
    await writeFile(join(files, 'catalogues', name === 'openalex' ? `${name}.json.gz` : `${name}.json`), name === 'openalex' ? gzipSync(text) : text)
  }
  await writeFile(join(files, 'jabref.bib'), JABREF([SHARED, only('jabref')]))
  await writeFile(join(files, 'thesis.docx'), Buffer.from('PK\u0003\u0004\u0000\u0000 no paper\u0000', 'latin1'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const script = (name: string, ...words: readonly string[]) =>
  run(process.execPath, ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, `../scripts/${name}.ts`), ...words], { cwd: folder, env: { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data') } })

describe('a folder of files in every format', () => {
  it('comes in through one command; the paper that all of them hold is one, with all its facts', async () => {
    const { stdout, stderr } = await script('ingest', 'papers')
    const names = [...FIXTURES.map(({ reader }) => reader.format), ...Object.keys(SHAPES), 'jabref']
    expect(stdout.trim().split('\n').filter((line) => !/: [12] new, .* 0 duplicate, 0 rejected$/.test(line))).toEqual([])
    expect(stderr).toMatch(/Passed over: papers\/thesis\.docx/)
    const exported = (await script('library', 'export', '-')).stdout.trim().split('\n').map((line) => JSON.parse(line) as PaperDraft)
    const shared = exported.filter(({ title }) => title.toLowerCase() === SHARED.title.toLowerCase())
    expect(shared).toHaveLength(1)
    expect(shared[0]).toMatchObject(SHARED)
    expect(exported.map(({ title }) => title).sort()).toEqual([SHARED.title, ...names.map((name) => only(name).title)].sort())
  }, 60_000)

  it('exported to a file that is there, leaves it as it was unless told to overwrite it', async () => {
    const file = join(folder, 'mine.jsonl')
    await writeFile(file, 'my notes')
    await expect(script('library', 'export', file)).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/mine\.jsonl is there already; .*--force/) as string })
    expect((await script('library', 'export', file, '--force')).stdout).toMatch(/^Wrote \d+ papers/)
  }, 60_000)

  it('exported to a reader who stops early, ends quietly', async () => {
    const words = `'${process.execPath}' --import '${import.meta.resolve('tsx')}' '${join(import.meta.dirname, '../scripts/library.ts')}' export - | true`
    expect(await run('sh', ['-c', words], { cwd: folder, env: { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data') } })).toEqual({ stdout: '', stderr: '' })
  }, 60_000)
})
