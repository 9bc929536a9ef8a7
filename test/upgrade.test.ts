/** A library of an earlier bundled model: it serves from the first second, by words, while it is embedded anew. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { AnswerSchema } from '../src/answering/answer.js'
import { SearchReplySchema, StatusReplySchema } from '../src/http/schemas.js'
import { createIngest } from '../src/ingest/ingest.js'
import { openLibrary } from '../src/library/open.js'
import { writeServedModel } from '../src/models.js'
import { createFakeEmbedder } from './fakes/embedder.js'
import { asBytes, open, papersFor, silent } from './fixtures/tiny-models.js'
import { bodyOf, startServer } from './http-server.js'

const MODEL = 'footnote-static'
const PAPERS = papersFor(1_200)
/** The last to be embedded. */
const LAST = PAPERS.at(-1) as (typeof PAPERS)[number]

let root = ''
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'footnote-upgrade-'))
  const before = createFakeEmbedder(`${MODEL}@of-before`)
  const library = await openLibrary({ dataDir: root, model: before.model, log: silent })
  await createIngest({ library, embedder: before })(asBytes(PAPERS))
  await library.close()
  await writeServedModel(root, { setting: MODEL, id: before.model.id })
}, 60_000)
afterAll(() => rm(root, { recursive: true, force: true }))

it('a library of another model, when opened by a server, answers at once and says how, and then as if it had never been another', async () => {
  const footnote = await open(root, MODEL, { live: true })
  const server = await startServer(footnote)
  const search = async () => bodyOf(await server.post('/v1/search', { query: LAST.title, limit: 1 }), SearchReplySchema)
  const status = async () => bodyOf(await server.get('/v1/status'), StatusReplySchema)

  const first = await search()
  const answer = await bodyOf(await server.post('/v1/ask', { question: `What does ${LAST.title} say?` }), AnswerSchema)
  const ready = (await (await server.get('/readyz')).json()) as { readonly notice?: string }
  const { modelChange, index } = await status()
  expect(modelChange?.foundByWords).toBeGreaterThan(0)
  expect(index.complete).toBe(false)
  for (const { notice } of [first, answer, ready]) expect(notice).toMatch(/\d+ of its papers are found by their words alone/)
  expect(first.results[0]?.paper.title).toBe(LAST.title)
  expect(first.results[0]?.quotes).not.toEqual([])

  while (footnote.modelChange?.() !== undefined) await sleep(20)
  expect(await search()).toEqual({ results: first.results })
  expect((await status()).index).toMatchObject({ vectors: PAPERS.length, complete: true })
  expect(await (await server.get('/readyz')).json()).toEqual({ status: 'ready' })
  await footnote.close()
}, 60_000)
