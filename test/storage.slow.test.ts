/** A real disk that is full, and one that may not be written: what is acknowledged stays, reads go on, and errors name the cure. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFootnote } from 'footnote'
import { afterAll, beforeEach, afterEach, describe, expect, it } from 'vitest'
import { backUp } from '../src/backup.js'
import { ErrorReplySchema, IngestReplySchema, StatusReplySchema } from '../src/http/schemas.js'
import type { IngestSummary } from '../src/ingest/tally.js'
import { verifyLibrary } from '../src/library/verify.js'
import { bodyOf, expectError, startServer } from './http-server.js'

const root = mkdtempSync(join(tmpdir(), 'footnote-storage-'))
const disk = join(root, 'disk')
mkdirSync(disk)
const mount = (...words: readonly string[]) => spawnSync('mount', [...words, disk]).status === 0
const unmount = () => spawnSync('umount', ['-l', disk])
const mountable = mount('-t', 'tmpfs', '-o', 'size=1m', 'tmpfs')
if (mountable) unmount()
afterAll(() => rmSync(root, { recursive: true, force: true }))

const paper = (number: number) => ({ title: `Clay pot number ${number}`, abstract: `Clay pot ${number} is fired for ${number * 7} hours. ${'It keeps water cold in summer and warm in winter. '.repeat(20)}` })
const papers = (from: number, count: number) => Array.from({ length: count }, (_, i) => JSON.stringify(paper(from + i))).join('\n')
const upload = (body: string) => ['/v1/papers', { method: 'POST', body, headers: { 'content-type': 'application/x-ndjson' } }] as const

// Whoever may not mount cannot run these: as root on Linux, `npm run test:slow` does.
describe.skipIf(!mountable)('on a disk of its own (skipped where mounting a tmpfs is not permitted)', () => {
  beforeEach(() => void mount('-t', 'tmpfs', '-o', 'size=24m', 'tmpfs'))
  afterEach(() => void unmount())

  it('that fills up under a server, refuses writes with the cure, goes on reading, loses nothing, and writes again when there is room', async () => {
    const dataDir = join(disk, 'data')
    const footnote = await openFootnote({ DATA_DIR: dataDir })
    const server = await startServer(footnote, { rateLimitPerMinute: 0 })
    const count = async () => (await bodyOf(await server.get('/v1/status'), StatusReplySchema)).papers
    await bodyOf(await server.get(...upload(papers(0, 50))), IngestReplySchema)
    const before = await count()
    fillUp(join(disk, 'filler'))

    const refused = await server.get(...upload(papers(50, 1_000)))
    const { error } = ErrorReplySchema.parse(await refused.clone().json())
    await expectError(refused, 'storage_full', /There is no room to write .*library\.db; free some disk space/)
    const { added = 0 } = (error.details ?? {}) as Partial<IngestSummary>
    expect(await count()).toBe(before + added)

    const [first] = (await footnote.search('How long is clay pot number 3 fired?', { limit: 1 }))
    expect(first?.paper.title).toBe(paper(3).title)
    const answer = await server.post('/v1/ask', { question: 'For how many hours is clay pot number 3 fired?' })
    expect(await answer.json()).toMatchObject({ answerable: { verdict: 'answered' } })
    await expectError(await server.get(`/v1/papers/${encodeURIComponent(first?.paper.id ?? '')}`, { method: 'DELETE' }), 'storage_full', /What was stored stays/)
    expect((await server.get('/readyz')).status).toBe(200)
    await expect(backUp(dataDir, join(disk, 'backup'), { version: 'test' })).rejects.toMatchObject({ code: 'storage_full' })

    rmSync(join(disk, 'filler'))
    expect(await bodyOf(await server.get(...upload(papers(50 + added, 10))), IngestReplySchema)).toMatchObject({ added: 10 })
    await footnote.close()
    expect(await verifyLibrary(dataDir)).toMatchObject({ papers: before + added + 10, faultCount: 0 })
  }, 60_000)

  it('that may only be read, is refused at the start with the cure, and nothing in it is changed', async () => {
    const dataDir = join(root, 'sound')
    await (await openFootnote({ DATA_DIR: dataDir })).close()
    cpSync(dataDir, join(disk, 'data'), { recursive: true })
    expect(mount('-o', 'remount,ro')).toBe(true)
    await expect(openFootnote({ DATA_DIR: join(disk, 'data') })).rejects.toMatchObject({ message: expect.stringMatching(/library\.db cannot be opened for writing .*give this user the right to write.*or set DATA_DIR/) as string })
    await expect(openFootnote({ DATA_DIR: join(disk, 'new') })).rejects.toMatchObject({ message: expect.stringMatching(/cannot be made; set DATA_DIR to one that can be written/) as string })
    await expect(backUp(dataDir, join(disk, 'backup'), { version: 'test' })).rejects.toMatchObject({ message: expect.stringMatching(/could not be written.*check that its folder exists and can be written/) as string })
    cpSync(join(disk, 'data'), join(root, 'copied'), { recursive: true })
    expect(await verifyLibrary(join(root, 'copied'))).toMatchObject({ papers: 102, faultCount: 0 })
  }, 60_000)

  function fillUp(path: string): void {
    try {
      writeFileSync(path, Buffer.alloc(30_000_000))
    } catch {
      // It is full now.
    }
  }
})
