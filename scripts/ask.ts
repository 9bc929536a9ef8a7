/** `npm run ask -- "question"`: answers one question on the terminal, with its sources. */
import { program } from 'commander'
import pino from 'pino'
import { renderAnswer } from '../src/answering/render.js'
import { lastAnswer } from '../src/answering/answer.js'
import { compose } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { FootnoteError } from '../src/errors.js'

async function ask(question: string, { json, maxPapers }: { readonly json?: true; readonly maxPapers: string }): Promise<void> {
  const config = readConfig()
  const footnote = await compose(config, { log: pino({ level: config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL }, pino.destination(2)) })
  try {
    const answer = await lastAnswer(footnote.ask({ question, maxPapers: Number(maxPapers) }, AbortSignal.timeout(600_000)))
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
  .option('--max-papers <n>', 'cite at most so many papers, 1 to 20', '5')
  .action(async (question: string[], options: { json?: true; maxPapers: string }) => {
    const text = question.join(' ').trim()
    if (text === '' || text.length > 2000) program.error('A question has 1 to 2,000 characters.', { exitCode: 2 })
    if (!/^(?:[1-9]|1\d|20)$/.test(options.maxPapers)) program.error('--max-papers takes a whole number from 1 to 20.', { exitCode: 2 })
    await ask(text, options).catch((error: unknown) => {
      if (!(error instanceof FootnoteError)) throw error
      program.error(error.message, { exitCode: 1 })
    })
  })
await program.parseAsync()
