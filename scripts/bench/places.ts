/** The temporary folders of a benchmark, and the settings to open Footnote in one. */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { compose } from '../../src/compose.js'
import type { Footnote } from '../../src/compose.js'
import { readConfig } from '../../src/config.js'

/** Removed by `remove`, and at the end of the process should the benchmark be interrupted. */
export async function temporaryFolder(): Promise<{ readonly path: string, remove(): void }> {
  const path = await mkdtemp(join(tmpdir(), 'footnote-bench-'))
  const remove = () => rmSync(path, { recursive: true, force: true })
  process.once('exit', remove)
  return {
    path,
    remove() {
      process.off('exit', remove)
      remove()
    },
  }
}

/** As the settings say, in another data folder, without starter papers and language model. */
export function openIn(dataDir: string): Promise<Footnote> {
  const config = { ...readConfig(), DATA_DIR: dataDir, STARTER_LIBRARY: false, LLM_MODEL: undefined }
  return compose(config, { log: pino({ level: 'warn' }, pino.destination(2)), starter: false })
}
