/** `npm run -s mcp`: the library as tools for an agent on this machine, over standard input and output. */
import { pino } from 'pino'
import { compose } from '../src/compose.js'
import { readConfig } from '../src/config.js'
import { FootnoteError } from '../src/errors.js'
import { createGates } from '../src/http/gate.js'
import { linkTo } from '../src/http/links.js'
import { serveStdio } from '../src/http/mcp/protocol.js'

async function main(): Promise<void> {
  const config = readConfig()
  // Standard output is the protocol's.
  const log = pino({ level: config.LOG_LEVEL === 'info' ? 'warn' : config.LOG_LEVEL }, pino.destination(2))
  const footnote = await compose(config, { log })
  const origin = config.PUBLIC_URL ?? `http://localhost:${config.PORT}`
  try {
    await serveStdio({
      services: footnote,
      ...createGates({ running: config.MAX_RUNNING_ASKS }),
      linkTo: (paper) => linkTo(paper, origin),
      requestId: 'mcp',
      onFailure: (error) => log.error({ err: error, reqId: 'mcp' }, 'a tool failed'),
    })
  } finally {
    await footnote.close()
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof FootnoteError ? error.message : String(error)}\n`)
    process.exit(1)
  },
)
