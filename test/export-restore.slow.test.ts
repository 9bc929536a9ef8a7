/** An export, restored into an empty folder by the commands that a person types, replies to a hundred questions as before. */
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openFootnote } from 'footnote'
import { afterAll, beforeAll, expect, it } from 'vitest'

const run = promisify(execFile)
const asked = readFileSync(new URL('data/seed-questions.jsonl', import.meta.url), 'utf8').trim().split('\n')
/** Some that no paper answers among them. */
const QUESTIONS = ['Who won the football cup?', 'Is it warm outside?', ...asked.slice(0, 98).map((line) => (JSON.parse(line) as { question: string }).question)]

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'footnote-restore-'))
})
afterAll(() => rm(root, { recursive: true, force: true }))

const library = (dataDir: string, ...words: readonly string[]) =>
  run(process.execPath, ['--import', import.meta.resolve('tsx'), join(import.meta.dirname, '../scripts/library.ts'), ...words], { cwd: root, env: { PATH: process.env['PATH'], DATA_DIR: dataDir } })

/** Every reply whole, but for the answer's id, which is each library's own, and its times. */
async function repliesOf(dataDir: string): Promise<object[]> {
  const { ask, search, close } = await openFootnote({ DATA_DIR: dataDir, STARTER_LIBRARY: 'false' })
  try {
    const replies: object[] = []
    for (const question of QUESTIONS) {
      for await (const event of ask({ question }, new AbortController().signal)) {
        if (event.type === 'answer-end') replies.push({ ...event.answer, id: '', timings: {} })
      }
      replies.push(await search(question, { limit: 10 }))
    }
    return replies
  } finally {
    await close()
  }
}

it('the starter library, exported and restored, replies to a hundred questions with the same answers and the same results', async () => {
  const before = join(root, 'before')
  const after = join(root, 'after')
  await (await openFootnote({ DATA_DIR: before })).close()
  await library(before, 'export', 'papers.jsonl.gz')
  expect((await library(after, 'restore', 'papers.jsonl.gz')).stdout).toMatch(/^Restored 102 papers/)
  const replies = await repliesOf(before)
  expect(replies).toHaveLength(200)
  expect(await repliesOf(after)).toEqual(replies)
}, 300_000)
