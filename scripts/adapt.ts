/** `npm run adapt`: trains the embedding model further on the library's own papers, and uses it if it finds more. */
import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { SingleBar } from 'cli-progress'
import { Command } from 'commander'
import { pino } from 'pino'
import { BUNDLED_MODELS_DIR, compose } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import type { Config } from '../src/config.js'
import { openModelFolder } from '../src/embedding/model-folder.js'
import { findModel } from '../src/embedding/open.js'
import { adaptModel } from '../src/embedding/training/adapt.js'
import { holdOut } from '../src/embedding/training/adapt-questions.js'
import type { TrainerProgress } from '../src/embedding/training/trainer.js'
import { FootnoteError } from '../src/errors.js'
import { forgetModels } from '../src/library/forget.js'
import { chosenModel, readAdaptations, writeAdaptations } from '../src/models.js'
import type { Paper } from '../src/papers/paper.js'
import { createRandom } from '../src/text/random.js'
import { figuresOf, gainOf, isBetter, MEASURED, measureModels } from './adapting/measure.js'
import type { Figures, Gain, Measured } from './adapting/measure.js'

interface Flags {
  readonly force?: true
  readonly undo?: true
  readonly json?: true
}

interface Report {
  readonly papers: number
  /** Made of sentences and of titles that training did not see. */
  readonly questions: number
  readonly before: Readonly<Record<Measured, Figures>>
  readonly after: Readonly<Record<Measured, Figures>>
  readonly gain: Readonly<Record<Measured, Gain>>
  readonly better: boolean
  /** The folder of the new model, below the data folder; absent where it was not put into service. */
  readonly activated?: string
  readonly trainingSeconds: number
  readonly seconds: number
}

const SEED = 11
/** With fewer there is too little to learn from, and too little to measure by. */
const LEAST_PAPERS = 50
const MOST_PAPERS = 250_000
const PAGE = 1_000
const FOLDER = 'models'
const ADAPTED = /^footnote-static-adapted-(\d+)$/
const HALF_WRITTEN = '.adapting-'
/** Left by a process that died; one that runs now is younger. */
const ABANDONED_AFTER_MS = 6 * 3_600_000

const program = new Command('npm run adapt --')
  .description('Train the embedding model further on the papers of the library; it is used from then on if it finds more than the one before.')
  .option('--force', 'use the new model even if it is no better')
  .option('--undo', 'go back to the model before the last one that was adapted')
  .option('--json', 'print the figures as JSON')
  .action(main)
const stop = new AbortController()
process.once('SIGINT', () => stop.abort(new FootnoteError('not_ready', 'Stopped; nothing has changed.')))
/** That a new model's index is not there yet would be a warning elsewhere. */
const log = pino({ level: 'error' }, pino.destination(2))
await program.parseAsync()

async function main(flags: Flags): Promise<void> {
  try {
    const config = readConfig()
    if (flags.undo === true) return print(flags, await undo(config))
    const report = await adapt(config, flags.force === true)
    print(flags, report, inWords(report))
  } catch (error) {
    if (!(error instanceof FootnoteError)) throw error
    program.error(error.message, { exitCode: 1 })
  }
}

/** Reads, sets questions apart, trains, measures, and puts the better model into service. */
async function adapt(config: Config, force: boolean): Promise<Report> {
  const started = performance.now()
  const base = baseFolder(config)
  const papers = await readPapers(config)
  const heldOut = holdOut(papers, createRandom(SEED))
  tell(`training on ${papers.length} papers; ${heldOut.questions.length} questions are set apart`)
  const name = await nextName(config)
  const temporary = join(config.DATA_DIR, FOLDER, `${HALF_WRITTEN}${randomBytes(6).toString('hex')}`)
  try {
    const [onStep, end] = createReporter()
    const trainingStarted = performance.now()
    await adaptModel(heldOut.papers, { base, out: temporary, name, onStep, signal: stop.signal }).finally(end)
    const trainingSeconds = (performance.now() - trainingStarted) / 1000
    tell('measuring both models')
    const inService = await chosenModel(config.EMBEDDING_MODEL, config.DATA_DIR)
    const [before, after] = await measureModels(heldOut, [inService, temporary], config, log)
    if (before === undefined || after === undefined) throw new FootnoteError('internal', 'A model was not measured; run the command again.')
    const of = <Value>(make: (part: Measured) => Value) => ({ dense: make('dense'), fused: make('fused') })
    const gain = of((part) => gainOf(before[part], after[part]))
    const better = isBetter(gain)
    stop.signal.throwIfAborted()
    const activated = better || force ? await activate(config, temporary, name) : undefined
    return {
      papers: papers.length, questions: heldOut.questions.length,
      before: of((part) => figuresOf(before[part])), after: of((part) => figuresOf(after[part])), gain, better,
      ...(activated === undefined ? {} : { activated }),
      trainingSeconds, seconds: (performance.now() - started) / 1000,
    }
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

function baseFolder({ EMBEDDING_MODEL: setting }: Config): string {
  const folder = findModel(setting, { bundledFolder: BUNDLED_MODELS_DIR })
  if (folder !== undefined) return folder
  throw new FootnoteError('invalid_request', `${setting} is a transformer of the hub, and only static models can be adapted; unset EMBEDDING_MODEL.`)
}

async function readPapers(config: Config): Promise<Paper[]> {
  const { library, close } = await compose(config, { log, starter: false })
  try {
    const papers: Paper[] = []
    let cursor: string | undefined
    do {
      const page = await library.list({ cursor, limit: PAGE })
      papers.push(...page.papers)
      cursor = page.nextCursor
    } while (cursor !== undefined && papers.length < MOST_PAPERS)
    if (papers.length >= LEAST_PAPERS) return papers
    throw new FootnoteError('invalid_request', `The library in ${config.DATA_DIR} holds ${papers.length} papers, too few to learn from; add papers until there are ${LEAST_PAPERS}, with npm run ingest.`)
  } finally {
    await close()
  }
}

/** One more than the highest that is there; takes away what dead processes left. */
async function nextName({ DATA_DIR }: Config): Promise<string> {
  const folder = join(DATA_DIR, FOLDER)
  await mkdir(folder, { recursive: true })
  const entries = await readdir(folder)
  for (const entry of entries.filter((name) => name.startsWith(HALF_WRITTEN))) {
    const { mtimeMs } = await stat(join(folder, entry)).catch(() => ({ mtimeMs: Date.now() }))
    if (Date.now() - mtimeMs > ABANDONED_AFTER_MS) await rm(join(folder, entry), { recursive: true, force: true })
  }
  const numbers = entries.map((entry) => Number(ADAPTED.exec(entry)?.[1] ?? 0))
  return `footnote-static-adapted-${1 + Math.max(0, ...numbers)}`
}

/** Embeds the library beside the old vectors; then one write changes the model, for a running server too. */
async function activate(config: Config, temporary: string, name: string): Promise<string> {
  const folder = join(FOLDER, name)
  await rename(temporary, join(config.DATA_DIR, folder))
  tell('embedding the library with the new model')
  const footnote = await compose({ ...config, EMBEDDING_MODEL: join(config.DATA_DIR, folder) }, { log, starter: false })
  await footnote.close()
  const known = await readAdaptations(config.DATA_DIR)
  const folders = known?.base === config.EMBEDDING_MODEL ? known.folders.slice(-1) : []
  await writeAdaptations(config.DATA_DIR, { base: config.EMBEDDING_MODEL, folders: [...folders, folder] })
  await removeOlder(config, [...folders, folder])
  return folder
}

/** What neither serves nor is gone back to by one undo: 10 kB a paper, each time. */
async function removeOlder(config: Config, kept: readonly string[]): Promise<void> {
  const { DATA_DIR } = config
  const names = new Set(kept.map((folder) => basename(folder)))
  const base = await openModelFolder(baseFolder(config))
  await forgetModels(DATA_DIR, (id) => id !== base.id && ADAPTED.test(nameIn(id)) && !names.has(nameIn(id)))
  for (const entry of await readdir(join(DATA_DIR, FOLDER))) {
    if (ADAPTED.test(entry) && !names.has(entry)) await rm(join(DATA_DIR, FOLDER, entry), { recursive: true, force: true })
  }
}

/** An id is the model's name and a hash. */
function nameIn(modelId: string): string {
  return modelId.replace(/@.*$/, '')
}

async function undo(config: Config): Promise<{ readonly model: string }> {
  const known = await readAdaptations(config.DATA_DIR)
  if (known?.base !== config.EMBEDDING_MODEL || known.folders.length === 0) {
    throw new FootnoteError('invalid_request', `No adapted model serves in place of ${config.EMBEDDING_MODEL}; there is nothing to undo.`)
  }
  await writeAdaptations(config.DATA_DIR, { base: known.base, folders: known.folders.slice(0, -1) })
  return { model: await chosenModel(config.EMBEDDING_MODEL, config.DATA_DIR) }
}

function print(flags: Flags, report: Report | { readonly model: string }, words?: string): void {
  const text = flags.json === true ? JSON.stringify(report, null, 2) : words ?? ('model' in report ? `The library is searched with ${report.model} again; a running server changes within seconds.` : '')
  process.stdout.write(`${text}\n`)
}

function inWords({ questions, before, after, gain, better, activated, trainingSeconds, seconds }: Report): string {
  const percent = (value: number) => (100 * value).toFixed(1).padStart(7)
  const row = (name: string, { recallAt1, recallAt10, mrr }: Figures) => `${name.padEnd(18)}${percent(recallAt1)}${percent(recallAt10)}${percent(mrr)}`
  const points = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(100 * value).toFixed(1)}`
  const rows = MEASURED.flatMap((part) => [
    row(`${part}, before`, before[part]),
    `${row(`${part}, adapted`, after[part])}   MRR ${points(gain[part].mrr)} (95 %: ${points(gain[part].interval[0])} to ${points(gain[part].interval[1])})`,
  ])
  const verdict = better ? 'The adapted model finds more' : 'The adapted model finds no more than the one before'
  const outcome = activated === undefined
    ? 'nothing has changed. `npm run adapt -- --force` uses it nevertheless.'
    : `it is in use from now on; a running server changes within seconds. \`npm run adapt -- --undo\` goes back.`
  return [
    `${questions} questions made of sentences and titles that training did not see, in per cent:`,
    `${''.padEnd(18)}${'R@1'.padStart(7)}${'R@10'.padStart(7)}${'MRR'.padStart(7)}`,
    ...rows,
    `${verdict}: ${outcome}`,
    `Trained for ${trainingSeconds.toFixed(0)} s, ${seconds.toFixed(0)} s in all.`,
  ].join('\n')
}

function tell(what: string): void {
  process.stderr.write(`${what}\n`)
}

/** A bar on a terminal; a line for each tenth elsewhere. */
function createReporter(): readonly [(progress: TrainerProgress) => void, () => void] {
  if (process.stderr.isTTY) {
    const bar = new SingleBar({ format: 'training {bar} {percentage}% · {eta_formatted} left', hideCursor: true, stream: process.stderr })
    let started = false
    const onStep = ({ step, steps }: TrainerProgress) => {
      if (!started) bar.start(steps, step)
      started = true
      bar.update(step)
    }
    return [onStep, () => bar.stop()]
  }
  const onStep = ({ step, steps, loss }: TrainerProgress) => {
    if (step % Math.ceil(steps / 10) === 0) tell(`step ${step} of ${steps}, loss ${loss.toFixed(3)}`)
  }
  return [onStep, () => {}]
}
