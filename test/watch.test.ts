/** The watched folder: what its log says of files that are no files of papers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { createIngest } from '../src/ingest/ingest.js'
import { watchFolder } from '../src/watch.js'
import { createFakeEmbedder } from './fakes/embedder.js'
import { createFakeLibrary } from './fakes/library.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'footnote-watch-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('a watched file that is no file of papers, each time that it changes, is named once and is no warning', async () => {
  const embedder = createFakeEmbedder()
  const said: { level: string; file: unknown; message: string }[] = []
  const say = (level: string) => (facts: object, message: string) => void said.push({ level, file: (facts as { file?: string }).file, message })
  const watch = await watchFolder({
    folder, settledMs: 20, log: { info: say('info'), warn: say('warn') },
    ingest: createIngest({ library: createFakeLibrary(embedder.model), embedder }),
  })
  const notes = join(folder, 'notes.docx')
  const paper = join(folder, 'paper.jsonl')
  const count = (file: string) => said.filter((line) => line.file === file).length
  for (let time = 1; time <= 3; time++) {
    await writeFile(notes, `PK\u0003\u0004 not a paper ${'x'.repeat(time)}`)
    await writeFile(paper, JSON.stringify({ title: 'Cold nets', abstract: `They rest ${'long '.repeat(time)}.` }))
    await vi.waitFor(() => expect(count(paper)).toBe(time), { timeout: 10_000 })
  }
  await watch.close()
  expect(said.filter(({ file }) => file === notes)).toEqual([{ level: 'info', file: notes, message: expect.stringMatching(/^passed over in the watched folder: .*notes\.docx/) as string }])
}, 30_000)
