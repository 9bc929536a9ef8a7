/** Reads the training text: titles and abstracts from JSONL files, compressed or not. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import { FootnoteError } from '../../errors.js'

/** All that training looks at; other fields are ignored. */
export interface TrainingPaper {
  readonly title: string
  readonly abstract: string
}

const TrainingPaperSchema = z.object({
  title: z.string().trim().min(1),
  abstract: z.string().trim().min(1),
  categories: z.unknown().optional(),
})

/** arXiv's code of quantitative biology, or the subject headings of MeSH, which semicolons part. */
export const LIFE_SCIENCES = /q-bio|; /

/**
 * The papers of the files, in order, those whose categories match `twice` two times; a file whose name ends in `.gz`
 * is decompressed on the way. Throws `invalid_request`, naming file and line, where a file is missing or a line is
 * no paper.
 */
export async function* readCorpus(files: readonly string[], twice: RegExp): AsyncGenerator<TrainingPaper> {
  for (const file of files) {
    for await (const { title, abstract, categories } of readFile(file)) {
      yield { title, abstract }
      if (typeof categories === 'string' && twice.test(categories)) yield { title, abstract }
    }
  }
}

type Line = z.infer<typeof TrainingPaperSchema>

async function* readFile(file: string): AsyncGenerator<Line> {
  let line = 0
  try {
    for await (const text of createInterface({ input: openText(file), crlfDelay: Infinity })) {
      line++
      if (text.trim() !== '') yield parsePaper(text, file, line)
    }
  } catch (error) {
    if (error instanceof FootnoteError) throw error
    const cure = 'give an existing file of JSON lines, plain or gzip.'
    throw new FootnoteError('invalid_request', `Cannot read ${file} after line ${line}: ${cure}`, { cause: error })
  }
}

/** `readline` does not forward errors of its input, and a `for await` over it would then never end. */
function openText(file: string): NodeJS.ReadableStream {
  const bytes = createReadStream(file)
  if (!file.endsWith('.gz')) return bytes
  const text = createGunzip()
  bytes.on('error', (error) => text.destroy(error))
  return bytes.pipe(text)
}

function parsePaper(text: string, file: string, line: number): Line {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    const message = `Line ${line} of ${file} is not JSON; write one {"title", "abstract"} object a line.`
    throw new FootnoteError('invalid_request', message, { cause: error })
  }
  const parsed = TrainingPaperSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const field = String(parsed.error.issues[0]?.path[0] ?? 'title')
  throw new FootnoteError('invalid_request', `Line ${line} of ${file} has no ${field}; add one, or delete the line.`)
}
