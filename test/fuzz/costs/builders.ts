// Parts of expensive files: short functions for the JSON of models.
import { concatenate } from '../../../src/files/formats/bytes.js';
import { writeHdf5 } from '../../../src/files/formats/hdf5/write.js';
import type { Hdf5Content } from '../../../src/files/formats/hdf5/write.js';
import { zip } from '../../../src/files/formats/zip.js';

/** Whether files are as large as their readers allow: then all together take minutes. */
export const IS_WHOLE = Number(process.env['LANEGRAD_FUZZ_FILES'] ?? 0) >= 1000;

/** A number of parts, which is smaller in a short run. */
export const scaled = (count: number, least = 4): number =>
  IS_WHOLE ? count : Math.max(least, Math.round(count / 25));

export type Json = Record<string, unknown>;
export type Bytes = Uint8Array<ArrayBuffer>;

export const encode = (value: unknown): Bytes =>
  value instanceof Uint8Array
    ? Uint8Array.from(value)
    : new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
export const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
export const join = (count: number, make: (i: number) => string): string =>
  times(count, make).join(',');
export const hdf5 = (content: Hdf5Content): Bytes => concatenate(writeHdf5('attack', content));
export const NO_WEIGHTS = hdf5({});

/** A `.keras` file whose `config.json` is this value or this text. */
export const kerasFile = (
  config: unknown,
  weights: Hdf5Content | Bytes = NO_WEIGHTS,
): Promise<Bytes> =>
  zip(
    [
      { name: 'metadata.json', bytes: encode({ keras_version: '3.16.0' }) },
      { name: 'config.json', bytes: encode(config) },
      { name: 'model.weights.h5', bytes: weights instanceof Uint8Array ? weights : hdf5(weights) },
    ],
    { compress: true },
  );

export const at = (name: string, node = 0, output = 0): Json => ({
  class_name: '__keras_tensor__',
  config: { keras_history: [name, node, output] },
});

export const input = (name: string, shape: readonly unknown[] = [null, 3]): Json => ({
  module: 'keras.layers',
  class_name: 'InputLayer',
  config: { batch_shape: shape, name, dtype: 'float32' },
  name,
  inbound_nodes: [],
});

export const called = (name: string, args: readonly unknown[], kwargs: Json = {}): Json => ({
  name,
  inbound_nodes: [{ args, kwargs }],
});

export const layer = (
  className: string,
  name: string,
  config: Json,
  ...args: readonly unknown[]
): Json => ({
  module: 'keras.layers',
  class_name: className,
  config: { name, ...config },
  ...called(name, args),
});

export const operation = (
  path: string,
  name: string,
  config: Json,
  ...args: readonly unknown[]
): Json => {
  const [module = '', className = ''] = path.split('.');
  return {
    module: `keras.src.ops.${module}`,
    class_name: className,
    config: { name, ...config },
    ...called(name, args),
  };
};

export const functional = (
  layers: readonly unknown[],
  output = 'y',
  name = 'net',
  further: Json = {},
): Json => ({
  module: 'keras.src.models.functional',
  class_name: 'Functional',
  config: { name, layers, input_layers: ['x', 0, 0], output_layers: [output, 0, 0] },
  ...further,
});

export const sequential = (layers: readonly unknown[], name = 'net', further: Json = {}): Json => ({
  module: 'keras',
  class_name: 'Sequential',
  config: { name, layers },
  ...further,
});

export const plain = (className: string, config: Json): Json => ({
  module: 'keras.layers',
  class_name: className,
  config,
});

export const first = (shape: readonly unknown[] = [null, 3]): Json =>
  plain('InputLayer', { batch_shape: shape, name: 'x' });

/** A model of one operation over an input of that shape. */
export const one = (
  path: string,
  config: Json,
  shape: readonly unknown[] = [null, 3],
  count = 1,
): Json =>
  functional([
    input('x', shape),
    operation(path, 'y', config, count === 1 ? at('x') : times(count, () => at('x'))),
  ]);

/** A chain of layers or operations, each over the one before. */
export const chain = (
  count: number,
  make: (name: string, before: Json) => Json,
  shape?: readonly unknown[],
): Json =>
  functional([
    input('x', shape),
    ...times(count, (i) => make(i === count - 1 ? 'y' : `r${i}`, at(i === 0 ? 'x' : `r${i - 1}`))),
  ]);

export const stack = (className: string, config: Json, shape?: readonly unknown[]): Json =>
  sequential([first(shape), plain(className, config)]);

/** A layer in wrappers in wrappers. */
export const wrapped = (depth: number, wrap: (inside: Json) => Json, inside: Json): Json => {
  let whole = inside;
  for (let i = 0; i < depth; i++) whole = wrap(whole);
  return whole;
};

export const LONG = 'x'.repeat(scaled(4_000_000));
export const CALLS = scaled(65_535);
export const IMAGE = [null, 4000, 4000, 1];
export function compiled(
  compile_config: Json,
  dense: Json = plain('Dense', { units: 1, name: 'd' }),
): Json {
  return sequential([first([null, 1]), dense], 'net', { compile_config });
}

/** The arrays of a layer called `dense`. */
export const arraysOfDense = (arrays: Hdf5Content['arrays'] & object): Hdf5Content =>
  ['vars', 'dense', 'layers'].reduce<Hdf5Content>(
    (inside, name) => ({ groups: new Map([[name, inside]]) }),
    { arrays },
  );

/** Weights for `compiled`. */
export const ONE_WEIGHT: Hdf5Content = arraysOfDense(
  new Map([
    ['0', { shape: [1, 1], dtype: 'float32', data: new Float32Array(1) }],
    ['1', { shape: [1], dtype: 'float32', data: new Float32Array(1) }],
  ]),
);
