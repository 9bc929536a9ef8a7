/** `npm run library -- …`: looks after the library: what is there, whether it is whole, copies of it, and duplicates. */
import { Command } from 'commander'
import { FootnoteError } from '../src/errors.js'
import { duplicates, removePapers } from './library/papers.js'
import { backup, exportPapers, restore } from './library/copies.js'
import { rebuild, status, verify } from './library/state.js'

/** Prints what a person reads; returns the exit code, 0 if nothing is said. */
type Task<Arguments extends readonly unknown[]> = (...words: Arguments) => Promise<number | void>

const program = new Command('npm run library --').description('Looks after the library in DATA_DIR. A server on it may go on serving unless a command says otherwise.')

program.command('status')
  .description('what is there: papers, models, indexes, sizes')
  .option('--json', 'print JSON')
  .action(run(status))
program.command('verify')
  .description('reads everything that is stored and checks that it is whole; exit code 1 if it is not')
  .option('--json', 'print JSON')
  .action(run(verify))
program.command('rebuild')
  .description('makes all vectors and indexes anew from the papers; a server meanwhile finds less until it is done')
  .action(run(rebuild))
program.command('export')
  .description('writes the papers as JSON lines, gzipped if FILE ends in .gz; - for standard output')
  .argument('<file>')
  .option('--force', 'overwrite a file that is there')
  .option('--salvage', 'of a damaged library, write what can be read and name what cannot')
  .action(run(exportPapers))
program.command('backup')
  .description('copies papers, vectors, kept answers and adapted models into a new folder')
  .argument('<folder>')
  .action(run(backup))
program.command('restore')
  .description('fills an empty DATA_DIR from a backup or an export')
  .argument('<folder or file>')
  .action(run(restore))
program.command('remove')
  .description('removes papers by their ids')
  .argument('<ids...>')
  .option('--dry-run', 'only say what would be removed')
  .action(run(removePapers))
program.command('duplicates')
  .description('lists records that are one paper; changes nothing without --merge')
  .option('--merge', 'make each group one paper, which keeps the facts and names of all')
  .option('--json', 'print JSON')
  .action(run(duplicates))

// Whoever reads our output may have read enough, as `head` does.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit(0)
})
await program.parseAsync()

function run<Arguments extends readonly unknown[]>(task: Task<Arguments>): (...words: Arguments) => Promise<void> {
  return async (...words) => {
    try {
      process.exitCode = (await task(...words)) ?? 0
    } catch (error) {
      if (!(error instanceof FootnoteError)) throw error
      program.error(error.message, { exitCode: 1 })
    }
  }
}
