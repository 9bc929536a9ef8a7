/** The loss that training lowers: each question must be nearer to its own passage than to all the others. */
import ort from 'onnxruntime-node'
import { createGraph } from './graph.js'

export interface Contrast {
  /**
   * Loss of n questions and their n passages (rows of unit vectors, the i-th belongs to the i-th), and
   * its gradients by both.
   */
  run(questions: Float32Array, passages: Float32Array, rows: number): Promise<ContrastResult>
}

export interface ContrastResult {
  readonly loss: number
  readonly questionGradient: Float32Array
  readonly passageGradient: Float32Array
}

/**
 * Symmetric InfoNCE (van den Oord et al. 2018; both directions as in Radford et al. 2021) over cosines
 * times `scale`. Cosines are bounded, so exp(scale · (cosine − 1)) needs no running maximum.
 */
export async function createContrast(dimensions: number, scale: number, threads: number): Promise<Contrast> {
  const session = await ort.InferenceSession.create(contrastGraph(dimensions, scale), {
    intraOpNumThreads: threads, interOpNumThreads: 1, executionMode: 'sequential',
  })
  return {
    async run(questions, passages, rows) {
      const shape = [rows, dimensions]
      const { loss, dq, dp } = await session.run({
        q: new ort.Tensor('float32', questions, shape),
        p: new ort.Tensor('float32', passages, shape),
      })
      return {
        loss: (loss?.data as Float32Array)[0] as number,
        questionGradient: dq?.data as Float32Array,
        passageGradient: dp?.data as Float32Array,
      }
    },
  }
}

function contrastGraph(dimensions: number, scale: number): Uint8Array {
  const graph = createGraph('contrast')
  const q = graph.input('q', 'float', ['n', dimensions])
  const p = graph.input('p', 'float', ['n', dimensions])
  const number = (name: string, value: number) => graph.constant(name, 'float', [], Float32Array.of(value))
  const axis = (name: string, value: number) => graph.constant(name, 'int64', [1], BigInt64Array.of(BigInt(value)))
  const [rows, columns] = [axis('rows', 1), axis('columns', 0)]
  const cosines = graph.add('Gemm', [q, p], { attributes: { transB: 1, alpha: { float: scale } } })
  const raised = graph.add('Exp', [graph.add('Sub', [cosines, number('scale', scale)])])
  const share = (along: string) => graph.add('Div', [raised, graph.add('ReduceSum', [raised, along])])
  const [forward, backward] = [share(rows), share(columns)]
  const identity = graph.add('EyeLike', [cosines])
  const logOfOwn = (shares: string) =>
    graph.add('Log', [graph.add('ReduceSum', [graph.add('Mul', [shares, identity]), rows])])
  const mean = graph.add('ReduceMean', [graph.add('Add', [logOfOwn(forward), logOfOwn(backward)])])
  graph.add('Mul', [mean, number('minus half', -0.5)], { outputs: ['loss'] })
  graph.output('loss', 'float', [1, 1])
  const both = graph.add('Add', [forward, backward])
  const gap = graph.add('Sub', [both, graph.add('Add', [identity, identity])])
  // d loss / d cosine = scale / 2n · (forward + backward − 2 I).
  const factor = number('half scale', scale / 2)
  const count = graph.add('Cast', [graph.add('Gather', [graph.add('Shape', [q]), axis('first', 0)])],
    { attributes: { to: 1 } })
  const gradient = graph.add('Mul', [gap, graph.add('Div', [factor, count])])
  graph.add('Gemm', [gradient, p], { outputs: ['dq'] })
  graph.add('Gemm', [gradient, q], { attributes: { transA: 1 }, outputs: ['dp'] })
  graph.output('dq', 'float', ['n', dimensions])
  graph.output('dp', 'float', ['n', dimensions])
  return graph.encode()
}
