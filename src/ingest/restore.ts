/** Makes a library out of an export, the same as the one that was exported. */
import type { Embedder } from '../embedding/embedder.js'
import { FootnoteError } from '../errors.js'
import { ExportedPaperSchema } from '../library/export.js'
import type { ExportedPaper } from '../library/export.js'
import type { Library } from '../library/library.js'
import { openFile } from './file.js'
import { BATCH_RECORDS } from './ingest.js'
import { openText } from './lines.js'
import { embedPapers } from './vectors.js'

export interface RestoreParts {
  readonly library: Pick<Library, 'put' | 'status'>
  readonly embedder: Embedder
  readonly onProgress?: (papers: number) => void
}

/**
 * Stores the papers of a file that `exportLibrary` wrote, gzipped or not, with their ids, keys and dates. The whole
 * file is checked first: fails with `invalid_request`, and stores nothing, if it is damaged or the library is not
 * empty. Returns the number of papers.
 */
export async function restoreExport(path: string, { library, embedder, onProgress }: RestoreParts): Promise<number> {
  const { papers } = await library.status()
  if (papers > 0) throw new FootnoteError('invalid_request', `The library holds ${papers} papers already; set DATA_DIR to an empty folder, or add the file to what is there by \`npm run ingest -- ${path}\`.`)
  let checked = 0
  for await (const _paper of readExport(path)) checked++
  if (checked === 0) throw new FootnoteError('invalid_request', `${path} holds no papers; name a file that \`npm run library -- export\` wrote.`)
  let restored = 0
  const store = async (batch: readonly ExportedPaper[]) => {
    const vectors = await embedPapers(embedder, batch)
    await library.put(batch.map(({ keys, ...paper }, i) => ({ paper, keys, vectors: vectors[i] as (typeof vectors)[number] })))
    restored += batch.length
    onProgress?.(restored)
  }
  let batch: ExportedPaper[] = []
  for await (const paper of readExport(path)) {
    batch.push(paper)
    if (batch.length < BATCH_RECORDS) continue
    await store(batch)
    batch = []
  }
  if (batch.length > 0) await store(batch)
  return restored
}

async function* readExport(path: string): AsyncGenerator<ExportedPaper> {
  const { bytes, name } = await openFile(path)
  for await (const line of (await openText(bytes, { name })).lines) {
    if ('text' in line && line.text.trim() === '') continue
    const paper = 'text' in line ? parseLine(line.text) : undefined
    if (paper === undefined) throw new FootnoteError('invalid_request', `Line ${line.line} of ${name} is not of an export; nothing was restored. Use a file that \`npm run library -- export\` wrote; any other comes in by \`npm run ingest\`.`)
    yield paper
  }
}

/** The very object of the line, whose fields keep their order: exported again it gives the same line. */
function parseLine(text: string): ExportedPaper | undefined {
  try {
    const line = JSON.parse(text) as ExportedPaper
    ExportedPaperSchema.parse(line)
    return line
  } catch {
    return undefined
  }
}
