/** Related work over the starter library: neighbours, with the sentences that meet. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import type { Paper } from '../src/papers/paper.js'

const folder = mkdtempSync(join(tmpdir(), 'footnote-related-'))
let footnote: Footnote
let papers: readonly Paper[]
const titled = (start: string) => papers.find(({ title }) => title.startsWith(start)) as Paper

beforeAll(async () => {
  footnote = await compose(readConfig({ DATA_DIR: folder }), { log: { info() {}, warn() {} } })
  papers = (await footnote.library.list({ limit: 200 })).papers
})

afterAll(async () => {
  await footnote.close()
  rmSync(folder, { recursive: true })
})

describe('related', () => {
  it.each([
    ['Once-for-All: Train One Network', 'once-for-all|OFA|supernet|subnet'],
    ['When Layers Play the Lottery', 'pruning'],
    ['MiniCache', 'KV cache'],
  ])('of %s, finds papers on its subject among the first five', async (start, subject) => {
    const hits = await footnote.related({ seeds: [titled(start).id], limit: 5 })
    const onSubject = hits.filter(({ paper }) => new RegExp(subject, 'i').test(`${paper.title} ${paper.abstract}`))
    expect(onSubject.length).toBeGreaterThanOrEqual(2)
  })

  it('of any paper, leaves the paper itself out, gives as many as asked, and quotes both sides word for word', async () => {
    for (const seed of papers.slice(0, 30)) {
      const hits = await footnote.related({ seeds: [seed.id], limit: 7 })
      expect(hits).toHaveLength(7)
      expect(hits.map(({ paper }) => paper.id)).not.toContain(seed.id)
      for (const { paper, why } of hits) {
        expect(why.pairs.length).toBeGreaterThan(0)
        for (const { seedSentence, hitSentence } of why.pairs) {
          expect(seed.abstract.slice(seedSentence.start, seedSentence.end)).toBe(seedSentence.text)
          expect(paper.abstract.slice(hitSentence.start, hitSentence.end)).toBe(hitSentence.text)
        }
        for (const term of why.sharedTerms) expect(`${paper.title} ${paper.abstract}`.normalize('NFKD').toLowerCase()).toContain(term.slice(0, 3))
      }
    }
  })

  it('of a text, finds the paper that it was taken from', async () => {
    const { abstract, id } = titled('MiniCache')
    const [first] = await footnote.related({ text: abstract.slice(0, abstract.length / 2) })
    expect(first?.paper.id).toBe(id)
  })

  it('of a paper that is not there, names it', async () => {
    await expect(footnote.related({ seeds: ['title:0000000000000000'] })).rejects.toMatchObject({ code: 'not_found', message: expect.stringContaining('title:0000000000000000') as string })
  })
})
