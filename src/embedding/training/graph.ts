/** Writes small ONNX graphs: the shape of a computation, for onnxruntime to run at full speed. */
import onnxProto from 'onnx-proto'

const { onnx } = onnxProto
const { AttributeType } = onnx.AttributeProto
const { DataType } = onnx.TensorProto

/** Opset 16 is the first with adding scatters, and well below what onnxruntime 1.14 runs. */
const OPSET = 16
const IR_VERSION = 8

export type ElementType = 'float' | 'int64' | 'uint8'
const ELEMENT = { float: DataType.FLOAT, int64: DataType.INT64, uint8: DataType.UINT8 } as const

/** A name stands for a length that is known at run time only. */
export type Shape = readonly (number | string)[]

export interface Graph {
  input(name: string, type: ElementType, shape: Shape): string
  output(name: string, type: ElementType, shape: Shape): void
  /** A constant tensor; bytes as they lie in memory, little-endian. */
  constant(name: string, type: ElementType, shape: readonly number[], values: ArrayBufferView): string
  /** Adds an operation and returns the name of its (first) output. */
  add(operation: string, inputs: readonly string[], options?: NodeOptions): string
  /** The serialised model. */
  encode(): Uint8Array
}

export interface NodeOptions {
  /** Numbers are integers unless they are `{ float }`. */
  readonly attributes?: Readonly<Record<string, number | string | readonly number[] | { readonly float: number }>>
  /** Names of the outputs; one made-up name by default. An empty string leaves an output out. */
  readonly outputs?: readonly string[]
}

/** An empty graph of the given name. */
export function createGraph(name: string): Graph {
  const graph = onnx.GraphProto.create({ name })
  const valueInfo = (of: string, type: ElementType, shape: Shape) => {
    const dim = shape.map((size) => (typeof size === 'string' ? { dimParam: size } : { dimValue: size }))
    return onnx.ValueInfoProto.create({ name: of, type: { tensorType: { elemType: ELEMENT[type], shape: { dim } } } })
  }
  return {
    input(of, type, shape) {
      graph.input.push(valueInfo(of, type, shape))
      return of
    },
    output(of, type, shape) {
      graph.output.push(valueInfo(of, type, shape))
    },
    constant(of, type, shape, values) {
      const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
      graph.initializer.push(
        onnx.TensorProto.create({ name: of, dataType: ELEMENT[type], dims: [...shape], rawData }))
      return of
    },
    add(opType, input, { attributes = {}, outputs = [`${opType}_${graph.node.length}`] } = {}) {
      const attribute = Object.entries(attributes).map(([key, value]) => toAttribute(key, value))
      graph.node.push(onnx.NodeProto.create({ opType, input: [...input], output: [...outputs], attribute }))
      return outputs[0] as string
    },
    encode() {
      const model = onnx.ModelProto.create({
        irVersion: IR_VERSION, opsetImport: [{ domain: '', version: OPSET }], producerName: 'footnote', graph,
      })
      return onnx.ModelProto.encode(model).finish()
    },
  }
}

function toAttribute(name: string, value: number | string | readonly number[] | { readonly float: number }) {
  if (typeof value === 'number') return onnx.AttributeProto.create({ name, type: AttributeType.INT, i: value })
  if (typeof value === 'string') {
    return onnx.AttributeProto.create({ name, type: AttributeType.STRING, s: new TextEncoder().encode(value) })
  }
  if ('float' in value) return onnx.AttributeProto.create({ name, type: AttributeType.FLOAT, f: value.float })
  return onnx.AttributeProto.create({ name, type: AttributeType.INTS, ints: [...value] })
}

/** The constants of a serialised model by name, as their bytes lie in memory. */
export function readConstants(model: Uint8Array): Map<string, Uint8Array> {
  const { graph } = onnx.ModelProto.decode(model)
  return new Map((graph?.initializer ?? []).map(({ name, rawData }) => [name ?? '', rawData ?? new Uint8Array()]))
}
