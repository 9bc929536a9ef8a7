/** `npm run gallery`: asks the starter library ten questions, and writes the answers to `index/gallery.md`. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { program } from 'commander'
import type { Answer, Turn } from '../src/answering/answer.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { PROGRAM_DIR, readConfig } from '../src/config.js'
import { FootnoteError } from '../src/errors.js'

/** Each is one conversation, whose last answer is shown. */
const CONVERSATIONS: readonly (readonly string[])[] = [
  ['What accuracy does the one-timestep spiking VGG16 reach on CIFAR-10?', 'And on ImageNet?'],
  ['How much energy does L-Mul save for dot products?'],
  ['What is L-Mul?'],
  ['What is the difference between FasterVLM and PyramidDrop?'],
  ['What approaches exist for pruning at initialization?'],
  ['What approaches exist for pruning at initialization?', 'How does the second one work?'],
  ['Which papers deal with federated learning?'],
  ['Why is BFloat16 a problem for rotary positional embedding?'],
  ['Compare FRUGAL with SGD-SaI'],
  ['What is the boiling point of ethanol?'],
]

const OPENING = `# Ten answers

Made by \`npm run gallery\` from the starter papers, digests in our own words. Nothing here was written by a language model:
what stands between “ and ” is in the abstract letter for letter, and the rest only says whose words they are.
`

program.name('npm run gallery --').description('Asks the starter library ten questions, and writes the answers to index/gallery.md.')
program.parse()

const dataDir = await mkdtemp(join(tmpdir(), 'footnote-gallery-'))
try {
  const footnote = await compose(readConfig({ DATA_DIR: dataDir }), { log: { info() {}, warn() {} } })
  const shown: string[] = []
  for (const turns of CONVERSATIONS) shown.push(await converse(footnote, turns))
  await footnote.close()
  await writeFile(join(PROGRAM_DIR, 'index/gallery.md'), `${[OPENING, ...shown].join('\n')}`)
} finally {
  await rm(dataDir, { recursive: true })
}

async function converse({ ask }: Footnote, turns: readonly string[]): Promise<string> {
  const history: Turn[] = []
  const lines: string[] = []
  for (const [i, question] of turns.entries()) {
    const answer = await wholeAnswer(ask({ question, history: [...history] }, new AbortController().signal))
    history.push({ role: 'user', content: question }, { role: 'assistant', content: answer.answer })
    lines.push(`${i === 0 ? '##' : '**Then:**'} ${question}\n`)
    if (i === turns.length - 1) lines.push(show(question, answer))
  }
  return `${lines.join('\n')}\n`
}

function show(question: string, { answer, standaloneQuestion, citations, followUps }: Answer): string {
  return [
    ...(standaloneQuestion === question ? [] : [`(understood as: ${standaloneQuestion})\n`]),
    answer,
    ...(citations.length === 0 ? [] : ['', ...citations.map(({ number, paper }) => `> [${number}] ${paper.title}  `)]),
    ...(followUps.length === 0 ? [] : ['', 'Ask next:', '', ...followUps.map(({ question: next, papers }) => `- ${next} (${papers} ${papers === 1 ? 'paper' : 'papers'})`)]),
  ].join('\n')
}

async function wholeAnswer(events: ReturnType<Footnote['ask']>): Promise<Answer> {
  for await (const event of events) if (event.type === 'answer-end') return event.answer
  throw new FootnoteError('internal', 'An answer broke off before its end; run it again.')
}
