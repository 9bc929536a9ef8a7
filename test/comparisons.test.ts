/** Comparisons: each side is looked for by itself where the first papers say nothing on it, and only what was looked for is said to be missing. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lastAnswer } from '../src/answering/answer.js'
import { compose } from '../src/compose.js'
import type { Footnote } from '../src/compose.js'
import { readConfig } from '../src/config.js'

/** They hold the words of felt pads, but no sentence on these. */
const SPRINGS = ['oak', 'ash', 'elm', 'yew', 'fir', 'beech', 'larch'].map((wood) => ({
  title: `Steel springs under looms of ${wood}`,
  abstract: `Steel springs carry looms of ${wood} and are compared with others. Steel springs lower the tremor. Felt was dear in these years. Pads of other kinds were cut from cork.`,
}))
const PADS = { title: 'A cheap remedy for mills', abstract: 'Mills shake their neighbours. We show that felt pads halve the noise that walls pass on. Cork does not.' }

const folder = mkdtempSync(join(tmpdir(), 'footnote-sides-'))
let footnote: Footnote

beforeAll(async () => {
  footnote = await compose({ ...readConfig({}), DATA_DIR: folder }, { log: { info() {}, warn() {} }, starter: false })
  const lines = [...SPRINGS, PADS].map((paper) => `${JSON.stringify(paper)}\n`).join('')
  await footnote.ingest((async function* () { yield Buffer.from(lines) })(), { name: 'papers.jsonl' })
})
afterAll(async () => {
  await footnote.close()
  rmSync(folder, { recursive: true })
})

describe('a comparison', () => {
  it('of which one side is in none of the first papers, finds it', async () => {
    const { answer } = await lastAnswer(footnote.ask({ question: 'Compare felt pads with steel springs under looms' }, new AbortController().signal))
    expect(answer).toContain('felt pads halve the noise')
    expect(answer).toContain('Steel springs')
    expect(answer).not.toContain('nothing on')
  })
})
