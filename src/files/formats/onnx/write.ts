// What a file of ONNX is written of: nodes, arrays and ports, as its messages.
import type { DType, TensorData } from '../../../config/dtype.js';
import { GraphProto, ModelProto } from './schema.js';
import type {
  AttributeMessage,
  GraphMessage,
  NodeMessage,
  TensorMessage,
  ValueInfoMessage,
} from './schema.js';
import { TYPE } from './types.js';

/** A number that is written as a float: plain numbers are whole. */
export interface Real {
  readonly real: number;
}

/** Marks a number, or each of a list, as a float. */
export const real = (value: number): Real => ({ real: value });

/** What an attribute holds. */
export type AttributeValue =
  number | Real | string | readonly number[] | readonly Real[] | readonly string[];

/** A call of an operator. */
export interface NodeText {
  readonly op: string;
  /** Names; empty for an input that is left out. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes?: Readonly<Record<string, AttributeValue>>;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const isReal = (value: unknown): value is Real =>
  typeof value === 'object' && value !== null && 'real' in value;

/** An attribute without a value. */
export const emptyAttribute = (name: string): AttributeMessage => ({
  name,
  f: 0,
  i: 0n,
  s: new Uint8Array(),
  t: undefined,
  floats: undefined,
  ints: undefined,
  strings: undefined,
  type: 0,
  refAttrName: '',
  sparseTensor: undefined,
  g: undefined,
});

/** An attribute as a message. */
function attributeMessage(name: string, value: AttributeValue): AttributeMessage {
  const none = emptyAttribute(name);
  if (typeof value === 'number') return { ...none, i: BigInt(value), type: 2 };
  if (typeof value === 'string') return { ...none, s: bytesOf(value), type: 3 };
  if (isReal(value)) return { ...none, f: value.real, type: 1 };
  const texts = value.filter((item) => typeof item === 'string');
  if (texts.length > 0) return { ...none, strings: texts.map(bytesOf), type: 8 };
  const reals = value.filter(isReal);
  if (reals.length > 0) return { ...none, floats: reals.map((item) => item.real), type: 6 };
  return { ...none, ints: (value as readonly number[]).map(BigInt), type: 7 };
}

/** A node as a message; it is called as its first output. */
export function nodeMessage({ op, inputs, outputs, attributes = {} }: NodeText): NodeMessage {
  // Inputs at the end that are left out have no name either.
  const last = inputs.findLastIndex((name) => name !== '');
  return {
    opType: op,
    domain: '',
    name: outputs.find((name) => name !== '') ?? '',
    input: inputs.slice(0, last + 1),
    output: outputs,
    attribute: Object.entries(attributes).map(([name, value]) => attributeMessage(name, value)),
  };
}

/** An array that is written: its elements, and the number of their type in ONNX. */
export interface WrittenArray {
  readonly shape: readonly number[];
  readonly type: number;
  readonly data: TensorData;
}

/** The elements of an array as files hold them, in little-endian order. */
export function rawBytes({ data, type }: WrittenArray): Uint8Array {
  if (type === TYPE.int64) return new Uint8Array(BigInt64Array.from(data, BigInt).buffer);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** Where the elements of an array lie in a file of their own. */
export interface ExternalPlace {
  readonly location: string;
  readonly offset: number;
}

/** An array as a message, with its elements, or with the place of those. */
export function tensorMessage(
  name: string,
  array: WrittenArray,
  external?: ExternalPlace,
): TensorMessage {
  const bytes = rawBytes(array);
  const entries: readonly (readonly [string, string | number])[] =
    external === undefined
      ? []
      : [
          ['location', external.location],
          ['offset', external.offset],
          ['length', bytes.length],
        ];
  return {
    name,
    dims: array.shape.map(BigInt),
    dataType: array.type,
    floatData: undefined,
    int32Data: undefined,
    int64Data: undefined,
    stringData: undefined,
    doubleData: undefined,
    uint64Data: undefined,
    rawData: external === undefined ? bytes : undefined,
    externalData: entries.map(([key, value]) => ({ key, value: String(value) })),
    dataLocation: external === undefined ? 0 : 1,
  };
}

/** Name, element type and lengths of an input or an output; a text names a length that may vary. */
export function portMessage(
  name: string,
  type: number,
  shape: readonly (number | string)[],
): ValueInfoMessage {
  const dim = shape.map((length) => ({
    dimValue: typeof length === 'number' ? BigInt(length) : undefined,
    dimParam: typeof length === 'string' ? length : undefined,
  }));
  return {
    name,
    type: {
      tensorType: { elemType: type, shape: { dim } },
      sequenceType: undefined,
      mapType: undefined,
      sparseTensorType: undefined,
      optionalType: undefined,
    },
  };
}

/** The number of the type that holds tensors of a dtype. */
export const TYPE_OF_DTYPE: Readonly<Record<DType, number>> = {
  float32: TYPE.float,
  int32: TYPE.int32,
  uint8: TYPE.uint8,
  bool: TYPE.bool,
};

/** The oldest version of the format that has the operators of a version. */
const irVersionOf = (opset: number): bigint => (opset <= 18 ? 8n : opset <= 20 ? 9n : 10n);

/** The bytes of a file. */
export function encodeOnnx(graph: GraphMessage, opset: number): Uint8Array<ArrayBuffer> {
  return ModelProto.encode({
    irVersion: irVersionOf(opset),
    producerName: 'lanegrad',
    graph,
    opsetImport: [{ domain: '', version: BigInt(opset) }],
  });
}

/**
 * A graph under different names, in the graphs of its attributes as well.
 *
 * @param rename gives the name in place of another one, those that only inner graphs give included
 */
export function renamedGraph(graph: GraphMessage, rename: (name: string) => string): GraphMessage {
  const to = (name: string): string => (name === '' ? name : rename(name));
  return {
    ...graph,
    node: graph.node.map((node) => ({
      ...node,
      input: node.input?.map(to),
      output: node.output?.map(to),
      attribute: node.attribute.map((one) =>
        one.g === undefined
          ? one
          : {
              ...one,
              g: GraphProto.encode(
                renamedGraph(GraphProto.decode(one.g, 'a graph in an attribute'), rename),
              ),
            },
      ),
    })),
    initializer: graph.initializer.map((one) => ({ ...one, name: to(one.name) })),
    sparseInitializer: graph.sparseInitializer.map((one) => ({
      ...one,
      values: one.values && { ...one.values, name: to(one.values.name) },
    })),
    input: graph.input.map((one) => ({ ...one, name: to(one.name) })),
    output: graph.output.map((one) => ({ ...one, name: to(one.name) })),
  };
}
