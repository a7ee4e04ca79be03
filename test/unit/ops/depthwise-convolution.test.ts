// Depthwise convolutions against float64: outputs, gradients of images and kernels, around odd sizes.
import { describe, expect, it } from 'vitest';
import { grad, ops, tensor, tidy, zeros } from '../../../src/index.js';
import type { Tensor } from '../../../src/index.js';
import { ValueError, ShapeError } from '../../../src/errors.js';
import { values } from '../../kernels/values.js';
import { build, unravel } from '../../reference/dense-array.js';
import type { DenseArray } from '../../reference/dense-array.js';
import { convolveDepthwise, outputShape, tapsOf } from '../../reference/windows.js';
import type { WindowRule } from '../../reference/windows.js';
import { refuses } from '../refusals.js';

interface Case extends WindowRule {
  readonly shape: readonly [images: number, height: number, width: number, channels: number];
  readonly multiplier?: number;
}

const plain = { kernel: [3, 3], strides: [1, 1], dilation: [1, 1], padding: 'same' } as const;

const cases: readonly Case[] = [
  ...[1, 2, 3, 4, 5, 7, 8, 12, 13, 16, 20, 33].map((channels): Case => ({
    ...plain,
    shape: [2, 5, 9, channels],
  })),
  ...[1, 2, 3, 6, 7, 8, 9, 14].map((width): Case => ({ ...plain, shape: [1, 3, width, 8] })),
  ...([1, 2, 3, 4, 5, 7] as const).map((size): Case => ({
    ...plain,
    kernel: [size, size],
    shape: [2, 8, 11, 12],
  })),
  ...[2, 3, 4].map((stride): Case => ({
    ...plain,
    strides: [stride, stride],
    shape: [3, 9, 13, 8],
  })),
  { ...plain, padding: 'valid', shape: [2, 7, 12, 8] },
  { ...plain, padding: 'valid', strides: [2, 2], shape: [2, 8, 13, 4] },
  { ...plain, kernel: [2, 4], strides: [3, 1], shape: [1, 8, 9, 6] },
  { ...plain, kernel: [1, 1], strides: [2, 3], shape: [1, 5, 7, 8] },
  { ...plain, dilation: [2, 3], shape: [1, 6, 12, 8] },
  { ...plain, dilation: [2, 1], strides: [1, 2], shape: [1, 6, 12, 5] },
  { ...plain, dilation: [2, 3], strides: [2, 2], shape: [2, 9, 11, 8], padding: 'valid' },
  { ...plain, dilation: [4, 2], strides: [2, 4], shape: [2, 11, 12, 4] },
  { ...plain, kernel: [5, 7], shape: [1, 2, 3, 8] },
  { ...plain, multiplier: 3, shape: [2, 5, 6, 4] },
  { ...plain, multiplier: 2, strides: [2, 2], shape: [2, 5, 6, 3] },
  // Images in parts, and one by one.
  { ...plain, shape: [9, 20, 24, 8] },
  { ...plain, kernel: [3, 1], shape: [2, 40, 1, 8] },
  { ...plain, kernel: [5, 1], strides: [2, 1], shape: [2, 41, 1, 6], padding: 'valid' },
];

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const arrayOf = (shape: readonly number[], seed: number): DenseArray => ({
  shape,
  data: Array.from(values(size(shape), 1, seed)),
});
const toTensor = ({ shape, data }: DenseArray): Tensor =>
  tensor(Float32Array.from(data), { shape });

function expectNear(actual: Tensor, wanted: DenseArray, terms: number): void {
  expect(actual.shape).toEqual(wanted.shape);
  const most = wanted.data.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  const worst = Array.from(actual.data()).reduce(
    (a, b, i) => Math.max(a, Math.abs(b - (wanted.data[i] ?? NaN))),
    0,
  );
  expect(worst).toBeLessThanOrEqual(3e-7 * Math.sqrt(terms) * (most + 1));
}

/** The gradients by the definition: each tap of each output gives to the pixel and to the weight that it multiplies. */
function gradientsOf(x: DenseArray, kernel: DenseArray, dy: DenseArray, rule: WindowRule) {
  const [dx, dk] = [build(x.shape, () => 0).data, build(kernel.shape, () => 0).data] as [
    number[],
    number[],
  ];
  const [, height = 0, width = 0, channels = 0] = x.shape;
  const multiplier = kernel.shape[3] ?? 1;
  dy.data.forEach((g, flat) => {
    const [image = 0, oy = 0, ox = 0, out = 0] = unravel(flat, dy.shape);
    const c = Math.floor(out / multiplier);
    for (const tap of tapsOf(x, rule, oy, ox)) {
      const pixel = ((image * height + tap.y) * width + tap.x) * channels + c;
      const weight = (tap.ky * rule.kernel[1] + tap.kx) * channels * multiplier + out;
      dx[pixel] = (dx[pixel] ?? 0) + g * (kernel.data[weight] ?? 0);
      dk[weight] = (dk[weight] ?? 0) + g * (x.data[pixel] ?? 0);
    }
  });
  return { dx: { shape: x.shape, data: dx }, dk: { shape: kernel.shape, data: dk } };
}

describe('depthwiseConv2d agrees with float64', () => {
  it.each(cases.map((test) => [JSON.stringify(test), test] as const))('%s', (_name, test) => {
    const { shape, kernel: lengths, strides, dilation, padding, multiplier = 1 } = test;
    const x = arrayOf(shape, 1);
    const kernel = arrayOf([...lengths, shape[3], multiplier], 2);
    const dy = arrayOf(outputShape(x, test, shape[3] * multiplier), 3);
    const options = { strides, dilationRate: dilation, padding };
    const wanted = gradientsOf(x, kernel, dy, test);
    tidy(() => {
      const [input, weights, upstream] = [toTensor(x), toTensor(kernel), toTensor(dy)];
      const y = ops.depthwiseConv2d(input, weights, null, options);
      const taps = size(lengths);
      expectNear(y, convolveDepthwise(x, kernel, { strides, dilation, padding }), taps);
      const outputs = size(dy.shape.slice(0, 3));
      const scalar = (a: Tensor, k: Tensor): Tensor =>
        ops.depthwiseConv2d(a, k, null, options).mul(upstream).sum();
      expectNear(grad((a: Tensor) => scalar(a, weights))(input), wanted.dx, taps * multiplier);
      expectNear(grad((k: Tensor) => scalar(input, k))(weights), wanted.dk, outputs);
    });
  });

  it('is a convolution with a group for each channel', () => {
    const x = toTensor(arrayOf([2, 6, 7, 8], 1));
    const kernel = toTensor(arrayOf([3, 3, 8, 2], 2));
    const bias = toTensor(arrayOf([16], 3));
    const options = { padding: 'same', activation: 'relu' } as const;
    const grouped = ops.conv2d(x, kernel.reshape(3, 3, 1, 16), bias, { ...options, groups: 8 });
    expect(ops.depthwiseConv2d(x, kernel, bias, options).data()).toEqual(grouped.data());
  });

  it('keeps what a window does not see away from it, whatever the kernel is', () => {
    const x = toTensor(arrayOf([1, 4, 4, 4], 1));
    const kernel = Float32Array.from(values(3 * 3 * 4, 1, 2));
    kernel[0] = Infinity;
    const y = ops.depthwiseConv2d(x, tensor(kernel, { shape: [3, 3, 4, 1] }), null, {
      padding: 'same',
    });
    // The corner multiplies the zero beside the image by infinity, as a sum over all taps does.
    expect(y.data()[0]).toBeNaN();
    expect(y.data()[1]).not.toBeNaN();
  });
});

describe('refusals', () => {
  const x = zeros([1, 5, 5, 4]);
  refuses(ShapeError, {
    'takes 3 channels ... which has 4': () => ops.depthwiseConv2d(x, zeros([2, 2, 3, 1])),
    'must have shape (height, width, channels, multiplier)': () =>
      ops.depthwiseConv2d(x, zeros([2, 4, 1])),
    'the bias must have shape (8,)': () => ops.depthwiseConv2d(x, zeros([2, 2, 4, 2]), zeros([4])),
    'a window of (6, 6) is larger': () => ops.depthwiseConv2d(x, zeros([6, 6, 4, 1])),
    'the pointwise kernel must have shape (1, 1, 8, filters)': () =>
      ops.separableConv2d(x, zeros([2, 2, 4, 2]), zeros([1, 1, 4, 3])),
    'takes 2 channels ... which has 4': () => ops.conv2dTranspose(x, zeros([2, 2, 3, 2])),
    'output of (0, 0)': () =>
      ops.conv2dTranspose(zeros([1, 1, 1, 2]), zeros([2, 2, 1, 2]), null, {
        padding: 'same',
        outputPadding: 0,
      }),
  });
  refuses(ValueError, {
    "'valid' or 'same'": () =>
      ops.depthwiseConv1d(zeros([1, 5, 4]), zeros([2, 4, 1]), null, {
        padding: 'causal' as 'same',
      }),
    'outputPadding must be a whole number of at least 0': () =>
      ops.conv2dTranspose(x, zeros([2, 2, 3, 4]), null, { outputPadding: -1 }),
    'a length of the output must be at most': () =>
      ops.conv1dTranspose(zeros([1, 5, 4]), zeros([2, 3, 4]), null, { strides: 1e8 }),
  });
});
