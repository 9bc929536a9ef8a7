/** Prints the figures of a benchmark for people. */
import type { IngestReport } from './ingest.js'
import type { PeerFigures } from './peer.js'
import type { LibraryReport } from './whole-library.js'
import type { Round, SearchReport } from './search.js'
import type { StoreFigures, VectorReport } from './vectors.js'

export function printIngest({ papers, vectors, model, whole, papersPerSecond, steps, residentBytes, diskBytesPerPaper, peer }: IngestReport): string {
  const share = ({ cpuSeconds, share }: IngestReport['steps']['cleaning']) => `${cpuSeconds.toFixed(1)} s of processor time, ${(100 * share).toFixed(0)} %`
  return lines(
    `Ingest of ${papers} papers with ${vectors} vectors, model ${model}`,
    `  whole                  ${whole.wallSeconds.toFixed(1)} s, ${whole.cpuSeconds.toFixed(1)} s of processor time`,
    `  papers a second        ${papersPerSecond.wall.toFixed(0)} by the clock, ${papersPerSecond.cpu.toFixed(0)} a core (processor second)`,
    'Steps, each alone',
    `  reading and cleaning   ${share(steps.cleaning)}`,
    `  embedding              ${share(steps.embedding)}`,
    `  store and indexes      ${share(steps.storing)}`,
    `Resident memory          ${megabytes(residentBytes.before)} before, ${megabytes(residentBytes.after)} after`,
    `On disk                  ${(diskBytesPerPaper / 1_000).toFixed(1)} kB a paper`,
    ...(peer === undefined ? [] : peerLines(peer)),
  )
}

function peerLines({ papers, shape, papersPerSecond: { ours, transformer }, ratio }: PeerFigures): string[] {
  return [
    `Embedding alone, ${papers} papers, beside a transformer of random weights (${shape})`,
    `  ours                   ${ours.cpu.toFixed(0)} papers a processor second, ${ours.wall.toFixed(0)} by the clock`,
    `  transformer            ${transformer.cpu.toFixed(1)} papers a processor second, ${transformer.wall.toFixed(1)} by the clock`,
    `  ratio                  ${ratio.cpu.toFixed(0)} by processor time, ${ratio.wall.toFixed(0)} by the clock`,
  ]
}

export function printSearch({ papers, model, questions, readySeconds, residentBytes, alone, duringIngest, ratio }: SearchReport): string {
  return lines(
    `Search in ${papers} papers, ${questions} questions, model ${model}`,
    `  ready after            ${readySeconds.toFixed(2)} s`,
    `  resident memory        ${megabytes(residentBytes)}`,
    'Milliseconds             search p50    p99   answer p50    p99   event loop p99',
    row('  alone', alone),
    row('  alone, processor time', alone.cpu),
    row('  during an ingest', duringIngest),
    `  ratio of p99           ${ratio.search.toFixed(1)} in search, ${ratio.answer.toFixed(1)} in answers`,
    `  ingest meanwhile       ${duringIngest.papersPerSecond.toFixed(0)} papers a second by the clock`,
  )
}

export function printLibrary({ papers, model, ingest, residentBytes, diskBytesPerPaper, during, atRest, ratio, readyAgainSeconds }: LibraryReport): string {
  const search = ({ p50, p99, searches }: LibraryReport['atRest']) => `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms (${searches} searches)`
  return lines(
    `A library of ${papers} papers, model ${model}`,
    `  ingest                 ${ingest.wallSeconds.toFixed(0)} s, ${ingest.papersPerSecond.toFixed(0)} papers a second by the clock; ${ingest.cpuSeconds.toFixed(0)} s of processor time, ${(papers / ingest.cpuSeconds).toFixed(0)} papers a second of it, searches included`,
    `  resident memory        ${megabytes(residentBytes.before)} before, ${megabytes(residentBytes.peak)} at most`,
    `  on disk                ${(diskBytesPerPaper / 1_000).toFixed(1)} kB a paper`,
    `  search during ingest   ${search(during)}, in its last quarter`,
    `  search at rest         ${search(atRest)}`,
    `  ratio of p99           ${ratio.toFixed(1)}`,
    `  ready again after      ${readyAgainSeconds.toFixed(1)} s`,
  )
}

export function printVectors({ papers, dimensions, questions, ours, langchain }: VectorReport): string {
  const line = (name: string, { addCpuSeconds, search, recallAt10 }: StoreFigures) =>
    `${name.padEnd(25)}${addCpuSeconds.toFixed(1).padStart(8)} s${search.p50.toFixed(2).padStart(13)}${search.p99.toFixed(2).padStart(7)}${(100 * recallAt10).toFixed(1).padStart(13)} %`
  return lines(
    `${papers} vectors of ${dimensions} dimensions, ${questions} searches for ten; processor time`,
    '                              add   search ms p50    p99    recall@10',
    line('  ours', ours),
    line('  LangChain HNSWLib', langchain),
  )
}

function row(name: string, { search, answer, eventLoop }: Omit<Round, 'eventLoop'> & Partial<Round>): string {
  const cell = (value: number, width: number) => value.toFixed(1).padStart(width)
  const figures = cell(search.p50, 10) + cell(search.p99, 7) + cell(answer.p50, 13) + cell(answer.p99, 7)
  return name.padEnd(25) + figures + (eventLoop === undefined ? '' : cell(eventLoop.p99, 17))
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`
}

function lines(...all: readonly string[]): string {
  return `${all.join('\n')}\n`
}
