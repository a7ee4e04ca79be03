import { describe, expect, it } from 'vitest';
import { ShapeError, ValueError } from '../../../src/errors.js';
import * as layers from '../../../src/layers.js';
import { normal } from '../../../src/random.js';
import { mul, softmax, sum, transpose } from '../../../src/engine/ops/index.js';
import { ones, tensor, zeros } from '../../../src/engine/tensor/create.js';
import type { Tensor } from '../../../src/engine/tensor/tensor.js';
import { expectAllClose } from '../../golden/cases.js';
import { refuses } from '../refusals.js';
import { gradientOf } from './gradient.js';

/** [batch, height, width, channels] with the channels first, and back. */
const toFirst = (x: Tensor): Tensor => transpose(x, [0, 3, 1, 2]);
const toLast = (x: Tensor): Tensor => transpose(x, [0, 2, 3, 1]);

describe('channels first computes the same as channels last', () => {
  const pairs: Record<string, (dataFormat: layers.DataFormat) => layers.Layer> = {
    Conv2D: (dataFormat) => new layers.Conv2D(4, [2, 3], { dataFormat, padding: 'same' }),
    'Conv2D in groups': (dataFormat) => new layers.Conv2D(6, 2, { dataFormat, groups: 3 }),
    MaxPooling2D: (dataFormat) => new layers.MaxPooling2D(2, { dataFormat, padding: 'same' }),
    AveragePooling2D: (dataFormat) => new layers.AveragePooling2D([3, 2], { dataFormat }),
    GlobalMaxPooling2D: (dataFormat) =>
      new layers.GlobalMaxPooling2D({ dataFormat, keepdims: true }),
    GlobalAveragePooling2D: (dataFormat) =>
      new layers.GlobalAveragePooling2D({ dataFormat, keepdims: true }),
    ZeroPadding2D: (dataFormat) =>
      new layers.ZeroPadding2D(
        [
          [1, 2],
          [0, 3],
        ],
        { dataFormat },
      ),
    UpSampling2D: (dataFormat) => new layers.UpSampling2D([2, 3], { dataFormat }),
  };
  it.each(Object.entries(pairs))('%s', (_, make) => {
    const x = normal([2, 5, 6, 3], { seed: 1 });
    const [last, first] = [make('channels_last'), make('channels_first')];
    last.build([null, 5, 6, 3]);
    first.build([null, 3, 5, 6]);
    first.setWeights(last.getWeights());

    const [y, z] = [last.apply(x), first.apply(toFirst(x))];
    expect(toLast(z).shape).toEqual(y.shape);
    expectAllClose(toLast(z).data(), y.data(), 'output');
    expect(first.outputShape?.slice(1)).toEqual(z.shape.slice(1));
    expect(last.outputShape?.slice(1)).toEqual(y.shape.slice(1));
    const dy = normal(y.shape, { seed: 2 });
    const dx = gradientOf((a) => sum(mul(last.apply(a), dy)), x);
    const dz = gradientOf((a) => sum(mul(first.apply(a), toFirst(dy))), toFirst(x));
    expectAllClose(toLast(dz).data(), dx.data(), 'gradient');
  });

  it('volumes too', () => {
    const x = normal([2, 3, 4, 5, 2], { seed: 1 });
    const [toFront, toBack] = [
      (a: Tensor): Tensor => transpose(a, [0, 4, 1, 2, 3]),
      (a: Tensor): Tensor => transpose(a, [0, 2, 3, 4, 1]),
    ];
    const make = (dataFormat: layers.DataFormat): layers.Layer =>
      new layers.Conv3D(4, [2, 3, 2], { dataFormat, padding: 'same', groups: 2 });
    const [last, first] = [make('channels_last'), make('channels_first')];
    const y = last.apply(x);
    first.build([null, 2, 3, 4, 5]);
    first.setWeights(last.getWeights());
    const z = first.apply(toFront(x));
    expect(z.shape).toEqual([2, 4, 3, 4, 5]);
    expect(toBack(z).toArray()).toEqual(y.toArray());
    expect(first.outputShape?.slice(1)).toEqual(z.shape.slice(1));
  });

  it('sequences too', () => {
    const x = normal([2, 7, 3], { seed: 1 });
    const swap = (a: Tensor): Tensor => transpose(a, [0, 2, 1]);
    const last = new layers.Conv1D(4, 3, { padding: 'causal', dilationRate: 2 });
    const first = new layers.Conv1D(4, 3, {
      padding: 'causal',
      dilationRate: 2,
      dataFormat: 'channels_first',
    });
    const y = last.apply(x);
    first.build([null, 3, 7]);
    first.setWeights(last.getWeights());
    expect(swap(first.apply(swap(x))).toArray()).toEqual(y.toArray());
    for (const Layer of [layers.MaxPooling1D, layers.AveragePooling1D]) {
      const pooled = new Layer(3, { strides: 2 }).apply(x);
      const other = new Layer(3, { strides: 2, dataFormat: 'channels_first' }).apply(swap(x));
      expect(swap(other).toArray()).toEqual(pooled.toArray());
    }
  });

  it('applies an activation along an axis to the output as it is', () => {
    const options = { dataFormat: 'channels_first', kernelInitializer: 'ones' } as const;
    const layer = new layers.Conv2D(2, 1, { ...options, activation: 'softmax' });
    const plain = new layers.Conv2D(2, 1, options);
    const x = normal([1, 1, 2, 3], { seed: 4 });
    expect(layer.apply(x).toArray()).toEqual(softmax(plain.apply(x), -1).toArray());
  });
});

describe('Conv1D', () => {
  it('does not look ahead with causal padding', () => {
    const layer = new layers.Conv1D(1, 3, { padding: 'causal', kernelInitializer: 'ones' });
    const x = tensor([[[1], [2], [3], [4], [5]]]);
    expect(layer.apply(x).toArray()).toEqual([[[1], [3], [6], [9], [12]]]);
  });
});

describe('GlobalMaxPooling1D and GlobalAveragePooling1D', () => {
  it('reduce the steps', () => {
    const x = tensor([
      [
        [1, 8],
        [3, 2],
        [2, 2],
      ],
    ]);
    expect(new layers.GlobalMaxPooling1D().apply(x).toArray()).toEqual([[3, 8]]);
    expect(new layers.GlobalAveragePooling1D({ keepdims: true }).apply(x).toArray()).toEqual([
      [[2, 4]],
    ]);
    const first = new layers.GlobalMaxPooling1D({ dataFormat: 'channels_first' });
    expect(first.apply(x).toArray()).toEqual([[8, 3, 2]]);
    expect(first.computeOutputShape([null, 3, 2])).toEqual([null, 3]);
  });
});

describe('ZeroPadding1D and UpSampling1D', () => {
  const x = tensor([[[1], [2]]]);
  it('pad and repeat steps', () => {
    expect(new layers.ZeroPadding1D([1, 2]).apply(x).toArray()).toEqual([
      [[0], [1], [2], [0], [0]],
    ]);
    expect(new layers.UpSampling1D(3).apply(x).toArray()).toEqual([[[1], [1], [1], [2], [2], [2]]]);
    expect(new layers.ZeroPadding1D().computeOutputShape([null, 4, 2])).toEqual([null, 6, 2]);
    expect(new layers.UpSampling1D().computeOutputShape([null, null, 2])).toEqual([null, null, 2]);
  });
});

describe('UpSampling2D', () => {
  it('interpolates in both directions', () => {
    // By hand: a quarter and three quarters of the way between neighbours, the ends held.
    const x = tensor([[[[0], [4]]]]);
    const y = new layers.UpSampling2D(2, { interpolation: 'bilinear' }).apply(x);
    expect(y.shape).toEqual([1, 2, 4, 1]);
    expect(Array.from(y.data())).toEqual([0, 1, 3, 4, 0, 1, 3, 4]);
  });
});

describe('configs', () => {
  const made: readonly layers.Layer[] = [
    new layers.Conv1D(4, 3, { padding: 'causal', dilationRate: 2, useBias: false }),
    new layers.Conv2D(4, [2, 3], {
      strides: 2,
      padding: 'same',
      dataFormat: 'channels_first',
      groups: 2,
      activation: 'tanh',
      kernelRegularizer: 'l2',
      kernelConstraint: 'non_neg',
      activityRegularizer: 'l1',
    }),
    new layers.Conv3D(4, [2, 3, 1], {
      strides: [1, 2, 1],
      dataFormat: 'channels_first',
      biasRegularizer: 'l1',
    }),
  ];
  it.each(made.map((layer) => [layer.name, layer] as const))('%s comes back', (_, layer) => {
    const saved = layers.serialize(layer);
    const again = layers.deserialize(JSON.parse(JSON.stringify(saved)) as typeof saved);
    expect(again.constructor).toBe(layer.constructor);
    expect(layers.serialize(again)).toEqual(saved);
  });

  it('holds what Keras writes', () => {
    expect(new layers.MaxPooling1D().getConfig()).toMatchObject({
      pool_size: [2],
      strides: [2],
      padding: 'valid',
      data_format: 'channels_last',
    });
    expect(new layers.ZeroPadding2D(1).getConfig()['padding']).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(new layers.UpSampling1D().getConfig()['size']).toBe(2);
  });

  it.each([
    ['MaxPool1D', layers.MaxPooling1D],
    ['MaxPool2D', layers.MaxPooling2D],
    ['AvgPool1D', layers.AveragePooling1D],
    ['AvgPool2D', layers.AveragePooling2D],
    ['MaxPool3D', layers.MaxPooling3D],
    ['AvgPool3D', layers.AveragePooling3D],
    ['GlobalMaxPool1D', layers.GlobalMaxPooling1D],
    ['GlobalMaxPool2D', layers.GlobalMaxPooling2D],
    ['GlobalAvgPool1D', layers.GlobalAveragePooling1D],
    ['GlobalAvgPool2D', layers.GlobalAveragePooling2D],
    ['GlobalMaxPool3D', layers.GlobalMaxPooling3D],
    ['GlobalAvgPool3D', layers.GlobalAveragePooling3D],
  ] as const)('knows %s', (alias, type) => {
    expect(layers[alias]).toBe(type);
    expect(layers.deserialize({ class_name: alias, config: {} })).toBeInstanceOf(type);
  });
});

describe('refusals', () => {
  const conv = (options?: layers.ConvolutionLayerOptions<2>): layers.Layer =>
    new layers.Conv2D(4, 3, { name: 'c', ...options });
  refuses(ShapeError, {
    "Conv2D layer 'c': a window of (3, 3) is larger than its input of (2, 5) ... padding 'same'":
      () => conv().apply(zeros([1, 2, 5, 1])),
    "MaxPooling2D layer 'p'": () =>
      new layers.MaxPooling2D(2, { name: 'p' }).apply(zeros([1, 1, 5, 1])),
    "Conv2D layer 'c' takes input of 4 axes ... (28, 28, 1)": () =>
      conv().apply(zeros([28, 28, 1])),
    'needs to know the number of channels': () => {
      conv().build([null, 5, 5, null]);
    },
    "Conv2D layer 'c' ... length 2": () => {
      const layer = conv();
      layer.apply(zeros([1, 5, 5, 2]));
      layer.apply(zeros([1, 5, 5, 3]));
    },
    "Conv2D layer 'c': 2 groups do not divide the 3 channels": () =>
      conv({ groups: 2 }).apply(zeros([1, 5, 5, 3])),
    "Conv3D layer 'v' takes input of 5 axes": () =>
      new layers.Conv3D(1, 3, { name: 'v' }).apply(zeros([1, 5, 5, 1])),
    "Conv3D layer 'v': a window of (3, 3, 3) is larger than its input of (2, 5, 5)": () =>
      new layers.Conv3D(1, 3, { name: 'v' }).apply(zeros([1, 2, 5, 5, 1])),
    "MaxPooling3D layer 'p': a window of (2, 2, 2) is larger than its input of (1, 5, 5)": () =>
      new layers.MaxPooling3D(2, { name: 'p' }).apply(zeros([1, 1, 5, 5, 1])),
  });
  refuses(ValueError, {
    'Conv2D: groups must divide the number of filters, got 3 groups and 4 filters.': () =>
      conv({ groups: 3 }),
    'Conv2D: strides and dilationRate cannot both be above 1, got [2, 2] and [2, 2].': () =>
      conv({ strides: 2, dilationRate: 2 }),
    'Conv2D: filters ... got 0': () => new layers.Conv2D(0, 3),
    'Conv2D: kernelSize ... [3, 3, 3]': () => new layers.Conv2D(1, [3, 3, 3] as never),
    'Conv3D: kernelSize must be a whole number of at least 1 or a list of 3 of them, got [3, 3]':
      () => new layers.Conv3D(1, [3, 3] as never),
    "Conv3D: padding must be 'valid' or 'same', got 'causal'": () =>
      new layers.Conv3D(1, 3, { padding: 'causal' as never }),
    "got 'causal'": () => conv({ padding: 'causal' as never }),
    "MaxPooling1D: padding must be 'valid' or 'same'": () =>
      new layers.MaxPooling1D(2, { padding: 'causal' as 'same' }),
    "MaxPooling2D: dataFormat must be 'channels_last' or 'channels_first', got 'nhwc'": () =>
      new layers.MaxPooling2D(2, { dataFormat: 'nhwc' as 'channels_last' }),
    "'stride' ... strides": () => conv({ stride: 2 } as object),
    'ZeroPadding2D: padding ... [-1, 1]': () => new layers.ZeroPadding2D([-1, 1]),
    'ZeroPadding3D: padding must be a whole number of at least 0, three of them, or three pairs ... [1, 1, 1, 1]':
      () => new layers.ZeroPadding3D([1, 1, 1, 1] as unknown as [number, number, number]),
    'ZeroPadding1D: padding': () =>
      new layers.ZeroPadding1D([1, 2, 3] as unknown as [number, number]),
    "UpSampling2D: interpolation must be 'nearest', 'bilinear', 'bicubic', 'lanczos3' or 'lanczos5', got 'area'.":
      () => new layers.UpSampling2D(2, { interpolation: 'area' as 'nearest' }),
    'is not built': () => new layers.Conv2D(4, 3).kernel,
  });

  it('leaves nothing behind where building failed', () => {
    const layer = conv();
    expect(() => layer.apply(ones([1, 2, 2, 1]))).toThrow(ShapeError);
    expect(layer.built).toBe(false);
    expect(layer.weights).toEqual([]);
    expect(layer.apply(ones([1, 3, 3, 1])).shape).toEqual([1, 1, 1, 4]);
  });
});

describe('the penalty of the output', () => {
  it.each([
    new layers.Conv1D(4, 3, { activityRegularizer: 'l2' }),
    new layers.Conv2D(4, 3, { activityRegularizer: 'l2' }),
    new layers.Conv3D(4, 3, { activityRegularizer: 'l2' }),
    new layers.Embedding(4, 3, { activityRegularizer: 'l2' }),
    new layers.Dense(4, { activityRegularizer: 'l2' }),
  ])('of %s stands in the config', (layer) => {
    const config = layer.getConfig();
    expect(config['activity_regularizer']).toMatchObject({ class_name: 'L2' });
    expect(layers.deserialize(layers.serialize(layer)).getConfig()).toEqual(config);
  });
});
