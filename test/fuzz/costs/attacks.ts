// Small files that were made to cost much: each is as large as its reader lets it be, and compresses well.
import { concatenate } from '../../../src/formats/bytes.js';
import { encodeSafetensors } from '../../../src/formats/safetensors.js';
import { writeHdf5 } from '../../../src/formats/hdf5/write.js';
import type { Hdf5Content } from '../../../src/formats/hdf5/write.js';
import { encodeNpy } from '../../../src/formats/npy.js';
import { zip } from '../../../src/formats/zip/write.js';
import type { CostlyFile } from './loaders.js';

type Json = Record<string, unknown>;
type Bytes = Uint8Array<ArrayBuffer>;

/** A file that is made when its turn comes. */
export interface Attack extends Pick<CostlyFile, 'name' | 'kind'> {
  readonly make: () => Bytes | Promise<Bytes>;
}

const encode = (value: unknown): Bytes =>
  new TextEncoder().encode(typeof value === 'string' ? value : JSON.stringify(value));
const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));
const join = (count: number, make: (i: number) => string): string => times(count, make).join(',');
const hdf5 = (content: Hdf5Content): Bytes => concatenate(writeHdf5('attack', content));
const NO_WEIGHTS = hdf5({});

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

const at = (name: string, node = 0, output = 0): Json => ({
  class_name: '__keras_tensor__',
  config: { keras_history: [name, node, output] },
});

const input = (name: string, shape: readonly unknown[] = [null, 3]): Json => ({
  module: 'keras.layers',
  class_name: 'InputLayer',
  config: { batch_shape: shape, name, dtype: 'float32' },
  name,
  inbound_nodes: [],
});

const called = (name: string, args: readonly unknown[], kwargs: Json = {}): Json => ({
  name,
  inbound_nodes: [{ args, kwargs }],
});

const layer = (
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

const operation = (path: string, name: string, config: Json, ...args: readonly unknown[]): Json => {
  const [module = '', className = ''] = path.split('.');
  return {
    module: `keras.src.ops.${module}`,
    class_name: className,
    config: { name, ...config },
    ...called(name, args),
  };
};

const functional = (
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

const sequential = (layers: readonly unknown[], name = 'net', further: Json = {}): Json => ({
  module: 'keras',
  class_name: 'Sequential',
  config: { name, layers },
  ...further,
});

const plain = (className: string, config: Json): Json => ({
  module: 'keras.layers',
  class_name: className,
  config,
});

const first = (shape: readonly unknown[] = [null, 3]): Json =>
  plain('InputLayer', { batch_shape: shape, name: 'x' });

/** A model of one operation over an input of that shape. */
const one = (path: string, config: Json, shape: readonly unknown[] = [null, 3], count = 1): Json =>
  functional([
    input('x', shape),
    operation(path, 'y', config, count === 1 ? at('x') : times(count, () => at('x'))),
  ]);

/** A chain of layers or operations, each over the one before. */
const chain = (
  count: number,
  make: (name: string, before: Json) => Json,
  shape?: readonly unknown[],
): Json =>
  functional([
    input('x', shape),
    ...times(count, (i) => make(i === count - 1 ? 'y' : `r${i}`, at(i === 0 ? 'x' : `r${i - 1}`))),
  ]);

const stack = (className: string, config: Json, shape?: readonly unknown[]): Json =>
  sequential([first(shape), plain(className, config)]);

/** A layer in wrappers in wrappers. */
const wrapped = (depth: number, wrap: (inside: Json) => Json, inside: Json): Json => {
  let whole = inside;
  for (let i = 0; i < depth; i++) whole = wrap(whole);
  return whole;
};

const LONG = 'x'.repeat(4_000_000);
const CALLS = 65_535;
const IMAGE = [null, 4000, 4000, 1];

/** Names that nobody has heard of, in all the places where names are looked up. */
const longNames: Record<string, () => Json> = {
  'class of a layer': () => sequential([first(), plain(LONG, {})]),
  'classes of many layers': () =>
    sequential([first(), ...times(20_000, (i) => plain(`C${i}${'x'.repeat(2000)}`, {}))]),
  'name of a layer': () => stack('ReLU', { name: LONG }),
  'name of a wrong layer': () => stack('ReLU', { name: LONG, negative_slope: 'x' }),
  'names of many layers': () =>
    sequential([
      first(),
      ...times(20_000, (i) => plain('ReLU', { name: `${i}${'x'.repeat(2000)}` })),
    ]),
  'name of a model': () =>
    sequential([first(), ...times(2000, () => plain('Dense', { units: 0 }))], LONG),
  'names of models in models': () => {
    let inner = functional(
      [input('x'), layer('Dense', 'y', { units: 'x' }, at('x'))],
      'y',
      LONG.slice(0, 200_000),
    );
    for (let i = 0; i < 14; i++) {
      const name = `${i}${LONG.slice(0, 200_000)}`;
      inner = functional(
        [
          input('x'),
          { ...inner, ...called(name, [at('x')]), config: { ...(inner['config'] as Json), name } },
        ],
        name,
        name,
      );
    }
    return inner;
  },
  activation: () => stack('Activation', { activation: LONG }),
  activations: () =>
    sequential([
      first(),
      ...times(5000, (i) => plain('Activation', { activation: `${i}${'relu'.repeat(1000)}` })),
    ]),
  initializer: () => stack('Dense', { units: 2, kernel_initializer: LONG }),
  'initializer object': () =>
    stack('Dense', {
      units: 2,
      kernel_initializer: { module: 'keras.initializers', class_name: LONG, config: {} },
    }),
  regularizer: () =>
    stack('Dense', { units: 2, kernel_regularizer: { class_name: LONG, config: {} } }),
  constraint: () =>
    stack('Dense', { units: 2, kernel_constraint: { class_name: LONG, config: {} } }),
  'option of a layer': () => stack('Dense', { units: 2, [LONG]: 1 }),
  'options of a layer': () =>
    stack('Dense', { units: 2, ...Object.fromEntries(times(100_000, (i) => [`unitss${i}`, 1])) }),
  'value of a choice': () => stack('Conv2D', { filters: 1, kernel_size: 2, padding: LONG }, IMAGE),
  'data format': () => stack('Conv2D', { filters: 1, kernel_size: 2, data_format: LONG }, IMAGE),
  dtype: () => stack('Dense', { units: 2, dtype: LONG }),
  'dtype policy': () =>
    stack('Dense', { units: 2, dtype: { class_name: 'DTypePolicy', config: { name: LONG } } }),
  'dtype of an input': () =>
    sequential([plain('InputLayer', { batch_shape: [null, 3], dtype: LONG })]),
  module: () => sequential([first(), { module: LONG, class_name: 'ReLU', config: {} }]),
  operation: () => one(`numpy.${LONG}`, {}),
  'argument of an operation': () => one('numpy.Exp', { [LONG]: 1 }),
  'layer that is read': () => functional([input('x'), layer('ReLU', 'y', {}, at(LONG))]),
  'output that is no layer': () => functional([input('x'), layer('ReLU', 'y', {}, at('x'))], LONG),
  'named argument of a call': () =>
    functional([
      input('x'),
      { ...layer('ReLU', 'y', {}), ...called('y', [at('x')], { [LONG]: 1 }) },
    ]),
  'class of the model': () => ({ class_name: LONG, config: { layers: [], output_layers: [] } }),
  einsum: () => stack('EinsumDense', { equation: LONG, output_shape: [null, 3] }),
  'einsum of arrows': () =>
    stack('EinsumDense', { equation: 'a,'.repeat(1_000_000), output_shape: [null, 3] }),
  'einsum of dots': () =>
    stack('EinsumDense', { equation: '.'.repeat(2_000_000), output_shape: [null, 3] }),
  'einsum operation': () =>
    one('numpy.Einsum', { subscripts: `${'a'.repeat(1_000_000)}->${'a'.repeat(1_000_000)}` }),
  'einsum operation of many': () =>
    one('numpy.Einsum', { subscripts: `${'ab,'.repeat(100_000)}ab->ab` }),
  loss: () => compiled({ optimizer: 'sgd', loss: LONG }),
  metric: () => compiled({ optimizer: 'sgd', loss: 'mse', metrics: [LONG] }),
  metrics: () =>
    compiled({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: times(2000, (i) => `m${i}${'x'.repeat(5000)}`),
    }),
  'name of a metric': () =>
    compiled({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: times(10, (i) => plain('MeanSquaredError', { name: `${i}${LONG}` })),
    }),
  optimizer: () => compiled({ optimizer: { class_name: LONG, config: {} }, loss: 'mse' }),
  'option of an optimizer': () =>
    compiled({ optimizer: { class_name: 'SGD', config: { [LONG]: 1 } }, loss: 'mse' }),
  schedule: () =>
    compiled({
      optimizer: { class_name: 'SGD', config: { learning_rate: { class_name: LONG, config: {} } } },
      loss: 'mse',
    }),
};

function compiled(
  compile_config: Json,
  dense: Json = plain('Dense', { units: 1, name: 'd' }),
): Json {
  return sequential([first([null, 1]), dense], 'net', { compile_config });
}

/** Weights for `compiled`. */
const ONE_WEIGHT: Hdf5Content = {
  groups: new Map([
    [
      'layers',
      {
        groups: new Map([
          [
            'dense',
            {
              groups: new Map([
                [
                  'vars',
                  {
                    arrays: new Map([
                      ['0', { shape: [1, 1], dtype: 'float32', data: new Float32Array(1) }],
                      ['1', { shape: [1], dtype: 'float32', data: new Float32Array(1) }],
                    ]),
                  },
                ],
              ]),
            },
          ],
        ]),
      },
    ],
  ]),
};

/** Sizes that make an operation or a layer compute or allocate much. */
const largeSizes: Record<string, () => Json> = {
  'max pool': () =>
    one(
      'nn.MaxPool',
      { pool_size: [3000, 3000], strides: [1, 1], padding: 'valid', data_format: 'channels_last' },
      IMAGE,
    ),
  'average pool, same': () =>
    one(
      'nn.AveragePool',
      { pool_size: [3999, 3999], strides: [1, 1], padding: 'same', data_format: 'channels_last' },
      IMAGE,
    ),
  stack: () => one('numpy.Stack', { axis: 1 }, [null, 4000, 4000], 20),
  'stack that fits': () => one('numpy.Stack', { axis: 1 }, [null, 4000, 4000], 5),
  concatenate: () => one('numpy.Concatenate', { axis: 1 }, [null, 4000, 4000], 16),
  'many concatenates': () =>
    chain(10_000, (name, x) => operation('numpy.Concatenate', name, { axis: 1 }, [x, at('x')]), [
      null,
      1000,
    ]),
  matmul: () =>
    functional([
      input('x', [null, 8000, 8000]),
      operation('numpy.Matmul', 'y', {}, at('x'), at('x')),
    ]),
  'many matmuls': () =>
    chain(10_000, (name, x) => operation('numpy.Matmul', name, {}, x, x), [8000, 8000]),
  sort: () => one('numpy.Sort', { axis: 1 }, [null, 2e8]),
  cumsum: () => one('numpy.Cumsum', { axis: 1 }, [null, 2e8]),
  'one hot': () => one('nn.OneHot', { num_classes: 8e7, axis: -1 }, [null, 3]),
  tile: () => one('numpy.Tile', { repeats: [1, 2e7] }),
  pad: () =>
    one('numpy.Pad', {
      pad_width: [
        [0, 0],
        [0, 1e8],
      ],
      mode: 'constant',
    }),
  'pad many': () =>
    chain(20_000, (name, x) =>
      operation(
        'numpy.Pad',
        name,
        {
          pad_width: [
            [0, 0],
            [0, 1e4],
          ],
          mode: 'constant',
        },
        x,
      ),
    ),
  split: () =>
    functional([
      input('x', [null, 2e8]),
      operation('numpy.Split', 's', { indices_or_sections: 2e8, axis: 1 }, at('x')),
      operation('numpy.Exp', 'y', {}, at('s')),
    ]),
  splits: () =>
    functional([
      input('x', [null, 60_000]),
      ...times(2000, (i) =>
        operation('numpy.Split', `s${i}`, { indices_or_sections: 60_000, axis: 1 }, at('x')),
      ),
      operation('numpy.Exp', 'y', {}, at('s0')),
    ]),
  transpose: () =>
    one('numpy.Transpose', { axes: times(5000, (i) => i) }, [null, ...times(4999, () => 1)]),
  expand: () => chain(30_000, (name, x) => operation('numpy.ExpandDims', name, { axis: 1 }, x)),
  'reshape to many axes': () =>
    sequential([
      first([null, 1]),
      plain('Reshape', { target_shape: times(1_000_000, () => 1) }),
      ...times(5000, () => plain('ReLU', {})),
    ]),
  'reshape operation to many axes': () =>
    functional([
      input('x', [null, 1]),
      operation('numpy.Reshape', 'r', { newshape: times(1_000_000, () => 1) }, at('x')),
      ...times(5000, (i) => operation('numpy.Exp', i === 4999 ? 'y' : `e${i}`, {}, at('r'))),
    ]),
  'input of many axes': () =>
    functional([
      input(
        'x',
        times(1_000_000, () => 1),
      ),
      ...times(5000, (i) => layer('ReLU', i === 4999 ? 'y' : `e${i}`, {}, at('x'))),
    ]),
  'input of unknown axes': () =>
    functional([
      input(
        'x',
        times(100_000, () => null),
      ),
      ...times(100, (i) => operation('numpy.Exp', i === 99 ? 'y' : `e${i}`, {}, at('x'))),
    ]),
  conv: () => stack('Conv2D', { filters: 1, kernel_size: [3000, 3000] }, IMAGE),
  'conv of many filters': () => stack('Conv2D', { filters: 2e8, kernel_size: [1, 1] }, IMAGE),
  'pooling layer': () => stack('MaxPooling2D', { pool_size: [3000, 3000], strides: [1, 1] }, IMAGE),
  repeat: () => stack('RepeatVector', { n: 2e8 }),
  'up sampling': () => stack('UpSampling2D', { size: [8000, 8000] }, [null, 1, 1, 1]),
  'zero padding': () =>
    stack(
      'ZeroPadding2D',
      {
        padding: [
          [8000, 8000],
          [8000, 0],
        ],
      },
      [null, 1, 1, 1],
    ),
  embedding: () => stack('Embedding', { input_dim: 2e8, output_dim: 1 }),
  dense: () => stack('Dense', { units: 2e8 }),
  attention: () =>
    functional([
      input('x', [null, 10, 10]),
      layer('MultiHeadAttention', 'y', { num_heads: 1e6, key_dim: 1e6 }, at('x'), at('x')),
    ]),
  'group normalization': () => stack('GroupNormalization', { groups: 1e8 }, [null, 1e8]),
  'layer normalization': () => stack('LayerNormalization', { axis: times(100_000, () => 1) }),
  'softmax over many axes': () => stack('Softmax', { axis: times(1_000_000, (i) => i) }),
  normalization: () =>
    stack(
      'Normalization',
      { axis: -1, mean: times(1_000_000, () => 0), variance: times(1_000_000, () => 1) },
      [null, 1_000_000],
    ),
  recurrent: () => stack('LSTM', { units: 1e6 }, [null, 1e8, 1]),
  cells: () =>
    sequential([
      first([null, 5, 1]),
      plain('RNN', {
        cell: plain('StackedRNNCells', {
          cells: times(20_000, () => plain('SimpleRNNCell', { units: 1 })),
        }),
      }),
    ]),
  arange: () => one('numpy.Arange', { start: 0, stop: 2e8 }),
  linspace: () => one('numpy.Linspace', { num: 2e8 }),
  gather: () =>
    functional([
      input('x', [null, 1e8]),
      operation(
        'numpy.Take',
        'y',
        { axis: 1 },
        at('x'),
        times(500_000, (i) => i),
      ),
    ]),
  'top k': () => one('math.TopK', { k: 1e8, sorted: true }, [null, 1e8]),
};

/** Many parts. */
const many: Record<string, () => Json> = {
  adds: () =>
    chain(CALLS, (name, x) => operation('numpy.Add', name, {}, x, at('x')), [null, 1000, 1000]),
  relus: () => chain(CALLS, (name, x) => layer('ReLU', name, {}, x)),
  'relus, last first': () => {
    const model = chain(CALLS, (name, x) => layer('ReLU', name, {}, x));
    (model['config'] as { layers: unknown[] }).layers.reverse();
    return model;
  },
  sequential: () => sequential([first(), ...times(CALLS, () => plain('ReLU', {}))]),
  'sequential of dropouts': () =>
    sequential([first(), ...times(CALLS, () => plain('Dropout', { rate: 0.5 }))]),
  'sequential of denses without numbers': () =>
    sequential([
      first([null, 0]),
      ...times(CALLS, () => plain('Dense', { units: 1, use_bias: false })),
    ]),
  denses: () =>
    sequential([
      first([null, 1]),
      ...times(CALLS, () => plain('Dense', { units: 1, use_bias: false })),
    ]),
  'sequentials in a sequential': () =>
    sequential([first(), ...times(20_000, (i) => sequential([plain('ReLU', {})], `s${i}`))]),
  'sequentials in sequentials': () => {
    let inner = sequential(
      times(4000, () => plain('ReLU', {})),
      'n',
    );
    for (let i = 0; i < 14; i++)
      inner = sequential([inner, ...times(3000, () => plain('ReLU', {}))], `n${i}`);
    return sequential([first(), inner]);
  },
  'empty sequentials': () =>
    sequential([first(), ...times(200_000, (i) => sequential([], `s${i}`))]),
  inputs: () => ({
    class_name: 'Functional',
    config: {
      name: 'net',
      layers: [
        ...times(CALLS, (i) => input(`i${i}`)),
        layer(
          'Concatenate',
          'y',
          {},
          times(CALLS, (i) => at(`i${i}`)),
        ),
      ],
      input_layers: times(CALLS, (i) => [`i${i}`, 0, 0]),
      output_layers: ['y', 0, 0],
    },
  }),
  'inputs of a model inside': () => {
    const inner = {
      class_name: 'Functional',
      config: {
        name: 'in',
        layers: [
          ...times(20_000, (i) => input(`i${i}`)),
          layer(
            'Add',
            'y',
            {},
            times(20_000, (i) => at(`i${i}`)),
          ),
        ],
        input_layers: times(20_000, (i) => [`i${i}`, 0, 0]),
        output_layers: ['y', 0, 0],
      },
    };
    const calls = times(3, () => ({ args: [times(20_000, () => at('x'))], kwargs: {} }));
    return functional([input('x'), { ...inner, name: 'in', inbound_nodes: calls }], 'in');
  },
  outputs: () => ({
    class_name: 'Functional',
    config: {
      name: 'net',
      layers: [input('x'), layer('ReLU', 'y', {}, at('x'))],
      input_layers: ['x', 0, 0],
      output_layers: times(500_000, () => ['y', 0, 0]),
    },
  }),
  'calls of one layer': () =>
    functional([
      input('x'),
      {
        ...layer('ReLU', 'y', {}),
        inbound_nodes: times(CALLS, (i) => ({
          args: [i === 0 ? at('x') : at('y', i - 1)],
          kwargs: {},
        })),
      },
    ]),
  'calls of one dense': () =>
    functional([
      input('x', [null, 1]),
      {
        ...layer('Dense', 'y', { units: 1 }),
        inbound_nodes: times(CALLS, (i) => ({
          args: [i === 0 ? at('x') : at('y', i - 1)],
          kwargs: {},
        })),
      },
    ]),
  'calls of one operation': () =>
    functional([
      input('x'),
      {
        ...operation('numpy.Exp', 'y', {}),
        inbound_nodes: times(CALLS, () => ({ args: [at('x')], kwargs: {} })),
      },
    ]),
  'adds of many': () =>
    functional([
      input('x'),
      ...times(300, (i) =>
        layer(
          'Add',
          i === 299 ? 'y' : `a${i}`,
          {},
          times(1000, () => at('x')),
        ),
      ),
    ]),
  'adds of different ones': () =>
    functional([
      ...times(3000, (i) => input(i === 0 ? 'x' : `x${i}`, [null, ...times(20, () => 1)])),
      layer(
        'Add',
        'y',
        {},
        times(3000, () => at('x')),
      ),
    ]),
  'concatenates that do not fit': () =>
    functional([
      input('x'),
      ...times(40_000, (i) => input(`i${i}`, [null, i + 1])),
      operation('numpy.Stack', 'y', { axis: 1 }, [at('x'), ...times(40_000, (i) => at(`i${i}`))]),
    ]),
  'models in models': () => {
    let inner = functional(
      [input('x'), layer('ReLU', 'y', {}, at('x')), layer('ReLU', 'z', {}, at('y'))],
      'z',
      'm',
    );
    for (let i = 0; i < 14; i++) {
      const nodes = [
        { args: [at('x')], kwargs: {} },
        { args: [at('m', 0)], kwargs: {} },
      ];
      inner = {
        ...functional([input('x'), { ...inner, name: 'm', inbound_nodes: nodes }], 'm', 'm'),
        name: 'm',
      };
      (inner['config'] as Json)['output_layers'] = ['m', 2, 0];
    }
    return inner;
  },
  'time distributed': () =>
    sequential([
      first([null, ...times(30, () => 1)]),
      wrapped(12, (inside) => plain('TimeDistributed', { layer: inside }), plain('ReLU', {})),
    ]),
  'many time distributed': () =>
    sequential([
      first([null, 100_000_000, 2, 2]),
      ...times(5000, () =>
        plain('TimeDistributed', { layer: plain('TimeDistributed', { layer: plain('ReLU', {}) }) }),
      ),
    ]),
  bidirectional: () =>
    sequential([
      first([null, 5, 1]),
      wrapped(
        10,
        (inside) => plain('Bidirectional', { layer: inside, backward_layer: inside }),
        plain('LSTM', { units: 1 }),
      ),
    ]),
  'bidirectional without a backward layer': () =>
    sequential([
      first([null, 5, 1]),
      wrapped(
        12,
        (inside) => plain('Bidirectional', { layer: inside }),
        plain('LSTM', { units: 1 }),
      ),
    ]),
  bidirectionals: () =>
    sequential([
      first([null, 5, 1]),
      ...times(3000, () =>
        plain('Bidirectional', {
          layer: plain('SimpleRNN', { units: 1, return_sequences: true, use_bias: false }),
        }),
      ),
    ]),
  'stacked cells in stacked cells': () =>
    sequential([
      first([null, 5, 1]),
      plain('RNN', {
        cell: wrapped(
          12,
          (inside) =>
            plain('StackedRNNCells', { cells: [inside, plain('SimpleRNNCell', { units: 1 })] }),
          plain('SimpleRNNCell', { units: 1 }),
        ),
      }),
    ]),
  'lists in calls': () =>
    functional([
      input('x'),
      layer(
        'Add',
        'y',
        {},
        wrapped(40, (inside) => [inside] as unknown as Json, [at('x'), at('x')] as unknown as Json),
      ),
    ]),
  'numbers in a call': () =>
    functional([
      input('x'),
      layer(
        'ReLU',
        'y',
        {},
        at('x'),
        times(1_000_000, () => 0),
      ),
    ]),
  constant: () =>
    functional([
      input('x', [null, 1]),
      operation('numpy.Add', 'y', {}, at('x'), {
        class_name: '__numpy__',
        config: { value: times(1_000_000, () => 0), dtype: 'float32' },
      }),
    ]),
  constants: () =>
    functional([
      input('x', [null, 1]),
      ...times(30_000, (i) =>
        operation('numpy.Add', i === 0 ? 'y' : `c${i}`, {}, at('x'), {
          class_name: '__numpy__',
          config: { value: [1, 2, 3], dtype: 'float32' },
        }),
      ),
    ]),
  'nested constant': () =>
    functional([
      input('x', [null, 1]),
      operation('numpy.Add', 'y', {}, at('x'), {
        class_name: '__numpy__',
        config: {
          value: wrapped(
            50,
            (inside) => [inside] as unknown as Json,
            times(1_000_000, () => 0) as unknown as Json,
          ),
          dtype: 'float32',
        },
      }),
    ]),
  metrics: () => compiled({ optimizer: 'sgd', loss: 'mse', metrics: times(50_000, () => 'mae') }),
  'metric objects': () =>
    compiled({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: times(50_000, (i) => plain('AUC', { num_thresholds: 200, name: `auc${i}` })),
    }),
  thresholds: () =>
    compiled({ optimizer: 'sgd', loss: 'mse', metrics: [plain('AUC', { num_thresholds: 1e8 })] }),
  'thresholds as a list': () =>
    compiled({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: [plain('Precision', { thresholds: times(1_000_000, (i) => i / 1e6) })],
    }),
  'classes of a metric': () =>
    compiled({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: [plain('MeanIoU', { num_classes: 16_000 })],
    }),
  losses: () => compiled({ optimizer: 'sgd', loss: times(100_000, () => 'mse') }),
  'losses by name': () =>
    compiled({
      optimizer: 'sgd',
      loss: Object.fromEntries(times(100_000, (i) => [`o${i}`, 'mse'])),
    }),
  boundaries: () =>
    compiled({
      optimizer: {
        class_name: 'SGD',
        config: {
          learning_rate: {
            class_name: 'PiecewiseConstantDecay',
            config: { boundaries: times(500_000, (i) => i), values: times(500_001, () => 0.1) },
          },
        },
      },
      loss: 'mse',
    }),
  'places of an optimizer': () => ({
    ...compiled({ optimizer: 'sgd', loss: 'mse' }),
    optimized_weights: { optimizer: times(1_000_000, () => 0) },
  }),
  padding: () => stack('ZeroPadding2D', { padding: times(1_000_000, () => 1) }, IMAGE),
  dims: () => stack('Permute', { dims: times(1_000_000, (i) => i + 1) }),
  'units that are a list': () => stack('Dense', { units: times(2_000_000, () => 1) }),
};

/** JSON that is large in itself: as text, since few of these can be made of objects. */
const largeJson: Record<string, () => string> = {
  'names in the root': () => `{${join(1_040_000, (i) => `"${i.toString(36)}":0`)}}`,
  'names in the model': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[],${join(1_040_000, (i) => `"${i.toString(36)}":0`)}}}`,
  'names in a layer': () =>
    JSON.stringify(stack('ReLU', {})).replace(
      '"ReLU","config":{',
      `"ReLU","config":{${join(1_040_000, (i) => `"${i.toString(36)}":0`)}`,
    ),
  'names in a node': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{${join(1_040_000, (i) => `"${i.toString(36)}":0`)}`,
    ),
  'names in nodes': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{${join(11, (j) => `"o${j}":{${join(90_000, (i) => `"${j}_${i.toString(36)}":0`)}}`)}`,
    ),
  'small objects in a node': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{"z":[${join(1_040_000, () => `{"a":0}`)}]`,
    ),
  'objects of different names': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{"z":[${join(54_000, (i) => `{${join(19, (j) => `"${i}_${j}":0`)}}`)}]`,
    ),
  'objects in the root': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[]},"z":[${join(54_000, (i) => `{${join(19, (j) => `"${i}_${j}":0`)}}`)}]}`,
  'numbers in a node': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{"z":[${join(4_000_000, () => '1.5')}]`,
    ),
  'lists in a node': () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, at('x'))])).replace(
      '"kwargs":{',
      `"kwargs":{"z":[${join(2_000_000, () => '[]')}]`,
    ),
  'layers that are numbers': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[${join(4_000_000, () => '1')}]}}`,
  'layers that are empty': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[${join(2_000_000, () => '{}')}]}}`,
  'layers without weights': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[${join(500_000, (i) => `{"class_name":"A${i}","config":{}}`)}]}}`,
  references: () =>
    JSON.stringify(functional([input('x'), layer('ReLU', 'y', {}, ['REFERENCES'])])).replace(
      '"REFERENCES"',
      join(300_000, () => JSON.stringify(at('x'))),
    ),
  'references for a concatenation': () =>
    JSON.stringify(functional([input('x'), layer('Concatenate', 'y', {}, ['REFERENCES'])])).replace(
      '"REFERENCES"',
      join(300_000, () => JSON.stringify(at('x'))),
    ),
  'references for an operation': () =>
    JSON.stringify(
      functional([input('x'), operation('numpy.Concatenate', 'y', { axis: 1 }, ['REFERENCES'])]),
    ).replace(
      '"REFERENCES"',
      join(300_000, () => JSON.stringify(at('x'))),
    ),
  'one text': () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[]},"z":"${'x'.repeat(60_000_000)}"}`,
  escapes: () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[]},"z":"${'\\u0041'.repeat(10_000_000)}"}`,
  brackets: () => `{"z":${'['.repeat(60)}${join(1_000_000, () => '[[]]')}${']'.repeat(60)}}`,
  spaces: () =>
    `{"class_name":"Sequential","config":{"name":"n","layers":[]}${' '.repeat(60_000_000)}}`,
};

const tfjs = (topology: unknown, manifest: unknown = []): Bytes =>
  encode({ format: 'layers-model', modelTopology: topology, weightsManifest: manifest });

const older = (
  name: string,
  className: string,
  config: Json,
  ...nodes: readonly unknown[]
): Json => ({ class_name: className, config: { name, ...config }, name, inbound_nodes: nodes });

const layersModels: Record<string, () => Bytes> = {
  'weights in the manifest': () =>
    tfjs(sequential([plain('InputLayer', { batch_input_shape: [null, 3] })]), [
      {
        paths: ['weights.bin'],
        weights: times(200_000, (i) => ({ name: `w${i}`, shape: [0], dtype: 'float32' })),
      },
    ]),
  shards: () => tfjs(sequential([]), [{ paths: times(200_000, () => 'weights.bin'), weights: [] }]),
  groups: () =>
    tfjs(
      sequential([]),
      times(200_000, () => ({
        paths: ['weights.bin'],
        weights: [{ name: 'w', shape: [1], dtype: 'float32' }],
      })),
    ),
  'shape of a weight': () =>
    tfjs(sequential([]), [
      {
        paths: ['weights.bin'],
        weights: [{ name: 'w', shape: times(1_000_000, () => 1), dtype: 'float32' }],
      },
    ]),
  'name of a weight': () =>
    tfjs(sequential([]), [
      { paths: ['weights.bin'], weights: [{ name: LONG, shape: [9], dtype: 'float32' }] },
    ]),
  relus: () =>
    tfjs({
      class_name: 'Functional',
      config: {
        name: 'n',
        layers: [
          older('x', 'InputLayer', { batch_input_shape: [null, 3] }),
          ...times(CALLS, (i) =>
            older(`r${i}`, 'ReLU', {}, [[i === 0 ? 'x' : `r${i - 1}`, 0, 0, {}]]),
          ),
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [[`r${CALLS - 1}`, 0, 0]],
      },
    }),
  'named tensors': () =>
    tfjs({
      class_name: 'Functional',
      config: {
        name: 'n',
        layers: [
          older('x', 'InputLayer', { batch_input_shape: [null, 3] }),
          older('y', 'ReLU', {}, [['x', 0, 0, { z: times(500_000, () => ['x', 0, 0]) }]]),
        ],
        input_layers: [['x', 0, 0]],
        output_layers: [['y', 0, 0]],
      },
    }),
};

const npyHeader = (shape: string, descr = "'<f4'"): Bytes => {
  const text = `{'descr': ${descr}, 'fortran_order': False, 'shape': (${shape}), }`;
  const padded = text.padEnd(Math.ceil((text.length + 12) / 64) * 64 - 13) + '\n';
  const head = Buffer.from([0x93, ...Buffer.from('NUMPY'), 2, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(padded.length, 8);
  return Uint8Array.from(Buffer.concat([head, Buffer.from(padded), Buffer.alloc(4)]));
};

const arrays: Attack[] = [
  { name: 'npy: axes', kind: 'npy', make: () => npyHeader('1, '.repeat(2_000_000)) },
  { name: 'npy: brackets', kind: 'npy', make: () => npyHeader('('.repeat(2_000_000)) },
  { name: 'npy: descr', kind: 'npy', make: () => npyHeader('1,', `'${'<'.repeat(5_000_000)}'`) },
  { name: 'npy: spaces', kind: 'npy', make: () => npyHeader(`1,${' '.repeat(5_000_000)}`) },
  { name: 'npy: digits', kind: 'npy', make: () => npyHeader(`${'9'.repeat(5_000_000)},`) },
  { name: 'npy: long zero axes', kind: 'npy', make: () => npyHeader('0, 4294967295, 4294967295') },
  {
    name: 'npz: members',
    kind: 'npz',
    make: () =>
      zip(
        times(60_000, (i) => ({
          name: `${i}.npy`,
          bytes: encodeNpy({ shape: [0], dtype: 'float32', data: new Float32Array(0) }),
        })),
      ),
  },
  {
    name: 'npz: names',
    kind: 'npz',
    make: () =>
      zip(
        times(140, (i) => ({
          name: `${i}${'x'.repeat(65_000)}.npy`,
          bytes: encodeNpy({ shape: [0], dtype: 'float32', data: new Float32Array(0) }),
        })),
      ),
  },
  {
    name: 'npz: zeros',
    kind: 'npz',
    make: () =>
      zip(
        [
          {
            name: 'x.npy',
            bytes: encodeNpy({
              shape: [2 ** 26],
              dtype: 'float32',
              data: new Float32Array(2 ** 26),
            }),
          },
        ],
        { compress: true },
      ),
  },
  {
    name: 'safetensors: tensors',
    kind: 'safetensors',
    make: () =>
      encodeSafetensors(
        times(
          90_000,
          (i) => [`t${i}`, { shape: [0], dtype: 'float32', data: new Float32Array(0) }] as const,
        ),
      ),
  },
  {
    name: 'safetensors: metadata',
    kind: 'safetensors',
    make: () => withHeader(`{"__metadata__":{${join(600_000, (i) => `"${i}":"0"`)}}}`),
  },
  {
    name: 'safetensors: names',
    kind: 'safetensors',
    make: () => withHeader(`{${join(1_000_000, (i) => `"${i}":0`)}}`),
  },
  {
    name: 'safetensors: axes',
    kind: 'safetensors',
    make: () =>
      withHeader(
        `{"x":{"dtype":"F32","shape":[${join(3_000_000, () => '1')}],"data_offsets":[0,4]}}`,
      ),
  },
];

function withHeader(text: string): Bytes {
  const bytes = Buffer.alloc(8 + text.length + 4);
  bytes.writeBigUInt64LE(BigInt(text.length));
  bytes.write(text, 8);
  return Uint8Array.from(bytes);
}

const weights: Record<string, () => Hdf5Content> = {
  groups: () => ({
    groups: new Map([
      ['layers', { groups: new Map(times(90_000, (i) => [`g${i}`, {}] as const)) }],
    ]),
  }),
  'deep groups': () =>
    wrapped(60, (inside) => ({ groups: new Map([['g', inside]]) }) as Json, {}) as Hdf5Content,
  arrays: () => ({
    groups: new Map([
      [
        'layers',
        {
          groups: new Map([
            [
              'dense',
              {
                groups: new Map([
                  [
                    'vars',
                    {
                      arrays: new Map(
                        times(
                          90_000,
                          (i) =>
                            [
                              String(i),
                              { shape: [0], dtype: 'float32', data: new Float32Array(0) },
                            ] as const,
                        ),
                      ),
                    },
                  ],
                ]),
              },
            ],
          ]),
        },
      ],
    ]),
  }),
  texts: () => ({ texts: Object.fromEntries(times(20_000, (i) => [`t${i}`, 'x'.repeat(400)])) }),
  'long names': () => ({
    groups: new Map(times(140, (i) => [`${i}${'x'.repeat(60_000)}`, {}] as const)),
  }),
};

const legacy: Record<string, () => Hdf5Content> = {
  'names in the model': () => ({
    texts: {
      keras_version: '2.15.0',
      backend: 'tensorflow',
      model_config: `{${join(700_000, (i) => `"${i.toString(36)}":0`)}}`,
    },
  }),
  'layer names': () => ({
    texts: {
      keras_version: '2.15.0',
      backend: 'tensorflow',
      model_config: JSON.stringify(sequential([plain(LONG, {})])),
      layer_names: 'x',
    },
    groups: new Map([
      ['model_weights', { groups: new Map(times(50_000, (i) => [`l${i}`, {}] as const)) }],
    ]),
  }),
};

const attacksOf = <T>(
  group: string,
  kind: Attack['kind'],
  all: Readonly<Record<string, () => T>>,
  make: (content: T) => Bytes | Promise<Bytes>,
): Attack[] =>
  Object.entries(all).map(([name, content]) => ({
    name: `${group}: ${name}`,
    kind,
    make: () => make(content()),
  }));

const keras = (config: unknown): Promise<Bytes> => kerasFile(config);

/** All files that were made by hand. */
export const attacks: readonly Attack[] = [
  ...attacksOf('long name', 'keras', longNames, (json) =>
    kerasFile(json, 'compile_config' in json ? ONE_WEIGHT : NO_WEIGHTS),
  ),
  ...attacksOf('size', 'keras', largeSizes, keras),
  ...attacksOf('many', 'keras', many, (json) =>
    kerasFile(json, 'compile_config' in json ? ONE_WEIGHT : NO_WEIGHTS),
  ),
  ...attacksOf('JSON', 'keras', largeJson, keras),
  ...attacksOf('layers-model', 'tfjs', layersModels, (bytes) => bytes),
  ...attacksOf('weights', 'keras', weights, (content) =>
    kerasFile(stack('Dense', { units: 1 }), content),
  ),
  ...attacksOf('legacy', 'keras', legacy, hdf5),
  ...arrays,
];
