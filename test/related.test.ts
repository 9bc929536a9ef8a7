/** Related work over the starter library: neighbours, what is not wanted, and the reasons that are given. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { print } from '../scripts/evaluation/printing.js'
import { evaluateRelatedGroups } from '../scripts/evaluation/related-groups.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import type { Paper } from '../src/papers/paper.js'
import { rarityIn, readTermCounts, subjectnessIn } from '../src/retrieval/rarity.js'
import type { RelatedWork } from '../src/retrieval/retrieval.js'
import { terms } from '../src/text/terms.js'

const folder = mkdtempSync(join(tmpdir(), 'footnote-related-'))
let footnote: Footnote
let papers: readonly Paper[]
const titled = (start: string) => papers.find(({ title }) => title.startsWith(start)) as Paper
const idsOf = ({ results }: RelatedWork) => results.map(({ paper }) => paper.id)
const starts = ({ results }: RelatedWork) => results.map(({ paper }) => paper.title)

beforeAll(async () => {
  footnote = await compose(readConfig({ DATA_DIR: folder }), { log: { info() {}, warn() {} } })
  papers = (await footnote.library.list({ limit: 200 })).papers
})

/** Runs with further papers in the library, of which it is given the ids. */
async function holding(added: readonly { readonly title: string; readonly abstract: string }[], run: (ids: readonly string[]) => Promise<void>): Promise<void> {
  async function* bytes() {
    yield Buffer.from(added.map((paper) => JSON.stringify(paper)).join('\n'))
  }
  await footnote.ingest(bytes(), { name: 'added.jsonl' })
  const ids = await Promise.all(added.map(async ({ title }) => (await footnote.library.list({ text: title, limit: 1 })).papers[0]?.id as string))
  try {
    await run(ids)
  } finally {
    await footnote.library.remove(ids)
  }
}

afterAll(async () => {
  await footnote.close()
  rmSync(folder, { recursive: true })
})

describe('groups that a reader drew up', () => {
  it('of the starter library, stand together nearly always, and what does not is told with its place', async () => {
    const report = await evaluateRelatedGroups('test/data/related-groups.jsonl', 'test', { papers: ['index/starter-library.jsonl'] })
    const met = report.groups.reduce((sum, group) => sum + group.met, 0)
    expect(met).toBeGreaterThanOrEqual(49)
    expect(report.groups.map(({ group, papers, pairs, met, missed }) => [group, pairs === papers * (papers - 1), met + missed.length === pairs])).toEqual(report.groups.map(({ group }) => [group, true, true]))
    for (const { seed, other, place } of report.groups.flatMap(({ missed }) => missed)) {
      const ranked = starts(await footnote.related({ seeds: [titled(seed).id], limit: 50 }))
      expect(ranked.findIndex((title) => title.startsWith(other)) + 1 || undefined).toBe(place)
    }
    expect(print(report)).toMatch(new RegExp(`all +${met} of 54`))
  }, 60_000)

  it('of which the library lacks a paper, names its title', async () => {
    const file = join(folder, 'groups.jsonl')
    writeFileSync(file, JSON.stringify({ split: 'test', group: 'tides', titles: ['MiniCache', 'Tides of Venus'] }))
    await expect(evaluateRelatedGroups(file, 'test', { papers: ['index/starter-library.jsonl'] })).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('"Tides of Venus"') as string })
    await expect(evaluateRelatedGroups(file, 'dev', {})).rejects.toMatchObject({ code: 'invalid_request' })
  })
})

describe('related, of a paper', () => {
  it('leaves the paper itself out, gives as many as asked, and quotes both sides word for word', async () => {
    for (const seed of papers.slice(0, 5)) {
      const { results } = await footnote.related({ seeds: [seed.id], limit: 7 })
      expect(results).toHaveLength(7)
      expect(results.map(({ paper }) => paper.id)).not.toContain(seed.id)
      for (const { paper, why } of results) {
        expect(why.seeds).toMatchObject([{ seedId: seed.id }])
        for (const { seedId, seedSentence, hitSentence } of why.pairs) {
          expect(seedId).toBe(seed.id)
          expect(seed.abstract.slice(seedSentence.start, seedSentence.end)).toBe(seedSentence.text)
          expect(paper.abstract.slice(hitSentence.start, hitSentence.end)).toBe(hitSentence.text)
        }
        for (const term of why.sharedTerms) expect(`${paper.title} ${paper.abstract}`.toLowerCase()).toContain(term.replace(/ \(.*$/, '').toLowerCase())
      }
    }
  })

  it('mostly gives a reason in words and in sentences', async () => {
    const hits = (await Promise.all(papers.slice(0, 20).map(async ({ id }) => (await footnote.related({ seeds: [id], limit: 2 })).results))).flat()
    expect(hits.filter(({ why }) => why.sharedTerms.length > 0 && why.pairs.length > 0).length).toBeGreaterThan(hits.length / 2)
  })

  it('names what both are about in whole words', async () => {
    const { results } = await footnote.related({ seeds: [titled('MiniCache').id], limit: 3 })
    expect(results.flatMap(({ why }) => why.sharedTerms)).toContain('KV cache')
  })

  it('names nothing that any paper might say', async () => {
    const shared = (await Promise.all(papers.slice(0, 30).map(async ({ id }) => (await footnote.related({ seeds: [id], limit: 5 })).results.flatMap(({ why }) => why.sharedTerms)))).flat()
    expect(shared.length).toBeGreaterThan(60)
    expect(shared.filter((term) => /^(?:tokens?|modules?|layers?|iterations?|gradients?|blocks?|pre-trained|fine-grained|real-world|neural networks?|large language models?|anymore|worse|fixed|traditional|highly|rapid(?:ly)?|covers?|overall performance|ensures?|highlights?|less|simultaneous|faster|deployment|fundamental|profoundly|performance)$/i.test(term))).toEqual([])
  }, 60_000)

  it('names an acronym by its long form, whichever of the two a paper uses', async () => {
    await holding([
      { title: 'Tracking a glider by its wake', abstract: 'We track a glider by optical seabed ranging (OSR). The estimates of OSR drift slowly. In still water OSR is exact to a metre.' },
      { title: 'OSR without a lamp', abstract: 'We show that OSR works in starlight. Until now OSR has needed a lamp. A glider that uses OSR at night saves a third of its charge.' },
    ], async ([glider, lamp]) => {
      const { results } = await footnote.related({ seeds: [glider as string], limit: 3 })
      expect(results[0]?.paper.id).toBe(lamp)
      expect(results[0]?.why.sharedTerms).toContain('optical seabed ranging (OSR)')
      const { results: back } = await footnote.related({ seeds: [lamp as string], limit: 3 })
      expect(back[0]?.why.sharedTerms).toContain('optical seabed ranging (OSR)')
    })
  })

  it('that shares nothing but words of the trade, gives no reason rather than a poor one', async () => {
    await holding([{ title: 'Why barley beer foams', abstract: 'Barley beer foams because of a protein. We measured the foam of forty beers over an hour. Foam lasts longer at a lower temperature.' }], async ([beer]) => {
      const { results } = await footnote.related({ seeds: [beer as string], limit: 5 })
      expect(results.flatMap(({ why }) => [...why.sharedTerms, ...why.pairs])).toEqual([])
    })
  })

  it('shows sentences that propose before those that only set out, where both are as near', async () => {
    await holding([
      { title: 'Kites that follow gulls', abstract: 'Tethered kites and herring gulls share the upwind. We propose tethered kites that follow herring gulls along cliffs.' },
      { title: 'Herring gulls as guides', abstract: 'Herring gulls and tethered kites meet at cliffs. We propose herring gulls as guides of tethered kites along cliffs.' },
    ], async ([kites]) => {
      const { results } = await footnote.related({ seeds: [kites as string], limit: 1 })
      expect(results[0]?.why.pairs[0]).toMatchObject({ seedSentence: { text: expect.stringMatching(/^We propose/) as string }, hitSentence: { text: expect.stringMatching(/^We propose/) as string } })
    })
  })

  it('shows a second pair of sentences only where they share words of a subject', async () => {
    const counts = await readTermCounts('index/background/terms.tsv.gz')
    const subjects = (text: string) => terms(text).filter((term) => subjectnessIn(counts)(term) * rarityIn(counts)(term) > 0.05)
    for (const { id } of papers.slice(0, 15)) {
      for (const { why } of (await footnote.related({ seeds: [id], limit: 5 })).results) {
        for (const { seedSentence, hitSentence } of why.pairs.slice(1)) expect(subjects(hitSentence.text).some((term) => subjects(seedSentence.text).includes(term)), hitSentence.text).toBe(true)
      }
    }
  }, 60_000)

  it('that is not there, names it', async () => {
    await expect(footnote.related({ seeds: ['title:0000000000000000'] })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('title:0000000000000000') as string })
  })
})

describe('related, of several papers', () => {
  it('says which pulled each, and lets each have its say', async () => {
    const seeds = [titled('MiniCache').id, titled('Ferret').id]
    const { results } = await footnote.related({ seeds, limit: 10 })
    expect(idsOf({ results, duplicates: [] })).not.toEqual(expect.arrayContaining(seeds))
    expect(new Set(results.flatMap(({ why }) => why.seeds.map(({ seedId }) => seedId)))).toEqual(new Set(seeds))
    for (const { why } of results) for (const { seedId } of why.pairs) expect(why.seeds.map((seed) => seed.seedId)).toContain(seedId)
  })

  it('puts a paper near all before one near a single one', async () => {
    const [first, second] = [titled('PyramidDrop').id, titled('Not All Patches').id]
    const places = async (seeds: string[], id: string) => idsOf(await footnote.related({ seeds, limit: 100 })).indexOf(id)
    const near = titled('Adaptive Token').id
    const one = titled('TransMLA').id
    expect(await places([first, second], near)).toBeLessThan(await places([first, second], one))
    expect(await places([first, second], near)).toBeLessThanOrEqual(3)
  })
})

describe('related, with papers that are not wanted', () => {
  it('pushes their kind down and leaves the rest in order', async () => {
    const seed = titled('Structured Pruning').id
    const unwanted = titled('Once-for-All')
    const before = idsOf(await footnote.related({ seeds: [seed], limit: 30 }))
    const after = idsOf(await footnote.related({ seeds: [seed], not: [unwanted.id], limit: 100 }))
    const kind = papers.filter(({ title }) => /^(?:Once-for-All|TODM|DεpS|One QuantLLM)/.test(title) === true && title !== unwanted.title).map(({ id }) => id).filter((id) => before.includes(id))
    expect(after).not.toContain(unwanted.id)
    expect(kind.length).toBeGreaterThan(0)
    const down = kind.map((id) => after.indexOf(id) - before.indexOf(id))
    expect(Math.max(...down)).toBeGreaterThan(0)
    const partner = titled('When Layers Play').id
    expect(after.indexOf(partner)).toBeLessThanOrEqual(before.indexOf(partner))
  })

  it('that are wanted too, asks what is meant', async () => {
    const { id } = titled('MiniCache')
    await expect(footnote.related({ seeds: [id], not: [id] })).rejects.toMatchObject({ code: 'invalid_request', message: expect.stringContaining('"seeds" and in "not"') as string })
    await expect(footnote.related({ seeds: [id], not: ['arxiv:1'] })).rejects.toMatchObject({ code: 'not_found' })
  })
})

describe('related, of a text', () => {
  it('finds the paper that it was taken from, and says that it is one', async () => {
    const { abstract, id } = titled('MiniCache')
    const { results } = await footnote.related({ text: abstract.slice(0, abstract.length / 2) })
    expect(results[0]?.paper.id).toBe(id)
    expect(results.filter(({ nearDuplicate }) => nearDuplicate === true).map(({ paper }) => paper.id)).toEqual([id])
  })

  it('with LaTeX, hidden characters and lines, quotes it as it was sent', async () => {
    const text = 'Smaller\u200b  key--value caches\n\nWe \\textbf{merge} the KV cache of {adjacent} layers,\nwhich saves $41\\%$ of memory. 𝔉ewer tokens are kept.'
    const { results } = await footnote.related({ text, limit: 5 })
    const quoted = results.flatMap(({ why }) => why.pairs.map(({ seedSentence }) => seedSentence))
    for (const { text: quote, start, end } of quoted) expect(text.slice(start, end)).toBe(quote)
    expect(quoted.map((quote) => quote.text)).toContain('We \\textbf{merge} the KV cache of {adjacent} layers,\nwhich saves $41\\%$ of memory.')
    expect(starts({ results, duplicates: [] })[0]).toMatch(/^(?:TransMLA|Let the Code|MiniCache)/)
  })
})

describe('related, of a part of an abstract', () => {
  it('meets the rest of it in a seldom word that is no subject, before papers on its subject', async () => {
    await holding([
      { title: 'Part two', abstract: 'The keepers were exhausted whenever storms lingered. Afterwards they slept serendipitously and awoke serendipitously.' },
      { title: 'Lighthouse lamps', abstract: 'Lighthouse lamps burn oil. A lighthouse lamp of brass outlasts a lighthouse lamp of tin.' },
    ], async ([rest, lamps]) => {
      const ids = idsOf(await footnote.related({ text: 'A lighthouse was kept serendipitously.', limit: 5 }))
      expect([ids.indexOf(rest as string), ids.indexOf(lamps as string)]).toEqual([0, 1])
    })
  })
})

describe('related, of what the library has nothing near', () => {
  it.each(['asdf qwer', 'Sparrows sing louder in the rain.', '東京タワー'])('of "%s", says so', async (text) => {
    expect((await footnote.related({ text, limit: 3 })).notice).toMatch(/^Nothing in this library is near this text/)
  })

  it('behind a filter that lets none through, says so of the filter and not of the library', async () => {
    const filter = { year: { from: 9_999 } }
    const { papers: [seed] } = await footnote.library.list({ limit: 1 })
    for (const about of [{ text: 'Federated learning on phones' }, { seeds: [seed?.id as string] }]) {
      const { results, notice } = await footnote.related({ ...about, filter })
      expect([results, notice]).toEqual([[], 'The filter lets no paper through that could be listed; leave it out, or let more through.'])
    }
  })

  it.each(['lottery tickets', 'Federated learning on phones', 'Which visual tokens may a language model drop?'])('of "%s", on which it has papers, does not', async (text) => {
    const { results, notice } = await footnote.related({ text, limit: 3 })
    expect([results.length, notice]).toEqual([3, undefined])
  })
})

describe('related, with diversity', () => {
  it('0, keeps the ranking; more, keeps the first and brings others in', async () => {
    const seeds = [titled('Once-for-All').id]
    const plain = idsOf(await footnote.related({ seeds, limit: 8 }))
    expect(idsOf(await footnote.related({ seeds, limit: 8, diversity: 0 }))).toEqual(plain)
    const various = idsOf(await footnote.related({ seeds, limit: 8, diversity: 0.8 }))
    expect(various[0]).toBe(plain[0])
    expect(various.filter((id) => !plain.includes(id)).length).toBeGreaterThan(0)
    expect(new Set(various).size).toBe(8)
  })
})

describe('related, where a paper is held twice', () => {
  it('names the other version and shows none of the two again', async () => {
    const seed = titled('MiniCache')
    const twin = JSON.stringify({ title: 'MiniCache, the extended version', abstract: `${seed.title}. ${seed.abstract} It is longer.` })
    async function* bytes() {
      yield Buffer.from(`${twin}\n`)
    }
    await footnote.ingest(bytes(), { name: 'twin.jsonl' })
    const { papers: [added] } = await footnote.library.list({ text: 'extended version', limit: 1 })
    const work = await footnote.related({ seeds: [seed.id], limit: 5 })
    expect(work.duplicates).toEqual([{ id: added?.id, title: added?.title, of: seed.id }])
    expect(idsOf(work)).not.toContain(added?.id)
    const others = await footnote.related({ seeds: [titled('TransMLA').id], limit: 5 })
    expect(idsOf(others).filter((id) => id === added?.id || id === seed.id)).toHaveLength(1)
    expect(others.duplicates).toHaveLength(1)
    await footnote.library.remove([added?.id as string])
  })
})
