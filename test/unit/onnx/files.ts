// Small ONNX files, built from their messages.
import type { Tensor } from '../../../src/index.js';
import { loadOnnx } from '../../../src/io/onnx.js';
import { emptyAttribute } from '../../../src/files/formats/onnx/write.js';
import { GraphProto, ModelProto } from '../../../src/files/formats/onnx/schema.js';
import type {
  AttributeMessage,
  GraphMessage,
  NodeMessage,
  TensorMessage,
  ValueInfoMessage,
} from '../../../src/files/formats/onnx/schema.js';

/** An attribute: a whole number, a text, a list of either, or a graph. */
export function attribute(
  name: string,
  value: number | string | readonly number[] | readonly string[] | Partial<GraphMessage>,
): AttributeMessage {
  const none = emptyAttribute(name);
  if (typeof value === 'number') return { ...none, i: BigInt(value), type: 2 };
  const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
  if (typeof value === 'string') return { ...none, s: bytesOf(value), type: 3 };
  if (isTexts(value)) return { ...none, strings: value.map(bytesOf), type: 8 };
  if (Array.isArray(value)) return { ...none, ints: (value as number[]).map(BigInt), type: 7 };
  return { ...none, g: GraphProto.encode(value as Partial<GraphMessage>), type: 5 };
}

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');

export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attributes: readonly AttributeMessage[] = [],
): NodeMessage {
  return { opType, input, output, name: '', attribute: attributes, domain: '' };
}

/** An array of float32, or of int64. */
export function array(
  name: string,
  dims: readonly number[],
  data: readonly number[],
  isWhole = false,
): TensorMessage {
  return {
    name,
    dims: dims.map(BigInt),
    dataType: isWhole ? 7 : 1,
    floatData: isWhole ? undefined : data,
    int64Data: isWhole ? data.map(BigInt) : undefined,
    int32Data: undefined,
    stringData: undefined,
    rawData: undefined,
    doubleData: undefined,
    uint64Data: undefined,
    externalData: [],
    dataLocation: 0,
  };
}

/** A port of float32; a length of −1 is open. */
export function port(name: string, shape: readonly number[], elemType = 1): ValueInfoMessage {
  const dim = shape.map((length) => ({
    dimValue: length < 0 ? undefined : BigInt(length),
    dimParam: length < 0 ? 'n' : undefined,
  }));
  return {
    name,
    type: {
      tensorType: { elemType, shape: { dim } },
      sequenceType: undefined,
      mapType: undefined,
      sparseTensorType: undefined,
      optionalType: undefined,
    },
  };
}

/** A file of such a graph; without ports it takes x [n, 2] and gives y. */
export function onnxFile(graph: Partial<GraphMessage>, opset = 17): Uint8Array<ArrayBuffer> {
  const whole: Partial<GraphMessage> = {
    name: 'g',
    input: [port('x', [-1, 2])],
    output: [port('y', [-1, 2])],
    ...graph,
  };
  return ModelProto.encode({
    irVersion: 8n,
    graph: {
      node: [],
      initializer: [],
      sparseInitializer: [],
      name: '',
      input: [],
      output: [],
      ...whole,
    },
    opsetImport: [{ domain: '', version: BigInt(opset) }],
  });
}

/** What a graph gives for a batch: its output, or a list of them. */
export async function given<T extends Tensor | Tensor[] = Tensor>(
  graph: Partial<GraphMessage>,
  inputs: Tensor | readonly Tensor[],
  opset?: number,
): Promise<T> {
  const model = await loadOnnx(onnxFile(graph, opset));
  const y = model.predictOnBatch(inputs) as unknown as T;
  model.dispose();
  return y;
}
