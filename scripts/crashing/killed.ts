/** The process that is killed: does one kind of work beside an ingest, and says each step that is on disk. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { backUp } from '../../src/backup.js'
import { openSqlite } from '../../src/library/sqlite.js'
import { createRandom } from '../../src/text/random.js'
import { entriesOf, papersOf, type Batch } from './batches.js'
import { openServed } from './opened.js'
import { LATER_FILE, type Kind, type Order } from './order.js'

const WRITERS: Readonly<Record<Kind, number>> = { ingest: 4, delete: 4, 're-embed': 1, backup: 1, migration: 0 }
/** Between two writes where there is other work to be killed in. */
const PAUSE_MS = 20
const LARGEST_BATCH = 12

process.once('message', (order) => void work(order as Order))

async function work(order: Order): Promise<void> {
  say('begun')
  if (order.kind === 'migration') return migrate(order.folder)
  const serving = await openServed(order.folder, { changing: order.kind === 're-embed' })
  const random = createRandom(order.round)
  if (order.kind === 'delete') void removeAll()
  if (order.kind === 'backup') void backUpAgainAndAgain()
  for (let pass = 0; ; pass++) {
    await Promise.all(Array.from({ length: WRITERS[order.kind] }, (_, writer) => writeBatches(`${order.round}-${pass}-${writer}`)))
    if (order.kind !== 'ingest') continue
    // Index files are written here, and the kill may fall into that.
    await serving.close()
    return work({ ...order, round: order.round + 100_000 })
  }

  async function writeBatches(prefix: string): Promise<void> {
    for (let number = 0; number < 5; number++) {
      const batch = { name: `${prefix}-${number}`, size: 1 + random.below(LARGEST_BATCH) }
      sayBatch({ ...batch, version: 0 })
      const versions = 1 + random.below(3)
      for (let version = 1; version <= versions; version++) {
        await put({ ...batch, version })
        sayBatch({ ...batch, version })
      }
      if (random.next() < 0.2) await remove({ ...batch, version: versions })
    }
  }

  /** As ingest does it: others get their turns, and it is embedded with the successor of its model too before it is acknowledged. */
  async function put(batch: Batch): Promise<void> {
    await (WRITERS[order.kind] > 1 ? nextTurn() : sleep(PAUSE_MS))
    return serving.using(async (parts) => {
      await parts.library.put(entriesOf(batch, parts.library.model))
      if (serving.current() !== parts) await serving.complete()
    })
  }

  async function remove(batch: Batch): Promise<void> {
    sayBatch({ ...batch, leaving: true })
    await serving.using(({ library }) => library.remove(papersOf(batch).map(({ id }) => id)))
    sayBatch({ ...batch, version: -1 })
  }

  async function removeAll(): Promise<void> {
    for (const batch of order.batches) await remove(batch)
  }

  async function backUpAgainAndAgain(): Promise<void> {
    for (let number = 0; ; number++) {
      const name = `${order.round}-${number}`
      say(`backing-up ${name}`)
      await backUp(order.folder, `${order.backups}/${name}`, { version: 'crash-test' })
      say(`backed-up ${name}`)
    }
  }
}

async function migrate(folder: string): Promise<void> {
  const sqlite = await openSqlite(`${folder}/library.db`, { kind: LATER_FILE })
  sqlite.close()
  say('migrated')
  // The kill comes, if it has not by now.
  setInterval(() => undefined, 1_000)
}

/** The sign at its end tells a whole line from one that the kill cut short. */
function say(text: string): void {
  process.stdout.write(`${text};\n`)
}

function sayBatch({ name, size, version, leaving }: Batch): void {
  say(`batch ${name} ${size} ${version} ${leaving === true ? 'leaves' : 'stays'}`)
}
