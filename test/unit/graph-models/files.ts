// Small graph models of TensorFlow.js, built from their nodes.
import type { FileSource } from '../../../src/io/tfjs.js';

type Json = Readonly<Record<string, unknown>>;

/** An attribute in the JSON form of Protocol Buffers. */
export const attr = {
  i: (value: number): Json => ({ i: String(value) }),
  f: (value: number): Json => ({ f: value }),
  b: (value: boolean): Json => ({ b: value }),
  s: (value: string): Json => ({ s: btoa(value) }),
  type: (value: string): Json => ({ type: value }),
  ints: (...values: number[]): Json => ({ list: { i: values.map(String) } }),
  texts: (...values: string[]): Json => ({ list: { s: values.map((value) => btoa(value)) } }),
  shape: (...lengths: number[]): Json => ({
    shape: { dim: lengths.map((length) => ({ size: String(length) })) },
  }),
  func: (name: string): Json => ({ func: { name } }),
};

export function node(
  op: string,
  name: string,
  input: readonly string[] = [],
  attributes: Json = {},
): Json {
  return { name, op, input, attr: attributes };
}

/** An input of the graph; a length of −1 is open. */
export const placeholder = (name: string, lengths: readonly number[], dtype = 'DT_FLOAT'): Json =>
  node('Placeholder', name, [], { dtype: attr.type(dtype), shape: attr.shape(...lengths) });

/** An array of the file. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array | Uint8Array;
  readonly dtype?: 'bool';
  readonly quantization?: Json;
}

/** An array of float32. */
export const floats = (
  name: string,
  shape: readonly number[],
  data: readonly number[],
): Constant => ({
  name,
  shape,
  data: Float32Array.from(data),
});

/** An array of int32. */
export const ints = (
  name: string,
  shape: readonly number[],
  data: readonly number[],
): Constant => ({
  name,
  shape,
  data: Int32Array.from(data),
});

/** What a file consists of. */
export interface Graph {
  readonly nodes: readonly Json[];
  readonly constants?: readonly Constant[];
  readonly functions?: readonly Json[];
  /** Tensors by the names of the signature. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly outputs?: Readonly<Record<string, string>>;
}

const typeOf = ({ data, dtype }: Constant): string => {
  if (dtype !== undefined) return dtype;
  return data instanceof Int32Array ? 'int32' : 'float32';
};

const signed = (tensors: Readonly<Record<string, string>>): Json =>
  Object.fromEntries(Object.entries(tensors).map(([key, name]) => [key, { name }]));

/** The object in `model.json`. */
export function modelJson({ nodes, constants = [], functions, inputs, outputs }: Graph): Json {
  return {
    format: 'graph-model',
    modelTopology: {
      node: [...nodes, ...constants.map(({ name }) => node('Const', name))],
      ...(functions === undefined ? {} : { library: { function: functions } }),
    },
    ...(outputs === undefined
      ? {}
      : { signature: { inputs: signed(inputs ?? {}), outputs: signed(outputs) } }),
    weightsManifest: [
      {
        paths: ['weights.bin'],
        weights: constants.map((one) => {
          const { name, shape, quantization } = one;
          const dtype = quantization === undefined ? typeOf(one) : 'float32';
          return { name, shape, dtype, ...(quantization && { quantization }) };
        }),
      },
    ],
  };
}

/** The files of such a model. */
export function graphModel(graph: Graph, json: unknown = modelJson(graph)): FileSource {
  const parts = (graph.constants ?? []).map(
    ({ data }) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  );
  const weights = Uint8Array.from(parts.flatMap((part) => [...part]));
  return {
    read: (name) =>
      name === 'model.json' ? new TextEncoder().encode(JSON.stringify(json)) : weights.slice(),
  };
}
