/** Remembers in the data folder which embedding model served last, and which ones were adapted to the library. */
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { FootnoteError, isDiskFull } from './errors.js'

/** Two files, since different processes write them: whoever serves, and `npm run adapt`. */
const SERVED_FILE = 'model.json'
const ADAPTED_FILE = 'adapted.json'

const ServedModelSchema = z.object({ setting: z.string().min(1), id: z.string().min(1) })
const AdaptationsSchema = z.object({ base: z.string().min(1), folders: z.array(z.string().min(1)) })

/** The model that last served with the vectors of the whole library. */
export interface ServedModel {
  /** As `openEmbedder` takes it: a name under `index/model`, a folder, or a name of the hub. */
  readonly setting: string
  /** Its `EmbeddingModel.id`: the same setting may lead to another model by now. */
  readonly id: string
}

/** What has been adapted to this library, and to whom it does service. */
export interface Adaptations {
  /** The value of `EMBEDDING_MODEL` in whose place the newest serves; any other value wins. */
  readonly base: string
  /** Folders below the data folder, the newest last; none: the base itself serves. */
  readonly folders: readonly string[]
}

/** Undefined where none is recorded, or nothing that can be read: it only saves time. */
export function readServedModel(dataDir: string): Promise<ServedModel | undefined> {
  return readJson(join(dataDir, SERVED_FILE), ServedModelSchema)
}

/** Writes nothing where it is recorded already, so that a full disk does not keep a library from being served. */
export async function writeServedModel(dataDir: string, { setting, id }: ServedModel): Promise<void> {
  const recorded = await readServedModel(dataDir)
  if (recorded?.setting === setting && recorded.id === id) return
  await replaceFile(dataDir, SERVED_FILE, JSON.stringify({ setting, id }))
}

/** Undefined where nothing was ever adapted. */
export function readAdaptations(dataDir: string): Promise<Adaptations | undefined> {
  return readJson(join(dataDir, ADAPTED_FILE), AdaptationsSchema)
}

/** This one write is what puts an adapted model into service, or takes it out. */
export function writeAdaptations(dataDir: string, { base, folders }: Adaptations): Promise<void> {
  return replaceFile(dataDir, ADAPTED_FILE, JSON.stringify({ base, folders }))
}

/** The files and folders, below the data folder, that hold adapted models and say which one serves. */
export async function adaptedFiles(dataDir: string): Promise<string[]> {
  const folders = (await readAdaptations(dataDir))?.folders ?? []
  return [SERVED_FILE, ADAPTED_FILE, ...folders].filter((name) => existsSync(join(dataDir, name)))
}

/** What to open for `EMBEDDING_MODEL`: the newest model adapted in its place that is still there, or itself. */
export async function chosenModel(setting: string, dataDir: string): Promise<string> {
  const adaptations = await readAdaptations(dataDir)
  if (adaptations?.base !== setting) return setting
  const folders = adaptations.folders.map((folder) => join(dataDir, folder))
  return folders.findLast((folder) => existsSync(folder)) ?? setting
}

async function readJson<Value>(path: string, schema: z.ZodType<Value>): Promise<Value | undefined> {
  try {
    return schema.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch {
    return undefined
  }
}

/** Whatever happens, the file is the old one or the new one, whole. */
async function replaceFile(folder: string, name: string, text: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const temporary = join(folder, `${name}.${randomBytes(6).toString('hex')}`)
  try {
    const file = await open(temporary, 'wx')
    try {
      await file.writeFile(`${text}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, join(folder, name))
  } catch (cause) {
    await rm(temporary, { force: true })
    const full = isDiskFull(cause)
    const message = full ? 'the disk is full; make room, and start again' : 'check that this user may write there'
    throw new FootnoteError(full ? 'storage_full' : 'internal', `${join(folder, name)} cannot be written: ${message}.`, { cause })
  }
  const directory = await open(folder, 'r')
  await directory.sync().finally(() => directory.close())
}
