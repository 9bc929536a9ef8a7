/** `npm run train -- --out DIR --name NAME FILE.jsonl…`: trains an embedding model on your own papers. */
import { SingleBar } from 'cli-progress'
import { Command } from 'commander'
import { DEFAULT_TABLES, DEFAULT_VOCABULARY_SIZE, train, type TrainProgress } from '../src/embedding/training/train.js'
import { DEFAULT_TRAINER } from '../src/embedding/training/trainer.js'
import { FootnoteError, messageOf } from '../src/errors.js'
import { countingNumber } from './whole-number.js'

const command = new Command('npm run train --')
  .description('Train an embedding model on titles and abstracts; use it by EMBEDDING_MODEL=DIR.')
  .argument('<files...>', 'JSON lines with title and abstract, plain or .gz')
  .requiredOption('--out <dir>', 'folder for the model')
  .option('--name <name>', 'name of the model', 'my-model')
  .option('--seed <n>', 'seed of all chance', countingNumber, DEFAULT_TRAINER.seed)
  .option('--epochs <n>', 'times that each paper is seen', countingNumber, DEFAULT_TRAINER.epochs)
  .option('--dimensions <n>', 'columns of a table, a multiple of 16', countingNumber, DEFAULT_TRAINER.dimensions)
  .option('--tables <n>', 'tables trained apart, whose columns stand side by side', countingNumber, DEFAULT_TABLES)
  .option('--vocabulary <n>', 'tokens at most, below 65,536', countingNumber, DEFAULT_VOCABULARY_SIZE)
  .option('--batch <n>', 'pairs a step', countingNumber, DEFAULT_TRAINER.batch)
  .option('--max-papers <n>', 'papers read at most', countingNumber)
  .option('--threads <n>', 'threads of the matrix products', countingNumber, DEFAULT_TRAINER.threads)
  .parse()

const options = command.opts<{
  out: string, name: string, seed: number, epochs: number, dimensions: number, tables: number, vocabulary: number,
  batch: number, maxPapers?: number, threads: number,
}>()
const { seed, epochs, dimensions, batch, threads } = options
const stop = new AbortController()
const startedAt = performance.now()
process.once('SIGINT', () => stop.abort(new Error('stopped; the same command goes on after the last whole epoch')))

try {
  const summary = await train(command.args, {
    out: options.out,
    name: options.name,
    tables: options.tables,
    vocabularySize: options.vocabulary,
    maxPapers: options.maxPapers,
    trainer: { seed, epochs, dimensions, batch, threads },
    signal: stop.signal,
    onProgress: createReporter(),
  })
  console.log(`\n${options.out}: ${summary.vocabulary} tokens × ${summary.dimensions}, trained on ${summary.papers} papers ` +
    `(${summary.tokens} tokens) in ${Math.round((performance.now() - startedAt) / 1000)} s, loss ${summary.loss.toFixed(3)}.`)
} catch (error) {
  if (!(error instanceof FootnoteError) && !stop.signal.aborted) throw error
  console.error(`\n${messageOf(error)}`)
  process.exitCode = 1
}

/** A bar on a terminal; elsewhere a line every twenty steps, which a log can keep. */
function createReporter(): (progress: TrainProgress) => void {
  const bar = process.stdout.isTTY
    ? new SingleBar({ format: 'training {bar} {value}/{total} · {eta_formatted} left · loss {loss}', hideCursor: true })
    : undefined
  let started = false
  return (progress) => {
    if (progress.stage === 'reading') {
      if (progress.papers % 10_000 === 0) console.log(`read ${progress.papers} papers`)
      return
    }
    if (progress.stage !== 'training') {
      bar?.stop()
      console.log(progress.stage === 'vocabulary' ? `learning a vocabulary from ${progress.words} words`
        : progress.stage === 'resuming' ? `going on after epoch ${progress.epoch} of table ${progress.table}` : `writing ${progress.folder}`)
      return
    }
    const { table, tables, epoch, step, steps } = progress
    const loss = progress.loss.toFixed(3)
    if (bar === undefined) {
      if (step % 20 === 0 || step === steps) console.log(`table ${table}, epoch ${epoch}, step ${step} of ${steps}, loss ${loss}`)
      return
    }
    const done = (table - 1) * steps + step
    if (started) bar.update(done, { loss })
    else bar.start(tables * steps, done, { loss })
    started = true
  }
}
