/** Kills an ingesting process at random moments, again and again, and counts what it had acknowledged and lost. */
import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import type { EmbeddingModel } from '../src/embedding/embedder.js'
import type { Entry, Library } from '../src/library/library.js'
import { openLibrary } from '../src/library/open.js'
import { sentences } from '../src/papers/sentences.js'
import { createRandom } from '../src/text/random.js'

const MODEL: EmbeddingModel = {
  id: 'crash-test@1',
  dimensions: 32,
  searchDimensions: 32,
  fusion: { bm25: 1, dense: 0, bestSentence: 0 },
}
const WRITERS = 4
const LARGEST_BATCH = 12
const LONGEST_LIFE_MS = 400
/** All batches are looked at this often, and at the end; else those of this round. */
const FULL_CHECK_EVERY = 20

/** What is known of a batch of papers, which are always written and removed together. */
interface Batch {
  readonly name: string
  readonly size: number
  /** The last acknowledged version; 0 before the first, -1 when removed. */
  readonly version: number
  /** Its removal has begun, so that it may be gone without having been acknowledged as gone. */
  readonly leaving?: boolean
}

const { values: settings } = parseArgs({
  options: { rounds: { type: 'string', default: '200' }, role: { type: 'string' }, folder: { type: 'string' }, seed: { type: 'string', default: '1' } },
})
const silent = { info: () => {}, warn: () => {} }

if (settings.role === 'write') await write(settings.folder as string, Number(settings.seed))
else if (settings.role === 'check') await check(settings.folder as string)
else process.exitCode = await run(Number(settings.rounds))

/** The rounds; returns the exit code. */
async function run(rounds: number): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'footnote-crash-'))
  const random = createRandom(Date.now())
  const known = new Map<string, Batch>()
  let acknowledged = 0
  const faults: string[] = []
  for (let round = 1; round <= rounds; round++) {
    const written = await writeUntilKilled(folder, round, random.next() * LONGEST_LIFE_MS)
    acknowledged += written.acknowledged
    for (const batch of written.batches) known.set(batch.name, batch)
    const batches = round % FULL_CHECK_EVERY === 0 || round === rounds ? [...known.values()] : written.batches
    faults.push(...(await checkInFreshProcess(folder, batches)).map((fault) => `round ${round}: ${fault}`))
    if (round % 10 === 0) console.log(`${round} rounds, ${acknowledged} writes acknowledged, ${faults.length} faults`)
  }
  for (const fault of faults) console.error(fault)
  console.log(`rounds ${rounds}, papers acknowledged ${acknowledged}, lost or half there ${faults.length}`)
  if (faults.length === 0) await rm(folder, { recursive: true })
  else console.error(`The library is kept in ${folder}.`)
  return faults.length === 0 ? 0 : 1
}

async function writeUntilKilled(folder: string, round: number, lifeMs: number) {
  const child = start('write', folder, round)
  const batches = new Map<string, Batch>()
  let acknowledged = 0
  let timer: NodeJS.Timeout | undefined
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    // Each line came out after its write had returned; a line that the kill cut short is no promise.
    timer ??= setTimeout(() => child.kill('SIGKILL'), lifeMs)
    const [, name, size, version, leaving] = /^(\S+) (\d+) (-?\d+) (stays|leaves);$/.exec(line) ?? []
    if (name === undefined) continue
    batches.set(name, { name, size: Number(size), version: Number(version), leaving: leaving === 'leaves' })
    if (Number(version) !== 0 && leaving === 'stays') acknowledged += Number(size)
  }
  clearTimeout(timer)
  return { batches: [...batches.values()], acknowledged }
}

async function checkInFreshProcess(folder: string, batches: readonly Batch[]): Promise<string[]> {
  const child = start('check', folder, 0)
  child.send(batches)
  const faults: string[] = []
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) faults.push(line)
  if (child.exitCode === null) await new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode !== 0) faults.push(`the process that opened the library ended with ${child.exitCode ?? child.signalCode}`)
  return faults
}

function start(role: string, folder: string, seed: number): ChildProcess {
  return fork(fileURLToPath(import.meta.url), ['--role', role, '--folder', folder, '--seed', String(seed)], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
}

/** Writes, replaces and removes batches until it is killed, and says each that is on disk. */
async function write(dataDir: string, round: number): Promise<void> {
  const random = createRandom(round)
  let library = await openLibrary({ dataDir, model: MODEL, log: silent })
  for (let pass = 0; ; pass++) {
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => writeBatches(`${round}-${pass}-${writer}`)))
    // Index files are written here, and the kill may fall into that.
    await library.close()
    library = await openLibrary({ dataDir, model: MODEL, log: silent })
  }

  async function writeBatches(prefix: string): Promise<void> {
    for (let number = 0; number < 5; number++) {
      const batch = { name: `${prefix}-${number}`, size: 1 + random.below(LARGEST_BATCH) }
      say({ ...batch, version: 0 })
      const versions = 1 + random.below(3)
      for (let version = 1; version <= versions; version++) {
        await library.put(entriesOf({ ...batch, version }))
        say({ ...batch, version })
      }
      if (random.next() > 0.2) continue
      say({ ...batch, version: versions, leaving: true })
      await library.remove(entriesOf({ ...batch, version: 1 }).map(({ paper }) => paper.id))
      say({ ...batch, version: -1 })
    }
  }
}

function say({ name, size, version, leaving }: Batch): void {
  process.stdout.write(`${name} ${size} ${version} ${leaving === true ? 'leaves' : 'stays'};\n`)
}

/** Opens the library, prints what is wrong with the batches that it is sent, and closes it. */
async function check(dataDir: string): Promise<void> {
  const batches = await new Promise<readonly Batch[]>((resolve) => process.once('message', (message) => resolve(message as Batch[])))
  const library = await openLibrary({ dataDir, model: MODEL, log: silent })
  const { papers, indexed } = await library.status()
  if (indexed.lexical !== papers || indexed.vectors !== papers) {
    console.log(`${papers} papers are stored, ${indexed.lexical} and ${indexed.vectors} indexed`)
  }
  for (const batch of batches) for (const fault of await faultsOf(library, batch)) console.log(`batch ${batch.name}: ${fault}`)
  await library.close()
  process.disconnect()
}

async function faultsOf(library: Library, batch: Batch): Promise<string[]> {
  const ids = entriesOf(batch).map(({ paper }) => paper.id)
  const found = await Promise.all(ids.map((id) => library.get(id)))
  const versions = new Set(found.map((stored) => (stored === undefined ? -1 : Number(/version (\d+)/.exec(stored.paper.abstract)?.[1]))))
  const [version] = versions
  if (versions.size !== 1 || version === undefined) return [`it is there by halves: versions ${[...versions].join(', ')}`]
  // The write that was under way may have reached the disk or not.
  const mayBeGone = batch.version <= 0 || batch.leaving === true
  const mayBeThere = batch.version >= 0 && (version === batch.version || (version === batch.version + 1 && batch.leaving !== true))
  if (version === -1 ? !mayBeGone : !mayBeThere) return [`version ${batch.version} was acknowledged, ${version} is there`]
  if (version === -1) return []
  const faults = await Promise.all(entriesOf({ ...batch, version }).map((entry) => faultOf(library, entry)))
  return faults.filter((fault) => fault !== undefined)
}

async function faultOf(library: Library, { paper, keys, vectors }: Entry): Promise<string | undefined> {
  const stored = await library.get(paper.id)
  if (stored === undefined || JSON.stringify(stored.paper) !== JSON.stringify(paper)) return `${paper.id} is not as it was put`
  if ((await library.find(keys)).some((owner) => owner?.handle !== stored.handle)) return `${paper.id} is not found by its keys`
  const [kept] = await library.vectors([stored.handle])
  if (kept?.sentences.length !== vectors.sentences.length || cosine(kept.paper, vectors.paper) < 0.999) return `${paper.id} has other vectors`
  const [word] = await library.searchLexical(new Map([[wordOf(paper.id), 1]]), { limit: 1 })
  const [near] = await library.searchVectors(vectors.paper, { limit: 1 })
  if (word?.handle !== stored.handle) return `${paper.id} is not found by its word`
  return near?.handle === stored.handle ? undefined : `${paper.id} is not found by its vector`
}

function entriesOf({ name, size, version }: Batch): Entry[] {
  return Array.from({ length: size }, (_, i) => {
    const id = `title:${name}-${i}`
    const abstract = `The word ${wordOf(id)} stands here. This is version ${version}.`
    const paper = { id, title: `Paper ${i} of ${name}`, abstract, addedAt: '2026-01-02T03:04:05.000Z' }
    const spans = sentences(abstract)
    return {
      paper,
      keys: [id, `doi:${name}/${i}`],
      vectors: {
        paper: vectorOf(`${id} ${version}`),
        sentences: spans.map((span) => ({ ...span, vector: vectorOf(abstract.slice(span.start, span.end)) })),
      },
    }
  })
}

/** A word that no other paper has, and that stems to itself. */
function wordOf(id: string): string {
  return `w${id.replace('title:', '').replace(/\D/g, 'x')}0`
}

function vectorOf(text: string): Float32Array {
  const seed = [...text].reduce((hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) as number), 16_777_619), 2_166_136_261)
  const random = createRandom(seed)
  const vector = Float32Array.from({ length: MODEL.dimensions }, () => random.next() - 0.5)
  const norm = Math.hypot(...vector)
  return vector.map((value) => value / norm)
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0)
}
