/** The map of the starter library: every paper placed, the same every time, and a picture that nothing can act in. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { renderMap } from '../src/http/map-svg.js'
import { MapReplySchema } from '../src/http/schemas.js'
import { createAtlas } from '../src/retrieval/map/atlas.js'
import { nameRegions } from '../src/retrieval/map/regions.js'
import { artsIn, rarityIn, readTermCounts, subjectnessIn } from '../src/retrieval/rarity.js'
import type { Paper } from '../src/papers/paper.js'
import type { LibraryMap } from '../src/retrieval/map/map.js'
import { bodyOf, startServer } from './http-server.js'

const folder = mkdtempSync(join(tmpdir(), 'footnote-map-'))
let footnote: Footnote
const counts = await readTermCounts('index/background/terms.tsv.gz')
const phraseCounts = await readTermCounts('index/background/phrases.tsv.gz')
let map: LibraryMap
let papers: readonly Paper[]
const fail = (error: unknown) => {
  throw error
}

beforeAll(async () => {
  footnote = await compose(readConfig({ DATA_DIR: folder }), { log: { info() {}, warn() {} } })
  map = await footnote.map()
  papers = (await footnote.library.list({ limit: 200 })).papers
}, 60_000)

afterAll(async () => {
  await footnote.close()
  rmSync(folder, { recursive: true })
})

describe('the map', () => {
  it('holds every paper once, within its frame, in a region with a name', () => {
    expect(new Set(map.points.map(({ id }) => id)).size).toBe(102)
    for (const { x, y, cluster } of map.points) {
      for (const place of [x, y]) expect(place >= 0 && place <= 1).toBe(true)
      expect(map.clusters[cluster]?.label).toMatch(/\p{L}{3}/u)
    }
    expect(map.clusters.reduce((sum, { papers }) => sum + papers, 0)).toBe(102)
    expect(map).toMatchObject({ papers: 102, isSample: false, isStale: false })
  })

  it('places papers of one subject nearer together than others', () => {
    const at = (start: string) => map.points.find(({ title }) => title.startsWith(start)) as LibraryMap['points'][number]
    const apart = (a: string, b: string) => Math.hypot(at(a).x - at(b).x, at(a).y - at(b).y)
    expect(apart('Once-for-All', 'TODM')).toBeLessThan(apart('Once-for-All', 'Randomized Quantization'))
    expect(apart('Ferret', 'MoDeST')).toBeLessThan(apart('Ferret', 'PyramidDrop'))
  })

  it('drawn again from nothing, is the same', async () => {
    const again = await createAtlas({ library: footnote.library, path: join(folder, 'again.json'), version: 'one', onFailure: fail, counts, phraseCounts })()
    expect(again).toEqual(map)
    expect(existsSync(join(folder, 'again.json'))).toBe(true)
  }, 30_000)

  it('that another version of the program kept, is drawn anew', async () => {
    const path = join(folder, 'versions.json')
    const parts = { library: footnote.library, path, onFailure: fail, counts, phraseCounts }
    await createAtlas({ ...parts, version: 'one' })()
    const kept = JSON.parse(readFileSync(path, 'utf8')) as { version: string; map: LibraryMap }
    writeFileSync(path, JSON.stringify({ ...kept, map: { ...kept.map, points: [] } }))
    expect((await createAtlas({ ...parts, version: 'one' })()).points).toEqual([])
    expect((await createAtlas({ ...parts, version: 'two' })()).points).toHaveLength(102)
  }, 60_000)

  it('names its regions by whole phrases, each by its own', () => {
    const labels = map.clusters.flatMap(({ label }) => label.split(' · '))
    expect(new Set(labels).size).toBe(labels.length)
    expect(labels.filter((label) => /^(?:models?|data|methods?|learning|systems?|approach|framework|training|results?|performance|efficient|large)$/i.test(label))).toEqual([])
    const texts = papers.map(({ title, abstract }) => `${title}. ${abstract}`.toLowerCase())
    for (const label of labels) {
      const whole = new RegExp(`(?<![\\p{L}\\p{N}-])${label.toLowerCase()}(?![\\p{L}\\p{N}-])`, 'u')
      expect(texts.some((text) => whole.test(text)), label).toBe(true)
    }
  })

  it('gives a region that holds two subjects the name of one, and of one subject both its names', () => {
    const titles = [...Array.from({ length: 6 }, (_, i) => `Black holes and dark matter, part ${i}`), ...Array.from({ length: 5 }, (_, i) => `Heart failure at night, part ${i}`), ...Array.from({ length: 9 }, (_, i) => `Rivers and tides, part ${i}`)]
    const texts = titles.map((title) => ({ title, abstract: `${title}.` }))
    const positions = titles.map((_, i) => [i < 11 ? 0.1 : 0.9, i / 100] as const)
    const regions = titles.map((_, i) => (i < 11 ? 0 : 1))
    const groups = [[0, 6], [6, 11], [11, 20]] as const
    const neighbours = titles.map((_, row) => {
      const [from, to] = groups.find(([, end]) => row < end) as readonly [number, number]
      return Array.from({ length: to - from }, (_, i) => from + i)
    })
    const naming = { rarity: rarityIn(counts), subjectness: subjectnessIn(counts), arts: artsIn(phraseCounts) }
    const [first] = nameRegions({ texts, neighbours }, { positions, regions }, naming)
    expect(first).toMatch(/black holes|dark matter|heart failure/)
    expect(/heart/.test(first as string) && /black|dark/.test(first as string)).toBe(false)
    const [mixed] = nameRegions({ texts, neighbours: titles.map((_, row) => titles.map((_, i) => i).filter((i) => i < 11 === row < 11)) }, { positions, regions }, naming)
    expect(mixed).toMatch(/heart failure/)
    expect(mixed).toMatch(/black holes|dark matter/)
  })

  it('after a paper has gone, is the former one until it is drawn anew, and moves little', async () => {
    await footnote.library.remove([map.points[0]?.id as string])
    expect(await footnote.map()).toEqual({ ...map, isStale: true })
    await expect.poll(async () => (await footnote.map()).isStale, { timeout: 20_000 }).toBe(false)
    const now = await footnote.map()
    expect(now.points).toHaveLength(101)
    const before = new Map(map.points.map((point) => [point.id, point]))
    const moves = now.points.map(({ id, x, y }) => Math.hypot(x - (before.get(id)?.x ?? 0), y - (before.get(id)?.y ?? 0))).sort((a, b) => a - b)
    expect(moves[50]).toBeLessThan(0.15)
  }, 30_000)
})

describe('the picture', () => {
  it('of hostile titles, is valid XML that says them and runs nothing', () => {
    const title = '<script>alert(1)</script> & "x" ]]>'
    const svg = renderMap({ ...map, points: [{ id: 'a"/><b', title, x: 0.5, y: 0.5, cluster: 0 }], clusters: [{ label: '<i>&', papers: 1, x: 0.5, y: 0.5 }] }, new Set(['a"/><b']), (id) => `../p/${encodeURIComponent(id)}`)
    expect(XMLValidator.validate(svg)).toBe(true)
    expect(svg).not.toMatch(/<script|<i>|<b/)
    expect(JSON.stringify(new XMLParser().parse(svg))).toContain('<script>alert(1)</script>')
    expect(svg).toContain('class="marked"')
  })

  it('of marks, says how many stand out and how many are not on it', () => {
    const said = (...ids: string[]) => /<text class="note"[^>]*>([^<]*)</.exec(renderMap(map, new Set(ids), (id) => id))?.[1]
    const known = map.points[0]?.id as string
    expect(said()).not.toContain('marked')
    expect(said(known)).toMatch(/mean nothing\. 1 marked\.$/)
    expect(said(known, 'arxiv:1', 'arxiv:2')).toMatch(/ 1 marked; 2 of the ids to mark are not on this map\.$/)
  })

  it('and the points and the page are served, none of them able to run what stands in them', async () => {
    const server = await startServer()
    await bodyOf(await server.get('/v1/map'), MapReplySchema)
    const svg = await server.get('/v1/map.svg?mark=x')
    expect(svg.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8')
    expect(svg.headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/)
    expect(await svg.text()).toContain('tides &amp; bays')
    const page = await server.get('/map')
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(await page.text()).toMatch(/src="assets\/\w+\/map\.js"/)
  })
})
