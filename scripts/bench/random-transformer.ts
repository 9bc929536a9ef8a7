/** Writes a BERT-like transformer of random weights, quantised as such models are served: a peer for speed alone. */
import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createGraph } from '../../src/embedding/training/graph.js'
import type { Graph } from '../../src/embedding/training/graph.js'
import { createRandom } from '../../src/text/random.js'

/** The shape of all-MiniLM-L6-v2. */
const LAYERS = 6
const WIDTH = 384
const HEADS = 12
const INNER = 1_536
const POSITIONS = 512

const FLOAT = 1
const INT8 = 3

const VocabularySize = z.object({ vocab_size: z.int().positive() })

/**
 * A folder in transformers.js layout with the tokenizer of another model's folder. Weights of the linear
 * layers are signed bytes and activations are quantised as they come (dynamic quantisation, as
 * `model_quantized.onnx` of the hub's sentence transformers); attention itself is in 32-bit floats, as there.
 */
export async function writeRandomTransformer(folder: string, tokenizerFolder: string): Promise<{ readonly shape: string }> {
  const { vocab_size: vocabulary } = VocabularySize.parse(JSON.parse(await readFile(join(tokenizerFolder, 'config.json'), 'utf8')))
  const tokenizerConfig = JSON.parse(await readFile(join(tokenizerFolder, 'tokenizer_config.json'), 'utf8')) as object
  await mkdir(join(folder, 'onnx'), { recursive: true })
  await copyFile(join(tokenizerFolder, 'tokenizer.json'), join(folder, 'tokenizer.json'))
  await writeFile(join(folder, 'tokenizer_config.json'), JSON.stringify({ ...tokenizerConfig, model_max_length: POSITIONS }))
  const config = {
    architectures: ['BertModel'], model_type: 'bert', vocab_size: vocabulary, hidden_size: WIDTH, num_hidden_layers: LAYERS,
    num_attention_heads: HEADS, intermediate_size: INNER, max_position_embeddings: POSITIONS,
  }
  await writeFile(join(folder, 'config.json'), JSON.stringify(config))
  await writeFile(join(folder, 'onnx/model_quantized.onnx'), transformerGraph(vocabulary))
  return { shape: `${LAYERS} layers, ${WIDTH} wide, ${HEADS} heads, ${INNER} within, 8-bit weights` }
}

function transformerGraph(vocabulary: number): Uint8Array {
  const graph = createGraph('random transformer')
  const random = createRandom(1)
  const parts = createParts(graph, () => random.next())
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens'])
  const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens'])
  const float = graph.add('Cast', [mask], { attributes: { to: FLOAT } })
  const masked = graph.add('Mul', [graph.add('Sub', [float, parts.number(1)]), parts.number(10_000)])
  const bias = graph.add('Unsqueeze', [masked, parts.ints(1, 2)])
  let states = parts.normalised(embedded(graph, parts, ids, vocabulary))
  for (let layer = 0; layer < LAYERS; layer++) {
    states = parts.normalised(graph.add('Add', [states, attention(graph, parts, states, bias)]))
    const inner = gelu(graph, parts, parts.linear(states, WIDTH, INNER))
    states = parts.normalised(graph.add('Add', [states, parts.linear(inner, INNER, WIDTH)]))
  }
  graph.add('Identity', [states], { outputs: ['last_hidden_state'] })
  graph.output('last_hidden_state', 'float', ['batch', 'tokens', WIDTH])
  return graph.encode()
}

type Parts = ReturnType<typeof createParts>

function embedded(graph: Graph, parts: Parts, ids: string, vocabulary: number): string {
  const words = graph.add('Gather', [parts.floats(vocabulary, WIDTH), ids])
  const length = graph.add('Slice', [graph.add('Shape', [ids]), parts.ints(1), parts.ints(2)])
  const places = graph.add('Slice', [parts.floats(POSITIONS, WIDTH), parts.ints(0), length, parts.ints(0)])
  return graph.add('Add', [words, places])
}

function attention(graph: Graph, parts: Parts, states: string, bias: string): string {
  const heads = (order: readonly number[]) => {
    const split = graph.add('Reshape', [parts.linear(states, WIDTH, WIDTH), parts.ints(0, 0, HEADS, WIDTH / HEADS)])
    return graph.add('Transpose', [split], { attributes: { perm: order } })
  }
  const products = graph.add('MatMul', [heads([0, 2, 1, 3]), heads([0, 2, 3, 1])])
  const scaled = graph.add('Div', [products, parts.number(Math.sqrt(WIDTH / HEADS))])
  const shares = graph.add('Softmax', [graph.add('Add', [scaled, bias])], { attributes: { axis: 3 } })
  const mixed = graph.add('Transpose', [graph.add('MatMul', [shares, heads([0, 2, 1, 3])])], { attributes: { perm: [0, 2, 1, 3] } })
  return parts.linear(graph.add('Reshape', [mixed, parts.ints(0, 0, WIDTH)]), WIDTH, WIDTH)
}

function gelu(graph: Graph, parts: Parts, input: string): string {
  const error = graph.add('Erf', [graph.add('Div', [input, parts.number(Math.SQRT2)])])
  return graph.add('Mul', [graph.add('Mul', [input, graph.add('Add', [error, parts.number(1)])]), parts.number(0.5)])
}

/** Pieces that need constants of their own; names are counted up. */
function createParts(graph: Graph, next: () => number) {
  let count = 0
  const name = () => `constant_${count++}`
  const number = (value: number) => graph.constant(name(), 'float', [], Float32Array.of(value))
  const ints = (...values: number[]) => graph.constant(name(), 'int64', [values.length], BigInt64Array.from(values, BigInt))
  const floats = (...shape: number[]) => {
    const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
    for (let i = 0; i < values.length; i++) values[i] = (next() - 0.5) / 10
    return graph.constant(name(), 'float', shape, values)
  }
  /** The builder knows no signed bytes: they are cast once, when the model is loaded. */
  const signedBytes = (...shape: [number, number]) => {
    const values = new Uint8Array(shape[0] * shape[1])
    for (let i = 0; i < values.length; i++) values[i] = next() * 256
    return graph.add('Cast', [graph.constant(name(), 'uint8', shape, values)], { attributes: { to: INT8 } })
  }
  return {
    number, ints, floats,
    linear(input: string, rows: number, columns: number): string {
      const [quantised, scale, zero] = [name(), name(), name()]
      graph.add('DynamicQuantizeLinear', [input], { outputs: [quantised, scale, zero] })
      const product = graph.add('MatMulInteger', [quantised, signedBytes(rows, columns), zero])
      const factor = graph.add('Mul', [scale, number(1 / (128 * Math.sqrt(rows)))])
      const output = graph.add('Mul', [graph.add('Cast', [product], { attributes: { to: FLOAT } }), factor])
      return graph.add('Add', [output, floats(columns)])
    },
    /** Layer normalisation (Ba et al. 2016), spelled out as exporters do: onnxruntime makes one step of it. */
    normalised(input: string): string {
      const mean = (of: string) => graph.add('ReduceMean', [of], { attributes: { axes: [-1] } })
      const centred = graph.add('Sub', [input, mean(input)])
      const variance = mean(graph.add('Pow', [centred, number(2)]))
      const deviation = graph.add('Sqrt', [graph.add('Add', [variance, number(1e-12)])])
      const gain = graph.constant(name(), 'float', [WIDTH], new Float32Array(WIDTH).fill(1))
      return graph.add('Add', [graph.add('Mul', [graph.add('Div', [centred, deviation]), gain]), floats(WIDTH)])
    },
  }
}
