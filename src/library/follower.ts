/** Keeps one index in step with the store: loaded or rebuilt at the start, caught up after, saved now and then. */
import { messageOf } from '../errors.js'
import type { Handle } from './library.js'
import { createPauses } from './pauses.js'
import { findSnapshot, writeSnapshot } from './snapshot.js'
import type { FoundSnapshot, SnapshotContents, SnapshotPlace, SoundSnapshot } from './snapshot.js'
import type { Position, Store } from './store.js'

/** Changes read from the store at a time. */
const PAGE = 100
/** A snapshot is worth writing when catching up with what it lacks would be felt at the next start. */
const MOST_UNSAVED = 200
const LONG_WORK = 5_000

export interface LibraryLog {
  info(message: string): void
  warn(message: string): void
}

export interface FollowedIndex {
  readonly size: number
  remove(handle: Handle): void
}

export interface FollowerOptions<Index extends FollowedIndex, Change extends Position> {
  readonly place: SnapshotPlace
  readonly store: Store
  readonly log: LibraryLog
  /** An empty index. */
  readonly create: () => Index
  readonly read: (snapshot: SoundSnapshot) => Promise<Index>
  readonly contents: (index: Index, revision: number) => SnapshotContents
  /** The changes after a position, in order. */
  readonly changes: (after: Position, upTo: number, limit: number) => Change[]
  readonly apply: (index: Index, change: Change) => void
}

export interface Follower<Index> {
  readonly index: Index
  /** The revision of the store that the index answers with. */
  readonly revision: number
  /** Changes that a snapshot would lack. */
  readonly unsaved: number
  /** Applies what has changed in the store, whoever changed it. One call at a time. */
  catchUp(): Promise<void>
  /** Writes a snapshot if that is worth it; a failure is logged, since the store has everything. */
  save(): Promise<void>
}

/** Loads the snapshot if it is sound, else starts from nothing with one line in the log; then catches up. */
export async function openFollower<Index extends FollowedIndex, Change extends Position>(
  options: FollowerOptions<Index, Change>,
): Promise<Follower<Index>> {
  const { place, store, log } = options
  const { index, revision: loaded } = await load(options)
  let revision = loaded
  let unsaved = 0
  await catchUp()

  return {
    index,
    get revision() {
      return revision
    },
    get unsaved() {
      return unsaved
    },
    catchUp,
    async save() {
      if (unsaved < Math.min(MOST_UNSAVED, 1 + index.size / 100)) return
      const saving = unsaved
      try {
        await writeSnapshot(place, options.contents(index, revision))
        unsaved -= saving
      } catch (error) {
        log.warn(`The ${place.name} index could not be written to ${place.folder} (${messageOf(error)}); the next start will take longer.`)
      }
    },
  }

  async function catchUp(): Promise<void> {
    const target = store.revision()
    if (target === revision) return
    for (const handle of store.removedSince(revision, target)) {
      index.remove(handle)
      unsaved++
    }
    let position: Position = { revision, handle: Number.MAX_SAFE_INTEGER }
    let applied = 0
    const pauses = createPauses()
    for (let page = options.changes(position, target, PAGE); page.length > 0; page = options.changes(position, target, PAGE)) {
      for (const change of page) {
        options.apply(index, change)
        position = change
        unsaved++
        if (++applied % LONG_WORK === 0) log.info(`The ${place.name} index has taken in ${applied} papers.`)
        await pauses.ifDue()
      }
    }
    revision = target
  }
}

async function load<Index extends FollowedIndex, Change extends Position>({
  place,
  store,
  log,
  create,
  read,
}: FollowerOptions<Index, Change>): Promise<{ index: Index; revision: number }> {
  const fresh = () => ({ index: create(), revision: 0 })
  if (store.revision() === 0) return fresh()
  const found = await find(place)
  const rebuild = (problem: string) => {
    const message = `The ${place.name} index in ${place.folder} ${problem}; it is rebuilt from the library.`
    // A library in use for less than half a minute has no snapshots yet.
    if (problem === 'is missing') log.info(message)
    else log.warn(message)
    return fresh()
  }
  if ('problem' in found) return rebuild(found.problem)
  if (found.revision > store.revision()) return rebuild('is newer than the library')
  try {
    return { index: await read(found), revision: found.revision }
  } catch (error) {
    return rebuild(`could not be read (${messageOf(error)})`)
  }
}

/** Another process may have put a new generation in the place of the files just when they were read. */
async function find(place: SnapshotPlace): Promise<FoundSnapshot> {
  const found = await findSnapshot(place)
  return 'problem' in found && found.problem === 'is missing' ? findSnapshot(place) : found
}
