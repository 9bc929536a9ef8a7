/** `npm run fuzz`: reads damaged files of every format, and stops at the first that a reader does not survive. */
import fc from 'fast-check'
import { Command, Option } from 'commander'
import { damagedFile, survive } from '../test/fixtures/damage.js'
import { FIXTURES } from '../test/fixtures/formats.js'
import { wholeNumber } from './whole-number.js'

interface Flags {
  readonly minutes: number
  readonly cases: number
  readonly seed: number
  readonly format?: string
}

const BATCH = 200

await new Command('fuzz')
  .description('Fuzz the readers of papers, structure-aware; exit code 1 and the smallest failing file if one throws, or takes more than a second of processor time.')
  .option('--minutes <minutes>', 'stop after this long', wholeNumber, 10)
  .option('--cases <number>', 'stop after this many files', wholeNumber, 1_000_000)
  .option('--seed <number>', 'begin with this seed', wholeNumber, Date.now() % 2 ** 31)
  .addOption(new Option('--format <format>', 'only this reader').choices(FIXTURES.map(({ reader }) => reader.format)))
  .action(main)
  .parseAsync()

async function main({ minutes, cases, seed, format }: Flags): Promise<void> {
  const fixtures = FIXTURES.filter(({ reader }) => format === undefined || reader.format === format)
  const end = Date.now() + minutes * 60_000
  const resident: number[] = []
  let longest = { ms: 0, format: '', bytes: 0 }
  let done = 0
  for (let round = 0; done < cases && Date.now() < end; round++) {
    const { reader, ...fixture } = fixtures[round % fixtures.length] as (typeof fixtures)[number]
    const property = fc.asyncProperty(damagedFile(fixture), fc.integer({ min: 1, max: 4_000 }), async (bytes, chunkSize) => {
      const ms = await survive(reader, bytes, chunkSize)
      if (ms > longest.ms) longest = { ms, format: reader.format, bytes: bytes.length }
    })
    const result = await fc.check(property, { seed: seed + round, numRuns: Math.min(BATCH, cases - done) })
    if (result.failed) {
      const [bytes, chunkSize] = result.counterexample ?? []
      process.stdout.write(`The ${reader.format} reader fails after ${done + result.numRuns} files (seed ${seed + round}, ${chunkSize} bytes at a time): ${String(result.errorInstance)}\n${JSON.stringify(bytes?.toString('latin1'))}\n`)
      process.exit(1)
    }
    done += result.numRuns
    if (round % fixtures.length === 0) resident.push(process.memoryUsage().rss)
  }
  const [first = 0, last = 0] = [resident[Math.floor(resident.length / 4)], resident.at(-1)]
  process.stdout.write(
    `${done} files in ${fixtures.length} formats from seed ${seed}: no crash, none took a second of processor time. The longest took ${Math.round(longest.ms)} ms (${longest.format}, ${longest.bytes} bytes).\n`
    + `Resident ${mb(first)} MB after a quarter, ${mb(last)} MB at the end, ${mb(Math.max(...resident))} MB at most.\n`,
  )
}

function mb(bytes: number): number {
  return Math.round(bytes / 1024 / 1024)
}
