/** The draft desk over the starter library: what is said of each sentence, and the draft with its citations put in. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { parse as parseBibtex } from '@retorquere/bibtex-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertCitations, readManuscript, styleOf } from '../src/answering/drafts/manuscript.js'
import { evaluateDraft } from '../scripts/evaluation/drafts.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { DraftReplySchema } from '../src/http/schemas.js'
import type { Paper } from '../src/papers/paper.js'
import { sentences } from '../src/papers/sentences.js'
import { bodyOf, expectError, startServer } from './http-server.js'

const folder = mkdtempSync(join(tmpdir(), 'footnote-draft-'))
let footnote: Footnote
let paper: Paper
/** A sentence of the library, word for word. */
let held: string

beforeAll(async () => {
  footnote = await compose(readConfig({ DATA_DIR: folder }), { log: { info() {}, warn() {} } })
  paper = (await footnote.library.list({ text: 'MiniCache', limit: 1 })).papers[0] as Paper
  const [first] = sentences(paper.abstract)
  held = paper.abstract.slice(first?.start, first?.end)
})

afterAll(async () => {
  await footnote.close()
  rmSync(folder, { recursive: true })
})

const statusesOf = async (text: string) => (await footnote.draft({ text })).sentences.map(({ status }) => status)

describe('a draft', () => {
  it('with a sentence of a paper, supports it by that paper and cites it', async () => {
    const text = `${held} Sparrows sing louder in the rain.`
    const { sentences: checked, cited, bibtex, style } = await footnote.draft({ text })
    expect(style).toBe('pandoc')
    expect(checked.map(({ status }) => status)).toEqual(['supported', 'novel'])
    const best = checked[0]?.best
    expect(best?.paper.id).toBe(paper.id)
    for (const quote of best?.quotes ?? []) expect(paper.abstract.slice(quote.start, quote.end)).toBe(quote.text)
    expect(cited).toBe(`${held.slice(0, -1)} [@${checked[0]?.key as string}]. Sparrows sing louder in the rain.`)
    expect(parseBibtex(bibtex).entries.map(({ key }) => key)).toContain(checked[0]?.key)
  })

  it('with a figure or a denial that the paper does not have, does not support it', async () => {
    const changed = held.replace(/\.$/, ', by a factor of 977.')
    expect((await statusesOf(changed))[0]).not.toBe('supported')
    expect((await statusesOf(`It is not true that ${held.charAt(0).toLowerCase()}${held.slice(1)}`))[0]).not.toBe('supported')
  })

  it.each([
    ['SpinQuant beats FlatQuant by 7.5%.', 'FlatQuant'],
    ['IIR-SNN reaches 70.15% on CIFAR-10.', 'One Timestep'],
    ['KS-APR raised the median position error on Cambridge Landmarks.', 'KS-APR'],
    ['EViT makes inference 50% slower for DeiT-S on ImageNet classification.', 'Not All Patches'],
    ['PyramidDrop slows training by 40%.', 'PyramidDrop'],
    ['GQA cannot be expressed as MLA with the same KV cache.', 'TransMLA'],
    ['Overfitting occurs in one-epoch training.', 'One Epoch'],
    ['MiniCache requires training.', 'MiniCache'],
  ])('"%s", of which the library says the contrary, is not supported, and what is called contradicted is so by a quote', async (text, title) => {
    const { sentences: [sentence], cited } = await footnote.draft({ text })
    expect([sentence?.status === 'supported', cited]).toEqual([false, text])
    if (sentence?.contradicted !== true) return
    expect(sentence.status).toBe('overlaps')
    expect(sentence.best?.paper.title.startsWith(title)).toBe(true)
    for (const quote of sentence.best?.quotes ?? []) expect(sentence.best?.paper.abstract.slice(quote.start, quote.end)).toBe(quote.text)
  })

  it('that denies what a paper says, is called contradicted, with the sentence that says otherwise', async () => {
    const { sentences: [sentence] } = await footnote.draft({ text: 'EViT adds parameters to the vision transformer.' })
    expect(sentence).toMatchObject({ status: 'overlaps', contradicted: true, best: { quotes: [{ text: 'EViT is built into ViT training and adds no parameters.' }] } })
  })

  it('in Markdown, reads on behind a percent sign', async () => {
    const text = 'L-Mul saves 95% of the energy of element-wise multiplication. Sparrows sing louder in the rain.'
    expect((await footnote.draft({ text })).sentences.map((sentence) => sentence.text)).toEqual(text.split(/(?<=\.) /))
  })

  it.each([
    ['Recent work has shown that bees can recognise human faces.', 'needs_citation'],
    ['Bees have been found to recognise human faces.', 'needs_citation'],
    ['Recent work has shown that bees can recognise human faces [@brook2021].', 'novel'],
    ['We propose that bees be shown human faces.', 'novel'],
  ])('"%s" is %s', async (text, status) => {
    expect(await statusesOf(text)).toEqual([status])
  })

  it('in LaTeX, cites in its way, keeps what is cited, and passes formulas and comments over', async () => {
    const text = `\\section{Related work}\n% to do: read on.\n${held}\n\n${held.replace(/\.$/, '~\\cite{mine}.')}\n\\begin{equation}\nx = y. Z is one more sentence here.\n\\end{equation}\n`
    const { sentences: checked, cited, style } = await footnote.draft({ text })
    expect(style).toBe('latex')
    expect(checked).toHaveLength(2)
    for (const { text: sentence, start, end } of checked) expect(text.slice(start, end)).toBe(sentence)
    expect(checked.map(({ status }) => status)).toEqual(['supported', 'supported'])
    expect(cited.match(/\\cite\{/g)).toHaveLength(2)
    expect(cited).toContain(`~\\cite{${checked[0]?.key as string}}.\n\n`)
    expect(cited.replace(`~\\cite{${checked[0]?.key as string}}`, '')).toBe(text)
  })
})

describe('a paper that sets itself apart from others', () => {
  it('in contrast to what they need, does not support that it needs it', async () => {
    const abstract = 'HarbourPilot guides ships through narrow harbours. In contrast to earlier pilots with a hired crew and a rented barge, HarbourPilot relies on printed tide tables and supports every harbour.'
    await footnote.ingest(Readable.from([Buffer.from(JSON.stringify({ title: 'HarbourPilot: Steering by tide tables', abstract }))]))
    expect(await statusesOf('HarbourPilot relies on a hired crew and a rented barge.')).not.toEqual(['supported'])
    expect(await statusesOf('HarbourPilot relies on printed tide tables.')).toEqual(['supported'])
  })
})

describe('a word that begins with "non-"', () => {
  it.each([
    ['The drift of the buoys at dusk is a Gaussian process.', 'The drift of the buoys at dusk is a non-Gaussian process.'],
    ['Netting the herring at dusk is non-invasive for the buoys.', 'Netting the herring at dusk is invasive for the buoys.'],
  ])('in the draft or in the paper alone, makes "%s" contradicted', async (said, known) => {
    await footnote.ingest(Readable.from([Buffer.from(JSON.stringify({ title: `Of buoys: ${known}`, abstract: `${known} We watched them for a year in two harbours of the north.` }))]))
    expect((await footnote.draft({ text: said })).sentences).toMatchObject([{ status: 'overlaps', contradicted: true }])
    expect(await statusesOf(known)).toEqual(['supported'])
  })
})

describe('the sentences that we wrote', () => {
  it('of the half that rules were made on, are told apart about as well as they were', async () => {
    const { said, precision } = await evaluateDraft('test/data/draft-sentences.jsonl', 'dev', { papers: ['index/starter-library.jsonl'] })
    expect(precision.supported.right / precision.supported.said).toBeGreaterThan(0.85)
    expect(precision.contradicted.right / precision.contradicted.said).toBeGreaterThan(0.9)
    expect([said.supported.supported >= 34, said.contradicted.contradicted >= 32, said.contradicted.supported <= 4]).toEqual([true, true, true])
    expect([said.nothing.novel, said.needs_citation.needs_citation]).toEqual([11, 12])
  }, 120_000)
})

describe('reading a manuscript', () => {
  it.each([
    'Deep nets forget old tasks \\citep[see][p.~3]{a,b}.', 'Deep nets forget old tasks [@brook2021; see @dale2020].', 'Deep nets forget old tasks [3, 4].',
    'Deep nets forget old tasks (Brook et al., 2021; Dale, 2020).', 'As Brook et al. (2021) say, deep nets forget old tasks.', 'As @brook2021 says, deep nets forget old tasks.',
  ])('"%s" is cited already', (text) => {
    const [sentence, ...rest] = readManuscript(text, 'latex')
    expect(rest).toEqual([])
    expect(sentence?.isCited).toBe(true)
    expect(sentence?.plain).toMatch(/deep nets forget old tasks\.?$/i)
  })

  it('with headings, lists, tables and code, keeps their prose alone and every offset', () => {
    const text = '# One heading of several words\n\n- First *point* about tidal harbours.\n- Second point about mossy walls.\n\n| a table row | of several words |\n\n```\nconst code = "a few words here"\n```\n\nLast sentence on tidal 𝔉 harbours.'
    const read = readManuscript(text, 'latex')
    expect(read.map(({ plain }) => plain)).toEqual(['First point about tidal harbours.', 'Second point about mossy walls.', 'Last sentence on tidal 𝔉 harbours.'])
    for (const { text: sentence, start, end } of read) expect(text.slice(start, end)).toBe(sentence)
  })

  it.each(['\\begin{equation}'.repeat(2_000), '('.repeat(20_000), '```\n'.repeat(5_000), '\\cite{'.repeat(5_000), '[@a'.repeat(8_000), '\\section['.repeat(4_000), '| a'.repeat(9_000)])('hostile text %#, is read to its end', (text) => {
    for (const { start, end, text: sentence } of readManuscript(`${text}\n\nWe measure tidal harbours.`, 'latex')) expect(`${text}\n\nWe measure tidal harbours.`.slice(start, end)).toBe(sentence)
  })

  it('puts citations before the closing mark, in each style', () => {
    const at = [{ start: 0, end: 4, key: 'a1' }, { start: 5, end: 12, key: 'b2' }]
    expect(insertCitations('One. "Two?!" Three', at, 'pandoc')).toBe('One [@a1]. "Two [@b2]?!" Three')
    expect(insertCitations('One. "Two?!" Three', at, 'latex')).toBe('One~\\cite{a1}. "Two~\\cite{b2}?!" Three')
    expect([styleOf('See \\cite{a}.'), styleOf('See [@a].')]).toEqual(['latex', 'pandoc'])
  })
})

describe('POST /v1/draft', () => {
  it('replies as the contract says', async () => {
    const server = await startServer(footnote)
    const { sentences: checked } = await bodyOf(await server.post('/v1/draft', { text: held, style: 'latex' }), DraftReplySchema)
    expect(checked).toHaveLength(1)
  })

  it('of nothing or too much, says so', async () => {
    const server = await startServer(footnote)
    await expectError(await server.post('/v1/draft', { text: ' \u200b ' }), 'invalid_request', /"text" is blank/)
    await expectError(await server.post('/v1/draft', { text: 'x'.repeat(50_001) }), 'invalid_request', /50001 characters; at most 50000/)
    await expectError(await server.post('/v1/draft', { text: 'x', style: 'word' }), 'invalid_request', /"word"; use "pandoc" or "latex"/)
  })
})
