/** Chooses the parts and wires them: the one place that knows which implementation stands behind a port. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createAsk } from './answering/ask.js'
import { createExtractiveWriter } from './answering/extractive.js'
import { createLangChainWriter } from './answering/langchain.js'
import { createSearch } from './answering/search.js'
import { readWeights } from './answering/weights.js'
import type { Writer } from './answering/writer.js'
import { PROGRAM_DIR } from './config.js'
import type { Config } from './config.js'
import type { Embedder } from './embedding/embedder.js'
import { createTransformersEmbedder } from './embedding/transformers.js'
import { FootnoteError } from './errors.js'
import type { Services } from './http/services.js'
import { createIngest } from './ingest/ingest.js'
import type { Ingest } from './ingest/ingest.js'
import { loadStarter } from './ingest/starter.js'
import { embedPapers } from './ingest/vectors.js'
import type { Library } from './library/library.js'
import { openLibrary } from './library/open.js'
import { readThesaurus } from './retrieval/expansion.js'
import { readRarity } from './retrieval/rarity.js'
import { createFindRelated } from './retrieval/related.js'
import { createRetriever } from './retrieval/retrieve.js'
import type { Retrieve } from './retrieval/retrieval.js'

export interface Footnote extends Services {
  readonly library: Library
  readonly embedder: Embedder
  readonly retrieve: Retrieve
  readonly ingest: Ingest
  /** Writes the index files and closes the store; what was acknowledged is on disk before that. */
  close(): Promise<void>
}

/** What parts tell about themselves; pino's own shape, so that a logger can be handed in as it is. */
export interface Log {
  info(facts: object, message?: string): void
  info(message: string): void
  warn(facts: object, message?: string): void
  warn(message: string): void
}

export interface ComposeOptions {
  readonly log: Log
  /** Whether an empty library gets the starter papers, if the settings allow it; true unless told. */
  readonly starter?: boolean
}

const BACKGROUND_DIR = join(PROGRAM_DIR, 'index/background')
const BUNDLED_MODELS_DIR = join(PROGRAM_DIR, 'index/model')
const REEMBED_BATCH = 256

/** Opens everything that the settings ask for. Fails with a `FootnoteError` that names the setting to change. */
export async function compose(config: Config, { log, starter = true }: ComposeOptions): Promise<Footnote> {
  const [embedder, rarity, acronyms, weights] = await Promise.all([
    createTransformersEmbedder({ modelPath: modelPath(config.EMBEDDING_MODEL) }),
    readRarity(join(BACKGROUND_DIR, 'terms.tsv.gz')),
    readThesaurus(join(BACKGROUND_DIR, 'acronyms.tsv.gz')),
    readWeights(join(PROGRAM_DIR, 'index/weights.json')),
  ])
  const library = await openLibrary({ dataDir: config.DATA_DIR, model: embedder.model, log })
  const ingest = createIngest({ library, embedder })
  try {
    await embedAnew(library, embedder, log)
    if (starter && config.STARTER_LIBRARY) {
      const loaded = await loadStarter({ library, ingest, path: join(PROGRAM_DIR, 'index/starter-library.jsonl') })
      if (loaded !== undefined) log.info({ papers: loaded.added }, 'loaded the starter library')
    }
  } catch (error) {
    await library.close()
    throw error
  }
  const retrieve = createRetriever({ library, embedder, rarity, thesauri: [acronyms], answerability: weights.answerability })
  const reading = { retrieve, rarity, evidenceWeights: weights.evidence }
  return {
    ask: createAsk({
      ...reading,
      extractive: createExtractiveWriter(),
      llm: languageModel(config),
      onWriterFailure: (error) => log.warn({ err: error }, 'the language model failed; the extractive writer answers'),
    }),
    search: createSearch(reading),
    related: createFindRelated({ library, embedder, rarity }),
    library,
    embedder,
    retrieve,
    ingest,
    version: (JSON.parse(readFileSync(join(PROGRAM_DIR, 'package.json'), 'utf8')) as { version: string }).version,
    async close() {
      await library.close()
      await embedder.close()
    },
  }
}

/** A name under `index/model`, or else a folder. */
function modelPath(setting: string): string {
  const bundled = join(BUNDLED_MODELS_DIR, setting)
  const found = [bundled, setting].find((path) => existsSync(path))
  if (found !== undefined) return found
  throw new FootnoteError('invalid_request', `There is no embedding model ${setting}, neither under index/model nor as a folder; set EMBEDDING_MODEL to one that is there.`)
}

function languageModel(config: Config): Writer | undefined {
  if (config.LLM_MODEL === undefined) return undefined
  return createLangChainWriter({
    model: config.LLM_MODEL,
    baseUrl: config.LLM_BASE_URL,
    apiKey: config.LLM_API_KEY,
    timeoutMs: config.LLM_TIMEOUT_MS,
    maxTokens: config.LLM_MAX_TOKENS,
  })
}

/** After a change of model: makes the vectors that the new one lacks, a durable batch at a time. */
async function embedAnew(library: Library, embedder: Embedder, log: Log): Promise<void> {
  let done = 0
  for (;;) {
    const papers = await library.missingVectors(REEMBED_BATCH)
    if (papers.length === 0) break
    if (done === 0) log.info({ model: embedder.model.id }, 'embedding the library with another model')
    const vectors = await embedPapers(embedder, papers.map(({ paper }) => paper))
    await library.addVectors(papers.map((paper, i) => ({ ...paper, vectors: vectors[i] as (typeof vectors)[number] })))
    done += papers.length
  }
  if (done > 0) log.info({ papers: done, model: embedder.model.id }, 'embedded the library')
}
