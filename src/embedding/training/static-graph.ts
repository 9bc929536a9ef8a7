/** The computation of a static model: token ids in, the unit vector of the text out. */
import { createGraph } from './graph.js'
import { CODE_BITS, CODES_A_BYTE, MIDDLE, type QuantisedTable } from './quantise.js'

/**
 * An ONNX model with the inputs of a BERT (`input_ids`, `attention_mask`, int64 [b, t]) and the output
 * `last_hidden_state` [b, 1, dimensions]: Σ √tf · row, of unit length. The mask may say how often a token
 * counts, so a caller can send each distinct token once. Tokens that weigh nothing (the special ones)
 * change nothing; a text with no other token gets a fixed unit vector.
 *
 * The table stays packed. Every distinct token of the batch is unpacked once, and since sums are linear
 * the codes are told apart after the product: a byte without its lowest code, times 4, taken from the byte
 * leaves that code, and `MIDDLE`·ΣW takes the offset out.
 */
export function staticGraph(quantised: QuantisedTable): Uint8Array {
  const { rows, dimensions, codes, rowScales, columnScales } = quantised
  const graph = createGraph('footnote static')
  const ids = graph.input('input_ids', 'int64', ['batch', 'tokens'])
  const mask = graph.input('attention_mask', 'int64', ['batch', 'tokens'])
  const ints = (name: string, ...values: number[]) =>
    graph.constant(name, 'int64', [values.length], BigInt64Array.from(values, BigInt))
  const number = (name: string, value: number) => graph.constant(name, 'float', [1], Float32Array.of(value))

  graph.add('Unique', [ids], { outputs: ['tokens', '', 'places'], attributes: { sorted: 0 } })
  const frequencies = countTokens(graph, ids, mask, ints)
  const scales = graph.add('Gather', [graph.constant('row_scales', 'float', [rows], rowScales), 'tokens'])
  const weights = graph.add('Mul', [graph.add('Sqrt', [frequencies]), scales])

  const bytes = graph.add('Gather', [graph.constant('codes', 'uint8', [rows, dimensions / CODES_A_BYTE], codes), 'tokens'])
  const shifted = Array.from({ length: CODES_A_BYTE }, (_, code) => product(graph, weights, bytes, CODE_BITS * code))
  const four = number('codes of a place', 2 ** CODE_BITS)
  const apart = shifted.map((sum, code) => {
    const higher = shifted[code + 1]
    return higher === undefined ? sum : graph.add('Sub', [sum, graph.add('Mul', [higher, four])])
  })
  const offset = graph.add('Mul', [graph.add('ReduceSum', [weights, ints('across', 1)]), number('middle code', MIDDLE)])
  const levels = graph.add('Sub', [graph.add('Concat', apart, { attributes: { axis: 1 } }), offset])
  const columns = graph.constant('column_scales', 'float', [dimensions], columnScales)
  const sum = graph.add('Add', [graph.add('Mul', [levels, columns]), emptyText(graph, dimensions)])
  const length = graph.add('ReduceL2', [sum], { attributes: { axes: [1] } })
  graph.add('Unsqueeze', [graph.add('Div', [sum, length]), ints('middle', 1)], { outputs: ['last_hidden_state'] })
  graph.output('last_hidden_state', 'float', ['batch', 1, dimensions])
  return graph.encode()
}

type Builder = ReturnType<typeof createGraph>

/** The weights times the bytes without their lowest bits. */
function product(graph: Builder, weights: string, bytes: string, bits: number): string {
  const by = graph.constant(`${bits} bits`, 'uint8', [1], Uint8Array.of(bits))
  const shifted = graph.add('BitShift', [bytes, by], { attributes: { direction: 'RIGHT' } })
  return graph.add('MatMul', [weights, graph.add('Cast', [shifted], { attributes: { to: 1 } })])
}

/** [b, u]: how often each distinct token of the batch stands in each text. */
function countTokens(graph: Builder, ids: string, mask: string, ints: (name: string, ...values: number[]) => string) {
  const shape = graph.add('Shape', [ids])
  const distinct = graph.add('Shape', ['tokens'])
  const batch = graph.add('Slice', [shape, ints('first', 0), ints('second', 1)])
  const zero = graph.constant('zero', 'float', [1], Float32Array.of(0))
  const empty = graph.add('Expand', [zero, graph.add('Concat', [batch, distinct], { attributes: { axis: 0 } })])
  const places = graph.add('Reshape', ['places', shape])
  const counts = graph.add('Cast', [mask], { attributes: { to: 1 } })
  return graph.add('ScatterElements', [empty, places, counts], { attributes: { axis: 1, reduction: 'add' } })
}

/** Too short to turn the vector of any text that has a word, and enough to give one to a text that has none. */
function emptyText(graph: Builder, dimensions: number): string {
  const direction = new Float32Array(dimensions)
  direction[0] = 1e-12
  return graph.constant('empty_text', 'float', [dimensions], direction)
}
