/** The embedder in a child process, and an ordinary transformer's layout, which it is there for. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createForkedEmbedder } from '../src/embedding/forked.js'
import { openEmbedder } from '../src/embedding/open.js'
import { createGraph } from '../src/embedding/training/graph.js'
import { createTransformersEmbedder } from '../src/embedding/transformers.js'
import { similarity, testEmbedder } from './contracts/embedder.js'

const BUNDLED = resolve(import.meta.dirname, '../index/model/footnote-static')

testEmbedder('a model in a child process', () => createForkedEmbedder({ modelPath: BUNDLED }))

describe('createForkedEmbedder', () => {
  it('embed, when compared with the same model in this process, gives the same', async () => {
    const [here, there] = [
      await createTransformersEmbedder({ modelPath: BUNDLED }), await createForkedEmbedder({ modelPath: BUNDLED })]
    expect(there.model).toEqual(here.model)
    expect(await there.embedPassages(['a', 'b'])).toEqual(await here.embedPassages(['a', 'b']))
    await Promise.all([here.close(), there.close()])
  })

  it('create, when the model is missing, fails with the cause and leaves no process', async () => {
    await expect(createForkedEmbedder({ modelPath: '/nowhere/model' })).rejects.toMatchObject({
      name: 'FootnoteError', code: 'not_ready', message: expect.stringContaining('/nowhere/model'),
    })
  })

  it('embed, when as many wait as may, refuses one more and goes on with the others', async () => {
    const embedder = await createForkedEmbedder({ modelPath: BUNDLED, maxWaiting: 3 })
    const asked = [1, 2, 3, 4].map((n) => embedder.embedQuestion(`question ${n}`).then(() => 'answered', (error) => error.code))
    expect(await Promise.all(asked)).toEqual(['answered', 'answered', 'answered', 'overloaded'])
    expect(await embedder.embedQuestion('now there is room')).toHaveLength(embedder.model.dimensions)
    await embedder.close()
  })

  it('embed, when cancelled while it waits, rejects with the reason and answers the next', async () => {
    const embedder = await createForkedEmbedder({ modelPath: BUNDLED })
    const stop = new AbortController()
    const many = embedder.embedPassages(Array.from({ length: 5_000 }, (_, i) => `text ${i}`), stop.signal)
    stop.abort(new Error('enough'))
    await expect(many).rejects.toThrow('enough')
    expect(await embedder.embedQuestion('next')).toHaveLength(embedder.model.dimensions)
    await embedder.close()
  })

  it('embed, after close, says that it is closed', async () => {
    const embedder = await createForkedEmbedder({ modelPath: BUNDLED })
    await embedder.close()
    await expect(embedder.embedQuestion('late')).rejects.toMatchObject({ code: 'not_ready' })
  })
})

describe('an ordinary transformer, without a manifest of ours', () => {
  let folder: string
  beforeAll(async () => {
    folder = join(await mkdtemp(join(tmpdir(), 'footnote-plain-')), 'tiny-bert')
    await writeTinyTransformer(folder)
  })
  afterAll(() => rm(resolve(folder, '..'), { recursive: true }))

  it('create, when given its folder, takes size and name from it', async () => {
    const embedder = await createTransformersEmbedder({ modelPath: folder })
    expect(embedder.model).toMatchObject({ id: expect.stringMatching(/^tiny-bert@/), dimensions: 4, searchDimensions: 4 })
    await embedder.close()
  })

  it('embed, when a text has several tokens, gives their mean at unit length', async () => {
    const embedder = await createTransformersEmbedder({ modelPath: folder })
    const [both, twice] = await embedder.embedPassages(['alpha beta', 'alpha alpha beta'])
    const expected = (alpha: number, beta: number) => {
      const values = [alpha, beta, 0, 0]
      return Float32Array.from(values, (value) => value / Math.hypot(...values))
    }
    expect(similarity(both as Float32Array, expected(1, 1))).toBeCloseTo(1, 5)
    expect(similarity(twice as Float32Array, expected(2, 1))).toBeCloseTo(1, 5)
    await embedder.close()
  })
})

describe('openEmbedder', () => {
  const options = { bundledFolder: resolve(BUNDLED, '..'), cacheFolder: join(tmpdir(), 'footnote-no-models') }

  it.each(['footnote-static', BUNDLED])('when told %s, opens the bundled model', async (setting) => {
    const embedder = await openEmbedder(setting, options)
    expect(embedder.model.id).toMatch(/^footnote-static@/)
    await embedder.close()
  })

  it('when told a folder with a transformer, opens that', async () => {
    const folder = join(await mkdtemp(join(tmpdir(), 'footnote-open-')), 'tiny-bert')
    await writeTinyTransformer(folder)
    const embedder = await openEmbedder(folder, options)
    expect(await embedder.embedQuestion('alpha')).toEqual(Float32Array.of(1, 0, 0, 0))
    await embedder.close()
    await rm(resolve(folder, '..'), { recursive: true })
  })

  it('when told nothing that exists, says where it looks', async () => {
    await expect(openEmbedder('no such model', options)).rejects.toMatchObject({
      code: 'invalid_request', message: expect.stringMatching(/no such model.*EMBEDDING_MODEL/),
    })
  })
})

/** Hidden states are rows of a table: alpha and beta point along the first two axes. */
async function writeTinyTransformer(folder: string): Promise<void> {
  const graph = createGraph('tiny')
  const ids = graph.input('input_ids', 'int64', ['b', 't'])
  graph.input('attention_mask', 'int64', ['b', 't'])
  const table = graph.constant('table', 'float', [4, 4], Float32Array.of(0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0))
  graph.add('Gather', [table, ids], { outputs: ['last_hidden_state'] })
  graph.output('last_hidden_state', 'float', ['b', 't', 4])
  const token = (content: string, id: number) =>
    ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true })
  await mkdir(join(folder, 'onnx'), { recursive: true })
  await writeFile(join(folder, 'onnx/model_quantized.onnx'), graph.encode())
  await writeFile(join(folder, 'config.json'), JSON.stringify({ model_type: 'bert', hidden_size: 4 }))
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({
    tokenizer_class: 'BertTokenizer', model_max_length: 512, pad_token: '[PAD]', unk_token: '[UNK]',
  }))
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify({
    version: '1.0', added_tokens: [token('[PAD]', 0), token('[UNK]', 1)],
    normalizer: { type: 'Lowercase' }, pre_tokenizer: { type: 'Whitespace' },
    post_processor: null, decoder: null,
    model: {
      type: 'WordPiece', unk_token: '[UNK]', continuing_subword_prefix: '##', max_input_chars_per_word: 100,
      vocab: { '[PAD]': 0, '[UNK]': 1, alpha: 2, beta: 3 },
    },
  }))
}
