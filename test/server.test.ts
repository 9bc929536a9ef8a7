/** The process as a person runs it: it starts, answers, stops when told, and says plainly why it cannot start. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AnswerSchema } from '../src/answering/answer.js'
import { IngestReplySchema } from '../src/http/schemas.js'

const SERVER = join(import.meta.dirname, '../src/server.ts')

const PAPERS = [
  {
    title: 'Tides in small harbours',
    abstract: 'We measure tides in 14 harbours with a float. The mean error of its tide tables is 3.2 cm.',
  },
  { title: 'Mosses on north walls', abstract: 'Mosses cover 61% of north walls. Shade explains most of their spread.' },
]

const started: ChildProcess[] = []
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'footnote-server-'))
})
afterEach(() => {
  for (const child of started.splice(0)) child.kill('SIGKILL')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Starts the server in an empty folder, so that no `.env` of the machine is read. */
function start(settings: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), SERVER], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: join(folder, 'data'),
      STARTER_LIBRARY: 'false',
      ...settings,
    },
  })
  started.push(child)
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text))
  const lines = createInterface({ input: child.stdout })
  const logged = (message: string) =>
    new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
      lines.on('line', (line) => {
        const entry = JSON.parse(line) as Readonly<Record<string, unknown>>
        if (entry['msg'] === message) resolve(entry)
      })
      child.once('exit', () => reject(new Error(`The server left before "${message}": ${complaint}`)))
    })
  const left = once(child, 'close').then(([code]) => ({ code: code as number | null, complaint }))
  return { child, logged, left }
}

describe('the server', () => {
  it('given papers, answers from them, leaves with code 0 when told to, and has them when it starts again', async () => {
    const first = start({})
    const { url } = await first.logged('ready')
    const post = (path: string, type: string, body: string) =>
      fetch(String(url) + path, { method: 'POST', headers: { 'content-type': type }, body })

    const upload = await post('/v1/papers', 'application/x-ndjson', PAPERS.map((paper) => JSON.stringify(paper)).join('\n'))
    expect(IngestReplySchema.parse(await upload.json())).toMatchObject({ added: 2, rejected: [] })
    const reply = await post('/v1/ask', 'application/json', '{"question":"How large is the mean error of tide tables?"}')
    const { citations } = AnswerSchema.parse(await reply.json())
    expect(citations[0]?.quotes[0]?.text).toBe('The mean error of its tide tables is 3.2 cm.')
    first.child.kill('SIGTERM')
    expect(await first.left).toEqual({ code: 0, complaint: '' })

    const second = start({})
    expect(await second.logged('ready')).toMatchObject({ papers: 2 })
    second.child.kill('SIGTERM')
    expect(await second.left).toEqual({ code: 0, complaint: '' })
  }, 30_000)

  it('beside another on the same folder, says so, and both serve', async () => {
    const DATA_DIR = join(folder, 'shared')
    const first = start({ DATA_DIR })
    await first.logged('ready')
    const second = start({ DATA_DIR })
    await second.logged('another server has this library open; both serve it, and each sees within seconds what the other adds')
    await second.logged('ready')
    first.child.kill('SIGKILL')
    await first.left
    const third = start({ DATA_DIR })
    let warned = false
    void third.logged('another server has this library open; both serve it, and each sees within seconds what the other adds').then(() => (warned = true), () => undefined)
    await third.logged('ready')
    expect(warned).toBe(false)
  }, 60_000)

  it('with a watched folder, takes in files that lie there and files that come, and names one that it cannot read', async () => {
    const WATCH_DIR = join(folder, 'inbox')
    await mkdir(WATCH_DIR)
    await writeFile(join(WATCH_DIR, 'there.jsonl'), JSON.stringify(PAPERS[0]))
    const { logged, child, left } = start({ DATA_DIR: join(folder, 'watching'), WATCH_DIR })
    expect(await logged('took in a file of the watched folder')).toMatchObject({ file: join(WATCH_DIR, 'there.jsonl'), added: 1 })
    await writeFile(join(WATCH_DIR, 'empty.jsonl'), '')
    const complaint = await logged(`a file of the watched folder was not taken in: ${join(WATCH_DIR, 'empty.jsonl')} is empty; give a file with papers in it.`)
    expect(complaint).toMatchObject({ level: 40 })
    await writeFile(join(WATCH_DIR, 'new.jsonl'), JSON.stringify(PAPERS[1]))
    expect(await logged('took in a file of the watched folder')).toMatchObject({ file: join(WATCH_DIR, 'new.jsonl'), added: 1 })
    child.kill('SIGTERM')
    expect(await left).toMatchObject({ code: 0 })
  }, 60_000)

  it('told to stop while the library is being opened, leaves with code 0', async () => {
    const { child, logged, left } = start({ DATA_DIR: join(folder, 'early') })
    await logged('listening')
    child.kill('SIGINT')
    expect(await left).toEqual({ code: 0, complaint: '' })
  }, 30_000)

  it('on a port in use, names the port and the setting, and leaves with code 1', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, complaint } = await start({ PORT: String(port) }).left
    other.close()
    expect(code).toBe(1)
    expect(complaint).toBe(`Port ${port} is in use; stop the other program, or set PORT to another.\n`)
  }, 30_000)

  it('with a wrong setting, names it and leaves with code 1', async () => {
    const { code, complaint } = await start({ PORT: 'eighty' }).left
    expect(code).toBe(1)
    expect(complaint).toMatch(/PORT/)
  }, 30_000)
})
