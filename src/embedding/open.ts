/** Opens the embedding model that a setting names, in this process or in one of its own. */
import { existsSync } from 'node:fs'
import { isAbsolute, join } from 'node:path'
import { FootnoteError } from '../errors.js'
import type { Embedder } from './embedder.js'
import { createForkedEmbedder } from './forked.js'
import { openModelFolder } from './model-folder.js'
import { createStaticEmbedder } from './static.js'

export interface OpenEmbedderOptions {
  /** Folder of the models that come with the program; their names are looked for here first. */
  readonly bundledFolder: string
  /** Where models of the Hugging Face hub are kept once downloaded. */
  readonly cacheFolder: string
  /** Told of a download: a file's name and the share of it that is here, 0..1. */
  readonly onDownload?: ((file: string, share: number) => void) | undefined
}

const HUB_NAME = /^[\w.-]+\/[\w.-]+$/

/**
 * The model called `setting`: a name under `bundledFolder`, a folder, or else `owner/name` on the hub. A static
 * model takes a fraction of a millisecond and runs here; any other is run by transformers.js in a child process. Throws `invalid_request`
 * where there is no such thing, `not_ready` where the model is damaged or cannot be had.
 */
export async function openEmbedder(setting: string, options: OpenEmbedderOptions): Promise<Embedder> {
  const modelPath = findModel(setting, options)
  if (modelPath === undefined) {
    return createForkedEmbedder({ name: setting, cacheFolder: options.cacheFolder, onDownload: options.onDownload })
  }
  const folder = await openModelFolder(modelPath)
  return (await createStaticEmbedder(modelPath, folder)) ?? createForkedEmbedder({ modelPath })
}

/** The folder of the model called `setting`; undefined for a name of the hub; throws `invalid_request` for neither. */
export function findModel(setting: string, { bundledFolder }: Pick<OpenEmbedderOptions, 'bundledFolder'>): string | undefined {
  const modelPath = [join(bundledFolder, setting), setting].find((path) => existsSync(path))
  if (modelPath !== undefined || (HUB_NAME.test(setting) && !isAbsolute(setting))) return modelPath
  const message = `There is no embedding model ${setting}; set EMBEDDING_MODEL to a name under index/model, to a ` +
    'folder, or to owner/name of the Hugging Face hub.'
  throw new FootnoteError('invalid_request', message)
}
