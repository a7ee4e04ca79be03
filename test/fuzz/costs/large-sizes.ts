// Sizes that make an operation or a layer compute a lot, or request a lot of memory.
import {
  at,
  chain,
  first,
  functional,
  IMAGE,
  input,
  layer,
  one,
  operation,
  plain,
  sequential,
  stack,
  times,
  scaled,
} from './builders.js';
import type { Json } from './builders.js';

export const largeSizes: Record<string, () => Json> = {
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
  'adaptive pool': () => one('nn.AdaptiveMaxPool', { output_size: [9e6, 9] }, IMAGE),
  'adaptive pool of steps': () =>
    one('nn.AdaptiveAveragePool', { output_size: 1e8 }, [null, 1e8, 1]),
  unfold: () => one('nn.Unfold', { kernel_size: [2000, 2000] }, [null, 1, 4000, 4000]),
  'unfold with padding': () =>
    one('nn.Unfold', { kernel_size: 1, padding: 2e8, stride: 1 }, [null, 1, 2, 2]),
  fold: () =>
    one('nn.Fold', { output_size: 2e8, kernel_size: 2e8, stride: 2e8, dilation: 1 }, [null, 4, 1]),
  'space to depth': () => one('nn.SpaceToDepth', { block_size: 4000 }, IMAGE),
  'depth to space': () => one('nn.DepthToSpace', { block_size: 2e8 }, IMAGE),
  stack: () => one('numpy.Stack', { axis: 1 }, [null, 4000, 4000], 20),
  'stack that fits': () => one('numpy.Stack', { axis: 1 }, [null, 4000, 4000], 5),
  concatenate: () => one('numpy.Concatenate', { axis: 1 }, [null, 4000, 4000], 16),
  'many concatenates': () =>
    chain(
      scaled(10_000),
      (name, x) => operation('numpy.Concatenate', name, { axis: 1 }, [x, at('x')]),
      [null, 1000],
    ),
  matmul: () =>
    functional([
      input('x', [null, 8000, 8000]),
      operation('numpy.Matmul', 'y', {}, at('x'), at('x')),
    ]),
  'many matmuls': () =>
    chain(scaled(10_000), (name, x) => operation('numpy.Matmul', name, {}, x, x), [8000, 8000]),
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
    chain(scaled(20_000), (name, x) =>
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
      ...times(scaled(2000), (i) =>
        operation('numpy.Split', `s${i}`, { indices_or_sections: 60_000, axis: 1 }, at('x')),
      ),
      operation('numpy.Exp', 'y', {}, at('s0')),
    ]),
  transpose: () =>
    one('numpy.Transpose', { axes: times(scaled(5000), (i) => i) }, [
      null,
      ...times(scaled(4999), () => 1),
    ]),
  expand: () =>
    chain(scaled(30_000), (name, x) => operation('numpy.ExpandDims', name, { axis: 1 }, x)),
  'reshape to many axes': () =>
    sequential([
      first([null, 1]),
      plain('Reshape', { target_shape: times(scaled(1_000_000), () => 1) }),
      ...times(scaled(5000), () => plain('ReLU', {})),
    ]),
  'reshape operation to many axes': () =>
    functional([
      input('x', [null, 1]),
      operation('numpy.Reshape', 'r', { newshape: times(scaled(1_000_000), () => 1) }, at('x')),
      ...times(scaled(5000), (i) => operation('numpy.Exp', i === 0 ? 'y' : `e${i}`, {}, at('r'))),
    ]),
  'input of many axes': () =>
    functional([
      input(
        'x',
        times(scaled(1_000_000), () => 1),
      ),
      ...times(scaled(5000), (i) => layer('ReLU', i === 0 ? 'y' : `e${i}`, {}, at('x'))),
    ]),
  'input of unknown axes': () =>
    functional([
      input(
        'x',
        times(scaled(100_000), () => null),
      ),
      ...times(100, (i) => operation('numpy.Exp', i === 0 ? 'y' : `e${i}`, {}, at('x'))),
    ]),
  conv: () => stack('Conv2D', { filters: 1, kernel_size: [3000, 3000] }, IMAGE),
  'conv of many filters': () => stack('Conv2D', { filters: 2e8, kernel_size: [1, 1] }, IMAGE),
  'pooling layer': () => stack('MaxPooling2D', { pool_size: [3000, 3000], strides: [1, 1] }, IMAGE),
  'adaptive pooling layer': () =>
    stack('AdaptiveAveragePooling2D', { output_size: [9000, 9000] }, IMAGE),
  repeat: () => stack('RepeatVector', { n: 2e8 }),
  'up sampling': () => stack('UpSampling2D', { size: [8000, 8000] }, [null, 1, 1, 1]),
  'many large resizes': () =>
    chain(
      scaled(1000),
      (name, x) =>
        operation('image.Resize', name, { size: [1, 2 ** 20], interpolation: 'lanczos5' }, x),
      [null, 1, 1, 1],
    ),
  'a wide blur': () =>
    chain(
      scaled(100),
      (name, x) => operation('image.GaussianBlur', name, { kernel_size: [2 ** 20, 2 ** 20] }, x),
      [null, 1, 1, 1],
    ),
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
  'layer normalization': () =>
    stack('LayerNormalization', { axis: times(scaled(100_000), () => 1) }),
  'softmax over many axes': () => stack('Softmax', { axis: times(scaled(1_000_000), (i) => i) }),
  normalization: () =>
    stack(
      'Normalization',
      {
        axis: -1,
        mean: times(scaled(1_000_000), () => 0),
        variance: times(scaled(1_000_000), () => 1),
      },
      [null, 1_000_000],
    ),
  recurrent: () => stack('LSTM', { units: 1e6 }, [null, 1e8, 1]),
  cells: () =>
    sequential([
      first([null, 5, 1]),
      plain('RNN', {
        cell: plain('StackedRNNCells', {
          cells: times(scaled(20_000), () => plain('SimpleRNNCell', { units: 1 })),
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
        times(scaled(500_000), (i) => i),
      ),
    ]),
  'top k': () => one('math.TopK', { k: 1e8, sorted: true }, [null, 1e8]),
};
