/** Opens the library that is measured: the user's own, or a temporary one filled through the product's ingest. */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { compose } from '../../src/compose.js'
import type { Footnote } from '../../src/compose.js'
import { PROGRAM_DIR, readConfig } from '../../src/config.js'
import { FootnoteError } from '../../src/errors.js'
import { openFile } from '../../src/ingest/file.js'
import { readThesaurus } from '../../src/retrieval/expansion.js'
import type { Thesaurus } from '../../src/retrieval/expansion.js'

export interface OpenOptions {
  /** Files of papers to fill the library with; none: the library is measured as it is. */
  readonly papers?: readonly string[] | undefined
  /** Where the library lies; unless told, a temporary folder if `papers` are given, else the setting `DATA_DIR`. */
  readonly dataDir?: string | undefined
  /** A model's folder, or its name under `index/model`; unless told, the setting `EMBEDDING_MODEL`. */
  readonly model?: string | undefined
}

/** What bringing the papers in took; seconds include cleaning, all vectors, and writing to disk. */
export interface IngestFigures {
  readonly added: number
  readonly duplicates: number
  readonly rejected: number
  readonly seconds: number
  readonly papersPerSecond: number
}

export interface Opened {
  readonly footnote: Footnote
  /** Those that the product widens questions with. */
  readonly thesauri: readonly Thesaurus[]
  readonly papers: number
  readonly model: string
  /** Absent when nothing was ingested. */
  readonly ingest?: IngestFigures
  /** Closes the library, and removes it if it was temporary. */
  close(): Promise<void>
}

/**
 * Opens and fills the library; one that holds papers already is not filled again. Fails with
 * `invalid_request` when a file is missing or the library stays empty.
 */
export async function openForEvaluation({ papers: files = [], dataDir, model }: OpenOptions): Promise<Opened> {
  const config = readConfig()
  const temporary = files.length > 0 && dataDir === undefined
  const folder = temporary ? await temporaryFolder() : dataDir === undefined ? config.DATA_DIR : resolve(dataDir)
  const removeTemporary = () => (temporary ? rmSync(folder, { recursive: true, force: true }) : undefined)
  const footnote = await compose(
    { ...config, DATA_DIR: folder, EMBEDDING_MODEL: model ?? config.EMBEDDING_MODEL, LLM_MODEL: undefined },
    { log: pino({ level: 'warn' }, pino.destination(2)), starter: files.length === 0 },
  ).catch((error: unknown) => {
    removeTemporary()
    throw error
  })
  const close = async () => {
    await footnote.close()
    removeTemporary()
  }
  try {
    const filled = (await footnote.library.status()).papers > 0
    const ingest = files.length > 0 && !filled ? await fill(footnote, files) : undefined
    const { papers } = await footnote.library.status()
    if (papers === 0) throw new FootnoteError('invalid_request', `The library in ${folder} holds no papers; add some with \`npm run ingest -- FILE\`, or name files with --papers.`)
    const thesauri = [await readThesaurus(join(PROGRAM_DIR, 'index/background/acronyms.tsv.gz'))]
    return { footnote, thesauri, papers, model: footnote.embedder.model.id, ...(ingest === undefined ? {} : { ingest }), close }
  } catch (error) {
    await close()
    throw error
  }
}

/** Removed at the end of the process too, should an evaluation be interrupted. */
async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'footnote-evaluate-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

async function fill({ ingest }: Footnote, files: readonly string[]): Promise<IngestFigures> {
  const count = { added: 0, duplicates: 0, rejected: 0 }
  const started = performance.now()
  for (const path of files) {
    const { name, bytes } = await openFile(path)
    const summary = await ingest(bytes, { name })
    count.added += summary.added
    count.duplicates += summary.duplicates
    count.rejected += summary.rejectedCount
  }
  const seconds = (performance.now() - started) / 1000
  return { ...count, seconds, papersPerSecond: count.added / seconds }
}
