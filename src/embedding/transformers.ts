/** Embeds with transformers.js: any sentence transformer in ONNX form, or a static model of ours as any other program would. */
import { join, parse, relative, resolve } from 'node:path'
import { AutoModel, AutoTokenizer, env, FeatureExtractionPipeline } from '@xenova/transformers'
import { FootnoteError } from '../errors.js'
import type { Embedder } from './embedder.js'
import { openModelFolder, type ModelFolder } from './model-folder.js'

export interface TransformersOptions {
  /** A folder in transformers.js layout; nothing is downloaded. Exactly one of `modelPath` and `name`. */
  readonly modelPath?: string | undefined
  /** A model of the Hugging Face hub, such as `Xenova/all-MiniLM-L6-v2`, kept in `cacheFolder`. */
  readonly name?: string | undefined
  /** Where models of the hub are kept; needed with `name`. */
  readonly cacheFolder?: string | undefined
  /** Told of the download: a file's name and the share of it that is here, 0..1. */
  readonly onDownload?: ((file: string, share: number) => void) | undefined
}

/**
 * An embedder over a local folder or a model of the hub. Throws `invalid_request` where the options name no
 * model, and `not_ready` where it is missing, damaged or cannot be downloaded.
 *
 *     const embedder = await createTransformersEmbedder({ modelPath: 'index/model/footnote-static' })
 *     const vector = await embedder.embedQuestion('How does pruning affect accuracy?')
 */
export async function createTransformersEmbedder(options: TransformersOptions): Promise<Embedder> {
  const source = sourceOf(options)
  const folder = options.modelPath === undefined ? undefined : await openModelFolder(source.folder)
  const parts = await load(source, options)
  const opened = folder ?? (await openModelFolder(source.folder, source.name))
  const { manifest, id } = opened
  const embed = embedding(parts, manifest.kind === 'static' ? 'cls' : 'mean')
  const { name: _name, kind: _kind, questionPrefix, passagePrefix, dimensions, searchDimensions, fusion } = manifest
  return {
    model: { id, dimensions, searchDimensions, fusion },
    async embedQuestion(text, signal) {
      const [vector] = await embed([questionPrefix + text], signal)
      return checked(vector, opened)
    },
    async embedPassages(texts, signal) {
      const vectors = await embed(passagePrefix === '' ? texts : texts.map((text) => passagePrefix + text), signal)
      return vectors.map((vector) => checked(vector, opened))
    },
    async close() {
      await parts.model.dispose()
    },
  }
}

interface Source {
  /** As transformers.js wants it: relative to the root of the file system, or a name of the hub. */
  readonly name: string
  readonly folder: string
}

type Embed = (texts: readonly string[], signal?: AbortSignal) => Promise<Float32Array[]>
type Parts = Awaited<ReturnType<typeof load>>

function sourceOf({ modelPath, name, cacheFolder }: TransformersOptions): Source {
  if (modelPath !== undefined && name === undefined) {
    const folder = resolve(modelPath)
    return { name: relative(parse(folder).root, folder).replaceAll('\\', '/'), folder }
  }
  if (name !== undefined && modelPath === undefined && cacheFolder !== undefined) {
    return { name, folder: join(cacheFolder, name) }
  }
  const message = 'Name one embedding model: either a modelPath, or a name together with a cacheFolder.'
  throw new FootnoteError('invalid_request', message)
}

async function load(source: Source, options: TransformersOptions) {
  // One root for all local folders: the setting is global, and a second embedder must not move it.
  env.localModelPath = parse(source.folder).root
  const settings = {
    quantized: true,
    local_files_only: options.modelPath !== undefined,
    ...(options.cacheFolder === undefined ? {} : { cache_dir: options.cacheFolder }),
    progress_callback: (event: { status: string; file: string; progress?: number }) => {
      if (event.status === 'progress') options.onDownload?.(event.file, (event.progress ?? 0) / 100)
    },
  }
  try {
    const tokenizer = await AutoTokenizer.from_pretrained(source.name, settings)
    const model = await AutoModel.from_pretrained(source.name, settings)
    return { tokenizer, model }
  } catch (error) {
    const where = options.modelPath ?? options.name
    const cure = options.modelPath === undefined
      ? 'connect to the network once so that it can be downloaded, or set EMBEDDING_MODEL to a local folder'
      : 'restore the folder, or set EMBEDDING_MODEL to another'
    throw new FootnoteError('not_ready', `The embedding model ${where} cannot be loaded; ${cure}.`, { cause: error })
  }
}

/**
 * One text at a time: batches of a quantised transformer change its vectors in the third digit. A static model has its
 * pooling in the graph, and gives one state for all tokens.
 */
function embedding({ tokenizer, model }: Parts, pooling: 'mean' | 'cls'): Embed {
  const extract = new FeatureExtractionPipeline({ task: 'feature-extraction', tokenizer, model })
  return async (texts, signal) => {
    const vectors: Float32Array[] = []
    for (const text of texts) {
      signal?.throwIfAborted()
      const output = await extract(text, { pooling, normalize: true })
      vectors.push(Float32Array.from(output.data as Float32Array))
    }
    return vectors
  }
}

function checked(vector: Float32Array | undefined, { manifest, id }: ModelFolder): Float32Array {
  if (vector?.length === manifest.dimensions && isFinite(vector)) return vector
  const message = `The embedding model ${id} gave ${vector?.length ?? 0} numbers, or some that are not finite, ` +
    `where its manifest promises ${manifest.dimensions}; restore its folder, or set EMBEDDING_MODEL to another.`
  throw new FootnoteError('internal', message)
}

/** One sum tells of any number that is not finite, at a tenth of the cost of asking each. */
function isFinite(vector: Float32Array): boolean {
  let sum = 0
  for (let i = 0; i < vector.length; i++) sum += vector[i] as number
  return Number.isFinite(sum)
}
