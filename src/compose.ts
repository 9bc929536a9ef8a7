/** Chooses the parts and wires them: the one place that knows which implementation stands behind a port. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { AnswerStore } from './answering/kept/answer-store.js'
import { createAsk } from './answering/ask.js'
import { createKeptAnswers } from './answering/kept/kept-answers.js'
import { createDraftDesk } from './answering/drafts/draft-desk.js'
import { createExamples } from './answering/examples.js'
import { createExtractiveWriter } from './answering/writing/extractive.js'
import { createCallLimits } from './answering/language-model/call-limits.js'
import { createLangChainModel } from './answering/language-model/langchain.js'
import { createLanguageModelWriter } from './answering/language-model/language-model.js'
import { createRewriter } from './answering/language-model/rewriter.js'
import type { RewriteFollowUp } from './answering/language-model/rewriter.js'
import { createSearch } from './answering/search.js'
import { openSqliteAnswers } from './answering/kept/sqlite-answers.js'
import { createReadRecords } from './answering/records/records.js'
import { readWeights } from './answering/evidence/weights.js'
import type { LanguageModelWriter } from './answering/writing/writer.js'
import { PROGRAM_DIR } from './config.js'
import type { Config } from './config.js'
import type { Embedder } from './embedding/embedder.js'
import { findModel, openEmbedder } from './embedding/open.js'
import type { Services } from './http/services.js'
import { createIngest } from './ingest/ingest.js'
import type { Ingest } from './ingest/ingest.js'
import { createSources, type SourcesOptions } from './ingest/sources.js'
import type { Sources } from './ingest/sources.js'
import { withMissingVectors } from './ingest/missing-vectors.js'
import { loadStarter } from './ingest/starter.js'
import type { Library } from './library/library.js'
import { openLibrary } from './library/open.js'
import { chosenModel } from './models.js'
import { readThesaurus } from './retrieval/expansion.js'
import { rarityIn, readTermCounts } from './retrieval/rarity.js'
import type { TermCounts } from './retrieval/rarity.js'
import { createAtlas } from './retrieval/map/atlas.js'
import { createFindRelated } from './retrieval/related/related.js'
import { createRetriever } from './retrieval/retrieve.js'
import type { Retrieve } from './retrieval/retrieval.js'
import { openServing } from './serving.js'
import type { Pair, Serving } from './serving.js'

export interface Footnote extends Services {
  /** Each call goes to the library that serves when it is made. */
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
  /**
   * For a process that stays: after a change of the embedding model it serves with the one before until the
   * library is embedded anew, and it follows `npm run adapt`; and it keeps its answers. Otherwise the wanted model
   * is waited for, and no answer is kept.
   */
  readonly live?: boolean
}

/** A model with everything that may only be used together with its vectors. */
interface Parts extends Pair {
  readonly retrieve: Retrieve
  readonly ask: Services['ask']
  readonly search: Services['search']
  readonly related: Services['related']
  readonly draft: Services['draft']
}

const BACKGROUND_DIR = join(PROGRAM_DIR, 'index/background')
/** Holds the models that come with the program; `EMBEDDING_MODEL` may name one. */
export const BUNDLED_MODELS_DIR = join(PROGRAM_DIR, 'index/model')

export const FOOTNOTE_VERSION = (JSON.parse(readFileSync(join(PROGRAM_DIR, 'package.json'), 'utf8')) as { readonly version: string }).version

/** Opens everything that the settings ask for. Fails with a `FootnoteError` that names the setting to change. */
export async function compose(config: Config, options: ComposeOptions): Promise<Footnote> {
  const { log, starter = true, live = false } = options
  const chosen = () => chosenModel(config.EMBEDDING_MODEL, config.DATA_DIR)
  const places = { bundledFolder: BUNDLED_MODELS_DIR, cacheFolder: join(config.DATA_DIR, 'model-cache') }
  findModel(await chosen(), places)
  const store = live && config.ANSWERS_KEPT_DAYS > 0 ? await openAnswers(config, log) : undefined
  const [counts, phraseCounts] = await Promise.all(['terms.tsv.gz', 'phrases.tsv.gz'].map((name) => readTermCounts(join(BACKGROUND_DIR, name)))) as [TermCounts, TermCounts]
  const serving: Serving<Parts> = await openServing({
    dataDir: config.DATA_DIR,
    chosen,
    openModel: (setting) => openEmbedder(setting, { ...places, onDownload: tellDownload(log) }),
    assemble: await assembler(config, { log, counts, phraseCounts, foundByWords: () => serving.change()?.foundByWords ?? 0, idSecret: store?.secret ?? randomBytes(32).toString('hex') }),
    live,
    log,
  }).catch(async (error: unknown) => {
    await store?.close()
    throw error
  })
  const ingest = createIngest({
    get library() {
      return serving.current().library
    },
    get embedder() {
      return serving.current().embedder
    },
  })
  const library = libraryInService(serving)
  const ask: Services['ask'] = (request, signal) => serving.streaming((parts) => parts.ask(request, signal))
  const answers = store && createKeptAnswers({ store, ask, library, onFailure: (error) => log.warn({ err: error }, 'an answer could not be kept, or not be looked up') })
  const footnote: Footnote = {
    ask: answers?.ask ?? ask,
    answers,
    search: (query, request) => serving.using(({ search }) => search(query, request)),
    related: (request, signal) => serving.using(({ related }) => related(request, signal)),
    draft: (request, signal) => serving.using(({ draft }) => draft(request, signal)),
    retrieve: (question, request) => serving.using(({ retrieve }) => retrieve(question, request)),
    ingest: (source, request) => ingestWhole(serving, () => ingest(source, request)),
    sources: config.SOURCES_OVER_HTTP ? openSources(config) : undefined,
    examples: createExamples({ library, ask }),
    library,
    map: createAtlas({ library, counts, phraseCounts, version: FOOTNOTE_VERSION, path: join(config.DATA_DIR, 'map.json'), onFailure: (error) => log.warn({ err: error }, 'the map could not be drawn or kept') }),
    get embedder() {
      return serving.current().embedder
    },
    modelChange: serving.change,
    version: FOOTNOTE_VERSION,
    close: async () => {
      await serving.close()
      await store?.close()
    },
  }
  if (starter && config.STARTER_LIBRARY) await fillEmptyLibrary(footnote, log)
  return footnote
}

/** The catalogues that papers can be fetched from, at the addresses and with the keys of the settings. */
export function openSources({ SOURCE_URLS, SOURCE_KEYS, SOURCE_CONTACT }: Config, options: Partial<Pick<SourcesOptions, 'onEnrichFailure'>> = {}): Sources {
  const contact = SOURCE_CONTACT === undefined ? '' : ` (mailto:${SOURCE_CONTACT})`
  return createSources({ urls: SOURCE_URLS, keys: SOURCE_KEYS, userAgent: `Footnote${contact}`, ...options })
}

interface AssemblerParts {
  readonly log: Log
  readonly counts: TermCounts
  readonly phraseCounts: TermCounts
  /** How many papers are not embedded yet. */
  readonly foundByWords: () => number
  readonly idSecret: string
}

/** Prepares what is the same for every model; what it returns opens what is not. */
async function assembler(config: Config, { log, counts, phraseCounts, foundByWords, idSecret }: AssemblerParts): Promise<(embedder: Embedder) => Promise<Parts>> {
  const rarity = rarityIn(counts)
  const [acronyms, weights] = await Promise.all([
    readThesaurus(join(BACKGROUND_DIR, 'acronyms.tsv.gz')),
    readWeights(join(PROGRAM_DIR, 'index/weights.json')),
  ])
  const extractive = createExtractiveWriter(rarity)
  const onWriterFailure = (error: unknown) => log.warn({ err: error }, 'the language model failed; the extractive writer answers')
  const llm = languageModel(config, (error) => log.warn({ err: error }, 'the language model failed; rules say what a follow-up means'))
  return async (embedder) => {
    const library = withMissingVectors(await openLibrary({ dataDir: config.DATA_DIR, model: embedder.model, log }), embedder)
    const retrieve = createRetriever({ library, embedder, rarity, thesauri: [acronyms], reranking: weights.rerank })
    const reading = { retrieve, rarity, evidenceWeights: weights.evidence }
    return {
      embedder,
      library,
      retrieve,
      ask: createAsk({ ...reading, readRecords: createReadRecords({ library, retrieve }), answerability: weights.answerability, membership: weights.membership, extractive, llm: llm?.writer(embedder), rewrite: llm?.rewrite, onWriterFailure, idSecret, foundByWords, countPapers: async () => (await library.status()).papers, documentFrequencies: (stems) => library.documentFrequencies(stems) }),
      search: createSearch(reading),
      related: createFindRelated({ library, embedder, counts, phraseCounts }),
      draft: createDraftDesk({ library, embedder, rarity }),
    }
  }
}

/** Without them everything else works, so that a damaged file is a warning. */
async function openAnswers({ DATA_DIR, ANSWERS_KEPT_DAYS: days, ANSWERS_KEPT_MB }: Config, log: Log): Promise<AnswerStore | undefined> {
  try {
    await mkdir(DATA_DIR, { recursive: true })
    return await openSqliteAnswers(join(DATA_DIR, 'answers.db'), { days, maxBytes: ANSWERS_KEPT_MB * 1e6 })
  } catch (error) {
    log.warn({ err: error }, 'answers are not kept')
    return undefined
  }
}

async function fillEmptyLibrary({ library, ingest, close }: Footnote, log: Log): Promise<void> {
  try {
    const loaded = await loadStarter({ library, ingest, path: join(PROGRAM_DIR, 'index/starter-library.jsonl') })
    if (loaded !== undefined) log.info({ papers: loaded.added }, 'loaded the starter library')
  } catch (error) {
    await close()
    throw error
  }
}

/** If the model changes while papers come in, the batch in hand is embedded with the one before alone. */
function ingestWhole<Result>(serving: Serving<Parts>, ingest: () => Promise<Result>): Promise<Result> {
  return serving.using(async (before) => {
    const result = await ingest()
    if (serving.current() !== before) await serving.complete()
    return result
  })
}

/** Each call is made on one library, which stays open until it has returned. */
function libraryInService(serving: Serving<Parts>): Library {
  const call = <Result>(work: (library: Library) => Promise<Result>) => serving.using(({ library }) => work(library))
  return {
    get model() {
      return serving.current().library.model
    },
    status: () => call((library) => library.status()),
    find: (keys) => call((library) => library.find(keys)),
    get: (id) => call((library) => library.get(id)),
    read: (handles) => call((library) => library.read(handles)),
    vectors: (handles) => call((library) => library.vectors(handles)),
    list: (page) => call((library) => library.list(page)),
    count: (filter) => call((library) => library.count(filter)),
    put: (entries) => call((library) => library.put(entries)),
    remove: (ids) => call((library) => library.remove(ids)),
    missingVectors: (limit, after) => call((library) => library.missingVectors(limit, after)),
    addVectors: (entries) => call((library) => library.addVectors(entries)),
    searchLexical: (query, request) => call((library) => library.searchLexical(query, request)),
    scoreLexical: (query, handles) => call((library) => library.scoreLexical(query, handles)),
    documentFrequencies: (terms) => call((library) => library.documentFrequencies(terms)),
    searchVectors: (vector, request) => call((library) => library.searchVectors(vector, request)),
    scoreVectors: (vector, handles) => call((library) => library.scoreVectors(vector, handles)),
    close: () => call((library) => library.close()),
  }
}

/** A line for each quarter of each file. */
function tellDownload(log: Log): (file: string, share: number) => void {
  const told = new Map<string, number>()
  return (file, share) => {
    const quarter = Math.floor(share * 4)
    if ((told.get(file) ?? -1) >= quarter) return
    told.set(file, quarter)
    log.info({ file, percent: Math.round(share * 100) }, 'downloading the embedding model')
  }
}

/** Makes writers for each embedding model; the provider and its limits are the same for all, and for follow-ups. */
function languageModel(config: Config, onFailure: (error: unknown) => void): { writer: (embedder: Embedder) => LanguageModelWriter; rewrite: RewriteFollowUp } | undefined {
  if (config.LLM_MODEL === undefined) return undefined
  const maxTokens = config.LLM_MAX_TOKENS
  const chat = createLangChainModel({ model: config.LLM_MODEL, baseUrl: config.LLM_BASE_URL, apiKey: config.LLM_API_KEY, maxTokens })
  const limits = createCallLimits({ tokensPerDay: config.LLM_TOKENS_PER_DAY })
  const patience = { firstMs: config.LLM_FIRST_TOKEN_TIMEOUT_MS, stallMs: config.LLM_STALL_TIMEOUT_MS, totalMs: config.LLM_TIMEOUT_MS }
  return {
    writer: (embedder) => createLanguageModelWriter({ chat, limits, patience, maxTokens, embed: (texts, signal) => embedder.embedPassages(texts, signal) }),
    rewrite: createRewriter({ chat, limits, patience, onFailure }),
  }
}
