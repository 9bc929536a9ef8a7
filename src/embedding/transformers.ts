/** Embeds with transformers.js: the bundled static model, or any sentence transformer in ONNX form. */
import { join, parse, relative, resolve } from 'node:path'
import { AutoModel, AutoTokenizer, env, FeatureExtractionPipeline, Tensor, type PreTrainedModel } from '@xenova/transformers'
import ort from 'onnxruntime-node'
import { FootnoteError } from '../errors.js'
import type { Embedder } from './embedder.js'
import { openModelFolder, type ModelFolder } from './model-folder.js'
import { createTokenCounter, type TokenCounts } from './word-pieces.js'

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
  if (manifest.kind === 'static') await useOneThread(parts.model, source.folder)
  const embed = manifest.kind === 'static' ? staticEmbedding(parts) : transformerEmbedding(parts)
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
 * A static model has too little to do for two threads: the second one spins between its batches. With one, the same
 * processor time ingests 40 % more papers. transformers.js hands no such option on, so its session is replaced.
 */
async function useOneThread(model: PreTrainedModel, folder: string): Promise<void> {
  const session = await ort.InferenceSession.create(join(folder, 'onnx/model_quantized.onnx'), { intraOpNumThreads: 1, interOpNumThreads: 1 })
  await model.dispose()
  Object.assign(model, { session })
}

/** A batch of this many token places keeps the work in the processor's cache and the event loop alive. */
const MAX_BATCH_PLACES = 2_048

/** Order of tokens is without effect here, so each text is sent as its distinct tokens with their counts. */
function staticEmbedding({ tokenizer, model }: Parts): Embed {
  const countTokens = createTokenCounter(wordEncoder(tokenizer))
  return async (texts, signal) => {
    const vectors = new Array<Float32Array>(texts.length)
    for (const batch of batches(texts.map(countTokens))) {
      signal?.throwIfAborted()
      const inputs = toInputs(batch.map(({ tokens }) => tokens))
      const { last_hidden_state: output } = (await model(inputs)) as { readonly last_hidden_state: { readonly data: Float32Array } }
      const { data } = output
      const dimensions = data.length / batch.length
      batch.forEach(({ at }, row) => (vectors[at] = data.subarray(row * dimensions, (row + 1) * dimensions)))
    }
    return vectors
  }
}

const PLAIN_WORD = /^[a-z0-9]+$/

/** Normalising leaves a word of plain letters and digits as it is, and costs ten times what cutting it does. */
function wordEncoder(tokenizer: Parts['tokenizer']): (word: string) => readonly number[] {
  return (word) => PLAIN_WORD.test(word)
    ? tokenizer.model.convert_tokens_to_ids(tokenizer.model.encode([word]))
    : tokenizer.encode(word, null, { add_special_tokens: false })
}

interface Place {
  readonly at: number
  readonly tokens: TokenCounts
}

/** Neighbours share words and lengths are alike within a batch, so little is padded and rows are unpacked once. */
function* batches(texts: readonly TokenCounts[]): Generator<readonly Place[]> {
  let batch: Place[] = []
  let width = 0
  for (const [at, tokens] of texts.entries()) {
    const wider = Math.max(width, tokens.ids.length)
    if (batch.length > 0 && wider * (batch.length + 1) > MAX_BATCH_PLACES) {
      yield batch
      batch = []
      width = 0
    }
    batch.push({ at, tokens })
    width = Math.max(width, tokens.ids.length)
  }
  if (batch.length > 0) yield batch
}

/** Where the lower half of a 64-bit number stands: first, but on machines that begin with the upper. */
const LOWER_HALF = new Int32Array(BigInt64Array.of(1n).buffer)[0] === 1 ? 0 : 1

/** The mask says how often a token counts; 0 for the padding. */
function toInputs(texts: readonly TokenCounts[]) {
  const width = Math.max(1, ...texts.map(({ ids }) => ids.length))
  const ids = new BigInt64Array(texts.length * width)
  const mask = new BigInt64Array(texts.length * width)
  // Written by their lower halves: a BigInt for each number would cost more than the numbers.
  const [idHalves, maskHalves] = [new Int32Array(ids.buffer), new Int32Array(mask.buffer)]
  texts.forEach((text, row) => {
    for (let i = 0; i < text.ids.length; i++) {
      const at = 2 * (row * width + i) + LOWER_HALF
      idHalves[at] = text.ids[i] as number
      maskHalves[at] = text.counts[i] as number
    }
  })
  const shape = [texts.length, width]
  return { input_ids: new Tensor('int64', ids, shape), attention_mask: new Tensor('int64', mask, shape) }
}

/** One text at a time: batches of a quantised transformer change its vectors in the third digit. */
function transformerEmbedding({ tokenizer, model }: Parts): Embed {
  const extract = new FeatureExtractionPipeline({ task: 'feature-extraction', tokenizer, model })
  return async (texts, signal) => {
    const vectors: Float32Array[] = []
    for (const text of texts) {
      signal?.throwIfAborted()
      const output = await extract(text, { pooling: 'mean', normalize: true })
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
