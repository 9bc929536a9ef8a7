/** `npm run related -- ID|FILE…`: prints the papers near others or near the text of a file, and why. */
import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { Command } from 'commander'
import pino from 'pino'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { FootnoteError } from '../src/errors.js'
import { MAX_LIMIT, MAX_TEXT_LENGTH } from '../src/http/schemas.js'
import type { RelatedPaper, RelatedWork } from '../src/retrieval/retrieval.js'

/** Papers named where an id is not known. */
const SUGGESTED = 5

interface Flags {
  readonly not?: readonly string[]
  readonly limit: string
  readonly diversity: string
  readonly json?: true
}

const program = new Command('npm run related --')
  .description('Prints the papers of the library near these ones, or near the text of a file, and why.')
  .argument('<id-or-file...>', 'ids of papers, or one text file; words of a title or an author are met with the ids that they could mean')
  .option('--not <id...>', 'papers whose kind is not wanted')
  .option('--limit <n>', `how many papers, 1 to ${MAX_LIMIT}`, '10')
  .option('--diversity <share>', '0 ranks by nearness alone; up to 1 for papers unlike each other', '0')
  .option('--json', 'print the reply as JSON')
  .action(main)
await program.parseAsync()

async function main(given: readonly string[], { not = [], limit, diversity, json }: Flags): Promise<void> {
  if (!/^\d+$/.test(limit) || Number(limit) < 1 || Number(limit) > MAX_LIMIT) program.error(`--limit takes a whole number from 1 to ${MAX_LIMIT}.`, { exitCode: 2 })
  if (!/^(?:0|1|0?\.\d+)$/.test(diversity)) program.error('--diversity takes a number from 0 to 1.', { exitCode: 2 })
  const files = given.filter((one) => existsSync(one) && statSync(one).isFile())
  if (files.length > 1) program.error('One file at a time; put the texts into one, or ingest them and name their ids.', { exitCode: 2 })
  try {
    const work = await findRelated({ seeds: given.filter((one) => !files.includes(one)), not, text: files[0] === undefined ? undefined : await readText(files[0]), limit: Number(limit), diversity: Number(diversity) })
    process.stdout.write(json === true ? `${JSON.stringify(work, null, 2)}\n` : print(work))
  } catch (error) {
    if (!(error instanceof FootnoteError)) throw error
    program.error(error.message, { exitCode: 1 })
  }
}

async function findRelated(request: Parameters<Awaited<ReturnType<typeof compose>>['related']>[0]): Promise<RelatedWork> {
  const config = readConfig()
  const footnote = await compose(config, { log: pino({ level: config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL }, pino.destination(2)) })
  try {
    await refuseUnknown(footnote.library, [...(request.seeds ?? []), ...(request.not ?? [])])
    return await footnote.related(request)
  } finally {
    await footnote.close()
  }
}

/** Fails with `not_found` and the papers that the words could mean. */
async function refuseUnknown(library: Footnote['library'], ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    if ((await library.get(id)) !== undefined) continue
    const { papers, nextCursor } = await library.list({ text: id, limit: SUGGESTED })
    const meant = papers.map((paper) => `  ${paper.id}  ${paper.title}`)
    const cure = meant.length === 0 ? 'Give an id, a text file, or words of a title to be shown the ids that have them; `npm run -s library -- export -` lists all.' : ['Did you mean', ...meant, ...(nextCursor === undefined ? [] : ['  … and others'])].join('\n')
    throw new FootnoteError('not_found', `The library has no paper "${id}", and there is no file of that name. ${cure}`)
  }
}

async function readText(path: string): Promise<string> {
  const text = await readFile(path, 'utf8')
  if (text.includes('\u0000')) throw new FootnoteError('unsupported_format', `${path} is not text; save the passage that matters as a text file.`)
  if (text.trim() === '') throw new FootnoteError('invalid_request', `${path} is empty; write an abstract, an idea or a title into it.`)
  if (text.length > MAX_TEXT_LENGTH) throw new FootnoteError('too_large', `${path} has ${text.length} characters; at most ${MAX_TEXT_LENGTH} are compared. Cut it to what matters.`)
  return text
}

function print({ results, duplicates, notice }: RelatedWork): string {
  if (results.length === 0) return `${notice ?? 'The library has no other paper.'}\n`
  const also = duplicates.map(({ title, of }) => `Not shown: ${title}, another version of ${of}\n`)
  return [...(notice === undefined ? [] : [`${notice}\n`]), ...results.map(printHit), ...also].join('\n')
}

function printHit({ paper, similarity, nearDuplicate, why }: RelatedPaper, place: number): string {
  const facts = [paper.year, paper.id, `similarity ${similarity.toFixed(2)}`, ...(nearDuplicate === true ? ['the text was taken from it'] : [])].filter((fact) => fact !== undefined)
  const pulled = why.seeds.length > 1 ? [`    near ${why.seeds.map(({ seedId }) => seedId ?? 'the text').join(', ')}`] : []
  const shared = why.sharedTerms.length === 0 ? [] : [`    shares ${why.sharedTerms.join(' · ')}`]
  const pairs = why.pairs.flatMap(({ seedSentence, hitSentence }) => [`    “${oneLine(seedSentence.text)}”`, `      meets “${oneLine(hitSentence.text)}”`])
  return `${[`${place + 1}. ${paper.title}`, `    ${facts.join(', ')}`, ...pulled, ...shared, ...pairs].join('\n')}\n`
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ')
}
