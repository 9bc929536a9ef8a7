/** Tests the benchmarks on a handful of made-up papers: that every part runs, and that the figures hang together. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { benchIngest } from '../scripts/bench/ingest.js'
import { openIn } from '../scripts/bench/places.js'
import { printIngest, printLibrary, printSearch, printVectors } from '../scripts/bench/printing.js'
import { benchSearch } from '../scripts/bench/search.js'
import { benchVectors } from '../scripts/bench/vectors.js'
import { benchLibrary } from '../scripts/bench/whole-library.js'
import { asBytes, asLines, papersFor } from './fixtures/tiny-models.js'

let folder: string
let places: string
let file: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'footnote-bench-test-'))
  places = mkdtempSync(join(folder, 'places-'))
  // A place of our own for temporary libraries: other benchmarks may be running.
  vi.stubEnv('TMPDIR', places)
  file = join(folder, 'papers.jsonl')
  writeFileSync(file, `${asLines(papersFor(60))}\n`)
})
afterAll(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

describe('the benchmark of ingest', () => {
  it('over 50 of 60 papers, takes in 50, has shares that add up to 1, and leaves nothing behind', async () => {
    const report = await benchIngest({ files: [file], papers: 50, transformerPapers: 1 })
    expect(report).toMatchObject({ papers: 50, vectors: 50 * 6, peer: { papers: 1 } })
    const { cleaning, embedding, storing } = report.steps
    expect(cleaning.share + embedding.share + storing.share).toBeCloseTo(1, 9)
    expect(report.diskBytesPerPaper).toBeGreaterThan(1_000)
    expect(report.peer?.ratio.cpu).toBeGreaterThan(1)
    expect(printIngest(report)).toMatch(/papers a second +\d+ by the clock, \d+ a core/)
    expect(readdirSync(places)).toEqual([])
  }, 60_000)

  it('over a file without papers, says what to give instead', async () => {
    const empty = join(folder, 'empty.jsonl')
    writeFileSync(empty, '{"note": "no paper"}\n')
    await expect(benchIngest({ files: [empty], papers: 50, transformerPapers: 0 })).rejects.toThrow(/No paper could be read/)
    expect(readdirSync(places)).toEqual([])
  })
})

describe('the benchmark of a whole library', () => {
  it('over 60 papers in two files, takes in all of them while it searches, and leaves nothing behind', async () => {
    const more = join(folder, 'more.jsonl')
    writeFileSync(more, asLines(papersFor(30, 5)))
    const report = await benchLibrary({ files: [file, more], count: 3 }, 0)
    expect(report).toMatchObject({ papers: 90, atRest: { searches: 3 } })
    expect(report.residentBytes.peak).toBeGreaterThanOrEqual(report.residentBytes.before)
    expect(report.ingest.papersPerSecond).toBeCloseTo(90 / report.ingest.wallSeconds, 9)
    expect(printLibrary(report)).toMatch(/search at rest +p50 [\d.]+ ms, p99 [\d.]+ ms \(3 searches\)/)
    expect(readdirSync(places)).toEqual([])
  }, 60_000)
})

describe('the benchmark of vectors', () => {
  it('over 60 papers, finds in both stores what an exact scan finds, and leaves nothing behind', async () => {
    const report = await benchVectors({ files: [file], papers: 60 })
    expect(report).toMatchObject({ papers: 60, questions: 3, ours: { recallAt10: 1 } })
    expect(report.langchain.recallAt10).toBeGreaterThan(0.8)
    expect(printVectors(report)).toMatch(/LangChain HNSWLib/)
    expect(readdirSync(places)).toEqual([])
    await expect(benchVectors({ files: [file], papers: 5 })).rejects.toThrow(/hold 5 papers/)
  }, 60_000)
})

describe('the benchmark of search', () => {
  it('over a small library, measures it alone and during an ingest, and leaves it as it was', async () => {
    const dataDir = join(folder, 'library')
    const questions = join(folder, 'questions.jsonl')
    writeFileSync(questions, papersFor(5).map(({ title }) => JSON.stringify({ question: title })).join('\n'))
    const filled = await openIn(dataDir)
    await filled.ingest(asBytes(papersFor(20)))
    await filled.close()

    const report = await benchSearch({ dataDir, questions, count: 12 })
    expect(report).toMatchObject({ papers: 20, questions: 12 })
    expect(report.duringIngest.papersPerSecond).toBeGreaterThan(0)
    expect(printSearch(report)).toMatch(/during an ingest +\d/)
    expect(readdirSync(places)).toEqual([])

    const opened = await openIn(dataDir)
    expect(await opened.library.status()).toMatchObject({ papers: 20 })
    await opened.close()
  }, 60_000)
})

describe('npm run bench', () => {
  it('of a file that is not there, ends with 1 and names it', async () => {
    const running = promisify(execFile)(process.execPath, ['--import', 'tsx', 'scripts/bench.ts', 'ingest', join(folder, 'none.jsonl')])
    await expect(running).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/There is no file .*none\.jsonl/) })
  }, 30_000)
})

describe('a command', () => {
  it.each([
    ['scripts/bench.ts', ['ingest', '--papers', '1e3', 'papers.jsonl'], "error: option '--papers <number>' argument '1e3' is invalid. It must be a whole number.\n"],
    ['scripts/crash-test.ts', ['--rounds', '0'], "error: option '--rounds <number>' argument '0' is invalid. It must be a whole number from 1.\n"],
    ['scripts/fuzz.ts', ['--minutes', 'ten'], "error: option '--minutes <minutes>' argument 'ten' is invalid. It must be a whole number.\n"],
  ])('%s, with a number that is none, says so in one line', async (script, told, message) => {
    const running = promisify(execFile)(process.execPath, ['--import', 'tsx', script, ...told])
    await expect(running).rejects.toMatchObject({ code: 1, stderr: message })
  }, 30_000)
})
