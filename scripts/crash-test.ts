/** `npm run crash-test`: kills a process at random moments of its work, again and again, and counts what it had acknowledged and lost. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { readServedModel } from '../src/models.js'
import { createRandom } from '../src/text/random.js'
import type { Batch } from './crashing/batches.js'
import { checkBackup, checkLibrary, checkMigration, copyForMigration, type MadeBackup } from './crashing/checks.js'
import { KINDS, type Kind, type Order } from './crashing/order.js'
import { countingNumber } from './whole-number.js'

/** From a process's first word to the kill, at most. */
const LONGEST_LIFE_MS: Readonly<Record<Kind, number>> = { ingest: 400, delete: 400, 're-embed': 1_500, backup: 1_000, migration: 150 }
/** All batches are looked at this often, and at the end; else those of this round, and some of earlier ones. */
const FULL_CHECK_EVERY = 20
const SOME = 25

await new Command('crash-test')
  .description('Kill a process while it ingests, deletes, changes the model, backs up or migrates; exit code 1 if anything that it had acknowledged is lost.')
  .option('--rounds <number>', 'how many times', countingNumber, 200)
  .action(async ({ rounds }: { readonly rounds: number }) => {
    process.exitCode = await run(rounds)
  })
  .parseAsync()

/** The rounds, kind after kind; returns the exit code. */
async function run(rounds: number): Promise<number> {
  const root = await mkdtemp(join(tmpdir(), 'footnote-crash-'))
  const random = createRandom(Date.now())
  const known = new Map<string, Batch>()
  const faults: string[] = []
  const tally: Record<Kind, number> = { ingest: 0, delete: 0, 're-embed': 0, backup: 0, migration: 0 }
  const acknowledged = { papers: 0, removals: 0, backups: 0, changes: 0 }
  for (let round = 1; round <= rounds; round++) {
    const kind = KINDS[(round - 1) % KINDS.length] as Kind
    tally[kind]++
    const work = kind === 'migration' ? migrationRound() : roundOf(kind, round, round % FULL_CHECK_EVERY === 0 || round === rounds)
    const found = await work.catch((error: unknown) => [String(error)])
    faults.push(...found.map((fault) => `round ${round}, ${kind}: ${fault}`))
    if (round % 10 === 0) console.log(`${round} rounds, ${acknowledged.papers} papers acknowledged, ${faults.length} faults`)
  }
  for (const fault of faults) console.error(fault)
  console.log(`rounds ${rounds} (${KINDS.map((kind) => `${kind} ${tally[kind]}`).join(', ')}), papers acknowledged ${acknowledged.papers}, removals ${acknowledged.removals}, backups ${acknowledged.backups}, changes of model ${acknowledged.changes}, lost, invented or half there ${faults.length}`)
  if (faults.length === 0) await rm(root, { recursive: true })
  else console.error(`The library is kept in ${root}.`)
  return faults.length === 0 ? 0 : 1

  async function roundOf(kind: Kind, round: number, lookAtAll: boolean): Promise<string[]> {
    const folder = join(root, 'library')
    const order = { kind, folder, backups: join(root, 'backups'), round, batches: some([...known.values()].filter(({ version, leaving }) => version > 0 && leaving !== true)) }
    const modelBefore = await readServedModel(folder)
    const said = await workUntilKilled(order, random.next() * LONGEST_LIFE_MS[kind], [...known.values()])
    for (const batch of said.batches) known.set(batch.name, batch)
    acknowledged.papers += said.papers
    acknowledged.removals += said.removals
    acknowledged.backups += said.backups.filter(({ finished }) => finished).length
    const modelAfter = await readServedModel(folder)
    if (modelBefore !== undefined && modelBefore.id !== modelAfter?.id) acknowledged.changes++
    const all = [...known.values()]
    const found = await checkLibrary(folder, lookAtAll ? all : [...said.batches, ...some(all)])
    for (const backup of said.backups.slice(-2)) found.push(...(await checkBackup({ ...backup, known: some(backup.known) }, known)))
    await rm(order.backups, { recursive: true, force: true })
    return found
  }

  async function migrationRound(): Promise<string[]> {
    const folder = join(root, 'migrated')
    const before = await copyForMigration(join(root, 'library'), folder)
    await workUntilKilled({ kind: 'migration', folder, backups: '', round: 0, batches: [] }, random.next() * LONGEST_LIFE_MS.migration, [])
    return checkMigration(folder, before)
  }

  function some(batches: readonly Batch[]): Batch[] {
    return random.shuffled(batches).slice(0, SOME)
  }
}

/** What a process said before it was killed, `lifeMs` after its first word. */
async function workUntilKilled(order: Order, lifeMs: number, before: readonly Batch[]) {
  const child = fork(fileURLToPath(new URL('crashing/killed.ts', import.meta.url)), { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'pipe', 'inherit', 'ipc'] })
  child.send(order)
  const batches = new Map<string, Batch>()
  const backups: MadeBackup[] = []
  let papers = 0
  let removals = 0
  let timer: NodeJS.Timeout | undefined
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    timer ??= setTimeout(() => child.kill('SIGKILL'), lifeMs)
    // Each line came out after its deed was on the disk; one that the kill cut short is no promise.
    const [what, name = '', size, version, leaving] = /^(.*);$/.exec(line)?.[1]?.split(' ') ?? []
    if (what === 'batch') {
      batches.set(name, { name, size: Number(size), version: Number(version), leaving: leaving === 'leaves' })
      if (Number(version) > 0 && leaving === 'stays') papers += Number(size)
      if (Number(version) < 0) removals += Number(size)
    } else if (what === 'backing-up') {
      backups.push({ folder: join(order.backups, name), known: [...new Map([...before, ...batches.values()].map((batch) => [batch.name, batch])).values()], finished: false })
    } else if (what === 'backed-up') {
      backups.push({ ...(backups.pop() as MadeBackup), finished: true })
    }
  }
  clearTimeout(timer)
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  if (child.signalCode !== 'SIGKILL') throw new Error(`The process ended by itself, with ${child.exitCode ?? child.signalCode}.`)
  return { batches: [...batches.values()], backups, papers, removals }
}
