/** Opens a folder that holds a model: what it says about itself, and whether it is whole. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { FootnoteError } from '../errors.js'
import { hashBytes, MANIFEST_FILE, ModelManifestSchema, type ModelManifest } from './manifest.js'

export interface ModelFolder {
  readonly manifest: ModelManifest
  /** The manifest's name and 12 hex digits of a hash over everything that the vectors depend on. */
  readonly id: string
}

const MODEL_FILES = ['config.json', 'tokenizer.json', 'tokenizer_config.json', 'onnx/model_quantized.onnx'] as const

/**
 * Reads the manifest and hashes the files. A folder without `footnote.json` is taken for an ordinary
 * transformer, with mean pooling and equal weights. Throws `not_ready`, naming the file, where one is missing or
 * is not the one that the manifest was written for.
 */
export async function openModelFolder(folder: string, name = basename(folder)): Promise<ModelFolder> {
  const hashes: Record<string, string> = {}
  let config = ''
  for (const file of MODEL_FILES) {
    const content = await readModelFile(folder, file)
    if (file === 'config.json') config = content.toString('utf8')
    hashes[file] = hashBytes(content)
  }
  const manifest = (await readManifest(folder)) ?? plainTransformer(folder, name, config)
  for (const [file, hash] of Object.entries(manifest.files ?? {})) {
    if (hashes[file] !== hash) throw damaged(folder, `${file} is not the file that ${MANIFEST_FILE} was written for`)
  }
  const { kind, questionPrefix, passagePrefix } = manifest
  const content = hashBytes(JSON.stringify([hashes, kind, questionPrefix, passagePrefix]))
  return { manifest, id: `${manifest.name}@${content.slice(0, 12)}` }
}

async function readModelFile(folder: string, file: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, file))
  } catch (error) {
    throw damaged(folder, `${file} is missing or cannot be read`, error)
  }
}

async function readManifest(folder: string): Promise<ModelManifest | undefined> {
  let text: string
  try {
    text = await readFile(join(folder, MANIFEST_FILE), 'utf8')
  } catch {
    return undefined
  }
  try {
    return ModelManifestSchema.parse(JSON.parse(text))
  } catch (error) {
    const detail = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON'
    throw damaged(folder, `${MANIFEST_FILE} is not a manifest: ${detail}`, error)
  }
}

const ConfigSchema = z.object({ hidden_size: z.int().positive().optional(), dim: z.int().positive().optional() })

function plainTransformer(folder: string, name: string, config: string): ModelManifest {
  let dimensions: number | undefined
  try {
    const { hidden_size, dim } = ConfigSchema.parse(JSON.parse(config))
    dimensions = hidden_size ?? dim
  } catch (error) {
    throw damaged(folder, 'config.json is not the configuration of a model', error)
  }
  if (dimensions === undefined) throw damaged(folder, 'config.json does not say hidden_size')
  return {
    format: 1, kind: 'transformer', name, dimensions, searchDimensions: dimensions,
    // Convex weights near the middle suit transformers of this size (Bruch et al. 2022); fit them by `evaluate`.
    fusion: { bm25: 0.5, dense: 0.4, bestSentence: 0.1 },
    questionPrefix: '', passagePrefix: '',
  }
}

function damaged(folder: string, what: string, cause?: unknown): FootnoteError {
  const message = `The embedding model in ${folder} cannot be used: ${what}. Restore the folder, or set EMBEDDING_MODEL to another.`
  return new FootnoteError('not_ready', message, { cause })
}
