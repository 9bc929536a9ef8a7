/** The bundled model, in our hands and in those of transformers.js, and broken copies of it. */
import { cp, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { env, pipeline } from '@xenova/transformers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Embedder } from '../src/embedding/embedder.js'
import { openEmbedder } from '../src/embedding/open.js'
import { createTransformersEmbedder } from '../src/embedding/transformers.js'
import { similarity, testEmbedder } from './contracts/embedder.js'

const BUNDLED = resolve(import.meta.dirname, '../index/model/footnote-static')

const openModel = (modelPath: string) => openEmbedder(modelPath, { bundledFolder: modelPath, cacheFolder: modelPath })

testEmbedder('the bundled model', () => openModel(BUNDLED))
testEmbedder('the bundled model under transformers.js', () => createTransformersEmbedder({ modelPath: BUNDLED }))

describe('the bundled model', () => {
  let embedder: Embedder
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'footnote-model-'))
    embedder = await openModel(BUNDLED)
  })
  afterAll(async () => {
    await embedder.close()
    await rm(folder, { recursive: true })
  })

  const brokenCopy = async (name: string) => {
    const copy = join(folder, name)
    await cp(BUNDLED, copy, { recursive: true })
    return copy
  }

  it('embeds, when run through the standard pipeline, to the same vectors', async () => {
    env.localModelPath = '/'
    const extract = await pipeline('feature-extraction', BUNDLED.slice(1), { local_files_only: true })
    const texts = [
      'Pruning cuts the cost of vision transformers by 50%, twice by 50%.', 'Naïve TGF-β1 signalling; ﬁbrosis', '', '10.7×',
      'How does the immune system recognise tumour cells? '.repeat(30),
    ]
    for (const text of texts) {
      const { data } = await extract(text, { pooling: 'cls', normalize: true })
      const ours = await embedder.embedQuestion(text)
      // onnxruntime tells the codes of a byte apart after the product, which costs it the fifth decimal.
      expect(ours.reduce((most, value, i) => Math.max(most, Math.abs(value - (data as Float32Array)[i]!)), 0)).toBeLessThan(1e-4)
    }
  })

  it.each([
    ['How can large models be made smaller?', 'We prune and quantise networks to shrink them.',
      'Mice lacking the receptor developed tumours.'],
    ['Does vitamin D protect bones?', 'Cholecalciferol supplementation lowers the risk of fracture.',
      'Galaxies rotate faster than their visible mass allows.'],
    ['What slows down light near a star?', 'Gravitational lensing bends photons around massive bodies.',
      'Children learn words from their parents.'],
  ])('embeds, when asked "%s", what answers nearer than what does not', async (question, near, far) => {
    const asked = await embedder.embedQuestion(question)
    const [answer, other] = await embedder.embedPassages([near, far])
    expect(similarity(asked, answer as Float32Array)).toBeGreaterThan(similarity(asked, other as Float32Array))
  })

  it('embeds, when a word is spelled in Greek or by name, to the same vector', async () => {
    const [letter, spelled] = await embedder.embedPassages(['TGF-β', 'TGF beta'])
    expect(similarity(letter as Float32Array, spelled as Float32Array)).toBeCloseTo(1, 5)
  })

  it('create, when opened from a copy elsewhere, gives the same id', async () => {
    const copy = await openModel(await brokenCopy('whole'))
    expect(copy.model).toEqual(embedder.model)
    await copy.close()
  })

  it('create, when the folder is missing, names it with the cure', async () => {
    const modelPath = join(folder, 'nowhere')
    await expect(createTransformersEmbedder({ modelPath })).rejects.toMatchObject({
      name: 'FootnoteError', code: 'not_ready', message: expect.stringMatching(/nowhere.*config\.json.*EMBEDDING_MODEL/),
    })
  })

  it.each(['onnx/model_quantized.onnx', 'tokenizer.json', 'config.json'])(
    'create, when %s was cut short, names it instead of loading it', async (file) => {
      const modelPath = await brokenCopy(`cut-${file.replace('/', '-')}`)
      await truncate(join(modelPath, file), 100)
      await expect(createTransformersEmbedder({ modelPath })).rejects.toMatchObject({
        code: 'not_ready', message: expect.stringContaining(file),
      })
    })

  it('create, when the manifest is no manifest, says what is wrong with it', async () => {
    const modelPath = await brokenCopy('no-manifest')
    await writeFile(join(modelPath, 'footnote.json'), '{"format": 2}')
    await expect(createTransformersEmbedder({ modelPath })).rejects.toMatchObject({
      code: 'not_ready', message: expect.stringContaining('footnote.json'),
    })
  })

  it.each([{}, { modelPath: BUNDLED, name: 'Xenova/all-MiniLM-L6-v2' }, { name: 'Xenova/all-MiniLM-L6-v2' }])(
    'create, when told %o, asks for one model', async (options) => {
      await expect(createTransformersEmbedder(options)).rejects.toMatchObject({ code: 'invalid_request' })
    })
})
