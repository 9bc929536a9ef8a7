/** `npm run ask -- "question"`: answers one question on the terminal, with its sources. */
import { readFile, writeFile } from 'node:fs/promises'
import { program } from 'commander'
import pino from 'pino'
import { z } from 'zod'
import { renderAnswer } from '../src/answering/writing/render.js'
import { lastAnswer } from '../src/answering/answer.js'
import type { Turn } from '../src/answering/answer.js'
import { compose } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { FootnoteError } from '../src/errors.js'

interface Options {
  readonly json?: true
  readonly maxPapers: string
  readonly history?: string
}

const HistorySchema = z.array(z.object({ role: z.enum(['user', 'assistant']), content: z.string() }))

/** What was said before; nothing where the file is not there yet. */
async function readHistory(path: string): Promise<Turn[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]'
    throw new FootnoteError('invalid_request', `${path} cannot be read: ${error.message}`, { cause: error })
  })
  try {
    return HistorySchema.parse(JSON.parse(text))
  } catch (error) {
    throw new FootnoteError('invalid_request', `${path} is no conversation; it holds [{"role": "user" or "assistant", "content"}]. Name another file, or delete it.`, { cause: error })
  }
}

async function ask(question: string, { json, maxPapers, history: path }: Options): Promise<void> {
  const history = path === undefined ? [] : await readHistory(path)
  const config = readConfig()
  const footnote = await compose(config, { log: pino({ level: config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL }, pino.destination(2)) })
  try {
    const answer = await lastAnswer(footnote.ask({ question, history, maxPapers: Number(maxPapers) }, AbortSignal.timeout(600_000)))
    if (path !== undefined) await writeFile(path, `${JSON.stringify([...history, { role: 'user', content: question }, { role: 'assistant', content: answer.answer }], null, 2)}\n`)
    process.stdout.write(`${json ? JSON.stringify(answer, null, 2) : renderAnswer(answer)}\n`)
  } finally {
    await footnote.close()
  }
}

program
  .name('npm run ask --')
  .description('Answers a question from the papers of the library.')
  .argument('<question...>', 'the question')
  .option('--json', 'print the whole answer as JSON')
  .option('--history <file>', 'go on with the conversation in this file, and add to it; it is made if it is not there')
  .option('--max-papers <n>', 'cite at most so many papers, 1 to 20', '5')
  .action(async (question: string[], options: Options) => {
    const text = question.join(' ').trim()
    if (text === '' || text.length > 2000) program.error('A question has 1 to 2,000 characters.', { exitCode: 2 })
    if (!/^(?:[1-9]|1\d|20)$/.test(options.maxPapers)) program.error('--max-papers takes a whole number from 1 to 20.', { exitCode: 2 })
    await ask(text, options).catch((error: unknown) => {
      if (!(error instanceof FootnoteError)) throw error
      program.error(error.message, { exitCode: 1 })
    })
  })
await program.parseAsync()
