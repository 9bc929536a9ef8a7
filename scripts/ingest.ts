/** `npm run ingest -- FILE…`: brings papers into the library, and says what became of each record. */
import { SingleBar } from 'cli-progress'
import { Command, Option } from 'commander'
import { pino } from 'pino'
import { compose } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { FootnoteError } from '../src/errors.js'
import { isArxivSource, openArxiv } from '../src/ingest/arxiv.js'
import { openFile, type SourceFile } from '../src/ingest/file.js'
import { FORMATS } from '../src/ingest/formats.js'
import type { Ingest, IngestProgress, IngestSummary } from '../src/ingest/ingest.js'

interface Flags {
  readonly format?: string
  readonly encoding?: string
  readonly skipBad?: boolean
  readonly json?: boolean
}

/** What became of one file: a summary, or why it could not be read at all. */
type Report = { readonly file: string } & (
  | { readonly summary: IngestSummary }
  | { readonly error: { readonly code: string; readonly message: string } }
)

/** Rejected records printed for a person; a program gets them all by `--json`. */
const PRINTED_REJECTED = 20
const PLAIN_LINE_EVERY_MS = 2_000

const program = new Command('ingest')
  .description('Add papers to the library. Good records are stored even if others are bad; exit code 1 if any was rejected.')
  .argument('<files...>', 'files of papers, gzipped or not; - for standard input; arxiv:NUMBER or arxiv:WORDS to fetch from arXiv')
  .addOption(new Option('--format <format>', 'the format, instead of recognising it').choices([...FORMATS]))
  .option('--encoding <label>', 'the encoding, windows-1252 for instance, where a file does not say it')
  .option('--skip-bad', 'exit code 0 even if records were rejected')
  .option('--json', 'print one JSON object per file')
  .action(main)

await program.parseAsync()

async function main(files: readonly string[], flags: Flags): Promise<void> {
  const stop = new AbortController()
  process.once('SIGINT', () => {
    process.stderr.write('\nStopping after the batch in hand; interrupt again to stop at once (nothing stored is lost).\n')
    stop.abort()
  })
  const footnote = await compose(readConfig(), { log: pino({ level: 'warn' }, pino.destination(2)), starter: false })
  const reports: Report[] = []
  try {
    for (const file of files) {
      if (stop.signal.aborted) break
      const report = await ingestFile(footnote.ingest, file, flags, stop.signal)
      reports.push(report)
      print(report, flags)
    }
  } finally {
    await footnote.close()
  }
  // Standard input may still be open, and would keep the process waiting for its sender.
  process.exit(exitCode(reports, flags, stop.signal.aborted))
}

async function ingestFile(ingest: Ingest, file: string, flags: Flags, signal: AbortSignal): Promise<Report> {
  try {
    const source = await openSource(file)
    const progress = showProgress(source, flags)
    try {
      const bytes = counted(source.bytes, progress.read)
      const summary = await ingest(bytes, { name: source.name, format: flags.format, encoding: flags.encoding, signal, onProgress: progress.stored })
      return { file, summary }
    } finally {
      progress.stop()
    }
  } catch (error) {
    if (!(error instanceof FootnoteError)) throw error
    return { file, error: { code: error.code, message: error.message } }
  }
}

function openSource(name: string): Promise<SourceFile> | SourceFile {
  if (name === '-') return { name: 'Standard input', size: 0, bytes: process.stdin }
  return isArxivSource(name) ? openArxiv(name) : openFile(name)
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
    const { file } = report
    process.stdout.write(`${JSON.stringify('error' in report ? { file, error: report.error } : { file, ...report.summary })}\n`)
    return
  }
  if ('error' in report) {
    process.stderr.write(`${printable(report.error.message)}\n`)
    return
  }
  const { added, updated, unchanged, duplicates, rejected, rejectedCount, interrupted } = report.summary
  const lines = [`${report.file}: ${added} new, ${updated} changed, ${unchanged} unchanged, ${duplicates} duplicate, ${rejectedCount} rejected${interrupted ? '; interrupted, all of these are stored' : ''}`]
  const listed = rejected.slice(0, PRINTED_REJECTED)
  lines.push(...listed.map(({ line, code, message }) => `  line ${line}: ${code}: ${printable(message)}`))
  if (rejectedCount > listed.length) lines.push(`  … and ${rejectedCount - listed.length} more; --json lists the first 1,000`)
  if (rejectedCount > 0 && flags.skipBad !== true) lines.push('  Everything else is stored. --skip-bad makes rejected records no failure.')
  process.stdout.write(`${lines.join('\n')}\n`)
}

/** Messages quote files as they are, and a terminal obeys control characters. */
function printable(message: string): string {
  return message.replace(/\p{Cc}/gu, '�')
}

/** 130 is what shells expect of a command that SIGINT stopped. */
function exitCode(reports: readonly Report[], flags: Flags, interrupted: boolean): number {
  if (interrupted) return 130
  const failed = (report: Report) => 'error' in report || (report.summary.rejectedCount > 0 && flags.skipBad !== true)
  return reports.some(failed) ? 1 : 0
}
