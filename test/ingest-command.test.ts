/** `npm run ingest` as a person runs it: what it prints, and the exit code that scripts go by. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const COMMAND = join(import.meta.dirname, '../scripts/ingest.ts')
const ABSTRACT = 'We cool small networks with water. To our surprise 12% of their units fall silent.'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'footnote-ingest-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

function run(...words: readonly string[]): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const env = { PATH: process.env['PATH'], DATA_DIR: join(folder, 'data') }
  return new Promise((resolve) => {
    execFile(process.execPath, ['--import', import.meta.resolve('tsx'), COMMAND, ...words], { cwd: folder, env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr }),
    )
  })
}

describe('npm run ingest', () => {
  it('over a good file, a bad one and a missing one, stores what is good and leaves with code 1', async () => {
    await writeFile(join(folder, 'good.jsonl'), JSON.stringify({ title: 'Cold nets', abstract: ABSTRACT }))
    await writeFile(join(folder, 'bad.txt'), `A \u001b[31mred\u001b[0m title\nWarm nets\n${ABSTRACT}\n`)
    const { code, stdout, stderr } = await run('good.jsonl', 'none.jsonl', 'bad.txt')
    expect(code).toBe(1)
    expect(stdout).toContain('good.jsonl: 1 new, 0 changed, 0 unchanged, 0 duplicate, 0 rejected\n')
    expect(stdout).toContain('bad.txt: 1 new, 0 changed, 0 unchanged, 0 duplicate, 1 rejected\n  line 1: invalid_request: Line 1 is a title without an abstract, “A �[31mred')
    expect(stderr).toBe('There is no file none.jsonl; check the path.\n')
  }, 30_000)

  it('a second time with --skip-bad, changes nothing and leaves with code 0', async () => {
    const { code, stdout, stderr } = await run('--skip-bad', 'good.jsonl', 'bad.txt')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('good.jsonl: 0 new, 0 changed, 1 unchanged')
    expect(stdout).toContain('bad.txt: 0 new, 0 changed, 1 unchanged, 0 duplicate, 1 rejected')
  }, 30_000)
})
