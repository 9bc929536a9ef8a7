/** Draws the map of a library, keeps it on disk, and draws it anew from the former one when the library has changed. */
import { createHash } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { FootnoteError } from '../../errors.js'
import type { Handle, Library } from '../../library/library.js'
import type { Paper } from '../../papers/paper.js'
import type { TermCounts } from '../rarity.js'
import type { DrawMap, Drawn, LibraryMap, MapJob } from './map.js'

/** Most papers that are drawn; of a larger library, as many by the hash of their ids: the same sample every time. */
const MOST_POINTS = 10_000
const NEIGHBOURS = 15
const SEED = 7
const PAGE = 500
/** Papers whose vectors are read at a time. */
const BATCH = 100
/** How long a first map is waited for, and when one who was turned away may come again. */
const PATIENCE_MS = 10_000
const RETRY_AFTER_SECONDS = 5

export interface AtlasParts {
  readonly library: Library
  /** `map.json` in the data folder. */
  readonly path: string
  /** Of the program: a map that another version drew is drawn anew. */
  readonly version: string
  readonly onFailure: (error: unknown) => void
  /** Of terms and of phrases, by which regions are named. */
  readonly counts: TermCounts
  readonly phraseCounts: TermCounts
}

/**
 * A map of the library as it is, or, while a new one is drawn, the former one, which says that it is stale. A first map is
 * waited for; if it takes longer, `not_ready`. Drawing is done in another thread; reading goes in small pieces between requests.
 */
export function createAtlas({ library, path, version, onFailure, ...counts }: AtlasParts): DrawMap {
  let latest: LibraryMap | undefined
  let drawing: Promise<LibraryMap> | undefined
  const start = () => {
    drawing ??= draw(library, counts, latest)
      .then(async (map) => {
        latest = map
        await keep(path, { version, map }).catch(onFailure)
        return map
      })
      .finally(() => (drawing = undefined))
    drawing.catch(onFailure)
    return drawing
  }
  return async (signal) => {
    latest ??= await readKept(path, version)
    const { revision, model } = await library.status()
    if (latest?.revision === revision && latest.model === model) return latest
    const next = start()
    if (latest !== undefined) return { ...latest, isStale: true }
    const late = new FootnoteError('not_ready', 'The map is being drawn; ask again in some seconds.', { retryAfterSeconds: RETRY_AFTER_SECONDS })
    let timer: NodeJS.Timeout | undefined
    const patience = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(late), PATIENCE_MS)
      signal?.addEventListener('abort', () => reject(late), { once: true })
    })
    return Promise.race([next, patience]).finally(() => clearTimeout(timer))
  }
}

type Counts = Pick<MapJob, 'counts' | 'phraseCounts'>

async function draw(library: Library, counts: Counts, former: LibraryMap | undefined): Promise<LibraryMap> {
  const { revision, model, papers: inLibrary } = await library.status()
  const papers = await choosePapers(library)
  const job = { ...(await prepare(library, papers, former?.model === model ? former : undefined)), ...counts }
  const drawn = papers.length === 0 ? { positions: [], cluster: [], labels: [] } : await inThread(job)
  const points = papers.map(({ paper: { id, title, year } }, i) => {
    const [x, y] = drawn.positions[i] as readonly [number, number]
    return { id, title, ...(year === undefined ? {} : { year }), x, y, cluster: drawn.cluster[i] as number }
  })
  const clusters = drawn.labels.map((label, c) => {
    const members = points.filter(({ cluster }) => cluster === c)
    const mean = (axis: 'x' | 'y') => Math.round(1e4 * (members.reduce((sum, point) => sum + point[axis], 0) / members.length)) / 1e4
    return { label, papers: members.length, x: mean('x'), y: mean('y') }
  })
  return { revision, model, papers: inLibrary, isSample: points.length < inLibrary, isStale: false, points, clusters }
}

interface Chosen {
  readonly handle: Handle
  readonly paper: Paper
}

async function choosePapers(library: Library): Promise<Chosen[]> {
  const ids: string[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = await library.list({ limit: PAGE, cursor })
    ids.push(...page.papers.map(({ id }) => id))
    cursor = page.nextCursor
    await nextTurn()
  }
  const byHash = (id: string) => createHash('sha256').update(id).digest('hex')
  const chosen = ids.length <= MOST_POINTS ? ids : ids.map((id) => ({ id, hash: byHash(id) })).sort((a, b) => (a.hash < b.hash ? -1 : 1)).slice(0, MOST_POINTS).map(({ id }) => id)
  const papers: Chosen[] = []
  for (let from = 0; from < chosen.length; from += PAGE) {
    const found = await Promise.all(chosen.slice(from, from + PAGE).map((id) => library.get(id)))
    papers.push(...found.flatMap((one) => one ?? []))
    await nextTurn()
  }
  return papers
}

/** Neighbours come from the vector index; where it gives others than those drawn, the nearest of these fill up. */
async function prepare(library: Library, papers: readonly Chosen[], former: LibraryMap | undefined): Promise<Omit<MapJob, keyof Counts>> {
  const rows = new Map(papers.map(({ handle }, row) => [handle, row]))
  const wanted = Math.min(NEIGHBOURS, papers.length)
  const share = Math.min(1, papers.length / Math.max(1, (await library.status()).papers))
  const [neighbours, distances]: [number[][], number[][]] = [[], []]
  let batch: Awaited<ReturnType<Library['vectors']>> = []
  for (const [at, { handle }] of papers.entries()) {
    if (at % BATCH === 0) batch = await library.vectors(papers.slice(at, at + BATCH).map((one) => one.handle))
    const own = batch[at % BATCH]
    const near = own === undefined ? [] : (await library.searchVectors(own.paper, { limit: share === 1 ? wanted : Math.ceil((2 * wanted) / share) })).flatMap(({ handle: other, similarity }) => {
      const row = rows.get(other)
      return row === undefined || other === handle ? [] : [{ row, distance: Math.max(0, 1 - similarity) }]
    })
    const self = neighbours.length
    const rest = near.slice(0, wanted - 1)
    for (let row = 0; rest.length < wanted - 1 && row < papers.length; row++) if (row !== self && !rest.some((one) => one.row === row)) rest.push({ row, distance: 1 })
    neighbours.push([self, ...rest.map(({ row }) => row)])
    distances.push([0, ...rest.map(({ distance }) => distance)])
    await nextTurn()
  }
  const places = new Map(former?.points.map(({ id, x, y }) => [id, [x, y] as const]))
  return { seed: SEED, neighbours, distances, former: papers.map(({ paper }) => places.get(paper.id)), texts: papers.map(({ paper: { title, abstract } }) => ({ title, abstract })) }
}

function inThread(job: MapJob): Promise<Drawn> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('./draw-thread.js', import.meta.url), { workerData: job })
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', (code) => reject(new Error(`The thread that draws the map ended with ${code}.`)))
    worker.unref()
  })
}

interface Kept {
  readonly version: string
  readonly map: LibraryMap
}

/** What cannot be read, or was drawn by another version, is drawn anew. */
async function readKept(path: string, version: string): Promise<LibraryMap | undefined> {
  const kept = await readFile(path, 'utf8').then((text) => JSON.parse(text) as Partial<Kept>).catch(() => undefined)
  return kept?.version === version ? kept.map : undefined
}

async function keep(path: string, kept: Kept): Promise<void> {
  await writeFile(`${path}.new`, JSON.stringify(kept))
  await rename(`${path}.new`, path)
}
