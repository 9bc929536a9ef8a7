/** Opens the library of the settings for a command, and closes it whatever happens. */
import { pino } from 'pino'
import { compose } from '../../src/compose.js'
import type { Footnote } from '../../src/compose.js'
import { readConfig } from '../../src/config.js'

export const say = (text: string) => process.stdout.write(`${text}\n`)

/** A terminal obeys control characters, which ids and titles of others may hold. */
export function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '�')
}

/** A counter on standard error, where a person looks. */
export function tell(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text}`)
}

export async function withLibrary<Result>(work: (footnote: Footnote) => Promise<Result>): Promise<Result> {
  const footnote = await compose(readConfig(), { log: pino({ level: 'warn' }, pino.destination(2)), starter: false })
  try {
    return await work(footnote)
  } finally {
    await footnote.close()
  }
}
