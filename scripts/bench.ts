/** `npm run bench -- ingest FILE…` and `npm run bench -- search`: how fast this machine takes papers in, and answers. */
import { Command } from 'commander'
import { FootnoteError } from '../src/errors.js'
import { benchIngest } from './bench/ingest.js'
import { printIngest, printLibrary, printSearch, printVectors } from './bench/printing.js'
import { benchSearch } from './bench/search.js'
import { benchVectors } from './bench/vectors.js'
import { benchLibrary } from './bench/whole-library.js'
import { wholeNumber } from './whole-number.js'

interface IngestFlags {
  readonly papers: number
  readonly transformerPapers: number
  readonly json?: true
}

interface SearchFlags {
  readonly dataDir?: string
  readonly questions?: string
  readonly count: number
  readonly json?: true
}

const program = new Command('npm run bench --')
  .description('Measures speed. Another program on the machine lengthens wall time, and CPU time a little; ratios hold.')

program.command('ingest')
  .description('Brings papers into a temporary library; its steps alone; and beside a transformer of random weights.')
  .argument('<files...>', 'files of papers as JSON lines, gzipped or not')
  .option('--papers <number>', 'how many of them', wholeNumber, 20_000)
  .option('--transformer-papers <number>', 'how many the transformer embeds; 0: no transformer', wholeNumber, 40)
  .option('--json', 'print the figures as JSON')
  .action((files: readonly string[], { json, ...options }: IngestFlags) => run(benchIngest({ files, ...options }), printIngest, json))

program.command('search')
  .description('Asks a copy of a library, first alone, then while papers come in beside it in the same process.')
  .option('--data-dir <folder>', 'the library; nothing is changed in it; default: DATA_DIR')
  .option('--questions <file>', 'JSON lines {question}; default: those that the weights are fitted on')
  .option('--count <number>', 'questions that are asked in each round', wholeNumber, 300)
  .option('--json', 'print the figures as JSON')
  .action(({ json, ...options }: SearchFlags) => run(benchSearch(options), printSearch, json))

program.command('library')
  .description('Brings whole files into a temporary library while it is searched, then searches it at rest: speed, memory, room, latencies.')
  .argument('<files...>', 'files of papers in any format, gzipped or not')
  .option('--count <number>', 'searches at rest', wholeNumber, 300)
  .option('--json', 'print the figures as JSON')
  .action((files: readonly string[], { json, count }: Pick<SearchFlags, 'count' | 'json'>) => run(benchLibrary({ files, count }), printLibrary, json))

program.command('vectors')
  .description('Our vector index beside the HNSW store of @langchain/community, over the same vectors.')
  .argument('<files...>', 'files of papers as JSON lines, gzipped or not')
  .option('--papers <number>', 'how many of them', wholeNumber, 10_000)
  .option('--json', 'print the figures as JSON')
  .action((files: readonly string[], { json, papers }: Pick<IngestFlags, 'papers' | 'json'>) => run(benchVectors({ files, papers }), printVectors, json))

// Temporary folders are removed when the process exits, an interrupt included.
process.once('SIGINT', () => process.exit(130))
await program.parseAsync()

async function run<Report>(measuring: Promise<Report>, print: (report: Report) => string, json: true | undefined): Promise<void> {
  try {
    const report = await measuring
    process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : print(report))
  } catch (error) {
    if (!(error instanceof FootnoteError)) throw error
    program.error(error.message, { exitCode: 1 })
  }
}
