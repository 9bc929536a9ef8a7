/** `npm run ingest -- FILE…`: brings papers into the library, and says what became of each record. */
import { SingleBar } from 'cli-progress'
import { Command, Option } from 'commander'
import { pino } from 'pino'
import { compose, openSources } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { FootnoteError } from '../src/errors.js'
import { filesIn, isFolder, openFile, type SourceFile } from '../src/ingest/file.js'
import { FORMATS } from '../src/ingest/formats.js'
import type { Ingest } from '../src/ingest/ingest.js'
import type { IngestProgress, IngestSummary } from '../src/ingest/tally.js'
import { DEFAULT_LIMIT, SOURCES, type Sources } from '../src/ingest/sources.js'
import { countingNumber } from './whole-number.js'

interface Flags {
  readonly format?: string
  readonly encoding?: string
  readonly limit: number
  readonly enrich?: boolean
  readonly skipBad?: boolean
  readonly json?: boolean
}

/** What is to be read, and whether it was named or only lay in a folder that was. */
interface Item {
  readonly name: string
  readonly found: boolean
}

/** What became of one file: a summary, or why it could not be read at all. */
type Report = { readonly file: string } & (
  | { readonly summary: IngestSummary }
  | { readonly error: { readonly code: string; readonly message: string } }
  /** It lay in a folder, and is no file of papers. */
  | { readonly skipped: string }
)

/** Rejected records printed for a person; a program gets them all by `--json`. */
const PRINTED_REJECTED = 20
const PLAIN_LINE_EVERY_MS = 2_000

const program = new Command('ingest')
  .description('Add papers to the library. Good records are stored even if others are bad; exit code 1 if any was rejected.')
  .argument('<files...>', `files of papers, gzipped or not; folders of them; - for standard input; or addresses to fetch from: ${SOURCES.map(({ example }) => example).join(', ')}, or words to search for in place of the number`)
  .addOption(new Option('--format <format>', 'the format, instead of recognising it').choices([...FORMATS]))
  .option('--encoding <label>', 'the encoding, windows-1252 for instance, where a file does not say it')
  .addOption(new Option('--limit <papers>', 'most papers to fetch from an address').argParser(countingNumber).default(DEFAULT_LIMIT))
  .option('--enrich', 'fetch what papers lack (abstract, authors, year, link) from arXiv and OpenAlex')
  .option('--skip-bad', 'exit code 0 even if records were rejected')
  .option('--json', 'print one JSON object per file')
  .action(main)

// Whoever reads our output may have read enough; the papers come in all the same.
process.stdout.on('error', () => undefined)
await program.parseAsync()

async function main(files: readonly string[], flags: Flags): Promise<void> {
  const stop = new AbortController()
  process.once('SIGINT', () => {
    process.stderr.write('\nStopping after the batch in hand; interrupt again to stop at once (nothing stored is lost).\n')
    stop.abort()
  })
  const config = readConfig()
  const unfilled: FootnoteError[] = []
  const sources = openSources(config, { onEnrichFailure: (error) => void unfilled.push(error) })
  const footnote = await compose(config, { log: pino({ level: 'warn' }, pino.destination(2)), starter: false })
  const reports: Report[] = []
  try {
    for (const item of await itemsOf(files)) {
      if (stop.signal.aborted) break
      const report = await ingestItem(item, { ingest: footnote.ingest, sources, flags, signal: stop.signal })
      reports.push(report)
      print(report, flags)
    }
  } finally {
    await footnote.close()
  }
  const [failure] = unfilled
  if (failure !== undefined) process.stderr.write(`${printable(failure.message)} ${unfilled.length === 1 ? 'One request' : `${unfilled.length} requests`} failed while papers were enriched; run the same again to fill what is still open.\n`)
  // Standard input may still be open, and would keep the process waiting for its sender.
  process.exit(unfilled.length > 0 && !stop.signal.aborted ? 1 : exitCode(reports, flags, stop.signal.aborted))
}

async function itemsOf(names: readonly string[]): Promise<readonly Item[]> {
  const lists = await Promise.all(names.map(async (name) => ((await isFolder(name)) ? (await filesIn(name)).map((file) => ({ name: file, found: true })) : [{ name, found: false }])))
  return lists.flat()
}

interface Means {
  readonly ingest: Ingest
  readonly sources: Sources
  readonly flags: Flags
  readonly signal: AbortSignal
}

async function ingestItem({ name: file, found }: Item, { ingest, sources, flags, signal }: Means): Promise<Report> {
  try {
    const source = await openSource(file, { sources, limit: flags.limit, signal })
    const progress = showProgress(source, flags)
    try {
      const bytes = counted(source.bytes, progress.read)
      const enrich = flags.enrich === true ? sources.enrich : undefined
      const told = { name: source.name, format: source.format ?? flags.format, encoding: flags.encoding }
      return { file, summary: await ingest(bytes, { ...told, enrich, signal, onProgress: progress.stored }) }
    } finally {
      progress.stop()
    }
  } catch (error) {
    if (!(error instanceof FootnoteError)) throw error
    if (found && error.code === 'unsupported_format') return { file, skipped: error.message }
    return { file, error: { code: error.code, message: error.message } }
  }
}

async function openSource(name: string, { sources, limit, signal }: { readonly sources: Sources; readonly limit: number; readonly signal: AbortSignal }): Promise<SourceFile> {
  if (name === '-') return { name: 'Standard input', size: 0, bytes: process.stdin }
  return sources.isAddress(name) ? sources.open(name, { limit, signal }) : openFile(name)
}

interface ProgressDisplay {
  read(bytes: number): void
  stored(progress: IngestProgress): void
  stop(): void
}

/** A bar on a terminal, a line every two seconds elsewhere; both on standard error. */
function showProgress(source: SourceFile, flags: Flags): ProgressDisplay {
  const describe = (p: IngestProgress) => `${p.added} new, ${p.updated} changed, ${p.unchanged} unchanged, ${p.duplicates} duplicate, ${p.rejectedCount} rejected`
  let bytes = 0
  if (process.stderr.isTTY && source.size > 0 && flags.json !== true) {
    const bar = new SingleBar({ format: '{bar} {percentage}% | {state}', stream: process.stderr, hideCursor: true, clearOnComplete: true })
    bar.start(source.size, 0, { state: source.name })
    return {
      read: (length) => void (bytes += length),
      stored: (progress) => bar.update(Math.min(bytes, source.size), { state: describe(progress) }),
      stop: () => bar.stop(),
    }
  }
  let printedAt = Date.now()
  return {
    read: () => undefined,
    stored(progress) {
      if (flags.json === true || Date.now() - printedAt < PLAIN_LINE_EVERY_MS) return
      printedAt = Date.now()
      process.stderr.write(`${source.name}, line ${progress.line}: ${describe(progress)}\n`)
    },
    stop: () => undefined,
  }
}

async function* counted(bytes: AsyncIterable<Uint8Array>, read: (length: number) => void): AsyncGenerator<Uint8Array> {
  for await (const chunk of bytes) {
    read(chunk.length)
    yield chunk
  }
}

function print(report: Report, flags: Flags): void {
  if (flags.json === true) {
    const { summary, ...rest } = 'summary' in report ? report : { summary: undefined, ...report }
    process.stdout.write(`${JSON.stringify({ ...rest, ...summary })}\n`)
    return
  }
  if ('error' in report) {
    process.stderr.write(`${printable(report.error.message)}\n`)
    return
  }
  if ('skipped' in report) {
    process.stderr.write(`Passed over: ${printable(report.skipped.includes(report.file) ? report.skipped : `${report.file}: ${report.skipped}`)}\n`)
    return
  }
  process.stdout.write(`${describeSummary(report.file, report.summary, flags)}\n`)
}

function describeSummary(file: string, summary: IngestSummary, flags: Flags): string {
  const { added, updated, unchanged, duplicates, rejected, rejectedCount, withoutAbstract, interrupted, brokenOff } = summary
  const lines = [`${file}: ${added} new, ${updated} changed, ${unchanged} unchanged, ${duplicates} duplicate, ${rejectedCount} rejected${interrupted ? '; interrupted, all of these are stored' : brokenOff ? '; it broke off, all of these are stored' : ''}`]
  // Libraries of reference managers lack abstracts by the hundred: one line for all of them says as much.
  const several = withoutAbstract > 1
  const listed = rejected.filter(({ missing }) => !(several && missing === 'abstract')).slice(0, PRINTED_REJECTED)
  lines.push(...listed.map(({ line, code, message }) => `  line ${line}: ${code}: ${printable(message)}`))
  const others = rejectedCount - (several ? withoutAbstract : 0)
  if (others > listed.length) lines.push(`  … and ${others - listed.length} more; --json lists the first 1,000`)
  if (several) lines.push(`  ${withoutAbstract} records have no abstract${flags.enrich === true ? ', and none was found' : '; --enrich fetches what arXiv and OpenAlex know of them'}`)
  if (rejectedCount > 0 && flags.skipBad !== true) lines.push('  Everything else is stored. --skip-bad makes rejected records no failure.')
  return lines.join('\n')
}

/** Messages quote files as they are, and a terminal obeys control characters. */
function printable(message: string): string {
  return message.replace(/\p{Cc}/gu, '�')
}

/** 130 is what shells expect of a command that SIGINT stopped. */
function exitCode(reports: readonly Report[], flags: Flags, interrupted: boolean): number {
  if (interrupted) return 130
  const failed = (report: Report) => 'error' in report || ('summary' in report && (report.summary.brokenOff || (report.summary.rejectedCount > 0 && flags.skipBad !== true)))
  return reports.some(failed) ? 1 : 0
}
